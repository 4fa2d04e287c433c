// Quotas through control: set by the owner, and refusing the unit after the last in the transaction that would add it.

import { ServiceError } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { SampleControl } from './sample-control.ts'

async function limited(kind: string, most: number): Promise<SampleControl> {
  const sample = await SampleControl.open()
  await sample.control.quotas.put(sample.owner, sample.caller.project, [{ kind, most }])
  return sample
}

const exhausted = (kind: string) =>
  expect.objectContaining({ kind: 'exhausted', message: expect.stringMatching(new RegExp(`^quota ${kind} .*ask the installation owner`)) })
const used = async ({ control, caller }: SampleControl, kind: string) =>
  (await control.quotas.list(caller)).find((one) => one.kind === kind)?.used

describe('quotas', () => {
  it('hold for queues: made, grown, and planned', async () => {
    await using sample = await limited('QUEUE_CU', 64)
    const { control, caller } = sample
    await control.queues.create(caller, { name: 'shared', cu: 16 })
    await sample.queue('a')
    await sample.queue('b')
    expect(await used(sample, 'QUEUE_CU')).toBe(48)
    await expect(control.queues.create(caller, { name: 'c', cu: 17, resourceMode: 1 })).rejects.toEqual(exhausted('QUEUE_CU'))
    await control.queues.scale(caller, 'a', 16)
    await expect(control.queues.scale(caller, 'b', 16)).rejects.toEqual(exhausted('QUEUE_CU'))
    const plan = { name: 'p', startHour: 1, startMinute: 0, repeatDays: ['MONDAY'] }
    await expect(control.queuePlans.create(caller, 'b', { ...plan, targetCu: 32 })).rejects.toEqual(exhausted('QUEUE_CU'))
    await control.queuePlans.create(caller, 'b', { ...plan, targetCu: 16 })
    await control.queues.scale(caller, 'a', -16)
    await control.queues.scale(caller, 'b', 16)
    expect(await used(sample, 'QUEUE_CU')).toBe(64)
  })

  it('stop a plan that has become too large, and leave the rest alone', async () => {
    await using sample = await limited('QUEUE_CU', 64)
    const { control, caller } = sample
    await sample.queue('q')
    const at = new Date(sample.now + 600_000)
    await control.queuePlans.create(caller, 'q', { name: 'p', targetCu: 64, startHour: at.getUTCHours(), startMinute: at.getUTCMinutes() })
    await control.quotas.put(sample.owner, caller.project, [{ kind: 'QUEUE_CU', most: 8 }])
    sample.advance(660_000)
    await control.sweep()
    expect(await control.queues.get(caller, 'q')).toMatchObject({ cu: 16, cuSpec: 16 })
    expect((await control.queuePlans.list(caller, 'q'))[0]?.lastExecutedAt).toBeGreaterThan(0)
  })

  it('hold for pools, which count with the most they may grow to; their queues do not count', async () => {
    await using sample = await limited('ELASTIC_RESOURCE_POOL_CU', 128)
    const { control, caller } = sample
    await control.quotas.put(sample.owner, caller.project, [{ kind: 'QUEUE_CU', most: 0 }])
    await control.pools.create(caller, { name: 'p1', minCu: 64, maxCu: 64 })
    await expect(control.pools.create(caller, { name: 'p2', minCu: 16, maxCu: 65 })).rejects.toEqual(exhausted('ELASTIC_RESOURCE_POOL_CU'))
    await control.pools.create(caller, { name: 'p2', minCu: 16, maxCu: 48 })
    await expect(control.pools.update(caller, 'p2', { maxCu: 65 })).rejects.toEqual(exhausted('ELASTIC_RESOURCE_POOL_CU'))
    await control.pools.update(caller, 'p2', { maxCu: 64 })
    await control.queues.create(caller, { name: 'q', cu: 16, pool: 'p1' })
    await control.queues.scale(caller, 'q', 16)
    expect([await used(sample, 'ELASTIC_RESOURCE_POOL_CU'), await used(sample, 'QUEUE_CU')]).toEqual([128, 0])
    await control.pools.remove(caller, 'p2')
    await control.pools.create(caller, { name: 'p3', minCu: 16, maxCu: 64 })
  })

  it('hold for connections that are not deleted, and let a repeated create through', async () => {
    await using sample = await limited('ENHANCED_CONNECTION', 2)
    const { control, caller } = sample
    const draft = { name: 'a', vpcId: 'v', subnetId: 'n', queues: [], pools: [], hosts: [], tags: [] }
    await sample.connect('b', 'v', 'n', [])
    const first = await control.connections.create(caller, draft, { idempotencyKey: 'once' })
    await expect(sample.connect('c', 'v', 'n', [])).rejects.toEqual(exhausted('ENHANCED_CONNECTION'))
    expect(await control.connections.create(caller, draft, { idempotencyKey: 'once' })).toMatchObject({ id: first.id })
    await control.connections.remove(caller, first.id)
    await sample.connect('c', 'v', 'n', [])
    expect(await used(sample, 'ENHANCED_CONNECTION')).toBe(2)
  })

  it('are kept when many ask at once', async () => {
    await using sample = await limited('QUEUE_CU', 64)
    const made = await Promise.allSettled(Array.from({ length: 12 }, (_, at) => sample.queue(`q${at}`)))
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
    expect(await used(sample, 'QUEUE_CU')).toBe(64)
  })

  it('are the owner’s to set, and another project has its own', async () => {
    await using sample = await limited('QUEUE_CU', 16)
    const { control, caller } = sample
    const admin = { ...(await sample.enterAs('ann', 'admin')), credential: 'signature', scope: undefined } as const
    await expect(control.quotas.put(admin, caller.project, [{ kind: 'QUEUE_CU', most: 99 }])).rejects.toMatchObject({ kind: 'forbidden' })
    const stranger = { ...(await sample.enterAs('bob', undefined)), credential: 'signature', scope: undefined } as const
    await expect(control.quotas.listFor(stranger, caller.project)).rejects.toBeInstanceOf(ServiceError)
    expect(await control.quotas.listFor(admin, caller.project)).toEqual(await control.quotas.list(caller))
    await expect(control.quotas.put(sample.owner, 'none', [])).rejects.toMatchObject({ kind: 'notFound' })
    const both = [
      { kind: 'SQL_JOB', most: 3 },
      { kind: 'SQL_JOB', most: -1 },
    ]
    await expect(control.quotas.put(sample.owner, caller.project, both)).rejects.toMatchObject({ kind: 'invalid' })
    const other = await control.projects.create(sample.owner, { name: 'other' })
    const shown = await control.quotas.listFor(sample.owner, other.id)
    expect(shown.map(({ kind, most, used: total }) => [kind, most, total])).toEqual([
      ['QUEUE_CU', 32_000, 0],
      ['ELASTIC_RESOURCE_POOL_CU', 64_000, 0],
      ['ENHANCED_CONNECTION', 10_000, 0],
      ['SQL_JOB', 10_000, 0],
      ['TABLE_MIB', 1_048_576, 0],
    ])
  })
})
