// Declared networks, VPCs, subnets, groups and gateways through control.

import { admits } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { SampleControl } from './sample-control.ts'

const declared = {
  projects: [{ id: '48cc2c48765f481480c7db940d6409d1', name: 'south' }],
  vpcs: [{ id: 'v1', projectId: '48cc2c48765f481480c7db940d6409d1', name: 'v1', cidr: '192.168.0.0/16' }],
  subnets: [{ id: 's1', vpcId: 'v1', name: 's1', cidr: '192.168.0.0/24', gatewayIp: '192.168.0.1' }],
  securityGroups: [{ id: 'g1', projectId: '48cc2c48765f481480c7db940d6409d1', name: 'g1' }],
}

describe('declared networks', () => {
  it('have the ids that were given, and may be declared again', async () => {
    await using sample = await SampleControl.open()
    const { control, owner } = sample
    await control.declarations.declare(owner, declared)
    await control.declarations.declare(owner, declared)
    await control.declarations.declareAtStart(declared)
    const caller = await control.access.enter(owner, '48cc2c48765f481480c7db940d6409d1', 'admin')
    expect(await control.subnets.get(caller, 's1')).toMatchObject({ vpcId: 'v1', cidr: '192.168.0.0/24', gatewayIp: '192.168.0.1' })
    expect((await control.queues.get(caller, 'default')).resourceMode).toBe(0)
    expect(await control.databases.list(caller, {})).toMatchObject({ total: 1 })
  })

  it('are all or nothing, and never change what is there', async () => {
    await using sample = await SampleControl.open()
    const { control, owner } = sample
    await control.declarations.declare(owner, declared)
    const other = {
      ...declared,
      vpcs: [],
      subnets: [{ ...declared.subnets[0], id: 's2', vpcId: 'v1', name: 's2', cidr: '192.168.1.0/24', gatewayIp: undefined }],
    }
    const clash = {
      ...other,
      securityGroups: [{ ...declared.securityGroups[0], id: 'g1', projectId: '48cc2c48765f481480c7db940d6409d1', name: 'else' }],
    }
    await expect(control.declarations.declare(owner, clash)).rejects.toMatchObject({ kind: 'conflict' })
    const caller = await control.access.enter(owner, '48cc2c48765f481480c7db940d6409d1', 'admin')
    expect(await control.subnets.list(caller, {})).toHaveLength(1)
    await control.declarations.declare(owner, other)
    expect(await control.subnets.list(caller, {})).toHaveLength(2)
  })

  it('are the owner’s alone', async () => {
    await using sample = await SampleControl.open()
    const admin = await sample.enterAs('adam', 'admin')
    await expect(sample.control.declarations.declare(admin, declared)).rejects.toMatchObject({ kind: 'forbidden' })
    await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
    await expect(sample.control.gateways.put(admin, sample.caller.project, 'vpc1', { kind: 'direct' })).rejects.toMatchObject({
      kind: 'forbidden',
    })
  })
})

describe('VPCs, subnets and groups', () => {
  it('are created, read, listed by marker and removed', async () => {
    await using sample = await SampleControl.open()
    const { control, caller } = sample
    const vpc = await control.vpcs.create(caller, { name: 'v', cidr: '10.71.0.0/16' })
    const subnet = await control.subnets.create(caller, { vpcId: vpc.id, name: 's', cidr: '10.71.4.0/24' })
    expect(subnet).toMatchObject({ gatewayIp: '10.71.4.1', dhcpEnable: true, dnsList: [] })
    expect(subnet.neutronSubnetId).not.toBe(subnet.id)
    await expect(control.subnets.create(caller, { vpcId: vpc.id, name: 't', cidr: '10.71.4.128/25' })).rejects.toThrow('overlaps')
    await expect(control.vpcs.remove(caller, vpc.id)).rejects.toMatchObject({ kind: 'conflict' })
    await control.vpcs.create(caller, { name: 'w', cidr: '10.72.0.0/16' })
    const [first] = await control.vpcs.list(caller, { limit: 1 })
    expect(await control.vpcs.list(caller, { marker: first?.id })).toHaveLength(1)
    await control.subnets.remove(caller, vpc.id, subnet.id)
    await expect(control.subnets.get(caller, subnet.id)).rejects.toThrow(
      `Query resource by id ${subnet.id} fail.the subnet could not be found.`,
    )
    await control.vpcs.remove(caller, vpc.id)
    await expect(control.vpcs.get(caller, vpc.id)).rejects.toMatchObject({ kind: 'notFound' })
    const { group } = await control.securityGroups.create(caller, { name: 'g' })
    expect(await control.securityGroups.list(caller, { names: ['g'] })).toMatchObject([{ group, tags: [] }])
    await control.securityGroups.remove(caller, group.id)
    expect(await control.securityGroups.list(caller, {})).toEqual([])
  })

  it('are kept while a live connection names them', async () => {
    await using sample = await SampleControl.open()
    await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
    const { id } = await sample.connect('test1', 'vpc1', 'net1', [])
    await expect(sample.control.subnets.remove(sample.caller, 'vpc1', 'net1')).rejects.toThrow('in use by 1 connection')
    await sample.control.connections.remove(sample.caller, id)
    await sample.control.subnets.remove(sample.caller, 'vpc1', 'net1')
    await sample.control.vpcs.remove(sample.caller, 'vpc1')
  })
})

describe('gateways', () => {
  it('count their changes and are shown to administrators', async () => {
    await using sample = await SampleControl.open()
    const { control, owner, caller } = sample
    await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
    await expect(control.gateways.get(owner, caller.project, 'vpc1')).rejects.toMatchObject({
      kind: 'notFound',
      details: { subject: { kind: 'gateway' } },
    })
    const draft = { kind: 'map', ranges: ['127.0.0.0/8'], map: [{ from: '10.71.0.5:5432', to: '127.0.0.1:25432' }] }
    expect((await control.gateways.put(owner, caller.project, 'vpc1', draft)).version).toBe(1)
    expect((await control.gateways.put(owner, caller.project, 'vpc1', draft)).version).toBe(1)
    expect((await control.gateways.put(owner, caller.project, 'vpc1', { ...draft, ranges: [] })).version).toBe(2)
    const admin = { ...(await sample.enterAs('adam', 'admin')), credential: 'signature', scope: undefined } as const
    expect(await control.gateways.get(admin, caller.project, 'vpc1')).toMatchObject({ version: 2, ranges: [] })
    const reader = { ...(await sample.enterAs('rita', 'reader')), credential: 'signature', scope: undefined } as const
    await expect(control.gateways.get(reader, caller.project, 'vpc1')).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(control.gateways.put(owner, caller.project, 'vpc9', draft)).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('are attached to new VPCs where that is the default and there is one project', async () => {
    await using sample = await SampleControl.open({ settings: { defaultGateway: true } })
    const { control, owner, caller } = sample
    const vpc = await control.vpcs.create(caller, { name: 'v', cidr: '10.71.0.0/16' })
    expect(await control.gateways.get(owner, caller.project, vpc.id)).toMatchObject({
      kind: 'direct',
      ranges: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
      version: 1,
    })
    await control.declarations.declare(owner, { ...declared, vpcs: [], subnets: [], securityGroups: [] })
    const later = await control.vpcs.create(caller, { name: 'w', cidr: '10.72.0.0/16' })
    await expect(control.gateways.get(owner, caller.project, later.id)).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('gives a declared group a rule that lets everybody in: its own rules are elsewhere', async () => {
    await using sample = await SampleControl.open()
    const { control, caller, owner } = sample
    const securityGroups = [{ id: 'sg1', projectId: caller.project, name: 'sg1' }]
    await control.declarations.declare(owner, { projects: [], vpcs: [], subnets: [], securityGroups })
    const { rules } = await control.securityGroups.get(caller, 'sg1')
    expect(rules).toHaveLength(5)
    expect(admits(rules, '10.248.0.0/24', 5432)).toBe(true)
  })
})
