// Idempotency keys at their edges.

import { describe, expect, it } from 'vitest'
import { checkIdempotencyKey, checkRepeat } from './idempotency-key.ts'

describe('an idempotency key', () => {
  it.each(['a', '6f1c…'.slice(0, 4), '!~', 'x'.repeat(255)])('may be %s', (key) => {
    expect(checkIdempotencyKey(key)).toBe(key)
  })

  it.each(['', 'a b', 'x'.repeat(256), 'é', 'a\n'])('may not be %j', (key) => {
    expect(() => checkIdempotencyKey(key)).toThrow(expect.objectContaining({ kind: 'invalid' }))
  })

  it('stands for one body', () => {
    expect(() => checkRepeat('d', { digest: 'd', resourceId: 'c1' })).not.toThrow()
    expect(() => checkRepeat('e', { digest: 'd', resourceId: 'c1' })).toThrow(/made c1/)
  })
})
