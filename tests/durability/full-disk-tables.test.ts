// A write of a managed table that fills the disk: it fails with the reason, nothing of it is seen or left, and there is room again afterwards.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Chance } from '../compat/fuzz/random.ts'
import { startTributary } from '../servers/tributary.ts'
import { mountSmallDisk, whyNoSmallDisk } from './small-disk.ts'
import { setStage, silentSource } from './stage.ts'
import { type Json, Writer } from './writer.ts'

const diskMegabytes = 48
const leftKilobytes = 3_000
const why = whyNoSmallDisk()

describe.skipIf(why !== '')(`a managed table on a full disk${why === '' ? '' : ` (${why})`}`, () => {
  it('keeps the rows that it had, and takes more when there is room', async () => {
    using disk = mountSmallDisk(diskMegabytes)
    await using source = await silentSource()
    await using server = await startTributary({ dataDir: join(disk.path, 'data'), args: ['--warm-spare=false'] })
    const writer = new Writer({ name: 'full', ...(await setStage(server, source.port)), chance: new Chance(1) })
    const run = async (sql: string): Promise<Json> => {
      const { job_id } = (await writer.call('submitJob', { body: { sql } })).body
      const ended = async (): Promise<Json> => (await writer.call('getJobStatus', { params: { job_id } })).body
      await expect.poll(async () => (await ended()).status, { timeout: 60_000 }).toMatch(/FINISHED|FAILED/)
      return ended()
    }
    const count = async (): Promise<Json> => {
      const { job_id } = await run('SELECT count(*) AS n FROM large')
      return (await writer.call('previewJob', { params: { job_id } })).body.rows[0][0]
    }
    const files = async () =>
      (await readdir(join(server.dataDir, 'warehouse'), { recursive: true })).filter((name) => name.endsWith('.parquet'))
    const numbers = Array.from({ length: 100 }, (_none, n) => `(${n})`).join(', ')
    await run(`CREATE TABLE numbers AS SELECT col1 AS n FROM (VALUES ${numbers})`)
    await run('CREATE TABLE large AS SELECT a.n * 1.37D AS x FROM numbers a')
    const before = await files()
    disk.fill(leftKilobytes * 1024)
    const grow =
      'INSERT INTO large SELECT a.n * 1.37D + b.n / 7.1D + c.n * 0.0013D FROM numbers a CROSS JOIN numbers b CROSS JOIN numbers c'
    const failed = await run(grow)
    expect([failed.status, failed.message]).toEqual(['FAILED', expect.stringMatching(/disk/)])
    disk.free()
    expect(await count()).toBe(100)
    expect(await files()).toEqual(before)
    expect((await run(grow)).status).toBe('FINISHED')
    expect(await count()).toBe(1_000_100)
  }, 180_000)
})
