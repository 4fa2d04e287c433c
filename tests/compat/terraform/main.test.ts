// What the runner does where it cannot run, and what its own instruments see.

import { spawnSync } from 'node:child_process'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { added } from './inventory.ts'
import { startOutside } from './outside.ts'

const runner = fileURLToPath(new URL('main.ts', import.meta.url))

function start(args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const env = { PATH: process.env['PATH'] ?? '' }
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', runner, ...args], { env, encoding: 'utf8' })
}

describe('the Terraform run', () => {
  it('is skipped with its reason when no provider is given', () => {
    const { status, stdout } = start([])
    expect(stdout).toMatch(/^skipped: no provider binary given; .*--provider PATH/)
    expect(status).toBe(0)
  })

  it('tells what was made, kind by kind', () => {
    expect(added({ queues: ['default'], VPCs: [] }, { queues: ['default', 'analytics'], VPCs: [] })).toEqual({ queues: ['analytics'] })
  })

  it('refuses calls beyond loopback and remembers them', async () => {
    await using outside = await startOutside()
    const proxy = new URL(outside.env['HTTPS_PROXY'] as string)
    const ask = (method: string, path: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const call = request({ host: proxy.hostname, port: proxy.port, method, path })
        call.on('response', (response) => resolve(response.resume().statusCode))
        call.on('connect', ({ statusCode }, socket) => resolve((socket.destroy(), statusCode)))
        call.on('error', reject).end()
      })
    expect(await ask('GET', 'http://plain.example/version')).toBe(403)
    expect(await ask('CONNECT', 'sealed.example:443')).toBe(403)
    expect(outside.refused()).toEqual(['plain.example', 'sealed.example:443'])
  })
})
