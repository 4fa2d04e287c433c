// Managed tables over HTTP, with a real engine on the default queue.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePerson } from '../sample-people.ts'
import { type Received, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const visits = { database_name: 'default', table_name: 'visits' }
const columns = [
  { column_name: 'day', type: 'date', description: 'of the visit', is_partition_column: true },
  { column_name: 'n', type: 'bigint' },
  { column_name: 'share', type: 'decimal(5,2)' },
]

async function run(sql: string): Promise<Received> {
  const { body, text } = await server.ask('submitJob', { body: { sql } })
  expect([sql, text]).toEqual([sql, expect.stringContaining('job_id')])
  for (;;) {
    const received = await server.ask('getJobStatus', { params: { job_id: body.job_id } })
    if (!['LAUNCHING', 'RUNNING'].includes(received.body.status)) return received
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

const create = (body: object, database_name = 'default') => server.ask('createTable', { params: { database_name }, body })

describe('tables', () => {
  it('a column keeps what was declared of it: NOT NULL and the length of VARCHAR, in whatever way rows come', async () => {
    const varchar = await create({
      table_name: 'labels',
      data_location: 'DLI',
      data_type: 'parquet',
      columns: [{ column_name: 'label', type: 'VARCHAR( 4 )' }],
    })
    expect(varchar.status).toBe(200)
    const table = { database_name: 'default', table_name: 'labels' }
    expect((await server.ask('getTable', { params: table })).body.columns).toMatchObject([{ column_name: 'label', type: 'varchar(4)' }])
    const tooLong = expect.stringContaining('Exceeds char/varchar type length limitation: 4, in column label')
    expect((await run("INSERT INTO labels VALUES ('four'), ('fives')")).body).toMatchObject({ status: 'FAILED', message: tooLong })
    expect((await run("INSERT INTO labels VALUES ('four'), (NULL)")).body).toMatchObject({ status: 'FINISHED', result_count: 2 })
    await run("CREATE TABLE keyed (id INT NOT NULL COMMENT 'of it', tags ARRAY<STRING> NOT NULL, day DATE NOT NULL) PARTITIONED BY (day)")
    await run('CREATE TABLE keyed_too LIKE keyed')
    const shown = (await server.ask('getTable', { params: { ...table, table_name: 'keyed_too' } })).body.create_table_sql
    expect(shown).toContain("id INT NOT NULL COMMENT 'of it',\n  tags ARRAY<STRING> NOT NULL,\n  day DATE NOT NULL")
    const given = "array('a'), DATE '2024-02-29'"
    const refused = [
      ['id', `INSERT INTO keyed_too SELECT NULL, ${given}`],
      ['id', `INSERT INTO keyed_too SELECT CAST(label AS INT), ${given} FROM labels`],
      ['tags', "INSERT INTO keyed_too VALUES (1, NULL, DATE '2024-02-29')"],
      ['day', "INSERT INTO keyed_too VALUES (1, array('a'), NULL)"],
      ['day', "INSERT OVERWRITE keyed_too PARTITION (day = NULL) SELECT 1, array('a')"],
    ]
    for (const [column, sql = ''] of refused)
      expect((await run(sql)).body).toMatchObject({ status: 'FAILED', message: expect.stringMatching(`column ${column} is NOT NULL`) })
    expect((await run(`INSERT INTO keyed_too SELECT 1, ${given} UNION ALL SELECT 2, ${given}`)).body).toMatchObject({ result_count: 2 })
    expect((await run('SELECT count(*) AS n FROM keyed_too')).body).toMatchObject({ status: 'FINISHED', result_count: 1 })
  })

  it('a managed table is created, filled, previewed and taken apart as published', async () => {
    const made = await create({ table_name: 'Visits', data_location: 'DLI', description: 'of the shop', data_type: 'parquet', columns })
    expect([made.status, made.body]).toEqual([200, { is_success: true, message: '' }])
    expect((await server.ask('getTable', { params: visits })).body).toMatchObject({
      column_count: 3,
      columns: [
        { column_name: 'n', type: 'bigint', is_partition_column: false },
        { column_name: 'share', type: 'decimal(5,2)', is_partition_column: false },
        { column_name: 'day', type: 'date', description: 'of the visit', is_partition_column: true },
      ],
      table_type: 'MANAGED',
      data_location: 'DLI',
      table_comment: 'of the shop',
    })
    const filled = await run(
      "INSERT INTO visits VALUES (9223372036854775807, 1.50BD, DATE '2024-02-29'), (2, NULL, NULL), (3, 0.10BD, DATE '2024-02-29')",
    )
    expect(filled.body).toMatchObject({ status: 'FINISHED', job_type: 'INSERT', result_count: 3, table_name: 'visits' })
    const listed = await server.ask('listTables', { params: visits, query: { keyword: 'visits', 'with-detail': true } })
    expect(listed.body.tables).toMatchObject([
      { table_name: 'visits', table_type: 'MANAGED', data_location: 'DLI', partition_columns: ['day'] },
    ])
    expect(listed.body.tables[0].table_size).toBeGreaterThan(100)
    const preview = await server.ask('previewTable', { params: visits })
    expect(preview.body.schema).toEqual([{ n: 'bigint' }, { share: 'decimal(5,2)' }, { day: 'date' }])
    expect(preview.body.rows.toSorted()).toEqual([
      ['2', null, null],
      ['3', '0.10', '2024-02-29'],
      ['9223372036854775807', '1.50', '2024-02-29'],
    ])
    const partitions = await server.ask('listPartitions', { params: visits })
    expect(partitions.body).toMatchObject({ message: 'list partitions succeed', partitions: { total_count: 2 } })
    expect(partitions.body.partitions.partition_infos).toMatchObject([
      { partition_name: 'day=2024-02-29', num_rows: 2, num_files: 1 },
      { partition_name: 'day=__HIVE_DEFAULT_PARTITION__', num_rows: 1, num_files: 1 },
    ])
    const one = await server.ask('listPartitions', { params: visits, query: { filter: 'day=2024-02-29', limit: 1, offset: 0 } })
    expect(one.body.partitions).toMatchObject({ total_count: 1, partition_infos: [{ partition_name: 'day=2024-02-29' }] })
    expect((await server.ask('deleteTable', { params: visits })).status).toBe(200)
    expect((await server.ask('previewTable', { params: visits })).body.error_code).toBe('DLI.0002')
  })

  it('are refused with what to change', async () => {
    const plain = [{ column_name: 'n', type: 'int' }]
    for (const [body, words] of [
      [
        { table_name: 't', data_location: 'OBS', columns: plain, data_path: 'obs://x/y', data_type: 'csv' },
        'there is no object storage here',
      ],
      [{ table_name: 't', data_location: 'VIEW', select_statement: 'SELECT 1' }, 'give it an alias'],
      [{ table_name: 't', data_location: 'BEE', columns: plain }, 'data_location is DLI, OBS or VIEW'],
      [{ table_name: 't', data_location: 'DLI' }, 'columns is empty'],
      [{ table_name: '_t', data_location: 'DLI', columns: plain }, 'is no table name'],
      [{ table_name: 't', data_location: 'DLI', columns: [...plain, { column_name: 'N', type: 'int' }] }, 'duplicate column'],
      [{ table_name: 't', data_location: 'DLI', columns: [{ ...plain[0], is_partition_column: true }] }, 'all columns for partition'],
      [{ table_name: 't', data_location: 'DLI', columns: [{ column_name: 'n', type: 'bees' }] }, 'type "bees" is not offered'],
    ] as const) {
      const refused = await create(body)
      expect([body, refused.status, refused.body.error_msg]).toEqual([body, 400, expect.stringContaining(words)])
    }
    expect((await create({ table_name: 't', data_location: 'DLI', columns: plain }, 'none')).status).toBe(400)
    await create({ table_name: 'once', data_location: 'DLI', columns: plain })
    expect((await create({ table_name: 'ONCE', data_location: 'DLI', columns: plain })).body.error_msg).toContain('exists already')
    const once = { ...visits, table_name: 'once' }
    expect((await server.ask('listPartitions', { params: once })).body.error_msg).toContain('is not partitioned')
    await run('CREATE VIEW seen AS SELECT n FROM once')
    expect((await server.ask('previewTable', { params: { ...visits, table_name: 'seen' } })).body.error_msg).toContain('is a view')
  })

  it('are previewed by who may read them alone', async () => {
    await run('CREATE TABLE secret AS SELECT 42 AS n')
    const params = { ...visits, table_name: 'secret' }
    const ed = await samplePerson(server, 'ed', 'editor')
    expect((await server.ask('previewTable', { params, as: { token: ed.token } })).status).toBe(403)
    const privileges = [{ object: 'databases.default.tables.secret', privileges: ['SELECT'] }]
    await server.ask('authorizeUser', { body: { user_name: 'ed', action: 'grant', privileges } })
    expect((await server.ask('previewTable', { params, as: { token: ed.token } })).body.rows).toEqual([['42']])
  })
})
