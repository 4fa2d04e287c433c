// What one job is let in to: readers by its plan and back again, breakers asked and told, budgets by connection, words for what it waits for.

import type { OpenableTable } from '@tributary/query'
import { inWords, type ProjectId, type Queue, type QueueNetwork, silence, type TableId, type Text } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { networkTo, openableOf, tableOf } from '../../../../tests/servers/sources.ts'
import { ConnectionBreakers } from '../connection-breakers.ts'
import type { Deps } from '../deps.ts'
import { ReaderBudget } from '../reader-budget.ts'
import { type JobAdmission, openAdmission } from './job-admission.ts'
import type { RunContext } from './job-reads.ts'

const breaker = { failures: 2, withinMs: 60_000, pauseMs: 10_000 }
const login = { user: 'u', password: 'p' }
/** Two tables at one place and one at another. */
const orders = tableAt('orders')
const lines = tableAt('lines')
const people = tableAt('people', '10.72.0.5')

function tableAt(name: string, host = '10.71.0.5'): OpenableTable {
  return openableOf(tableOf(name, { id: 'int' }, { host }), login)
}

const idOf = ({ table }: OpenableTable): TableId => table.id

interface Ground {
  readonly deps: Deps
  readonly told: string[]
  readonly waiting: { text: Text }
  readonly stop: AbortController
  admit(tables?: readonly OpenableTable[], network?: QueueNetwork): Promise<JobAdmission>
}

function ground(limits: Partial<Deps['settings']['sourceLimits']> = {}): Ground {
  const sourceLimits = { readers: 2, rows: undefined, bytes: undefined, breaker, ...limits }
  let network = networkTo([{ port: 1 }, { port: 2 }])
  const deps = {
    settings: { sourceLimits },
    readers: new ReaderBudget(sourceLimits.readers),
    breakers: new ConnectionBreakers(sourceLimits.breaker, Date.now),
    networkOf: async () => network,
  } as unknown as Deps
  const told: string[] = []
  const waiting = { text: silence }
  const stop = new AbortController()
  const context = { order: { job: { id: 'j', projectId: 'p' as ProjectId } }, signal: stop.signal, waiting } as unknown as RunContext
  return {
    deps,
    told,
    waiting,
    stop,
    admit: (tables = [orders, lines, people], newer = network) => {
      network = newer
      return openAdmission(deps, context, { id: 'q' } as unknown as Queue, { tables, onWait: (reason) => void told.push(inWords(reason)) })
    },
  }
}

const readersOf = ({ deps }: Ground): readonly number[] => deps.readers.counts().map(({ readers }) => readers)

describe('a job that reads sources', () => {
  it('takes a reader for each scan of its plan over the connection of its table, and gives each back', async () => {
    const on = ground()
    using admission = await on.admit()
    await admission.admit({ kind: 'enter', reads: [orders, orders, people].map(idOf), others: [idOf(lines)] })
    expect(readersOf(on)).toEqual([2, 1])
    expect(await admission.admit({ kind: 'more', table: idOf(people), most: 5 })).toBe(1)
    expect(await admission.admit({ kind: 'more', table: idOf(orders), most: 5 })).toBe(0)
    await admission.admit({ kind: 'again', table: idOf(orders) })
    expect(readersOf(on)).toEqual([3, 2])
    await admission.admit({ kind: 'leave', table: idOf(orders), readers: 1 })
    expect(readersOf(on)).toEqual([2, 2])
    // No more than it has.
    await admission.admit({ kind: 'leave', table: idOf(people), readers: 9 })
    expect(readersOf(on)).toEqual([2])
  })

  it('gives everything back at its end, however that came, and takes nothing after it', async () => {
    const on = ground()
    const admission = await on.admit()
    await admission.admit({ kind: 'enter', reads: [orders, people].map(idOf), others: [] })
    admission[Symbol.dispose]()
    expect(on.deps.readers.counts()).toEqual([])
    expect(await admission.admit({ kind: 'more', table: idOf(orders), most: 1 })).toBe(0)
    await admission.admit({ kind: 'again', table: idOf(orders) })
    await admission.admit({ kind: 'leave', table: idOf(orders), readers: 1 })
    await expect(admission.admit({ kind: 'enter', reads: [idOf(orders)], others: [] })).rejects.toThrow('the job has ended')
    expect(on.deps.readers.counts()).toEqual([])
  })

  it('says what it waits for, and that it goes on', async () => {
    const on = ground()
    const first = await on.admit()
    using second = await on.admit()
    await first.admit({ kind: 'enter', reads: [orders, lines].map(idOf), others: [] })
    const waiting = second.admit({ kind: 'enter', reads: [orders, people].map(idOf), others: [] })
    const reason = 'waits for a reader of connection connection1: other jobs use all that may read over it (connection-readers)'
    second.listening(() => undefined)({ inputRows: 0, inputBytes: 0, fraction: 0, tasks: 1, finishedTasks: 0 })
    expect([on.told, inWords(on.waiting.text)]).toEqual([[reason], reason])
    first[Symbol.dispose]()
    await waiting
    expect([on.told, inWords(on.waiting.text)]).toEqual([[reason, ''], ''])
  })

  it('keeps nothing of what it was given when it had just ended', async () => {
    const on = ground()
    const first = await on.admit()
    const second = await on.admit()
    await first.admit({ kind: 'enter', reads: [orders, lines].map(idOf), others: [] })
    const waiting = second.admit({ kind: 'enter', reads: [idOf(orders)], others: [] })
    first[Symbol.dispose]()
    second[Symbol.dispose]()
    await expect(waiting).rejects.toThrow('the job has ended')
    expect(on.deps.readers.counts()).toEqual([])
  })

  it('asks the breakers before it waits, and again behind it', async () => {
    const on = ground()
    const first = await on.admit()
    using second = await on.admit()
    await first.admit({ kind: 'enter', reads: [orders, lines].map(idOf), others: [] })
    const waiting = second.admit({ kind: 'enter', reads: [idOf(orders)], others: [] })
    for (let tried = 0; tried < breaker.failures; tried += 1) await first.admit({ kind: 'opened', table: idOf(orders), opening: 'dial' })
    using third = await on.admit()
    await expect(third.admit({ kind: 'enter', reads: [idOf(lines)], others: [] })).rejects.toThrow('10.71.0.5:5432 is not dialled')
    await expect(third.admit({ kind: 'enter', reads: [], others: [idOf(lines)] })).rejects.toThrow('10.71.0.5:5432 is not dialled')
    await third.admit({ kind: 'enter', reads: [idOf(people)], others: [] })
    first[Symbol.dispose]()
    await expect(waiting).rejects.toThrow('10.71.0.5:5432 is not dialled')
  })

  it('is held up by no breaker of another way', async () => {
    const on = ground()
    using before = await on.admit()
    for (let tried = 0; tried < breaker.failures; tried += 1) await before.admit({ kind: 'opened', table: idOf(orders), opening: 'dial' })
    expect(on.deps.breakers.list()).toHaveLength(1)
    using after = await on.admit(undefined, networkTo([{ port: 3 }, { port: 2 }], 2))
    await after.admit({ kind: 'enter', reads: [idOf(orders)], others: [] })
  })

  it('has a budget for each connection, where there is one', async () => {
    const none = await ground().admit()
    expect(none.budgets).toEqual([])
    const some = await ground({ rows: 5 }).admit()
    expect(some.budgets).toEqual([
      { connectionName: 'connection1', tables: [orders, lines].map(idOf), rows: 5, bytes: undefined },
      { connectionName: 'connection2', tables: [idOf(people)], rows: 5, bytes: undefined },
    ])
  })

  it('names the sources that say nothing, for the reason of its time limit', async () => {
    const on = ground()
    using admission = await on.admit()
    const heard: unknown[] = []
    const progress = { inputRows: 0, inputBytes: 0, fraction: 0, tasks: 2, finishedTasks: 0, silent: [{ table: idOf(people), ms: 4_400 }] }
    admission.listening((each) => heard.push(each))(progress)
    expect(inWords(on.waiting.text)).toBe(
      'db1.people at 10.72.0.5:5432 over connection connection2 has sent nothing for 4 s: see there what it works on, or ask the doctor where the way ends',
    )
    expect(heard).toEqual([progress])
  })
})
