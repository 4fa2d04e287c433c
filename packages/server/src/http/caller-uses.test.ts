// The memory of callers is bounded, and forgets nobody who has something in flight.

import { expect, it } from 'vitest'
import { CallerUses } from './caller-uses.ts'

it('callers who ask nothing are forgotten when there are many, those who do are not', () => {
  const uses = new CallerUses()
  const busy = uses.find('p', 'busy', 0)
  busy.requests = 1
  const slowed = uses.find('p', 'slowed', 0)
  slowed.fullAt = 1e9
  for (let index = 0; index < 100_000; index++) uses.find(`p${index % 7}`, `u${index}`, 0)
  expect(uses.size).toBeLessThanOrEqual(10_000)
  expect(uses.find('p', 'busy', 0)).toBe(busy)
  expect(uses.find('p', 'slowed', 0)).toBe(slowed)
  expect(uses.find('q', 'busy', 0)).not.toBe(busy)
})
