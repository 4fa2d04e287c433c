// The rules of queues and their ranges.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cidrOf, covers, formatCidr, overlaps } from './ipv4.ts'
import {
  checkBindable,
  checkCidrChange,
  checkQueueDraft,
  checkRemoveQueue,
  checkRestart,
  pickQueueCidr,
  type Queue,
  queueNameOf,
  scaledCu,
} from './queue.ts'

const queue = { name: 'q1', resourceMode: 1, chargingMode: 1 } as Queue

describe('queue names', () => {
  it('are 1 to 128 letters, digits and _, stored in lower case', () => {
    expect(['Q1', 'a_b', '1a', 'a'.repeat(128)].map(queueNameOf)).toEqual(['q1', 'a_b', '1a', 'a'.repeat(128)])
    for (const name of ['', '_a', '12', 'a-b', 'a b', 'ä', 'a'.repeat(129), 'a\n']) {
      expect(() => queueNameOf(name), name).toThrow('is no queue name')
    }
  })
})

describe('a queue draft', () => {
  it('gets the published defaults', () => {
    expect(checkQueueDraft({ name: 'Q1', cu: 16 })).toEqual({
      name: 'q1',
      description: '',
      type: 'sql',
      engine: 'spark',
      cu: 16,
      cuSpec: 16,
      resourceMode: 0,
      chargingMode: 1,
      platform: 'x86_64',
      feature: '',
      enterpriseProjectId: '0',
      labels: [],
    })
  })

  it.each([
    [{ cu: 3 }, 'cu_count'],
    [{ cu: 16.5 }, 'cu_count'],
    [{ type: 'flink' }, 'queue_type is one of sql, general'],
    [{ resourceMode: 2 }, 'resource_mode is one of 0, 1'],
    [{ chargingMode: 0 }, 'charging_mode is one of 1, 2'],
    [{ platform: 'mips' }, 'platform is one of'],
    [{ feature: 'gold' }, 'feature is one of'],
    [{ labels: ['multi_az=2', 'x=1'] }, 'entry 2 of labels'],
    [{ description: 'x'.repeat(257) }, '256 characters'],
  ])('%o is refused', (change, text) => {
    expect(() => checkQueueDraft({ name: 'q', cu: 16, ...change })).toThrow(text)
  })
})

describe('binding and removing', () => {
  it('is for queues with a network of their own', () => {
    expect(checkBindable(queue)).toBeUndefined()
    expect(checkBindable({ ...queue, resourceMode: 0, chargingMode: 2 })).toBeUndefined()
    expect(() => checkBindable({ ...queue, resourceMode: 0 })).toThrow('queue q1, which is shared, cannot be bound')
    expect(() => checkBindable({ ...queue, name: 'default', resourceMode: 0 })).toThrow('system queue default cannot be bound')
  })

  it('waits for jobs', () => {
    expect(checkRemoveQueue(queue, 0)).toBeUndefined()
    expect(() => checkRemoveQueue(queue, 2)).toThrow('2 jobs have not ended on queue q1')
  })
})

describe('the size of a queue', () => {
  const sized = { ...queue, cu: 64, cuSpec: 64 }
  it('changes by sixteens, and sixteen stay', () => {
    expect([scaledCu(sized, 16), scaledCu(sized, -48), scaledCu(sized, 31_936), scaledCu(sized, 64, 128)]).toEqual([80, 16, 32_000, 128])
    for (const difference of [0, 8, 1.5, Number.NaN]) expect(() => scaledCu(sized, difference)).toThrow('a multiple of 16')
    for (const [difference, most] of [[-64], [31_952], [80, 128]] as const)
      expect(() => scaledCu(sized, difference, most)).toThrow('would have')
    expect(() => scaledCu({ ...sized, name: 'default' }, 16)).toThrow('system queue')
  })

  it('stays in a restart, which waits for jobs unless it is forced', () => {
    expect(() => checkRestart(sized, 0, false)).not.toThrow()
    expect(() => checkRestart(sized, 1, true)).not.toThrow()
    expect(() => checkRestart(sized, 1, false)).toThrow('1 job has not ended on queue q1')
    expect(() => checkRestart({ ...sized, name: 'default' }, 0, true)).toThrow('system queue')
  })
})

describe('another range for a queue', () => {
  const idle = { liveJobs: 0, peerings: 0 }
  const change = (cu: number, cidr: string) => () => checkCidrChange({ ...queue, cu }, cidr, idle)
  it.each([
    [4, 26],
    [15, 26],
    [16, 24],
    [63, 24],
    [64, 22],
    [127, 22],
    [128, 21],
    [512, 21],
  ])('of %d CU is /%d or larger', (cu, prefix) => {
    expect(change(cu, `10.0.0.0/${prefix}`)).not.toThrow()
    expect(change(cu, '10.0.0.0/8')).not.toThrow()
    expect(change(cu, `10.0.0.0/${prefix + 1}`)).toThrow(`send a block of /${prefix} or larger`)
  })

  it('is private, and nothing stands on the old one', () => {
    for (const cidr of ['172.16.0.0/12', '192.168.0.0/16']) expect(change(16, cidr)).not.toThrow()
    for (const cidr of ['172.0.0.0/8', '11.0.0.0/16']) expect(change(16, cidr)).toThrow('is not inside')
    const sized = { ...queue, cu: 16, cuSpec: 16 }
    expect(() => checkCidrChange(sized, '10.0.0.0/16', { ...idle, liveJobs: 1 })).toThrow('1 job has not ended')
    expect(() => checkCidrChange(sized, '10.0.0.0/16', { ...idle, peerings: 2 })).toThrow('2 enhanced connections are bound')
    expect(() => checkCidrChange({ ...sized, resourceMode: 0 }, '10.0.0.0/16', idle)).toThrow('is shared')
    const pool = { id: 'p' as NonNullable<Queue['pool']>['id'], name: 'p' }
    expect(() => checkCidrChange({ ...sized, pool }, '10.0.0.0/16', idle)).toThrow('elastic resource pool p')
  })
})

describe('the range of a queue', () => {
  const block = fc
    .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 8, max: 32 }))
    .map(([address, prefix]) => formatCidr(cidrOf(`${[24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')}/${prefix}`)))
  const inBlock = fc
    .tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 20, max: 32 }))
    .map(([third, fourth, prefix]) => formatCidr(cidrOf(`10.248.${third}.${fourth}/${prefix}`)))

  it('is free, inside the block, and found whenever there is one', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(block, inBlock), { maxLength: 12 }), (taken) => {
        const picked = pickQueueCidr('10.248.0.0/21', taken)
        const candidates = Array.from({ length: 8 }, (_, third) => `10.248.${third}.0/24`)
        const free = candidates.filter((candidate) => !taken.some((cidr) => overlaps(cidrOf(cidr), cidrOf(candidate))))
        expect(picked).toBe(free[0])
        expect(picked === undefined || covers(cidrOf('10.248.0.0/21'), cidrOf(picked))).toBe(true)
      }),
    )
  })

  it('ignores what is no range', () => {
    expect(pickQueueCidr('10.248.0.0/13', ['', 'nonsense'])).toBe('10.248.0.0/24')
  })
})
