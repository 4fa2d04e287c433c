// A database whose strings have another order than Spark's: what was planned to be asked whole is read table by table, in the same job.

import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Engine } from '../../../packages/query/src/engines/duckdb/engine.ts'
import { type PostgresServer, startPostgres } from '../../servers/postgres.ts'
import { networkTo, openableOf, tableOf } from '../../servers/sources.ts'

const [scratch, directory] = [mkdtempSync(join(tmpdir(), 'tributary-latin-')), mkdtempSync(join(tmpdir(), 'tributary-latin-'))]
const engine = new Engine()
let server: PostgresServer

beforeAll(async () => {
  server = await startPostgres({ settings: { log_statement: 'all' } })
  await server.query('postgres', "create database latin encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'")
  await server.query(
    'latin',
    "create table names (k int, t text); insert into names values (1, 'a'), (1, 'z'), (1, 'ä'), (2, 'b'), (2, null)",
  )
  await engine.warm()
  const limits = { memoryBytes: 2 ** 29, threads: 1, spillBytes: 2 ** 30, scratchDirectory: scratch }
  await engine.assign({ kind: 'assign', network: networkTo([server]), limits })
}, 60_000)
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await Promise.all([scratch, directory].map((path) => rm(path, { recursive: true, force: true })))
})

async function answered(sql: string): Promise<{ readonly rows: unknown; readonly sent: readonly string[] }> {
  const sent = (): readonly string[] =>
    readFileSync(server.logPath, 'utf8')
      .split('\n')
      .filter((line) => line.includes('statement: COPY'))
  const before = sent().length
  const tables = [openableOf(tableOf('names', { k: 'int', t: 'string' }, { database: 'latin' }), server)]
  await engine.run(
    { kind: 'run', jobId: 'job', sql, currentDatabase: 'db1', tables, directory },
    new AbortController().signal,
    () => undefined,
  )
  const { rows } = JSON.parse(readFileSync(join(directory, 'preview.json'), 'utf8')) as { readonly rows: unknown }
  return { rows, sent: sent().slice(before) }
}

it('reads the rows where the order of strings counts', async () => {
  const { rows, sent } = await answered('SELECT k, max(t) AS m FROM names GROUP BY k ORDER BY k')
  expect(rows).toEqual([
    [1, 'ä'],
    [2, 'b'],
  ])
  expect(sent).toEqual([expect.stringContaining('COPY (SELECT "k", "t" FROM "public"."names")')])
})

it('asks for groups where it does not', async () => {
  const { rows, sent } = await answered("SELECT k, count(t) AS n FROM names WHERE t <> 'ä' GROUP BY k ORDER BY k")
  expect(rows).toEqual([
    [1, 2],
    [2, 1],
  ])
  expect(sent).toEqual([expect.stringContaining('GROUP BY')])
})
