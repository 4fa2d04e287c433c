// What children count for against the budget: all they may take while they run a job, what they were seen to hold while they do nothing.

import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  firstReach,
  fitsBeside,
  type Held,
  memoryOf,
  memoryOfQuestions,
  ownBytesOf,
  reachOf,
  sizeOfChild,
  toBeEnded,
} from './host-memory.ts'

const mebibyte = 2 ** 20
const gibibyte = 2 ** 30
const budget = { memoryBytes: 12 * gibibyte, spillBytes: 8 * gibibyte, allSpillBytes: 32 * gibibyte }
const idle: Held = { isBusy: false, users: 0, limits: { memoryBytes: 2 * gibibyte }, idleBytes: undefined }

it('four jobs of full size fit, and a queue without CU still runs one', () => {
  const whole = sizeOfChild(64, budget)
  expect(4 * whole.memoryBytes).toBeLessThanOrEqual(budget.memoryBytes)
  expect(whole.spillBytes).toBeLessThanOrEqual(budget.spillBytes)
  expect(sizeOfChild(0, { ...budget, memoryBytes: gibibyte })).toMatchObject({ threads: 1, memoryBytes: gibibyte / 4 })
})

it('a child counts whole while it runs a job, for questions while it is asked any, and for what it holds when it is left alone', () => {
  expect(memoryOf({ ...idle, isBusy: true, users: 1, idleBytes: mebibyte })).toBe(2 * gibibyte)
  expect(memoryOf({ ...idle, users: 1, idleBytes: mebibyte })).toBe(memoryOfQuestions(idle.limits))
  expect(memoryOf(idle)).toBe(gibibyte / 2)
  expect(memoryOf({ ...idle, idleBytes: 100 * mebibyte })).toBe(100 * mebibyte)
  expect(memoryOf({ ...idle, idleBytes: mebibyte })).toBe(48 * mebibyte)
  expect(memoryOf({ ...idle, idleBytes: 9 * gibibyte })).toBe(2 * gibibyte)
  expect(memoryOf({ ...idle, limits: { memoryBytes: 32 * mebibyte } })).toBe(32 * mebibyte)
})

it('jobs are promised no more than there is, whatever children without work hold; where no job runs, one always may', () => {
  const busy: Held = { ...idle, isBusy: true, users: 1 }
  const rested: Held = { ...idle, idleBytes: 100 * mebibyte }
  expect(fitsBeside([busy, busy, ...Array.from({ length: 100 }, () => rested)], 2 * gibibyte, 6 * gibibyte)).toBe(true)
  expect(fitsBeside([busy, busy, busy], 2 * gibibyte, 6 * gibibyte)).toBe(false)
  expect(fitsBeside([rested], 20 * gibibyte, 6 * gibibyte)).toBe(true)
})

it('children without work are ended for what jobs hold and may take soon, not for what they were promised', () => {
  const busy: Held = { ...idle, isBusy: true, users: 1 }
  expect(reachOf(busy, 300 * mebibyte)).toBe(812 * mebibyte)
  expect(reachOf(busy, 1900 * mebibyte)).toBe(2 * gibibyte)
  expect(reachOf(busy, undefined)).toBe(2 * gibibyte)
  expect(reachOf({ ...idle, users: 1 }, 60 * mebibyte)).toBe(316 * mebibyte)
  expect(reachOf({ ...idle, idleBytes: 90 * mebibyte }, undefined)).toBe(90 * mebibyte)
  expect([firstReach(2 * gibibyte), firstReach(mebibyte)]).toEqual([gibibyte / 2, mebibyte])
})

it('no more of them are ended than is needed, and all where that is not enough', () => {
  const rested = [100, 200, 300].map((held): Held => ({ ...idle, idleBytes: held * mebibyte }))
  const reach = (most: number): number => toBeEnded(rested, gibibyte, most * mebibyte).length
  expect([1024, 1023, 924, 923, 724, 723, 1].map(reach)).toEqual([0, 1, 1, 2, 2, 3, 3])
})

it.runIf(existsSync('/proc/self/status'))('what a process holds is read from the system, and nothing of one that is gone', () => {
  const before = ownBytesOf(process.pid) ?? 0
  expect(before).toBeGreaterThan(mebibyte)
  const held = Buffer.alloc(64 * mebibyte, 1)
  expect((ownBytesOf(process.pid) ?? 0) - before).toBeGreaterThan(32 * mebibyte)
  expect(held.length).toBe(64 * mebibyte)
  expect(ownBytesOf(undefined)).toBe(undefined)
})
