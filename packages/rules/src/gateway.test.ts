// What an owner may send as a gateway: both sides of each rule, and what is filled in.

import { describe, expect, it } from 'vitest'
import { checkGateway, type GatewayDraft, gatewayLimits } from './gateway.ts'
import { sampleGateway } from './sample-network.ts'
import { translate } from './path.ts'

function refusal(draft: GatewayDraft): { readonly kind: string; readonly message: string } {
  try {
    checkGateway(draft)
  } catch (error) {
    return error as never
  }
  throw new Error(`taken: ${JSON.stringify(draft)}`)
}

describe('a gateway', () => {
  it('is taken as contract/09 prints it', () => {
    expect(checkGateway({ kind: 'map', ranges: ['127.0.0.0/8'], map: [{ from: '192.168.0.1:5432', to: '127.0.0.1:25432' }] })).toEqual({
      kind: 'map',
      ranges: ['127.0.0.0/8'],
      map: [{ from: '192.168.0.1:5432', to: '127.0.0.1:25432' }],
      names: [],
      dns: undefined,
      allowCleartextPasswords: true,
    })
    expect(checkGateway({ kind: 'none' })).toMatchObject({ kind: 'none', ranges: [], map: [], names: [] })
  })

  it('is of a kind that exists', () => {
    for (const kind of ['none', 'direct', 'map']) expect(checkGateway({ kind })).toMatchObject({ kind })
    for (const kind of ['socks5', 'ssh'])
      expect(refusal({ kind })).toMatchObject({ kind: 'unsupported', message: expect.stringContaining('none, direct, map') })
    for (const kind of ['', 'Direct', 'vpn', '__proto__'])
      expect(refusal({ kind })).toMatchObject({ kind: 'invalid', message: expect.stringContaining('none, direct, map') })
  })

  it.each(['10.71.0.0', '10.71.0.0/33', '10.71.0/24', '', 'all', '::/0'])('does not range over "%s"', (range) => {
    expect(refusal({ kind: 'direct', ranges: ['10.0.0.0/8', range] })).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(`ranges[1] "${range}"`),
    })
  })

  it.each([
    ['10.71.0.5:5432', '127.0.0.1:25432'],
    ['10.71.0.5', '127.0.0.1'],
    ['10.71.0.5:1', 'db.example:65535'],
    ['10.71.0.5', 'db.example'],
    ['10.71.0.0/24', '10.99.0.0/24'],
    ['10.71.0.5/32', '10.99.0.9/32'],
  ])('maps %s to %s, and the map works', (from, to) => {
    const map = checkGateway({ kind: 'map', map: [{ from, to }] }).map
    expect(translate(sampleGateway({ kind: 'map', map }), { host: '10.71.0.5', port: from.endsWith(':1') ? 1 : 5432 })).toBeDefined()
  })

  it.each([
    ['10.71.0.5:5432', '127.0.0.1', 'a port on both sides or on neither'],
    ['10.71.0.5', '127.0.0.1:25432', 'a port on both sides or on neither'],
    ['10.71.0.0/24', '10.99.0.0/25', 'equal length'],
    ['10.71.0.0/24', '10.99.0.1', 'equal length'],
    ['10.71.0.5:5432', '10.99.0.0/32', 'equal length'],
    ['db.internal:5432', '127.0.0.1:25432', '.from "db.internal:5432"'],
    ['10.71.0.256', '127.0.0.1', '.from'],
    ['10.71.0.5:0', '127.0.0.1:1', '.from'],
    ['10.71.0.0/33', '127.0.0.0/33', '.from'],
    ['', '127.0.0.1', '.from'],
    ['10.71.0.5:5432', '127.0.0.1:65536', '.to'],
    ['10.71.0.5', '', '.to'],
    ['10.71.0.5', '-bad', '.to'],
    ['10.71.0.5', '127.1', '.to'],
    ['10.71.0.5:1', '[::1]:1', '.to'],
  ])('does not map "%s" to "%s"', (from, to, why) => {
    const good = { from: '10.71.0.1', to: '127.0.0.1' }
    const { kind, message } = refusal({ kind: 'map', map: [good, good, { from, to }] })
    expect([kind, message]).toEqual(['invalid', expect.stringContaining('map[2]')])
    expect(message).toContain(why)
  })

  it('has no map that nothing would read', () => {
    expect(refusal({ kind: 'direct', map: [{ from: '10.71.0.1', to: '127.0.0.1' }] }).message).toContain('change the kind')
  })

  it('knows names of addresses', () => {
    const good = { name: `a${'b'.repeat(127)}`, ip: '10.71.0.5' }
    expect(checkGateway({ kind: 'direct', names: [good] }).names).toEqual([good])
    for (const name of ['', '1a', `a${'b'.repeat(128)}`, 'a b'])
      expect(refusal({ kind: 'direct', names: [good, { ...good, name }] }).message).toContain('names[1].name')
    for (const ip of ['', 'db', '10.71.0.256', '::1', '10.71.0.5/32'])
      expect(refusal({ kind: 'direct', names: [good, { ...good, ip }] }).message).toContain('names[1].ip')
    expect(refusal({ kind: 'direct', names: [{ ip: '10.71.0.5' }] }).message).toContain('names[0].name')
    expect(refusal({ kind: 'direct', names: [{ name: 'a' }] }).message).toContain('names[0].ip')
  })

  it('asks a resolver at an address and port', () => {
    expect(checkGateway({ kind: 'direct', dns: '10.71.0.2:53' }).dns).toBe('10.71.0.2:53')
    for (const dns of ['', '10.71.0.2', 'dns.internal:53', '10.71.0.2:0', '10.71.0.2:65536', '10.71.0.300:53']) {
      expect(refusal({ kind: 'direct', dns }).message).toContain('write it like 10.71.0.2:53')
    }
  })

  it('holds up to its limits and no more', () => {
    const kinds = { ranges: 'direct', map: 'map', names: 'direct' } as const
    const entry = { ranges: '10.0.0.0/8', map: { from: '10.71.0.1', to: '127.0.0.1' }, names: { name: 'a', ip: '10.71.0.1' } }
    for (const member of ['ranges', 'map', 'names'] as const) {
      const filled = (count: number) => ({ kind: kinds[member], [member]: Array.from({ length: count }, () => entry[member]) })
      expect(checkGateway(filled(gatewayLimits[member]))[member]).toHaveLength(gatewayLimits[member])
      expect(refusal(filled(gatewayLimits[member] + 1))).toMatchObject({
        kind: 'invalid',
        message: expect.stringContaining(`at most ${gatewayLimits[member]}`),
      })
    }
  })

  it.each<[boolean, GatewayDraft]>([
    [false, { kind: 'none' }],
    [false, { kind: 'none', ranges: ['127.0.0.0/8'] }],
    [false, { kind: 'direct' }],
    [false, { kind: 'direct', ranges: ['10.0.0.0/8'] }],
    [false, { kind: 'direct', ranges: ['127.0.0.0/8', '10.0.0.0/8'] }],
    [false, { kind: 'direct', ranges: ['126.0.0.0/7'] }],
    [true, { kind: 'direct', ranges: ['127.0.0.0/8'] }],
    [
      true,
      {
        kind: 'map',
        ranges: ['10.0.0.0/8', '127.0.0.0/8'],
        map: [
          { from: '10.71.0.1:1', to: '127.0.0.1:1' },
          { from: '10.71.0.0/24', to: '127.0.1.0/24' },
        ],
      },
    ],
    [true, { kind: 'map', ranges: ['127.0.0.0/8'], map: [{ from: '10.71.0.1', to: 'localhost' }] }],
    [false, { kind: 'map', ranges: ['10.0.0.0/8'], map: [{ from: '10.71.0.1', to: 'localhost' }] }],
    [
      false,
      {
        kind: 'map',
        ranges: ['10.0.0.0/8'],
        map: [
          { from: '10.71.0.1:1', to: '127.0.0.1:1' },
          { from: '10.71.0.2', to: '10.0.0.2' },
        ],
      },
    ],
    [false, { kind: 'map' }],
  ])('allows cleartext passwords by itself: %s for %j', (allowed, draft) => {
    expect(checkGateway(draft).allowCleartextPasswords).toBe(allowed)
    expect(checkGateway({ ...draft, allowCleartextPasswords: !allowed }).allowCleartextPasswords).toBe(!allowed)
  })
})
