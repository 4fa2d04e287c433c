// What a request may look like, and what is said of one that cannot be.

import { operations } from '@tributary/contract'
import { ServiceError } from '@tributary/rules'
import fc from 'fast-check'
import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { compileReader } from './validate.ts'

const connection = compileReader(operations.createConnection.body ?? Type.Unknown(), { strict: false })
const gateway = compileReader(operations.putGateway.body ?? Type.Unknown(), { strict: true })
const smallest = { name: 'n', dest_vpc_id: 'v', dest_network_id: 's' }

function refusal(read: (value: unknown) => unknown, value: unknown): string {
  try {
    read(value)
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'invalid') return error.message
    throw error
  }
  throw new Error('it was taken')
}

describe('a request', () => {
  it('may hold null for absent, one name for a list, and members nobody knows', () => {
    expect(connection({ ...smallest, tags: null, hosts: null, queues: 'q1', unknown: 1, ['__proto__']: { name: 'x' } })).toEqual({
      ...smallest,
      queues: ['q1'],
    })
    expect(connection({ ...smallest, queues: [], hosts: [{ name: null, ip: '1.2.3.4', x: 1 }] })).toEqual({
      ...smallest,
      queues: [],
      hosts: [{ ip: '1.2.3.4' }],
    })
  })

  it('may write booleans and integers as text', () => {
    const read = compileReader(operations.listQueues.query, { strict: false })
    expect(read({ 'with-priv': 'True', 'page-size': '100', 'current-page': '2', 'with-charge-info': '' })).toEqual({
      'with-priv': true,
      'page-size': 100,
      'current-page': 2,
    })
    const queue = compileReader(operations.createQueue.body ?? Type.Unknown(), { strict: false })
    expect(queue({ queue_name: 'q', cu_count: '16', charging_mode: '1' })).toEqual({ queue_name: 'q', cu_count: 16, charging_mode: 1 })
  })

  it('keeps every member of a map', () => {
    const read = compileReader(Type.Object({ label: Type.Record(Type.String(), Type.String()) }), { strict: false })
    const label = { spec: 'basic', empty: '' }
    expect(read({ label: { ...label, none: null, ['__proto__']: 'x' } })).toEqual({ label })
    expect(refusal(read, { label: { spec: 5 } })).toMatch(/^label\.spec must be a string/)
  })

  it('is refused in one sentence that names the member and not its value', () => {
    expect(refusal(connection, {})).toMatch(/^name is missing \(1 to 64 letters/)
    expect(refusal(connection, { ...smallest, hosts: [{}, {}, {}, { ip: 5, name: 'x' }] })).toBe(
      'hosts[3].ip must be a string (dotted IPv4)',
    )
    expect(refusal(connection, { ...smallest, queues: { q: 1 } })).toMatch(/^queues must be an array/)
    expect(refusal(connection, { ...smallest, name: ['s3cret'] })).not.toContain('s3cret')
    expect(refusal(connection, [])).toBe('the request must be an object')
    const list = compileReader(operations.listConnections.query, { strict: false })
    expect(refusal(list, { limit: '-1' })).toMatch(/^limit must be at least 0/)
    expect(refusal(list, { limit: 'ten' })).toMatch(/^limit must be an integer/)
  })

  it('of our own calls may hold no member that is unknown, at any depth', () => {
    expect(refusal(gateway, { kind: 'map', range: [] })).toBe('range is not a member of this call: check its spelling or leave it out')
    expect(refusal(gateway, { kind: 'map', map: [{ from: 'a', to: 'b', via: 'c' }] })).toMatch(/^map\[0\]\.via is not a member/)
  })

  it('of any form is read or refused, never a crash', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const read of [connection, gateway]) expect(failureOf(read, value) ?? ServiceError).toBe(ServiceError)
      }),
    )
  })
})

/** The class of what it throws, if anything. */
function failureOf(read: (value: unknown) => unknown, value: unknown): unknown {
  try {
    read(value)
    return undefined
  } catch (error) {
    return (error as object).constructor
  }
}
