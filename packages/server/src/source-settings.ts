// The settings that spare sources: how many read them at once, how much one job may read over a connection, and when one that does not answer is left alone.

import { Type } from 'typebox'
import { setting } from './setting.ts'

const atLeastOne = Type.Integer({ minimum: 1 })

/** Settings of connections to sources, by the name under which the code knows them. Each holds for every connection by itself. */
export const sourceSettings = {
  connectionReaders: setting({
    name: 'connection-readers',
    schema: atLeastOne,
    default: 32,
    group: 'limits',
    sentence:
      'Most sessions that read over one connection at once, all its queues together; a job for which none is free waits, and its message says for what.',
  }),
  connectionJobRows: setting({
    name: 'connection-job-rows',
    schema: atLeastOne,
    unit: 'rows',
    group: 'limits',
    sentence:
      'Most rows that one job may read over one connection; one that reads more fails with that reason. Not set: as many as it asks for.',
  }),
  connectionJobBytes: setting({
    name: 'connection-job-bytes',
    schema: atLeastOne,
    unit: 'bytes',
    group: 'limits',
    sentence:
      'Most bytes that the rows of one job may have that it reads over one connection, counted as its input_size is; one that reads more fails with that reason. Not set: as many as it asks for.',
  }),
  breakerFailures: setting({
    name: 'breaker-failures',
    schema: Type.Integer({ minimum: 0 }),
    default: 5,
    group: 'tuning',
    sentence:
      'How many dials of one address over a connection, or logins by one auth-info there, must fail in a row within a minute before jobs fail at once instead of trying. 0: they always try.',
  }),
  breakerSeconds: setting({
    name: 'breaker-pause',
    schema: atLeastOne,
    unit: 'seconds',
    default: 10,
    group: 'tuning',
    sentence: 'How long jobs fail at once then; after that one of them tries, and the others go on when it has come through.',
  }),
} as const
