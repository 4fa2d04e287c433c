// A job that ends while the disk is full: its end is written when there is room, and it does not read RUNNING for ever.

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Chance } from '../compat/fuzz/random.ts'
import { startTributary } from '../servers/tributary.ts'
import { mountSmallDisk, whyNoSmallDisk } from './small-disk.ts'
import { setStage, silentSource } from './stage.ts'
import { Writer } from './writer.ts'

const diskMegabytes = 24
const mostWrites = 5_000
const why = whyNoSmallDisk()

describe.skipIf(why !== '')(`a job on a full disk${why === '' ? '' : ` (${why})`}`, () => {
  it('fails with its reason once there is room', async () => {
    using disk = mountSmallDisk(diskMegabytes)
    const source = await silentSource()
    await using server = await startTributary({ dataDir: join(disk.path, 'data'), args: ['--warm-spare=false', '--sweep', '1'] })
    const writer = new Writer({ name: 'full', ...(await setStage(server, source.port)), chance: new Chance(1) })
    const { job_id } = (await writer.call('submitJob', { body: { sql: 'SELECT count(*) AS n FROM kept.silent', queue_name: 'kept' } })).body
    const status = async () => (await writer.call('getJobStatus', { params: { job_id } })).body.status
    await expect.poll(status, { timeout: 30_000 }).toBe('RUNNING')
    disk.fill(0)
    let isRefused = false
    for (let count = 0; count < mostWrites && !isRefused; count++) {
      const { status: answered } = await writer.call('createDatabase', {
        body: { database_name: writer.fresh(), description: 'd'.repeat(200) },
      })
      isRefused = answered === 503
    }
    expect(isRefused).toBe(true)
    // The source goes away, and with it the job.
    await source[Symbol.asyncDispose]()
    await expect.poll(() => server.log().includes('a job could not be taken up or ended'), { timeout: 30_000 }).toBe(true)
    expect(await status()).toBe('RUNNING')
    disk.free()
    await expect.poll(status, { timeout: 30_000 }).toBe('FAILED')
  }, 120_000)
})
