// Enhanced connections through control: the published procedure, refusals, peerings that fail and heal, crashes.

import { join } from 'node:path'
import { type Driver, memoryDriver } from '@tributary/fabric'
import { type QueueId, say, ServiceError, silence } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { SampleControl, sampleDirectory } from './sample-control.ts'

const subnetText = (id: string) =>
  `Failed to get subnet ${id}. Response code : 404, message : {"code":"VPC.0202","message":"Query resource by id ${id} fail.the subnet could not be found."}.`

async function refusal(action: Promise<unknown>): Promise<ServiceError> {
  const error = await action.then(() => undefined).catch((reason: unknown) => reason)
  if (error instanceof ServiceError) return error
  throw new Error(`expected a ServiceError, got ${String(error)}`)
}

/** A network with a gateway, and two queues. */
async function ground(): Promise<SampleControl> {
  const sample = await SampleControl.open()
  await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
  await sample.attach('vpc1')
  await sample.queue('q1')
  await sample.queue('q2')
  return sample
}

describe('an idempotency key', () => {
  it('stands for one create of one project, for a day', async () => {
    await using sample = await ground()
    const draft = { name: 'c1', vpcId: 'vpc1', subnetId: 'net1', queues: [], pools: [], hosts: [], tags: [] }
    const create = () => sample.control.connections.create(sample.caller, draft, { idempotencyKey: 'k' })
    const { id } = await create()
    const together = await Promise.all([create(), create()])
    expect(together.map((made) => made.id)).toEqual([id, id])
    await sample.control.connections.remove(sample.caller, id)
    expect((await create()).id).toBe(id)
    sample.advance(24 * 3_600_000)
    expect((await create()).id).not.toBe(id)
    sample.advance(24 * 3_600_000)
    await sample.control.sweep()
    expect((await refusal(create())).kind).toBe('conflict')
  })
})

describe('the published procedure', () => {
  it('creates, binds and reads ACTIVE with hosts in order', async () => {
    await using sample = await ground()
    const hosts = [{ name: 'ecs-2', ip: '10.71.0.2' }, { name: 'ecs-1', ip: '10.71.0.1' }, { ip: '10.71.0.3' }]
    const { id } = await sample.connect('test1', 'vpc1', 'net1', ['Q1', 'q2'], hosts)
    const view = await sample.control.connections.get(sample.caller, id)
    expect(view.connection).toMatchObject({ name: 'test1', state: 'ACTIVE', vpcId: 'vpc1', subnetId: 'net1' })
    expect(JSON.parse(view.hostsJson)).toEqual(hosts)
    expect(view.peerings.map(({ queueName, state, errMsg }) => [queueName, state, errMsg])).toEqual([
      ['q1', 'ACTIVE', silence],
      ['q2', 'ACTIVE', silence],
    ])
    expect(new Set(view.peerings.map((peering) => peering.id)).size).toBe(2)
    const { id: queueId } = await sample.control.queues.get(sample.caller, 'q1')
    const network = await sample.driver.observe(queueId)
    expect(network?.peerings.map(({ subnetCidr, hosts }) => [subnetCidr, hosts.length])).toEqual([['10.71.0.0/24', 3]])
    expect(network?.forbidden).toEqual([{ host: '127.0.0.1', port: 8080 }])
  })

  it('is ACTIVE only when the driver has acknowledged', async () => {
    const memory = memoryDriver()
    let isOpen = false
    const driver: Driver = {
      observe: (id) => memory.observe(id),
      apply: async (id, network) => {
        if (!isOpen) throw new ServiceError('unavailable', say`the driver is away`)
        await memory.apply(id, network)
      },
    }
    await using sample = await SampleControl.open({ driver })
    await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
    await sample.attach('vpc1')
    await sample.queue('q1')
    const { id } = await sample.connect('test1', 'vpc1', 'net1', ['q1'])
    expect(await sample.peerings(id)).toEqual(['q1 CREATING'])
    isOpen = true
    await expect.poll(() => sample.peerings(id)).toEqual(['q1 ACTIVE'])
  })

  it('unbinds at once and keeps the rest', async () => {
    await using sample = await ground()
    const { id } = await sample.connect('test1', 'vpc1', 'net1', ['q1', 'q2'])
    await sample.control.connections.unbind(sample.caller, id, { queues: ['q1'], pools: [] })
    const { id: queueId } = await sample.control.queues.get(sample.caller, 'q1')
    expect((await sample.driver.observe(queueId))?.peerings).toEqual([])
    expect(await sample.peerings(id)).toEqual(['q2 ACTIVE'])
    await sample.control.connections.unbind(sample.caller, id, { queues: ['q1'], pools: [] })
    await sample.control.connections.bind(sample.caller, id, { queues: ['q1', 'Q2'], pools: [] })
    expect((await sample.peerings(id)).toSorted()).toEqual(['q1 ACTIVE', 'q2 ACTIVE'])
  })

  it('binds twice without a change', async () => {
    await using sample = await ground()
    const { id } = await sample.connect('test1', 'vpc1', 'net1', ['q1'])
    const [before] = await sample.control.connections.peerings(sample.caller, id)
    await sample.control.connections.bind(sample.caller, id, { queues: ['q1', 'q1'], pools: [] })
    expect(await sample.control.connections.peerings(sample.caller, id)).toEqual([before])
  })

  it('replaces hosts as a whole, and the network follows', async () => {
    await using sample = await ground()
    const { id } = await sample.connect('test1', 'vpc1', 'net1', ['q1'], [{ name: 'a', ip: '10.71.0.1' }])
    const { id: queueId } = await sample.control.queues.get(sample.caller, 'q1')
    const before = await sample.driver.observe(queueId)
    await sample.control.connections.replaceHosts(sample.caller, id, [{ name: 'b', ip: '10.71.0.2' }])
    const after = await sample.driver.observe(queueId)
    expect(after?.peerings[0]?.hosts).toEqual([{ name: 'b', ip: '10.71.0.2' }])
    expect(after?.version).toBe((before?.version ?? 0) + 1)
    await sample.control.connections.replaceHosts(sample.caller, id, [{ name: 'b', ip: '10.71.0.2' }])
    expect((await sample.driver.observe(queueId))?.version).toBe(after?.version)
    await sample.control.connections.replaceHosts(sample.caller, id, [])
    expect((await sample.control.connections.get(sample.caller, id)).hostsJson).toBe('[]')
  })
})

describe('deleted connections', () => {
  it('read as DELETED for seven days, and are nothing else any more', async () => {
    await using sample = await ground()
    const { control, caller } = sample
    const { id } = await sample.connect('test1', 'vpc1', 'net1', ['q1'])
    await control.connections.remove(caller, id)
    const view = await control.connections.get(caller, id)
    expect([view.connection.state, view.peerings]).toEqual(['DELETED', []])
    const { id: queueId } = await control.queues.get(caller, 'q1')
    expect((await sample.driver.observe(queueId))?.peerings).toEqual([])
    expect((await control.connections.list(caller, {})).total).toBe(0)
    const deleted = await control.connections.list(caller, { status: 'deleted' })
    expect([deleted.total, deleted.connections[0]?.connection.id]).toEqual([1, id])
    expect((await refusal(control.connections.remove(caller, id))).kind).toBe('notFound')
    expect((await refusal(control.connections.bind(caller, id, { queues: ['q1'], pools: [] }))).kind).toBe('notFound')
    expect((await refusal(control.connections.replaceHosts(caller, id, []))).message).toBe(`Connection ${id} does not exist.`)
    // Its name is free again.
    await sample.connect('test1', 'vpc1', 'net1', [])
    sample.advance(7 * 24 * 3_600_000)
    expect((await refusal((async () => control.connections.get(caller, id))())).kind).toBe('notFound')
    await control.sweep()
    expect((await control.connections.list(caller, { status: 'DELETED' })).total).toBe(0)
  })
})

describe('refusals', () => {
  it('are all or nothing', async () => {
    await using sample = await ground()
    const { control, caller } = sample
    expect(await refusal(sample.connect('test1', 'vpc1', 'net1', ['q1', 'Nope']))).toMatchObject({
      kind: 'notFound',
      message: 'There is no queue named Nope',
      details: { subject: { kind: 'queue', name: 'Nope' } },
    })
    expect((await refusal(sample.connect('test1', 'vpc1', 'net1', ['q1', 'default']))).kind).toBe('unsupported')
    await control.queues.create(caller, { name: 'shared', cu: 16 })
    expect((await refusal(sample.connect('test1', 'vpc1', 'net1', ['shared']))).message).toContain('resource_mode 1')
    const withPool = { name: 'test1', vpcId: 'vpc1', subnetId: 'net1', queues: [], pools: ['pool1'], hosts: [], tags: [] }
    expect((await refusal(control.connections.create(caller, withPool))).message).toBe('There is no elastic resource pool named pool1')
    expect((await control.connections.list(caller, {})).total).toBe(0)
    await control.queues.create(caller, { name: 'prepaid', cu: 16, chargingMode: 2 })
    const { id } = await sample.connect('test1', 'vpc1', 'net1', ['prepaid'])
    expect(await sample.peerings(id)).toEqual(['prepaid ACTIVE'])
  })

  it('of a second live connection carry the id of the first', async () => {
    await using sample = await ground()
    const { id } = await sample.connect('test1', 'vpc1', 'net1', [])
    const error = await refusal(sample.connect('test1', 'vpc1', 'net1', []))
    expect([error.kind, error.message.includes(id)]).toEqual(['conflict', true])
  })

  it('treat another project’s connection as missing', async () => {
    await using sample = await ground()
    const { id } = await sample.connect('test1', 'vpc1', 'net1', ['q1'])
    await sample.control.declarations.declare(sample.owner, {
      projects: [{ id: 'p2', name: 'south' }],
      vpcs: [],
      subnets: [],
      securityGroups: [],
    })
    const other = await sample.control.access.enter(sample.owner, 'p2', 'admin')
    for (const action of [
      (async () => sample.control.connections.get(other, id))(),
      sample.control.connections.remove(other, id),
      sample.control.connections.peerings(other, id),
    ]) {
      expect((await refusal(action)).kind).toBe('notFound')
    }
  })
})

describe('peerings that cannot be', () => {
  it('fail in the published words and heal when the subnet appears', async () => {
    await using sample = await SampleControl.open()
    await sample.queue('q1')
    const { id } = await sample.connect('test1', 'vpc1', 'net1', ['q1'])
    expect(await sample.peerings(id)).toEqual([`q1 FAILED ${subnetText('net1')}`])
    await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
    expect(await sample.peerings(id)).toEqual(['q1 FAILED no gateway is attached to VPC vpc1: ask the installation owner'])
    await sample.attach('vpc1')
    expect(await sample.peerings(id)).toEqual(['q1 ACTIVE'])
    await sample.control.gateways.remove(sample.owner, sample.caller.project, 'vpc1')
    expect((await sample.peerings(id))[0]).toContain('FAILED no gateway')
    const { id: queueId } = await sample.control.queues.get(sample.caller, 'q1')
    expect((await sample.driver.observe(queueId))?.peerings).toEqual([])
  })

  it('fail for a subnet of another VPC', async () => {
    await using sample = await ground()
    const { id } = await sample.connect('test1', 'vpc9', 'net1', ['q1'])
    expect((await sample.peerings(id))[0]).toMatch(/^q1 FAILED subnet net1 does not belong to VPC vpc9/)
  })

  it('fail where two queues overlap in one VPC, the later one, and heal when the first goes', async () => {
    await using sample = await ground()
    // Only declared or changed ranges can overlap; the store is told one here.
    const { id: second } = await sample.control.queues.get(sample.caller, 'q2')
    const { cidr } = await sample.control.queues.get(sample.caller, 'q1')
    const q2 = await sample.control.queues.get(sample.caller, 'q2')
    await sample.store.transaction(async (tx) => {
      await tx.queues.remove(second)
      await tx.queues.insert({ ...q2, id: 'q2-again' as QueueId, cidr })
    })
    const { id } = await sample.connect('test1', 'vpc1', 'net1', ['q1'])
    await sample.control.connections.bind(sample.caller, id, { queues: ['q2'], pools: [] })
    const [first, other] = await sample.peerings(id)
    expect(first).toBe('q1 ACTIVE')
    expect(other).toContain(`q2 FAILED queue q2 has the range ${cidr}, which overlaps ${cidr} of queue q1`)
    await sample.control.connections.unbind(sample.caller, id, { queues: ['q1'], pools: [] })
    await expect.poll(() => sample.peerings(id)).toEqual(['q2 ACTIVE'])
  })

  it('go with their queue', async () => {
    await using sample = await ground()
    const { id } = await sample.connect('test1', 'vpc1', 'net1', ['q1', 'q2'])
    const queue = await sample.control.queues.get(sample.caller, 'q1')
    await sample.control.queues.remove(sample.caller, 'q1')
    expect(await sample.peerings(id)).toEqual(['q2 ACTIVE'])
    expect((await sample.driver.observe(queue.id))?.peerings).toEqual([])
  })
})

describe('lists', () => {
  it('page by creation, count everything, and match names exactly', async () => {
    await using sample = await ground()
    for (let at = 0; at < 5; at++) await sample.connect(`c${at}`, 'vpc1', 'net1', [])
    const { control, caller } = sample
    const page = await control.connections.list(caller, { limit: 2, offset: 1 })
    expect([page.total, page.connections.map(({ connection }) => connection.name)]).toEqual([5, ['c1', 'c2']])
    expect((await control.connections.list(caller, { limit: 0, offset: 3 })).connections).toHaveLength(2)
    expect((await control.connections.list(caller, { offset: 9 })).connections).toEqual([])
    expect((await control.connections.list(caller, { name: 'c' })).total).toBe(0)
    expect((await control.connections.list(caller, { name: 'c3' })).total).toBe(1)
    expect((await refusal(control.connections.list(caller, { limit: -1 }))).kind).toBe('invalid')
    expect((await refusal(control.connections.list(caller, { status: 'ALIVE' }))).kind).toBe('invalid')
  })

  it('filter by tags', async () => {
    await using sample = await ground()
    const draft = { vpcId: 'vpc1', subnetId: 'net1', queues: [], pools: [], hosts: [] }
    await sample.control.connections.create(sample.caller, { ...draft, name: 'a', tags: [{ key: 'team', value: 'x' }, { key: 'env' }] })
    await sample.control.connections.create(sample.caller, { ...draft, name: 'b', tags: [{ key: 'team', value: 'y' }] })
    const tagged = await sample.control.connections.list(sample.caller, { tags: [{ key: 'team', value: 'x' }, { key: 'env' }] })
    expect([tagged.total, tagged.connections[0]?.connection.name]).toEqual([1, 'a'])
  })
})

describe('after a crash', () => {
  it('everything converges from the store alone', async () => {
    await using directory = await sampleDirectory()
    const path = join(directory.path, 'tributary.db')
    const ids: string[] = []
    {
      await using sample = await SampleControl.open({ path })
      await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
      await sample.attach('vpc1')
      await sample.queue('q1')
      ids.push((await sample.connect('test1', 'vpc1', 'net1', ['q1'], [{ name: 'db', ip: '10.71.0.5' }])).id)
      ids.push((await sample.connect('gone', 'vpc1', 'net1', ['q1'])).id)
      // As kill -9 between commit and reconciler leaves it: one peering written, another one's connection deleted, nothing applied.
      await sample.store.transaction(async (tx) => {
        const peerings = await tx.peerings.list([ids[0] as never])
        await tx.peerings.settle(
          peerings.map((peering) => ({ id: peering.id, state: 'CREATING', errMsg: silence })),
          sample.now,
        )
        await tx.connections.markDeleted(await tx.connections.getLive(sample.caller.project, ids[1] ?? ''), sample.now)
        await tx.peerings.remove(ids[1] as never)
      })
    }
    await using sample = await SampleControl.open({ path })
    expect(await sample.peerings(ids[0] ?? '')).toEqual(['q1 ACTIVE'])
    const { id } = await sample.control.queues.get(sample.caller, 'q1')
    const network = await sample.driver.observe(id)
    expect(network?.peerings.map(({ connectionName, hosts }) => [connectionName, hosts])).toEqual([
      ['test1', [{ ip: '10.71.0.5', name: 'db' }]],
    ])
  })

  it('a sweep over what has settled writes nothing and applies nothing', async () => {
    const memory = memoryDriver()
    let applied = 0
    const driver: Driver = {
      observe: (id) => memory.observe(id),
      apply: async (id, network) => {
        applied += 1
        await memory.apply(id, network)
      },
    }
    await using sample = await SampleControl.open({ driver })
    await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
    await sample.attach('vpc1')
    await sample.queue('q1')
    const { id } = await sample.connect('test1', 'vpc1', 'net1', ['q1'])
    const before = [applied, await sample.control.connections.peerings(sample.caller, id)]
    expect(applied).toBeGreaterThan(0)
    await sample.control.sweep()
    expect([applied, await sample.control.connections.peerings(sample.caller, id)]).toEqual(before)
  })
})
