// The seal: opens in its own place alone.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Seal } from './seal.ts'

const seal = new Seal(Buffer.alloc(32, 5))

describe('the seal', () => {
  it('opens what it sealed, in its place alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (text, place, other) => {
        const sealed = seal.seal(text, place)
        expect(seal.open(sealed, place)).toBe(Buffer.from(text).toString())
        fc.pre(place !== other)
        expect(() => seal.open(sealed, other)).toThrow('does not open')
      }),
      { numRuns: 30 },
    )
  })

  it('never gives the same text twice', () => {
    expect(seal.seal('a', 'b')).not.toBe(seal.seal('a', 'b'))
  })

  it('notices every changed byte', () => {
    const sealed = seal.seal('secret', 'place')
    const [version, body = ''] = sealed.split('.')
    const bytes = Buffer.from(body, 'base64url')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => seal.open(`${version}.${changed.toString('base64url')}`, 'place')).toThrow('does not open')
    }
    for (const damaged of ['', 'v1.', 'v1.AAAA', `v2.${body}`]) expect(() => seal.open(damaged, 'place')).toThrow('damaged')
  })

  it('wants a whole key', () => {
    expect(() => new Seal(Buffer.alloc(16))).toThrow('32 bytes')
  })
})
