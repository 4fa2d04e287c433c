// What a server answers while it stops and a job still runs.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { publishedProject, sampleServer } from './sample-server.ts'

/** A source that takes connections and says nothing. */
async function silentSource() {
  const sockets: Socket[] = []
  const source = createServer((socket) => void sockets.push(socket.on('error', () => {}))).listen(0, '127.0.0.1')
  await once(source, 'listening')
  return {
    port: (source.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      source.close()
    },
  }
}

it('while jobs drain, reads and cancels are answered, nothing new is taken, and the end of the last job ends the server', async () => {
  await using source = await silentSource()
  const server = await sampleServer({ TRIBUTARY_DRAIN_TIMEOUT: '60' })
  await server.ask('declareNetworks', {
    body: {
      vpcs: [{ id: 'v1', project_id: publishedProject, name: 'v1', cidr: '10.71.0.0/16' }],
      subnets: [{ id: 's1', vpc_id: 'v1', name: 's1', cidr: '10.71.0.0/24' }],
    },
  })
  const map = [{ from: '10.71.0.5:5432', to: `127.0.0.1:${source.port}` }]
  const gateway = await server.ask('putGateway', { params: { vpc_id: 'v1' }, body: { kind: 'map', ranges: ['127.0.0.0/8'], map } })
  expect([gateway.status, gateway.text]).toEqual([200, expect.any(String)])
  await server.ask('createQueue', { body: { queue_name: 'q1', cu_count: 16, resource_mode: 1 } })
  await server.ask('createConnection', { body: { name: 'c1', dest_vpc_id: 'v1', dest_network_id: 's1', queues: ['q1'] } })
  const submit = (sql: string) => server.ask('submitJob', { body: { sql, queue_name: 'q1' } })
  const options = `url 'jdbc:postgresql://10.71.0.5:5432/shop', dbtable 'public.t', user 'u', password 'p'`
  const made = await submit(`create table t (n bigint) using jdbc options (${options})`)
  expect([made.status, made.text]).toEqual([200, expect.any(String)])
  const { job_id } = (await submit('select * from t')).body
  const state = async (): Promise<string> => (await server.ask('getJobStatus', { params: { job_id } })).body.status
  await expect.poll(state, { timeout: 10_000 }).toBe('RUNNING')

  const stopped = server[Symbol.asyncDispose]()
  const ready = await server.send('GET', '/readyz', { as: 'nobody' })
  expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close'])
  expect(await state()).toBe('RUNNING')
  for (const refused of [await submit('select 1'), await server.ask('createQueue', { body: { queue_name: 'q2', cu_count: 16 } })]) {
    expect([refused.status, refused.text]).toEqual([503, expect.stringContaining('the server is stopping')])
  }
  const cancelled = await server.ask('cancelJob', { params: { job_id } })
  expect(cancelled.status).toBe(200)
  await stopped
  await expect(fetch(`${server.url}/livez`)).rejects.toThrow(/fetch failed/)
}, 30_000)
