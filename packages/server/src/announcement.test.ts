// Where a server says that it answers: written when it is ready, for its owner alone, gone when it has ended.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { announce } from './announcement.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-announced-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const read = (): unknown => JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8'))

describe('an announcement', () => {
  it('is there while the server runs, private, in place of one that a killed server left', () => {
    writeFileSync(join(folder, 'server.json'), 'left', { mode: 0o644 })
    writeFileSync(join(folder, 'server.json.new'), 'half')
    const announced = announce(folder, { url: 'https://127.0.0.1:9000', caPath: '/d/tls/ca.pem' })
    expect(read()).toEqual({ pid: process.pid, endpoint: 'https://127.0.0.1:9000', ca_path: '/d/tls/ca.pem' })
    expect(statSync(join(folder, 'server.json')).mode & 0o777).toBe(0o600)
    announced[Symbol.dispose]()
    expect(existsSync(join(folder, 'server.json'))).toBe(false)
  })

  it.each([
    ['http://0.0.0.0:8080', 'http://127.0.0.1:8080'],
    ['http://[::]:8080', 'http://[::1]:8080'],
    ['http://10.0.0.5:8080', 'http://10.0.0.5:8080'],
  ])('of %s leads to %s', (url, endpoint) => {
    announce(folder, { url, caPath: undefined })
    expect(read()).toEqual({ pid: process.pid, endpoint })
  })
})
