// Every script that npm runs says what it may be told, and answers what it does not know with the same lines and no stack.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repositoryRoot as root } from '../../tools/launch.mjs'

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> }
/** What hands its arguments to a program that has a `--help` of its own. */
const handedOn = new Set(['test', 'mutants'])
const own = Object.entries(scripts).flatMap(([name, command]) => {
  const script = /^node tools\/run\.mjs (\S+\.ts)$/.exec(command)?.[1]
  return script === undefined || handedOn.has(name) ? [] : [{ name, script }]
})

/** Runs a script as npm does. */
function run(script: string, ...args: readonly string[]): Promise<{ readonly code: unknown; readonly out: string; readonly err: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; out: string; err: string }>()
  execFile(process.execPath, [join(root, 'tools', 'run.mjs'), script, ...args], { cwd: root }, (error, out, err) => {
    resolve({ code: error?.code ?? 0, out, err })
  })
  return promise
}

describe('a script of the repository', () => {
  it('is one of many', () => expect(own.length).toBeGreaterThan(9))

  it.each(own)(
    '$name tells its flags',
    async ({ name, script }) => {
      const { code, out, err } = await run(script, '--help')
      expect([code, err]).toEqual([0, ''])
      expect(out).toMatch(new RegExp(`^usage: npm run ${name} -- \\[flags\\].*\\n(  --.+\\n)*  --help +prints this\\n$`))
      const unknown = await run(script, '--nonsense')
      expect([unknown.code, unknown.out]).toEqual([2, ''])
      expect(unknown.err).toContain('--nonsense')
      expect(unknown.err).toContain(out.trim())
      expect(unknown.err).not.toMatch(/\n +at /)
    },
    60_000,
  )
})
