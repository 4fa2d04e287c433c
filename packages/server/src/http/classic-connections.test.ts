// Classic connections over HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type SampleServer, sampleServer } from '../sample-server.ts'

const group = 'a07ab107-a4ad-4835-ad09-08a2f2efccdb'
const network = 'e83ba67d-e812-42d3-908d-6ea0b2cc5ecb'
const url = 'cloudtable-8636-zk2-ldQklrNa.mycloudtable.com:2181,cloudtable-8636-zk3-N9EEH4mI.mycloudtable.com:2181'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
  const { status, text } = await server.ask('declareNetworks', {
    body: {
      vpcs: [{ id: 'vpc-1', project_id: publishedProject, name: 'prod', cidr: '192.168.0.0/16' }],
      subnets: [{ id: network, vpc_id: 'vpc-1', name: 'db', cidr: '192.168.0.0/24' }],
      security_groups: [{ id: group, project_id: publishedProject, name: 'db' }],
    },
  })
  if (status !== 200) throw new Error(text)
  await server.ask('createQueue', { body: { queue_name: 'q1', cu_count: 16, resource_mode: 1 } })
})
afterAll(() => server[Symbol.asyncDispose]())

describe('classic connections', () => {
  it('a classic connection is created, read, listed and deleted as published', async () => {
    const created = await server.ask('createClassicConnection', {
      body: { name: 'test1', service: 'ct', security_group_id: group, network_id: network, url },
    })
    expect(created.status).toBe(201)
    expect(created.body).toEqual({ is_success: true, message: '', connection_id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    const { connection_id } = created.body
    const read = await until(
      () => server.ask('getClassicConnection', { params: { connection_id } }),
      ({ body }) => body.state !== 'CREATING',
    )
    expect(read.body).toMatchObject({
      state: 'ACTIVE',
      service: 'CloudTable',
      destination: url,
      name: 'test1',
      cluster_name: '',
      count: 1,
      process: 1,
    })
    expect(read.body.connection_url).toMatch(/^to-[a-z]+-\d+-\w+\.datasource\.com:2181,to-[a-z]+-\d+-\w+\.datasource\.com:2181$/)
    expect(read.body.available_queue_info).toEqual([
      {
        peer_id: expect.any(String),
        uuid: read.body.available_queue_info[0].peer_id,
        status: 'ACTIVE',
        name: 'q1',
        err_msg: '',
        update_time: expect.any(Number),
      },
    ])
    const listed = await server.ask('listClassicConnections')
    expect(listed.body).toMatchObject({ count: 1, connections: [{ is_success: true, message: '', connection_id, queue_list: ['q1'] }] })
    expect((await server.ask('deleteClassicConnection', { params: { connection_id } })).body).toEqual({
      is_success: true,
      message: 'Deleted',
    })
    expect((await server.ask('getClassicConnection', { params: { connection_id } })).body.state).toBe('DELETED')
    expect((await server.ask('listClassicConnections')).body.connections[0].state).toBe('DELETED')
    expect((await server.ask('deleteClassicConnection', { params: { connection_id } })).status).toBe(404)
  })

  it('queues are taken off a classic connection and put back, and a failed one is reactivated', async () => {
    const draft = { name: 'bound', service: 'rds', security_group_id: group, network_id: network, url: '192.168.0.1:3306' }
    const { connection_id } = (await server.ask('createClassicConnection', { body: draft })).body
    const params = { connection_id }
    const names = async () => {
      const { body } = await server.ask('getClassicConnection', { params })
      return [body.state, ...body.available_queue_info.map(({ name, status }: Record<string, string>) => `${name} ${status}`)]
    }
    const off = () => server.ask('disassociateClassicQueue', { params, body: { queues: ['q1'] } })
    expect((await off()).body).toEqual({ is_success: true, message: 'Disassociated peer connection for queues:{q1}.' })
    expect((await off()).status).toBe(200)
    expect(await names()).toEqual(['ACTIVE'])
    const on = await server.ask('associateClassicQueue', { params, body: { queues: 'q1' } })
    expect(on.body).toEqual({ is_success: true, message: 'associated peer connection for queues: {q1}.' })
    expect(await names()).toEqual(['ACTIVE', 'q1 ACTIVE'])
    const bad = await server.ask('associateClassicQueue', { params, body: { queues: ['default'] } })
    expect(bad.body.error_code).toBe('DLI.0007')
    expect((await server.ask('associateClassicQueue', { params, body: {} })).body.error_code).toBe('DLI.0001')
    const lost = { ...draft, name: 'lost', network_id: 'none' }
    const failed = { connection_id: (await server.ask('createClassicConnection', { body: lost })).body.connection_id }
    const read = await server.ask('getClassicConnection', { params: failed })
    expect(read.body).toMatchObject({
      state: 'FAILED',
      process: 0,
      connection_url: '',
      message: expect.stringContaining('Failed to get subnet none'),
    })
    expect(read.body.available_queue_info[0]).toMatchObject({ status: 'FAILED', err_msg: read.body.message })
    expect((await server.ask('reactivateClassicConnection', { params: failed, body: {} })).body).toEqual({ is_success: true, message: '' })
    expect((await server.ask('getClassicConnection', { params: failed })).body.state).toBe('FAILED')
    const unknown = { connection_id: '68233202-63bf-4f27-a99b-fa5f5a2dbae1' }
    expect((await server.ask('reactivateClassicConnection', { params: unknown })).status).toBe(404)
  })

  it('an unknown service and a long url are refused', async () => {
    const draft = { name: 'n', service: 'rds', security_group_id: group, network_id: network, url: '192.168.0.1:3306' }
    for (const change of [{ service: 'oracle' }, { url: 'x'.repeat(513) }, { url: 'nonsense' }, { name: 'a b' }]) {
      const { status, body } = await server.ask('createClassicConnection', { body: { ...draft, ...change } })
      expect([change, status, body.error_code]).toEqual([change, 400, 'DLI.0001'])
    }
  })
})

async function until<Value>(look: () => Promise<Value>, isDone: (value: Value) => boolean): Promise<Value> {
  for (let tries = 0; tries < 100; tries++) {
    const value = await look()
    if (isDone(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return look()
}
