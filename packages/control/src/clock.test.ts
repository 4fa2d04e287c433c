// The clock of rehearsals: it survives a restart, and what settles later converges by it.

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Rehearsal } from './rehearsal.ts'
import { SampleControl, sampleDirectory } from './sample-control.ts'

const minuteMs = 60_000
const cloud = { timing: 'cloud', allowClock: true } as const

describe('the clock', () => {
  it('and what waits for it are the same after a restart', async () => {
    await using directory = await sampleDirectory()
    const path = join(directory.path, 'tributary.db')
    let connectionId = ''
    {
      await using sample = await SampleControl.open({ path, settings: cloud })
      await sample.declare('v1', '10.71.0.0/16', 's1', '10.71.0.0/24')
      await sample.attach('v1')
      await sample.queue('slow')
      connectionId = (await sample.connect('c1', 'v1', 's1', ['slow'])).id
      await sample.control.sweep()
      expect(await sample.peerings(connectionId)).toEqual(['slow CREATING'])
      expect((await sample.control.clock.put(sample.owner, 5 * minuteMs)).aheadMs).toBe(5 * minuteMs)
    }
    await using again = await SampleControl.open({ path, settings: cloud })
    expect(again.control.clock.aheadMs()).toBe(5 * minuteMs)
    expect(await again.peerings(connectionId)).toEqual(['slow CREATING'])
    await again.control.clock.put(again.owner, 11 * minuteMs)
    expect(await again.peerings(connectionId)).toEqual(['slow ACTIVE'])
  })

  it('lets a queue be made in its time without anybody moving it', async () => {
    await using sample = await SampleControl.open({ settings: cloud })
    await sample.declare('v1', '10.71.0.0/16', 's1', '10.71.0.0/24')
    await sample.attach('v1')
    await sample.queue('slow')
    const { id } = await sample.connect('c1', 'v1', 's1', ['slow'])
    for (const [minutes, state] of [
      [5, 'CREATING'],
      [6, 'ACTIVE'],
    ] as const) {
      sample.advance(minutes * minuteMs)
      await sample.control.sweep()
      expect(await sample.peerings(id)).toEqual([`slow ${state}`])
    }
  })

  it('remembers no more of its past than what is still being made needs', async () => {
    await using sample = await SampleControl.open({ settings: cloud })
    for (let minute = 1; minute <= 100; minute++) {
      await sample.control.clock.put(sample.owner, minute)
      sample.advance(minuteMs)
    }
    const kept = await sample.store.installation.listClockAdvances()
    expect(kept.length).toBeGreaterThan(55)
    expect(kept.length).toBeLessThan(65)
    expect(kept.at(-1)?.aheadMs).toBe(100)
  })

  it('is the owner’s, where the installation allows it', async () => {
    await using closed = await SampleControl.open()
    await expect(closed.control.clock.put(closed.owner, 1)).rejects.toMatchObject({ kind: 'unsupported' })
    await using open = await SampleControl.open({ settings: cloud })
    const editor = await open.enterAs('ed', 'admin')
    await expect(open.control.clock.put(editor, 1)).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(open.control.clock.put(open.owner, 0.5)).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('takes up the newer of two writes, in whichever order they come', () => {
    const rehearsal = new Rehearsal(() => 100, 'cloud')
    rehearsal.follow([{ from: 50, aheadMs: 9 }])
    rehearsal.follow([{ from: 40, aheadMs: 5 }])
    expect([rehearsal.aheadMs, rehearsal.now()]).toEqual([9, 109])
  })
})
