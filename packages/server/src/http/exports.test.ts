// Result pages and exports over HTTP, with a real engine: every row with its exact digits, and files that other programs read.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, inflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePerson } from '../sample-people.ts'
import { type Received, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
let numbers: string
let kinds: string
beforeAll(async () => {
  server = await sampleServer()
  await server.ask('createQueue', { body: { queue_name: 'q1', cu_count: 4, resource_mode: 1 } })
  numbers = await ran(`SELECT cast(id AS bigint) + 9007199254740000 AS n, concat('row ', id) AS t FROM range(2503)`)
  kinds = await ran(kindsSql)
})
afterAll(() => server[Symbol.asyncDispose]())

/** A row of values that are easily changed on their way, and one of NULLs. */
const kindsSql = `SELECT * FROM VALUES
  (9223372036854775807, cast(-12345678901234567890.123456789 AS decimal(38,9)), cast('NaN' AS double), true, date '0001-01-01',
   timestamp '2026-02-28 23:59:59.000001', 'a,"b"\\\\c\\nd', '', cast('xyz' AS binary)),
  (-1, cast(0.1 AS decimal(38,9)), cast(1.5 AS double), false, date '9999-12-31', timestamp '1969-12-31 00:00:00', ' 中文 ', 'plain', cast('' AS binary)),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
  AS v(big, dec, dbl, flag, day, at, txt, empty, bin)`

describe('result pages', () => {
  it('every row of a result is read page by page, each with its exact digits', async () => {
    const seen: string[] = []
    for (let page = 1; page <= 27; page += 1) {
      const { body, text, status } = await page_(numbers, { 'page-size': 100, 'current-page': page })
      expect([page, status]).toEqual([page, 200])
      expect(body).toMatchObject({
        is_success: true,
        job_id: numbers,
        job_type: 'QUERY',
        row_count: 2503,
        schema: [{ n: 'bigint' }, { t: 'string' }],
      })
      seen.push(...[...text.matchAll(/\[(\d+),"row (\d+)"\]/g)].map(([, digits = '']) => digits))
    }
    expect(seen).toEqual(Array.from({ length: 2503 }, (_, row) => String(9007199254740000n + BigInt(row))))
  })

  it('a page from the engine has the cells of the preview', async () => {
    const wide = await ran(`SELECT v.* FROM (${kindsSql}) v CROSS JOIN range(1000) r ORDER BY r.id, v.big`)
    const preview = JSON.parse((await server.ask('previewJob', { params: { job_id: wide } })).text).rows as unknown[]
    const late = (await page_(wide, { 'page-size': 100, 'current-page': 11 })).body
    const known = new Set(preview.map((row) => JSON.stringify(row)))
    expect(late.rows).toHaveLength(100)
    expect(late.rows.filter((row: unknown) => !known.has(JSON.stringify(row)))).toEqual([])
    expect(known.size).toBe(3)
    expect((await page_(kinds, {})).body.rows).toEqual(
      JSON.parse((await server.ask('previewJob', { params: { job_id: kinds } })).text).rows,
    )
  })

  it('has the published limits, answers on the queue of the job alone, and refuses what has no rows', async () => {
    expect((await page_(numbers, {})).body.rows).toHaveLength(50)
    expect((await page_(numbers, { 'page-size': 100, 'current-page': 27 })).body.rows).toEqual([])
    expect((await page_(numbers, { 'current-page': 1e9 })).body.rows).toEqual([])
    for (const bad of [{ 'page-size': 101 }, { 'page-size': 0 }, { 'current-page': 0 }, { 'current-page': 'x' }])
      expect((await page_(numbers, bad)).status).toBe(400)
    expect((await page_(numbers, { 'queue-name': 'Q1' })).status).toBe(200)
    expect((await page_(numbers, { 'queue-name': 'default' })).status).toBe(400)
    const old = await server.ask('getResultPage', { params: { job_id: numbers, queue_name: 'q1' }, path: 1 })
    expect(old.body.rows).toHaveLength(50)
    const ddl = (await server.ask('submitJob', { body: { sql: 'SHOW DATABASES' } })).body.job_id
    expect((await page_(ddl, {})).text).toContain('only QUERY jobs')
    expect((await page_('none', {})).status).toBe(400)
  })

  it('the discarded forms name the queue in their path', async () => {
    const params = { queue_name: 'q1' }
    const submitted = await server.ask('submitJob', { params, path: 1, body: { sql: 'SELECT 5 AS five' } })
    expect([submitted.status, submitted.text]).toEqual([200, expect.stringContaining('QUERY')])
    const { job_id } = submitted.body
    expect((await finished(job_id)).body.queue_name).toBe('q1')
    const elsewhere = await server.ask('cancelJob', { params: { job_id, queue_name: 'default' }, path: 1 })
    expect(elsewhere.text).toContain(`There is no job ${job_id}`)
    expect((await server.ask('cancelJob', { params: { job_id, ...params }, path: 1 })).text).toContain('is FINISHED already')
  })
})

describe('a result that is too much', () => {
  it('fails the query, naming LIMIT', async () => {
    await using small = await sampleServer({ TRIBUTARY_MAX_RESULT_ROWS: '5', TRIBUTARY_MAX_RESULT: '2000' })
    const endOf = async (sql: string): Promise<{ readonly status: string; readonly message: string }> => {
      const { job_id } = (await small.ask('submitJob', { body: { sql } })).body
      for (;;) {
        const { body } = await small.ask('getJobStatus', { params: { job_id } })
        if (!['LAUNCHING', 'RUNNING'].includes(body.status)) return body
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    }
    expect(await endOf('SELECT id FROM range(5)')).toMatchObject({ status: 'FINISHED' })
    expect(await endOf('SELECT id FROM range(6)')).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('at most 5 (max-result-rows): add LIMIT'),
    })
    const wide = `SELECT ${Array.from({ length: 100 }, (_, at) => `id + ${at} AS c${at}`).join(', ')} FROM range(1)`
    expect(await endOf(wide)).toMatchObject({ status: 'FAILED', message: expect.stringContaining('more than 2000 bytes') })
  })
})

describe('exports', () => {
  it('a result is exported with every published option, and the files hold what the pages show', async () => {
    const wish = { data_type: 'csv', with_column_header: 'true', queue_name: 'q1', compress: 'gzip', limit_num: 2, encoding_type: 'gbk' }
    const all = { ...wish, data_path: 'obs://b1/kinds/csv', export_mode: 'ErrorIfExists', quote_char: "'", escape_char: '!' }
    const job_id = await exported(kinds, all)
    const { body } = await server.ask('getJobStatus', { params: { job_id } })
    expect(body).toMatchObject({
      status: 'FINISHED',
      job_type: 'EXPORT',
      result_count: 2,
      result_path: all.data_path,
      result_format: 'csv',
    })
    expect((await server.ask('getJobProgress', { params: { job_id } })).body.progress).toBe(1)
    expect((await server.ask('getJobDetail', { params: { job_id } })).body).toMatchObject({
      data_path: all.data_path,
      data_type: 'csv',
      export_mode: 'ErrorIfExists',
      compress: 'gzip',
      quote_char: "'",
      escape_char: '!',
      with_column_header: true,
    })
    const [listed] = (await server.ask('listJobs', { query: { 'job-type': 'EXPORT', 'job-id': job_id } })).body.jobs
    expect(listed).toMatchObject({ with_column_header: true, result_path: all.data_path })
    expect(Number(listed.output_byte)).toBe(filesOf('b1/kinds/csv')[0]?.bytes.length)
    expect(Number(listed.cpu_cost)).toBeGreaterThan(0)
    const [part] = filesOf('b1/kinds/csv')
    expect(part?.name).toBe(`part-00000-${job_id}-c000.csv.gz`)
    const pages = (await page_(kinds, {})).body.rows as unknown[][]
    expect(pythonRows(gunzipSync(part?.bytes ?? ''), { encoding: 'gbk', quote: "'", escape: '!' })).toEqual([
      ['big', 'dec', 'dbl', 'flag', 'day', 'at', 'txt', 'empty', 'bin'],
      ...pages.slice(0, 2).map((row) => row.map(csvText)),
    ])
  })

  it('is plain UTF-8 unless told, whole, and of all kinds of compression', async () => {
    const expected = `${Array.from({ length: 2503 }, (_, row) => `${9007199254740000n + BigInt(row)},row ${row}`).join('\n')}\n`
    const unpack: Record<string, (bytes: Buffer) => Buffer> = { none: (bytes) => bytes, gzip: gunzipSync, deflate: inflateSync }
    for (const compress of ['none', 'gzip', 'deflate']) {
      await exported(numbers, { data_path: `obs://b1/all/${compress}/`, data_type: 'CSV', compress })
      const files = filesOf(`b1/all/${compress}`)
      expect(files.map(({ name }) => name.replace(/-[0-9a-f-]{36}-/, '-*-'))).toEqual([
        `part-00000-*-c000.csv${{ none: '', gzip: '.gz', deflate: '.deflate' }[compress]}`,
        '_SUCCESS',
      ])
      expect(unpack[compress]?.(files[0]?.bytes ?? Buffer.alloc(0)).toString()).toBe(expected)
    }
  })

  it('writes JSON with every digit, one object to a line', async () => {
    await exported(kinds, { data_path: 'obs://b1/json', data_type: 'json' })
    const lines = filesOf('b1/json')[0]?.bytes.toString().trimEnd().split('\n') ?? []
    expect(lines[0]).toContain('"big":9223372036854775807,"dec":-12345678901234567890.123456789,"dbl":"NaN","flag":true,"day":"0001-01-01"')
    expect(lines.map((line) => JSON.parse(line).txt)).toEqual(['a,"b"\\c\nd', ' 中文 ', undefined])
    expect(lines[2]).toBe('{}')
  })

  it('leaves a folder alone that is there, unless it is to be overwritten', async () => {
    const body = { data_path: 'obs://b1/once', data_type: 'json' }
    await exported(kinds, body)
    const again = await server.ask('exportResult', { params: { job_id: kinds }, body })
    expect([again.status, again.text]).toEqual([400, expect.stringContaining('export_mode Overwrite')])
    writeFileSync(join(root(), 'b1/once/other'), 'x')
    const job_id = await exported(kinds, { ...body, export_mode: 'Overwrite' })
    expect(filesOf('b1/once').map(({ name }) => name)).toEqual([`part-00000-${job_id}-c000.json`, '_SUCCESS'])
    await expect.poll(() => readdirSync(join(root(), '.pending'))).toEqual([])
  })

  it('stays inside the export directory', async () => {
    for (const data_path of [
      'obs://b1/../../x',
      'obs://../x/y',
      'obs://b1',
      'obs://b1/',
      '/etc/x',
      'obs://b1/a//b',
      'obs://.pending/x',
      'obs://b1/a,b',
      'file:///x/y',
      'obs://b1/a\u0000b',
    ])
      expect([
        data_path,
        (await server.ask('exportResult', { params: { job_id: kinds }, body: { data_path, data_type: 'csv' } })).status,
      ]).toEqual([data_path, 400])
    mkdirSync(join(root(), 'b1', 'real'), { recursive: true })
    symlinkSync(server.dataDir, join(root(), 'b1', 'real', 'link'))
    const led = await server.ask('exportResult', {
      params: { job_id: kinds },
      body: { data_path: 'obs://b1/real/link/x', data_type: 'csv' },
    })
    expect([led.status, led.text]).toEqual([400, expect.stringContaining('which is no folder')])
    rmSync(join(root(), 'b1', 'real', 'link'))
  })

  it('names what it refuses', async () => {
    const ask = async (body: object) =>
      server.ask('exportResult', { params: { job_id: kinds }, body: { data_path: 'obs://b1/no', data_type: 'csv', ...body } })
    for (const [body, words] of [
      [{ compress: 'bzip2' }, 'bzip2 is not offered'],
      [{ compress: 'zip' }, 'none, gzip, bzip2, deflate'],
      [{ data_type: 'orc' }, 'csv, json'],
      [{ export_mode: 'Append' }, 'ErrorIfExists, Overwrite'],
      [{ encoding_type: 'latin1' }, 'utf-8, gb2312, gbk'],
      [{ limit_num: -1 }, 'limit_num'],
      [{ quote_char: '""' }, 'quote_char is one ASCII sign'],
      [{ queue_name: 'none' }, 'none'],
    ] as const) {
      const { status, text } = await ask(body)
      expect([body, status, text]).toEqual([body, 400, expect.stringContaining(words)])
    }
    expect(
      (await server.ask('exportResult', { params: { job_id: 'none' }, body: { data_path: 'obs://b/x', data_type: 'csv' } })).status,
    ).toBe(400)
  })

  it('fails by name for a character that the encoding has not, and leaves nothing', async () => {
    const job_id = (
      await server.ask('exportResult', {
        params: { job_id: await ran(`SELECT 'ok 🙂' AS t`) },
        body: { data_path: 'obs://b1/smile', data_type: 'csv', encoding_type: 'gbk' },
      })
    ).body.job_id
    const { body } = await finished(job_id)
    expect(body).toMatchObject({ status: 'FAILED', message: expect.stringContaining('U+1F642, which gbk has not') })
    expect(readdirSync(join(root(), 'b1'))).not.toContain('smile')
  })

  it('a bucket is the project’s that exported to it first', async () => {
    await exported(kinds, { data_path: 'obs://ours/x', data_type: 'csv' })
    const body = { projects: [{ id: 'foreign', name: 'foreign' }] }
    expect((await server.ask('declareNetworks', { body })).status).toBe(200)
    const stan = await samplePerson(server, 'stan', 'admin', 'foreign')
    const as = { token: stan.token }
    const theirs = await server.ask('submitJob', { as, params: { project_id: 'foreign' }, body: { sql: 'SELECT 1 AS one' } })
    const { job_id } = theirs.body
    await finished(job_id, { as, project_id: 'foreign' })
    const wish = { as, params: { project_id: 'foreign', job_id } }
    const taken = await server.ask('exportResult', { ...wish, body: { data_path: 'obs://OURS/y', data_type: 'csv' } })
    expect([taken.status, taken.text]).toEqual([403, expect.stringContaining('belongs to another project')])
    const foreign = await server.ask('exportResult', {
      ...wish,
      params: { ...wish.params, job_id: kinds },
      body: { data_path: 'obs://theirs/y', data_type: 'csv' },
    })
    expect(foreign.text).toContain('There is no job')
  })
})

function root(): string {
  return join(server.dataDir, 'exports')
}

/** The files of a folder, the part first. */
function filesOf(folder: string): readonly { readonly name: string; readonly bytes: Buffer }[] {
  const path = join(root(), folder)
  return readdirSync(path)
    .toSorted()
    .toReversed()
    .map((name) => ({ name, bytes: readFileSync(join(path, name)) }))
}

/** Reads CSV as Python does: another program's opinion. */
function pythonRows(
  bytes: Buffer,
  { encoding, quote, escape }: { readonly encoding: string; readonly quote: string; readonly escape: string },
): unknown {
  const script = `import csv, io, json, sys
text = io.TextIOWrapper(sys.stdin.buffer, encoding=sys.argv[1], newline='')
print(json.dumps(list(csv.reader(text, quotechar=sys.argv[2], escapechar=sys.argv[3], doublequote=False))))`
  return JSON.parse(execFileSync('python3', ['-c', script, encoding, quote, escape], { input: bytes }).toString())
}

/** A cell of a page as CSV has it; the number 9223372036854775807 is beyond JSON.parse. */
function csvText(cell: unknown): string {
  if (typeof cell === 'number' && cell > 2 ** 53) return '9223372036854775807'
  return typeof cell === 'string' ? cell : cell === null ? '' : JSON.stringify(cell)
}

function page_(job_id: string, query: Readonly<Record<string, string | number>>): Promise<Received> {
  return server.ask('getResultPage', { params: { job_id }, query })
}

async function ran(sql: string): Promise<string> {
  const { body, text } = await server.ask('submitJob', { body: { sql, queue_name: 'q1' } })
  const done = await finished(body.job_id)
  expect([sql, text, done.body.message]).toEqual([sql, expect.any(String), ''])
  return body.job_id
}

async function exported(job_id: string, body: object): Promise<string> {
  const started = await server.ask('exportResult', { params: { job_id }, body })
  expect([started.status, started.text]).toEqual([200, expect.stringContaining('async')])
  const done = await finished(started.body.job_id)
  if (done.body.status !== 'FINISHED')
    console.log(
      server.log
        .filter((l) => l.includes('engine'))
        .slice(-12)
        .join('\n'),
    )
  expect([done.body.status, done.body.message]).toEqual(['FINISHED', ''])
  return started.body.job_id
}

async function finished(
  job_id: string,
  { as, project_id }: { readonly as?: { readonly token: string }; readonly project_id?: string } = {},
): Promise<Received> {
  for (;;) {
    const received = await server.ask('getJobStatus', {
      ...(as === undefined ? {} : { as }),
      params: { job_id, ...(project_id === undefined ? {} : { project_id }) },
    })
    if (!['LAUNCHING', 'RUNNING'].includes(received.body.status)) return received
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
