// From names to endpoints: who may answer first, where a gateway leads, and what is never dialled.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Endpoint } from './endpoint.ts'
import type { GatewayMapping } from './gateway.ts'
import { formatIpv4, parseIpv4 } from './ipv4.ts'
import { say } from './text.ts'
import { sampleGateway, sampleNetwork, samplePeering, sampleRelay } from './sample-network.ts'
import {
  checkFinalAddress,
  findPath,
  findRelayPath,
  findResolverPath,
  findRoute,
  resolveName,
  resolveRelay,
  translate,
  unknownHost,
} from './path.ts'

const failure = (kind: string, ...words: string[]) =>
  expect.objectContaining({ name: 'ServiceError', kind, message: expect.stringMatching(words.join('.*')) })

describe('a name', () => {
  const records = samplePeering('older', { hosts: [{ name: 'db', ip: '10.71.0.1' }] })
  const laterRecords = samplePeering('younger', {
    hosts: [
      { name: 'db', ip: '10.71.0.2' },
      { name: 'own', ip: '10.71.0.3' },
    ],
  })
  const names = samplePeering('named', {
    gateway: sampleGateway({ names: ['db', 'own', 'gate'].map((name) => ({ name, ip: '10.71.0.4' })), dns: '10.71.0.53:53' }),
  })

  it('is answered by a relay, then host records (older connection first), then gateway names, then asked', () => {
    const relay = sampleRelay('classic', { name: 'db' })
    const network = sampleNetwork({ relays: [relay], peerings: [records, laterRecords, names] })
    expect(resolveName(network, 'db', 5432)).toEqual({ kind: 'relay', relay })
    // A relay is a name with a port; on another port the name is looked for elsewhere.
    expect(resolveName(network, 'db', 5433)).toEqual({ kind: 'address', addresses: ['10.71.0.1'], by: say`host record of ${'older'}` })
    expect(resolveName(network, 'own', 1)).toEqual({ kind: 'address', addresses: ['10.71.0.3'], by: say`host record of ${'younger'}` })
    expect(resolveName(network, 'gate', 1)).toEqual({
      kind: 'address',
      addresses: ['10.71.0.4'],
      by: say`name table of the gateway of ${'named'}`,
    })
    expect(resolveName(network, 'else', 1)).toEqual({
      kind: 'ask',
      name: 'else',
      resolvers: [{ carrier: names, dns: { host: '10.71.0.53', port: 53 } }],
    })
  })

  it('is unknown when nobody can be asked, and says what to do', () => {
    const network = sampleNetwork({ peerings: [records] })
    expect(() => resolveName(network, 'else', 1)).toThrow(failure('unavailable', 'unknown host else', 'queue q1', 'host record'))
    expect(unknownHost(network, 'else', [say`resolver ${'x'} failed: ${'y'}`]).message).toContain('(resolver x failed: y)')
  })

  it('is found in any case, written in any case', () => {
    const network = sampleNetwork({
      peerings: [samplePeering('a', { hosts: [{ name: 'Db.Internal', ip: '10.71.0.5' }] })],
      relays: [sampleRelay('rds')],
    })
    for (const host of ['db.internal', 'DB.INTERNAL', 'Db.Internal'])
      expect(resolveName(network, host, 1)).toMatchObject({ addresses: ['10.71.0.5'] })
    expect(resolveName(network, 'TO-RDS.datasource.com', 5432)).toMatchObject({ kind: 'relay' })
  })

  it('keeps several addresses in their order, and skips entries that lack a member', () => {
    const hosts = [
      { name: 'db', ip: '10.71.0.9' },
      { name: 'db' },
      { ip: '10.71.0.7' },
      { name: 'DB', ip: '10.71.0.1' },
      { name: 'db', ip: '10.71.0.9' },
    ]
    expect(resolveName(sampleNetwork({ peerings: [samplePeering('a', { hosts })] }), 'db', 1)).toMatchObject({
      addresses: ['10.71.0.9', '10.71.0.1', '10.71.0.9'],
    })
  })

  it('is not a dotted address, which stands for itself whatever a table says', () => {
    const network = sampleNetwork({ peerings: [samplePeering('a', { hosts: [{ name: '10.71.0.5', ip: '10.71.0.6' }] })] })
    expect(resolveName(network, '10.71.0.5', 1)).toEqual({ kind: 'address', addresses: ['10.71.0.5'], by: say`address` })
  })

  it.each(['127.1', '0x7f000001', '2130706433', '::1', '::ffff:10.71.0.5', 'localhost', '__proto__', 'constructor'])(
    '%s is a name like any other',
    (host) => {
      expect(() => resolveName(sampleNetwork({ peerings: [records] }), host, 1)).toThrow(failure('unavailable', 'unknown host'))
    },
  )
})

describe('the target of a relay', () => {
  const network = sampleNetwork()
  const target = { host: 'Rds.internal', port: 5432 }

  it('is an address, or a name that its own gateway knows or may be asked for', () => {
    expect(resolveRelay(network, sampleRelay('a'))).toMatchObject({ addresses: ['192.168.0.9'] })
    const known = sampleRelay('a', { target, gateway: sampleGateway({ names: [{ name: 'rds.Internal', ip: '192.168.0.7' }] }) })
    expect(resolveRelay(network, known)).toEqual({
      kind: 'address',
      addresses: ['192.168.0.7'],
      by: say`name table of the gateway of ${'a'}`,
    })
    const asked = sampleRelay('a', { target, gateway: sampleGateway({ dns: '192.168.0.53:53' }) })
    expect(resolveRelay(network, asked)).toMatchObject({
      kind: 'ask',
      name: 'Rds.internal',
      resolvers: [{ dns: { host: '192.168.0.53', port: 53 } }],
    })
    expect(() => resolveRelay(network, sampleRelay('a', { target }))).toThrow(failure('unavailable', 'unknown host Rds.internal'))
  })

  it('needs no route, only its gateway', () => {
    const gateway = sampleGateway({ kind: 'map', map: [{ from: '192.168.0.9:5432', to: '127.0.0.1:25432' }] })
    expect(findRelayPath(sampleRelay('a', { gateway }), '192.168.0.9')).toMatchObject({
      kind: 'relay',
      inside: { host: '192.168.0.9', port: 5432 },
      next: { host: '127.0.0.1', port: 25432 },
      route: say`relay of ${'a'}`,
    })
    expect(() => findRelayPath(sampleRelay('a', { gateway }), '192.168.0.8')).toThrow(failure('forbidden', '192.168.0.8:5432'))
  })
})

describe('a path', () => {
  it('goes by the longest route through that peering’s gateway', () => {
    const gateway = sampleGateway({ kind: 'map', map: [{ from: '10.71.0.5', to: 'db.example' }] })
    const peering = samplePeering('test1', { gateway })
    expect(findPath(sampleNetwork({ peerings: [peering] }), { host: '10.71.0.5', port: 5432 }, say`host record of ${'test1'}`)).toEqual({
      kind: 'route',
      carrier: peering,
      inside: { host: '10.71.0.5', port: 5432 },
      next: { host: 'db.example', port: 5432 },
      name: say`${'10.71.0.5'} by ${say`host record of ${'test1'}`}`,
      route: say`${'10.71.0.0/24'}, subnet of ${'test1'}`,
    })
  })

  it('is missing without a route, and names the queue', () => {
    expect(() => findRoute(sampleNetwork(), '10.71.0.5')).toThrow(failure('unavailable', 'queue q1 has no route to 10.71.0.5', 'bind it'))
  })

  it('to a resolver is translated like any other', () => {
    const carrier = samplePeering('a', { gateway: sampleGateway({ kind: 'map', map: [{ from: '10.71.0.2:53', to: '127.0.0.1:5353' }] }) })
    expect(findResolverPath({ carrier, dns: { host: '10.71.0.2', port: 53 } })).toMatchObject({
      kind: 'resolver',
      next: { host: '127.0.0.1', port: 5353 },
    })
    expect(() => findResolverPath({ carrier, dns: { host: '10.71.0.3', port: 53 } })).toThrow(failure('forbidden'))
  })
})

describe('a gateway', () => {
  const through = (map: readonly GatewayMapping[], target: Endpoint) => translate(sampleGateway({ kind: 'map', map }), target)
  const target = { host: '10.71.0.5', port: 5432 }

  it.each([
    ['10.71.0.5:5432', '127.0.0.1:25432', '127.0.0.1', 25432],
    ['10.71.0.5', '127.0.0.1', '127.0.0.1', 5432],
    ['10.71.0.5:5432', 'db.example:1', 'db.example', 1],
    ['10.71.0.5', 'db.example', 'db.example', 5432],
    ['10.71.0.0/24', '10.99.3.0/24', '10.99.3.5', 5432],
    ['10.71.0.5/32', '10.99.3.7/32', '10.99.3.7', 5432],
    ['10.71.0.0/29', '10.99.3.8/29', '10.99.3.13', 5432],
    ['0.0.0.0/0', '0.0.0.0/0', '10.71.0.5', 5432],
  ])('maps %s to %s', (from, to, host, port) => {
    expect(through([{ from, to }], target)).toEqual({ host, port })
  })

  it('keeps the host part of every address of a range', () => {
    const inside = fc.tuple(fc.integer({ min: 8, max: 32 }), fc.integer({ min: 0, max: 2 ** 24 - 1 }))
    fc.assert(
      fc.property(inside, ([prefix, low]) => {
        const offset = low % 2 ** (32 - prefix)
        const mapped = through([{ from: `10.0.0.0/${prefix}`, to: `192.0.0.0/${prefix}` }], {
          host: formatIpv4(0x0a_00_00_00 + offset),
          port: 1,
        })
        expect(parseIpv4(mapped.host)).toBe(0xc0_00_00_00 + offset)
      }),
    )
  })

  it('takes the first line that matches', () => {
    const map = [
      { from: '10.71.0.5:5433', to: '127.0.0.1:1' },
      { from: '10.71.0.0/24', to: '127.0.1.0/24' },
      { from: '10.71.0.5:5432', to: '127.0.0.1:2' },
    ]
    expect(through(map, target)).toEqual({ host: '127.0.1.5', port: 5432 })
    expect(through(map, { ...target, port: 5433 })).toEqual({ host: '127.0.0.1', port: 1 })
  })

  it('refuses what no line matches, and everything when it is none or not there yet', () => {
    const map = [
      { from: '10.71.0.5:5433', to: '127.0.0.1:1' },
      { from: '10.71.0.6', to: '127.0.0.1' },
      { from: '10.71.1.0/24', to: '127.0.1.0/24' },
    ]
    expect(() => through(map, target)).toThrow(failure('forbidden', 'carries nothing to 10.71.0.5:5432', 'installation owner'))
    expect(() => through([], target)).toThrow(failure('forbidden'))
    for (const kind of ['none', 'socks5', 'ssh'] as const)
      expect(() => translate(sampleGateway({ kind }), target)).toThrow(failure('forbidden'))
    expect(translate(sampleGateway({ kind: 'direct' }), target)).toEqual(target)
  })
})

describe('the final address', () => {
  const check = (address: string, ranges: readonly string[] = ['0.0.0.0/0'], forbidden: readonly Endpoint[] = [], port = 5432) =>
    checkFinalAddress(sampleNetwork({ forbidden }), sampleGateway({ ranges }), address, port)

  it.each([
    '0.0.0.0',
    '0.255.255.255',
    '169.254.0.0',
    '169.254.169.254',
    '169.254.255.255',
    '100.100.100.200',
    '192.0.0.192',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    'fe80::1',
    'localhost',
    '127.1',
    '0x7f.0.0.1',
    '010.0.0.1',
    '',
  ])('is never %s', (address) => {
    expect(() => check(address)).toThrow(failure('forbidden', 'queue q1', 'installation owner'))
  })

  it.each([
    '1.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '100.100.100.199',
    '100.100.100.201',
    '192.0.0.191',
    '223.255.255.255',
    '127.0.0.1',
  ])('may be %s', (address) => {
    expect(() => check(address)).not.toThrow()
  })

  it('lies in one of the ranges, up to their edges', () => {
    const ranges = ['10.71.0.0/24', '127.0.0.1/32']
    const allowed = ['10.70.255.255', '10.71.0.0', '10.71.0.255', '10.71.1.0', '127.0.0.0', '127.0.0.1', '127.0.0.2'].filter((address) => {
      try {
        check(address, ranges)
        return true
      } catch {
        return false
      }
    })
    expect(allowed).toEqual(['10.71.0.0', '10.71.0.255', '127.0.0.1'])
    expect(() => check('10.71.0.1', [])).toThrow(failure('forbidden'))
  })

  it('is not a listener of the installation, and its other ports are free', () => {
    const own = [{ host: '127.0.0.1', port: 8080 }]
    expect(() => check('127.0.0.1', ['127.0.0.0/8'], own, 8080)).toThrow(failure('forbidden'))
    expect(() => check('127.0.0.1', ['127.0.0.0/8'], own, 8081)).not.toThrow()
    expect(() => check('127.0.0.2', ['127.0.0.0/8'], own, 8080)).not.toThrow()
  })

  it('is no address with the port of a listener on all of them, nor one in a forbidden block', () => {
    for (const host of ['0.0.0.0', '::', 'localhost']) {
      for (const address of ['127.0.0.1', '127.8.9.1', '192.168.1.20']) {
        expect(() => check(address, undefined, [{ host, port: 8080 }], 8080)).toThrow(failure('forbidden'))
        expect(() => check(address, undefined, [{ host, port: 8080 }], 8081)).not.toThrow()
      }
    }
    expect(() => check('127.8.9.1', undefined, [{ host: '127.0.0.0/8', port: 8080 }], 8080)).toThrow(failure('forbidden'))
    expect(() => check('128.0.0.1', undefined, [{ host: '127.0.0.0/8', port: 8080 }], 8080)).not.toThrow()
  })

  it('is refused with one text whatever the reason', () => {
    const texts = [
      () => check('169.254.169.254'),
      () => check('10.71.0.1', []),
      () => check('127.0.0.1', undefined, [{ host: '127.0.0.1', port: 5432 }]),
      () => check('::1'),
    ].map((refused) => {
      try {
        return refused()
      } catch (error) {
        return String(error)
      }
    })
    expect(texts[0]).toContain('may not reach')
    expect(new Set(texts).size).toBe(1)
  })
})
