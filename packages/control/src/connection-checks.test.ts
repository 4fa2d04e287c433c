// The check of connections against what the same create then does.

import { adviceIn, inWords } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { SampleControl } from './sample-control.ts'

const draft = { name: 'c1', vpcId: 'vpc1', subnetId: 'net1', queues: ['q1'], pools: [], hosts: [], tags: [] }

async function ground(): Promise<SampleControl> {
  const sample = await SampleControl.open()
  await sample.declare('vpc1', '10.71.0.0/16', 'net1', '10.71.0.0/24')
  await sample.queue('q1')
  return sample
}

async function forecast(sample: SampleControl, over: Partial<typeof draft> = {}) {
  const { isFine, findings, freeCidr } = await sample.control.connectionChecks.check(sample.caller, { ...draft, ...over })
  return {
    isFine,
    fields: findings.map(({ severity, field }) => `${severity} ${field}`),
    advice: findings.map(({ message, remedy }) => adviceIn(inWords(message), inWords(remedy))),
    freeCidr,
  }
}

describe('a check', () => {
  it('foresees a missing gateway, and nothing once it is there', async () => {
    await using sample = await ground()
    const without = await forecast(sample)
    expect(without).toMatchObject({ isFine: false, fields: ['error vpcId'] })
    expect(without.advice[0]).toMatchObject({ message: 'no gateway is attached to VPC vpc1', remedy: 'ask the installation owner' })
    await sample.attach('vpc1')
    expect(await forecast(sample)).toEqual({ isFine: true, fields: [], advice: [], freeCidr: undefined })
    const { id } = await sample.control.connections.create(sample.caller, draft)
    expect(await sample.peerings(id)).toEqual(['q1 ACTIVE'])
    expect((await forecast(sample)).fields).toEqual(['error name'])
  })

  it('foresees ranges that meet, names both, and offers a free one', async () => {
    await using sample = await ground()
    const { cidr } = await sample.control.queues.get(sample.caller, 'q1')
    await sample.declare('vpc2', '10.248.0.0/13', 'net2', cidr)
    await sample.attach('vpc2')
    const found = await forecast(sample, { vpcId: 'vpc2', subnetId: 'net2' })
    expect(found.fields).toEqual(['error queues'])
    expect(found.advice[0]?.message).toContain(cidr)
    expect(found.freeCidr).toMatch(/^10\.\d+\.\d+\.0\/24$/)
    expect(found.freeCidr).not.toBe(cidr)
    const { id } = await sample.control.connections.create(sample.caller, { ...draft, vpcId: 'vpc2', subnetId: 'net2' })
    const [peering] = await sample.peerings(id)
    expect(peering).toBe(`q1 FAILED ${found.advice[0]?.message}: ${found.advice[0]?.remedy}`)
  })

  it('foresees a subnet of another VPC, and a VPC that is not there', async () => {
    await using sample = await ground()
    await sample.declare('vpc2', '10.72.0.0/16', 'net2', '10.72.0.0/24')
    expect((await forecast(sample, { subnetId: 'net2' })).advice[0]?.remedy).toContain('vpc2')
    expect((await forecast(sample, { vpcId: 'none', subnetId: 'none' })).fields).toEqual(['error vpcId', 'error subnetId'])
  })

  it('leaves no trace', async () => {
    await using sample = await ground()
    await sample.attach('vpc1')
    const { id } = await sample.control.queues.get(sample.caller, 'q1')
    const before = await sample.driver.observe(id)
    await forecast(sample)
    await sample.control.sweep()
    expect((await sample.control.connections.list(sample.caller, {})).total).toBe(0)
    expect((await sample.driver.observe(id))?.peerings ?? []).toEqual(before?.peerings ?? [])
  })
})
