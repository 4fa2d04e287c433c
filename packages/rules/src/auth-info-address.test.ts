// Where an auth-info may be used: addresses and blocks, with a port and without, and names by what they lead to.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allowedAddressesOf, checkAllowedAddress } from './auth-info-address.ts'
import { parseEndpoint } from './endpoint.ts'
import { ServiceError } from './errors.ts'
import { emptyNetwork, type QueueNetwork } from './network.ts'
import { samplePeering, sampleRelay } from './sample-network.ts'

function isAllowed(network: QueueNetwork, allowedAddresses: readonly string[], address: string): boolean {
  try {
    checkAllowedAddress(network, { name: 'keys', allowedAddresses }, parseEndpoint(address) ?? { host: '', port: 0 })
    return true
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'forbidden') return false
    throw error
  }
}

const none = emptyNetwork('q' as never, 'q', '')

describe('addresses of an auth-info', () => {
  it('are IPv4 addresses and blocks, each once, at most 20', () => {
    expect(allowedAddressesOf(['10.0.0.5', '10.0.0.0/24:5432', '10.0.0.5', '10.0.0.5:1'])).toEqual([
      '10.0.0.5',
      '10.0.0.0/24:5432',
      '10.0.0.5:1',
    ])
    const many = Array.from({ length: 21 }, (_, at) => `10.0.0.${at}`)
    expect(allowedAddressesOf(many.slice(1))).toHaveLength(20)
    expect(() => allowedAddressesOf(many)).toThrow('at most 20')
    for (const wrong of ['', 'db', 'db:5432', '10.0.0', '10.0.0.5:0', '10.0.0.5:65536', '10.0.0.0/33', '::1', '10.0.0.256'])
      expect(() => allowedAddressesOf(['10.0.0.1', wrong])).toThrow('entry 2 of allowed_addresses')
  })

  it('admit what lies in them, to both edges, and nothing else', () => {
    expect(isAllowed(none, [], '203.0.113.9:1')).toBe(true)
    expect(isAllowed(none, ['10.0.0.5'], '10.0.0.5:1')).toBe(true)
    expect(isAllowed(none, ['10.0.0.5:5432'], '10.0.0.5:5432')).toBe(true)
    expect(isAllowed(none, ['10.0.0.5:5432'], '10.0.0.5:5433')).toBe(false)
    const block = ['10.0.1.0/24', '10.9.0.0/16:5432']
    const seen = ['10.0.0.255:1', '10.0.1.0:1', '10.0.1.255:1', '10.0.2.0:1', '10.9.0.0:5432', '10.9.255.255:5432', '10.9.0.1:1'].map(
      (address) => isAllowed(none, block, address),
    )
    expect(seen).toEqual([false, true, true, false, true, true, false])
  })

  it('never admit an address outside every block', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        expect(isAllowed(none, ['10.0.0.0/8'], `${host}:${port}`)).toBe(host.startsWith('10.'))
      }),
    )
  })

  it('take a name for every address that it leads to', () => {
    const peering = samplePeering('c1')
    const hosts = [
      { name: 'one', ip: '10.71.0.5' },
      { name: 'two', ip: '10.71.0.5' },
      { name: 'two', ip: '10.71.0.6' },
    ]
    const network: QueueNetwork = { ...none, peerings: [{ ...peering, hosts }] }
    expect(isAllowed(network, ['10.71.0.5'], 'ONE:5432')).toBe(true)
    expect(isAllowed(network, ['10.71.0.5'], 'two:5432')).toBe(false)
    expect(isAllowed(network, ['10.71.0.0/24'], 'two:5432')).toBe(true)
    expect(() => isAllowed({ ...network, peerings: [{ ...peering, hosts: [] }] }, ['10.71.0.5'], 'one:5432')).toThrow('unknown host one')
    const relayed: QueueNetwork = { ...none, relays: [sampleRelay('r')] }
    expect(isAllowed(relayed, ['192.168.0.9:5432'], 'to-r.datasource.com:5432')).toBe(true)
    expect(isAllowed(relayed, ['192.168.0.8'], 'to-r.datasource.com:5432')).toBe(false)
    const asking: QueueNetwork = { ...none, peerings: [{ ...peering, hosts: [], gateway: { ...peering.gateway, dns: '10.71.0.2:53' } }] }
    expect(isAllowed(asking, ['0.0.0.0/0'], 'one:5432')).toBe(false)
  })
})
