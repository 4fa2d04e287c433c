// Verdicts on peerings and the networks composed from them, by example and by property.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composeNetwork, fillHosts, type NetworkParts } from './compose-network.ts'
import type { Gateway } from './gateway.ts'
import type { ConnectionId, PeerId, PoolId, QueueId, SecurityGroupId, SubnetId, VpcId } from './ids.ts'
import { overlaps, parseCidr } from './ipv4.ts'
import {
  judgeBinding,
  judgeClassic,
  judgePeerings,
  type JudgedQueue,
  type Neighbour,
  type WantedBinding,
  type WantedPeering,
} from './judge-peerings.ts'
import { checkSecurityGroupRuleDraft, type SecurityGroupRule } from './security-group.ts'
import { inWords, isSilent, silence, type Text } from './text.ts'

const gateway: Gateway = {
  kind: 'direct',
  ranges: ['10.0.0.0/8'],
  map: [],
  names: [],
  dns: undefined,
  allowCleartextPasswords: false,
  version: 1,
}
const queue = { id: 'q1-id' as QueueId, name: 'q1', cidr: '10.248.1.0/24' }
const pool = { kind: 'pool', id: 'p1-id' as PoolId, name: 'p1', cidr: queue.cidr } as const

function wanted(at: number, over: Partial<WantedPeering> = {}): WantedPeering {
  return {
    peering: {
      id: `peer${at}` as PeerId,
      connectionId: `c${at}` as ConnectionId,
      state: 'CREATING',
      errMsg: silence,
      createdAt: at,
      updatedAt: at,
    },
    connectionName: `connection${at}`,
    connectionCreatedAt: at,
    vpcId: 'v1' as VpcId,
    subnetId: 's1' as SubnetId,
    subnet: { vpcId: 'v1' as VpcId, cidr: '10.71.0.0/24' },
    gateway,
    routes: [],
    hostsDigest: `digest${at}`,
    ...over,
  }
}

function neighbour(at: number, over: Partial<Neighbour> = {}): Neighbour {
  return {
    vpcId: 'v1' as VpcId,
    queueId: `n${at}-id` as QueueId,
    queueName: `n${at}`,
    cidr: queue.cidr,
    boundAt: at,
    ...over,
  }
}

function verdict(over: Partial<WantedPeering>, neighbours: readonly Neighbour[] = [], judged: JudgedQueue = queue): string | undefined {
  const text = judgePeerings(judged, [wanted(5, over)], neighbours).get('peer5' as PeerId)
  return text === undefined ? undefined : inWords(text)
}

function isActive(verdicts: ReadonlyMap<PeerId, Text>, id: PeerId): boolean {
  const verdict = verdicts.get(id)
  return verdict !== undefined && isSilent(verdict)
}

describe('a peering', () => {
  it('may be ACTIVE where subnet, gateway and ranges allow it', () => {
    expect(verdict({})).toBe('')
  })

  it('is FAILED in the published words for an unknown subnet', () => {
    const id = '2c2bd2ed-7296-4c64-9b60-ca25b5eee8fe'
    expect(verdict({ subnetId: id as SubnetId, subnet: undefined })).toBe(
      'Failed to get subnet 2c2bd2ed-7296-4c64-9b60-ca25b5eee8fe. Response code : 404, message : {"code":"VPC.0202","message":"Query resource by id 2c2bd2ed-7296-4c64-9b60-ca25b5eee8fe fail.the subnet could not be found."}.',
    )
  })

  it('is FAILED for a subnet of another VPC', () => {
    expect(verdict({ vpcId: 'v2' as VpcId })).toContain('subnet s1 does not belong to VPC v2')
  })

  it('is FAILED without a gateway, or with one that carries nothing', () => {
    const text = 'no gateway is attached to VPC v1: ask the installation owner'
    expect([verdict({ gateway: undefined }), verdict({ gateway: { ...gateway, kind: 'none' } })]).toEqual([text, text])
  })

  it('is FAILED where the queue meets the destination, naming both ranges', () => {
    const over = { subnet: { vpcId: 'v1' as VpcId, cidr: '10.248.0.0/16' } }
    const meets = 'has the range 10.248.1.0/24, which overlaps 10.248.0.0/16 of subnet s1'
    expect(verdict(over)).toBe(`queue q1 ${meets}: bind a queue with another range`)
    expect(verdict(over, [], pool)).toBe(`elastic resource pool p1 ${meets}: bind a pool with another range`)
  })

  it.each<readonly [string, JudgedQueue, Partial<Neighbour>, string]>([
    ['queue and queue', queue, {}, 'queue q1 has the range 10.248.1.0/24, which overlaps 10.248.1.0/24 of queue n4'],
    [
      'queue and pool',
      queue,
      { kind: 'pool' },
      'queue q1 has the range 10.248.1.0/24, which overlaps 10.248.1.0/24 of elastic resource pool n4',
    ],
    [
      'pool and queue',
      pool,
      { kind: 'queue' },
      'elastic resource pool p1 has the range 10.248.1.0/24, which overlaps 10.248.1.0/24 of queue n4',
    ],
  ])('is FAILED naming both rivals: %s', (_what, judged, rival, words) => {
    expect(verdict({}, [neighbour(4, rival)], judged)).toBe(`${words}, bound into VPC v1 before it: unbind one of them`)
  })

  it('yields to a queue that the same call bound by the order of their ids', () => {
    expect(verdict({}, [neighbour(5, { queueId: 'a-id' as QueueId })])).toContain('of queue n5, bound into VPC v1 before it')
    expect(verdict({}, [neighbour(5, { queueId: 'z-id' as QueueId })])).toBe('')
  })

  it('is in the way of nothing where a range is missing', () => {
    expect(verdict({}, [neighbour(4)], { ...queue, cidr: '' })).toBe('')
    expect(verdict({}, [neighbour(4, { cidr: '' })])).toBe('')
    expect(verdict({ subnet: { vpcId: 'v1' as VpcId, cidr: '' } })).toBe('')
  })

  it('is FAILED where another queue was bound before with a range that meets its own', () => {
    expect(verdict({}, [neighbour(4)])).toContain('queue n4, bound into VPC v1 before it')
    expect(verdict({}, [neighbour(6)])).toBe('')
    expect(verdict({}, [neighbour(4, { vpcId: 'v2' as VpcId })])).toBe('')
    expect(verdict({}, [neighbour(4, { cidr: '10.248.2.0/24' })])).toBe('')
    // An older binding of the same queue into the VPC keeps its place.
    const both = judgePeerings(queue, [wanted(3), wanted(5)], [neighbour(4)])
    expect([...both.values()].map(isSilent)).toEqual([true, true])
  })
})

describe('a classic connection', () => {
  const ground = {
    subnetId: 's1' as SubnetId,
    subnet: { vpcId: 'v1' as VpcId, cidr: '10.71.0.0/24' },
    securityGroupId: 'g1' as SecurityGroupId,
    securityGroupKnown: true,
    gateway,
  }

  it('needs its subnet, its group and a gateway, in this order', () => {
    expect(isSilent(judgeClassic(ground))).toBe(true)
    expect(inWords(judgeClassic({ ...ground, subnet: undefined, securityGroupKnown: false }))).toContain('Failed to get subnet s1.')
    expect(inWords(judgeClassic({ ...ground, securityGroupKnown: false, gateway: undefined }))).toBe(
      'Failed to get security group g1. Response code : 404, message : {"code":"VPC.0603","message":"Query resource by id g1 fail.the security group could not be found."}.',
    )
    for (const unfit of [undefined, { ...gateway, kind: 'none' } as const])
      expect(inWords(judgeClassic({ ...ground, gateway: unfit }))).toBe('no gateway is attached to VPC v1: ask the installation owner')
  })

  it('needs a security group that lets the queue in to every port', () => {
    const queue = { name: 'q1', cidr: '10.248.0.0/24' }
    const to = (port: number) => ({ name: `to-${port}`, port, target: { host: '10.71.0.5', port } })
    const open = (ports: string, remoteIpPrefix = '10.248.0.0/24') =>
      ({ ...checkSecurityGroupRuleDraft({ direction: 'ingress', protocol: 'tcp', ports, remoteIpPrefix }), id: 'r' }) as SecurityGroupRule
    const judge = (rules: SecurityGroupRule[], ...ports: number[]) =>
      inWords(judgeBinding(queue, { ground, addresses: ports.map(to), groupRules: rules }))
    expect(judge([open('5432')], 5432)).toBe('')
    expect(judge([open('5000-6000')], 5432, 5433)).toBe('')
    expect(judge([], 5432)).toBe(
      'security group g1 does not admit 10.248.0.0/24 of queue q1 to port 5432: add an ingress rule for TCP port 5432 from 10.248.0.0/24',
    )
    expect(judge([open('5432')], 5432, 5433)).toContain('port 5433')
    expect(judge([open('5432', '10.248.0.0/25')], 5432)).toContain('does not admit')
    const groundless = judgeBinding(queue, { ground: { ...ground, subnet: undefined }, addresses: [to(1)], groupRules: [] })
    expect(inWords(groundless)).toContain('Failed to get subnet')
  })
})

const cidr = fc.constantFrom('10.248.1.0/24', '10.248.1.128/25', '10.248.2.0/24', '10.71.0.0/24', '10.248.0.0/13')
const vpcId = fc.constantFrom('v1', 'v2').map((id) => id as VpcId)
const someWanted = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 6 }).chain((ats) =>
  fc.tuple(
    ...ats.map((at) =>
      fc
        .record({
          vpcId,
          subnet: fc.option(fc.record({ vpcId, cidr }), { nil: undefined }),
          gateway: fc.constantFrom(gateway, undefined),
          connectionCreatedAt: fc.integer({ min: 0, max: 3 }),
        })
        .map((over) => wanted(at, over)),
    ),
  ),
)
const someNeighbours = fc
  .uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 6 })
  .chain((ats) => fc.tuple(...ats.map((at) => fc.record({ vpcId, cidr }).map((over) => neighbour(at, over)))))

/** The same values in another order, by a seed. */
function shuffled<Value>(values: readonly Value[], seed: number): readonly Value[] {
  return values
    .map((value, at) => ({ value, key: Math.imul(at + 1, seed | 1) % 97 }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ value }) => value)
}

function partsOf(peerings: readonly WantedPeering[], bindings: readonly WantedBinding[] = []): NetworkParts {
  return { queue, peerings, bindings, forbidden: [{ host: '127.0.0.1', port: 8080 }] }
}

describe('verdicts and networks', () => {
  it('do not depend on the order of the facts', () => {
    fc.assert(
      fc.property(someWanted, someNeighbours, fc.integer(), (peerings, neighbours, seed) => {
        const verdicts = judgePeerings(queue, peerings, neighbours)
        const again = judgePeerings(queue, shuffled(peerings, seed), shuffled(neighbours, seed))
        expect(again).toEqual(verdicts)
        const network = composeNetwork(partsOf(peerings), (id) => isActive(verdicts, id))
        const same = composeNetwork(partsOf(shuffled(peerings, seed)), (id) => isActive(again, id))
        expect(JSON.stringify(same)).toBe(JSON.stringify(network))
      }),
    )
  })

  it('never let a queue reach a subnet that its own range meets, nor two rivals carry traffic in one VPC', () => {
    fc.assert(
      fc.property(someWanted, someNeighbours, (peerings, neighbours) => {
        const verdicts = judgePeerings(queue, peerings, neighbours)
        const meets = (one: string, other: string) => overlaps(parseCidr(one) as never, parseCidr(other) as never)
        const network = composeNetwork(partsOf(peerings), (id) => isActive(verdicts, id))
        expect(network.peerings.every((peering) => !meets(peering.subnetCidr, queue.cidr))).toBe(true)
        expect(verdicts.size).toBe(peerings.length)
        for (const { peering } of peerings) expect(verdicts.has(peering.id)).toBe(true)
        expect(network.peerings.length).toBe([...verdicts.values()].filter(isSilent).length)
      }),
    )
  })

  it('heal when the cause goes', () => {
    fc.assert(
      fc.property(someWanted, (peerings) => {
        const mended = peerings.map((one) => ({ ...one, subnet: { vpcId: one.vpcId, cidr: '10.71.0.0/24' }, gateway }))
        expect([...judgePeerings(queue, mended, []).values()].every(isSilent)).toBe(true)
      }),
    )
  })

  it('are oldest connection first, relays too, with the hosts of each', () => {
    const binding: WantedBinding = {
      peerId: 'binding' as PeerId,
      state: 'CREATING',
      errMsg: silence,
      connectionId: 'k1' as ConnectionId,
      connectionName: 'classic1',
      createdAt: 1,
      addresses: [{ name: 'to-rds-1-AbC.datasource.com', port: 5432, target: { host: '10.71.0.5', port: 5432 } }],
      ground: {
        subnetId: 's1',
        subnet: { vpcId: 'v1' as VpcId, cidr: '10.71.0.0/24' },
        securityGroupId: 'g1',
        securityGroupKnown: true,
        gateway,
      },
      groupRules: [],
    }
    const draft = composeNetwork(partsOf([wanted(7), wanted(2)], [binding]), () => true)
    const network = fillHosts(draft, 4, new Map([['c2' as ConnectionId, [{ name: 'a', ip: '10.71.0.1' }]]]))
    expect(network.version).toBe(4)
    expect(network.peerings.map(({ connectionId, hosts }) => [connectionId, hosts.length])).toEqual([
      ['c2', 1],
      ['c7', 0],
    ])
    expect(network.peerings.every((peering) => !('hostsDigest' in peering))).toBe(true)
    expect(network.relays).toMatchObject([{ name: 'to-rds-1-abc.datasource.com', port: 5432, connectionName: 'classic1' }])
    expect(composeNetwork(partsOf([wanted(7)], [binding]), () => false)).toMatchObject({ peerings: [], relays: [] })
  })
})
