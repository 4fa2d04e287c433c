// The userspace driver and its members: acknowledgement, death, and every order in which joining and applying can meet.

import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { QueueId, QueueNetwork } from '@tributary/rules'
import { driverSuite } from '../driver-suite.ts'
import { network } from '../sample-loopback.ts'
import { type Member, UserspaceDriver } from './userspace.ts'

const queue = 'queue-1' as QueueId
const version = (number: number) => network({ version: number })

/** A member whose acknowledgements wait until they are let go. */
class HeldMember implements Member {
  readonly given: number[] = []
  readonly killed: string[] = []
  readonly #held = new Map<number, () => void>()

  apply(value: QueueNetwork): Promise<void> {
    this.given.push(value.version)
    return new Promise((resolve) => this.#held.set(value.version, resolve))
  }

  kill(reason: string): void {
    this.killed.push(reason)
  }

  acknowledge(number: number): void {
    const release = this.#held.get(number)
    if (release === undefined) throw new Error(`version ${number} was not given`)
    release()
  }
}

/** A member that acknowledges at once. */
function quickMember(): Member & { readonly given: number[]; readonly killed: string[] } {
  const given: number[] = []
  const killed: string[] = []
  return { given, killed, apply: async (value) => void given.push(value.version), kill: (reason) => void killed.push(reason) }
}

/** Whether a promise has settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  const note = () => {
    done = true
  }
  void promise.then(note, note)
  await sleep(5)
  return done
}

driverSuite('userspace', () => new UserspaceDriver())

describe('the userspace driver with members', () => {
  driverSuite('userspace, with a member in queue-1,', () => {
    const driver = new UserspaceDriver()
    void driver.join(queue, quickMember())
    return driver
  })

  it('has applied when every member has acknowledged', async () => {
    const driver = new UserspaceDriver()
    const [one, other] = [new HeldMember(), new HeldMember()]
    await Promise.all([driver.join(queue, one), driver.join(queue, other)])
    const applied = driver.apply(queue, version(1))
    expect([one.given, other.given]).toEqual([[1], [1]])
    one.acknowledge(1)
    expect(await settled(applied)).toBe(false)
    expect(await driver.observe(queue)).toBeUndefined()
    other.acknowledge(1)
    await applied
    expect(await driver.observe(queue)).toEqual(version(1))
  })

  it('observes the oldest network that a member still runs by', async () => {
    const driver = new UserspaceDriver()
    const [quick, slow] = [quickMember(), new HeldMember()]
    await Promise.all([driver.join(queue, quick), driver.join(queue, slow)])
    const first = driver.apply(queue, version(1))
    slow.acknowledge(1)
    await first
    const second = driver.apply(queue, version(2))
    expect(await settled(second)).toBe(false)
    expect(await driver.observe(queue)).toEqual(version(1))
    slow.acknowledge(2)
    await second
    expect(await driver.observe(queue)).toEqual(version(2))
  })

  it('sends nothing older, and nothing twice to who has acknowledged it', async () => {
    const driver = new UserspaceDriver()
    const member = quickMember()
    await driver.join(queue, member)
    for (const number of [2, 1, 2, 3]) await driver.apply(queue, version(number))
    expect(member.given).toEqual([2, 3])
  })

  it('answers who applies an old version no sooner than the newer one is in force', async () => {
    const driver = new UserspaceDriver()
    const member = new HeldMember()
    await driver.join(queue, member)
    const both = [driver.apply(queue, version(2)), driver.apply(queue, version(1)), driver.apply(queue, version(2))]
    expect(await Promise.all(both.map(settled))).toEqual([false, false, false])
    expect(member.given).toEqual([2])
    member.acknowledge(2)
    await Promise.all(both)
  })

  it('leaves the members of other queues alone', async () => {
    const driver = new UserspaceDriver()
    const member = quickMember()
    await driver.join('queue-2' as QueueId, member)
    await driver.apply(queue, version(1))
    expect(member.given).toEqual([])
  })

  it('kills a member that does not acknowledge in time, and counts it as gone', async () => {
    const driver = new UserspaceDriver({ acknowledgeTimeoutMs: 60 })
    const [silent, quick] = [new HeldMember(), quickMember()]
    await Promise.all([driver.join(queue, silent), driver.join(queue, quick)])
    const start = performance.now()
    // A timer counts from when its turn of the loop began: from the next turn on that is no earlier than here.
    await sleep(0)
    await driver.apply(queue, version(1))
    expect(performance.now() - start).toBeGreaterThan(50)
    expect(silent.killed).toEqual([expect.stringContaining('not acknowledged within 60 ms')])
    expect(quick.killed).toEqual([])
    await driver.apply(queue, version(2))
    expect([silent.given, quick.given]).toEqual([[1], [1, 2]])
    silent.acknowledge(1)
    expect(await driver.observe(queue)).toEqual(version(2))
  })

  it('gives a member one second unless told', async () => {
    const driver = new UserspaceDriver()
    const silent = new HeldMember()
    await driver.join(queue, silent)
    const start = performance.now()
    await sleep(0)
    await driver.apply(queue, version(1))
    expect(performance.now() - start).toBeGreaterThan(990)
    expect(performance.now() - start).toBeLessThan(1_500)
  })

  it.each<[string, () => Promise<void>]>([
    ['rejects', () => Promise.reject(new Error('broken pipe'))],
    [
      'throws',
      () => {
        throw new Error('broken pipe')
      },
    ],
  ])('kills a member that %s', async (_, apply) => {
    const driver = new UserspaceDriver()
    const killed: string[] = []
    await driver.join(queue, { apply, kill: (reason) => void killed.push(reason) })
    await driver.apply(queue, version(1))
    expect(killed).toEqual([expect.stringContaining('broken pipe')])
  })

  it('does not wait for a member that has left', async () => {
    const driver = new UserspaceDriver()
    const member = new HeldMember()
    const leave = await driver.join(queue, member)
    const applied = driver.apply(queue, version(1))
    expect(await settled(applied)).toBe(false)
    leave()
    leave()
    await applied
    expect([member.killed, await driver.observe(queue)]).toEqual([[], version(1)])
  })

  it('is content with a newer acknowledgement than it waits for', async () => {
    const driver = new UserspaceDriver({ acknowledgeTimeoutMs: 100 })
    const member = new HeldMember()
    await driver.join(queue, member)
    const both = [driver.apply(queue, version(1)), driver.apply(queue, version(2))]
    member.acknowledge(2)
    await Promise.all(both)
    await sleep(150)
    expect([member.killed, await driver.observe(queue)]).toEqual([[], version(2)])
  })

  it('leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    const driver = new UserspaceDriver({ acknowledgeTimeoutMs: 60_000 })
    const [held, quick] = [new HeldMember(), quickMember()]
    await Promise.all([driver.join(queue, held), driver.join(queue, quick)])
    const applied = driver.apply(queue, version(1))
    expect(timers()).toBeGreaterThan(before)
    await driver[Symbol.asyncDispose]()
    await applied
    expect(timers()).toBe(before)
  })
})

describe('joining the userspace driver', () => {
  it('is complete once the newest network is acknowledged', async () => {
    const driver = new UserspaceDriver()
    await driver.apply(queue, version(1))
    const member = new HeldMember()
    const joined = driver.join(queue, member)
    expect(member.given).toEqual([1])
    const applied = driver.apply(queue, version(2))
    member.acknowledge(1)
    expect([await settled(joined), await settled(applied)]).toEqual([false, false])
    member.acknowledge(2)
    await Promise.all([joined, applied])
    expect(member.given.at(-1)).toBe(2)
  })

  it('fails for a member that does not acknowledge, and it is killed', async () => {
    const driver = new UserspaceDriver({ acknowledgeTimeoutMs: 40 })
    await driver.apply(queue, version(1))
    const member = new HeldMember()
    await expect(driver.join(queue, member)).rejects.toMatchObject({ kind: 'unavailable' })
    expect(member.killed).toHaveLength(1)
    expect(await driver.observe(queue)).toEqual(version(1))
  })

  it('does not count for what is observed before it is complete', async () => {
    const driver = new UserspaceDriver()
    await driver.apply(queue, version(1))
    const joined = driver.join(queue, new HeldMember())
    expect(await driver.observe(queue)).toEqual(version(1))
    await driver[Symbol.asyncDispose]()
    await expect(joined).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('never leaves a member dialling by an older network than one that has been applied, in any order of events', async () => {
    let joins = 0
    let cuts = 0
    const event = fc.oneof(fc.constant('join' as const), fc.constant('leave' as const), fc.integer({ min: 1, max: 12 }))
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(event, { minLength: 3, maxLength: 14 }), async (scheduler, events) => {
        const driver = new UserspaceDriver({ acknowledgeTimeoutMs: 60_000 })
        let inForce = -1
        const running = new Map<object, number>()
        const leavers: (() => void)[] = []
        const check = () => {
          for (const runs of running.values()) if (runs < inForce) throw new Error(`a member dials by ${runs} while ${inForce} is in force`)
        }
        const join = async () => {
          let runs = -1
          const own = {}
          const member: Member = {
            apply: async ({ version: given }) => {
              // The way there and the way back take as long as the scheduler likes.
              await scheduler.schedule(Promise.resolve(), `deliver ${given}`)
              runs = Math.max(runs, given)
              if (running.has(own)) running.set(own, runs)
              await scheduler.schedule(Promise.resolve(), `acknowledge ${given}`)
            },
            kill: () => {
              throw new Error('killed')
            },
          }
          const leave = await driver.join(queue, member)
          joins++
          running.set(own, runs)
          check()
          leavers.push(() => {
            running.delete(own)
            leave()
          })
        }
        const apply = async (number: number) => {
          await driver.apply(queue, version(number))
          inForce = Math.max(inForce, number)
          if (running.size > 0) cuts++
          check()
        }
        const work = events.map((one) =>
          scheduler.schedule(Promise.resolve(), String(one)).then(() => {
            if (one === 'join') return join()
            if (one === 'leave') return leavers.shift()?.()
            return apply(one)
          }),
        )
        await scheduler.waitFor(Promise.all(work))
        const observed = await driver.observe(queue)
        expect(observed?.version ?? -1).toBe(inForce)
        await driver[Symbol.asyncDispose]()
      }),
      { numRuns: 300 },
    )
    expect([joins > 100, cuts > 100]).toEqual([true, true])
  })
})
