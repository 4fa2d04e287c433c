// Tags over HTTP: the v3 calls, and the filters of lists.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
let connection: string
let queue: string
let database: string
const blue = [{ key: 'team', value: 'blue' }]
beforeAll(async () => {
  server = await sampleServer()
  const body = { name: 'c1', dest_vpc_id: 'v1', dest_network_id: 's1', queues: [], tags: [...blue, { key: 'env', value: 'a=b' }] }
  connection = (await server.ask('createConnection', { body })).body.connection_id
  await server.ask('createConnection', { body: { ...body, name: 'c2', tags: null } })
  await server.ask('createQueue', { body: { queue_name: 'q1', cu_count: 16, resource_mode: 1, tags: blue } })
  await server.ask('createDatabase', { body: { database_name: 'db1', tags: blue } })
  const queues = (await server.ask('listQueues')).body.queues as { queue_name: string; resource_id: string }[]
  queue = queues.find(({ queue_name }) => queue_name === 'q1')?.resource_id ?? ''
  database = (await server.ask('listDatabases', { query: { keyword: 'db1' } })).body.databases[0].resource_id
})
afterAll(() => server[Symbol.asyncDispose]())

describe('tags', () => {
  it('tags of a resource are added, listed, searched by and deleted', async () => {
    for (const [resource_type, resource_id, name] of [
      ['dli_enhanced_connection', connection, 'c1'],
      ['dli_queue', queue, 'q1'],
      ['dli_database', database, 'db1'],
    ] as const) {
      const params = { resource_type, resource_id }
      const added = await server.ask('createTags', { params, body: { tags: [{ key: 'team', value: 'red' }, { key: 'new' }] } })
      expect([added.status, added.text]).toEqual([204, ''])
      const tags = (await server.ask('listResourceTags', { params })).body
      expect(tags.tags).toEqual(
        expect.arrayContaining([
          { key: 'team', value: 'red' },
          { key: 'new', value: '' },
        ]),
      )
      expect(tags.count).toBe(tags.tags.length)
      expect((await server.ask('listResourceTags', { params, query: { limit: 1, offset: 1 } })).body).toEqual({
        tags: [tags.tags[1]],
        count: tags.count,
      })
      const keys = (await server.ask('listTags', { params })).body
      expect(keys.tags).toContainEqual({ key: 'team', values: ['red'] })
      const search = {
        tags: [{ key: 'team', values: ['green', 'red'] }, { key: 'new' }],
        matches: [{ key: 'resource_name', value: name.toUpperCase() }],
      }
      const found = (await server.ask('filterResources', { params, body: search })).body
      expect(found).toEqual({ total_count: 1, resources: [{ resource_id, resource_name: name, resource_detail: {}, tags: tags.tags }] })
      expect((await server.ask('countResources', { params, body: search })).body).toEqual({ total_count: 1 })
      expect((await server.ask('countResources', { params, body: { tags: [{ key: 'team', values: ['blue'] }] } })).body.total_count).toBe(0)
      const gone = { tags: [{ key: 'new' }, { key: 'team', value: 'other' }, { key: 'never' }] }
      expect((await server.ask('deleteTags', { params, body: gone })).status).toBe(204)
      expect((await server.ask('listResourceTags', { params })).body.tags).not.toContainEqual({ key: 'new', value: '' })
      expect((await server.ask('listResourceTags', { params })).body.tags).toContainEqual({ key: 'team', value: 'red' })
    }
  })

  it('resources without any tag are found, and deleted ones are not', async () => {
    const params = { resource_type: 'dli_enhanced_connection' }
    const untagged = (await server.ask('filterResources', { params, body: { without_any_tag: 'true' } })).body
    expect(untagged.resources.map(({ resource_name }: { resource_name: string }) => resource_name)).toEqual(['c2'])
    const body = { name: 'c3', dest_vpc_id: 'v1', dest_network_id: 's1', queues: [], tags: [{ key: 'only', value: 'c3' }] }
    const { connection_id } = (await server.ask('createConnection', { body })).body
    const only = async () => (await server.ask('countResources', { params, body: { tags: [{ key: 'only' }] } })).body.total_count
    expect(await only()).toBe(1)
    await server.ask('deleteConnection', { params: { connection_id } })
    expect(await only()).toBe(0)
    expect((await server.ask('listTags', { params })).body.tags.map(({ key }: { key: string }) => key)).not.toContain('only')
    expect((await server.ask('listResourceTags', { params: { ...params, resource_id: connection_id } })).status).toBe(404)
  })

  it('what is not there, or too much, is refused', async () => {
    const tags = [{ key: 'a', value: 'b' }]
    const add = (resource_type: string, resource_id: string, body: object) =>
      server.ask('createTags', { params: { resource_type, resource_id }, body })
    const answers = [
      await add('dli_queue', 'none', { tags }),
      await add('dli_enhanced_connection', 'none', { tags }),
      await add('dli_flink_job', 'none', { tags }),
      await add('dli_queue', queue, { tags: [] }),
      await add('dli_queue', queue, {}),
      await add('dli_queue', queue, { tags: Array.from({ length: 20 }, (_, at) => ({ key: `k${at}`, value: '' })) }),
      await server.ask('filterResources', { params: { resource_type: 'dli_queue' }, body: { matches: [{ key: 'owner', value: '' }] } }),
    ]
    expect(answers.map(({ status, body }) => `${status} ${body.error_code}`)).toEqual([
      '400 DLI.0002',
      '404 DLI.0023',
      '404 DLI.0023',
      '400 DLI.0001',
      '400 DLI.0001',
      '400 DLI.1028',
      '400 DLI.0001',
    ])
    const nothing = { params: { resource_type: 'dli_package_resource' } }
    expect((await server.ask('listTags', nothing)).body).toEqual({ tags: [], count: 0 })
    expect((await server.ask('filterResources', { ...nothing, body: {} })).body).toEqual({ total_count: 0, resources: [] })
  })

  it('lists are filtered by tags, encoded or not', async () => {
    const list = async (path: string, member: string) => {
      const token = await server.token()
      const { body } = await server.send('GET', path, { as: { token } })
      return (body[member] as Record<string, string>[]).map((item) => item['name'] ?? item['queue_name'] ?? item['database_name'])
    }
    const connections = `/v2.0/${publishedProject}/datasource/enhanced-connections?status=ACTIVE&tags=`
    await server.ask('createTags', { params: { resource_type: 'dli_enhanced_connection', resource_id: 'c1' }, body: { tags: blue } })
    await server.ask('createTags', { params: { resource_type: 'dli_queue', resource_id: 'q1' }, body: { tags: blue } })
    await server.ask('createTags', { params: { resource_type: 'dli_database', resource_id: 'db1' }, body: { tags: blue } })
    expect(await list(`${connections}team=blue,env=a=b`, 'connections')).toEqual(['c1'])
    expect(await list(`${connections}team%3Dblue%2Cenv%3Da%3Db`, 'connections')).toEqual(['c1'])
    expect(await list(`${connections}team=blue,env=a`, 'connections')).toEqual([])
    expect(await list(`/v1.0/${publishedProject}/queues?tags=team=blue`, 'queues')).toEqual(['q1'])
    expect(await list(`/v1.0/${publishedProject}/queues?tags=team=other`, 'queues')).toEqual([])
    expect(await list(`/v1.0/${publishedProject}/databases?tags=tea=lu`, 'databases')).toEqual(['db1'])
    expect(await list(`/v1.0/${publishedProject}/databases?tags=team=red`, 'databases')).toEqual([])
    const classic = `/v2.0/${publishedProject}/datasource-connection`
    const draft = { service: 'rds', security_group_id: 'sg', network_id: 's1', url: '10.1.1.1:5432' }
    await server.ask('createClassicConnection', { body: { ...draft, name: 'k1', tags: blue } })
    await server.ask('createClassicConnection', { body: { ...draft, name: 'k2' } })
    expect(await list(`${classic}?tags=team=blue`, 'connections')).toEqual(['k1'])
    expect(await list(classic, 'connections')).toEqual(['k1', 'k2'])
  })
})
