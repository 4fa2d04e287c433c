// Patterns of names, beside the regular expressions that Spark makes of them.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesNamePattern } from './name-pattern.ts'

/** As Spark 3.3.1 has it: `*` is `.*`, `|` parts patterns, the rest is a regular expression in any case. */
function bySpark(pattern: string, name: string): boolean {
  return pattern
    .trim()
    .split('|')
    .some((part) => new RegExp(`^(?:${part.replaceAll('*', '.*')})$`, 'i').test(name))
}

describe('matchesNamePattern', () => {
  it.each([
    ['orders', 'orders', true],
    ['ORD*', 'orders', true],
    ['*', '', true],
    ['a|*ers', 'orders', true],
    ['order', 'orders', false],
    ['orders?', 'order', true],
    ['or.ers', 'orders', true],
    [' orders ', 'orders', true],
    ['', 'orders', false],
    ['or+ders', 'orrrders', true],
    ['or+ders', 'oders', false],
    ['a[b', 'a[b', true],
    ['$1', '$1', true],
  ])('%s meets %s: %s', (pattern, name, expected) => expect(matchesNamePattern(pattern, name)).toBe(expected))

  it('means what Spark’s regular expression means', () => {
    const letters = fc.constantFrom('a', 'b', 'A', '_')
    const part = fc.array(fc.oneof(letters, fc.constantFrom('*', '.', 'a?', 'b+', '.?', '.+')), { maxLength: 5 })
    const pattern = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.map((one) => one.join('')).join('|'))
    const name = fc.array(letters, { maxLength: 6 }).map((one) => one.join(''))
    let met = 0
    fc.assert(
      fc.property(pattern, name, (one, other) => {
        const expected = bySpark(one, other)
        if (expected) met += 1
        expect(matchesNamePattern(one, other)).toBe(expected)
      }),
      { numRuns: 2_000 },
    )
    expect(met).toBeGreaterThan(50)
  })

  it('takes no longer for a hostile pattern than for any other', () => {
    const started = performance.now()
    expect(matchesNamePattern(`${'a*'.repeat(200)}b`, 'a'.repeat(128))).toBe(false)
    expect(performance.now() - started).toBeLessThan(500)
  })
})
