// Classic connections through control: names, relays, states, healing.

import { type Driver, memoryDriver, UserspaceDriver } from '@tributary/fabric'
import { inWords, ServiceError } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { SampleControl } from './sample-control.ts'
import { SampleDialler, sampleGreeter } from './sample-dialler.ts'

const draft = { name: 'test1', service: 'ct', securityGroupId: 'sg1', subnetId: 'net1', url: 'zk1.mycloudtable.com:2181,10.71.0.6:2182' }

/** A network with a gateway and a group. */
async function ground(driver: Driver = memoryDriver()): Promise<SampleControl> {
  const sample = await SampleControl.open({ driver })
  await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
  const securityGroups = [{ id: 'sg1', projectId: sample.caller.project, name: 'sg1' }]
  await sample.control.declarations.declare(sample.owner, { projects: [], vpcs: [], subnets: [], securityGroups })
  await sample.attach('vpc1')
  return sample
}

async function relays(sample: SampleControl, queue: string): Promise<readonly string[]> {
  const { id } = await sample.control.queues.get(sample.caller, queue)
  const network = await sample.driver.observe(id)
  return (network?.relays ?? []).map(
    ({ name, port, target }) => `${name.replace(/-\d{10}-[a-z0-9]{8}/, '')}:${port} ${target.host}:${target.port}`,
  )
}

async function states(sample: SampleControl, id: string): Promise<readonly string[]> {
  const { connection, bindings } = await sample.control.classicConnections.get(sample.caller, id)
  return [connection.state, ...bindings.map(({ queueName, state }) => `${queueName} ${state}`)]
}

describe('a classic connection', () => {
  it('gives out one name per address and is ACTIVE in every dedicated queue, later ones too', async () => {
    await using sample = await ground()
    await sample.queue('q1')
    const { id, addresses, service } = await sample.control.classicConnections.create(sample.caller, draft)
    expect([service, addresses.length]).toEqual(['CloudTable', 2])
    expect(addresses[0]?.name).toMatch(/^to-hbase-\d{10}-[A-Za-z0-9]{8}\.datasource\.com$/)
    expect(await states(sample, id)).toEqual(['ACTIVE', 'q1 ACTIVE'])
    expect(await relays(sample, 'q1')).toEqual([
      'to-hbase.datasource.com:2181 zk1.mycloudtable.com:2181',
      'to-hbase.datasource.com:2182 10.71.0.6:2182',
    ])
    await sample.queue('q2')
    await expect.poll(() => states(sample, id)).toEqual(['ACTIVE', 'q1 ACTIVE', 'q2 ACTIVE'])
    expect(await relays(sample, 'q2')).toHaveLength(2)
  })

  it('is ACTIVE without any queue', async () => {
    await using sample = await ground()
    const { id, state } = await sample.control.classicConnections.create(sample.caller, { ...draft, service: 'RdS', url: '10.71.0.5:5432' })
    expect(state).toBe('ACTIVE')
    expect(await states(sample, id)).toEqual(['ACTIVE'])
  })

  it('serves the one queue that cluster_name names', async () => {
    await using sample = await ground()
    await sample.queue('q1')
    await sample.queue('q2')
    const { id } = await sample.control.classicConnections.create(sample.caller, { ...draft, clusterName: 'Q2' })
    expect(await states(sample, id)).toEqual(['ACTIVE', 'q2 ACTIVE'])
    expect(await relays(sample, 'q1')).toEqual([])
  })

  it('fails with the reason and heals when its cause goes', async () => {
    await using sample = await SampleControl.open()
    await sample.queue('q1')
    const { control, caller, owner } = sample
    const { id, state, errMsg } = await control.classicConnections.create(caller, draft)
    expect([state, inWords(errMsg)]).toEqual(['FAILED', expect.stringContaining('Failed to get subnet net1. Response code : 404')])
    await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
    const reason = async () => inWords((await control.classicConnections.get(caller, id)).connection.errMsg)
    expect(await reason()).toContain('Failed to get security group sg1')
    const securityGroups = [{ id: 'sg1', projectId: caller.project, name: 'sg1' }]
    await control.declarations.declare(owner, { projects: [], vpcs: [], subnets: [], securityGroups })
    expect(await reason()).toBe('no gateway is attached to VPC vpc1: ask the installation owner')
    expect(await relays(sample, 'q1')).toEqual([])
    await sample.attach('vpc1')
    expect(await states(sample, id)).toEqual(['ACTIVE', 'q1 ACTIVE'])
    expect(await relays(sample, 'q1')).toHaveLength(2)
  })

  it('takes queues off and puts them back, and binds none of them by itself', async () => {
    await using sample = await ground()
    for (const name of ['q1', 'q2']) await sample.queue(name)
    const { control, caller } = sample
    const { id } = await control.classicConnections.create(caller, draft)
    await control.classicConnections.unbind(caller, id, ['Q1'])
    await control.classicConnections.unbind(caller, id, ['q1'])
    expect(await states(sample, id)).toEqual(['ACTIVE', 'q2 ACTIVE'])
    expect(await relays(sample, 'q1')).toEqual([])
    await control.sweep()
    expect(await states(sample, id)).toEqual(['ACTIVE', 'q2 ACTIVE'])
    await control.classicConnections.bind(caller, id, ['q1', 'q2'])
    expect(await states(sample, id)).toEqual(['ACTIVE', 'q2 ACTIVE', 'q1 ACTIVE'])
    expect(await relays(sample, 'q1')).toHaveLength(2)
    const kindOf = async (action: Promise<unknown>) => ((await action.catch((error: unknown) => error)) as ServiceError).kind
    expect(await kindOf(control.classicConnections.bind(caller, id, ['default']))).toBe('unsupported')
    expect(await kindOf(control.classicConnections.bind(caller, id, ['none']))).toBe('notFound')
    expect(await kindOf(control.classicConnections.unbind(caller, id, []))).toBe('invalid')
    expect(await kindOf(control.classicConnections.unbind(caller, 'none', ['q1']))).toBe('notFound')
    expect(await states(sample, id)).toEqual(['ACTIVE', 'q2 ACTIVE', 'q1 ACTIVE'])
  })

  it('needs a group that admits its queues, and says which rule is missing', async () => {
    await using sample = await ground()
    const { control, caller } = sample
    const { cidr } = await sample.queue('q1')
    const { group } = await control.securityGroups.create(caller, { name: 'db' })
    const wanted = { ...draft, securityGroupId: group.id, service: 'rds', url: '10.71.0.5:5432' }
    const { id, state, errMsg } = await control.classicConnections.create(caller, wanted)
    expect(state).toBe('FAILED')
    expect(inWords(errMsg)).toBe(
      `security group ${group.id} does not admit ${cidr} of queue q1 to port 5432: add an ingress rule for TCP port 5432 from ${cidr}`,
    )
    expect((await control.classicConnections.get(caller, id)).bindings[0]).toMatchObject({ state: 'FAILED', errMsg })
    expect(await relays(sample, 'q1')).toEqual([])
    const rule = { direction: 'ingress', protocol: 'tcp', ports: '5432', remoteIpPrefix: cidr }
    const { id: ruleId } = await control.securityGroupRules.create(caller, group.id, rule)
    expect(await states(sample, id)).toEqual(['ACTIVE', 'q1 ACTIVE'])
    // Another queue has another range: it alone is refused.
    await sample.queue('q2')
    await expect.poll(() => states(sample, id)).toEqual(['ACTIVE', 'q1 ACTIVE', 'q2 FAILED'])
    await control.securityGroupRules.remove(caller, ruleId)
    await expect.poll(() => states(sample, id)).toEqual(['FAILED', 'q1 FAILED', 'q2 FAILED'])
    expect(await relays(sample, 'q1')).toEqual([])
  })

  it('is tried again when it is reactivated', async () => {
    await using sample = await SampleControl.open()
    const { control, caller } = sample
    const { id } = await control.classicConnections.create(caller, draft)
    await control.classicConnections.reactivate(caller, id)
    expect(await states(sample, id)).toEqual(['FAILED'])
    await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
    const securityGroups = [{ id: 'sg1', projectId: caller.project, name: 'sg1' }]
    await control.declarations.declare(sample.owner, { projects: [], vpcs: [], subnets: [], securityGroups })
    await sample.attach('vpc1')
    await control.classicConnections.reactivate(caller, id)
    expect(await states(sample, id)).toEqual(['ACTIVE'])
    await control.classicConnections.reactivate(caller, id)
    expect(await states(sample, id)).toEqual(['ACTIVE'])
    await control.classicConnections.remove(caller, id)
    await expect(control.classicConnections.reactivate(caller, id)).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('wins over an enhanced connection for whoever dials, and its sockets are cut when a queue is taken off', async () => {
    await using classic = await sampleGreeter('classic')
    await using enhanced = await sampleGreeter('enhanced')
    const driver = new UserspaceDriver()
    await using sample = await ground(driver)
    const { control, caller } = sample
    await control.gateways.put(sample.owner, caller.project, 'vpc1', {
      kind: 'map',
      ranges: ['127.0.0.0/8'],
      map: [
        { from: '10.71.0.5:5432', to: `127.0.0.1:${classic.port}` },
        { from: '10.71.0.6:5432', to: `127.0.0.1:${enhanced.port}` },
      ],
    })
    await using dialler = await SampleDialler.join(driver, await sample.queue('q1'))
    const { id, addresses } = await control.classicConnections.create(caller, { ...draft, service: 'rds', url: '10.71.0.5:5432' })
    const name = addresses[0]?.name ?? ''
    await sample.connect('c1', 'vpc1', 'net1', ['q1'], [{ name, ip: '10.71.0.6' }])
    expect(await dialler.hear(name, 5432)).toBe('classic')
    const socket = await dialler.dial(name.toUpperCase(), 5432)
    await expect.poll(classic.open).toBe(1)
    await control.classicConnections.unbind(caller, id, ['q1'])
    expect(socket.destroyed).toBe(true)
    await expect.poll(classic.open).toBe(0)
    expect(await dialler.hear(name, 5432)).toBe('enhanced')
    await control.classicConnections.bind(caller, id, ['q1'])
    expect(await dialler.hear(name, 5432)).toBe('classic')
  })

  it('keeps what it stands on', async () => {
    await using sample = await ground()
    await sample.control.classicConnections.create(sample.caller, draft)
    await expect(sample.control.securityGroups.remove(sample.caller, 'sg1')).rejects.toThrow('in use by 1 connection')
    await expect(sample.control.subnets.remove(sample.caller, 'vpc1', 'net1')).rejects.toThrow('in use by 1 connection')
  })

  it('holds nothing of another project, whatever ids it names', async () => {
    await using sample = await ground()
    const { control, owner, caller } = sample
    await control.declarations.declare(owner, { projects: [{ id: 'p2', name: 'south' }], vpcs: [], subnets: [], securityGroups: [] })
    const stranger = await control.access.enter(owner, 'p2', 'admin')
    const { state, errMsg } = await control.classicConnections.create(stranger, draft)
    expect([state, inWords(errMsg)]).toEqual(['FAILED', expect.stringContaining('Failed to get subnet net1')])
    await control.connections.create(stranger, { name: 'c', vpcId: 'vpc1', subnetId: 'net1', queues: [], pools: [], hosts: [], tags: [] })
    await control.subnets.remove(caller, 'vpc1', 'net1')
    await control.securityGroups.remove(caller, 'sg1')
    await control.vpcs.remove(caller, 'vpc1')
  })

  it('reads as DELETED and is cut at once', async () => {
    await using sample = await ground()
    await sample.queue('q1')
    const { control, caller } = sample
    const { id } = await control.classicConnections.create(caller, draft)
    await expect(control.classicConnections.create(caller, draft)).rejects.toThrow(id)
    await control.classicConnections.remove(caller, id)
    expect(await relays(sample, 'q1')).toEqual([])
    expect(await states(sample, id)).toEqual(['DELETED'])
    expect((await control.classicConnections.list(caller)).map(({ connection }) => connection.state)).toEqual(['DELETED'])
    await control.sweep()
    expect(await states(sample, id)).toEqual(['DELETED'])
    await control.classicConnections.create(caller, draft)
    const again = await control.classicConnections.remove(caller, id).catch((error: unknown) => error)
    expect(again).toBeInstanceOf(ServiceError)
    expect(again).toMatchObject({ kind: 'notFound' })
    sample.advance(7 * 24 * 3_600_000)
    await control.sweep()
    await expect(control.classicConnections.get(caller, id)).rejects.toThrow('does not exist')
    expect(await control.classicConnections.list(caller)).toHaveLength(1)
  })
})
