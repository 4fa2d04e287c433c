// What stands and what is cut when the network changes, case by case.

import { describe, expect, it } from 'vitest'
import { ServiceError } from './errors.ts'
import type { NetworkPeering, NetworkRelay, QueueNetwork } from './network.ts'
import { sampleGateway, sampleNetwork, samplePeering, sampleRelay } from './sample-network.ts'
import { describeResolver, findPath, findRelayPath, findResolverPath } from './path.ts'
import { inWords, say, verbatim } from './text.ts'
import { cutError, isCut, retrace, type Travelled } from './travelled.ts'

const gateway = sampleGateway({ kind: 'map', ranges: ['127.0.0.0/8'], map: [{ from: '10.71.0.5:5432', to: '127.0.0.1:25432' }] })
const peering = samplePeering('test1', { gateway, hosts: [{ name: 'db', ip: '10.71.0.5' }] })
const before = sampleNetwork({ peerings: [peering] })
const inside = { host: '10.71.0.5', port: 5432 }

const byName: Travelled = {
  target: { host: 'db', port: 5432 },
  by: say`host record of ${'test1'}`,
  path: findPath(before, inside, say`host record of ${'test1'}`),
  dialled: '127.0.0.1',
}
const byAddress: Travelled = { target: inside, by: say`address`, path: findPath(before, inside, say`address`), dialled: '127.0.0.1' }

function after(part: Partial<NetworkPeering>, others: readonly NetworkPeering[] = []): QueueNetwork {
  return sampleNetwork({ version: 2, peerings: [{ ...peering, ...part }, ...others] })
}

function cutOf(network: QueueNetwork, travelled: Travelled): string | undefined {
  const retraced = retrace(network, travelled)
  return 'cut' in retraced ? inWords(retraced.cut) : undefined
}

describe('an open path', () => {
  it('stands when nothing or something else changed, and carries the newer gateway on', () => {
    for (const travelled of [byName, byAddress]) {
      expect(cutOf(before, travelled)).toBeUndefined()
      expect(cutOf(structuredClone(before), travelled)).toBeUndefined()
      const newer = { ...gateway, version: 2, ranges: ['127.0.0.1/32'], map: [...gateway.map, { from: '10.71.0.6', to: '127.0.0.1' }] }
      const retraced = retrace(after({ gateway: newer }, [samplePeering('other', { createdAt: 5 })]), travelled)
      expect(retraced).toMatchObject({ path: { carrier: { gateway: { version: 2 } } } })
    }
  })

  it('is cut when the binding goes, or is another binding of the same connection', () => {
    const gone = 'queue q1 is no longer bound to connection test1, or no longer carried by it: its err_msg says why'
    expect(cutOf(sampleNetwork(), byAddress)).toBe(gone)
    expect(cutOf(sampleNetwork({ peerings: [samplePeering('test2')] }), byAddress)).toBe(gone)
    expect(cutOf(after({ peerId: 'peer-again' as never }), byAddress)).toBe(gone)
    expect(isCut(cutError(inside, verbatim(gone)))).toBe(true)
    expect(isCut(new ServiceError('unavailable', verbatim(gone)))).toBe(false)
    expect(cutError(inside, verbatim(gone))).toMatchObject({ kind: 'unavailable', message: `the path to 10.71.0.5:5432 was cut: ${gone}` })
  })

  it('is cut when its name leads elsewhere; an address needs no name', () => {
    const reason = 'db no longer leads to 10.71.0.5 (host record of test1)'
    for (const hosts of [[], [{ name: 'db', ip: '10.71.0.6' }], [{ name: 'other', ip: '10.71.0.5' }]]) {
      expect(cutOf(after({ hosts }), byName)).toBe(reason)
      expect(cutOf(after({ hosts }), byAddress)).toBeUndefined()
    }
    expect(cutOf({ ...before, relays: [sampleRelay('classic', { name: 'db' })] }, byName)).toBe(reason)
    const both = [
      { name: 'db', ip: '10.71.0.6' },
      { name: 'db', ip: '10.71.0.5' },
    ]
    expect(cutOf(after({ hosts: both }), byName)).toBeUndefined()
  })

  it('is cut when its route goes to another connection or nowhere', () => {
    const reason = 'no route of connection test1 leads queue q1 to 10.71.0.5 any more'
    expect(cutOf(after({ subnetCidr: '10.72.0.0/24' }), byAddress)).toBe(reason)
    expect(cutOf(after({}, [samplePeering('test2', { subnetCidr: '10.71.0.4/31' })]), byAddress)).toBe(reason)
    expect(cutOf(after({}, [samplePeering('test2', { subnetCidr: '10.71.0.0/16' })]), byAddress)).toBeUndefined()
  })

  it('is cut when the gateway leads elsewhere, nowhere, or may not dial it any more', () => {
    const reason = 'the gateway of connection test1 no longer leads there'
    const changes = [
      { kind: 'none' as const },
      { kind: 'direct' as const },
      { map: [] },
      { map: [{ from: '10.71.0.5:5432', to: '127.0.0.1:1' }] },
      { map: [{ from: '10.71.0.5:5432', to: 'db.example:25432' }] },
      { ranges: [] },
      { ranges: ['127.0.0.2/32'] },
    ]
    for (const change of changes) expect(cutOf(after({ gateway: { ...gateway, ...change } }), byAddress)).toBe(reason)
    expect(cutOf({ ...before, forbidden: [{ host: '127.0.0.1', port: 25432 }] }, byAddress)).toBe(reason)
  })

  it('is not judged by an address that is not known yet', () => {
    expect(cutOf(after({ gateway: { ...gateway, ranges: [] } }), { ...byAddress, dialled: undefined })).toBeUndefined()
  })
})

describe('an open path of a relay', () => {
  const relay = sampleRelay('classic', {
    target: { host: 'rds.internal', port: 5432 },
    gateway: sampleGateway({ names: [{ name: 'rds.internal', ip: '192.168.0.9' }] }),
  })
  const target = { host: relay.name, port: relay.port }
  const travelled: Travelled = {
    target,
    by: say`name table of the gateway of ${'classic'}`,
    path: findRelayPath(relay, '192.168.0.9'),
    dialled: '192.168.0.9',
  }
  const withRelay = (part: Partial<NetworkRelay>) => sampleNetwork({ relays: [{ ...relay, ...part }] })

  it('stands for as long as the same name leads to the same target', () => {
    expect(cutOf(withRelay({}), travelled)).toBeUndefined()
    expect(cutOf(sampleNetwork(), travelled)).toContain('queue q1 is no longer bound to connection classic, or no longer carried by it')
    expect(cutOf(withRelay({ name: 'to-other.datasource.com' }), travelled)).toContain('no longer leads')
    expect(cutOf(withRelay({ target: { host: 'rds.internal', port: 5433 } }), travelled)).toContain('no longer leads')
    expect(cutOf(withRelay({ gateway: sampleGateway({ names: [{ name: 'rds.internal', ip: '192.168.0.8' }] }) }), travelled)).toContain(
      'no longer leads',
    )
    expect(cutOf(withRelay({ gateway: sampleGateway({ names: relay.gateway.names, ranges: [] }) }), travelled)).toContain(
      'the gateway of connection classic',
    )
  })
})

describe('an answer of a resolver, and the way to it', () => {
  const asking = samplePeering('test1', { gateway: sampleGateway({ dns: '10.71.0.53:53' }) })
  const network = sampleNetwork({ peerings: [asking] })
  const dns = { host: '10.71.0.53', port: 53 }
  const by = describeResolver({ carrier: asking, dns })
  const answered: Travelled = { target: { host: 'db', port: 5432 }, by, path: findPath(network, inside, by), dialled: '10.71.0.5' }
  const question: Travelled = { target: dns, by, path: findResolverPath({ carrier: asking, dns }), dialled: undefined }
  const other = sampleNetwork({ peerings: [{ ...asking, gateway: { ...asking.gateway, dns: '10.71.0.54:53' } }] })

  it('stand for as long as the same resolver would be asked', () => {
    expect([cutOf(network, answered), cutOf(network, question)]).toEqual([undefined, undefined])
    expect([cutOf(other, answered), cutOf(other, question)]).toEqual([
      'db no longer leads to 10.71.0.5 (resolver 10.71.0.53:53 of test1)',
      'the gateway of connection test1 no longer leads there',
    ])
    expect(cutOf(sampleNetwork(), question)).toContain('no longer bound')
  })

  it('give way to a host record that now has the name', () => {
    const recorded = (ip: string) => sampleNetwork({ peerings: [{ ...asking, hosts: [{ name: 'db', ip }] }] })
    expect(cutOf(recorded('10.71.0.6'), answered)).toContain('no longer leads')
    expect(cutOf(recorded('10.71.0.5'), answered)).toBeUndefined()
  })
})
