// SQL jobs and the catalog over HTTP, with a real engine.

import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Received, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
  await server.ask('createQueue', { body: { queue_name: 'q1', cu_count: 4, resource_mode: 1 } })
})
afterAll(() => server[Symbol.asyncDispose]())

describe('SQL jobs', () => {
  it('a statement is submitted, watched, read and cancelled as published', async () => {
    const submitted = await submit('SELECT cast(9223372036854775807 AS bigint) AS big, cast(1.50 AS decimal(10,2)) AS d')
    expect([submitted.status, submitted.text]).toEqual([200, expect.stringContaining('QUERY')])
    expect(submitted.body).toEqual({ is_success: true, message: '', job_id: expect.any(String), job_type: 'QUERY', job_mode: 'async' })
    const { job_id } = submitted.body
    const done = await finished(job_id)
    expect(done.body).toMatchObject({
      status: 'FINISHED',
      message: '',
      result_count: 1,
      queue_name: 'q1',
      owner: server.credentials.adminUser,
    })
    expect(JSON.parse(done.body.detail)).toEqual({
      type: 'struct',
      fields: [
        { name: 'big', type: 'long', nullable: true, metadata: {} },
        { name: 'd', type: 'decimal(10,2)', nullable: true, metadata: {} },
      ],
    })
    const preview = await server.ask('previewJob', { params: { job_id }, query: { 'page-size': 10, 'queue-name': 'q1' } })
    expect(preview.body).toMatchObject({ row_count: 1, job_type: 'QUERY', schema: [{ big: 'bigint' }, { d: 'decimal(10,2)' }] })
    expect(preview.text).toContain('9223372036854775807')
    const late = await server.ask('cancelJob', { params: { job_id } })
    expect(late.status).toBe(400)
    expect((await server.ask('getJobStatus', { params: { job_id: 'none' } })).status).toBe(400)
  })

  it('a status that may wait comes with the end of its job, and not later than it may', async () => {
    const waiting = (job_id: string, prefer: string) => server.ask('getJobStatus', { params: { job_id }, headers: { prefer } })
    const { job_id } = (await submit('SELECT 1 AS a')).body
    const done = await waiting(job_id, 'wait=20')
    expect([done.body.status, done.headers.get('preference-applied')]).toEqual(['FINISHED', 'wait=20'])
    const long = (await submit('SELECT count(*) AS n FROM range(100000000000)')).body.job_id
    const begun = performance.now()
    const early = await waiting(long, 'respond-async, wait=1')
    expect([early.body.status, early.headers.get('preference-applied')]).toEqual([expect.stringMatching(/LAUNCHING|RUNNING/), 'wait=1'])
    expect(performance.now() - begun).toBeGreaterThan(900)
    const cancelled = waiting(long, 'wait=20')
    expect((await server.ask('cancelJob', { params: { job_id: long } })).status).toBe(200)
    expect((await cancelled).body.status).toBe('CANCELLED')
    expect((await server.ask('getJobStatus', { params: { job_id } })).headers.get('preference-applied')).toBe(null)
  })

  it('jobs are listed newest first', async () => {
    for (const sql of ['SELECT 1 AS a', 'SELECT 2 AS a']) await finished((await submit(sql)).body.job_id)
    const { body } = await server.ask('listJobs', {
      query: { 'page-size': 2, 'current-page': 1, 'job-type': 'ALL', order: 'start_time_desc' },
    })
    expect(body.jobs.map(({ statement }: { statement: string }) => statement)).toEqual(['SELECT 2 AS a', 'SELECT 1 AS a'])
    expect(body.job_count).toBeGreaterThanOrEqual(2)
  })

  it('jobs are listed by every published filter and order', async () => {
    const tagged = { sql: 'SELECT 41 AS marked', queue_name: 'q1', tags: [{ key: 'team', value: 'blue=1' }] }
    const { job_id } = (await server.ask('submitJob', { body: tagged })).body
    await finished(job_id)
    const [job] = (await server.ask('listJobs', { query: { 'job-id': job_id } })).body.jobs
    const start = job.start_time
    const query = {
      order: 'duration_asc',
      start,
      end: start,
      'job-type': 'QUERY',
      job_types: 'QUERY,DDL',
      'job-status': 'FINISHED',
      'job-id': job_id,
      queue_name: 'Q1',
      sql_pattern: '41 as MARK',
      owner: server.credentials.adminUser,
      'engine-type': 'spark',
      engine_type: 'spark',
      db_name: 'default',
      tags: 'team=blue=1',
      'page-size': 1,
      'current-page': 1,
    }
    const found = await server.ask('listJobs', { query })
    expect(found.body).toMatchObject({ job_count: 1, jobs: [{ job_id, statement: tagged.sql, tags: tagged.tags }] })
    const others = {
      start: start + 1,
      end: start - 1,
      'job-type': 'DDL',
      job_types: 'DDL',
      'job-status': 'FAILED',
      'job-id': 'none',
      queue_name: 'q2',
      sql_pattern: '42',
      owner: 'nobody',
      'engine-type': 'hetuEngine',
      db_name: 'db9',
      table_name: 't9',
      tags: 'team=red',
      'current-page': 2,
    }
    for (const [name, value] of Object.entries(others)) {
      const { body } = await server.ask('listJobs', { query: { ...query, [name]: value } })
      expect([name, body.jobs]).toEqual([name, []])
    }
    for (const bad of [{ order: 'odd' }, { 'job-status': 'odd' }, { 'page-size': 101 }, { 'current-page': 0 }, { start: 'noon' }]) {
      expect((await server.ask('listJobs', { query: bad })).body.error_code).toBe('DLI.0001')
    }
  })

  it('a job shows what it was asked to do, byte for byte', async () => {
    await server.ask('createDatabase', { body: { database_name: 'shown' } })
    const sql = '\n  SELECT 1 AS a -- é\n\n'
    const tags = [{ key: 'k', value: '' }]
    const sent = await server.ask('submitJob', { body: { sql, currentdb: 'Shown', queue_name: 'q1', tags } })
    const { job_id } = sent.body
    const done = await finished(job_id)
    expect(done.body).toMatchObject({ statement: sql, database_name: 'shown', tags })
    expect((await server.ask('getJobDetail', { params: { job_id } })).body).toEqual({
      is_success: true,
      message: '',
      job_id,
      owner: server.credentials.adminUser,
      start_time: done.body.start_time,
      duration: done.body.duration,
      data_path: '',
      data_type: '',
      database_name: 'Shown',
      table_name: '',
      with_column_header: false,
      tags,
    })
    const plain = await submit('SELECT 1 AS a')
    expect((await server.ask('getJobDetail', { params: { job_id: plain.body.job_id } })).body.database_name).toBe('')
    expect((await server.ask('getJobDetail', { params: { job_id: 'none' } })).status).toBe(400)
    await finished(plain.body.job_id)
    await server.ask('deleteDatabase', { params: { database_name: 'shown' } })
  })

  it('the progress of a job is a fraction under v1, and whole under v1.0', async () => {
    const { job_id } = (await submit('SELECT 1 AS a')).body
    await finished(job_id)
    const subJob = { id: 0, name: 'QUERY', status: 'SUCCEEDED', stage_ids: [0], job_group: job_id, num_tasks: 1, num_completed_tasks: 1 }
    const sub_jobs = [expect.objectContaining({ ...subJob, num_active_tasks: 0, num_failed_tasks: 0 })]
    const answer = { is_success: true, message: '', job_id, status: 'FINISHED', progress: 1, sub_job_id: 0, sub_jobs }
    expect((await server.ask('getJobProgress', { params: { job_id } })).body).toEqual(answer)
    expect((await server.ask('getJobProgressWhole', { params: { job_id } })).body).toEqual(answer)
    expect((await server.ask('getJobProgress', { params: { job_id: 'none' } })).body.error_code).toBe('DLI.0002')
    const crossed = await server.ask('getJobCrossings', { params: { job_id } })
    expect(crossed.body).toEqual({ is_success: true, message: '', job_id, status: 'FINISHED', crossings: [] })
    expect((await server.ask('getJobCrossings', { params: { job_id: 'none' } })).status).toBe(404)
  })

  it('the progress of a job that runs moves, never goes back, and is whole at the end alone', { timeout: 120_000 }, async () => {
    const first = (await submit('CREATE TABLE counted AS SELECT id, concat(id, id * 7) AS t FROM range(1500000)')).body.job_id
    expect((await finished(first)).body).toMatchObject({ status: 'FINISHED', message: '' })
    const sql = 'CREATE TABLE grouped AS SELECT sha2(a.t, 256) AS h, count(*) AS n FROM counted a JOIN counted b ON a.id = b.id GROUP BY 1'
    const submitted = await submit(sql)
    expect([submitted.status, submitted.text]).toEqual([200, expect.stringContaining('async')])
    const { job_id } = submitted.body
    const [seen, wholes, running]: [number[], number[], unknown[]] = [[], [], []]
    let last: Received['body']
    do {
      wholes.push((await server.ask('getJobProgressWhole', { params: { job_id } })).body.progress)
      last = (await server.ask('getJobProgress', { params: { job_id } })).body
      seen.push(last.progress)
      if (last.status === 'RUNNING') running.push(last.sub_jobs[0])
      await new Promise((resolve) => setTimeout(resolve, 100))
    } while (['LAUNCHING', 'RUNNING'].includes(last.status))
    expect([last.status, last.progress, last.sub_jobs[0].completion_time]).toEqual(['FINISHED', 1, expect.stringMatching(/ UTC \d{4}$/)])
    expect(seen).toEqual(seen.toSorted((one, other) => one - other))
    expect(seen.indexOf(1)).toBe(seen.length - 1)
    expect(wholes.filter((progress) => ![0, 1].includes(progress))).toEqual([])
    // Somewhere between the start and the end it was seen on its way.
    expect(seen.filter((progress) => progress > 0 && progress < 1).length).toBeGreaterThan(0)
    expect(running[0]).toMatchObject({ status: 'RUNNING', submission_time: expect.stringMatching(/^\w{3} \w{3} \d\d /) })
    for (const name of ['counted', 'grouped']) await submit(`DROP TABLE ${name}`)
  })

  it('a preview is of the queue that is named, and of a mode that there is', async () => {
    const { job_id } = (await submit('SELECT 1 AS a')).body
    await finished(job_id)
    expect((await server.ask('previewJob', { params: { job_id }, query: { 'queue-name': 'default' } })).text).toContain('There is no job')
    const mode = { params: { database_name: 'default', table_name: 'none' }, query: { mode: 'LATER' } }
    expect((await server.ask('previewTable', mode)).text).toContain('mode is SYNC or ASYNC')
  })

  it('EXPLAIN tells what its mode asks for', async () => {
    await finished((await submit('CREATE TABLE told AS SELECT 1 AS a, 2 AS b')).body.job_id)
    const told = async (sql: string) => (await submit(sql)).body.rows[0][0] as string
    const plain = await told('EXPLAIN SELECT a FROM told WHERE b = 2')
    expect(plain).toMatch(/^== Physical Plan ==\n/)
    expect(await told('EXPLAIN EXTENDED SELECT a FROM told WHERE b = 2')).toBe(
      `== Statement ==\nSELECT a FROM told WHERE b = 2\n\n== Analyzed Columns ==\na: int\n\n${plain}`,
    )
    expect(await told('EXPLAIN FORMATTED SELECT a FROM told WHERE b = 2')).toBe(
      `${plain}\n== Scans ==\n(1) default.told\nColumns [2]: a, b\nFilters: 1\n`,
    )
    expect(await told('EXPLAIN COST SELECT a FROM told WHERE b = 2')).toMatch(
      /^== Statistics ==\ndefault.told: sizeInBytes=\d+, rowCount=1, files=1\n\n== Physical/,
    )
    expect((await submit('EXPLAIN CODEGEN SELECT 1')).text).toContain('EXPLAIN CODEGEN is not offered')
    const lines = (await submit('DESCRIBE FUNCTION EXTENDED upper')).body.rows.flat().join('\n')
    expect(lines).toMatch(/Usage: upper\(a1\) takes 1 argument\nReturns: string[\s\S]*> SELECT upper\(/)
    await submit('DROP TABLE told')
  })

  it('a statement is checked without a job', async () => {
    const jobs = async () => (await server.ask('listJobs')).body.job_count
    const before = await jobs()
    const check = (sql: string, currentdb?: string) => server.ask('checkSql', { body: { sql, currentdb } })
    expect((await check('SELECT 1 AS a')).body).toEqual({ is_success: true, message: 'the sql is ok', job_type: 'QUERY' })
    expect((await check('CREATE DATABASE later')).body.job_type).toBe('DDL')
    expect((await check('SELEC 1')).body.error_code).toBe('DLI.0004')
    expect((await check('SELECT a FROM nowhere')).body.error_code).toBe('DLI.0005')
    expect((await check('SELECT nothing')).body.error_code).toBe('DLI.0005')
    expect((await check('SELECT 1 AS a', 'nowhere')).body.error_code).toBe('DLI.0002')
    expect((await check('')).body.error_code).toBe('DLI.0001')
    expect(await jobs()).toBe(before)
    expect((await server.ask('listDatabases', { query: { keyword: 'later' } })).body.database_count).toBe(0)
  })

  it('a statement that cannot be is refused with a code of its own', async () => {
    expect((await submit('SELEC 1')).body.error_code).toBe('DLI.0004')
    expect((await submit('SELECT nothing FROM nowhere')).body.error_code).toMatch(/^DLI\.000[25]$/)
    expect((await server.ask('submitJob', { body: { sql: 'SELECT 1', queue_name: 'none' } })).body.error_code).toBe('DLI.0002')
    expect((await server.ask('submitJob', { body: {} })).body.error_msg).toMatch(/^sql is missing/)
  })

  it.skipIf(!existsSync('/proc/self/maps'))('no SQL engine is loaded into the server itself', () => {
    const maps = readFileSync('/proc/self/maps', 'utf8')
    expect(maps).toContain('node')
    expect(maps).not.toMatch(/duckdb|polyglot/i)
  })
})

describe('the catalog', () => {
  it('a database is created, listed and deleted as published', async () => {
    expect((await server.ask('createDatabase', { body: { database_name: 'DB1', description: 'this is for test' } })).body).toEqual({
      is_success: true,
      message: '',
    })
    const { body } = await server.ask('listDatabases', { query: { keyword: 'db' } })
    expect(body.database_count).toBe(1)
    expect(body.databases[0]).toMatchObject({
      database_name: 'db1',
      description: 'this is for test',
      table_number: 0,
      owner: server.credentials.adminUser,
    })
    expect((await server.ask('createDatabase', { body: { database_name: 'db1' } })).body.error_code).toBe('DLI.0006')
    const deleted = await server.ask('deleteDatabase', { params: { database_name: 'db1' }, query: { cascade: 'true' } })
    expect(deleted.body).toEqual({ is_success: true, message: '', job_mode: 'sync' })
    expect((await server.ask('deleteDatabase', { params: { database_name: 'db1' } })).body.error_code).toBe('DLI.0002')
  })

  it('tables are listed, described and deleted as published', async () => {
    await declareSource()
    const table = { database_name: 'default', table_name: 'orders' }
    const listed = await server.ask('listTables', { params: table, query: { keyword: 'ord', 'with-detail': 'true' } })
    expect(listed.body).toMatchObject({ table_count: 1, tables: [{ table_name: 'orders', table_type: 'EXTERNAL' }] })
    const described = await server.ask('getTable', { params: table })
    expect(described.body.columns).toEqual([
      { column_name: 'id', type: 'bigint', description: '', is_partition_column: false },
      { column_name: 'name', type: 'string', description: '', is_partition_column: false },
    ])
    expect(described.text).not.toContain('s3cret')
    expect((await server.ask('deleteTable', { params: table, query: { async: false } })).body.job_mode).toBe('sync')
    const gone = await server.ask('getTable', { params: table })
    expect([gone.status, gone.body.error_code]).toEqual([400, 'DLI.0002'])
  })
})

/** A table with its columns given needs no source until it is read. */
async function declareSource(): Promise<void> {
  const body = {
    vpcs: [{ id: 'v1', project_id: '48cc2c48765f481480c7db940d6409d1', name: 'v', cidr: '10.9.0.0/16' }],
    subnets: [{ id: 's1', vpc_id: 'v1', name: 's', cidr: '10.9.0.0/24' }],
  }
  await server.ask('declareNetworks', { body })
  await server.ask('createConnection', { body: { name: 'c1', dest_vpc_id: 'v1', dest_network_id: 's1', queues: ['q1'] } })
  await server.ask('createAuthInfo', { body: { auth_info_name: 'pg', datasource_type: 'passwd', user_name: 'u', password: 's3cret' } })
  const created = await submit(
    "CREATE TABLE orders (id bigint, name string) USING JDBC OPTIONS ('url'='jdbc:postgresql://10.9.0.5:5432/postgres', 'driver'='org.postgresql.Driver', 'dbtable'='public.orders', 'passwdauth'='pg', 'encryption'='true')",
  )
  expect([created.status, created.text]).toEqual([200, expect.stringContaining('DDL')])
}

function submit(sql: string): Promise<Received> {
  return server.ask('submitJob', { body: { sql, queue_name: 'q1', conf: ['spark.sql.shuffle.partitions = 200'], tags: null } })
}

async function finished(job_id: string): Promise<Received> {
  for (;;) {
    const received = await server.ask('getJobStatus', { params: { job_id } })
    if (!['LAUNCHING', 'RUNNING'].includes(received.body.status)) return received
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
