// Imports and exports of tables over HTTP, with a real engine: files that other programs write become rows, whole or not at all, and nothing else is read.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePerson } from '../sample-people.ts'
import { type Received, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer({ TRIBUTARY_MAX_IMPORT: '4000000' })
  await server.ask('createQueue', { body: { queue_name: 'q1', cu_count: 4, resource_mode: 1 } })
  await ran('CREATE DATABASE shop')
})
afterAll(() => server[Symbol.asyncDispose]())

const wish = { database_name: 'shop', queue_name: 'q1' } as const

describe('imports', () => {
  it('files are imported with every published option, and a bad record is told', async () => {
    await ran('CREATE TABLE shop.people (id bigint, name string, born date, seen timestamp, owes decimal(10,2), fine boolean)')
    put('b1/people/one.csv', "id;name;born;seen;owes;fine\n1;'O^'Brien; A.';05.02.1980;2024/02/29 10:11:12;12.345;true\n")
    put('b1/people/two.csv.gz', gzipSync('id;name;born;seen;owes;fine\n9223372036854775807;中文;;;;FALSE\nx;bad;05.02.1980;;;\n3;short\n'))
    put('b1/people/_SUCCESS', '')
    const body = {
      ...wish,
      table_name: 'People',
      data_path: 'obs://b1/people',
      data_type: 'CSV',
      with_column_header: true,
      delimiter: ';',
      quote_char: "'",
      escape_char: '^',
      date_format: 'dd.MM.yyyy',
      timestamp_format: 'yyyy/MM/dd HH:mm:ss',
      bad_records_path: 'obs://bad/records',
    }
    const done = await imported(body)
    expect(done).toMatchObject({
      status: 'FINISHED',
      message: '',
      job_type: 'IMPORT',
      result_count: 2,
      input_row_count: 4,
      bad_row_count: 2,
    })
    expect(done.input_size).toBeGreaterThan(80)
    expect(await rows('SELECT * FROM shop.people ORDER BY id')).toEqual([
      [1, "O'Brien; A.", '1980-02-05', '2024-02-29 10:11:12', '12.35', true],
      [expect.anything(), '中文', null, null, null, false],
    ])
    const folder = join(server.dataDir, 'exports', 'bad', 'records', done.job_id)
    const bad = readFileSync(join(folder, readdirSync(folder).find((name) => name.endsWith('.json')) ?? ''), 'utf8')
    expect(
      bad
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { path: 'two.csv.gz', record: 'x;bad;05.02.1980;;;', reason: 'id is no bigint' },
      { path: 'two.csv.gz', record: '3;short', reason: '2 values for 6 columns' },
    ])
    const detail = (await server.ask('getJobDetail', { params: { job_id: done.job_id } })).body
    expect(detail).toMatchObject({
      data_path: 'obs://b1/people',
      data_type: 'csv',
      database_name: 'shop',
      table_name: 'people',
      with_column_header: true,
      delimiter: ';',
      quote_char: "'",
      escape_char: '^',
      date_format: 'dd.MM.yyyy',
      timestamp_format: 'yyyy/MM/dd HH:mm:ss',
    })
    const { body: progress } = await server.ask('getJobProgress', { params: { job_id: done.job_id } })
    expect(progress).toMatchObject({
      progress: 1,
      sub_job_id: 0,
      sub_jobs: [{ status: 'SUCCEEDED', job_group: done.job_id, num_active_tasks: 0 }],
    })
    const again = await imported({ ...body, bad_records_path: undefined, overwrite: true })
    expect(again).toMatchObject({ result_count: 4, bad_row_count: 2 })
    expect(await rows('SELECT name FROM shop.people WHERE id IS NULL OR name = "short"')).toEqual([['bad'], ['short']])
  })

  it('a column that is NOT NULL, or has a longest text, ends an import of other values; bad records that are put aside do not count', async () => {
    await ran('CREATE TABLE shop.strict (id INT NOT NULL, name VARCHAR(3))')
    put('b1/strict/good.csv', '1,abc\n2,\nx,bad\n')
    put('b1/null.csv', '1,abc\n,nobody\n')
    put('b1/long.csv', '1,abcd\n')
    const into = { ...wish, table_name: 'strict', data_type: 'csv' }
    const apart = { ...into, data_path: 'obs://b1/strict', bad_records_path: 'obs://bad/strict' }
    expect(await imported(apart)).toMatchObject({ status: 'FINISHED', message: '', result_count: 2, bad_row_count: 1 })
    for (const [name, words] of [
      ['null', /^column id is NOT NULL and a row has no value in it/],
      ['long', /^Exceeds char\/varchar type length limitation: 3, in column name/],
    ] as const)
      expect(await imported({ ...into, data_path: `obs://b1/${name}.csv` })).toMatchObject({
        status: 'FAILED',
        message: expect.stringMatching(words),
      })
    expect(await rows('SELECT * FROM shop.strict ORDER BY id')).toEqual([
      [1, 'abc'],
      [2, null],
    ])
  })

  it('json and parquet are imported as they are, into the partition that is named or the one that rows say', async () => {
    await ran('CREATE TABLE shop.events (n int, t string, day date, k int) PARTITIONED BY (day, k)')
    put('b1/events.json', '{"n":1,"t":"a","day":"2024-02-29","k":7}\n{"k":8,"t":{"x":[1,2]},"n":2,"day":"2024-03-01","more":1}\nnothing\n')
    expect(await imported({ ...wish, table_name: 'events', data_path: 'obs://b1/events.json', data_type: 'json' })).toMatchObject({
      result_count: 3,
      bad_row_count: 1,
    })
    put('b1/fixed.json.deflate', deflateSync('{"n":3,"t":"c"}\n'))
    const fixed = { ...wish, table_name: 'events', data_path: 'obs://b1/fixed.json.deflate', data_type: 'json' }
    await imported({ ...fixed, partition_spec: "day=2024-03-01,k='8'", overwrite: true })
    await imported({ ...fixed, partition_spec: { day: '2025-01-01', k: '1' } })
    const expected = [
      [1, 'a', '2024-02-29', 7],
      [3, 'c', '2024-03-01', 8],
      [3, 'c', '2025-01-01', 1],
    ]
    expect(await rows('SELECT * FROM shop.events WHERE n IS NOT NULL ORDER BY day, n')).toEqual(expected)
    const parquet = filesBelow(join(server.dataDir, 'warehouse')).filter((path) => path.endsWith('.parquet'))
    expect(parquet.length).toBeGreaterThan(3)
    await ran('CREATE TABLE shop.sums (k bigint, n decimal(10,1), missing string) COMMENT "other types, and another order"')
    await ran(
      'CREATE TABLE shop.tens AS SELECT cast(id AS int) AS N, cast(id + 1 AS smallint) AS K, cast(id AS string) AS other FROM range(10)',
    )
    const made = filesBelow(join(server.dataDir, 'warehouse')).filter((path) => !parquet.includes(path))
    expect(made).toHaveLength(1)
    put('b1/tens/part-0.parquet', readFileSync(made[0] as string))
    expect(await imported({ ...wish, table_name: 'sums', data_path: 'obs://b1/tens/', data_type: 'parquet' })).toMatchObject({
      result_count: 10,
    })
    expect(await rows('SELECT sum(k), sum(n), count(missing) FROM shop.sums')).toEqual([[55, '45.0', 0]])
    put('b1/no.parquet', 'PAR1 but not really')
    const damaged = await imported({ ...wish, table_name: 'sums', data_path: 'obs://b1/no.parquet', data_type: 'parquet' })
    expect([damaged.status, damaged.message]).toEqual(['FAILED', 'no.parquet is no Parquet file, or is damaged'])
    const dynamic = { conf: ['dli.sql.dynamicPartitionOverwrite.enabled = true'], overwrite: true }
    put('b1/day.json', '{"n":9,"t":"z","day":"2024-02-29","k":7}\n')
    await imported({ ...wish, table_name: 'events', data_path: 'obs://b1/day.json', data_type: 'json', ...dynamic })
    expect(await rows('SELECT n FROM shop.events WHERE n IS NOT NULL ORDER BY day, n')).toEqual([[9], [3], [3]])
  })

  it('what is asked for wrongly is refused with what to change', async () => {
    await ran('CREATE TABLE shop.few (a int)')
    await ran('CREATE VIEW shop.seen AS SELECT a FROM shop.few')
    put('b1/few.csv', '1\n')
    const refused: readonly (readonly [object, string])[] = [
      [{ data_type: 'orc' }, 'data_type orc is not imported here'],
      [{ data_type: 'avro' }, 'write the files as parquet, json or csv'],
      [{ data_type: 'xml' }, 'is unknown: it is one of csv, json, parquet'],
      [{ data_path: '/etc/passwd' }, 'send obs://bucket/folder'],
      [{ data_path: 'obs://b1/../../x' }, 'has a folder that cannot be'],
      [{ data_path: 'obs://b1/none.csv' }, `puts them into ${server.credentials.projectId}/b1/none.csv of the import directory`],
      [{ delimiter: '||' }, 'delimiter is one ASCII character'],
      [{ delimiter: '"' }, 'delimiter is neither quote_char nor escape_char'],
      [{ partition_spec: 'a' }, 'partition_spec is not understood'],
      [{ partition_spec: 'a=1' }, 'is not partitioned'],
      [{ table_name: 'none' }, 'There is no table named none'],
      [{ table_name: 'seen' }, 'shop.seen'],
      [{ database_name: 'nowhere' }, 'nowhere'],
      [{ queue_name: 'none' }, 'none'],
      [{ bad_records_path: 'obs://b1' }, 'is a whole bucket'],
    ]
    for (const [change, words] of refused) {
      const { status, text } = await start({ ...wish, table_name: 'few', data_path: 'obs://b1/few.csv', data_type: 'csv', ...change })
      expect([change, status, text]).toEqual([
        change,
        expect.toSatisfy((code: number) => code >= 400 && code < 500),
        expect.stringContaining(words),
      ])
    }
    const odd = await imported({
      ...wish,
      table_name: 'few',
      data_path: 'obs://b1/few.csv',
      data_type: 'csv',
      partition_spec: '',
      date_format: 'yyyy',
    })
    expect(odd).toMatchObject({ status: 'FINISHED', result_count: 1 })
  })

  it('nothing but plain files of the project is read', async () => {
    await ran('CREATE TABLE shop.text (line string)')
    const secret = join(server.dataDir, 'secret.csv')
    writeFileSync(secret, 'secret\n')
    const root = join(server.dataDir, 'imports', server.credentials.projectId, 'odd')
    mkdirSync(join(root, 'folder', 'inside'), { recursive: true })
    symlinkSync(secret, join(root, 'link.csv'))
    symlinkSync(server.dataDir, join(root, 'way'))
    for (const name of ['pipe', 'links', 'mixed']) mkdirSync(join(root, name))
    execFileSync('python3', ['-c', 'import os, sys; os.mkfifo(sys.argv[1])', join(root, 'pipe', 'p.csv')])
    symlinkSync(secret, join(root, 'links', 'a.csv'))
    // Made where its path is short, as paths of sockets have to be.
    const socket = createServer().listen(join(server.dataDir, 's'))
    await new Promise((resolve) => socket.once('listening', resolve))
    renameSync(join(server.dataDir, 's'), join(root, 'mixed', 's.csv'))
    try {
      for (const path of ['link.csv', 'way/secret.csv', 'pipe', 'pipe/p.csv', 'links', 'mixed', 'folder']) {
        const { status, text } = await start({ ...wish, table_name: 'text', data_path: `obs://odd/${path}`, data_type: 'csv' })
        expect([path, status, text]).toEqual([
          path,
          expect.toSatisfy((code: number) => code >= 400 && code < 500),
          expect.stringContaining('is no plain file'),
        ])
      }
    } finally {
      socket.close()
    }
    const other = join(server.dataDir, 'imports', 'other-project', 'odd')
    mkdirSync(other, { recursive: true })
    writeFileSync(join(other, 'theirs.csv'), 'theirs\n')
    const theirs = await start({ ...wish, table_name: 'text', data_path: 'obs://odd/theirs.csv', data_type: 'csv' })
    expect(theirs.text).toContain('has no files to import')
    expect(await rows('SELECT count(*) FROM shop.text')).toEqual([[0]])
  })

  it('a file that changes its kind after it was looked at is not read', async () => {
    put('swap/a.csv', 'mine\n')
    const path = join(server.dataDir, 'imports', server.credentials.projectId, 'swap')
    const hidden = join(server.dataDir, 'hidden')
    mkdirSync(hidden)
    writeFileSync(join(hidden, 'a.csv'), 'hidden\n')
    const started = await start({ ...wish, table_name: 'text', data_path: 'obs://swap/a.csv', data_type: 'csv' })
    renameSync(path, `${path}-was`)
    symlinkSync(hidden, path)
    const done = await finished(started.body.job_id)
    // Either it was taken before, or it is refused; never is what the link leads to read.
    const { status, message } = done.body
    expect(`${status}: ${message}`).toMatch(/^(?:FINISHED: $|FAILED: .* is no plain file)/)
    expect(await rows("SELECT line FROM shop.text WHERE line = 'hidden'")).toEqual([])
  })

  it('a record of any length and bytes of any kind are met with a bound', async () => {
    await ran('CREATE TABLE shop.odd (a int, b string)')
    put(
      'b1/odd.csv',
      Buffer.concat([Buffer.from('1,'), Buffer.alloc(3_000_000, 97), Buffer.from('\n2,x\n'), Buffer.from([51, 44, 0xff, 0x0a])]),
    )
    expect(await imported({ ...wish, table_name: 'odd', data_path: 'obs://b1/odd.csv', data_type: 'csv' })).toMatchObject({
      status: 'FINISHED',
      result_count: 3,
    })
    expect(await rows('SELECT a, length(b), b = char(65533) FROM shop.odd ORDER BY a')).toEqual([
      [1, 3_000_000, expect.anything()],
      [2, 1, expect.anything()],
      [3, 1, expect.anything()],
    ])
    put(
      'b1/bomb.json.gz',
      gzipSync(Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(40 << 20, 98), Buffer.from('"}\n{"a":4,"b":"after"}\n')])),
    )
    expect(
      await imported({
        ...wish,
        table_name: 'odd',
        data_path: 'obs://b1/bomb.json.gz',
        data_type: 'json',
        bad_records_path: 'obs://bad/bomb',
      }),
    ).toMatchObject({ status: 'FINISHED', result_count: 1, bad_row_count: 1 })
    put('b1/not.csv.gz', 'plain text')
    const damaged = await imported({ ...wish, table_name: 'odd', data_path: 'obs://b1/not.csv.gz', data_type: 'csv' })
    expect([damaged.status, damaged.message]).toEqual(['FAILED', expect.stringContaining('cannot be uncompressed')])
    put('b1/large.csv', Buffer.alloc(5_000_000, 10))
    const large = await imported({ ...wish, table_name: 'odd', data_path: 'obs://b1/large.csv', data_type: 'csv' })
    expect([large.status, large.message]).toEqual(['FAILED', expect.stringContaining('max-import')])
    expect(await rows('SELECT count(*) FROM shop.odd')).toEqual([[4]])
  })
})

describe('exports of tables', () => {
  it('a table is exported, and imported again it is the same', async () => {
    await ran(`CREATE TABLE shop.kinds AS SELECT cast(id - 3 AS bigint) * 3074457345618258602 AS big, cast(id / 7 AS double) AS dbl, id % 2 = 0 AS flag,
      cast(id AS decimal(20,3)) / 3 AS dec, date_add(date '2024-02-28', cast(id AS int)) AS day, timestamp '2024-02-29 23:59:59.000001' AS at,
      concat('a,"b"', char(92), ' ', id, ' 中') AS txt FROM range(7)`)
    for (const [data_type, compress] of [
      ['csv', 'none'],
      ['csv', 'gzip'],
      ['json', 'deflate'],
    ] as const) {
      const data_path = `obs://tables/${data_type}-${compress}`
      const started = await server.ask('exportTable', {
        body: { ...wish, table_name: 'KINDS', data_path, data_type, compress, with_column_header: data_type === 'csv' },
      })
      expect([started.status, started.body.job_mode]).toEqual([200, 'async'])
      const done = (await finished(started.body.job_id)).body
      expect(done).toMatchObject({ status: 'FINISHED', message: '', job_type: 'EXPORT', result_count: 7, result_path: data_path })
      await ran('CREATE TABLE shop.back AS SELECT * FROM shop.kinds WHERE false')
      const back = await imported({ ...wish, table_name: 'back', data_path, data_type, with_column_header: data_type === 'csv' })
      expect(back).toMatchObject({ status: 'FINISHED', message: '', result_count: 7, bad_row_count: 0 })
      expect(await rows('SELECT count(*) FROM (SELECT * FROM shop.kinds INTERSECT SELECT * FROM shop.back)')).toEqual([[7]])
      await ran('DROP TABLE shop.back')
      const twice = await server.ask('exportTable', { body: { ...wish, table_name: 'kinds', data_path, data_type } })
      expect([twice.status, twice.text]).toEqual([expect.any(Number), expect.stringContaining('exists: export to another folder')])
    }
    const view = await server.ask('exportTable', { body: { ...wish, table_name: 'seen', data_path: 'obs://tables/v', data_type: 'csv' } })
    expect(view.text).toContain('only managed tables are exported')
    expect(readdirSync(join(server.dataDir, 'jobs')).length).toBeLessThan(200)
  })

  it('is closed to whoever may not read or write the table, and to another project', async () => {
    const editor = await samplePerson(server, 'importer', 'editor')
    put('b1/people.csv', '1\n')
    const body = { ...wish, queue_name: 'default', table_name: 'few', data_type: 'csv' }
    const read = await server.ask('exportTable', { as: editor, body: { ...body, data_path: 'obs://tables/few' } })
    expect([read.status, read.text]).toEqual([403, expect.stringContaining("Action = 'SELECT'")])
    const written = await server.ask('importTable', { as: editor, body: { ...body, data_path: 'obs://b1/people.csv' } })
    expect([written.status, written.text]).toEqual([403, expect.stringContaining("Action = 'INSERT_INTO_TABLE'")])
    const over = await server.ask('importTable', { as: editor, body: { ...body, data_path: 'obs://b1/people.csv', overwrite: true } })
    expect(over.text).toContain("Action = 'INSERT_OVERWRITE_TABLE'")
  })
})

function put(path: string, content: string | Buffer): void {
  const file = join(server.dataDir, 'imports', server.credentials.projectId, path)
  mkdirSync(dirname(file), { recursive: true })
  rmSync(file, { force: true })
  writeFileSync(file, content)
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function start(body: object): Promise<Received> {
  return server.ask('importTable', { body })
}

async function imported(body: object): Promise<Received['body']> {
  const started = await start(body)
  expect([started.status, started.text]).toEqual([200, expect.stringContaining('async')])
  return (await finished(started.body.job_id)).body
}

async function ran(sql: string): Promise<string> {
  const { body, text } = await server.ask('submitJob', { body: { sql, queue_name: 'q1' } })
  const done = await finished(body.job_id)
  expect([sql, text, done.body.message]).toEqual([sql, expect.any(String), ''])
  return body.job_id
}

async function rows(sql: string): Promise<readonly unknown[]> {
  return (await server.ask('previewJob', { params: { job_id: await ran(sql) } })).body.rows
}

async function finished(job_id: string): Promise<Received> {
  for (;;) {
    const received = await server.ask('getJobStatus', { params: { job_id } })
    if (!['LAUNCHING', 'RUNNING'].includes(received.body.status)) return received
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
