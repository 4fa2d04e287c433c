// The rules of elastic resource pools, at both edges.

import { describe, expect, it } from 'vitest'
import {
  checkFits,
  checkJoinPool,
  checkPolicies,
  checkPoolDraft,
  defaultPolicy,
  nextPoolState,
  type Pool,
  poolNameOf,
  type ScalingPolicy,
  updatePool,
} from './pool.ts'
import type { Queue } from './queue.ts'

const draft = { name: 'Pool', minCu: 64, maxCu: 128 }
const pool: Pool = { ...checkPoolDraft(draft), state: 'AVAILABLE' } as Pool
const allDay: ScalingPolicy = { priority: 1, start: '00:00', stop: '24:00', minCu: 16, maxCu: 64, inheritMaxCu: false }

describe('a pool draft', () => {
  it('gets the published defaults', () => {
    expect(checkPoolDraft(draft)).toEqual({
      name: 'pool',
      description: '',
      cidr: '172.16.0.0/12',
      minCu: 64,
      maxCu: 128,
      actualCu: 64,
      chargingMode: 1,
      enterpriseProjectId: '0',
      label: {},
      ipv6Enable: false,
    })
  })

  it.each([
    { minCu: 16, maxCu: 16 },
    { minCu: 32_000, maxCu: 32_000 },
    { description: 'x'.repeat(256) },
    { cidr: '10.0.0.0/8' },
    { cidr: '192.168.1.0/28' },
    { chargingMode: 2 },
  ])('%j is fine', (change) => expect(checkPoolDraft({ ...draft, ...change })).toMatchObject(change))

  it.each([
    [{ minCu: 15 }, 'min_cu'],
    [{ maxCu: 32_001 }, 'max_cu'],
    [{ minCu: 64.5 }, 'min_cu'],
    [{ minCu: 129 }, 'min_cu 129 is more than max_cu 128'],
    [{ description: 'x'.repeat(257) }, '256 characters'],
    [{ cidr: '11.0.0.0/16' }, 'is not inside'],
    [{ cidr: '192.168.1.0/29' }, 'smaller than /28'],
    [{ cidr: 'x' }, 'is not an IPv4 block'],
    [{ chargingMode: 3 }, 'charging_mode'],
  ])('%j is refused', (change, text) => {
    expect(() => checkPoolDraft({ ...draft, ...change })).toThrow(text)
  })

  it('has a name as queues have', () => {
    expect(['P1', 'a'.repeat(128)].map(poolNameOf)).toEqual(['p1', 'a'.repeat(128)])
    for (const name of ['', '_a', '12', 'a-b', 'a'.repeat(129)]) expect(() => poolNameOf(name), name).toThrow('is no pool name')
  })
})

describe('an update', () => {
  it('moves the size into the new bounds', () => {
    expect(updatePool(pool, { minCu: 78, maxCu: 78 }, [])).toMatchObject({ minCu: 78, maxCu: 78, actualCu: 78, state: 'SCALING' })
    expect(updatePool(pool, { description: 'x' }, [])).toMatchObject({ description: 'x', actualCu: 64, state: 'AVAILABLE' })
  })

  it('leaves room for the queues', () => {
    const queues = [
      { name: 'a', policies: [allDay, { ...allDay, start: '08:00', stop: '10:00', minCu: 32 }] },
      { name: 'b', policies: [{ ...allDay, maxCu: 512, inheritMaxCu: true }] },
    ]
    expect(updatePool(pool, { minCu: 48, maxCu: 64 }, queues).minCu).toBe(48)
    expect(() => updatePool(pool, { minCu: 47 }, queues)).toThrow('less than the 48 CU')
    expect(() => updatePool({ ...pool, minCu: 48 }, { maxCu: 63 }, queues)).toThrow('less than the 64 CU')
  })
})

describe('scaling policies', () => {
  it('are checked as a whole', () => {
    const noon = { ...allDay, start: '12:00', stop: '14:00' }
    const later = { ...allDay, start: '14:00', stop: '24:00', maxCu: 128 }
    expect(() => checkPolicies(pool, [later, allDay, noon], [])).not.toThrow()
    expect(() => checkPolicies(pool, [noon], [])).toThrow('from 00:00 to 24:00')
    expect(() => checkPolicies(pool, [allDay, allDay], [])).toThrow('exactly one')
    expect(() => checkPolicies(pool, [allDay, noon, { ...later, start: '13:00' }], [])).toThrow('overlap')
    expect(() => checkPolicies(pool, [{ ...allDay, minCu: 64 }], [])).not.toThrow()
    expect(() => checkPolicies(pool, [{ ...allDay, minCu: 64 }], [{ name: 'b', policies: [allDay] }])).toThrow('would have 80 CU')
  })

  it.each([
    [{ priority: 0 }, 'priority'],
    [{ priority: 101 }, 'priority'],
    [{ start: '0:00' }, 'impact_start_time'],
    [{ start: '00:30' }, 'impact_start_time'],
    [{ stop: '25:00' }, 'impact_stop_time'],
    [{ start: '10:00', stop: '10:00' }, 'impact_stop_time'],
    [{ minCu: 65 }, 'min_cu'],
    [{ minCu: -1 }, 'min_cu'],
    [{ maxCu: 20 }, 'a multiple of 16'],
    [{ maxCu: 144 }, 'more than the 128 CU'],
  ])('%j is refused with its place', (change, text) => {
    expect(() => checkPolicies(pool, [{ ...allDay, ...change }], [])).toThrow(text)
    expect(() => checkPolicies(pool, [{ ...allDay, ...change }], [])).toThrow('queue_scaling_policies[0]')
  })

  it('step by four in a basic pool, and may follow the pool', () => {
    const basic = { ...pool, label: { spec: 'basic' } }
    expect(() => checkPolicies(basic, [{ ...allDay, maxCu: 20 }], [])).not.toThrow()
    expect(() => checkPolicies(pool, [{ ...allDay, maxCu: 1024, inheritMaxCu: true }], [])).not.toThrow()
  })

  it('are given to a queue without any, and never promise more than there is', () => {
    expect(defaultPolicy(pool, 32, [])).toMatchObject({ start: '00:00', stop: '24:00', minCu: 32, maxCu: 32 })
    const others = [{ name: 'b', policies: [{ ...allDay, minCu: 56 }] }]
    expect(defaultPolicy(pool, 32, others).minCu).toBe(0)
    expect(defaultPolicy({ ...pool, label: { spec: 'basic' } }, 32, others).minCu).toBe(8)
  })
})

describe('a queue for a pool', () => {
  const queue = { name: 'q', cu: 16, resourceMode: 1, chargingMode: 1, enterpriseProjectId: '0' } as Queue
  it('is dedicated, pay-per-use, small enough, of the same enterprise project, and in no other pool', () => {
    expect(() => checkJoinPool(pool, { ...queue, cu: 128 })).not.toThrow()
    expect(() => checkJoinPool(pool, { ...queue, cu: 129 })).toThrow('has at most 128')
    expect(() => checkJoinPool(pool, { ...queue, resourceMode: 0 })).toThrow('is shared')
    expect(() => checkJoinPool(pool, { ...queue, chargingMode: 2 })).toThrow('is prepaid')
    expect(() => checkJoinPool(pool, { ...queue, enterpriseProjectId: '1' })).toThrow('enterprise project')
    expect(() => checkJoinPool(pool, { ...queue, pool: { id: 'x' as Pool['id'], name: 'x' } })).toThrow('is in elastic resource pool x')
  })

  it('waits until the pool is there', () => {
    expect(() => checkFits({ ...pool, state: 'CREATING' }, queue)).toThrow('is CREATING')
    expect(nextPoolState('CREATING', 'resized')).toBe('CREATING')
    expect([nextPoolState('CREATING', 'settled'), nextPoolState('SCALING', 'settled')]).toEqual(['AVAILABLE', 'AVAILABLE'])
  })
})
