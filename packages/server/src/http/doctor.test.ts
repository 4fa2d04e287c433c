// The doctor over HTTP, with a real engine and a real PostgreSQL, and what peerings then say of themselves.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleServer } from '../sample-server.ts'
import { type SampleShop, sampleShop, shopOptions } from '../sample-shop.ts'

const canary = 'canary-Doctor-1'
let shop: SampleShop
let server: SampleServer
let connection_id: string
const setup = `
create table orders as select g as id from generate_series(1, 10) g;
create view endless as select g as id, md5(g::text) as noise from generate_series(1, 2000000000) g;
`
beforeAll(async () => {
  shop = await sampleShop({ password: canary, setup })
  ;({ server, connectionId: connection_id } = shop)
  const wrong = { auth_info_name: 'wrong', datasource_type: 'passwd', user_name: shop.source.user, password: 'canary-wrong' }
  const { status, text } = await server.ask('createAuthInfo', { body: wrong })
  if (status >= 300) throw new Error(text)
}, 60_000)
afterAll(() => shop?.[Symbol.asyncDispose]())

const examine = (body: unknown, queue_name = 'q1') => server.ask('examineQueue', { params: { queue_name }, body })
const shown = (body: { rungs: { name: string; ok: boolean }[] }) => body.rungs.map(({ name, ok }) => `${name} ${ok ? 'ok' : 'failed'}`)
const peering = async () => (await server.ask('listPeerings', { params: { connection_id } })).body.peerings[0]
const question = { address: 'sales-db:5432', protocol: 'postgresql', auth_info_name: 'login', database: 'shop', table: 'public.orders' }

describe('the doctor', () => {
  it('the doctor climbs to a table and says who can mend what', async () => {
    expect((await peering()).reachability).toEqual({ state: 'unknown', at: 0, rung: '', message: '' })
    const { status, body } = await examine(question)
    expect(status).toBe(200)
    expect(shown(body)).toEqual(['name ok', 'route ok', 'gateway ok', 'tcp ok', 'tls ok', 'login ok', 'object ok'])
    expect(body.reachable).toBe(true)
    // Where the map leads is the owner's to know.
    expect(JSON.stringify(body)).not.toContain('127.0.0.1')
    expect((await peering()).reachability).toMatchObject({ state: 'reachable', rung: '' })
    const wrong = await examine({ ...question, auth_info_name: 'wrong' })
    expect(wrong.body.reachable).toBe(false)
    expect(wrong.body.rungs.at(-1)).toMatchObject({ name: 'login', ok: false, who: 'user', remedy: expect.stringContaining('auth-info') })
    expect((await peering()).reachability).toMatchObject({ state: 'reachable', rung: 'login' })
    const missing = await examine({ ...question, table: 'nope' })
    expect(missing.body.rungs.at(-1)).toMatchObject({ name: 'object', ok: false, detail: expect.stringContaining('nope') })
    const encrypted = await examine({ ...question, tls: 'require' })
    expect(encrypted.body.rungs.at(-1)).toMatchObject({ name: 'tls', ok: false, who: 'database owner' })
  }, 60_000)

  it('stops at the first rung that fails, before any engine is asked', async () => {
    const ends: string[] = []
    for (const address of ['nowhere:5432', '10.9.9.9:5432', '192.168.0.2:5432']) {
      const { body } = await examine({ ...question, address })
      expect(body.reachable).toBe(false)
      ends.push(`${body.rungs.at(-1).name} ${body.rungs.at(-1).who}`)
    }
    expect(ends).toEqual(['name user', 'route user', 'gateway installation owner'])
    const alone = await examine({ address: '192.168.0.1:5432' })
    expect(shown(alone.body)).toEqual(['name ok', 'route ok', 'gateway ok', 'tcp ok'])
    expect(alone.body.reachable).toBe(true)
  })

  it('refuses what it cannot be asked', async () => {
    const answers = [
      await examine({ address: 'sales-db' }),
      await examine({ ...question, protocol: 'redis' }),
      await examine({ ...question, auth_info_name: 'nobody' }),
      await examine({ ...question, suprise: 1 }),
      await examine(question, 'nowhere'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([400, 501, 404, 400, 404])
  })

  it('the peerings of a connection say what jobs found, and what crosses them now', async () => {
    await examine({ ...question, auth_info_name: 'wrong' })
    expect((await peering()).reachability.rung).toBe('login')
    await run(`CREATE TABLE endless USING JDBC ${shopOptions('endless', 'sales-db')}`)
    await expect.poll(async () => (await peering()).reachability, { timeout: 5_000 }).toMatchObject({ state: 'reachable', rung: '' })
    expect(await peering()).toMatchObject({ open_sockets: 0, bytes_in: 0, bytes_out: 0 })
    const job = await submit('SELECT count(*) AS n, max(noise) AS m FROM endless')
    await expect.poll(async () => (await peering()).bytes_in, { timeout: 20_000 }).toBeGreaterThan(1000)
    expect(await peering()).toMatchObject({ open_sockets: 1, bytes_out: expect.any(Number) })
    await server.ask('cancelJob', { params: { job_id: job } })
    await expect.poll(async () => (await peering()).open_sockets, { timeout: 10_000 }).toBe(0)
  }, 60_000)

  it('tells no password', () => {
    expect(server.log.join('\n')).not.toContain('canary')
    expect(server.log.length).toBeGreaterThan(5)
  })
})

async function submit(sql: string): Promise<string> {
  const { status, body, text } = await server.ask('submitJob', { body: { sql, currentdb: 'default', queue_name: 'q1' } })
  if (status !== 200) throw new Error(text)
  return body.job_id
}

async function run(sql: string): Promise<void> {
  const job_id = await submit(sql)
  const look = async () => (await server.ask('getJobStatus', { params: { job_id } })).body
  await expect.poll(async () => (await look()).status, { timeout: 20_000 }).toMatch(/FINISHED|FAILED/)
  expect(await look()).toMatchObject({ status: 'FINISHED' })
}
