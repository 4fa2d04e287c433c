// The verdict on long runs: leaks, steps, drifts and broken ends are red; noise, spikes and a busy machine are not; a look at nothing is red.

import { describe, expect, it } from 'vitest'
import type { Chance } from '../compat/fuzz/random.ts'
import type { LongRun } from './record.ts'
import { formatFindings } from './report.ts'
import { type Ills, sampleRun } from './sample-run.ts'
import { judge, shareOfMachine } from './verdict.ts'

const unmetIn = (run: LongRun): readonly string[] => judge(run).flatMap(({ what, isMet }) => (isMet ? [] : [what]))
const unmetOf = (ills: Ills): readonly string[] => unmetIn(sampleRun(ills))
const memory = ['server: resident memory', 'server: proportional memory']
const both = (value: number) => ({ resident: value, proportional: value })

describe('what is held', () => {
  it('is flat in a healthy run, short or long', () => {
    expect(unmetOf({})).toEqual([])
    expect(unmetOf({ minutes: 30 })).toEqual([])
    expect(judge(sampleRun()).length).toBeGreaterThan(20)
  })

  it('leaks when it rises all the time', () => {
    expect(unmetOf({ server: (minute) => both(minute * 10) })).toEqual(memory)
    expect(unmetOf({ minutes: 30, server: (minute) => both(minute * 1.2) })).toEqual(memory)
    expect(unmetOf({ engines: (minute) => both(minute * 25) })).toEqual(['engines: resident memory', 'engines: proportional memory'])
    expect(unmetOf({ server: (minute) => ({ descriptors: 4 * minute, sockets: 4 * minute }) })).toEqual([
      'server: descriptors',
      'server: sockets',
    ])
    expect(unmetOf({ engines: (minute) => ({ threads: Math.floor(4 * minute) }) })).toEqual(['engines: threads'])
  })

  it('leaks when it rises at once and stays up, early or late', () => {
    for (const step of [1.8, 2.5, 3.5, 4.2])
      expect(unmetOf({ server: (minute) => both(minute > step ? 60 : 0) }), `a step at ${step}`).toEqual(memory)
  })

  it('does not leak by noise, by a spike or by warming up', () => {
    expect(unmetOf({ server: (_, chance) => both(60 * chance.next()) })).toEqual([])
    expect(
      unmetOf({ server: (minute) => ({ ...both(minute > 3 && minute < 3.5 ? 200 : 0), sockets: minute > 4 && minute < 4.2 ? 60 : 0 }) }),
    ).toEqual([])
    expect(unmetOf({ server: (minute) => both(Math.min(minute, 1) * 80) })).toEqual([])
    expect(unmetOf({ server: (minute) => both(-minute * 10) })).toEqual([])
  })
})

describe('latency', () => {
  const noisy = (_: number, chance: Chance): number => (chance.is(0.1) ? 1 + 5 * chance.next() : 1)
  const slowAtTheEnd = (factor: number) => (minute: number) => (minute > 4 ? factor : 1)
  const latencies = ['latency, p50: job', 'latency, p50: read', 'latency, p99: read']

  it('may not drift', () => {
    expect(unmetOf({ slower: slowAtTheEnd(3) }).toSorted()).toEqual(latencies)
    expect(unmetOf({ slower: (minute) => 1 + minute / 2 })).toContain('latency, p50: job')
    expect(unmetOf({ minutes: 30, slower: (minute) => 1 + minute / 30 })).toContain('latency, p50: job')
  })

  it('may differ by chance, by the machine, and by what is too little to count', () => {
    expect(unmetOf({ slower: noisy, controlSlower: noisy })).toEqual([])
    expect(unmetOf({ slower: slowAtTheEnd(2), controlSlower: slowAtTheEnd(2) })).toEqual([])
    expect(unmetOf({ slower: slowAtTheEnd(1.1) })).toEqual([])
    expect(unmetOf({ slower: (minute) => (minute < 2 ? 3 : 1) })).toEqual([])
  })

  it('may not hide behind a machine that was slow at the beginning alone', () => {
    expect(unmetOf({ slower: slowAtTheEnd(3), controlSlower: (minute) => (minute < 2 ? 3 : 1) }).toSorted()).toEqual(latencies)
  })

  it('counts for nothing where processor time rises', () => {
    expect(unmetOf({ server: (minute) => ({ processorMs: minute > 4 ? (minute - 4) * 60 * 200 : 0 }) })).toEqual([
      'server: processor time of a minute',
    ])
  })
})

describe('a run', () => {
  const healthy = sampleRun()
  const { early, late } = healthy.stocks

  it('is red on a single answer of 5xx, and on any call that was not answered as it should be', () => {
    const statuses = new Map([
      [200, 3149],
      [503, 1],
    ])
    expect(unmetIn({ ...healthy, statuses })).toEqual(['answers of 5xx'])
    expect(unmetIn({ ...healthy, failures: ['job, due after 3.0 s: a job ended FAILED'] })).toEqual([
      'calls not answered as they should be',
    ])
  })

  it('is red where something is left behind or ends badly', () => {
    const { ending } = healthy
    expect(unmetIn({ ...healthy, ending: { ...ending, orphans: [4711] } })).toEqual(['end: engine processes left behind'])
    expect(unmetIn({ ...healthy, ending: { ...ending, engines: 0 } })).toEqual(['end: engine processes left behind'])
    expect(unmetIn({ ...healthy, ending: { ...ending, sessions: 1 } })).toEqual(['end: sessions left at the source'])
    for (const exitCode of [null, 1])
      expect(unmetIn({ ...healthy, ending: { ...ending, exitCode } })).toEqual(['end: exit code of the server'])
  })

  it('is red where heap or directory keep more than is explained', () => {
    const withLate = (more: Partial<typeof late>): LongRun => ({ ...healthy, stocks: { early, late: { ...late, ...more } } })
    const withSizes = (more: Partial<typeof late.sizes>): LongRun => withLate({ sizes: { ...late.sizes, ...more } })
    expect(unmetIn(withLate({ liveHeap: early.liveHeap + 1.6 }))).toEqual(['server: live heap after a collection'])
    expect(unmetIn(withLate({ writes: early.writes, jobs: early.jobs })).toSorted()).toContain('data directory: database and audit file')
    expect(unmetIn(withSizes({ database: late.sizes.database * 10 }))).toEqual(['data directory: database and audit file'])
    expect(unmetIn(withSizes({ ahead: 10 * late.sizes.ahead }))).toEqual(['data directory: log ahead of the database'])
    expect(unmetIn(withSizes({ resultCount: late.jobs * 2 }))).toEqual(['data directory: results'])
    expect(unmetIn(withSizes({ resultCount: 0 }))).toEqual(['data directory: results'])
    expect(unmetIn(withSizes({ scratch: late.sizes.scratch * 4 }))).toEqual(['data directory: scratch of the engines'])
  })

  it('that looked at nothing is red, finding by finding', () => {
    const isUnseen = (run: LongRun, what: string): void => expect(unmetIn(run).join('\n')).toContain(what)
    isUnseen({ ...healthy, samples: [] }, 'server: resident memory')
    isUnseen({ ...healthy, samples: [] }, 'server: processor time of a minute')
    isUnseen({ ...healthy, samples: healthy.samples.slice(0, 35) }, 'engines: processes')
    isUnseen({ ...healthy, calls: [] }, 'kinds of calls made as often as they were due')
    isUnseen({ ...healthy, calls: healthy.calls.filter(({ kind }) => kind !== 'job') }, 'latency, p50: job')
    isUnseen({ ...healthy, calls: healthy.calls.filter(({ dueMs }) => dueMs < 240_000) }, 'latency, p50: read')
    isUnseen({ ...healthy, control: { answered: [], synced: [] } }, 'latency, p50: read')
    isUnseen({ ...healthy, statuses: new Map() }, 'answers of 5xx')
    isUnseen({ ...healthy, rhythms: [] }, 'kinds of calls')
    const none = { ...early, liveHeap: 0, calls: 0, writes: 0, jobs: 0 }
    isUnseen({ ...healthy, stocks: { early: none, late: none } }, 'server: live heap')
    // Processes that hold nothing were not looked at.
    const nothing = healthy.samples.map((sample) => ({ ...sample, engines: { ...sample.engines, threads: 0 } }))
    isUnseen({ ...healthy, samples: nothing }, 'engines: threads')
  })

  it('is told finding by finding, and says how busy it kept the machine', () => {
    const lines = formatFindings(judge({ ...healthy, failures: ['x'] })).split('\n')
    expect(lines.filter((line) => line.startsWith('NOT '))).toHaveLength(1)
    expect(lines.length).toBe(judge(healthy).length)
    expect(shareOfMachine(healthy)).toBeCloseTo((300 + 300 + 1000 / 60 + 100) / 2000, 3)
    expect(shareOfMachine({ ...healthy, samples: [] })).toBeNaN()
  })
})
