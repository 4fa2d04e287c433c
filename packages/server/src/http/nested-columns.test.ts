// Arrays, maps and structs as columns of managed tables, over HTTP with a real engine: made, filled, shown, exported; and who may change a table.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SamplePerson, samplePerson } from '../sample-people.ts'
import { type SampleServer, type Sent, sampleServer } from '../sample-server.ts'

let server: SampleServer
let eve: SamplePerson

beforeAll(async () => {
  server = await sampleServer()
  await server.ask('createDatabase', { body: { database_name: 'shop' } })
  eve = await samplePerson(server, 'eve', 'editor')
}, 60_000)
afterAll(() => server[Symbol.asyncDispose]())

/** Submits on the project's own queue and waits for the end. @returns the id of the job, or the refusal */
async function run(sql: string, sent: Sent = {}): Promise<{ readonly id: string; readonly refusal: string; readonly rows: unknown }> {
  const body = { sql, queue_name: 'default', currentdb: 'shop', conf: ['dli.sql.sqlasync.enabled = false'] }
  const submitted = await server.ask('submitJob', { ...sent, body })
  if (submitted.status !== 200 || submitted.body.job_mode === 'sync')
    return { id: submitted.body.job_id, refusal: submitted.body.error_msg ?? '', rows: submitted.body.rows }
  const params = { job_id: submitted.body.job_id as string }
  for (let asked = 0; asked < 1_000; asked += 1) {
    const { body: job } = await server.ask('getJobStatus', { ...sent, params })
    if (job.status === 'FAILED') return { id: params.job_id, refusal: job.message, rows: undefined }
    if (job.status === 'FINISHED') {
      const preview = job.job_type === 'QUERY' ? await server.ask('previewJob', { ...sent, params }) : undefined
      return { id: params.job_id, refusal: '', rows: preview?.body.rows }
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`the job did not end: ${sql}`)
}

const types = ['int', 'array<string>', 'map<string,decimal(10,2)>', 'struct<street:string,zips:array<int>>']
const table = { database_name: 'shop', table_name: 'people' }

describe('nested columns', () => {
  it('are made by a call, described, filled and previewed', async () => {
    const columns = types.map((type, index) => ({ column_name: `c${index}`, type }))
    const made = await server.ask('createTable', { params: table, body: { table_name: 'people', data_location: 'DLI', columns } })
    expect(made.body).toMatchObject({ is_success: true })
    const { body } = await server.ask('getTable', { params: table })
    expect(body.columns.map((column: { type: string }) => column.type)).toEqual(types)
    const values = "1, array('a', NULL), map('x', 1.5), named_struct('street', 'high', 'zips', array(1, 2))"
    expect((await run(`INSERT INTO people SELECT ${values}`)).refusal).toBe('')
    const row = ['1', '["a",null]', '{"x":"1.50"}', '{"street":"high","zips":[1,2]}']
    expect((await server.ask('previewTable', { params: table })).body.rows).toEqual([row])
    expect((await run('SELECT c1[0], c3.zips[1], c2["x"] FROM people')).rows).toEqual([['a', 2, '1.50']])
  }, 60_000)

  it('are no partitions', async () => {
    const columns = [
      { column_name: 'a', type: 'int' },
      { column_name: 'p', type: 'array<int>', is_partition_column: true },
    ]
    const refused = await server.ask('createTable', { params: table, body: { table_name: 'parted', data_location: 'DLI', columns } })
    expect(refused.body.error_msg).toContain('Cannot use array<int> for partition column')
  })

  it('are exported as JSON, and refused as CSV by name', async () => {
    const { id } = await run('SELECT c0, c1 FROM people')
    const wish = { data_path: 'obs://nested/one', queue_name: 'default' }
    const refused = await server.ask('exportResult', { params: { job_id: id }, body: { ...wish, data_type: 'csv' } })
    expect(refused.body.error_msg).toContain('CSV has no form for column c1 of type array<string>')
    const taken = await server.ask('exportResult', { params: { job_id: id }, body: { ...wish, data_type: 'json' } })
    expect(taken.body).toMatchObject({ is_success: true })
  }, 60_000)

  it('stand in views as they are', async () => {
    expect((await run('CREATE VIEW streets AS SELECT c3, c2 FROM people')).refusal).toBe('')
    expect((await run('SELECT c3.street FROM streets')).rows).toEqual([['high']])
  }, 60_000)
})

describe('ALTER TABLE', () => {
  it('is for the owner, and for who was granted that change', async () => {
    const as = { token: eve.token }
    expect((await run('CREATE TABLE kept (n int)')).refusal).toBe('')
    const changes = [
      ['ALTER TABLE kept ADD COLUMNS (m array<int>)', 'ALTER_TABLE_ADD_COLUMNS'],
      ["ALTER TABLE kept SET TBLPROPERTIES ('a' = 'b')", 'DROP_TABLE'],
      ['ALTER TABLE kept RENAME TO renamed', 'ALTER_TABLE_RENAME'],
    ] as const
    for (const [sql, needed] of changes) {
      expect((await run(sql, { as })).refusal).toContain(`'databases.shop.tables.kept', User = 'eve', Action = '${needed}'`)
      const body = { user_name: 'eve', action: 'grant', privileges: [{ object: 'databases.shop.tables.kept', privileges: [needed] }] }
      await server.ask('authorizeUser', { body })
      expect((await run(sql, { as })).refusal).toBe('')
    }
    expect((await run('SELECT m FROM kept')).refusal).toContain('Table or view not found: shop.kept')
    expect((await run('SELECT count(m) AS n FROM renamed')).rows).toEqual([[0]])
    expect((await run('ALTER TABLE renamed RENAME TO people')).refusal).toContain('exists already')
  }, 60_000)

  it('keeps rows that were there, and drops partitions', async () => {
    for (const sql of [
      'CREATE TABLE visits (n int, day date) PARTITIONED BY (day)',
      "INSERT INTO visits VALUES (1, DATE '2024-01-01'), (2, DATE '2024-01-02')",
      'ALTER TABLE visits ADD COLUMNS (who string)',
      "INSERT INTO visits VALUES (3, 'ann', DATE '2024-01-02')",
    ])
      expect((await run(sql)).refusal).toBe('')
    expect((await run('SELECT n, who FROM visits ORDER BY n')).rows).toEqual([
      [1, null],
      [2, null],
      [3, 'ann'],
    ])
    const described = await server.ask('getTable', { params: { database_name: 'shop', table_name: 'visits' } })
    expect(described.body.create_table_sql).toBe(
      'CREATE TABLE shop.visits (\n  n INT,\n  who STRING,\n  day DATE)\nUSING parquet\nPARTITIONED BY (day)\n',
    )
    expect((await run("ALTER TABLE visits DROP PARTITION (day = '2024-1-2')")).refusal).toBe('')
    expect((await run('SELECT n, who FROM visits')).rows).toEqual([[1, null]])
  }, 60_000)
})
