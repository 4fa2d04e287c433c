// Where the server is: what somebody names, what runs on a data directory, what a killed one left; and calls to servers with certificates of their own.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FlagValue, Given } from './given.ts'
import { localServerOf, placeOf } from './place.ts'
import type { Terminal } from './terminal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-place-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function place(flags: Record<string, FlagValue> = {}, env: Record<string, string> = {}) {
  const terminal: Terminal = {
    stdin: Readable.from([]),
    out: () => {},
    err: () => {},
    isTTY: { stdin: false, stdout: false, stderr: false },
    env,
    cwd: folder,
    signal: new AbortController().signal,
  }
  return placeOf(terminal, new Given([], flags))
}

function announced(name: string, content: unknown): string {
  const path = join(folder, name)
  mkdirSync(path)
  writeFileSync(join(path, 'server.json'), typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

// Process ids are below this on every system that Node runs on.
const nobodysPid = 2 ** 31 - 2

describe('the place of a server', () => {
  it('is the usual one unless a server runs on the data directory', () => {
    expect(place()).toEqual({ endpoint: 'http://127.0.0.1:8080' })
    announced('data', { pid: process.pid, endpoint: 'http://127.0.0.1:9000' })
    expect(place()).toEqual({ endpoint: 'http://127.0.0.1:9000' })
    const other = announced('other', { pid: process.pid, endpoint: 'https://127.0.0.1:9443', ca_path: '/other/tls/ca.pem' })
    expect(place({ 'data-dir': 'other' })).toEqual({ endpoint: 'https://127.0.0.1:9443', caPath: '/other/tls/ca.pem' })
    expect(place({}, { TRIBUTARY_DATA_DIR: other })).toEqual(place({ 'data-dir': 'other' }))
  })

  it('is what somebody names first, with the authority of the local server where it is that one', () => {
    announced('data', { pid: process.pid, endpoint: 'https://127.0.0.1:9443', ca_path: '/d/ca.pem' })
    expect(place({ endpoint: 'https://box:9443/' })).toEqual({ endpoint: 'https://box:9443', caPath: '/d/ca.pem' })
    expect(place({}, { TRIBUTARY_ENDPOINT: 'https://elsewhere' })).toEqual({ endpoint: 'https://elsewhere' })
    expect(place({ endpoint: 'https://elsewhere', ca: 'its.pem' })).toEqual({
      endpoint: 'https://elsewhere',
      caPath: join(folder, 'its.pem'),
    })
    expect(() => place({ endpoint: 'ftp://x' })).toThrow('is no address of a server')
  })

  it.each([
    ['a server that is gone', { pid: nobodysPid, endpoint: 'http://127.0.0.1:9000' }],
    ['half a file', '{"pid": 1'],
    ['another file', { hello: true }],
  ])('is not what %s announces', (_, content) => {
    expect(localServerOf(announced('left', content))).toBeUndefined()
  })

  it('is the usual one where a server was killed, and says which', () => {
    const left = announced('killed', { pid: nobodysPid, endpoint: 'http://127.0.0.1:9000' })
    expect(place({ 'data-dir': 'killed' })).toEqual({ endpoint: 'http://127.0.0.1:8080', endedIn: left })
    expect(place({ 'data-dir': 'killed', endpoint: 'http://127.0.0.1:9001' })).toEqual({ endpoint: 'http://127.0.0.1:9001' })
  })
})
