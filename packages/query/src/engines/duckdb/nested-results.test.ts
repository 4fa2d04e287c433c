// Arrays, maps and structs in a result: kept in the file with their types, shown in the preview as JSON.

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
  folder = await mkdtemp(join(tmpdir(), 'nested-results-'))
})
afterAll(async () => {
  connection.closeSync()
  instance.closeSync()
  planning.close()
  await rm(folder, { recursive: true })
})

async function previewOf(sql: string): Promise<string> {
  const plan = await planQuery({ sql, currentDatabase: 'db', tables: [], database: planning.database })
  const rows = await writeResult(connection, { sql: plan.sql, columns: plan.columns, outputDirectory: folder, directory: folder })
  expect(rows).toBe(1)
  return readFile(join(folder, 'preview.json'), 'utf8')
}

it('shows arrays as arrays, structs as objects, maps as objects with the keys as text', async () => {
  const preview = await previewOf(
    `SELECT array(1, NULL) a, named_struct('x', 1.50, 'y', array(DATE '2024-02-29')) s, map('k', 9223372036854775807L) m, map(1, 'one', 2, NULL) n, map(DATE '2024-01-05', true) d, CAST(NULL AS ARRAY<INT>) e`,
  )
  expect(preview).toBe(
    '{"schema":[{"a":"array<int>"},{"s":"struct<x:decimal(3,2),y:array<date>>"},{"m":"map<string,bigint>"},{"n":"map<int,string>"},{"d":"map<date,boolean>"},{"e":"array<int>"}],' +
      '"rows":[[[1,null],{"x":"1.50","y":["2024-02-29"]},{"k":9223372036854775807},{"1":"one","2":null},{"2024-01-05":true},null]]}',
  )
})

it('keeps names of fields and keys that JSON has to escape', async () => {
  expect(await previewOf("SELECT named_struct('a\"b', 'c\\\\d') s, map('q\"', array(map('x', 1.5D))) m, array() v")).toContain(
    String.raw`"rows":[[{"a\"b":"c\\d"},{"q\"":[{"x":1.5}]},[]]]`,
  )
})
