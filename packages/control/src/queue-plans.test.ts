// Scheduled plans through control: they fire by the clock, once for each time, also after a restart.

import { describe, expect, it } from 'vitest'
import { SampleControl, sampleDirectory } from './sample-control.ts'

const dayMs = 24 * 3_600_000
/** A time of day that is some minutes ahead, UTC. */
function ahead(sample: SampleControl, minutes: number): { readonly startHour: number; readonly startMinute: number } {
  const at = new Date(sample.now + minutes * 60_000)
  return { startHour: at.getUTCHours(), startMinute: at.getUTCMinutes() }
}
const cuOf = async (sample: SampleControl) => (await sample.control.queues.get(sample.caller, 'q')).cu

describe('scheduled plans', () => {
  it('fire when their time has come, and once where they do not repeat', async () => {
    await using sample = await SampleControl.open()
    const { control, caller } = sample
    await sample.queue('q')
    await control.queuePlans.create(caller, 'Q', { name: 'once', targetCu: 64, ...ahead(sample, 10) })
    await control.sweep()
    expect(await cuOf(sample)).toBe(16)
    sample.advance(11 * 60_000)
    await control.sweep()
    expect(await cuOf(sample)).toBe(64)
    await control.queues.scale(caller, 'q', -48)
    sample.advance(dayMs)
    await control.sweep()
    expect(await cuOf(sample)).toBe(16)
    const [plan] = await control.queuePlans.list(caller, 'q')
    expect(plan).toMatchObject({ nextAt: undefined, lastExecutedAt: expect.any(Number) })
  })

  it('repeat on their days, inside their time alone, and never when inactive', async () => {
    await using sample = await SampleControl.open()
    const { control, caller } = sample
    await sample.queue('q')
    const everyDay = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']
    const validUntil = sample.now + dayMs + 3_600_000
    await control.queuePlans.create(caller, 'q', { name: 'daily', targetCu: 64, ...ahead(sample, 10), repeatDays: everyDay, validUntil })
    await control.queuePlans.create(caller, 'q', {
      name: 'off',
      targetCu: 128,
      ...ahead(sample, 10),
      repeatDays: everyDay,
      isActive: false,
    })
    const sizes: number[] = []
    for (let day = 0; day < 3; day += 1) {
      sample.advance(11 * 60_000)
      await control.sweep()
      sizes.push(await cuOf(sample))
      if ((await cuOf(sample)) > 16) await control.queues.scale(caller, 'q', -48)
      sample.advance(dayMs - 11 * 60_000)
    }
    expect(sizes).toEqual([64, 64, 16])
  })

  it('that were missed fire at the next start', async () => {
    await using directory = await sampleDirectory()
    const path = `${directory.path}/db`
    {
      await using sample = await SampleControl.open({ path })
      await sample.queue('q')
      const { id } = await sample.control.queuePlans.create(sample.caller, 'q', { name: 'missed', targetCu: 32, ...ahead(sample, 10) })
      const plan = await sample.store.queuePlans.find(id)
      // As if the time had passed while nothing ran.
      if (plan !== undefined) await sample.store.transaction((tx) => tx.queuePlans.update({ ...plan, nextAt: sample.now - 1 }))
    }
    await using again = await SampleControl.open({ path })
    expect(await cuOf(again)).toBe(32)
  })
})
