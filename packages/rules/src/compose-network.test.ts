// Networks composed from peerings, bindings and what is forbidden: what is left out, and the order of what stays.

import { describe, expect, it } from 'vitest'
import { composeNetwork, type NetworkDraft, type NetworkParts } from './compose-network.ts'
import type { ConnectionId, PeerId, QueueId, SubnetId, VpcId } from './ids.ts'
import type { WantedBinding, WantedPeering } from './judge-peerings.ts'
import { sampleGateway } from './sample-network.ts'
import { silence } from './text.ts'

const queue = { id: 'q1-id' as QueueId, name: 'q1', cidr: '10.248.1.0/24' }
const subnet = { vpcId: 'v1' as VpcId, cidr: '10.71.0.0/24' }
const gateway = sampleGateway()

function wanted(connection: string, createdAt: number, over: Partial<WantedPeering> = {}): WantedPeering {
  return {
    peering: {
      id: `peer-${connection}` as PeerId,
      connectionId: connection as ConnectionId,
      state: 'ACTIVE',
      errMsg: silence,
      createdAt: 0,
      updatedAt: 0,
    },
    connectionName: connection,
    connectionCreatedAt: createdAt,
    vpcId: subnet.vpcId,
    subnetId: 's1' as SubnetId,
    subnet,
    gateway,
    routes: [],
    hostsDigest: '',
    ...over,
  }
}

function binding(connection: string, createdAt: number, over: Partial<WantedBinding['ground']> = {}): WantedBinding {
  return {
    peerId: `peer-${connection}` as PeerId,
    state: 'ACTIVE',
    errMsg: silence,
    connectionId: connection as ConnectionId,
    connectionName: connection,
    createdAt,
    addresses: [{ name: `to-${connection}`, port: 5432, target: { host: '10.71.0.5', port: 5432 } }],
    ground: { subnetId: 's1', subnet, securityGroupId: 'g1', securityGroupKnown: true, gateway, ...over },
    groupRules: [],
  }
}

function compose(parts: Partial<NetworkParts>): NetworkDraft {
  return composeNetwork({ queue, peerings: [], bindings: [], forbidden: [], ...parts }, () => true)
}

/** What is composed from a list and from its reverse, which must be the same. */
function bothWays<Value>(values: readonly Value[], read: (values: readonly Value[]) => unknown): readonly unknown[] {
  return [read(values), read(values.toReversed())]
}

describe('a composed network', () => {
  it('is of its queue', () => {
    expect(compose({})).toEqual({ queueId: 'q1-id', queueName: 'q1', cidr: '10.248.1.0/24', peerings: [], relays: [], forbidden: [] })
  })

  it.each([
    ['subnet', { subnet: undefined }],
    ['gateway', { gateway: undefined }],
    ['subnet and gateway', { subnet: undefined, gateway: undefined }],
  ])('leaves out a peering without %s, even one that is allowed', (_what, over) => {
    expect(compose({ peerings: [wanted('a', 1, over), wanted('b', 2)] }).peerings.map((peering) => peering.connectionId)).toEqual(['b'])
  })

  it('leaves out the relays of a binding without gateway, even one that is allowed', () => {
    const { relays } = compose({ bindings: [binding('a', 1, { gateway: undefined }), binding('b', 2)] })
    expect(relays).toEqual([
      { connectionId: 'b', connectionName: 'b', name: 'to-b', port: 5432, target: { host: '10.71.0.5', port: 5432 }, gateway },
    ])
  })

  it('has the oldest connection first, and those of one moment by their ids', () => {
    const order = ['z', 'a', 'b', 'c']
    const peerings = [wanted('b', 2), wanted('z', 1), wanted('c', 2), wanted('a', 2)]
    const bindings = [binding('b', 2), binding('z', 1), binding('c', 2), binding('a', 2)]
    const peered = (some: readonly WantedPeering[]) => compose({ peerings: some }).peerings.map((one) => one.connectionId)
    const relayed = (some: readonly WantedBinding[]) => compose({ bindings: some }).relays.map((one) => one.connectionId)
    expect(bothWays(peerings, peered)).toEqual([order, order])
    expect(bothWays(bindings, relayed)).toEqual([order, order])
  })

  it('forbids hosts in order, the ports of each from the lowest, and keeps nothing else of them', () => {
    const forbidden = [
      { host: '127.0.0.1', port: 8080, note: 'the API' },
      { host: '10.0.0.1', port: 9000 },
      { host: '192.168.0.1', port: 22 },
      { host: '127.0.0.1', port: 5432 },
      { host: '127.0.0.1', port: 6000 },
    ]
    const sorted = [
      { host: '10.0.0.1', port: 9000 },
      { host: '127.0.0.1', port: 5432 },
      { host: '127.0.0.1', port: 6000 },
      { host: '127.0.0.1', port: 8080 },
      { host: '192.168.0.1', port: 22 },
    ]
    expect(bothWays(forbidden, (some) => compose({ forbidden: some }).forbidden)).toEqual([sorted, sorted])
  })
})
