// Properties of queues, at both edges.

import { describe, expect, it } from 'vitest'
import { checkQueueProperties, knownProperties, propertyKeyOf, shownProperties } from './queue-property.ts'

const small = { name: 'q1', cu: 16 }
const large = { name: 'q2', cu: 64 }

describe('queue properties', () => {
  it.each([
    [small, 'computeEngine.maxInstance', [2, '2'], [1, 3, [2], 'x', '', null]],
    [large, 'computeEngine.maxInstance', [2, 4], [1, 5]],
    [small, 'computeEngine.maxPrefetchInstance', ['0', 0, 1], [2, -1]],
    [large, 'computeEngine.maxPrefetchInstance', [0, 4], [5]],
    [small, 'job.maxConcurrent', [1, 32], [0, 33, 1.5]],
    [small, 'computeEngine.spark.nativeEnabled', ['true', false], ['yes', 1]],
    [small, 'job.saveJobResultToJobBucket', [true, 'false'], ['bucket']],
  ])('%o %s has limits', (queue, key, good, bad) => {
    for (const value of good) expect(checkQueueProperties(queue, { [key]: value })).toEqual([{ key, value: String(value) }])
    for (const value of bad) expect(() => checkQueueProperties(queue, { [key]: value }), String(value)).toThrow(`property ${key}`)
  })

  it('are kept without the blanks around them', () => {
    expect(checkQueueProperties(small, { 'job.maxConcurrent': ' 2\n' })).toEqual([{ key: 'job.maxConcurrent', value: '2' }])
  })

  it('know two spellings of one', () => {
    expect(checkQueueProperties(small, { 'computeEngine.maxInstances': 2 })).toEqual([{ key: 'computeEngine.maxInstance', value: '2' }])
    expect(shownProperties([{ key: 'computeEngine.maxInstance', value: '2' }]).map(({ key }) => key)).toEqual([
      'computeEngine.maxInstance',
      'computeEngine.maxInstances',
    ])
    expect(shownProperties([{ key: 'job.maxConcurrent', value: '1' }])).toEqual([{ key: 'job.maxConcurrent', value: '1' }])
    expect(propertyKeyOf('toString')).toBe('toString')
  })

  const all =
    'computeEngine.maxInstance, computeEngine.maxPrefetchInstance, job.maxConcurrent, computeEngine.spark.nativeEnabled, job.saveJobResultToJobBucket'
  it.each([
    ['what is unknown', { ['x'.repeat(99)]: 1 }, 'invalid', `property ${'x'.repeat(80)} is unknown: it is one of ${all}`],
    ['nothing at all', {}, 'invalid', 'properties is empty: send at least one'],
    ['a value out of range', { 'job.maxConcurrent': 33 }, 'invalid', 'property job.maxConcurrent of queue q1 is 1 to 32'],
    [
      'the range',
      { 'network.cidrInVpc': '10.0.0.0/8' },
      'unsupported',
      'network.cidrInVpc is not changed here: send cidr_in_vpc with PUT to the queue',
    ],
  ])('refuse %s', (_what, properties, kind, message) => {
    expect(() => checkQueueProperties(small, properties)).toThrow(expect.objectContaining({ kind, message }))
  })

  it('refuse the system queue by name, and pass over what a new queue may bring beside them', () => {
    expect(() => checkQueueProperties({ ...small, name: 'default' }, { 'job.maxConcurrent': 1 })).toThrow(
      expect.objectContaining({
        kind: 'unsupported',
        message: 'the system queue default has no properties: create a queue of your own',
        details: { subject: { kind: 'queue', name: 'default' } },
      }),
    )
    expect(knownProperties({ x: 1, 'job.maxConcurrent': 1 })).toEqual({ 'job.maxConcurrent': 1 })
  })
})
