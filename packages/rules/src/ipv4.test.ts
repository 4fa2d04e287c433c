// Addresses and blocks: what is read, what is refused, and arithmetic against brute force.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockOf, cidrOf, contains, covers, formatCidr, formatIpv4, overlaps, parseCidr, parseIpv4 } from './ipv4.ts'

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const prefix = fc.integer({ min: 0, max: 32 })
/** Blocks inside one /24, so that every address can be tried. */
const smallBlock = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
  .map(([low, bits]) => blockOf(0xff_ff_ff_00 + low, bits))

function members(block: { readonly base: number; readonly last: number }): readonly number[] {
  return Array.from({ length: block.last - block.base + 1 }, (_, index) => block.base + index)
}

describe('an address', () => {
  it('is read as it was printed', () => {
    fc.assert(fc.property(address, (value) => parseIpv4(formatIpv4(value)) === value))
  })

  it.each([
    ['0.0.0.0', 0],
    ['0.0.0.1', 1],
    ['127.0.0.1', 0x7f000001],
    ['128.0.0.0', 2 ** 31],
    ['255.255.255.255', 2 ** 32 - 1],
  ])('%s is %d', (text, value) => {
    expect(parseIpv4(text)).toBe(value)
    expect(formatIpv4(value)).toBe(text)
  })

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '256.2.3.4',
    '999.1.1.1',
    '01.2.3.4',
    '1.2.3.04',
    '00.0.0.0',
    '0x7f.0.0.1',
    '0x7f000001',
    '2130706433',
    '127.1',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '1.2..4',
    '1.2.3.-4',
    '1.2.3.4e0',
    '١.٢.٣.٤',
    '::1',
    '::ffff:127.0.0.1',
    '1.2.3.4/32',
    '1.2.3.4:5',
  ])('is not "%s"', (text) => {
    expect(parseIpv4(text)).toBeUndefined()
  })
})

describe('a block', () => {
  it('is read as it was printed, with host bits cleared', () => {
    fc.assert(
      fc.property(address, prefix, (value, bits) => {
        const block = blockOf(value, bits)
        expect(parseCidr(formatCidr(block))).toEqual(block)
        expect(parseCidr(`${formatIpv4(value)}/${bits}`)).toEqual(block)
        expect(block.last - block.base + 1).toBe(2 ** (32 - bits))
        expect(contains(block, value)).toBe(true)
      }),
    )
  })

  it.each([
    ['10.0.0.5/8', '10.0.0.0/8'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['1.2.3.4/0', '0.0.0.0/0'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['255.255.255.255/32', '255.255.255.255/32'],
    ['10.0.0.0/08', '10.0.0.0/8'],
  ])('%s is %s', (text, printed) => {
    expect(formatCidr(cidrOf(text))).toBe(printed)
  })

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/1.5',
    '10.0.0.0/008',
    '10.0.0/8',
    '/8',
    '10.0.0.0/8/8',
    '10.0.0.0 /8',
    '10.0.0.0/8\n',
    '::/0',
    '',
  ])('is not "%s"', (text) => {
    expect(parseCidr(text)).toBeUndefined()
    expect(() => cidrOf(text)).toThrow(expect.objectContaining({ kind: 'invalid', message: expect.stringContaining(`"${text}"`) }))
  })

  it('contains, covers and overlaps as counting its addresses says', () => {
    fc.assert(
      fc.property(smallBlock, smallBlock, (one, other) => {
        const ones = new Set(members(one))
        const shared = members(other).filter((value) => ones.has(value))
        expect(overlaps(one, other)).toBe(shared.length > 0)
        expect(covers(one, other)).toBe(shared.length === members(other).length)
        for (let value = 0xff_ff_ff_00; value <= 0xff_ff_ff_ff; value++)
          if (contains(one, value) !== ones.has(value)) throw new Error(formatIpv4(value))
      }),
    )
  })

  it('ends where it ends', () => {
    const block = cidrOf('10.71.0.0/24')
    const inside = ['10.70.255.255', '10.71.0.0', '10.71.0.255', '10.71.1.0'].map((text) => contains(block, parseIpv4(text) as number))
    expect(inside).toEqual([false, true, true, false])
    expect(contains(cidrOf('10.71.0.7/32'), parseIpv4('10.71.0.7') as number)).toBe(true)
    expect(contains(cidrOf('10.71.0.7/32'), parseIpv4('10.71.0.6') as number)).toBe(false)
    expect(contains(cidrOf('10.71.0.7/32'), parseIpv4('10.71.0.8') as number)).toBe(false)
  })
})
