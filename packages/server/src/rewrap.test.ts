// The sealing key of a data directory is replaced; killed at any moment, the directory opens with the key that its database is under.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DataDirectory, opensWith, Store } from '@tributary/store'
import type { DomainId, UserId } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rewrapKey, settleRewrap } from './rewrap.ts'
import { ensureSealingKey, readSealingKey } from './sealing-key.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const keptInFile = { sealingKey: undefined, newKey: undefined }
const kills = 12
let dataDir: string
let database: string
let keyFile: string

/** A directory with one user and many keys, so that sealing again takes a moment. */
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tributary-rewrap-'))
  database = join(dataDir, 'tributary.db')
  keyFile = join(dataDir, 'sealing.key')
  const sealingKey = ensureSealingKey(dataDir, database, undefined)
  await using store = await Store.open({ path: database, sealingKey })
  await store.transaction(async (tx) => {
    const domainId = 'd1' as DomainId
    await tx.domains.insert({ id: domainId, name: 'd1', createdAt: 1 })
    const user = { id: 'u1' as UserId, domainId, name: 'root', isOwner: true, isDomainAdmin: true, createdAt: 1 }
    await tx.users.insert(user, 'x')
    for (let number = 0; number < 500; number++) {
      await tx.accessKeys.insert({ accessKey: `AK${number}`, secretKey: `secret ${number}`, userId: user.id, createdAt: 1 })
    }
  })
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

/** What a start does. */
function settle(): boolean {
  settleRewrap(dataDir, database)
  expect(existsSync(`${keyFile}.next`)).toBe(false)
  return opensWith(database, readSealingKey(dataDir, undefined))
}

describe('rewrap-key', () => {
  it('puts a new key in the place of the old one', async () => {
    const before = readFileSync(keyFile, 'utf8')
    expect(await rewrapKey({ dataDir, ...keptInFile })).toBe(500)
    expect(readFileSync(keyFile, 'utf8')).not.toBe(before)
    const sealingKey = readSealingKey(dataDir, undefined)
    await using store = await Store.open({ path: database, sealingKey })
    expect((await store.accessKeys.find('AK7'))?.secretKey).toBe('secret 7')
  })

  it('takes the new key from the environment where the old one is kept there', async () => {
    const sealingKey = readFileSync(keyFile, 'utf8').trim()
    rmSync(keyFile)
    const newKey = Buffer.alloc(32, 9).toString('base64')
    await expect(rewrapKey({ dataDir, sealingKey, newKey: undefined })).rejects.toThrow('TRIBUTARY_NEW_SEALING_KEY')
    await rewrapKey({ dataDir, sealingKey, newKey })
    expect(opensWith(database, Buffer.alloc(32, 9))).toBe(true)
    expect(existsSync(keyFile)).toBe(false)
  })

  it('waits for no server: a directory in use is refused', async () => {
    await using _taken = DataDirectory.take(dataDir)
    await expect(rewrapKey({ dataDir, ...keptInFile })).rejects.toThrow('in use')
    expect(opensWith(database, readSealingKey(dataDir, undefined))).toBe(true)
  })

  it('is undone by the next start when it was killed before the commit, and finished when after', async () => {
    writeFileSync(`${keyFile}.next`, Buffer.alloc(32, 5).toString('base64'), { mode: 0o600 })
    expect(settle()).toBe(true)
    writeFileSync(`${keyFile}.next`, 'half a k', { mode: 0o600 })
    expect(settle()).toBe(true)
    const before = readFileSync(keyFile)
    await rewrapKey({ dataDir, ...keptInFile })
    renameSync(keyFile, `${keyFile}.next`)
    writeFileSync(keyFile, before, { mode: 0o600 })
    expect(opensWith(database, readSealingKey(dataDir, undefined))).toBe(false)
    expect(settle()).toBe(true)
  })

  it('can be killed at any moment', async () => {
    let replaced = 0
    const took = await timed({})
    for (let round = 0; round < kills; round++) {
      const before = readFileSync(keyFile, 'utf8')
      await timed({ killAfterMs: (took * (round + 1)) / kills })
      expect(settle()).toBe(true)
      if (readFileSync(keyFile, 'utf8') !== before) replaced += 1
    }
    expect(replaced).toBeLessThan(kills)
  }, 120_000)

  /** @returns how long the command ran, in ms */
  async function timed({ killAfterMs }: { readonly killAfterMs?: number }): Promise<number> {
    const startedAt = performance.now()
    const child = spawn(process.execPath, [main, 'rewrap-key', '--data-dir', dataDir], { stdio: 'ignore' })
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
    await once(child, 'exit')
    clearTimeout(timer)
    return performance.now() - startedAt
  }
})
