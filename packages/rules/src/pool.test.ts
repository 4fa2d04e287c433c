// The rules of elastic resource pools, at both edges.

import { describe, expect, it } from 'vitest'
import {
  checkFits,
  checkJoinPool,
  checkNewPool,
  checkPolicies,
  checkPoolAvailable,
  checkPoolDraft,
  checkRemovePool,
  defaultPolicy,
  nextPoolState,
  noPool,
  type Pool,
  poolNameOf,
  type ScalingPolicy,
  updatePool,
} from './pool.ts'
import type { Queue } from './queue.ts'

const draft = { name: 'Pool', minCu: 64, maxCu: 128 }
const pool: Pool = { ...checkPoolDraft(draft), state: 'AVAILABLE' } as Pool
const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, '']))
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
    { label: labels(20) },
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
    [{ chargingMode: 3 }, 'charging_mode is one of 1, 2'],
    [{ label: labels(21) }, 'label has at most 20 members'],
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

  it.each([{ minCu: 80 }, { maxCu: 256 }])('to %j alone is a change of size', (change) => {
    expect(updatePool(pool, change, [])).toMatchObject({ ...change, state: 'SCALING' })
  })

  it.each([
    [{ minCu: 15 }, 'min_cu is a whole number from 16 to 32000; 64 is a good start'],
    [{ maxCu: 32_001 }, 'max_cu is a whole number from 16 to 32000; 64 is a good start'],
    [{ minCu: 129 }, 'min_cu 129 is more than max_cu 128: send min_cu up to max_cu'],
  ])('to %j is refused', (change, message) => {
    expect(() => updatePool(pool, change, [])).toThrow(expect.objectContaining({ kind: 'invalid', message }))
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
    expect(() => checkPolicies(pool, [allDay, noon, later], [])).not.toThrow()
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
    [{ minCu: 0, maxCu: 0 }, 'a multiple of 16'],
    [{ maxCu: 144 }, 'more than the 128 CU'],
  ])('%j is refused with its place', (change, text) => {
    expect(() => checkPolicies(pool, [{ ...allDay, ...change }], [])).toThrow(text)
    expect(() => checkPolicies(pool, [{ ...allDay, ...change }], [])).toThrow('queue_scaling_policies[0]')
  })

  it('may be as small as one step', () => {
    expect(() => checkPolicies(pool, [{ ...allDay, maxCu: 16 }], [])).not.toThrow()
  })

  it('step by four in a basic pool, and may follow the pool', () => {
    const basic = { ...pool, label: { spec: 'basic' } }
    expect(() => checkPolicies(basic, [{ ...allDay, maxCu: 20 }], [])).not.toThrow()
    expect(() => checkPolicies(pool, [{ ...allDay, maxCu: 1024, inheritMaxCu: true }], [])).not.toThrow()
  })

  it('are given to a queue without any, and never promise more than there is', () => {
    expect(defaultPolicy(pool, 32, [])).toEqual({ ...allDay, minCu: 32, maxCu: 32 })
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
    expect(() => checkJoinPool(pool, { ...queue, resourceMode: 0 })).toThrow(
      expect.objectContaining({
        kind: 'unsupported',
        message: 'queue q is shared and cannot be put into a pool: create a queue with resource_mode 1',
        details: { subject: { kind: 'queue', name: 'q' } },
      }),
    )
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

describe('a refusal about a pool', () => {
  const subject = { kind: 'pool', name: 'pool' }

  it('shows at most 140 characters of a name that is none', () => {
    expect(() => poolNameOf('-'.repeat(141))).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        message: `"${'-'.repeat(140)}" is no pool name: use 1 to 128 letters, digits and _, not digits alone, not starting with _`,
      }),
    )
    expect(noPool('p'.repeat(141))).toMatchObject({
      kind: 'notFound',
      message: `There is no elastic resource pool named ${'p'.repeat(140)}`,
      details: { subject: { kind: 'pool', name: 'p'.repeat(140) } },
    })
  })

  it('lists the ranges that a network may be in', () => {
    expect(() => checkPoolDraft({ ...draft, cidr: '11.0.0.0/16' })).toThrow(
      'cidr_in_vpc 11.0.0.0/16 is not inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, or smaller than /28: use one like 172.16.0.0/12',
    )
  })

  it('comes for a name that is taken', () => {
    expect(() => checkNewPool('pool', undefined)).not.toThrow()
    expect(() => checkNewPool('pool', pool)).toThrow(
      expect.objectContaining({
        kind: 'conflict',
        message: 'The elastic resource pool named pool exists already: choose another name',
        details: { subject },
      }),
    )
  })

  it('comes for the removal of a pool that is not empty', () => {
    expect(() => checkRemovePool(pool, [])).not.toThrow()
    expect(() => checkRemovePool(pool, [{ name: 'q1' }, { name: 'q2' }])).toThrow(
      expect.objectContaining({
        kind: 'busy',
        message: 'elastic resource pool pool has queues, q1 among them: delete them first',
        details: { subject },
      }),
    )
  })

  it.each(['CREATING', 'SCALING', 'FAILED'] as const)('comes while it is %s', (state) => {
    expect(() => checkPoolAvailable(pool)).not.toThrow()
    expect(() => checkPoolAvailable({ ...pool, state })).toThrow(
      expect.objectContaining({
        kind: 'busy',
        message: `elastic resource pool pool is ${state}: try again when it is AVAILABLE`,
        details: { subject },
      }),
    )
  })
})
