// What peerings are told to be like: the newest word counts, it outlives a restart and goes with its peering.

import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type PeerId, type PeeringReach, say, silence } from '@tributary/rules'
import { SampleControl, sampleDirectory } from './sample-control.ts'

async function open(path?: string): Promise<SampleControl> {
  const sample = await SampleControl.open(path === undefined ? {} : { path })
  onTestFinished(() => sample[Symbol.asyncDispose]())
  return sample
}

async function bind(sample: SampleControl): Promise<{ readonly id: string; readonly peerId: PeerId }> {
  await sample.declare('v1', '10.71.0.0/16', 's1', '10.71.0.0/24')
  await sample.attach('v1')
  await sample.queue('q1')
  const { id } = await sample.connect('c1', 'v1', 's1', ['q1'])
  const [peering] = await sample.control.connections.peerings(sample.caller, id)
  return { id, peerId: peering?.id as PeerId }
}

const told = async (sample: SampleControl, id: string) =>
  (await sample.control.reachability.list(sample.caller, id)).peerings[0]?.reachability
const well = (peerId: PeerId): PeeringReach => ({ peerId, state: 'reachable', rung: '', message: silence })

describe('the reachability of a peering', () => {
  it('is the newest word, also after a restart', async () => {
    await using directory = await sampleDirectory()
    const path = join(directory.path, 'store.db')
    const before = await SampleControl.open({ path })
    const { id, peerId } = await bind(before)
    before.control.noteReach(well(peerId))
    expect(await told(before, id)).toMatchObject({ state: 'reachable', at: expect.any(Number) })
    before.control.noteReach({ peerId, state: 'unreachable', rung: 'tcp', message: say`${'10.71.0.5:5432'} refused` })
    const last = await told(before, id)
    expect(last).toMatchObject({ state: 'unreachable', rung: 'tcp', message: say`${'10.71.0.5:5432'} refused` })
    // A word that comes late changes nothing.
    await before.store.reachability.put(well(peerId), (last?.at ?? 0) - 1)
    expect(await told(before, id)).toEqual(last)
    await before[Symbol.asyncDispose]()
    expect(await told(await open(path), id)).toEqual(last)
  })

  it('is written again only when it says something new or a while has passed', async () => {
    const sample = await open()
    const { id, peerId } = await bind(sample)
    sample.control.noteReach(well(peerId))
    const first = await told(sample, id)
    sample.control.noteReach(well(peerId))
    expect(await told(sample, id)).toEqual(first)
    sample.advance(60_000)
    sample.control.noteReach(well(peerId))
    expect((await told(sample, id))?.at).toBeGreaterThan((first?.at ?? 0) + 59_000)
  })

  it('goes with its peering', async () => {
    const sample = await open()
    const { id, peerId } = await bind(sample)
    sample.control.noteReach(well(peerId))
    expect(await told(sample, id)).toMatchObject({ state: 'reachable' })
    await sample.control.connections.unbind(sample.caller, id, { queues: ['q1'], pools: [] })
    await sample.control.sweep()
    expect((await sample.store.reachability.list([peerId])).size).toBe(0)
    await sample.control.connections.bind(sample.caller, id, { queues: ['q1'], pools: [] })
    expect(await told(sample, id)).toEqual({ state: 'unknown', at: 0, rung: '', message: silence })
  })

  it('of a foreign connection is not found', async () => {
    const sample = await open()
    await expect(sample.control.reachability.list(sample.caller, 'nowhere')).rejects.toMatchObject({ kind: 'notFound' })
  })
})
