// Longest prefix match against a naive reading of the rule.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contains, parseCidr, parseIpv4 } from './ipv4.ts'
import type { NetworkPeering, QueueNetwork } from './network.ts'
import { sampleNetwork, samplePeering } from './sample-network.ts'
import { pickRoute } from './route-table.ts'
import { inWords } from './text.ts'

/** Every block that holds the address, sorted by the rule's own words. */
function naivePick(network: QueueNetwork, address: string): { peerId: string; cidr: string } | undefined {
  const wanted = parseIpv4(address) as number
  const fitting = network.peerings
    .flatMap((peering) => [
      { peering, cidr: peering.subnetCidr, createdAt: peering.createdAt },
      ...peering.routes.map((route) => ({ peering, ...route })),
    ])
    .map((candidate, position) => ({ ...candidate, position, block: parseCidr(candidate.cidr) }))
    .filter(({ block }) => block !== undefined && contains(block, wanted))
    .toSorted(
      (one, other) =>
        (other.block?.prefix ?? 0) - (one.block?.prefix ?? 0) || one.createdAt - other.createdAt || one.position - other.position,
    )
  const [first] = fitting
  return first === undefined ? undefined : { peerId: first.peering.peerId, cidr: first.cidr }
}

function picked(network: QueueNetwork, address: string): { peerId: string; cidr: string } | undefined {
  const route = pickRoute(network, address)
  return route === undefined ? undefined : { peerId: route.peering.peerId, cidr: route.cidr }
}

// Few distinct addresses and times, so that blocks nest and tie often.
const crowdedAddress = fc
  .tuple(fc.constantFrom(10, 172), fc.integer({ min: 0, max: 3 }), fc.constantFrom(0, 128, 255), fc.integer({ min: 0, max: 7 }))
  .map((parts) => parts.join('.'))
const crowdedCidr = fc.tuple(crowdedAddress, fc.integer({ min: 0, max: 32 })).map(([address, bits]) => `${address}/${bits}`)
const age = fc.integer({ min: 0, max: 3 })

function peerings(mostRoutes: number): fc.Arbitrary<readonly NetworkPeering[]> {
  const routes = fc.array(fc.record({ name: fc.constant('r'), cidr: crowdedCidr, createdAt: age }), { maxLength: mostRoutes, size: 'max' })
  return fc
    .array(fc.record({ subnetCidr: crowdedCidr, createdAt: age, routes }), { maxLength: 10, size: 'max' })
    .map((parts) => parts.map((part, index) => samplePeering(`c${index}`, part)))
}

describe('a route', () => {
  it('is the one that a naive reading picks, over up to 1,000 routes', () => {
    let carried = 0
    fc.assert(
      fc.property(peerings(99), fc.array(crowdedAddress, { minLength: 20, maxLength: 20 }), (list, addresses) => {
        const network = sampleNetwork({ peerings: list })
        for (const address of addresses) {
          const expected = naivePick(network, address)
          if (expected !== undefined) carried++
          expect(picked(network, address)).toEqual(expected)
        }
      }),
    )
    expect(carried).toBeGreaterThan(100)
  })

  it('is the longest, and says which', () => {
    const routes = [
      { name: 'wide', cidr: '10.0.0.0/8', createdAt: 0 },
      { name: 'one', cidr: '10.71.0.9/32', createdAt: 9 },
    ]
    const network = sampleNetwork({
      peerings: [samplePeering('a', { routes }), samplePeering('b', { subnetCidr: '10.71.0.0/25', createdAt: 7 })],
    })
    const descriptions = ['10.71.0.9', '10.71.0.8', '10.71.0.10', '10.71.0.127', '10.71.0.128', '10.72.0.0', '11.0.0.0'].map((address) => {
      const description = pickRoute(network, address)?.description
      return description === undefined ? undefined : inWords(description)
    })
    expect(descriptions).toEqual([
      '10.71.0.9/32, route one of a',
      '10.71.0.0/25, subnet of b',
      '10.71.0.0/25, subnet of b',
      '10.71.0.0/25, subnet of b',
      '10.71.0.0/24, subnet of a',
      '10.0.0.0/8, route wide of a',
      undefined,
    ])
  })

  it('is the oldest of two that are as long, whatever their order', () => {
    const [older, younger] = [samplePeering('older', { createdAt: 1 }), samplePeering('younger', { createdAt: 2 })]
    for (const list of [
      [older, younger],
      [younger, older],
    ]) {
      expect(pickRoute(sampleNetwork({ peerings: list }), '10.71.0.5')?.peering).toBe(older)
    }
  })

  it('is not found for what is not an address, and never in another value of the network', () => {
    const network = sampleNetwork({ peerings: [samplePeering('a')] })
    expect(pickRoute(network, 'db.internal')).toBeUndefined()
    expect(pickRoute(network, '10.71.0.5')).toBeDefined()
    expect(pickRoute({ ...network, peerings: [] }, '10.71.0.5')).toBeUndefined()
  })
})
