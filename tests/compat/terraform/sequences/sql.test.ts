// Databases, tables, SQL jobs, permissions and tags, as the provider makes, reads, changes and deletes them.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../servers/postgres.ts'
import { authInfo } from './auth-info.ts'
import { connection } from './connection.ts'
import { database } from './database.ts'
import { Applied } from './lifecycle.ts'
import { permission } from './permission.ts'
import type { Provider } from './provider.ts'
import { queue, queueDefaults } from './queue.ts'
import { sqlJob } from './sql-job.ts'
import { openStage, type Stage } from './stage.ts'
import { subnet } from './subnet.ts'
import { table } from './table.ts'
import { vpc } from './vpc.ts'

let stage: Stage
let provider: Provider
let source: PostgresServer
beforeAll(async () => {
  stage = await openStage()
  provider = stage.provider
  const { id: vpc_id } = (await Applied.create(provider, vpc, { name: 'sales', cidr: '10.71.0.0/16' })).state
  source = await startPostgres({ databases: { sales: sourceSql } })
  const map = [{ from: '10.71.0.5:5432', to: `127.0.0.1:${source.port}` }]
  const path = `tributary/v1/projects/{project_id}/vpcs/${String(vpc_id)}/gateway`
  await provider.send({ method: 'PUT', path, body: { kind: 'map', ranges: ['127.0.0.1/32'], map } })
  const inside = { name: 'sales', cidr: '10.71.0.0/24', gateway_ip: '10.71.0.1', vpc_id, dhcp_enable: true, primary_dns: '10.71.0.2' }
  const { id: subnet_id } = (await Applied.create(provider, subnet, inside)).state
  await Applied.create(provider, queue, { ...queueDefaults, name: 'analytics', resource_mode: 1, cu_count: 16 })
  const hosts = [{ name: 'sales-db', ip: '10.71.0.5' }]
  await Applied.create(provider, connection, { name: 'sales', vpc_id, subnet_id, queues: ['analytics'], hosts })
  await Applied.create(provider, database, { name: 'shop' })
  await Applied.create(provider, authInfo, { name: 'login', type: 'passwd', user_name: source.user, password: source.password })
  for (const name of ['eve', 'olga'])
    await provider.send({ method: 'POST', path: 'v3.0/OS-USER/users', body: { user: { name, password: 'Correct-horse-1' } } })
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await source[Symbol.asyncDispose]()
})

const ordersSql = `CREATE TABLE orders (id INT COMMENT 'number', name STRING) USING JDBC OPTIONS (
  'url' = 'jdbc:postgresql://sales-db:5432/sales',
  'driver' = 'org.postgresql.Driver',
  'dbtable' = 'public.orders',
  'passwdauth' = 'login',
  'encryption' = 'true')
`
/** Who reads from `slow` waits until it is cancelled. */
const sourceSql = `
  create table public.orders as select 1 as id, 'first' as name;
  create view public.slow as select 1 as id, 'never' as name from pg_sleep(600)`

describe('huaweicloud_dli_database', () => {
  it('is made, given to another owner, imported by name and deleted', async () => {
    const before = { name: 'archive', description: 'old orders', enterprise_project_id: '0', tags: { a: '1' } }
    provider.takeCalls()
    const applied = await Applied.create(provider, database, before)
    const all = 'v1.0/{project_id}/databases'
    expect(provider.takeCalls()).toEqual([`POST ${all}`, `GET ${all}?keyword=archive`])
    expect(await applied.plan(before)).toEqual([])
    const after = { ...before, owner: 'olga' }
    expect(await applied.update(after)).toEqual(['owner'])
    expect(await applied.plan(after)).toEqual([])
    expect(await applied.import('archive', after)).toEqual(['tags'])
    expect(await applied.destroy()).toBe(true)
  })

  it('is not taken for another whose name it is a part of', async () => {
    const longer = await Applied.create(provider, database, { name: 'part_two' })
    const shorter = await Applied.create(provider, database, { name: 'part' })
    expect(shorter.state['id']).not.toBe(longer.state['id'])
    expect(await shorter.destroy()).toBe(true)
    expect(await longer.plan({ name: 'part_two' })).toEqual([])
    expect(await longer.destroy()).toBe(true)
  })
})

describe('huaweicloud_dli_sql_job', () => {
  it('is submitted, watched, read word for word, and left alone when it has ended', async () => {
    const configuration = {
      sql: "SELECT 1 AS id,\n  'äöü; -- 数据' AS name\n",
      database_name: 'shop',
      queue_name: 'analytics',
      conf: [{ spark_sql_shuffle_partitions: 10, dli_sql_job_timeout: 600 }],
      tags: { workspace: 'space1', b: '2' },
    }
    provider.takeCalls()
    const applied = await Applied.create(provider, sqlJob, configuration)
    const calls = provider.takeCalls()
    expect(calls[0]).toBe('POST v1.0/{project_id}/jobs/submit-job')
    expect(calls.at(-3)).toBe('GET v1.0/{project_id}/jobs/{id}/status')
    expect(calls.slice(-2)).toEqual(['GET v1.0/{project_id}/jobs/{id}/detail', 'GET v1.0/{project_id}/jobs/{id}/status'])
    // The provider takes a job that runs for made; this one is to have ended.
    const planned = async () => ({ changes: await applied.plan(configuration), status: applied.state['status'] })
    await expect.poll(planned, { timeout: 20_000 }).toEqual({ changes: [], status: 'FINISHED' })
    expect(await applied.import(String(applied.state['id']), configuration)).toEqual(['conf'])
    provider.takeCalls()
    expect(await applied.destroy()).toBe(false)
    expect(applied.state['job_type']).toBe('QUERY')
    expect(provider.takeCalls().some((call) => call.startsWith('DELETE') && applied.state['status'] === 'FINISHED')).toBe(false)
  })

  it('has its result exported, once', async () => {
    const job = await Applied.create(provider, sqlJob, { sql: 'SELECT 1 AS one', database_name: 'shop', queue_name: 'analytics' })
    const body = { data_path: 'obs://terraform/one', data_type: 'csv', with_column_header: true, queue_name: 'analytics' }
    const call = { method: 'POST', path: `v1.0/{project_id}/jobs/${String(job.state['id'])}/export-result`, body } as const
    const status = (id: unknown) =>
      provider.read({ method: 'GET', path: `v1.0/{project_id}/jobs/${String(id)}/status` }, { status: 'string', job_type: 'string' })
    await expect.poll(() => status(job.state['id']), { timeout: 20_000 }).toMatchObject({ status: 'FINISHED', job_type: 'QUERY' })
    const { job_id: id } = await provider.read(call, { job_id: 'string' })
    await expect.poll(() => status(id), { timeout: 20_000 }).toMatchObject({ status: 'FINISHED', job_type: 'EXPORT' })
    await expect(provider.send(call)).rejects.toMatchObject({ status: 400, code: 'DLI.0006' })
  })

  it('that still runs is cancelled when it goes', async () => {
    await Applied.create(provider, sqlJob, { sql: ordersSql.replaceAll('orders', 'slow'), database_name: 'shop', queue_name: 'analytics' })
    const configuration = { sql: 'SELECT id, name FROM slow', database_name: 'shop', queue_name: 'analytics' }
    const applied = await Applied.create(provider, sqlJob, configuration)
    expect(applied.state['status']).toBe('RUNNING')
    expect(await applied.plan(configuration)).toEqual([])
    provider.takeCalls()
    expect(await applied.destroy()).toBe(false)
    expect(provider.takeCalls().filter((call) => call.startsWith('DELETE'))).toEqual(['DELETE v1.0/{project_id}/jobs/{id}'])
    await applied.plan(configuration)
    expect(applied.state['status']).toBe('CANCELLED')
    await table.remove(provider, { id: 'shop/slow' })
  })

  it('makes a table that can be imported, read and deleted', async () => {
    const configuration = { sql: ordersSql, database_name: 'shop', queue_name: 'analytics', conf: [{ dli_sql_sqlasync_enabled: true }] }
    const job = await Applied.create(provider, sqlJob, configuration)
    expect(await job.plan(configuration)).toEqual([])
    const shown = await provider.poll({ firstMs: 0, nextMs: 1 }, () => table.read(provider, { id: 'shop/orders' }))
    expect(shown).toMatchObject({
      database_name: 'shop',
      name: 'orders',
      columns: [
        { name: 'id', type: 'int', description: 'number', is_partition: false },
        { name: 'name', type: 'string', description: '', is_partition: false },
      ],
    })
    await table.remove(provider, { id: 'shop/orders' })
    expect(await table.read(provider, { id: 'shop/orders' })).toBeUndefined()
  })

  it('that fails is an error', async () => {
    const failing = { sql: 'SELECT * FROM shop.nothing_here', queue_name: 'analytics' }
    await expect(Applied.create(provider, sqlJob, failing)).rejects.toThrow(/nothing_here|FAILED/)
  })
})

describe('huaweicloud_dli_table', () => {
  it('is made with a partition, planned empty, imported and destroyed', async () => {
    const columns = [
      { name: 'id', type: 'int', description: 'number', is_partition: false },
      { name: 'day', type: 'string', description: '', is_partition: true },
    ]
    const configuration = { database_name: 'shop', name: 'made', data_location: 'DLI', description: 'made by hand', columns }
    const applied = await Applied.create(provider, table, configuration)
    expect(await applied.plan(configuration)).toEqual([])
    expect(await applied.import('shop/made', configuration)).toEqual([])
    await applied.destroy()
    expect(await table.read(provider, { id: 'shop/made' })).toBeUndefined()
  })
})

describe('huaweicloud_dli_permission', () => {
  beforeAll(async () => {
    const sql = ordersSql.replace('orders (', 'granted (')
    await Applied.create(provider, sqlJob, { sql, database_name: 'shop', queue_name: 'analytics' })
    await provider.poll({ firstMs: 0, nextMs: 1 }, () => table.read(provider, { id: 'shop/granted' }))
  })
  const objects: readonly (readonly [object: string, before: readonly string[], after: readonly string[]])[] = [
    ['queues.analytics', ['SUBMIT_JOB', 'DROP_QUEUE', 'CANCEL_JOB'], ['RESTART', 'CANCEL_JOB']],
    ['databases.shop', ['SELECT', 'DROP_DATABASE', 'CREATE_TABLE'], ['DISPLAY_ALL_TABLES', 'CREATE_TABLE']],
    ['databases.shop.tables.granted', ['SELECT', 'DESCRIBE_TABLE', 'ALTER_TABLE_RENAME'], ['SHOW_CREATE_TABLE', 'DROP_TABLE']],
  ]

  it.each(objects)(
    'on %s is made, changed in place, imported and deleted, in the order of the configuration',
    async (object, old, wanted) => {
      const before = { object, user_name: 'eve', privileges: old }
      const applied = await Applied.create(provider, permission, before)
      expect(await applied.plan(before)).toEqual([])
      const after = { ...before, privileges: wanted }
      expect(await applied.update(after)).toEqual(['privileges'])
      expect(await applied.plan(after)).toEqual([])
      expect(await applied.import(`${object}/eve`, after)).toEqual([])
      expect(applied.state['is_admin']).toBe(false)
      expect(await applied.destroy()).toBe(true)
    },
  )

  it('is what huaweicloud_dli_database_privilege reads, and its object is named as it was granted on', async () => {
    const configuration = { object: 'databases.shop.tables.granted', user_name: 'eve', privileges: ['SELECT', 'ALTER_TABLE_RENAME'] }
    const applied = await Applied.create(provider, permission, configuration)
    const path = `v1.0/{project_id}/authorization/privileges?object=${configuration.object}`
    const held = [{ object: 'string', user_name: 'string', privileges: ['string'] }] as const
    const { privileges } = await provider.read({ method: 'GET', path }, { is_success: 'bool', object_type: 'string', privileges: held })
    expect(privileges.find(({ user_name }) => user_name === 'eve')).toEqual(configuration)
    expect(await applied.destroy()).toBe(true)
  })

  it('is gone where its object is', async () => {
    for (const object of ['databases.none', 'databases.shop.tables.none', 'queues.none'])
      expect(await permission.read(provider, { id: `${object}/eve` })).toBeUndefined()
  })
})

describe('tags over v3', () => {
  const resources = [
    ['dli_queue', 'analytics'],
    ['dli_database', 'shop'],
  ] as const
  it.each(resources)('of type %s come and go with exactly 204', async (type, name) => {
    const path = `v3/{project_id}/${type}/${name}/tags`
    const tags = [{ key: 'k1', value: 'v1' }]
    const read = () => provider.read({ method: 'GET', path }, { tags: [{ key: 'string', value: 'string' }] })
    await provider.send({ method: 'POST', path: `${path}/create`, body: { tags }, statuses: [204] })
    expect((await read()).tags).toEqual(tags)
    await provider.send({ method: 'POST', path: `${path}/delete`, body: { tags }, statuses: [204] })
    expect((await read()).tags).toEqual([])
  })
})
