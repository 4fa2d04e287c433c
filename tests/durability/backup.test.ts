// Backup and restore with the real commands: taken while writers write, restored elsewhere, read and run there like before.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Chance } from '../compat/fuzz/random.ts'
import { signedCall } from '../compat/seeds/signed-call.ts'
import { sampleAccount, startTributary, type TributaryServer } from '../servers/tributary.ts'
import { inspectDatabase } from './inspect-database.ts'
import { setStage, silentSource } from './stage.ts'
import { stories } from './stories.ts'
import { type Json, StoryOver, type Target, type Write, Writer } from './writer.ts'

const main = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url))
const args = ['--allow-clock', '--warm-spare=false']
const otherKey = Buffer.alloc(32, 7).toString('base64')

/** Ends each story after a few writes, so that something is left of it. */
class ShortWriter extends Writer {
  left = 0

  override async write(write: Write): Promise<Json> {
    if (this.left === 0) throw new StoryOver('enough')
    this.left -= 1
    return super.write(write)
  }
}

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly error: string
}

async function tributary(verb: string, flags: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [main, verb, ...flags], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: child.exitCode, out, error }
}

/** An error that a person reads: one line, no stack. */
const oneLine = (words: string) => expect.stringMatching(new RegExp(`^tributary: [^\\n]*${words}[^\\n]*\\n$`)) as string

describe('backup and restore', () => {
  const stack = new AsyncDisposableStack()
  let folder: string
  let server: TributaryServer
  let target: Target
  let writer: ShortWriter
  let job: string
  const preview = async () => (await writer.call('previewJob', { params: { job_id: job } })).body

  const runJob = async (sql: string): Promise<string> => {
    const { job_id } = (await writer.call('submitJob', { body: { sql } })).body
    await expect
      .poll(async () => (await writer.call('getJobStatus', { params: { job_id } })).body.status, { timeout: 30_000 })
      .toBe('FINISHED')
    return job_id
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tributary-backup-'))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    const source = stack.use(await silentSource())
    server = await startTributary({ dataDir: join(folder, 'data'), args })
    stack.defer(() => server[Symbol.asyncDispose]())
    const stage = await setStage(server, source.port)
    target = stage.target
    writer = new ShortWriter({ name: 'kept', ...stage, chance: new Chance(5) })
    for (const story of stories) {
      writer.left = 3
      await story(writer).catch((error: unknown) => {
        if (!(error instanceof StoryOver)) throw error
      })
    }
  }, 120_000)
  afterAll(() => stack.disposeAsync())

  it('is taken while others write, and whole', async () => {
    job = await runJob('SELECT 42 AS answer')
    await runJob('CREATE TABLE kept.numbers AS SELECT 7 AS n')
    await runJob('INSERT INTO kept.numbers VALUES (8)')
    const others = [0, 1, 2].map(
      (number) => new Writer({ name: `other${number}`, target, ground: writer.ground, chance: new Chance(number) }),
    )
    const life = { isOver: false }
    const writing = others.map(async (other) => {
      while (!life.isOver) await other.chance.pick(stories)(other)
    })
    const done = await tributary('backup', ['--data-dir', server.dataDir, '--to', join(folder, 'backup')])
    life.isOver = true
    await Promise.all(writing)
    expect(done).toMatchObject({ code: 0, error: '', out: expect.stringContaining('without the sealing key') })
    expect(inspectDatabase(join(folder, 'backup', 'tributary.db'))).toEqual([])
    expect((await stat(join(folder, 'backup'))).mode & 0o077).toBe(0)
    expect(JSON.parse(await readFile(join(folder, 'backup', 'backup.json'), 'utf8'))).toMatchObject({ format: 1, has_key: false })
    await expect(stat(join(folder, 'backup', 'sealing.key'))).rejects.toThrow('ENOENT')
    const again = await tributary('backup', ['--data-dir', server.dataDir, '--to', join(folder, 'backup')])
    expect(again).toMatchObject({ code: 2, error: oneLine('is not empty') })
  }, 120_000)

  it('is restored elsewhere: everything reads as before, results too, secrets open and jobs run', async () => {
    const restored = join(folder, 'restored')
    const key = join(server.dataDir, 'sealing.key')
    expect(await tributary('restore', ['--from', join(folder, 'backup'), '--data-dir', restored, '--key', key])).toMatchObject({
      code: 0,
      out: expect.stringContaining('credentials.json is no part of a backup') as string,
      error: '',
    })
    const before = await preview()
    expect(before.rows).toEqual([[42]])
    await using other = await startTributary({ dataDir: restored, args })
    const first = target.endpoint
    target.endpoint = other.endpoint
    const { read, breaches } = await writer.ledger.verifyAll()
    expect(breaches).toEqual([])
    expect(read).toBeGreaterThan(stories.length)
    expect(await preview()).toEqual(before)
    const signed = await signedCall(other.endpoint, sampleAccount, { method: 'GET', path: `/v1.0/${sampleAccount.projectId}/queues` })
    expect(signed.status).toBe(200)
    const job_id = await runJob('SELECT n FROM kept.numbers ORDER BY n')
    expect((await writer.call('previewJob', { params: { job_id } })).body.rows).toEqual([[7], [8]])
    target.endpoint = first
  }, 120_000)

  it('refuses what cannot be restored, and leaves nothing behind', async () => {
    const from = join(folder, 'backup')
    const newer = await changed('newer', (database) => {
      using file = new DatabaseSync(database)
      file.exec('pragma user_version = 9999')
    })
    const damaged = await changed('damaged', async (database) => {
      const bytes = await readFile(database)
      bytes.fill(0xa5, 4096 * 3, 4096 * 30)
      await writeFile(database, bytes)
    })
    const lost = await changed('lost', () => {})
    const wrongKey = join(folder, 'wrong.key')
    await writeFile(wrongKey, otherKey)
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['--from', folder], 'is no backup'],
      [['--from', newer], 'has schema 9999, this version of Tributary knows up to \\d+'],
      [['--from', lost], 'damaged or missing: rows of a managed table would be lost'],
      [['--from', damaged], 'damaged|cannot be copied or used'],
      [['--from', from, '--key', wrongKey], 'is not the sealing key of this backup'],
      [['--from', from, '--kye', wrongKey], '--kye'],
      [[], '--from is missing'],
    ]
    for (const [flags, words] of cases) {
      const ended = await tributary('restore', [...flags, '--data-dir', join(folder, 'never')])
      expect(ended).toMatchObject({ out: '', error: oneLine(words) })
      expect(ended.code).toBeGreaterThan(0)
      await expect(stat(join(folder, 'never'))).rejects.toThrow('ENOENT')
    }
    expect(await tributary('restore', ['--from', from, '--data-dir', server.dataDir])).toMatchObject({
      code: 2,
      error: oneLine('is not empty'),
    })
  }, 120_000)

  it('starts under no key but its own', async () => {
    const restored = join(folder, 'keyless')
    expect(await tributary('restore', ['--from', join(folder, 'backup'), '--data-dir', restored])).toMatchObject({ code: 0 })
    const serve = (env: Readonly<Record<string, string>>) => tributary('serve', ['--port', '0', '--data-dir', restored], env)
    expect(await serve({})).toMatchObject({ code: 2, error: oneLine('sealing.key is missing') })
    expect(await serve({ TRIBUTARY_SEALING_KEY: otherKey })).toMatchObject({
      code: 2,
      error: oneLine('is not the one that .* was written with'),
    })
  }, 60_000)

  async function changed(name: string, change: (database: string) => void | Promise<void>): Promise<string> {
    const path = join(folder, name)
    await mkdir(path)
    for (const file of ['tributary.db', 'backup.json']) await copyFile(join(folder, 'backup', file), join(path, file))
    await change(join(path, 'tributary.db'))
    return path
  }
})
