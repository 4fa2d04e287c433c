// Elastic resource pools and queues, as the provider makes, reads, changes and deletes them.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Applied } from './lifecycle.ts'
import { pool } from './pool.ts'
import type { Provider } from './provider.ts'
import { queue, queueDefaults } from './queue.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
let provider: Provider
beforeAll(async () => {
  stage = await openStage()
  provider = stage.provider
})
afterAll(() => stage[Symbol.asyncDispose]())

const list = 'GET v3/{project_id}/elastic-resource-pools?offset=0&limit=100'
const rest = 'GET v3/{project_id}/elastic-resource-pools?offset=1&limit=100'
const day = { priority: 1, impact_start_time: '00:00', impact_stop_time: '24:00', min_cu: 16, max_cu: 64 }
/** Hours in which it is not now, nor soon: what holds in them must not move the sizes that are asked for here. */
const [nightStart, nightStop] = Math.abs(new Date().getUTCHours() - 15) < 6 ? ['00:00', '06:00'] : ['12:00', '18:00']
const night = { priority: 50, impact_start_time: nightStart, impact_stop_time: nightStop, min_cu: 16, max_cu: 32 }

describe('huaweicloud_dli_elastic_resource_pool', () => {
  it('is made, changed in place, imported by name and deleted', async () => {
    const before = { name: 'Analytics_Pool', min_cu: 64, max_cu: 128, cidr: '172.16.0.0/18', description: 'first', tags: { a: '1' } }
    provider.takeCalls()
    const applied = await Applied.create(provider, pool, before)
    const calls = provider.takeCalls()
    expect(calls.slice(0, 3)).toEqual(['POST v3/{project_id}/elastic-resource-pools', list, rest])
    expect(calls.slice(-2)).toEqual([list, rest])
    expect(await applied.plan(before)).toEqual([])
    const after = { ...before, description: '', min_cu: 80, max_cu: 192 }
    expect(await applied.update(after)).toEqual(['description', 'max_cu', 'min_cu'])
    expect(await applied.plan(after)).toEqual([])
    expect(await applied.import('Analytics_Pool', after)).toEqual(['tags'])
    for (const [min_cu, max_cu] of [
      [160, 192],
      [16, 96],
      [96, 96],
    ] as const) {
      await applied.update({ ...after, min_cu, max_cu })
      expect(await applied.plan({ ...after, min_cu, max_cu })).toEqual([])
      expect(applied.state['actual_cu']).toBeGreaterThanOrEqual(min_cu)
      expect(applied.state['actual_cu']).toBeLessThanOrEqual(max_cu)
    }
    expect(await applied.destroy()).toBe(true)
    // Deleting what is gone already is done, too.
    expect(await applied.destroy()).toBe(true)
  })

  it('keeps a label and the range that it is given by default', async () => {
    const configuration = { name: 'labelled', min_cu: 16, max_cu: 64, label: { spec: 'basic' }, enterprise_project_id: '0' }
    const applied = await Applied.create(provider, pool, configuration)
    expect(await applied.plan(configuration)).toEqual([])
    expect(applied.state).toMatchObject({ cidr: '172.16.0.0/12', charging_mode: 'postPaid', status: 'AVAILABLE' })
    expect(await applied.destroy()).toBe(true)
  })
})

describe('huaweicloud_dli_queue', () => {
  let home: Applied
  beforeAll(async () => {
    home = await Applied.create(provider, pool, { name: 'home', min_cu: 64, max_cu: 128, cidr: '172.16.0.0/18' })
  })
  const inPool = { ...queueDefaults, name: 'analytics', elastic_resource_pool_name: 'home', resource_mode: 1 }

  it('in a pool is made, changed in place, imported and deleted', async () => {
    const driver = { max_instance: 2, max_concurrent: 4, max_prefetch_instance: '0' }
    const policies = { scaling_policies: [night, day], spark_driver: [driver] }
    const before = { ...inPool, ...policies, cu_count: 16, description: 'joins', tags: { owner: 'a' } }
    provider.takeCalls()
    const pausedMs = provider.pausedMs
    const applied = await Applied.create(provider, queue, before)
    expect(provider.pausedMs - pausedMs).toBe(240_000)
    expect(provider.takeCalls()).toEqual([
      'POST v1.0/{project_id}/queues',
      'PUT v3/{project_id}/elastic-resource-pools/home/queues/analytics',
      'PUT v3/{project_id}/queues/analytics/properties',
      'GET v1.0/{project_id}/queues?queue_type=sql',
      'GET v3/{project_id}/elastic-resource-pools/home/queues?limit=100&queue_name=analytics',
      'GET v3/{project_id}/elastic-resource-pools/home/queues?limit=100&offset=100&queue_name=analytics',
      'GET v3/{project_id}/queues/analytics/properties',
      'GET v3/{project_id}/queues/analytics/properties?offset=4',
    ])
    expect(await applied.plan(before)).toEqual([])
    const after = { ...before, cu_count: 48, scaling_policies: [day], spark_driver: [{ max_concurrent: 8 }] }
    expect(await applied.update(after)).toEqual(['cu_count', 'scaling_policies', 'spark_driver'])
    expect(await applied.plan(after)).toEqual([])
    expect(await applied.update({ ...after, cu_count: 32 })).toEqual(['cu_count'])
    expect(await applied.import('sql/analytics', { ...after, cu_count: 32 })).toEqual(['tags'])
    expect(await applied.import('analytics', { ...after, cu_count: 32 })).toEqual(['tags'])
    expect(await applied.destroy()).toBe(true)
  })

  it('that says nothing of policies and drivers keeps an empty plan', async () => {
    const configuration = { ...inPool, name: 'plain', cu_count: 16 }
    const applied = await Applied.create(provider, queue, configuration)
    expect(await applied.plan(configuration)).toEqual([])
    expect(applied.state['spark_driver']).toEqual([])
    expect(await applied.destroy()).toBe(true)
  })

  it('on its own takes a range, another one, and moves into a pool', async () => {
    const before = { ...queueDefaults, name: 'lonely', resource_mode: 1, cu_count: 16, vpc_cidr: '10.101.0.0/24', feature: 'basic' }
    const applied = await Applied.create(provider, queue, before)
    expect(await applied.plan(before)).toEqual([])
    const moved = { ...before, vpc_cidr: '10.102.0.0/24' }
    expect(await applied.update(moved)).toEqual(['vpc_cidr'])
    expect(await applied.plan(moved)).toEqual([])
    const { vpc_cidr: _, ...free } = moved
    const pooled = { ...free, elastic_resource_pool_name: 'home' }
    expect(await applied.update(pooled)).toEqual(['elastic_resource_pool_name'])
    expect(await applied.plan(pooled)).toEqual([])
    expect(applied.state['vpc_cidr']).toBe('172.16.0.0/18')
    expect(await applied.destroy()).toBe(true)
  })

  it('whose mode is not given is a shared one', async () => {
    const configuration = { ...queueDefaults, name: 'shared', cu_count: 16 }
    const applied = await Applied.create(provider, queue, configuration)
    expect(await applied.plan(configuration)).toEqual([])
    expect(applied.state['resource_mode']).toBe(0)
    expect(await applied.destroy()).toBe(true)
  })

  it('is found by the data source page by page, and its pool goes last', async () => {
    const tagged = { ...inPool, name: 'tagged', cu_count: 16, tags: { a: '1', b: '2' } }
    const applied = await Applied.create(provider, queue, tagged)
    const find = async (query: string) => {
      const path = `v1.0/{project_id}/queues?page-size=100${query}&current-page=1`
      const json = { 'content-type': 'application/json' }
      const { queues } = await provider.read({ method: 'GET', path, headers: json }, { queues: [{ queue_name: 'string' }] })
      return queues.map(({ queue_name }) => queue_name)
    }
    expect(await find('')).toEqual(['default', 'tagged'])
    expect(await find('&with-priv=true&with-charge-info=true&queue_type=sql&tags=a=1,b=2')).toEqual(['tagged'])
    expect(await find('&tags=a=1,b=3')).toEqual([])
    expect(await applied.destroy()).toBe(true)
    expect(await home.destroy()).toBe(true)
  })
})
