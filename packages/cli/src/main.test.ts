// The command line as somebody types it, without a server: help, version, words that are wrong.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { everyNoun, everyVerb } from './commands/every-verb.ts'
import { exitCodes } from './exit-codes.ts'
import { nounHelp, overview, verbHelp } from './help.ts'
import { nounOf } from './verb.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

function tributary(...args: readonly string[]) {
  const env = { ...process.env, XDG_CONFIG_HOME: '/nonexistent', TRIBUTARY_PROFILE: undefined, TRIBUTARY_DATA_DIR: undefined }
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], { encoding: 'utf8', cwd: '/', env })
}

describe('tributary', () => {
  it('teaches the procedure and the exit codes', () => {
    const own = everyVerb.filter((verb) => nounOf(verb) === '')
    const page = overview(everyNoun, own)
    for (const args of [[], ['--help'], ['-h'], ['help']]) expect(tributary(...args)).toMatchObject({ status: 0, stdout: page })
    for (const part of ['tributary serve', 'tributary queue create', 'tributary attach', '/docs']) expect(page).toContain(part)
    for (const { code, meaning } of Object.values(exitCodes)) expect(page).toMatch(new RegExp(`^ +${code} +${meaning}$`, 'm'))
  })

  it('teaches a noun and a verb', () => {
    expect(tributary('help', 'queue').stdout).toContain('create QUEUE')
    expect(tributary('queue').stdout).toBe(tributary('queue', '--help').stdout)
    expect(tributary('queue', 'create', '--help').stdout).toContain('tributary queue create analytics --cu 16')
  })

  it('has pages of a hundred columns, each with an example', () => {
    const pages = [
      overview(
        everyNoun,
        everyVerb.filter((verb) => nounOf(verb) === ''),
      ),
      ...everyNoun.map((noun) =>
        nounHelp(
          noun,
          everyVerb.filter((verb) => nounOf(verb) === noun.name),
        ),
      ),
      ...everyVerb.map((verb) => verbHelp(verb)),
    ]
    expect(pages.length).toBeGreaterThan(150)
    // One word, such as a long statement without blanks, may be longer.
    for (const page of pages)
      for (const line of page.split('\n')) expect(line.length <= 100 || line.trim().split(' ').length <= 3, line).toBe(true)
    for (const verb of everyVerb)
      expect(
        verb.examples.every(({ line }) => line.includes(`tributary ${verb.words}`)),
        verb.words,
      ).toBe(true)
  })

  it('prints its version', () => {
    expect(tributary('--version').stdout).toMatch(/^tributary \d+\.\d+\.\d+/)
  })

  it('refuses what it does not know with exit code 2, and says what is near', () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['quee'], 'is it queue?'],
      [['nonsense', '--help'], '"nonsense" is not a command'],
      [['queue', 'crate'], 'next: tributary queue --help'],
      [['queue', 'create', 'q', '--cpu', '4'], 'next: tributary queue create --help'],
      [['queue', 'create'], 'next: tributary queue create --help'],
    ]
    for (const [args, said] of cases) {
      const { status, stderr, stdout } = tributary(...args)
      expect({ args, status, stdout }).toEqual({ args, status: 2, stdout: '' })
      expect(stderr).toContain(said)
    }
  })

  it('says how to sign in, with exit code 3', () => {
    const { status, stderr } = tributary('queue', 'list')
    expect(status).toBe(exitCodes.signIn.code)
    expect(stderr).toContain('tributary login')
  })
})
