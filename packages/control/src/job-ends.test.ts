// Waiting for the ends of jobs: told once, to everybody who waits for that job, and to nobody for longer than they said.

import type { JobId } from '@tributary/rules'
import { expect, it } from 'vitest'
import { JobEnds } from './job-ends.ts'

const [one, other] = ['one' as JobId, 'other' as JobId]
const long = 60_000

/** Whether a wait has ended by now. */
async function hasCome(come: Promise<void>): Promise<boolean> {
  return Promise.race([come.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))])
}

it('an end is told to everybody who waits for that job, and to no other', async () => {
  const ends = new JobEnds()
  using first = ends.expect(one, long)
  using second = ends.expect(one, long)
  using third = ends.expect(other, long)
  expect([await hasCome(first.come), await hasCome(third.come)]).toEqual([false, false])
  ends.tell(one)
  expect([await hasCome(first.come), await hasCome(second.come), await hasCome(third.come)]).toEqual([true, true, false])
})

it('nobody waits for longer than they said', async () => {
  const begun = performance.now()
  // A timer counts from when its turn of the loop began.
  await new Promise(setImmediate)
  using expected = new JobEnds().expect(one, 20)
  await expected.come
  expect(performance.now() - begun).toBeGreaterThan(15)
})

it('beyond a thousand nobody is kept waiting, and places come back', async () => {
  const ends = new JobEnds()
  const waits = Array.from({ length: 1000 }, () => ends.expect(one, long))
  using late = ends.expect(one, long)
  expect(await hasCome(late.come)).toBe(true)
  for (const wait of waits) wait[Symbol.dispose]()
  using next = ends.expect(one, long)
  expect(await hasCome(next.come)).toBe(false)
})

it('once it is closed nobody waits', async () => {
  const ends = new JobEnds()
  using before = ends.expect(one, long)
  ends.close()
  using after = ends.expect(one, long)
  expect([await hasCome(before.come), await hasCome(after.come)]).toEqual([true, true])
})
