// Custom routes: names, blocks, internal ranges, and what a connection has already.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkNewRoute, checkRouteDraft, mostRoutes, noRoute } from './connection-route.ts'
import { ServiceError } from './errors.ts'

function kindOf(action: () => unknown): string {
  try {
    action()
    return 'fine'
  } catch (error) {
    return error instanceof ServiceError ? error.kind : 'bug'
  }
}

const route = (name: string, cidr: string) => ({ name, cidr, createdAt: 1 })

describe('a route by itself', () => {
  it.each([
    ['a', 'fine'],
    ['A-z_0', 'fine'],
    ['x'.repeat(64), 'fine'],
    ['x'.repeat(65), 'invalid'],
    ['', 'invalid'],
    ['a.b', 'invalid'],
    ['a b', 'invalid'],
    ['é', 'invalid'],
    ['a\n', 'invalid'],
  ])('has a name of 1 to 64 letters, digits, _ and -: %j is %s', (name, kind) => {
    expect(kindOf(() => checkRouteDraft({ name, cidr: '10.1.0.0/16' }))).toBe(kind)
  })

  it.each([
    ['10.1.0.0/16', '10.1.0.0/16'],
    ['127.0.0.0', '127.0.0.0/32'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3/32', '10.1.2.3/32'],
    ['100.63.255.255', '100.63.255.255/32'],
    ['100.128.0.0', '100.128.0.0/32'],
  ])('%s stands for %s and keeps the text that was sent', (cidr, block) => {
    expect(checkRouteDraft({ name: 'r', cidr })).toEqual({ name: 'r', cidr, block })
  })

  it.each(['', '10.1.0.0/33', '10.1.0/16', '10.1.0.256', '010.1.0.0/16', 'fe80::/64', '10.1.0.0/', ' 10.1.0.0/16', '10.1.0.0/-1'])(
    '%j is no block',
    (cidr) => {
      expect(kindOf(() => checkRouteDraft({ name: 'r', cidr }))).toBe('invalid')
    },
  )

  it.each(['100.125.0.0/16', '100.64.0.0/10', '100.64.0.0', '100.127.255.255', '100.125.7.0/24', '100.0.0.0/8', '0.0.0.0/0'])(
    '%s meets an internal range',
    (cidr) => {
      expect(() => checkRouteDraft({ name: 'r', cidr })).toThrow(/internal services/)
    },
  )
})

describe('a refused route', () => {
  const existing = [route('one', '10.9.9.9')]
  const full = Array.from({ length: 1000 }, (_, index) => route(`r${index}`, `10.${index >> 8}.${index & 255}.0/24`))

  it.each([
    ['a name', '!'.repeat(99), '10.1.0.0/16', `"${'!'.repeat(80)}" is no route name: use 1 to 64 letters, digits, _ and -`],
    [
      'a block',
      'r',
      '7'.repeat(99),
      `cidr "${'7'.repeat(80)}" is not an IPv4 block: write it like 10.1.0.0/16; a bare address is a block of one`,
    ],
    [
      'an internal range',
      'r',
      '100.64.1.0/24',
      'cidr 100.64.1.0/24 meets 100.64.0.0/10, which belongs to internal services: route a block outside it',
    ],
  ])('says what is wrong with %s', (_what, name, cidr, message) => {
    expect(() => checkRouteDraft({ name, cidr })).toThrow(expect.objectContaining({ kind: 'invalid', message }))
  })

  it.each([
    ['conflict', 'one', '172.16.0.0/12', existing, 'route one exists already in this connection: choose another name, or delete it first'],
    [
      'conflict',
      'two',
      '10.9.9.9/32',
      existing,
      'cidr 10.9.9.9/32 is routed already, by route one of this connection: leave it, or delete that route first',
    ],
    [
      'exhausted',
      'more',
      '172.16.0.0/12',
      full,
      'the connection has 1000 routes, the most there may be: delete one first, or route a wider block',
    ],
  ])('is a %s that names the route: %s %s', (kind, name, cidr, routes, message) => {
    expect(() => checkNewRoute(checkRouteDraft({ name, cidr }), routes)).toThrow(
      expect.objectContaining({ kind, message, details: { subject: { kind: 'route', name } } }),
    )
  })

  it('that is not there is named in part', () => {
    expect(noRoute('r'.repeat(99))).toMatchObject({
      kind: 'notFound',
      message: `There is no route named ${'r'.repeat(64)} in this connection`,
      details: { subject: { kind: 'route', name: 'r'.repeat(64) } },
    })
  })
})

describe('a route among others', () => {
  it('is not kept out by a kept route that is no block', () => {
    expect(kindOf(() => checkNewRoute(checkRouteDraft({ name: 'r', cidr: '10.1.0.0/16' }), [route('odd', 'fe80::/64')]))).toBe('fine')
  })

  it('may overlap, never be identical, in name or in block', () => {
    const existing = [route('wide', '10.0.0.0/8'), route('one', '10.9.9.9')]
    const add = (name: string, cidr: string) => kindOf(() => checkNewRoute(checkRouteDraft({ name, cidr }), existing))
    expect(add('inner', '10.1.0.0/16')).toBe('fine')
    expect(add('Wide', '10.1.0.0/16')).toBe('fine')
    expect(add('wide', '10.1.0.0/16')).toBe('conflict')
    expect(add('again', '10.200.0.1/8')).toBe('conflict')
    expect(add('again', '10.9.9.9/32')).toBe('conflict')
  })

  it('is one of at most 1,000', () => {
    const existing = Array.from({ length: mostRoutes }, (_, index) => route(`r${index}`, `10.${index >> 8}.${index & 255}.0/24`))
    const draft = checkRouteDraft({ name: 'more', cidr: '172.16.0.0/12' })
    expect(kindOf(() => checkNewRoute(draft, existing.slice(1)))).toBe('fine')
    expect(kindOf(() => checkNewRoute(draft, existing))).toBe('exhausted')
  })

  it('conflicts with itself whatever its host bits are', () => {
    const octet = fc.integer({ min: 1, max: 99 })
    fc.assert(
      fc.property(octet, octet, octet, octet, fc.integer({ min: 8, max: 32 }), (a, b, c, d, prefix) => {
        const parts = checkRouteDraft({ name: 'r', cidr: `${a}.${b}.${c}.${d}/${prefix}` })
        expect(kindOf(() => checkNewRoute({ ...parts, name: 's' }, [route('r', parts.block)]))).toBe('conflict')
      }),
    )
  })
})
