// The sealing key of a data directory.

import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ensureSealingKey } from './sealing-key.ts'
import { UsageError } from './settings.ts'

function directory() {
  const path = mkdtempSync(join(tmpdir(), 'tributary-key-'))
  return { path, database: join(path, 'tributary.db'), file: join(path, 'sealing.key') }
}

describe('the sealing key', () => {
  it('is made once, for its owner alone to read', () => {
    const { path, database, file } = directory()
    const key = ensureSealingKey(path, database, undefined)
    expect(key.length).toBe(32)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(ensureSealingKey(path, database, undefined)).toEqual(key)
  })

  it('is taken from the environment in base64 or hex, and then written nowhere', () => {
    const { path, database, file } = directory()
    const key = randomBytes(32)
    expect(ensureSealingKey(path, database, key.toString('base64'))).toEqual(key)
    expect(ensureSealingKey(path, database, key.toString('hex'))).toEqual(key)
    expect(existsSync(file)).toBe(false)
    expect(() => ensureSealingKey(path, database, 'short')).toThrow(UsageError)
  })

  it('is not made anew where secrets may lie under a lost one, nor used where others can read it', () => {
    const { path, database, file } = directory()
    ensureSealingKey(path, database, undefined)
    writeFileSync(database, '')
    chmodSync(file, 0o644)
    expect(() => ensureSealingKey(path, database, undefined)).toThrow(/chmod 600/)
    rmSync(file)
    expect(() => ensureSealingKey(path, database, undefined)).toThrow(/is missing/)
  })
})
