// Joins that read one side first, in a real engine: scans that are read twice or fail while they are read ahead, and guesses that are kept.

import { mkdtempSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../../tests/servers/postgres.ts'
import { networkTo, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import type { OpenableTable } from '../../source.ts'
import { Engine } from './engine.ts'
import { KeyEstimates } from './key-estimates.ts'
import { type KeyRule, usualKeyRule } from './key-order.ts'
import { tablesDirectory } from './places.ts'

const scratches = [mkdtempSync(join(tmpdir(), 'tributary-keys-')), mkdtempSync(join(tmpdir(), 'tributary-keys-'))] as const
const any: KeyRule = { ...usualKeyRule, leastTaken: 0, leastRatio: 0 }
const engines = [new Engine(undefined, any), new Engine(undefined, { ...any, mostRows: 3 })] as const
let large: PostgresServer
let small: PostgresServer
let tables: readonly OpenableTable[]

beforeAll(async () => {
  ;[large, small] = await Promise.all([
    startPostgres({
      databases: {
        shop: "create table large as select i as id, i % 1000 as part, 'note ' || i as note from generate_series(1, 30000) i; analyze large",
      },
      settings: { log_statement: 'all' },
    }),
    startPostgres({
      databases: {
        shop: `create table small as select i * 10 as id from generate_series(1, 5000) i where i < 6; analyze small;
          create view broken as select id / (id - 30) as id from small`,
      },
    }),
  ])
  const at = { host: '10.72.0.5' }
  tables = [
    openableOf(tableOf('large', { id: 'int', part: 'int', note: 'string' }), large),
    openableOf(tableOf('small', { id: 'int' }, at), small),
    openableOf(tableOf('broken', { id: 'int' }, at), small),
  ]
  for (const [index, engine] of engines.entries()) {
    const scratchDirectory = scratches[index] as string
    await engine.warm()
    await mkdir(join(tablesDirectory(scratchDirectory), 'job'), { recursive: true })
    const limits = { memoryBytes: 2 ** 29, threads: 1, spillBytes: 2 ** 30, scratchDirectory }
    await engine.assign({ kind: 'assign', network: networkTo([large, small]), limits })
  }
}, 60_000)
afterAll(async () => {
  await Promise.all([large, small].map((server) => server[Symbol.asyncDispose]()))
  await Promise.all(scratches.map((path) => rm(path, { recursive: true, force: true })))
})

const directoryOf = (index: number): string => join(tablesDirectory(scratches[index] as string), 'job')

async function run(sql: string, index = 0) {
  const request = { kind: 'run', jobId: 'job', sql, currentDatabase: 'db1', tables, directory: directoryOf(index) } as const
  const ran = await (engines[index] as Engine).run(request, new AbortController().signal, () => undefined)
  const { rows } = JSON.parse(readFileSync(join(directoryOf(index), 'preview.json'), 'utf8')) as { rows: unknown[][] }
  return { ...ran, rows }
}

const asked = (): readonly string[] => readFileSync(large.logPath, 'utf8').match(/statement: COPY .* FROM "public"."large".*$/gm) ?? []

describe('a scan that was read ahead', () => {
  const twice = `WITH j AS (SELECT s.id, l.note FROM small s JOIN large l ON l.part = s.id)
    SELECT count(*), count(DISTINCT one.note) FROM j one JOIN j other ON one.id = other.id`

  it.each([
    [0, 'whole'],
    [1, 'in part'],
  ])('is there as often as DuckDB asks for it: engine %i, %s', async (index) => {
    const { rows } = await run(twice, index)
    expect(rows).toEqual([[4500, 150]])
  })

  it('fails the job with the words of its source, and the next one works', async () => {
    await expect(run('SELECT * FROM broken b JOIN large l ON l.id = b.id')).rejects.toThrow(/division by zero/)
    expect((await run('SELECT count(*) FROM small s JOIN large l ON l.id = s.id')).rows).toEqual([[5]])
  })

  it('is followed by the rest of it where that is more than was waited for', async () => {
    const before = asked().length
    expect((await run('SELECT count(*), sum(l.id) FROM small s JOIN large l ON l.id = s.id', 1)).rows).toEqual([[5, 150]])
    expect(asked().slice(before)).toEqual([expect.not.stringContaining('unnest')])
  })
})

describe('guesses', () => {
  it('are kept for a minute, whatever the handle', () => {
    let now = 0
    const kept = new KeyEstimates(() => now)
    const scan = { handle: 'one', table: tableOf('t', { id: 'bigint' }), columns: [0], filters: [] }
    kept.keep(scan, { rows: 5, isCeiling: false })
    kept.keep({ ...scan, filters: [{ kind: 'isNull', column: 0 }] }, undefined)
    now = 60_000
    expect(kept.find({ ...scan, handle: 'other' })).toMatchObject({ estimate: { rows: 5 } })
    expect(kept.find({ ...scan, filters: [{ kind: 'isNull', column: 0 }] })).toMatchObject({ estimate: undefined })
    expect(kept.find({ ...scan, filters: [{ kind: 'isNotNull', column: 0 }] })).toBeUndefined()
    now = 60_001
    expect(kept.find(scan)).toBeUndefined()
  })
})
