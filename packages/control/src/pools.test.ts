// Elastic resource pools through control: sizes, queues in them, and the paths that all queues of a pool share.

import { type Driver, memoryDriver } from '@tributary/fabric'
import { inWords, say, ServiceError } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { SampleControl, sampleDirectory } from './sample-control.ts'

const size = { minCu: 64, maxCu: 128 }

describe('pools', () => {
  it('are there at once, listed by a part of their name, and resized', async () => {
    await using sample = await SampleControl.open()
    const { control, caller } = sample
    await control.pools.create(caller, { name: 'Pool_A', ...size, tags: [{ key: 'team', value: 'a' }] })
    await control.pools.create(caller, { name: 'pool_b', ...size, cidr: '10.64.0.0/16' })
    const names = async (listing: object) =>
      (await control.pools.list(caller, listing)).pools.map(({ pool }) => `${pool.name} ${pool.state}`)
    expect(await names({})).toEqual(['pool_a AVAILABLE', 'pool_b AVAILABLE'])
    expect(await names({ name: 'L_B' })).toEqual(['pool_b AVAILABLE'])
    expect(await names({ tags: [{ key: 'team', value: 'a' }] })).toEqual(['pool_a AVAILABLE'])
    expect(await names({ status: 'SCALING' })).toEqual([])
    expect(await names({ offset: 1, limit: 1 })).toEqual(['pool_b AVAILABLE'])
    await control.pools.update(caller, 'POOL_A', { minCu: 96, description: 'larger' })
    const [first] = (await control.pools.list(caller, {})).pools
    expect(first?.pool).toMatchObject({
      minCu: 96,
      maxCu: 128,
      actualCu: 96,
      description: 'larger',
      state: 'AVAILABLE',
      cidr: '172.16.0.0/12',
    })
    const { records } = await control.pools.scaleRecords(caller, 'pool_a', {})
    expect(records.map(({ originCu, targetCu }) => [originCu, targetCu])).toEqual([
      [0, 64],
      [64, 96],
    ])
    await expect(control.pools.create(caller, { name: 'POOL_a', ...size })).rejects.toMatchObject({ kind: 'conflict' })
    await control.pools.remove(caller, 'pool_a')
    await expect(control.pools.remove(caller, 'pool_a')).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('give their range to queues that are made in them or moved there', async () => {
    await using sample = await SampleControl.open()
    const { control, caller } = sample
    await control.pools.create(caller, { name: 'p', ...size, cidr: '10.64.0.0/16' })
    const made = await control.queues.create(caller, { name: 'made', cu: 16, pool: 'P' })
    expect(made).toMatchObject({ cidr: '10.64.0.0/16', pool: { name: 'p' }, resourceMode: 0 })
    await sample.queue('moved')
    await control.pools.addQueue(caller, 'p', 'moved')
    await control.pools.addQueue(caller, 'p', 'moved')
    expect(await control.queues.get(caller, 'moved')).toMatchObject({ cidr: '10.64.0.0/16', pool: { name: 'p' } })
    const { queues } = await control.pools.listQueues(caller, 'p', {})
    expect(queues.map(({ queue, policies }) => [queue.name, policies.length])).toEqual([
      ['made', 1],
      ['moved', 1],
    ])
    expect((await control.pools.listQueues(caller, 'p', { name: 'OV', limit: 1 })).queues).toHaveLength(1)
    expect((await control.pools.list(caller, {})).pools[0]?.queues).toEqual(['made', 'moved'])
    await expect(control.pools.remove(caller, 'p')).rejects.toMatchObject({ kind: 'busy' })
    await expect(control.queues.create(caller, { name: 'q', cu: 16, pool: 'none' })).rejects.toMatchObject({ kind: 'notFound' })
    await expect(control.queues.create(caller, { name: 'q', cu: 144, pool: 'p' })).rejects.toMatchObject({ kind: 'invalid' })
    await control.queues.create(caller, { name: 'shared', cu: 16 })
    await expect(control.pools.addQueue(caller, 'p', 'shared')).rejects.toMatchObject({ kind: 'unsupported' })
    await expect(control.pools.addQueue(caller, 'p', 'default')).rejects.toMatchObject({ kind: 'unsupported' })
    await control.queues.remove(caller, 'made')
    await control.queues.remove(caller, 'moved')
    await control.pools.remove(caller, 'p')
  })

  it('keep the policies of a queue exactly as they were put', async () => {
    await using sample = await SampleControl.open()
    const { control, caller } = sample
    await control.pools.create(caller, { name: 'p', ...size })
    await control.queues.create(caller, { name: 'q', cu: 16, pool: 'p' })
    const allDay = { priority: 1, start: '00:00', stop: '24:00', minCu: 16, maxCu: 64, inheritMaxCu: false }
    const night = { ...allDay, priority: 50, start: '20:00', stop: '23:00', maxCu: 128 }
    await control.pools.putPolicies(caller, 'p', 'q', [night, allDay])
    expect((await control.pools.listQueues(caller, 'p', {})).queues[0]?.policies).toEqual([night, allDay])
    await expect(control.pools.putPolicies(caller, 'p', 'q', [night])).rejects.toMatchObject({ kind: 'invalid' })
    await expect(control.pools.putPolicies(caller, 'p', 'default', [allDay])).rejects.toMatchObject({ kind: 'notFound' })
    await expect(control.pools.update(caller, 'p', { maxCu: 96 })).rejects.toMatchObject({ kind: 'invalid' })
  })
})

async function withNetwork(driver?: Driver, path?: string): Promise<SampleControl> {
  const sample = await SampleControl.open({ ...(driver === undefined ? {} : { driver }), ...(path === undefined ? {} : { path }) })
  await sample.declare('vpc', '10.71.0.0/16', 'net', '10.71.0.0/24')
  await sample.attach('vpc')
  await sample.control.pools.create(sample.caller, { name: 'p', ...size })
  return sample
}

async function shown(sample: SampleControl, id: string) {
  const { peerings, poolPeerings } = await sample.control.connections.get(sample.caller, id)
  return [
    ...peerings.map((one) => `${one.queueName} ${one.state}`),
    ...poolPeerings.map((one) => `${one.poolName}: ${one.state} ${inWords(one.errMsg)}`.trim()),
  ]
}

async function reach(sample: SampleControl, name: string): Promise<readonly string[]> {
  const queue = await sample.control.queues.get(sample.caller, name)
  return (await sample.driver.observe(queue.id))?.peerings.map(({ subnetCidr }) => subnetCidr) ?? []
}

describe('a bound pool', () => {
  it('gives its paths to its queues, those that come later too, and takes them back', async () => {
    await using sample = await withNetwork()
    const { control, caller } = sample
    await control.queues.create(caller, { name: 'q1', cu: 16, pool: 'p' })
    const { id } = await control.connections.create(caller, {
      name: 'c',
      vpcId: 'vpc',
      subnetId: 'net',
      queues: [],
      pools: ['P'],
      hosts: [{ name: 'db', ip: '10.71.0.5' }],
      tags: [],
    })
    expect(await shown(sample, id)).toEqual(['p: ACTIVE'])
    await control.queues.create(caller, { name: 'q2', cu: 16, pool: 'p' })
    await sample.queue('outside')
    expect([await reach(sample, 'q1'), await reach(sample, 'q2'), await reach(sample, 'outside')]).toEqual([
      ['10.71.0.0/24'],
      ['10.71.0.0/24'],
      [],
    ])
    await control.connections.bind(caller, id, { queues: [], pools: ['p'] })
    await control.connections.replaceHosts(caller, id, [{ name: 'db', ip: '10.71.0.6' }])
    const q1 = await control.queues.get(caller, 'q1')
    expect((await sample.driver.observe(q1.id))?.peerings[0]?.hosts).toEqual([{ name: 'db', ip: '10.71.0.6' }])
    await control.connections.unbind(caller, id, { queues: [], pools: ['p'] })
    await control.connections.unbind(caller, id, { queues: [], pools: ['p'] })
    expect(await shown(sample, id)).toEqual([])
    expect([await reach(sample, 'q1'), await reach(sample, 'q2')]).toEqual([[], []])
  })

  it('adds to what a queue of it is bound to by its own name', async () => {
    await using sample = await withNetwork()
    const { control, caller } = sample
    await sample.declare('vpc', '10.71.0.0/16', 'net2', '10.71.1.0/24')
    await control.queues.create(caller, { name: 'q1', cu: 16, pool: 'p' })
    await control.queues.create(caller, { name: 'q2', cu: 16, pool: 'p' })
    const own = await sample.connect('own', 'vpc', 'net', ['q1'])
    const shared = await sample.connect('shared', 'vpc', 'net2', [])
    await control.connections.bind(caller, shared.id, { queues: [], pools: ['p'] })
    expect(await reach(sample, 'q1')).toEqual(['10.71.0.0/24', '10.71.1.0/24'])
    expect(await reach(sample, 'q2')).toEqual(['10.71.1.0/24'])
    expect(await shown(sample, own.id)).toEqual(['q1 ACTIVE'])
    await control.connections.remove(caller, shared.id)
    expect(await reach(sample, 'q1')).toEqual(['10.71.0.0/24'])
  })

  it('is FAILED with the reason and heals when the cause goes', async () => {
    await using sample = await withNetwork()
    const { control, caller } = sample
    await control.pools.create(caller, { name: 'same', ...size })
    const { id } = await sample.connect('c', 'vpc', 'net', [])
    await control.connections.bind(caller, id, { queues: [], pools: ['p'] })
    await control.connections.bind(caller, id, { queues: [], pools: ['same'] })
    expect(await shown(sample, id)).toEqual([
      'p: ACTIVE',
      'same: FAILED elastic resource pool same has the range 172.16.0.0/12, which overlaps 172.16.0.0/12 of elastic resource pool p, bound into VPC vpc before it: unbind one of them',
    ])
    await control.connections.unbind(caller, id, { queues: [], pools: ['p'] })
    await expect.poll(() => shown(sample, id)).toEqual(['same: ACTIVE'])
    await control.gateways.remove(sample.owner, caller.project, 'vpc')
    expect((await shown(sample, id))[0]).toMatch(/^same: FAILED no gateway/)
    await sample.attach('vpc')
    expect(await shown(sample, id)).toEqual(['same: ACTIVE'])
  })

  it('is ACTIVE only when every queue of it has the path, also after a restart', async () => {
    await using directory = await sampleDirectory()
    const path = `${directory.path}/db`
    const inner = memoryDriver()
    let isBroken = false
    const driver: Driver = {
      observe: (id) => inner.observe(id),
      apply: async (id, network) => {
        if (isBroken) throw new ServiceError('unavailable', say`broken`)
        await inner.apply(id, network)
      },
    }
    let connectionId = ''
    {
      await using sample = await withNetwork(driver, path)
      await sample.control.queues.create(sample.caller, { name: 'q', cu: 16, pool: 'p' })
      isBroken = true
      const { id } = await sample.connect('c', 'vpc', 'net', [])
      connectionId = id
      await sample.control.connections.bind(sample.caller, id, { queues: [], pools: ['p'] })
      expect(await shown(sample, id)).toEqual(['p: CREATING'])
    }
    isBroken = false
    await using again = await SampleControl.open({ path, driver })
    await expect.poll(() => shown(again, connectionId)).toEqual(['p: ACTIVE'])
    expect(await reach(again, 'q')).toEqual(['10.71.0.0/24'])
  })
})
