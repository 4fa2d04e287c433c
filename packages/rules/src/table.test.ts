// What a source table may be, and whether a queue reaches it.

import { describe, expect, it } from 'vitest'
import { ServiceError } from './errors.ts'
import type { Gateway } from './gateway.ts'
import type { ConnectionId, PeerId, ProjectId, QueueId } from './ids.ts'
import { emptyNetwork, type NetworkPeering, type NetworkRelay, type QueueNetwork } from './network.ts'
import type { Queue } from './queue.ts'
import {
  blameFailedPath,
  checkNewTable,
  checkQueueReadsSources,
  noTable,
  reachTable,
  redactOptions,
  type Table,
  tableNameOf,
} from './table.ts'
import { say, silence } from './text.ts'

const gateway: Gateway = {
  kind: 'map',
  ranges: ['127.0.0.0/8'],
  map: [{ from: '10.71.0.5:5432', to: '127.0.0.1:25432' }],
  names: [],
  dns: undefined,
  allowCleartextPasswords: true,
  version: 1,
}

function network(...peerings: readonly Partial<NetworkPeering>[]): QueueNetwork {
  return {
    ...emptyNetwork('q2-id' as QueueId, 'q2', '172.30.0.0/24'),
    peerings: peerings.map((peering, at) => ({
      peerId: `peer${at}` as PeerId,
      connectionId: `c${at}` as ConnectionId,
      connectionName: `c${at}`,
      createdAt: at,
      subnetCidr: '10.71.0.0/24',
      routes: [],
      hosts: [],
      gateway,
      ...peering,
    })),
  }
}

const relay: NetworkRelay = {
  connectionId: 'k1' as ConnectionId,
  connectionName: 'classic1',
  name: 'to-rds-1-a.datasource.com',
  port: 3306,
  target: { host: '10.71.0.5', port: 5432 },
  gateway,
}

function refusal(net: QueueNetwork, host: string, port = 5432): ServiceError | undefined {
  try {
    reachTable(net, 'sales.orders', { host, port })
    return undefined
  } catch (error) {
    if (error instanceof ServiceError) return error
    throw error
  }
}

describe('reaching a table', () => {
  it('needs a binding, and says which', () => {
    const error = refusal(network(), '10.71.0.5')
    expect(error?.kind).toBe('unavailable')
    expect(error?.message).toMatch(/^queue q2 is not bound to a connection that reaches 10\.71\.0\.5:5432 \(table sales\.orders\): bind it/)
    expect(refusal(network(), 'pg.internal')?.message).toContain('pg.internal:5432 (table sales.orders)')
  })

  it('blames the FAILED connection that would have led there', () => {
    const failed = [
      { connectionName: 'other', errMsg: say`elsewhere`, cidrs: ['10.99.0.0/24'], hosts: [] },
      { connectionName: 'test1', errMsg: say`VPC v1 has no gateway`, cidrs: ['10.71.0.0/24'], hosts: [{ name: 'PG.internal' }, {}] },
    ]
    for (const host of ['10.71.0.255', 'pg.INTERNAL']) {
      const error = refusal(network(), host) as ServiceError
      expect(blameFailedPath(error, 'q2', { host, port: 5432 }, failed)).toMatchObject({
        kind: 'unavailable',
        message: `connection test1 is FAILED for queue q2: VPC v1 has no gateway (on the way to ${host}:5432)`,
      })
    }
    const settling = [{ connectionName: 'test1', errMsg: silence, cidrs: ['10.71.0.0/24'], hosts: [] }]
    const early = blameFailedPath(refusal(network(), '10.71.0.5') as ServiceError, 'q2', { host: '10.71.0.5', port: 5432 }, settling)
    expect(early.message).toMatch(/^connection test1 is still CREATING for queue q2: run the job again/)
    for (const host of ['10.71.1.0', 'pg.other']) {
      const error = refusal(network(), host) as ServiceError
      expect(blameFailedPath(error, 'q2', { host, port: 5432 }, failed)).toBe(error)
    }
  })

  it('needs a route among the bindings', () => {
    expect(refusal(network({ subnetCidr: '10.99.0.0/24' }), '10.71.0.5')?.message).toContain(
      'is not bound to a connection that reaches 10.71.0.5:5432',
    )
    expect(refusal(network({}), '10.71.0.5')).toBeUndefined()
  })

  it('follows host records, one of several addresses is enough', () => {
    const hosts = [
      { name: 'pg', ip: '10.99.0.1' },
      { name: 'pg', ip: '10.71.0.5' },
    ]
    expect(refusal(network({ hosts }), 'PG')).toBeUndefined()
    expect(refusal(network({ hosts: [] }), 'pg')?.message).toContain('unknown host pg')
  })

  it('leaves a name to the resolver where a gateway has one', () => {
    expect(refusal(network({ gateway: { ...gateway, dns: '10.71.0.2:53' } }), 'pg')).toBeUndefined()
  })

  it('hears the gateway that carries nothing there', () => {
    expect(refusal(network({}), '10.71.0.6')?.kind).toBe('forbidden')
    expect(refusal(network({}), '10.71.0.6')?.message).toContain('(table sales.orders)')
  })

  it('follows a relay without any route', () => {
    expect(refusal({ ...network(), relays: [relay] }, 'to-rds-1-A.datasource.com', 3306)).toBeUndefined()
    expect(refusal({ ...network(), relays: [relay] }, '10.71.0.5')?.kind).toBe('unavailable')
  })

  it('hears the gateway that does not carry the target of a relay', () => {
    const astray = { ...relay, target: { host: '10.71.0.6', port: 5432 } }
    expect(refusal({ ...network(), relays: [astray] }, relay.name, 3306)).toMatchObject({
      kind: 'forbidden',
      message: 'the gateway carries nothing to 10.71.0.6:5432: ask the installation owner (table sales.orders)',
      details: { subject: { kind: 'queue', name: 'q2' } },
    })
  })

  it('leaves the name of a relay’s target to the resolver of its gateway', () => {
    const named = { ...relay, target: { host: 'pg', port: 5432 }, gateway: { ...gateway, dns: '10.71.0.2:53' } }
    expect(refusal({ ...network(), relays: [named] }, relay.name, 3306)).toBeUndefined()
  })

  it('names the table once and the queue as the subject, whoever refuses', () => {
    const message =
      'queue q2 is not bound to a connection that reaches 10.71.0.5:5432 (table sales.orders): ' +
      'bind it to an enhanced connection whose subnet or routes contain the address'
    for (const net of [network(), network({ subnetCidr: '10.99.0.0/24' })]) {
      expect(refusal(net, '10.71.0.5')).toMatchObject({ kind: 'unavailable', message, details: { subject: { kind: 'queue', name: 'q2' } } })
    }
  })

  it('blames a FAILED connection for any one of its blocks', () => {
    const error = refusal(network(), '10.71.0.5') as ServiceError
    const failed = [{ connectionName: 'test1', errMsg: say`no gateway`, cidrs: ['unreadable', '10.99.0.0/24', '10.71.0.0/24'], hosts: [] }]
    expect(blameFailedPath(error, 'q2', { host: '10.71.0.5', port: 5432 }, failed)).toMatchObject({
      message: 'connection test1 is FAILED for queue q2: no gateway (on the way to 10.71.0.5:5432)',
      details: { subject: { kind: 'queue', name: 'q2' } },
    })
    expect(blameFailedPath(error, 'q2', { host: '10.72.0.5', port: 5432 }, failed)).toBe(error)
  })
})

describe('a password on its way', () => {
  it('may cross unencrypted only where every gateway that may carry it allows that', () => {
    const hosts = [
      { name: 'pg', ip: '10.72.0.5' },
      { name: 'pg', ip: '10.71.0.5' },
    ]
    const strict = { ...gateway, kind: 'direct', allowCleartextPasswords: false } as const
    const both = network({ hosts }, { subnetCidr: '10.72.0.0/24', gateway: strict })
    expect(reachTable(both, 't', { host: '10.71.0.5', port: 5432 })).toEqual({ allowCleartextPasswords: true })
    expect(reachTable(both, 't', { host: '10.72.0.5', port: 5432 })).toEqual({ allowCleartextPasswords: false })
    expect(reachTable(both, 't', { host: 'pg', port: 5432 })).toEqual({ allowCleartextPasswords: false })
  })

  it.each([true, false])('goes through a relay as its gateway allows: %s', (allowCleartextPasswords) => {
    const relays = [{ ...relay, gateway: { ...gateway, allowCleartextPasswords } }]
    expect(reachTable({ ...network(), relays }, 't', { host: relay.name, port: 3306 })).toEqual({ allowCleartextPasswords })
  })
})

describe('a table in the catalog', () => {
  it('shows no secret of its options', () => {
    const url = 'jdbc:postgresql://10.71.0.5:5432/db?user=canary&sslmode=require&Password=canary&sslpassword=canary'
    expect(redactOptions({ url, user: 'canary', password: 'canary', dbtable: 'a.b' })).toEqual({
      url: 'jdbc:postgresql://10.71.0.5:5432/db?user=***&sslmode=require&Password=***&sslpassword=***',
      user: '***',
      password: '***',
      dbtable: 'a.b',
    })
    expect(
      redactOptions({
        'My.Password': 'canary',
        ApiKey: 'canary',
        pwd: 'canary',
        'Access-Key': 'canary',
        passwdauth: 'shown',
        Plain: 'shown',
      }),
    ).toEqual({
      'My.Password': '***',
      ApiKey: '***',
      pwd: '***',
      'Access-Key': '***',
      passwdauth: 'shown',
      Plain: 'shown',
    })
    expect(redactOptions({ url: 'jdbc:postgresql://canary:canary@h/db' })).toEqual({ url: 'jdbc:postgresql://***@h/db' })
    expect(redactOptions({ url: 'jdbc:mysql://h/db?userName=canary&passwordOfKey=canary;tokens=canary' })).toEqual({
      url: 'jdbc:mysql://h/db?userName=***&passwordOfKey=***;tokens=***',
    })
  })

  it('needs a name of its own', () => {
    expect(() => checkNewTable('db1.t', { name: 't' } as Table)).toThrow(
      expect.objectContaining({
        kind: 'conflict',
        message: 'table db1.t exists already: drop it first, choose another name, or say IF NOT EXISTS',
        details: { subject: { kind: 'table', name: 'db1.t' } },
      }),
    )
    expect(checkNewTable('db1.t', undefined)).toBeUndefined()
  })

  it.each([
    ['a-b', 'a-b'],
    ['a'.repeat(141), 'a'.repeat(140)],
  ])('is never called %s', (name, shown) => {
    expect(() => tableNameOf(name)).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        message: `"${shown}" is no table name: use 1 to 128 letters, digits, _ and $, not digits alone, not starting with _`,
      }),
    )
  })

  it('is missed in the published words', () => {
    expect(noTable('orders')).toMatchObject({
      kind: 'notFound',
      message: 'There is no table named orders',
      details: { subject: { kind: 'table', name: 'orders' } },
    })
  })
})

describe('the shared queue', () => {
  it('reads no source table and says what to use', () => {
    const queue: Queue = {
      id: 'q' as QueueId,
      number: 1,
      projectId: 'p' as ProjectId,
      name: 'default',
      description: '',
      type: 'sql',
      engine: 'spark',
      cu: 16,
      cuSpec: 16,
      resourceMode: 0,
      chargingMode: 1,
      platform: 'x86_64',
      feature: 'basic',
      enterpriseProjectId: '0',
      labels: [],
      owner: 'tenant1',
      cidr: '',
      createdAt: 1,
    }
    expect(() => checkQueueReadsSources(queue, 'sales.orders')).toThrow(
      expect.objectContaining({
        kind: 'unsupported',
        message:
          'queue default is shared and has no way to a source: run statements on table sales.orders on a dedicated queue bound to a connection',
        details: { subject: { kind: 'queue', name: 'default' } },
      }),
    )
    expect(checkQueueReadsSources({ ...queue, resourceMode: 1 }, 'sales.orders')).toBeUndefined()
  })
})
