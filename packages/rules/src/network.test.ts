// The network of a queue that is bound to nothing.

import { describe, expect, it } from 'vitest'
import type { QueueId } from './ids.ts'
import { emptyNetwork } from './network.ts'

describe('an empty network', () => {
  it('reaches nothing and forbids nothing', () => {
    const empty = { queueId: 'q1', queueName: 'queue', cidr: '172.16.0.0/18', peerings: [], relays: [], forbidden: [] }
    expect(emptyNetwork('q1' as QueueId, 'queue', '172.16.0.0/18')).toEqual({ ...empty, version: 0 })
    expect(emptyNetwork('q1' as QueueId, 'queue', '172.16.0.0/18', 7)).toEqual({ ...empty, version: 7 })
  })
})
