// Moments and intervals in a result: the preview shows what clocks of the session's zone show, in the order of the moments; a write keeps the moments.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { planningDatabase } from '../../plan/sample-planning.ts'
import { planQuery } from '../../plan/steps.ts'
import { writeResult } from './result-files.ts'

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
const planning = await planningDatabase()
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zone-results-'))
})
afterAll(async () => {
  connection.closeSync()
  instance.closeSync()
  planning.close()
  await rm(folder, { recursive: true })
})

const planned = (sql: string, isShown: boolean) =>
  planQuery({ sql, currentDatabase: 'db', timeZone: 'America/New_York', isShown, tables: [], database: planning.database })

async function previewOf(sql: string, isShown = true): Promise<{ readonly rows: readonly unknown[] }> {
  const plan = await planned(sql, isShown)
  await writeResult(connection, { sql: plan.sql, columns: plan.columns, outputDirectory: folder, directory: folder })
  return JSON.parse(await readFile(join(folder, 'preview.json'), 'utf8')) as { readonly rows: readonly unknown[] }
}

const twice = 'SELECT timestamp_seconds(s) AS m, s FROM VALUES (1730615400L), (1730611800L), (1730613600L) AS t(s) ORDER BY m'

it('shows clocks in the order of moments, where an hour comes twice', async () => {
  expect((await previewOf(twice)).rows).toEqual([
    ['2024-11-03 01:30:00', 1_730_611_800],
    ['2024-11-03 01:00:00', 1_730_613_600],
    ['2024-11-03 01:30:00', 1_730_615_400],
  ])
})

it('shows clocks inside of arrays, maps and structs', async () => {
  const moment = 'timestamp_seconds(0)'
  expect((await previewOf(`SELECT array(${moment}, NULL) a, map('k', ${moment}) m, named_struct('t', ${moment}) s`)).rows).toEqual([
    [['1969-12-31 19:00:00', null], { k: '1969-12-31 19:00:00' }, { t: '1969-12-31 19:00:00' }],
  ])
})

it('writes moments', async () => {
  expect((await previewOf(twice, false)).rows[0]).toEqual(['2024-11-03 05:30:00', 1_730_611_800])
})

it('shows intervals as Spark does', async () => {
  const sql = "SELECT TIMESTAMP '2024-11-04 00:00:00' - TIMESTAMP '2024-11-03 00:00:00' AS d, INTERVAL 14 MONTHS AS m"
  expect((await previewOf(sql)).rows).toEqual([["INTERVAL '1 00:00:00' DAY TO SECOND", "INTERVAL '14' MONTH"]])
})
