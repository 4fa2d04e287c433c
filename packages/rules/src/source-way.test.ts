// Over which connection an endpoint is reached, and which changes of a network make another way of it.

import { describe, expect, it } from 'vitest'
import type { Gateway } from './gateway.ts'
import type { ConnectionId, PeerId, QueueId } from './ids.ts'
import type { NetworkPeering, QueueNetwork } from './network.ts'
import { findWay } from './source-way.ts'

const gateway: Gateway = {
  kind: 'map',
  ranges: ['127.0.0.0/8'],
  map: [{ from: '10.71.0.0/24', to: '127.0.1.0/24' }],
  names: [{ name: 'named', ip: '10.71.0.6' }],
  dns: undefined,
  allowCleartextPasswords: false,
  version: 1,
}
const sales: NetworkPeering = {
  peerId: 'p1' as PeerId,
  connectionId: 'c1' as ConnectionId,
  connectionName: 'sales',
  createdAt: 1,
  subnetCidr: '10.71.0.0/24',
  routes: [],
  hosts: [{ name: 'sales-db', ip: '10.71.0.5' }],
  gateway,
}
const relay = {
  connectionId: 'c2' as ConnectionId,
  connectionName: 'classic',
  name: 'to-rds.datasource.com',
  port: 3306,
  target: { host: '10.71.0.9', port: 13_306 },
  gateway,
}

function network(peering: Partial<NetworkPeering> = {}, version = 1): QueueNetwork {
  const peerings = [{ ...sales, ...peering }]
  return { queueId: 'q' as QueueId, queueName: 'q', version, cidr: '172.16.0.0/24', peerings, relays: [relay], forbidden: [] }
}

const way = (host: string, of = network(), port = 5432) => findWay(of, { host, port })

describe('the way to a source', () => {
  it('is that of its connection, by a name or an address', () => {
    expect(way('Sales-DB')).toMatchObject({ connectionId: 'c1', connectionName: 'sales' })
    expect(way('10.71.0.5')).toEqual(way('sales-db'))
    expect(way('named')?.mark).not.toBe(way('sales-db')?.mark)
    expect(way('to-rds.datasource.com', network(), 3306)).toMatchObject({ connectionId: 'c2', mark: expect.stringContaining('13306') })
  })

  it('is none where nothing leads there', () => {
    expect([way('nowhere'), way('10.99.0.1'), way('10.71.0.5', network({ gateway: { ...gateway, map: [] } }))]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('is that of the resolver which is asked first where only resolvers may know the name', () => {
    const dns = network({ gateway: { ...gateway, dns: '10.71.0.2:53' } })
    expect(way('far', dns)).toMatchObject({ connectionId: 'c1', mark: expect.stringContaining('far') })
  })

  it('is another one where host records or the gateway lead elsewhere, and the same after any other change', () => {
    const before = way('sales-db')
    expect(way('sales-db', network({ hosts: [{ name: 'sales-db', ip: '10.71.0.8' }] }))).not.toEqual(before)
    expect(way('sales-db', network({ gateway: { ...gateway, map: [{ from: '10.71.0.5:5432', to: '127.0.0.1:1' }] } }))).not.toEqual(before)
    expect(way('sales-db', network({ gateway: { ...gateway, kind: 'direct' } }))).not.toEqual(before)
    expect(way('sales-db', network({ hosts: [...sales.hosts, { name: 'other', ip: '10.71.0.8' }] }, 2))).toEqual(before)
  })
})
