// The rules of queues and their ranges.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ServiceError } from './errors.ts'
import { cidrOf, covers, formatCidr, overlaps } from './ipv4.ts'
import {
  checkBindable,
  checkCidrChange,
  checkNewQueue,
  checkQueueDraft,
  checkRemoveQueue,
  checkRestart,
  hasNetwork,
  noFreeRange,
  noQueue,
  pickQueueCidr,
  type Queue,
  queueNameOf,
  scaledCu,
} from './queue.ts'

const queue = { name: 'q1', resourceMode: 1, chargingMode: 1 } as Queue
const pool = { id: 'p' as NonNullable<Queue['pool']>['id'], name: 'p' }

/** What a caller is told by a refusal: its kind, its words, and the resource it speaks of. */
function told({ kind, message, details }: ServiceError): readonly unknown[] {
  return [kind, message, details.subject]
}

function refusal(run: () => unknown): readonly unknown[] {
  try {
    run()
  } catch (error) {
    if (error instanceof ServiceError) return told(error)
    throw error
  }
  throw new Error('nothing was refused')
}

describe('queue names', () => {
  it('are 1 to 128 letters, digits and _, stored in lower case', () => {
    expect(['Q1', 'a_b', '1a', 'a'.repeat(128)].map(queueNameOf)).toEqual(['q1', 'a_b', '1a', 'a'.repeat(128)])
    for (const name of ['', '_a', '12', 'a-b', 'a b', 'ä', 'a'.repeat(129), 'a\n']) {
      expect(() => queueNameOf(name), name).toThrow('is no queue name')
    }
  })

  it('are shown as far as 140 characters where they are refused', () => {
    const words = 'is no queue name: use 1 to 128 letters, digits and _, not digits alone, not starting with _'
    expect(refusal(() => queueNameOf('-'.repeat(141)))).toEqual(['invalid', `"${'-'.repeat(140)}" ${words}`, undefined])
  })

  it('are given once', () => {
    const taken = (name: string) => ['conflict', `The queue named ${name} exists already: choose another name`, { kind: 'queue', name }]
    expect(checkNewQueue('q1', undefined)).toBeUndefined()
    expect(refusal(() => checkNewQueue('q1', queue))).toEqual(taken('q1'))
    expect(refusal(() => checkQueueDraft({ name: 'Default', cu: 16 }))).toEqual(taken('default'))
  })

  it('that nobody has are told, as far as 140 characters', () => {
    expect(told(noQueue('q9'))).toEqual(['notFound', 'There is no queue named q9', { kind: 'queue', name: 'q9' }])
    const shown = 'x'.repeat(140)
    expect(told(noQueue('x'.repeat(141)))).toEqual(['notFound', `There is no queue named ${shown}`, { kind: 'queue', name: shown }])
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
    [{ cu: 3 }, 'cu_count is a whole number from 4 to 32000; 16 is a good start'],
    [{ cu: 32_001 }, 'cu_count'],
    [{ cu: 16.5 }, 'cu_count'],
    [{ type: 'flink' }, 'queue_type is one of sql, general'],
    [{ resourceMode: 2 }, 'resource_mode is one of 0, 1'],
    [{ chargingMode: 0 }, 'charging_mode is one of 1, 2'],
    [{ platform: 'mips' }, 'platform is one of'],
    [{ feature: 'gold' }, 'feature is one of'],
    [{ labels: ['multi_az=2', 'x=1'] }, 'entry 2 of labels'],
    [{ labels: ['x=1'] }, 'entry 1 of labels'],
    [{ engine: 'flink' }, 'engine is one of spark'],
    [{ description: 'x'.repeat(257) }, '256 characters'],
  ])('%o is refused', (change, text) => {
    expect(refusal(() => checkQueueDraft({ name: 'q', cu: 16, ...change }))).toEqual(['invalid', expect.stringContaining(text), undefined])
  })

  it.each([{ cu: 4 }, { cu: 32_000 }, { description: 'x'.repeat(256) }, { labels: ['multi_az=2'] }])('%o is kept', (change) => {
    expect(checkQueueDraft({ name: 'q', cu: 16, ...change })).toMatchObject(change)
  })

  it('is of the one engine and type that are offered, and told so for the others that are published', () => {
    expect(checkQueueDraft({ name: 'q', cu: 16, type: 'sql', engine: 'Spark' })).toMatchObject({ type: 'sql', engine: 'spark' })
    expect(refusal(() => checkQueueDraft({ name: 'q', cu: 16, type: 'general' }))).toEqual([
      'unsupported',
      'queues of type general (Flink and Spark jar jobs) are not offered: leave queue_type out or send sql',
      undefined,
    ])
    expect(refusal(() => checkQueueDraft({ name: 'q', cu: 16, engine: 'hetuEngine' }))).toEqual([
      'unsupported',
      'the engine hetuEngine is not offered: leave engine out or send spark',
      undefined,
    ])
  })
})

describe('the system queue', () => {
  const system = { ...queue, name: 'default', cu: 16, cuSpec: 16 }
  it.each([
    ['deleted', () => checkRemoveQueue(system, 0)],
    ['resized', () => scaledCu(system, 16)],
    ['restarted', () => checkRestart(system, 0, true)],
    ['given a range', () => checkCidrChange(system, '10.0.0.0/16', { liveJobs: 0, peerings: 0 })],
  ])('cannot be %s', (what, run) => {
    const message = `the system queue default exists in every project and cannot be ${what}`
    expect(refusal(run)).toEqual(['unsupported', message, { kind: 'queue', name: 'default' }])
  })
})

describe('binding and removing', () => {
  it('is for queues with a network of their own', () => {
    expect(checkBindable(queue)).toBeUndefined()
    expect(checkBindable({ ...queue, resourceMode: 0, chargingMode: 2 })).toBeUndefined()
    expect(() => checkBindable({ ...queue, resourceMode: 0 })).toThrow('queue q1, which is shared, cannot be bound')
    expect(() => checkBindable({ ...queue, name: 'default', resourceMode: 0 })).toThrow('system queue default cannot be bound')
  })

  it('is for queues of a pool, whatever they are themselves', () => {
    expect(checkBindable({ ...queue, resourceMode: 0, pool })).toBeUndefined()
    expect(hasNetwork({ resourceMode: 0, chargingMode: 1, pool: undefined })).toBe(false)
  })

  it('names the queue and the remedy where it is refused', () => {
    expect(refusal(() => checkBindable({ ...queue, resourceMode: 0 }))).toEqual([
      'unsupported',
      'queue q1, which is shared, cannot be bound to a connection: create a queue with resource_mode 1',
      { kind: 'queue', name: 'q1' },
    ])
  })

  it('waits for jobs', () => {
    expect(checkRemoveQueue(queue, 0)).toBeUndefined()
    expect(refusal(() => checkRemoveQueue(queue, 2))).toEqual([
      'busy',
      '2 jobs have not ended on queue q1: wait for them or cancel them first',
      { kind: 'queue', name: 'q1' },
    ])
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
    expect(() => checkCidrChange({ ...sized, pool }, '10.0.0.0/16', idle)).toThrow('elastic resource pool p')
  })
})

describe('a range that a queue cannot get', () => {
  const idle = { liveJobs: 0, peerings: 0 }
  const sized = { ...queue, cu: 16, cuSpec: 16 }
  const subject = { kind: 'queue', name: 'q1' }
  const refused = (change: Partial<Queue>, cidr: string, use = idle) => refusal(() => checkCidrChange({ ...sized, ...change }, cidr, use))

  it('is told with the blocks that it may be in, or the size that it needs', () => {
    expect(refused({}, '11.0.0.0/16')).toEqual([
      'invalid',
      'cidr_in_vpc 11.0.0.0/16 is not inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16: send a private range',
      undefined,
    ])
    expect(refused({}, '10.0.0.0/25')).toEqual([
      'invalid',
      'cidr_in_vpc 10.0.0.0/25 is too small for a queue of 16 CU: send a block of /24 or larger',
      undefined,
    ])
  })

  it('is told with the queue where that has none of its own', () => {
    expect(refused({ pool }, '10.0.0.0/16')).toEqual([
      'unsupported',
      'queue q1 has the range of its elastic resource pool p, which cannot be changed',
      subject,
    ])
    expect(refused({ resourceMode: 0 }, '10.0.0.0/16')).toEqual([
      'unsupported',
      'queue q1 is shared and has no range of its own: create a queue with resource_mode 1',
      subject,
    ])
  })

  it.each([
    [1, '1 enhanced connection is bound'],
    [2, '2 enhanced connections are bound'],
  ])('waits for %d bound connections', (peerings, bound) => {
    const message = `${bound} to queue q1: unbind it before its range is changed`
    expect(refused({}, '10.0.0.0/16', { ...idle, peerings })).toEqual(['busy', message, subject])
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

  it('is the last one where that alone is left, and none in a full block', () => {
    expect(pickQueueCidr('10.248.0.0/24', [])).toBe('10.248.0.0/24')
    expect(pickQueueCidr('10.248.0.0/23', ['10.248.0.0/24'])).toBe('10.248.1.0/24')
    expect(pickQueueCidr('10.248.0.0/24', ['10.248.0.0/24'])).toBeUndefined()
    expect(pickQueueCidr('10.248.0.0/25', [])).toBeUndefined()
  })

  it.each(['10.248.0.0/32', '10.248.0.1/32', '10.248.0.255/32'])('stays clear of the single address %s', (taken) => {
    expect(pickQueueCidr('10.248.0.0/13', [taken])).toBe('10.248.1.0/24')
  })

  it('is told where there is none', () => {
    expect(told(noFreeRange('10.248.0.0/13'))).toEqual([
      'exhausted',
      'no /24 of 10.248.0.0/13 is free for another queue: delete a queue, or ask the installation owner for a larger block',
      undefined,
    ])
  })
})
