// Enhanced connections, their pools, and auth-infos, as the provider makes, reads, changes and deletes them.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authInfo, authInfos } from './auth-info.ts'
import { connection, connectionShape, connections } from './connection.ts'
import { connectionAssociate } from './connection-associate.ts'
import { decode } from './decode.ts'
import { Applied } from './lifecycle.ts'
import { pageHeaders, readAllByOffset } from './pager.ts'
import type { Attributes } from './plan.ts'
import { pool } from './pool.ts'
import type { Provider } from './provider.ts'
import { queue, queueDefaults } from './queue.ts'
import { routeTable } from './route-table.ts'
import { openStage, type Stage } from './stage.ts'
import { subnet } from './subnet.ts'
import { vpc } from './vpc.ts'

let stage: Stage
let provider: Provider
/** Where every connection of this file leads. */
let target: { readonly vpc_id: unknown; readonly subnet_id: unknown }
beforeAll(async () => {
  stage = await openStage()
  provider = stage.provider
  const { id: vpc_id } = (await Applied.create(provider, vpc, { name: 'sales', cidr: '10.71.0.0/16' })).state
  const inside = { name: 'sales', cidr: '10.71.0.0/24', gateway_ip: '10.71.0.1', vpc_id, dhcp_enable: true, primary_dns: '10.71.0.2' }
  const { id: subnet_id } = (await Applied.create(provider, subnet, inside)).state
  target = { vpc_id, subnet_id }
  for (const name of ['q1', 'q2', 'q3']) await Applied.create(provider, queue, { ...queueDefaults, name, resource_mode: 1, cu_count: 16 })
  for (const [name, cidr] of [
    ['p1', '172.16.0.0/18'],
    ['p2', '172.17.0.0/18'],
  ])
    await Applied.create(provider, pool, { name, min_cu: 64, max_cu: 64, cidr })
})
afterAll(() => stage[Symbol.asyncDispose]())

const route = (name: string, cidr: string) => ({ name, cidr })
const host = (name: string, ip: string) => ({ name, ip })
const listOf = async (query: string): Promise<readonly string[]> => {
  const items = await readAllByOffset(provider, `${connections}?${query}`, pageHeaders)
  return decode([connectionShape], items).map(({ name }) => name)
}

describe('huaweicloud_dli_datasource_connection', () => {
  it('is made, changed in place, imported and deleted, its hosts in the order of the configuration', async () => {
    const before = {
      ...target,
      name: 'sales',
      queues: ['q2', 'q1'],
      hosts: [host('zeta-node', '10.71.0.9'), host('alpha-node', '10.71.0.5'), host('Alpha-Node', '10.71.0.6')],
      routes: [route('backup', '10.82.0.0/24'), route('archive', '10.81.0.0/24')],
      tags: { k1: 'v1', k2: 'v2' },
    }
    provider.takeCalls()
    const applied = await Applied.create(provider, connection, before)
    const made = 'v2.0/{project_id}/datasource/enhanced-connections'
    expect(provider.takeCalls()).toEqual([`POST ${made}`, `POST ${made}/{id}/routes`, `POST ${made}/{id}/routes`, `GET ${made}/{id}`])
    expect(await applied.plan(before)).toEqual([])
    const hosts = [host('alpha-node', '10.71.0.5'), host('zeta-node', '10.71.0.9')]
    const after = { ...before, queues: ['q1', 'q3'], hosts }
    expect(await applied.update(after)).toEqual(['hosts', 'queues'])
    expect(await applied.plan(after)).toEqual([])
    provider.takeCalls()
    const routed = { ...after, routes: [route('archive', '10.81.0.0/24'), route('reports', '10.83.0.0/24')] }
    expect(await applied.update(routed)).toEqual(['routes'])
    expect(provider.takeCalls()).toEqual([
      `GET ${made}/{id}`,
      `POST ${made}/{id}/routes`,
      `DELETE ${made}/{id}/routes/backup`,
      `GET ${made}/{id}`,
    ])
    expect(await applied.plan(routed)).toEqual([])
    const cleared = { ...routed, hosts: [], routes: [], queues: [] }
    expect(await applied.update(cleared)).toEqual(['hosts', 'queues', 'routes'])
    expect(await applied.plan(cleared)).toEqual([])
    expect(await applied.import(String(applied.state['id']), cleared)).toEqual(['tags'])
    expect(await applied.destroy()).toBe(true)
  })

  it('is made of little: no queue, no host, no tag, its hosts and bindings come later', async () => {
    const least = { ...target, name: 'least' }
    const applied = await Applied.create(provider, connection, least)
    expect(await applied.plan(least)).toEqual([])
    const more = { ...least, hosts: [host('db', '10.71.0.5')], queues: ['q1'] }
    expect(await applied.update(more)).toEqual(['hosts', 'queues'])
    expect(await applied.plan(more)).toEqual([])
    expect(await applied.import(String(applied.state['id']), more)).toEqual([])
    expect(await applied.destroy()).toBe(true)
  })

  it('is made for a network that is not there, and stays as it was asked for', async () => {
    const elsewhere = { vpc_id: '22094d8f-c310-4621-913d-4c4d655d8495', subnet_id: '78f2562a-36e4-4b39-95b9-f5aab22e1281' }
    const configuration = { ...elsewhere, name: 'elsewhere', queues: ['q3', 'q1'] }
    const applied = await Applied.create(provider, connection, configuration)
    expect(await applied.plan(configuration)).toEqual([])
    expect(await applied.update({ ...configuration, queues: ['q2'] })).toEqual(['queues'])
    expect(await applied.destroy()).toBe(true)
  })

  it('names a route table, and can go at once with every queue bound', async () => {
    const { id: route_table_id } = (await Applied.create(provider, routeTable, { vpc_id: target.vpc_id, name: 'rtb' })).state
    const configuration = { ...target, name: 'tabled', route_table_id, queues: ['q1', 'q2', 'q3'] }
    const applied = await Applied.create(provider, connection, configuration)
    expect(await applied.plan(configuration)).toEqual([])
    expect(await applied.import(String(applied.state['id']), configuration)).toEqual(['route_table_id'])
    expect(await applied.destroy()).toBe(true)
  })

  it('shows a queue of a pool under its own name as well', async () => {
    const pooled = { ...queueDefaults, name: 'pooled', elastic_resource_pool_name: 'p1', resource_mode: 1, cu_count: 16 }
    const held = await Applied.create(provider, queue, pooled)
    const configuration = { ...target, name: 'by_name', queues: ['pooled'] }
    const applied = await Applied.create(provider, connection, configuration)
    expect(await applied.plan(configuration)).toEqual([])
    expect(await applied.destroy()).toBe(true)
    expect(await held.destroy()).toBe(true)
  })

  it('is found by the data source by its whole name and by all of its tags', async () => {
    const applied: Applied[] = []
    for (const [name, tags] of [
      ['orders', { k1: 'v1', k2: 'v2' }],
      ['orders_2', { k1: 'v1' }],
    ] as const)
      applied.push(await Applied.create(provider, connection, { ...target, name, tags }))
    provider.takeCalls()
    expect(await listOf('status=ACTIVE&name=orders&tags=k1=v1,k2=v2')).toEqual(['orders'])
    const asked = provider.takeCalls()
    expect(asked).toHaveLength(2)
    // The first query goes out as it was written, the next one encoded: both find the same.
    expect(asked[1]).toMatch(/\?name=orders&offset=1&status=ACTIVE&tags=k1%3Dv1%2Ck2%3Dv2$/)
    expect(await listOf('status=ACTIVE&name=order')).toEqual([])
    expect(await listOf('status=ACTIVE&tags=k1=v1')).toEqual(['orders', 'orders_2'])
    expect(await listOf('status=ACTIVE')).toEqual(['orders', 'orders_2'])
    for (const one of applied) expect(await one.destroy()).toBe(true)
    expect(await listOf('status=ACTIVE')).toEqual([])
  })
})

describe('huaweicloud_dli_datasource_connection_associate', () => {
  it('binds pools, exchanges them, is imported by the id of the connection, and is gone without any', async () => {
    const owner = await Applied.create(provider, connection, { ...target, name: 'crm' })
    const connection_id = owner.state['id']
    const before = { connection_id, elastic_resource_pools: ['p1'] }
    const applied = await Applied.create(provider, connectionAssociate, before)
    expect(await applied.plan(before)).toEqual([])
    const both = { connection_id, elastic_resource_pools: ['p2', 'p1'] }
    expect(await applied.update(both)).toEqual(['elastic_resource_pools'])
    expect(await applied.plan(both)).toEqual([])
    const after = { connection_id, elastic_resource_pools: ['p2'] }
    expect(await applied.update(after)).toEqual(['elastic_resource_pools'])
    expect(await applied.import(String(connection_id), after)).toEqual([])
    expect(await owner.plan({ ...target, name: 'crm' })).toEqual([])
    expect(await applied.destroy()).toBe(true)
    expect(await owner.destroy()).toBe(true)
  })
})

describe('huaweicloud_dli_datasource_auth', () => {
  const kinds: readonly (readonly [kind: string, before: Attributes, after: Attributes, secrets: readonly string[]])[] = [
    ['passwd', { user_name: 'reader', password: 's3cret-1' }, { user_name: 'other', password: 's3cret-2' }, ['password']],
    [
      'CSS',
      { user_name: 'reader', password: 's3cret-1', certificate_location: 'obs://b/CloudSearchService.cer' },
      { user_name: 'other', password: 's3cret-1', certificate_location: 'obs://b/CloudSearchService.cer' },
      ['password'],
    ],
    [
      'KRB',
      { user_name: 'reader', krb5_conf: 'obs://b/krb5.conf', keytab: 'obs://b/user.keytab' },
      { user_name: 'reader', krb5_conf: 'obs://b/2/krb5.conf', keytab: 'obs://b/2/user.keytab' },
      [],
    ],
    [
      'Kafka_SSL',
      {
        truststore_location: 'obs://b/t.jks',
        truststore_password: 's3cret-1',
        keystore_location: 'obs://b/k.jks',
        keystore_password: 's3cret-1',
        key_password: 's3cret-1',
      },
      {
        truststore_location: 'obs://b/t2.jks',
        truststore_password: 's3cret-2',
        keystore_location: 'obs://b/k2.jks',
        keystore_password: 's3cret-2',
        key_password: 's3cret-1',
      },
      ['key_password', 'keystore_password', 'truststore_password'],
    ],
  ]

  it.each(kinds)('of kind %s is made, changed in place, imported by name and deleted', async (type, members, changed, secrets) => {
    const name = `login_${type}`
    const before = { name, type, ...members }
    provider.takeCalls()
    const applied = await Applied.create(provider, authInfo, before)
    expect(provider.takeCalls()).toEqual([`POST ${authInfos}`, `GET ${authInfos}?auth_info_name=${name}`])
    expect(await applied.plan(before)).toEqual([])
    const after = { name, type, ...changed }
    expect(await applied.update(after)).not.toEqual([])
    expect(await applied.plan(after)).toEqual([])
    expect(await applied.import(name, after)).toEqual(secrets)
    expect(await applied.destroy()).toBe(true)
  })

  it('is listed whole by the data source, and no secret with it', async () => {
    const applied = await Applied.create(provider, authInfo, { name: 'keys', type: 'passwd', user_name: 'reader', password: 's3cret-9' })
    const listed = await readAllByOffset(provider, authInfos, pageHeaders)
    expect(listed).toHaveLength(1)
    expect(JSON.stringify(listed)).not.toContain('s3cret')
    expect(await applied.destroy()).toBe(true)
    expect(await readAllByOffset(provider, authInfos, pageHeaders)).toEqual([])
  })
})
