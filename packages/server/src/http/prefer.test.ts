// What is read of a Prefer header, and what is passed over.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { waitSecondsOf } from './prefer.ts'

it('a wait is read in every form that the RFC has for it, up to what a connection bears', () => {
  const read: readonly (readonly [string | undefined, number])[] = [
    [undefined, 0],
    ['', 0],
    ['wait=5', 5],
    ['Wait = "7"', 7],
    ['respond-async, wait=3', 3],
    ['wait=3; foo=bar', 3],
    ['wait=2, wait=9', 2],
    ['wait=86400', 20],
    ['wait=0', 0],
  ]
  for (const [prefer, seconds] of read) expect([prefer, waitSecondsOf(prefer)]).toEqual([prefer, seconds])
})

it('what is no wait is passed over', () => {
  for (const prefer of ['wait', 'wait=', 'wait=-1', 'wait=1.5', 'waiting=4', 'return=minimal'])
    expect([prefer, waitSecondsOf(prefer)]).toEqual([prefer, 0])
  fc.assert(
    fc.property(fc.string(), (prefer) => {
      expect(waitSecondsOf(prefer)).toBeLessThanOrEqual(20)
    }),
  )
})
