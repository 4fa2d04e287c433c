// Managed tables in a real engine: rows are written to files, read back by every filter, and files that cannot hold a row are not opened.

import { mkdtempSync } from 'node:fs'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inWords, parseValueType, type ResultColumn, ServiceError, tableFileName, type TableId } from '@tributary/rules'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { networkTo } from '../../../../tests/servers/sources.ts'
import { Engine } from '../engines/duckdb/engine.ts'
import { tablesDirectory } from '../engines/duckdb/places.ts'
import type { Ran } from '../engines/duckdb/messages.ts'
import type { WarehouseTable } from '../source.ts'
import type { WriteOrder } from './write-sql.ts'

const scratch = mkdtempSync(join(tmpdir(), 'tributary-warehouse-'))
const tables = tablesDirectory(scratch)
const engine = new Engine()
const never = new AbortController().signal
let directory = ''
let jobs = 0

beforeAll(async () => {
  await engine.warm()
  await mkdir(tables, { recursive: true })
  await engine.assign({
    kind: 'assign',
    network: networkTo([]),
    limits: { memoryBytes: 2 ** 29, threads: 2, spillBytes: 2 ** 30, scratchDirectory: scratch },
  })
})
afterAll(async () => rm(scratch, { recursive: true, force: true }))
beforeEach(async () => {
  jobs += 1
  directory = join(tables, `job-${jobs}`)
  await mkdir(directory)
})

function columnsOf(columns: Readonly<Record<string, string>>): readonly ResultColumn[] {
  return Object.entries(columns).map(([name, type]) => ({ name, type: parseValueType(type) }))
}

function orderOf(columns: readonly ResultColumn[], partitionColumns: readonly string[] = []): WriteOrder {
  const assigned = columns.map((_column, position) => ({ kind: 'given', position }) as const)
  return { columns, partitionColumns, assigned, given: columns, mostBytes: 2 ** 30 }
}

async function run(sql: string, more: { write?: WriteOrder; managed?: readonly WarehouseTable[] } = {}): Promise<Ran> {
  const request = { kind: 'run', jobId: `job-${jobs}`, sql, currentDatabase: 'db', tables: [], directory, ...more } as const
  return await engine.run(request, never, () => undefined)
}

function tableOf(name: string, order: WriteOrder, ran: Ran): WarehouseTable {
  const files = ran.files.map(({ id, ...file }) => ({ ...file, path: join(directory, tableFileName(id)) }))
  return {
    id: `id-${name}` as TableId,
    name: { database: 'db', name },
    columns: order.columns,
    partitionColumns: order.partitionColumns,
    files,
  }
}

async function rowsOf(sql: string, managed: readonly WarehouseTable[]): Promise<readonly (readonly unknown[])[]> {
  await run(sql, { managed })
  return (JSON.parse(await readFile(join(directory, 'preview.json'), 'utf8')) as { rows: unknown[][] }).rows
}

const kinds = columnsOf({
  a: 'boolean',
  b: 'tinyint',
  c: 'smallint',
  d: 'int',
  e: 'bigint',
  f: 'float',
  g: 'double',
  h: 'decimal(38,10)',
  i: 'decimal(5,2)',
  j: 'string',
  k: 'binary',
  l: 'date',
  m: 'timestamp',
})
const values = [
  "true, 127Y, 32767S, 2147483647, 9223372036854775807L, CAST(15 AS FLOAT), 1e300D, 9999999999999999999999999999.9999999999BD, 999.99BD, 'é🦆', CAST(NULL AS BINARY), DATE '9999-12-31', TIMESTAMP '9999-12-31 23:59:59.999999'",
  "false, -128Y, -32768S, -2147483648, -9223372036854775808L, CAST(-16777216 AS FLOAT), -5e-324D, -9999999999999999999999999999.9999999999BD, -999.99BD, '', CAST(NULL AS BINARY), DATE '0001-01-01', TIMESTAMP '0001-01-01 00:00:00'",
  kinds.map(({ type }) => `CAST(NULL AS ${type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind})`).join(', '),
]

describe('a table', () => {
  it('gives back every value of every type as it was written', async () => {
    const order = orderOf(kinds)
    const sql = values.map((row) => `SELECT ${row}`).join(' UNION ALL ')
    const written = await run(sql, { write: order })
    expect([written.rowCount, written.files.map(({ rows, partition }) => [rows, partition])]).toEqual([3, [[3, []]]])
    const managed = [tableOf('kinds', order, written)]
    const [back, straight] = [await rowsOf('SELECT * FROM kinds', managed), await rowsOf(sql, [])]
    expect(back).toEqual(straight)
    expect(back).toHaveLength(3)
  })

  it('keeps arrays, maps and structs whole, and reads a part of them', async () => {
    const order = orderOf(
      columnsOf({ a: 'array<int>', m: 'map<string,array<date>>', s: 'struct<x:int,y:struct<z:timestamp>>', p: 'string' }),
      ['p'],
    )
    const rows = [
      "(array(1, NULL, 3), map('k', array(DATE '2024-02-29'), 'l', NULL), named_struct('x', 1, 'y', named_struct('z', TIMESTAMP '0001-01-01 00:00:00')), 'one')",
      "(array(), map(), named_struct('x', NULL, 'y', NULL), 'two')",
      "(CAST(NULL AS ARRAY<INT>), NULL, NULL, 'two')",
    ]
    const query = `SELECT CAST(a AS ARRAY<INT>) a, CAST(m AS MAP<STRING,ARRAY<DATE>>) m, CAST(s AS STRUCT<x:INT,y:STRUCT<z:TIMESTAMP>>) s, p FROM (VALUES ${rows.join(', ')}) AS v(a, m, s, p)`
    const written = await run(query, { write: order })
    const table = tableOf('nested', order, written)
    expect(
      written.files
        .map(({ rows: count, partition }) => [...partition, count])
        .toSorted((one, other) => String(one).localeCompare(String(other))),
    ).toEqual([
      ['one', 1],
      ['two', 2],
    ])
    expect(await rowsOf('SELECT * FROM nested ORDER BY p, size(a)', [table])).toEqual(
      await rowsOf(`SELECT * FROM (${query}) ORDER BY p, size(a)`, []),
    )
    expect(await rowsOf("SELECT a[0], m['k'][0], s.y.z, size(a) FROM nested WHERE s.x = 1 AND p = 'one'", [table])).toEqual([
      [1, '2024-02-29', '0001-01-01 00:00:00', 3],
    ])
    expect(await rowsOf('SELECT count(*) FROM nested', [table])).toEqual([[3]])
    expect(await rowsOf('SELECT e FROM nested LATERAL VIEW explode(a) t AS e WHERE e IS NOT NULL ORDER BY e', [table])).toEqual([[1], [3]])
  })

  it('stores a part of a nested value as its type, and refuses one that does not fit', async () => {
    const columns = columnsOf({ a: 'array<tinyint>', s: 'struct<d:decimal(5,2),t:string>' })
    const order: WriteOrder = { ...orderOf(columns), given: columnsOf({ a: 'array<int>', s: 'struct<d:double,t:date>' }) }
    const written = await run("SELECT array(1, NULL, -128), named_struct('d', 1.005D, 't', DATE '2024-02-29')", { write: order })
    expect(await rowsOf('SELECT * FROM t', [tableOf('t', order, written)])).toEqual([[[1, null, -128], { d: '1.01', t: '2024-02-29' }]])
    const refused = run("SELECT array(128), named_struct('d', 1D, 't', DATE '2024-02-29')", { write: order })
    await expect(refused).rejects.toMatchObject({ kind: 'semantic' })
  })

  it('says whose calendar its files follow, so that Spark reads dates before 1582 as they are', async () => {
    const order = orderOf(columnsOf({ day: 'date' }))
    const written = await run("SELECT DATE '0001-01-01'", { write: order })
    const bytes = await readFile(join(directory, tableFileName((written.files[0] as { id: string }).id)))
    expect(bytes.includes('org.apache.spark.version')).toBe(true)
  })

  it('reads columns that were added later as NULL in older files, those of partitions last', async () => {
    const [before, after] = [
      orderOf(columnsOf({ a: 'int', p: 'string' }), ['p']),
      orderOf(columnsOf({ a: 'int', b: 'array<int>', c: 'double', p: 'string' }), ['p']),
    ]
    const old = await run("SELECT 1, 'x'", { write: before })
    const young = await run("SELECT 2, array(1), 1.5D, 'x'", { write: after })
    const table: WarehouseTable = {
      ...tableOf('t', after, young),
      files: [...tableOf('t', before, old).files.map((one) => ({ ...one, columnCount: 2 })), ...tableOf('t', after, young).files],
    }
    expect(await rowsOf('SELECT * FROM t ORDER BY a', [table])).toEqual([
      [1, null, null, 'x'],
      [2, [1], 1.5, 'x'],
    ])
    expect(await rowsOf("SELECT a FROM t WHERE c IS NULL AND p = 'x'", [table])).toEqual([[1]])
    expect(await rowsOf('SELECT count(c), max(b) FROM t WHERE b IS NOT NULL', [table])).toEqual([[1, [1]]])
  })

  it('without files is empty, and a write without rows makes none', async () => {
    const order = orderOf(kinds)
    const written = await run('SELECT * FROM kinds WHERE d > 1', {
      write: order,
      managed: [{ ...tableOf('kinds', order, emptyRan), files: [] }],
    })
    expect([written.rowCount, written.files]).toEqual([0, []])
    expect(await readdir(directory)).toEqual([])
    expect(await rowsOf('SELECT count(*), max(m) FROM kinds', [tableOf('kinds', order, written)])).toEqual([[0, null]])
  })

  it('keeps a partition’s rows in files of its own, and opens those alone that a filter asks for', async () => {
    const order = orderOf(columnsOf({ n: 'int', P: 'string', day: 'date' }), ['P', 'day'])
    const rows = [
      "(1, 'a/b=c', DATE '2024-01-01')",
      "(2, 'a/b=c', DATE '2024-01-02')",
      "(3, '', DATE '2024-01-01')",
      "(4, CAST(NULL AS STRING), DATE '2024-01-01')",
      "(5, 'Z', CAST(NULL AS DATE))",
    ]
    const written = await run(`VALUES ${rows.join(', ')}`, { write: order })
    const partitions = written.files.map(({ rows: count, partition }) => [count, ...partition])
    const byText = (one: unknown, other: unknown): number => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)
    expect(partitions.toSorted(byText)).toEqual(
      [
        [1, 'a/b=c', '2024-01-01'],
        [1, 'a/b=c', '2024-01-02'],
        [2, null, '2024-01-01'],
        [1, 'Z', null],
      ].toSorted(byText),
    )
    const table = tableOf('t', order, written)
    const read = async (where: string): Promise<readonly [unknown, number]> => {
      const ran = await run(`SELECT n FROM t WHERE ${where} ORDER BY n`, { managed: [table] })
      const { rows: found } = JSON.parse(await readFile(join(directory, 'preview.json'), 'utf8')) as { rows: unknown[][] }
      return [found.flat(), ran.inputRows]
    }
    expect(await read("p = 'a/b=c'")).toEqual([[1, 2], 2])
    expect(await read("p = 'a/b=c' AND day > DATE '2024-01-01'")).toEqual([[2], 1])
    expect(await read('p IS NULL')).toEqual([[3, 4], 2])
    expect(await read("p > 'Z'")).toEqual([[1, 2], 2])
    expect(await read('day IS NULL')).toEqual([[5], 1])
    expect(await read("p IN ('Z', 'x') OR day = DATE '2024-01-02'")).toEqual([[2, 5], 5])
    expect(await read("n = 3 AND p = 'none'")).toEqual([[], 0])
  })

  it('refuses a value that does not fit by the name of its column, and leaves no file', async () => {
    const order: WriteOrder = { ...orderOf(columnsOf({ n: 'tinyint' })), given: columnsOf({ n: 'int' }) }
    const error = await run('SELECT 300', { write: order }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ServiceError)
    expect((error as ServiceError).kind).toBe('semantic')
    expect(inWords((error as ServiceError).text)).toMatch(/tinyint type column n due to an overflow/)
    expect(await readdir(directory)).toEqual([])
    expect(await readdir(join(scratch, 'output'))).toEqual([])
  })

  it('refuses the text that stands for NULL as a partition value, and leaves no file', async () => {
    const order = orderOf(columnsOf({ id: 'int', p: 'string' }), ['p'])
    const rows = (text: string): string => `SELECT * FROM (VALUES (1, '${text}'), (2, NULL), (3, '')) AS v(id, p)`
    const error = await run(rows('__HIVE_DEFAULT_PARTITION__'), { write: order }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ServiceError)
    expect([(error as ServiceError).kind, (error as ServiceError).message]).toEqual([
      'semantic',
      "'__HIVE_DEFAULT_PARTITION__' stands for NULL and cannot be a value of partition column p; write NULL",
    ])
    expect(await readdir(directory)).toEqual([])
    const written = await run(rows('__HIVE'), { write: order })
    expect(new Map(written.files.map(({ partition, rows: count }) => [partition[0], count]))).toEqual(
      new Map([
        ['__HIVE', 1],
        [null, 2],
      ]),
    )
  })

  it('computes exactly what does not fit 64 bits, read and written', async () => {
    const order = orderOf(columnsOf({ a: 'decimal(15,2)' }))
    const written = await run('SELECT 9999999999999.99BD UNION ALL SELECT 0.01BD', {
      write: { ...order, given: columnsOf({ a: 'decimal(15,2)' }) },
    })
    const managed = [tableOf('t', order, written)]
    expect(await rowsOf('SELECT a * a AS p FROM t ORDER BY a', managed)).toEqual([['0.0001'], ['99999999999999800000000000.0001']])
    expect(await rowsOf('SELECT sum(a * a * a) AS s FROM t WHERE a < 1', managed)).toEqual([['0.000001']])
    const wide = orderOf(columnsOf({ p: 'decimal(31,4)' }))
    const kept = await run('SELECT a * a FROM t', { write: wide, managed })
    expect(kept.files.map(({ rows }) => rows)).toEqual([2])
    expect(await readdir(join(scratch, 'output'))).toEqual([])
    expect(await rowsOf('SELECT max(p) AS m FROM w', [tableOf('w', wide, kept)])).toEqual([['99999999999999800000000000.0001']])
  })

  it('ends a write that outgrows its room while it runs', async () => {
    const order: WriteOrder = { ...orderOf(columnsOf({ n: 'double' })), mostBytes: 1_000_000 }
    const digits = `(${Array.from({ length: 40 }, (_none, n) => `SELECT ${n} AS n`).join(' UNION ALL ')})`
    const sql = `SELECT a.n * 1.23D + b.n * 7.77D + c.n / 3.3D + d.n * 0.0001D + e.n FROM ${digits} a, ${digits} b, ${digits} c, ${digits} d, ${digits} e`
    await expect(run(sql, { write: order })).rejects.toMatchObject({ kind: 'exhausted' })
    expect(await readdir(join(scratch, 'output'))).toEqual([])
  })

  it('cannot be read past the files that were lent', async () => {
    const order = orderOf(columnsOf({ n: 'int' }))
    const outside = { ...tableOf('t', order, emptyRan), files: [{ path: '/etc/passwd', partition: [], rows: 1, bytes: 1 }] }
    await expect(run('SELECT * FROM t', { managed: [outside] })).rejects.toThrow(/the engine failed/)
  })
})

const emptyRan: Ran = { rowCount: 0, columns: [], inputRows: 0, inputBytes: 0, files: [], cpuMs: 0 }
