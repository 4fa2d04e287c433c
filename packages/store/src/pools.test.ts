// Elastic resource pools in the store: filters, what goes with a pool, and what keeps it.

import type { DomainId, Pool, PoolId, ProjectId, ScaleRecord } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Store } from './store.ts'

const projectId = 'p1' as ProjectId

function samplePool(number: number, name: string): Pool {
  return {
    id: `pool${number}` as PoolId,
    number,
    projectId,
    name,
    description: '',
    cidr: '172.16.0.0/12',
    minCu: 64,
    maxCu: 128,
    actualCu: 64,
    chargingMode: 1,
    enterpriseProjectId: '0',
    label: { spec: 'basic' },
    ipv6Enable: true,
    owner: 'ann',
    state: 'AVAILABLE',
    createdAt: 1,
    updatedAt: 1,
  }
}

const record: ScaleRecord = {
  recordedAt: 5,
  minCu: 64,
  maxCu: 128,
  originCu: 0,
  targetCu: 64,
  currentCu: 64,
  state: 'success',
  failReason: '',
}

let store: Store
beforeEach(async () => {
  store = await Store.open({ path: ':memory:', sealingKey: Buffer.alloc(32, 1) })
  await store.transaction(async (tx) => {
    await tx.domains.insert({ id: 'd1' as DomainId, name: 'd', createdAt: 1 })
    await tx.projects.insert({ id: projectId, domainId: 'd1' as DomainId, name: 'p', createdAt: 1 })
    await tx.pools.insert(samplePool(1, 'a_b'))
    await tx.pools.insert(samplePool(2, 'axb'))
  })
})
afterEach(() => store[Symbol.asyncDispose]())

describe('pools', () => {
  it('read back as they were written', async () => {
    expect(await store.pools.find(projectId, 'a_b')).toEqual(samplePool(1, 'a_b'))
    expect(await store.pools.find('p2' as ProjectId, 'a_b')).toBeUndefined()
    await expect(store.pools.get(projectId, 'Nope')).rejects.toThrow('There is no elastic resource pool named Nope')
    await expect(store.pools.insert(samplePool(3, 'a_b'))).rejects.toThrow(/unique/i)
  })

  it('are found by a part of their name, whose signs mean themselves', async () => {
    const found = async (name: string) => (await store.pools.list(projectId, { name, limit: 10, offset: 0 })).pools.map((pool) => pool.name)
    expect(await found('_')).toEqual(['a_b'])
    expect(await found('b')).toEqual(['a_b', 'axb'])
    expect(await found('%')).toEqual([])
    expect((await store.pools.list(projectId, { limit: 1, offset: 1 })).total).toBe(2)
  })

  it('keep every change of size, also two of one moment', async () => {
    const id = 'pool1' as PoolId
    await store.transaction(async (tx) => {
      await tx.pools.insertScaleRecord(id, record)
      await tx.pools.insertScaleRecord(id, { ...record, originCu: 64, targetCu: 80 })
      await tx.pools.insertScaleRecord(id, { ...record, recordedAt: 9, state: 'fail', failReason: 'x' })
    })
    const targets = async (filter: object) =>
      (await store.pools.listScaleRecords(id, { limit: 10, offset: 0, ...filter })).records.map(
        (one) => `${one.recordedAt} ${one.targetCu}`,
      )
    expect(await targets({})).toEqual(['5 64', '5 80', '9 64'])
    expect(await targets({ from: 6 })).toEqual(['9 64'])
    expect(await targets({ until: 5, offset: 1 })).toEqual(['5 80'])
    expect(await targets({ state: 'fail' })).toEqual(['9 64'])
    await store.transaction((tx) => tx.pools.remove(id))
    expect(await targets({})).toEqual([])
  })
})
