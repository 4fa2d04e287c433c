// Properties of queues, at both edges.

import { describe, expect, it } from 'vitest'
import { checkQueueProperties, knownProperties, propertyKeyOf, shownProperties } from './queue-property.ts'

const small = { name: 'q1', cu: 16 }
const large = { name: 'q2', cu: 64 }

describe('queue properties', () => {
  it.each([
    [small, 'computeEngine.maxInstance', [2, '2'], [1, 3, 'x', '', null]],
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

  it('know two spellings of one', () => {
    expect(checkQueueProperties(small, { 'computeEngine.maxInstances': 2 })).toEqual([{ key: 'computeEngine.maxInstance', value: '2' }])
    expect(shownProperties([{ key: 'computeEngine.maxInstance', value: '2' }]).map(({ key }) => key)).toEqual([
      'computeEngine.maxInstance',
      'computeEngine.maxInstances',
    ])
    expect(propertyKeyOf('toString')).toBe('toString')
  })

  it('refuse what is unknown, empty, the range, and the system queue', () => {
    expect(() => checkQueueProperties(small, { x: 1 })).toThrow('property x is unknown')
    expect(() => checkQueueProperties(small, {})).toThrow('is empty')
    expect(() => checkQueueProperties(small, { 'network.cidrInVpc': '10.0.0.0/8' })).toThrow('with PUT to the queue')
    expect(() => checkQueueProperties({ ...small, name: 'default' }, { 'job.maxConcurrent': 1 })).toThrow('system queue')
    expect(knownProperties({ x: 1, 'job.maxConcurrent': 1 })).toEqual({ 'job.maxConcurrent': 1 })
  })
})
