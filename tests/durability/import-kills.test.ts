// kill -9 under imports, again and again: rows are there whole or not at all, their bad records beside them, and the job says which.

import { randomInt } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleAccount } from '../servers/tributary.ts'
import { KilledServer } from './killed-server.ts'

const rounds = 6
const rows = 300_000
/** The kill comes so long after the import of a round was asked for, at most. */
const longestWindowMs = 1_500

let killed: KilledServer
beforeAll(async () => {
  killed = await KilledServer.open()
}, 60_000)
afterAll(() => killed?.[Symbol.asyncDispose]())

/** How many bad records a job has left. */
function badRecords(job: string): number {
  const path = join(killed.dataDir, 'exports', 'k', 'bad', job)
  if (!existsSync(path)) return 0
  const part = readdirSync(path).find((name) => name.endsWith('.json')) ?? ''
  return readFileSync(join(path, part), 'utf8').trim().split('\n').length
}

describe('imports under a server that is killed', () => {
  it(`are there whole or not at all, ${rounds} times`, { timeout: rounds * 60_000 }, async () => {
    const folder = join(killed.dataDir, 'imports', sampleAccount.projectId, 'k')
    mkdirSync(folder, { recursive: true })
    const lines = Array.from({ length: rows }, (_row, index) => `${index},row ${index}\n`)
    writeFileSync(join(folder, 'rows.csv'), [...lines, 'x,bad\n', '1,2,3\n'].join(''))
    await killed.done('CREATE TABLE kept_rows (n int, t string, round int) PARTITIONED BY (round)')
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
      const { job_id: job } = (await killed.caller.call('importTable', { body })).body
      if (round % 2 === 0) await killed.running(job)
      await new Promise((resolve) => setTimeout(resolve, randomInt(round % 2 === 0 ? longestWindowMs / 3 : longestWindowMs)))
      await killed.server.kill()
      await killed.start()
      const { status, message } = await killed.ended(job)
      states.push(status)
      const there = status === 'FINISHED'
      expect(message).toContain(there ? '' : 'nothing of it was written')
      expect(await killed.rows(`SELECT count(*), count(DISTINCT n) FROM kept_rows WHERE round = ${round}`)).toEqual([
        there ? [rows, rows] : [0, 0],
      ])
      expect(badRecords(job)).toBe(there ? 2 : 0)
      expect(existsSync(join(killed.dataDir, 'jobs', job))).toBe(false)
    }
    expect(states.filter((state) => state !== 'FINISHED' && state !== 'FAILED')).toEqual([])
    // Without one that failed the kills came too late.
    expect(states).toContain('FAILED')
  })
})
