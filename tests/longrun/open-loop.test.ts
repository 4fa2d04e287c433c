// The clock of a long run: calls are due at moments of the seed, a stall is charged to all who waited, and failures are told.

import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { dueAt, runOpenLoop, type Stream } from './open-loop.ts'
import type { Call } from './record.ts'

const never = new AbortController().signal

async function callsOf(streams: readonly Stream[], lastingMs: number): Promise<{ calls: Call[]; problems: string[] }> {
  const calls: Call[] = []
  const problems: string[] = []
  const tell = (call: Call, problem: string | undefined): void => {
    calls.push(call)
    if (problem !== undefined) problems.push(problem)
  }
  await runOpenLoop(streams, { seed: 3, lastingMs, tell, signal: never })
  return { calls, problems }
}

describe('dueAt', () => {
  const stream = { name: 'reads', perSecond: 4 }

  it('puts one call into each period, at moments that the seed chooses', () => {
    const places = Array.from({ length: 400 }, (_, number) => dueAt(stream, number, 3) - number * 250)
    for (const place of places) {
      expect(place).toBeGreaterThanOrEqual(0)
      expect(place).toBeLessThan(250)
    }
    for (const quarter of [0, 1, 2, 3]) expect(places.filter((place) => Math.floor(place / 62.5) === quarter).length).toBeGreaterThan(60)
    expect(dueAt(stream, 17, 3)).toBe(dueAt(stream, 17, 3))
    expect(dueAt(stream, 17, 3)).not.toBe(dueAt(stream, 17, 4))
  })

  it('keeps the steps of a story apart', () => {
    const step = { name: 'bind', perSecond: 1, rhythm: 'life' }
    expect(dueAt({ ...step, name: 'delete', delayMs: 600 }, 5, 3) - dueAt(step, 5, 3)).toBeCloseTo(600)
  })
})

describe('runOpenLoop', () => {
  it('makes every call that is due, and tells the failures', async () => {
    const run = async (number: number): Promise<void> => {
      if (number === 2) throw new Error('refused')
    }
    const { calls, problems } = await callsOf([{ name: 'reads', perSecond: 50, run }], 500)
    expect(calls).toHaveLength(25)
    expect(problems).toEqual(['refused'])
  })

  it('charges a stall to everyone who was due meanwhile', async () => {
    const stalledMs = 400
    const free = sleep(stalledMs)
    const { calls } = await callsOf([{ name: 'reads', perSecond: 50, run: () => free }], stalledMs)
    const waited = calls.map(({ dueMs, latencyMs }) => dueMs + latencyMs)
    expect(calls).toHaveLength(20)
    expect(Math.min(...waited)).toBeGreaterThan(stalledMs - 20)
    expect(Math.max(...calls.map(({ latencyMs }) => latencyMs))).toBeGreaterThan(stalledMs * 0.8)
  })

  it('gives up on a server that falls behind for good', async () => {
    const ended = Promise.withResolvers<void>()
    const running = runOpenLoop([{ name: 'reads', perSecond: 2_000, run: () => ended.promise }], {
      seed: 3,
      lastingMs: 5_000,
      tell: () => {},
      signal: never,
    })
    await expect(running).rejects.toThrow('does not keep up')
    ended.resolve()
  })

  it('ends early when it is told to', async () => {
    const over = new AbortController()
    setTimeout(() => over.abort(), 200)
    const begun = performance.now()
    await runOpenLoop([{ name: 'reads', perSecond: 20, run: async () => {} }], {
      seed: 3,
      lastingMs: 60_000,
      tell: () => {},
      signal: over.signal,
    })
    expect(performance.now() - begun).toBeLessThan(5_000)
  })
})
