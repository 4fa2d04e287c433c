// Custom routes: names, blocks, internal ranges, and what a connection has already.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkNewRoute, checkRouteDraft, mostRoutes } from './connection-route.ts'
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

describe('a route among others', () => {
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
