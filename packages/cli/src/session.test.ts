// Who signs in: the order of places, private files, sign-ins that ended.

import { mkdtempSync, rmSync, statSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FlagValue, Given } from './given.ts'
import { profilesPath, readProfiles, saveProfile } from './profiles.ts'
import { readSecret } from './secret.ts'
import { openSession } from './session.ts'
import type { Terminal } from './terminal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-session-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function terminalOf(env: Record<string, string> = {}, input = ''): Terminal {
  return {
    stdin: Readable.from([input]),
    out: () => {},
    err: () => {},
    isTTY: { stdin: false, stdout: false, stderr: false },
    env: { XDG_CONFIG_HOME: folder, ...env },
    cwd: folder,
    signal: new AbortController().signal,
  }
}

const key = (name: string) =>
  ({ endpoint: `http://${name}`, projectId: `project-of-${name}`, login: { kind: 'key', accessKey: name, secretKey: 's' } }) as const

function open(env: Record<string, string> = {}, flags: Record<string, FlagValue> = {}) {
  return openSession({ terminal: terminalOf(env), given: new Given([], flags) })
}

function credentials(name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  writeFileSync(join(path, 'credentials.json'), JSON.stringify({ project_id: `project-in-${name}`, access_key: 'a', secret_key: 's' }))
  return path
}

describe('a session', () => {
  it('is of the first place that names somebody', async () => {
    await expect(open()).rejects.toMatchObject({ ending: 'signIn' })
    credentials('data')
    const other = credentials('other')
    expect(await open()).toMatchObject({ projectId: 'project-in-data', endpoint: 'http://127.0.0.1:8080' })
    saveProfile(terminalOf(), 'one', key('one'))
    saveProfile(terminalOf(), 'two', key('two'))
    expect(await open()).toMatchObject({ projectId: 'project-of-two' })
    expect(await open({ TRIBUTARY_DATA_DIR: other })).toMatchObject({ projectId: 'project-in-other' })
    expect(await open({ TRIBUTARY_PROFILE: 'one', TRIBUTARY_DATA_DIR: other })).toMatchObject({ projectId: 'project-of-one' })
    expect(await open({ TRIBUTARY_PROFILE: 'one' }, { 'data-dir': other })).toMatchObject({ projectId: 'project-in-other' })
    expect(await open({ TRIBUTARY_PROFILE: 'two' }, { profile: 'one', endpoint: 'http://here/' })).toMatchObject({
      projectId: 'project-of-one',
      endpoint: 'http://here',
    })
  })

  it('refuses a token that ended, a profile that is not there, and an address that is none', async () => {
    const login = { kind: 'token', token: 'secret-token', expiresAt: '2020-01-01T00:00:00Z', domain: 'd', user: 'ann' } as const
    saveProfile(terminalOf(), 'old', { ...key('old'), login })
    await expect(open()).rejects.toMatchObject({ ending: 'signIn', next: 'tributary login --user ann' })
    await expect(open({}, { profile: 'none' })).rejects.toMatchObject({ ending: 'usage' })
    await expect(open({}, { endpoint: 'http://u:p@h' })).rejects.toMatchObject({ ending: 'usage' })
  })

  it('is kept where its owner alone can read', () => {
    saveProfile(terminalOf(), 'one', key('one'))
    expect(statSync(profilesPath(terminalOf())).mode & 0o777).toBe(0o600)
    expect(readProfiles(terminalOf())).toEqual({ current: 'one', profiles: { one: key('one') } })
    expect(() => saveProfile(terminalOf(), '../x', key('x'))).toThrow('no name for a profile')
    writeFileSync(profilesPath(terminalOf()), '{')
    expect(() => readProfiles(terminalOf())).toThrow('cannot be read as profiles')
  })
})

describe('a secret', () => {
  const request = { what: 'password', flag: 'password-from' }

  it('comes from a variable or from standard input', async () => {
    expect(await readSecret(terminalOf({ P: 'x y' }), { ...request, from: 'env:P' })).toBe('x y')
    expect(await readSecret(terminalOf({}, ' x y \r\nmore'), { ...request, from: 'stdin' })).toBe(' x y ')
  })

  it('is not taken from an argument, nor from nowhere', async () => {
    const wrong = readSecret(terminalOf(), { ...request, from: 'hunter2' })
    await expect(wrong).rejects.toMatchObject({ ending: 'usage' })
    await expect(wrong).rejects.not.toThrow('hunter2')
    for (const from of [undefined, 'prompt', 'env:NONE', 'stdin']) {
      await expect(readSecret(terminalOf(), { ...request, from })).rejects.toMatchObject({ ending: 'usage' })
    }
  })
})
