// The settings of the engine processes: what they may use together, what holds them in, and when they end.

import { Type } from 'typebox'
import { setting } from './setting.ts'

const atLeastOne = Type.Integer({ minimum: 1 })
const gibibyte = 2 ** 30

/** Settings of engines, by the name under which the code knows them. */
export const engineSettings = {
  warmSpare: setting({
    name: 'warm-spare',
    schema: Type.Boolean(),
    default: true,
    group: 'tuning',
    sentence: 'Keep one engine process loaded, so that the first job of a queue starts at once.',
  }),
  engineIdleSeconds: setting({
    name: 'engine-idle',
    schema: atLeastOne,
    unit: 'seconds',
    default: 300,
    group: 'tuning',
    sentence: 'How long an engine process without work is kept for the next job of its queue.',
  }),
  engineMemoryBytes: setting({
    name: 'engine-memory',
    schema: Type.Integer({ minimum: gibibyte / 4 }),
    unit: 'bytes',
    group: 'tuning',
    sentence: 'What all engine processes may use together; jobs wait for it. Not set: half of the memory of the machine or its container.',
  }),
  maxSpillBytes: setting({
    name: 'max-spill',
    schema: atLeastOne,
    unit: 'bytes',
    default: 8 * gibibyte,
    group: 'limits',
    sentence: 'What one job may spill to disk; one that needs more fails with that reason.',
  }),
  maxAllSpillBytes: setting({
    name: 'max-all-spill',
    schema: atLeastOne,
    unit: 'bytes',
    default: 32 * gibibyte,
    group: 'limits',
    sentence: 'What all jobs may spill to disk together; each has the share of it that its queue has of the memory.',
  }),
  maxEngineFileBytes: setting({
    name: 'max-engine-file',
    schema: Type.Integer({ minimum: 1_048_576 }),
    unit: 'bytes',
    default: 16 * gibibyte,
    group: 'limits',
    sentence:
      'Largest file that an engine process may write, the result of a query among them; a job that writes more fails with that reason.',
  }),
  maxResultBytes: setting({
    name: 'max-result',
    schema: atLeastOne,
    unit: 'bytes',
    default: 4 * gibibyte,
    group: 'limits',
    sentence: 'What the result of one query may take on disk; a query with a larger one fails with that reason.',
  }),
  maxResultRows: setting({
    name: 'max-result-rows',
    schema: atLeastOne,
    default: 1_000_000_000,
    group: 'limits',
    sentence: 'Most rows that the result of one query may have; a query with more fails with that reason.',
  }),
  maxImportBytes: setting({
    name: 'max-import',
    schema: atLeastOne,
    unit: 'bytes',
    default: 16 * gibibyte,
    group: 'limits',
    sentence:
      'What the files of one import may be together; they are copied before they are read, so that the disk needs as much room once more.',
  }),
  engineUser: setting({
    name: 'engine-user',
    schema: Type.Integer({ minimum: 0, maximum: 2_147_480_000 }),
    default: 60_706,
    group: 'tuning',
    sentence:
      'First of 478 user ids under which engine processes run where the server is root, each under one of its own; they need no entry in /etc/passwd. 0: as the server itself.',
  }),
  engineNetwork: setting({
    name: 'engine-network',
    schema: Type.Enum(['none', 'shared']),
    default: 'none',
    group: 'tuning',
    sentence:
      'none: engine processes are started without a network where the system allows that, and get the streams that the server dials for them; shared: they dial by themselves.',
  }),
} as const
