// The sizes of queues in a pool over the day: scaling policies in force by the clock, moved by the reconciler, written down when the pool changes.

import type { ScalingPolicy } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { SampleControl } from './sample-control.ts'

const hourMs = 3_600_000
const allDay: ScalingPolicy = { priority: 1, start: '00:00', stop: '24:00', minCu: 16, maxCu: 64, inheritMaxCu: false }

/** Moves the clock to the first moment of an hour of the next day, UTC, and has everything looked at. */
async function until(sample: SampleControl, hour: number): Promise<void> {
  const midnight = Math.ceil(sample.now / (24 * hourMs)) * 24 * hourMs
  sample.advance(midnight + hour * hourMs - sample.now)
  await sample.control.sweep()
}

async function sizes({ control, caller }: SampleControl) {
  const { queues } = await control.pools.listQueues(caller, 'p', {})
  const [pool] = (await control.pools.list(caller, { name: 'p' })).pools
  return { ...Object.fromEntries(queues.map(({ queue }) => [queue.name, queue.cu])), pool: pool?.pool.actualCu }
}

async function withPool(names: readonly string[]): Promise<SampleControl> {
  const sample = await SampleControl.open()
  await sample.control.pools.create(sample.caller, { name: 'p', minCu: 64, maxCu: 128 })
  for (const name of names) await sample.control.queues.create(sample.caller, { name, cu: 16, pool: 'p' })
  return sample
}

describe('scaling policies', () => {
  it('move the sizes of queues by the hour, and the pool with them', async () => {
    await using sample = await withPool(['day', 'night'])
    const { control, caller } = sample
    expect(await sizes(sample)).toEqual({ day: 16, night: 16, pool: 64 })
    await control.pools.update(caller, 'p', { minCu: 128 })
    const busy = { ...allDay, priority: 50, minCu: 64, maxCu: 64 }
    await control.pools.putPolicies(caller, 'p', 'day', [allDay, { ...busy, start: '08:00', stop: '20:00' }])
    await control.pools.putPolicies(caller, 'p', 'night', [allDay, { ...busy, start: '20:00', stop: '24:00' }])
    const seen: object[] = []
    for (const hour of [7, 8, 19, 20, 23, 0]) {
      await until(sample, hour)
      seen.push(await sizes(sample))
    }
    const quiet = { day: 16, night: 16, pool: 128 }
    expect(seen).toEqual([quiet, { ...quiet, day: 64 }, { ...quiet, day: 64 }, { ...quiet, night: 64 }, { ...quiet, night: 64 }, quiet])
  })

  it('write each change of the pool down', async () => {
    await using sample = await withPool(['a', 'b'])
    const { control, caller } = sample
    await until(sample, 1)
    const wide = { ...allDay, minCu: 16, maxCu: 112 }
    await control.pools.putPolicies(caller, 'p', 'a', [wide, { ...wide, start: '08:00', stop: '20:00' }])
    await control.queues.scale(caller, 'a', 80)
    expect(await sizes(sample)).toEqual({ a: 96, b: 16, pool: 112 })
    await control.queues.remove(caller, 'b')
    expect(await sizes(sample)).toEqual({ a: 96, pool: 96 })
    const { records } = await control.pools.scaleRecords(caller, 'p', {})
    expect(records.map(({ originCu, targetCu, currentCu, state }) => [originCu, targetCu, currentCu, state])).toEqual([
      [0, 64, 64, 'success'],
      [64, 112, 112, 'success'],
      [112, 96, 96, 'success'],
    ])
  })

  it('give the rest to the queue that comes first, when there is not enough', async () => {
    await using sample = await withPool(['a', 'b', 'c'])
    const { control, caller } = sample
    for (const [name, priority] of [
      ['a', 1],
      ['b', 100],
      ['c', 50],
    ] as const) {
      await control.pools.putPolicies(caller, 'p', name, [{ ...allDay, priority, minCu: 16 }])
      await control.queues.scale(caller, name, 48)
    }
    expect(await sizes(sample)).toEqual({ a: 16, b: 64, c: 48, pool: 128 })
    expect((await control.queues.get(caller, 'a')).cuSpec).toBe(64)
    await control.queues.remove(caller, 'b')
    expect(await sizes(sample)).toEqual({ a: 64, c: 64, pool: 128 })
  })

  it('are not overruled by a plan, which asks for a size within them', async () => {
    await using sample = await withPool(['q'])
    const { control, caller } = sample
    await until(sample, 1)
    const narrow = { ...allDay, minCu: 16, maxCu: 32, start: '08:00', stop: '20:00' }
    await control.pools.putPolicies(caller, 'p', 'q', [allDay, narrow])
    await control.queuePlans.create(caller, 'q', { name: 'grow', targetCu: 96, startHour: 6, startMinute: 0 })
    await until(sample, 7)
    await control.sweep()
    expect(await sizes(sample)).toMatchObject({ q: 96 })
    await until(sample, 12)
    expect(await sizes(sample)).toMatchObject({ q: 32 })
  })
})
