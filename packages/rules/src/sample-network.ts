// Networks for tests: whole values with only the interesting part written out.

import type { Gateway } from './gateway.ts'
import type { ConnectionId, PeerId, QueueId } from './ids.ts'
import type { NetworkPeering, NetworkRelay, QueueNetwork } from './network.ts'

/** A gateway that may dial every address, unless told otherwise. */
export function sampleGateway(part: Partial<Gateway> = {}): Gateway {
  return { kind: 'direct', ranges: ['0.0.0.0/0'], map: [], names: [], dns: undefined, allowCleartextPasswords: false, version: 1, ...part }
}

/** The peering of connection `name`, to 10.71.0.0/24 unless told otherwise. */
export function samplePeering(name: string, part: Partial<NetworkPeering> = {}): NetworkPeering {
  return {
    peerId: `peer-${name}` as PeerId,
    connectionId: `connection-${name}` as ConnectionId,
    connectionName: name,
    createdAt: 1,
    subnetCidr: '10.71.0.0/24',
    routes: [],
    hosts: [],
    gateway: sampleGateway(),
    ...part,
  }
}

/** One relay of classic connection `name`. */
export function sampleRelay(name: string, part: Partial<NetworkRelay> = {}): NetworkRelay {
  return {
    connectionId: `connection-${name}` as ConnectionId,
    connectionName: name,
    name: `to-${name}.datasource.com`,
    port: 5432,
    target: { host: '192.168.0.9', port: 5432 },
    gateway: sampleGateway(),
    ...part,
  }
}

/** The network of queue q1. */
export function sampleNetwork(part: Partial<QueueNetwork> = {}): QueueNetwork {
  return {
    queueId: 'queue-1' as QueueId,
    queueName: 'q1',
    version: 1,
    cidr: '172.16.0.0/24',
    peerings: [],
    relays: [],
    forbidden: [],
    ...part,
  }
}
