// What crosses for a run, as it is kept and counted: every step once, the end once, and nothing of a job that goes to no source.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionId, Crossing } from '@tributary/rules'
import { Store } from '@tributary/store'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sampleCrossing } from '../../../rules/src/sample-crossing.ts'
import { noObserver, type Observer } from '../observer.ts'
import { sampleRunningJob } from '../sample-crossing.ts'
import { RunCrossings } from './run-crossings.ts'

const connectionId = 'c1' as ConnectionId
const begun = sampleCrossing()
const job = sampleRunningJob()
const { id, projectId } = job

let directory: string
let store: Store
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tributary-run-crossings-'))
  store = await Store.open({ path: join(directory, 'tributary.db'), sealingKey: Buffer.alloc(32, 1) })
  await store.jobs.insert(job, { sql: 'select 1', timeLimitMs: undefined })
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

/** Hears what is counted. */
function counting(): { readonly told: unknown[]; readonly observer: Observer } {
  const told: unknown[] = []
  const observer: Observer = {
    ...noObserver,
    moved: (connection, moved) => void told.push([connection, moved]),
    crossed: (connection, end) => void told.push([connection, end]),
  }
  return { told, observer }
}

const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (fields: object, message: string) => {
    throw new Error(`${message}: ${JSON.stringify(fields)}`)
  },
}
const progressOf = (crossings: readonly Crossing[]) => ({
  inputRows: 0,
  inputBytes: 0,
  fraction: 0,
  tasks: 2,
  finishedTasks: 0,
  crossings,
})

describe('the crossings of a run', () => {
  it('are counted step by step once their connection is known, and written with their end', async () => {
    const { told, observer } = counting()
    const run = new RunCrossings({ store, observer, log }, id)
    const next = vi.fn()
    const hear = run.listening(next)
    hear(progressOf([begun]))
    hear(progressOf([{ ...begun, connectionId, rows: 10, bytesIn: 100, bytesOut: 5 }]))
    const last: Crossing = { ...begun, connectionId, state: 'done', rows: 12, bytesIn: 130, bytesOut: 5 }
    hear(progressOf([last]))
    run.settle()
    expect(told).toEqual([
      [connectionId, { rows: 10, bytesIn: 100, bytesOut: 5, direction: 'in' }],
      [connectionId, { rows: 2, bytesIn: 30, bytesOut: 0, direction: 'in' }],
      [connectionId, 'done'],
    ])
    expect(next).toHaveBeenCalledTimes(3)
    await vi.waitFor(async () => expect(await store.jobCrossings.list(projectId, id)).toEqual([last]))
  })

  it('that still run when their engine is lost are stopped; rows that are written go out', async () => {
    const { told, observer } = counting()
    const run = new RunCrossings({ store, observer, log }, id)
    run.listening(() => undefined)(progressOf([{ ...begun, kind: 'write', connectionId, rows: 7 }]))
    run.settle()
    expect(told).toEqual([
      [connectionId, { rows: 7, bytesIn: 0, bytesOut: 0, direction: 'out' }],
      [connectionId, 'stopped'],
    ])
    await vi.waitFor(async () => expect(await store.jobCrossings.list(projectId, id)).toHaveLength(1))
  })

  it('of a job that goes to no source are none', async () => {
    const { told, observer } = counting()
    const run = new RunCrossings({ store, observer, log }, id)
    run.listening(() => undefined)(progressOf([]))
    run.settle()
    expect(told).toEqual([])
    expect(await store.jobCrossings.list(projectId, id)).toEqual([])
  })
})
