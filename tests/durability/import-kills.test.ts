// kill -9 under imports, again and again: rows are there whole or not at all, their bad records beside them, and the job says which.

import { randomInt } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Chance } from '../compat/fuzz/random.ts'
import { sampleAccount, startTributary, type TributaryServer } from '../servers/tributary.ts'
import { signIn } from './stage.ts'
import { type Json, Writer } from './writer.ts'

const rounds = 6
const rows = 300_000
/** The kill comes so long after the import of a round was asked for, at most. */
const longestWindowMs = 1_500

const dataDir = mkdtempSync(join(tmpdir(), 'tributary-import-kills-'))
const target = { endpoint: '', token: '' }
const ground = { vpcId: '', subnetId: '', securityGroupId: '', domainId: '', userName: '', silentPort: 0 }
const caller = new Writer({ name: 'i', target, ground, chance: new Chance(1) })
let server: TributaryServer

async function start(): Promise<void> {
  server = await startTributary({ dataDir })
  target.endpoint = server.endpoint
  target.token = await signIn(server.endpoint)
}

beforeAll(start, 60_000)
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  rmSync(dataDir, { recursive: true, force: true })
})

async function ended(job_id: string): Promise<Json> {
  for (;;) {
    const { body } = await caller.call('getJobStatus', { params: { job_id } })
    if (body.status !== 'LAUNCHING' && body.status !== 'RUNNING') return body
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function running(job_id: string): Promise<void> {
  const read = async (): Promise<string> => (await caller.call('getJobStatus', { params: { job_id } })).body.status
  while ((await read()) === 'LAUNCHING') await new Promise((resolve) => setTimeout(resolve, 2))
}

async function ran(sql: string): Promise<Json> {
  const { body } = await caller.call('submitJob', { body: { sql } })
  expect([sql, await ended(body.job_id)]).toEqual([sql, expect.objectContaining({ status: 'FINISHED' })])
  return (await caller.call('previewJob', { params: { job_id: body.job_id } })).body.rows
}

/** How many bad records a job has left. */
function badRecords(job: string): number {
  const path = join(dataDir, 'exports', 'k', 'bad', job)
  if (!existsSync(path)) return 0
  const part = readdirSync(path).find((name) => name.endsWith('.json')) ?? ''
  return readFileSync(join(path, part), 'utf8').trim().split('\n').length
}

describe('imports under a server that is killed', () => {
  it(`are there whole or not at all, ${rounds} times`, { timeout: rounds * 60_000 }, async () => {
    const folder = join(dataDir, 'imports', sampleAccount.projectId, 'k')
    mkdirSync(folder, { recursive: true })
    const lines = Array.from({ length: rows }, (_row, index) => `${index},row ${index}\n`)
    writeFileSync(join(folder, 'rows.csv'), [...lines, 'x,bad\n', '1,2,3\n'].join(''))
    await ran('CREATE TABLE kept_rows (n int, t string, round int) PARTITIONED BY (round)')
    const states: string[] = []
    for (let round = 0; round < rounds; round += 1) {
      const body = {
        data_path: 'obs://k/rows.csv',
        data_type: 'csv',
        database_name: 'default',
        table_name: 'kept_rows',
        partition_spec: `round=${round}`,
        bad_records_path: 'obs://k/bad',
      }
      const { job_id: job } = (await caller.call('importTable', { body })).body
      if (round % 2 === 0) await running(job)
      await new Promise((resolve) => setTimeout(resolve, randomInt(round % 2 === 0 ? longestWindowMs / 3 : longestWindowMs)))
      await server.kill()
      await start()
      const { status, message } = await ended(job)
      states.push(status)
      const there = status === 'FINISHED'
      expect(message).toContain(there ? '' : 'nothing of it was written')
      expect(await ran(`SELECT count(*), count(DISTINCT n) FROM kept_rows WHERE round = ${round}`)).toEqual([there ? [rows, rows] : [0, 0]])
      expect(badRecords(job)).toBe(there ? 2 : 0)
      expect(existsSync(join(dataDir, 'jobs', job))).toBe(false)
    }
    expect(states.filter((state) => state !== 'FINISHED' && state !== 'FAILED')).toEqual([])
    // Without one that failed the kills came too late.
    expect(states).toContain('FAILED')
  })
})
