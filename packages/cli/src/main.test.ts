// The command line as somebody types it.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

function tributary(...args: readonly string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })
}

describe('tributary', () => {
  it('teaches the procedure', () => {
    for (const args of [[], ['--help'], ['-h'], ['help'], ['help', 'queue']]) {
      const { stdout, status } = tributary(...args)
      expect(status).toBe(0)
      for (const part of ['tributary serve', '/v3/auth/tokens', 'enhanced-connections', 'submit-job', '/docs'])
        expect(stdout).toContain(part)
      for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100)
    }
  })

  it('prints its version', () => {
    expect(tributary('--version').stdout).toMatch(/^tributary \d+\.\d+\.\d+/)
  })

  it('refuses what it does not know with exit code 2', () => {
    for (const args of [['quee'], ['nonsense', '--help'], ['nonsense', '-h']]) {
      const { status, stderr, stdout } = tributary(...args)
      expect({ args, status, stdout }).toEqual({ args, status: 2, stdout: '' })
      expect(stderr).toContain(`"${args[0]}" is not a command`)
    }
  })
})
