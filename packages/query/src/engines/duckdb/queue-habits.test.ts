// Expectations of when queues ask again: those that come and go by the clock, those that stay away, and those that nobody knows.

import type { QueueId } from '@tributary/rules'
import { expect, it } from 'vitest'
import { QueueHabits } from './queue-habits.ts'

const queue = (number: number): QueueId => `q${number}` as QueueId

it('a queue that comes by the clock is expected by it, and one that stays away for ever longer', () => {
  const habits = new QueueHabits()
  for (const now of [0, 100, 60_000, 60_300, 120_000]) habits.note(queue(1), now)
  expect(habits.expectedIn(queue(1), 121_000)).toBe(0)
  const expected = habits.expectedIn(queue(1), 150_000)
  expect(expected).toBeGreaterThan(29_000)
  expect(expected).toBeLessThan(31_000)
  expect(habits.expectedIn(queue(1), 185_000)).toBe(0)
  expect(habits.expectedIn(queue(1), 320_000)).toBe(200_000)
})

it('a queue that was there once is expected by how long ago that was, and one that never was is not', () => {
  const habits = new QueueHabits()
  habits.note(queue(1), 0)
  expect([habits.expectedIn(queue(1), 1_000), habits.expectedIn(queue(1), 40_000)]).toEqual([0, 40_000])
  expect(habits.expectedIn(queue(2), 0)).toBe(Number.POSITIVE_INFINITY)
})

it('of many queues with a job a minute each, those that stay are asked again before those that were ended', () => {
  const [queues, room, rounds, everyMs] = [200, 60, 6, 60_000]
  const habits = new QueueHabits()
  const held = new Set<QueueId>()
  let hits = 0
  for (let at = 0; at < queues * rounds; at += 1) {
    const [id, now] = [queue(at % queues), at * (everyMs / queues)]
    if (held.has(id) && at >= queues * 2) hits += 1
    held.add(id)
    habits.note(id, now)
    if (held.size <= room) continue
    const [missedLast] = [...held].sort((one, other) => habits.expectedIn(other, now) - habits.expectedIn(one, now))
    held.delete(missedLast as QueueId)
  }
  // Whoever ended the child that was idle for the longest time would have ended each just before it was wanted.
  expect(hits / (queues * (rounds - 2))).toBeGreaterThan(0.2)
})
