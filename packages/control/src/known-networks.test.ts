// Networks as jobs ask for them: composed once, and anew as soon as anything has changed of which any is made.

import { describe, expect, it } from 'vitest'
import { SampleControl, sampleDirectory } from './sample-control.ts'
import { join } from 'node:path'

/** Two queues on a file, as only those have readers beside their writer; the first is bound to a subnet of so many hosts. */
async function ground(path: string, hosts: number): Promise<SampleControl> {
  const sample = await SampleControl.open({ path })
  await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
  await sample.attach('vpc1')
  await sample.queue('q1')
  await sample.queue('q2')
  const named = Array.from({ length: hosts }, (_, at) => ({ name: `host-${at}`, ip: '10.71.0.2' }))
  await sample.connect('c1', 'vpc1', 'net1', ['q1'], named)
  await sample.control.sweep()
  return sample
}

describe('the network of a queue', () => {
  it('is composed once while nothing changes, and anew after any change', async () => {
    await using directory = await sampleDirectory()
    await using sample = await ground(join(directory.path, 'tributary.db'), 2)
    const { control, caller } = sample
    const { id } = await control.queues.get(caller, 'q1')
    const first = await control.networkOf(id)
    expect(first.peerings.map(({ hosts }) => hosts.length)).toEqual([2])
    expect(await control.networkOf(id)).toBe(first)
    await sample.connect('c2', 'vpc1', 'net1', ['q1'])
    const second = await control.networkOf(id)
    expect(second.peerings).toHaveLength(2)
    const [connection] = (await control.connections.list(caller, {})).connections.filter(({ connection: { name } }) => name === 'c1')
    await control.connections.remove(caller, connection?.connection.id ?? '')
    expect((await control.networkOf(id)).peerings).toHaveLength(1)
  })

  it('is gone with its queue', async () => {
    await using directory = await sampleDirectory()
    await using sample = await ground(join(directory.path, 'tributary.db'), 0)
    const { control, caller } = sample
    const { id } = await control.queues.get(caller, 'q2')
    await control.networkOf(id)
    await control.queues.remove(caller, 'q2')
    await expect(control.networkOf(id)).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('is not kept where it has very many hosts', async () => {
    await using directory = await sampleDirectory()
    await using sample = await ground(join(directory.path, 'tributary.db'), 1_001)
    const { control, caller } = sample
    const { id } = await control.queues.get(caller, 'q1')
    const first = await control.networkOf(id)
    expect(first.peerings[0]?.hosts).toHaveLength(1_001)
    const second = await control.networkOf(id)
    expect(second).not.toBe(first)
    expect(second).toEqual(first)
  })
})
