// The reconcile loop: one run at a time, wakes during a run, retries, sweeps.

import { ServiceError, say } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import type { ReconcileKind } from '../deps.ts'
import { noObserver } from '../observer.ts'
import { Loop, type Reconciler } from './loop.ts'

const log = { info: () => {}, warn: () => {}, error: () => {} }

function loopOf(reconcile: Reconciler, ids: readonly string[] = [], version?: () => number | undefined, mostRunMs = 60_000): Loop {
  const none = { reconcile: async () => {}, list: async function* () {} }
  return new Loop({
    kinds: {
      network: {
        reconcile,
        list: async function* () {
          yield* ids
        },
        ...(version === undefined ? {} : { version }),
      },
      pool: none,
      queuePlan: none,
      classicConnection: none,
      job: none,
      connectionTest: none,
    } satisfies Record<ReconcileKind, unknown>,
    tidy: async () => {},
    sweepMs: 3_600_000,
    mostRunMs,
    log,
    observer: noObserver,
  })
}

describe('the reconcile loop', () => {
  it('runs one resource once at a time, and again when it is woken during a run', async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let begun = 0
    let together = 0
    let most = 0
    await using loop = loopOf(async () => {
      const gate = gates[begun++]
      most = Math.max(most, ++together)
      await gate?.promise
      together -= 1
    })
    loop.wake('network', 'a')
    loop.wake('network', 'a')
    const settled = loop.settle('network', 'a', 10_000)
    expect(begun).toBe(1)
    gates[0]?.resolve()
    await expect.poll(() => begun).toBe(2)
    gates[1]?.resolve()
    await settled
    expect([begun, most]).toEqual([2, 1])
  })

  it('waits for a run that began after the call, at most so long', async () => {
    const gate = Promise.withResolvers<void>()
    await using loop = loopOf(() => gate.promise)
    const start = performance.now()
    await loop.settle('network', 'a', 50)
    expect(performance.now() - start).toBeLessThan(1000)
    gate.resolve()
  })

  it('tries again what was unavailable, and goes on after a bug', async () => {
    let runs = 0
    await using loop = loopOf(async () => {
      runs += 1
      if (runs === 1) throw new ServiceError('unavailable', say`not yet`)
      if (runs === 2) throw new TypeError('a bug')
    })
    loop.wake('network', 'a')
    await expect.poll(() => runs, { timeout: 5000 }).toBe(3)
  })

  it('sweeps everything at its start', async () => {
    const seen: string[] = []
    await using loop = loopOf(async (id) => void seen.push(id), ['a', 'b', 'c'])
    loop.start()
    // Joins the sweep under way.
    await loop.sweep()
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  it('gives a run up that hangs, tries again, and looks once more when that run ends after all', async () => {
    const hung = Promise.withResolvers<void>()
    let runs = 0
    await using loop = loopOf(() => (++runs === 1 ? hung.promise : Promise.resolve()), [], undefined, 100)
    await loop.settle('network', 'a', 10_000)
    expect(loop.oldestDueMs()).toBeGreaterThanOrEqual(40)
    await expect.poll(() => runs, { timeout: 5000 }).toBe(2)
    await expect.poll(() => loop.oldestDueMs()).toBe(0)
    hung.resolve()
    await expect.poll(() => runs).toBe(3)
  })

  it('ends its waits when it is disposed', async () => {
    const gate = Promise.withResolvers<void>()
    const loop = loopOf(() => gate.promise)
    loop.wake('network', 'a')
    const waiting = loop.settle('network', 'a', 60_000)
    const disposed = loop[Symbol.asyncDispose]()
    await waiting
    gate.resolve()
    await disposed
  })
})

describe('a sweep of what has a version', () => {
  it('looks at nothing again under the version under which all settled, and at all under another', async () => {
    let version = 1
    const seen: string[] = []
    await using loop = loopOf(
      async (id) => void seen.push(id),
      ['a', 'b'],
      () => version,
    )
    await loop.sweep()
    await loop.sweep()
    expect(seen).toEqual(['a', 'b'])
    version = 2
    await loop.sweep()
    expect(seen).toEqual(['a', 'b', 'a', 'b'])
  })

  it('looks once more where the runs moved the version themselves', async () => {
    let version = 1
    let runs = 0
    await using loop = loopOf(
      async () => {
        runs += 1
        if (runs === 1) version += 1
      },
      ['a'],
      () => version,
    )
    for (let turn = 0; turn < 4; turn++) await loop.sweep()
    expect(runs).toBe(2)
  })

  it('looks again at all while one has not settled, and always where there is no version for now', async () => {
    let runs = 0
    let isBroken = true
    let version: number | undefined = 1
    await using loop = loopOf(
      async () => {
        runs += 1
        if (isBroken) throw new ServiceError('unavailable', say`not yet`)
      },
      ['a'],
      () => version,
    )
    await loop.sweep()
    await loop.sweep()
    expect(runs).toBeGreaterThanOrEqual(2)
    isBroken = false
    await loop.sweep()
    const settled = runs
    await loop.sweep()
    expect(runs).toBe(settled)
    version = undefined
    await loop.sweep()
    await loop.sweep()
    expect(runs).toBe(settled + 2)
  })
})
