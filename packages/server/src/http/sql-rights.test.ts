// Rights on tables and ties of auth-infos over HTTP, with a real engine and a real PostgreSQL.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SamplePerson, samplePerson } from '../sample-people.ts'
import type { SampleServer, Sent } from '../sample-server.ts'
import { type SampleShop, sampleShop, shopOptions } from '../sample-shop.ts'

const canary = 'canary-Rights-1'
let shop: SampleShop
let server: SampleServer
let eve: SamplePerson
const setup = `create table orders as select g as id, 'n' || g as name, g * 100 as salary from generate_series(1, 10) g`
beforeAll(async () => {
  shop = await sampleShop({ password: canary, setup, addresses: ['192.168.0.1', '192.168.0.2'] })
  ;({ server } = shop)
  eve = await shop.editor('eve')
  const made = await run(`CREATE TABLE orders USING JDBC ${shopOptions('orders', 'sales-db')}`)
  if (made.body.status !== 'FINISHED') throw new Error(made.text)
}, 60_000)
afterAll(() => shop?.[Symbol.asyncDispose]())

/** Submits and waits; a refused submit is answered as it came. */
async function run(sql: string, sent: Sent = {}) {
  const submitted = await server.ask('submitJob', { ...sent, body: { sql, queue_name: 'q1' } })
  const params = { job_id: submitted.body.job_id }
  while (submitted.status === 200) {
    const read = await server.ask('getJobStatus', { ...sent, params })
    if (!['LAUNCHING', 'RUNNING'].includes(read.body.status)) return read
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return submitted
}

const grant = (object: string, privileges: readonly string[], action = 'grant') =>
  server.ask('authorizeUser', { body: { user_name: 'eve', action, privileges: [{ object, privileges }] } })

describe('rights on tables', () => {
  const orders = 'databases.default.tables.orders'
  it('are told all at once: queue, table and credentials', async () => {
    const as = { token: (await samplePerson(server, 'max', 'editor')).token }
    const missing = (text: string) =>
      [...text.matchAll(/'([\w.]+)', User = 'max', Action = '(\w+)'/g)].map(([, path, right]) => `${path} ${right}`)
    const onTable = [`${orders} SELECT`, 'datasourceauth.login USE_AUTH']
    const { status, body } = await run('SELECT count(*) AS n FROM orders a JOIN orders b ON a.id = b.id', { as })
    expect([status, missing(body.error_msg)]).toEqual([403, ['queues.q1 SUBMIT_JOB', ...onTable]])
    expect(missing((await server.ask('checkSql', { as, body: { sql: 'SELECT id FROM orders' } })).body.error_msg)).toEqual(onTable)
    // what cannot be read is refused for the queue alone
    expect(missing((await run('SELEC', { as })).body.error_msg)).toEqual(['queues.q1 SUBMIT_JOB'])
  })

  it('a table is read by who was granted it, and a column by who was granted that', async () => {
    const as = { token: eve.token }
    const refused = await run('SELECT count(*) AS n FROM orders', { as })
    expect([refused.status, refused.body.error_code]).toEqual([403, 'DLI.0003'])
    expect(refused.body.error_msg).toContain(`Permission denied for resource '${orders}', User = 'eve', Action = 'SELECT'`)
    expect((await grant(`${orders}.columns.id`, ['SELECT'])).status).toBe(200)
    // the credentials that open the table are granted on their own
    expect((await run('SELECT id FROM orders', { as })).body.error_msg).toContain(
      `'datasourceauth.login', User = 'eve', Action = 'USE_AUTH'`,
    )
    await grant('datasourceauth.login', ['USE_AUTH'])
    await grant(`${orders}.columns.name`, ['SELECT'])
    expect((await run('SELECT id, name FROM orders WHERE id < 3', { as })).body).toMatchObject({ status: 'FINISHED', result_count: 2 })
    for (const sql of [
      'SELECT * FROM orders',
      'SELECT id FROM orders WHERE salary > 500',
      'SELECT id FROM orders ORDER BY salary',
      'SELECT a.id FROM orders a JOIN orders b ON a.id = b.salary',
    ]) {
      const { status, body } = await run(sql, { as })
      expect([sql, status, body.error_msg]).toEqual([
        sql,
        403,
        expect.stringContaining(`'${orders}.columns.salary', User = 'eve', Action = 'SELECT'`),
      ])
      expect((await server.ask('checkSql', { as, body: { sql } })).body.error_code).toBe('DLI.0003')
    }
    await grant(orders, ['SELECT'])
    expect((await run('SELECT * FROM orders', { as })).body).toMatchObject({ status: 'FINISHED', result_count: 10 })
    await grant(orders, ['SELECT'], 'revoke')
    expect((await run('SELECT * FROM orders', { as })).status).toBe(403)
    // the owner and administrators need none
    expect((await run('SELECT * FROM orders')).body.result_count).toBe(10)
  })

  it('a table and a database are dropped by who may, and a result is for who asked', async () => {
    const as = { token: eve.token }
    const drop = () => server.ask('deleteTable', { as, params: { database_name: 'default', table_name: 'orders' } })
    expect([(await drop()).status, (await run('DROP TABLE orders', { as })).status]).toEqual([403, 403])
    await server.ask('createDatabase', { body: { database_name: 'db1' } })
    const gone = await server.ask('deleteDatabase', { as, params: { database_name: 'db1' } })
    expect([gone.status, gone.body.error_msg]).toEqual([
      403,
      expect.stringContaining(`'databases.db1', User = 'eve', Action = 'DROP_DATABASE'`),
    ])
    await grant('databases.db1', ['DROP_DATABASE'])
    expect((await server.ask('deleteDatabase', { as, params: { database_name: 'db1' } })).status).toBe(200)
    const { body } = await run('SELECT * FROM orders')
    const preview = await server.ask('previewJob', { as, params: { job_id: body.job_id } })
    expect([preview.status, preview.body.error_code]).toEqual([403, 'DLI.0003'])
  })
})

describe('an auth-info that is tied to addresses', () => {
  const tie = (allowed_addresses: unknown) => server.ask('updateAuthInfo', { body: { auth_info_name: 'login', allowed_addresses } })
  const shown = async () => (await server.ask('listAuthInfos', { query: { auth_info_name: 'login' } })).body.auth_infos[0]
  const examine = (address: string) =>
    server.ask('examineQueue', {
      params: { queue_name: 'q1' },
      body: { address, protocol: 'postgresql', auth_info_name: 'login', database: 'shop' },
    })

  it('is used there by jobs and the doctor, and refused elsewhere with the remedy', async () => {
    expect(await shown()).not.toHaveProperty('allowed_addresses')
    expect((await tie(['192.168.0.1:5432', '10.0.0.0/8'])).status).toBe(200)
    expect((await shown()).allowed_addresses).toEqual(['192.168.0.1:5432', '10.0.0.0/8'])
    expect((await run('SELECT id FROM orders')).body.status).toBe('FINISHED')
    expect((await examine('sales-db:5432')).body.reachable).toBe(true)
    const remedy =
      'auth-info login may be used at 192.168.0.1:5432, 10.0.0.0/8 alone, not at 192.168.0.2:5432: use another auth-info, or have its owner update allowed_addresses'
    const elsewhere = await run(`CREATE TABLE elsewhere USING JDBC ${shopOptions('orders', '192.168.0.2')}`)
    expect([elsewhere.status, elsewhere.body]).toEqual([
      403,
      expect.objectContaining({ error_code: 'DLI.0003', error_msg: expect.stringContaining(remedy) }),
    ])
    const examined = await examine('192.168.0.2:5432')
    expect([examined.status, examined.body.error_msg]).toEqual([403, expect.stringContaining(remedy)])
    expect((await run('SELECT id FROM orders')).body.status).toBe('FINISHED')
  })

  it('follows the address of a name, not the name', async () => {
    await tie(['192.168.0.1'])
    const { connections } = (await server.ask('listConnections')).body
    const params = { connection_id: connections[0].id }
    await server.ask('replaceHosts', { params, body: { hosts: [{ name: 'sales-db', ip: '192.168.0.2' }] } })
    const moved = await run('SELECT id FROM orders')
    expect([moved.status, moved.body.error_msg]).toEqual([403, expect.stringContaining('not at 192.168.0.2:5432')])
    expect((await tie([])).status).toBe(200)
    expect(await shown()).not.toHaveProperty('allowed_addresses')
    expect((await run('SELECT id FROM orders')).body.status).toBe('FINISHED')
  })

  it.each([['10.0.0.0/33'], ['10.0.0'], ['db:5432'], ['10.0.0.5:0'], ['10.0.0.5:65536'], ['']])('is not tied to %s', async (wrong) => {
    const { status, body } = await tie([wrong])
    expect([status, body.error_code, body.error_msg]).toEqual([400, 'DLI.0001', expect.stringContaining('entry 1 of allowed_addresses')])
  })
})
