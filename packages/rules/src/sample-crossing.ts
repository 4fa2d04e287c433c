// A crossing for tests: a whole value, with only the interesting part written out.

import type { Crossing } from './crossing.ts'

/** A scan of one table that has begun and moved nothing yet, unless told otherwise. */
export function sampleCrossing(part: Partial<Crossing> = {}): Crossing {
  return {
    kind: 'scan',
    state: 'running',
    connectionId: undefined,
    connectionName: '',
    source: 'postgresql',
    endpoint: '10.71.0.5:5432',
    tables: ['default.orders'],
    text: '',
    statements: 0,
    readers: 0,
    rows: 0,
    bytesIn: 0,
    bytesOut: 0,
    connectMs: undefined,
    firstRowMs: undefined,
    totalMs: 0,
    waitMs: 0,
    notes: [],
    ...part,
  }
}
