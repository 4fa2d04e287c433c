// Enhanced connections over HTTP, with the published request as printed.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type SampleServer, sampleServer } from '../sample-server.ts'

const vpc = '22094d8f-c310-4621-913d-4c4d655d8495'
const subnet = '78f2562a-36e4-4b39-95b9-f5aab22e1281'
// the request of the published guide, as printed
const printed = `{
  "name": "test1",
  "dest_vpc_id": "${vpc}",
  "dest_network_id": "${subnet}",
  "queues": ["q1","q2"],
  "hosts": [
    { "ip":"192.168.0.1", "name":"ecs-97f8-0001" },
    { "ip":"192.168.0.2", "name":"ecs-97f8-0002" }
  ]
}`
const connections = `/v2.0/${publishedProject}/datasource/enhanced-connections`

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
  const declared = await server.ask('declareNetworks', {
    body: {
      vpcs: [{ id: vpc, project_id: publishedProject, name: 'prod', cidr: '192.168.0.0/16' }],
      subnets: [{ id: subnet, vpc_id: vpc, name: 'db', cidr: '192.168.0.0/24', gateway_ip: '192.168.0.254' }],
    },
  })
  if (declared.status !== 200) throw new Error(declared.text)
  for (const queue_name of ['q1', 'q2', 'q3']) {
    const { status, text } = await server.ask('createQueue', { body: { queue_name, cu_count: 16, resource_mode: 1 } })
    if (status !== 200) throw new Error(text)
  }
})
afterAll(() => server[Symbol.asyncDispose]())

const hosts = [
  { name: 'ecs-97f8-0001', ip: '192.168.0.1' },
  { name: 'ecs-97f8-0002', ip: '192.168.0.2' },
]

describe('enhanced connections', () => {
  it('an enhanced connection is created, read, listed and deleted as published', async () => {
    const token = await server.token()
    const created = await server.ask('createConnection', { as: { token }, body: printed })
    expect(created.status).toBe(201)
    const { connection_id } = created.body
    expect(created.body).toEqual({ is_success: true, message: '', connection_id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    const read = await server.ask('getConnection', { params: { connection_id } })
    expect(read.body).toEqual({
      is_success: true,
      message: '',
      name: 'test1',
      id: connection_id,
      available_queue_info: ['q1', 'q2'].map((name) => ({
        status: 'ACTIVE',
        name,
        peer_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        err_msg: '',
        update_time: expect.any(Number),
      })),
      elastic_resource_pools: [],
      dest_vpc_id: vpc,
      dest_network_id: subnet,
      isPrivis: true,
      create_time: expect.any(Number),
      status: 'ACTIVE',
      hosts,
      routes: [],
      ipv6_enable: false,
    })
    const listed = await server.ask('listConnections', { query: { limit: 10, offset: 0, status: 'active', name: 'test1' } })
    expect(listed.body.count).toBe(1)
    expect(listed.body.connections[0].hosts).toEqual(hosts)
    expect((await server.ask('listConnections', { query: { name: 'test' } })).body.connections).toEqual([])
    expect((await server.ask('listConnections', { query: { offset: 1 } })).body).toMatchObject({ count: 1, connections: [] })
    expect((await server.ask('deleteConnection', { params: { connection_id } })).body).toEqual({ is_success: true, message: 'Deleted' })
    expect((await server.ask('getConnection', { params: { connection_id } })).body.status).toBe('DELETED')
    expect((await server.ask('listConnections')).body.connections).toEqual([])
    expect((await server.ask('listConnections', { query: { status: 'DELETED' } })).body.count).toBe(1)
    expect((await server.ask('deleteConnection', { params: { connection_id } })).status).toBe(404)
  })

  it('a create with an Idempotency-Key is safe to repeat', async () => {
    const body = { name: 'once', dest_vpc_id: vpc, dest_network_id: subnet, queues: ['q1'], hosts }
    const send = (key: string, sent: object) => server.ask('createConnection', { body: sent, headers: { 'Idempotency-Key': key } })
    const first = await send('key-1', body)
    expect(first.status).toBe(201)
    const again = await send('key-1', { ...body, tags: null })
    expect([again.status, again.body]).toEqual([201, first.body])
    const other = await send('key-1', { ...body, hosts: [] })
    expect([other.status, other.body.error_code]).toEqual([400, 'DLI.0006'])
    expect(other.body.error_msg).toContain(first.body.connection_id)
    expect((await send('key-2', body)).body.error_code).toBe('DLI.0006')
    expect((await send('key 3', { ...body, name: 'odd' })).body.error_code).toBe('DLI.0001')
    expect((await server.ask('listConnections', { query: { name: 'once' } })).body.count).toBe(1)
    // a refused create takes no key
    expect((await send('key-4', { ...body, name: 'later', queues: ['nope'] })).body.error_code).toBe('DLI.0002')
    expect((await send('key-4', { ...body, name: 'later' })).status).toBe(201)
  })

  it('a connection is checked before it exists, and nothing changes', async () => {
    const good = { name: 'foreseen', dest_vpc_id: vpc, dest_network_id: subnet, queues: ['q1'], hosts }
    const check = async (body: object) => (await server.ask('checkConnection', { body })).body
    const counts = async () => [
      (await server.ask('listConnections')).body.count,
      (await server.ask('listConnections', { query: { limit: 0 } })).text.length,
    ]
    const before = await counts()
    expect(await check(good)).toEqual({ is_success: true, message: '', ok: true, findings: [] })
    const bad = await check({
      ...good,
      name: 'a b',
      queues: ['q1', 'default', 'nope'],
      elastic_resource_pools: ['nope'],
      hosts: [{ name: '-', ip: '192.168.0.1' }],
    })
    expect(bad.ok).toBe(false)
    expect(bad.findings.map(({ severity, field }: Record<string, string>) => `${severity} ${field}`)).toEqual([
      'error name',
      'error hosts',
      'error queues',
      'error queues',
      'error elastic_resource_pools',
    ])
    for (const { message, remedy } of bad.findings) expect([message === '', remedy === '']).toEqual([false, false])
    const lost = await check({ ...good, dest_network_id: '2c2bd2ed-7296-4c64-9b60-ca25b5eee8fe', queues: [] })
    expect(lost.findings.map(({ severity, field }: Record<string, string>) => `${severity} ${field}`)).toEqual([
      'warning queues',
      'error dest_network_id',
    ])
    expect(lost.findings[1].message).toContain('the subnet could not be found')
    const outside = await check({ ...good, hosts: [{ name: 'far', ip: '10.9.9.9' }] })
    expect([outside.ok, outside.findings[0].severity]).toEqual([true, 'warning'])
    expect(await counts()).toEqual(before)
    const unknown = await server.ask('checkConnection', { body: { ...good, colour: 'red' } })
    expect([unknown.status, unknown.body.error_code]).toEqual([400, 'DLI.0001'])
  })

  it('queues are bound and unbound, twice without harm', async () => {
    const { connection_id } = await create('bound', { queues: [] })
    const bind = () => server.ask('associateQueue', { params: { connection_id }, body: { queues: ['q3', 'Q1'] } })
    expect((await bind()).body).toEqual({ is_success: true, message: 'associated peer connection for queues: {q3,Q1}.' })
    expect((await bind()).status).toBe(200)
    expect(await names(connection_id)).toEqual(['q1', 'q3'])
    const unbind = () => server.ask('disassociateQueue', { params: { connection_id }, body: { queues: 'q1' } })
    expect((await unbind()).body).toEqual({ is_success: true, message: 'Disassociated peer connection for queues:{q1}.' })
    expect((await unbind()).status).toBe(200)
    expect(await names(connection_id)).toEqual(['q3'])
    const refused = await server.ask('associateQueue', { params: { connection_id }, body: { queues: ['default'] } })
    expect(refused.body.error_code).toBe('DLI.0007')
    const unknown = await server.ask('associateQueue', { params: { connection_id }, body: { queues: ['nope'] } })
    expect(unknown.body.error_code).toBe('DLI.0002')
  })

  it('host records are replaced as a whole', async () => {
    const { connection_id } = await create('hosts', { hosts })
    const replace = (body: unknown) => server.ask('replaceHosts', { params: { connection_id }, body })
    expect((await replace({ hosts: [hosts[1], hosts[0]] })).body).toEqual({ is_success: true, message: '' })
    expect((await server.ask('getConnection', { params: { connection_id } })).body.hosts).toEqual([hosts[1], hosts[0]])
    // What is not written as programs write it goes another way to the same end.
    expect((await replace({ hosts: [{ ...hosts[0], note: 'x' }, { name: 'only' }] })).status).toBe(200)
    expect((await server.ask('getConnection', { params: { connection_id } })).body.hosts).toEqual([hosts[0], { name: 'only' }])
    const bad = await replace({ hosts: [hosts[0], { name: 'x', ip: '1.2.3' }] })
    expect(bad.body.error_code).toBe('DLI.0001')
    expect(bad.body.error_msg).toContain('hosts[1].ip')
    for (const body of [{}, { hosts: null }, { hosts: [] }]) expect((await replace(body)).status).toBe(200)
    expect((await server.ask('getConnection', { params: { connection_id } })).body.hosts).toEqual([])
  })

  it('the peerings of a connection are shown with their state', async () => {
    const { connection_id } = await create('peerings', { queues: ['q2'] })
    const { body } = await server.ask('listPeerings', { params: { connection_id } })
    expect(body).toMatchObject({ readers: 0, waiting: 0, breakers: [] })
    expect(body.peerings).toEqual([
      {
        peer_id: expect.any(String),
        queue: 'q2',
        status: 'ACTIVE',
        err_msg: '',
        reachability: { state: 'unknown', at: 0, rung: '', message: '' },
        open_sockets: 0,
        bytes_in: 0,
        bytes_out: 0,
      },
    ])
  })

  it('an unknown subnet fails the peering with the published text', async () => {
    const { connection_id } = await create('lost', { dest_network_id: '2c2bd2ed-7296-4c64-9b60-ca25b5eee8fe', queues: ['q1'] })
    const { body } = await server.ask('getConnection', { params: { connection_id } })
    expect(body.available_queue_info[0]).toMatchObject({
      status: 'FAILED',
      err_msg: expect.stringContaining('the subnet could not be found'),
    })
  })

  it('bodies on reads are ignored, and paths may have doubled and trailing slashes', async () => {
    const { connection_id } = await create('tolerant', {})
    const token = await server.token()
    const answer = await rawGet(`${server.url}/${connections}//${connection_id}/`, token, '{}')
    expect(answer).toContain('HTTP/1.1 200')
    expect(await rawGet(`${server.url}${connections}/${connection_id}`, token, 'not json at all', 'text/x-odd;;')).toContain('HTTP/1.1 200')
    const tagged = await server.send('GET', `${connections}?status=ACTIVE&name=tolerant&tags=k1=v1,k2=v2`, { as: { token } })
    expect(tagged.status).toBe(200)
    const deleted = await server.send('DELETE', `${connections}/${connection_id}`, { as: { token }, body: '{}' })
    expect(deleted.body).toEqual({ is_success: true, message: 'Deleted' })
  })

  it('an unknown connection is missing, for a reader as for a changer', async () => {
    for (const id of ['getConnection', 'deleteConnection', 'replaceHosts', 'associateQueue', 'listPeerings'] as const) {
      const body = id === 'associateQueue' ? { queues: ['q1'] } : undefined
      const { status, body: answer } = await server.ask(id, { params: { connection_id: '503fc86a-5e60-4349-92c2-7e399404fa8a' }, body })
      expect([id, status, answer.error_code]).toEqual([id, 404, 'DLI.0023'])
    }
  })
})

async function create(name: string, members: object): Promise<{ connection_id: string }> {
  const { body, status, text } = await server.ask('createConnection', {
    body: { name, dest_vpc_id: vpc, dest_network_id: subnet, ...members },
  })
  if (status !== 201) throw new Error(text)
  return body
}

async function names(connection_id: string): Promise<readonly string[]> {
  const { body } = await server.ask('getConnection', { params: { connection_id } })
  return body.available_queue_info.map(({ name }: { name: string }) => name).sort()
}

/** fetch refuses bodies on GET; some SDKs send them. */
async function rawGet(url: string, token: string, body: string, type = 'application/json'): Promise<string> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const headers = { 'x-auth-token': token, 'content-type': type, 'content-length': Buffer.byteLength(body) }
    const sent = request(url, { method: 'GET', headers }, (response) => {
      response.resume()
      response.once('end', () => resolve(`HTTP/1.1 ${response.statusCode}`))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
