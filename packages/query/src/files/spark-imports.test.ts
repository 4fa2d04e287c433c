// Records of CSV and JSON become the values, and the bad records, that Spark 3.3.1 makes of them, as recorded in spark-imports.json.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { type Column, type ImportFormat, parseColumnType } from '@tributary/rules'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BytesVector } from '../batch.ts'
import type { Plan } from '../plan/plan.ts'
import { planningDatabase } from '../plan/sample-planning.ts'
import { quoteName, quoteString } from '../plan/spark-types.ts'
import { planQuery } from '../plan/steps.ts'
import { badRecordsQuery, fileColumns, filesRelation, importQuery } from './import-query.ts'
import { readFiles } from './read-files.ts'

interface Recorded {
  readonly name: string
  readonly format: 'csv' | 'json'
  readonly schema: string
  readonly options: Readonly<Record<string, string>>
  readonly text?: string
  readonly hex?: string
  /** The last of each is the record where it is a bad one; null where Spark ends the job instead. */
  readonly rows: readonly (readonly (string | null)[] | null)[]
}

const recorded = JSON.parse(readFileSync(new URL('./spark-imports.json', import.meta.url), 'utf8')) as {
  readonly spark: string
  readonly cases: readonly Recorded[]
}

/** Where we know better, or take less: by case, the rows that differ, counted from 0. */
const apart: Readonly<Record<string, readonly number[]>> = {
  // Digits of other scripts; bytes of 128 and more, which Spark wraps; seconds beyond the year 9999, which it wraps too.
  'csv tinyint': [17],
  'csv smallint': [17],
  'csv int': [17],
  'csv bigint': [17],
  'json tinyint': [6],
  'json timestamp': [8],
  'json timestamp in format': [8],
  // Hexadecimal floats.
  'csv float': [22],
  'csv double': [22],
  // Text behind an object, single quotation marks, NaN without any: JSON has none of them.
  'json lines': [9, 11, 18],
  // A whole number in quotation marks as days since 1970.
  'json date': [10],
  'json date in format': [10],
  // How Java writes a float that is no short fraction.
  'json float': [7, 30],
  // Text that is no base64, with which Spark forgets the whole record.
  'json binary': [10, 11, 29],
}

const folder = mkdtempSync(join(tmpdir(), 'tributary-imports-'))
let planning: Awaited<ReturnType<typeof planningDatabase>>
beforeAll(async () => {
  planning = await planningDatabase()
})
afterAll(() => {
  planning.close()
  rmSync(folder, { recursive: true, force: true })
})

it('knows its cases', () => {
  expect(recorded.spark).toBe('3.3.1')
  expect(recorded.cases.length).toBeGreaterThan(38)
})

it.each(recorded.cases.map((one) => [one.name, one] as const))('%s', async (name, one) => {
  const { rows, bad } = await imported(one)
  const expected = one.rows.map((row) => (row === null ? undefined : row.slice(0, -1)))
  const badExpected = one.rows.flatMap((row) => (row === null ? [] : [row.at(-1) !== null]))
  expect(rows.length).toBe(one.rows.length)
  const differing = rows.flatMap((row, index) => {
    const wanted = expected[index]
    // What ends a job in Spark is a bad record here.
    const isSame =
      wanted === undefined
        ? row.isBad
        : JSON.stringify(row.values) === JSON.stringify(wanted.map(shown)) && row.isBad === badExpectedOf(one, index)
    return isSame ? [] : [index]
  })
  expect([name, differing]).toEqual([name, apart[name] ?? []])
  expect(bad.length).toBe(rows.filter(({ isBad }) => isBad).length)
  expect(bad.length >= badExpected.filter(Boolean).length - (apart[name]?.length ?? 0)).toBe(true)
})

/** The engine's client leaves a byte order mark out. */
function shown(value: string | null): string | null {
  return value?.replace(/^\ufeff/, '') ?? null
}

function badExpectedOf({ rows }: Recorded, index: number): boolean {
  return rows[index]?.at(-1) !== null
}

interface ImportedRow {
  readonly values: readonly (string | null)[]
  readonly isBad: boolean
}

async function imported(one: Recorded): Promise<{ readonly rows: readonly ImportedRow[]; readonly bad: readonly unknown[] }> {
  const path = join(folder, 'file')
  writeFileSync(path, one.hex === undefined ? (one.text ?? '') : Buffer.from(one.hex, 'hex'))
  const columns = one.schema.split(/, (?![^(]*\))/).map((entry): Column => {
    const [name = '', type = ''] = entry.split(/ (.*)/)
    return { name, type: parseColumnType(type) }
  })
  const format = formatOf(one)
  const texts = fileColumns({ columns })
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    await connection.run("set TimeZone = 'UTC'")
    await connection.run(`create table files (${texts.map(({ name }) => `${name} varchar`).join(', ')})`)
    const settings = { format, columns, files: [{ path, name: 'file', compress: 'none' as const, bytes: 1 }] }
    for await (const { batch } of readFiles(settings, [...texts.keys()], new AbortController().signal)) {
      for (let row = 0; row < batch.rowCount; row += 1) {
        const cells = batch.vectors.map((vector) => textAt(vector as BytesVector, row))
        await connection.run(`insert into files values (${cells.map((cell) => (cell === null ? 'NULL' : quoteText(cell))).join(', ')})`)
      }
    }
    const cells = columns.map(({ name, type }) => (type.kind === 'binary' ? `hex(\`${name}\`)` : `CAST(\`${name}\` AS string)`))
    const plan = await planned(`SELECT ${cells.join(', ')}, is_bad FROM (${importQuery(columns, format)}) AS i`, texts)
    const rows = (await connection.runAndReadAll(inFiles(plan))).getRowsJson()
    const bad = (await connection.runAndReadAll(inFiles(await planned(badRecordsQuery(columns, format), texts)))).getRowsJson()
    return { rows: rows.map((row) => ({ values: row.slice(0, -1) as (string | null)[], isBad: row.at(-1) === true })), bad }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

function formatOf({ format, options }: Recorded): ImportFormat {
  return {
    type: format,
    withHeader: options['header'] === 'true',
    delimiter: options['sep'] ?? ',',
    quote: options['quote'] ?? '"',
    escape: options['escape'] ?? '\\',
    dateFormat: options['dateFormat'],
    timestampFormat: options['timestampFormat'],
  }
}

async function planned(sql: string, columns: readonly Column[]): Promise<Plan> {
  const table = { id: 'files' as never, name: filesRelation, columns }
  return await planQuery({ sql, currentDatabase: 'd', tables: [table], database: planning.database })
}

function inFiles({ sql, scans }: Plan): string {
  return scans.reduce((text, { handle }) => text.replaceAll(quoteName(handle), 'files'), sql)
}

function quoteText(text: string): string {
  return quoteString(text).replaceAll('\0', "' || chr(0) || '")
}

function textAt({ bytes, ends, validity }: BytesVector, row: number): string | null {
  if (validity !== undefined && ((new Uint8Array(validity)[row >> 3] as number) & (1 << (row & 7))) === 0) return null
  const to = new Uint32Array(ends)[row] as number
  const from = row === 0 ? 0 : (new Uint32Array(ends)[row - 1] as number)
  return Buffer.from(bytes).toString('utf8', from, to)
}
