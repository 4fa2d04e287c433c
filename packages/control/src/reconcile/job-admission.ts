// What one job may open at sources, and when: breakers are asked, readers waited for, and all that was taken is given back with the end of the job.

import { createHash } from 'node:crypto'
import type { Asked, OpenableTable, Progress, ReadBudget, SilentSource } from '@tributary/query'
import {
  type ConnectionId,
  findWay,
  formatEndpoint,
  joined,
  type ProjectId,
  type Queue,
  type QueueNetwork,
  ServiceError,
  say,
  silence,
  type TableId,
  type Text,
  verbatim,
} from '@tributary/rules'
import type { ConnectionBreakers, SourceTry } from '../connection-breakers.ts'
import type { Deps, SourceLimits } from '../deps.ts'
import type { ReaderBudget, ReaderNeeds } from '../reader-budget.ts'
import type { RunContext } from './job-reads.ts'

/** What a job may open, and who hears what it waits for. */
export interface AdmissionOrder {
  readonly tables: readonly OpenableTable[]
  /** Told when it begins to wait, and with nothing when that is over. */
  readonly onWait: (reason: Text) => void
}

/** A source table of the job, and the way there. */
interface Source {
  readonly name: string
  readonly tried: SourceTry
}

/** Follows the ways of a job's tables along the network of this moment. */
export async function openAdmission(
  deps: Deps,
  { order, signal, waiting }: RunContext,
  queue: Queue,
  { tables, onWait }: AdmissionOrder,
): Promise<JobAdmission> {
  const network = tables.length === 0 ? undefined : await deps.networkOf(queue.id)
  const sources = tables.flatMap((table) => (network === undefined ? [] : sourceOf(order.job.projectId, network, table)))
  return new JobAdmission(deps, { sources: new Map(sources), signal, waiting, onWait })
}

interface AdmissionParts extends Pick<AdmissionOrder, 'onWait'>, Pick<RunContext, 'signal' | 'waiting'> {
  readonly sources: ReadonlyMap<TableId, Source>
}

/** Answers what one run asks. Disposing it gives everything back. */
export class JobAdmission implements Disposable {
  readonly #readers: ReaderBudget
  readonly #breakers: ConnectionBreakers
  readonly #parts: AdmissionParts
  readonly #held = new Map<ConnectionId, number>()
  readonly #probing = new Set<string>()
  readonly #ended = new AbortController()
  /** Why it waits for readers, if it does. */
  #reason: Text = silence

  /** What may be read over each connection. */
  readonly budgets: readonly ReadBudget[]

  constructor({ readers, breakers, settings }: Pick<Deps, 'readers' | 'breakers' | 'settings'>, parts: AdmissionParts) {
    this.#readers = readers
    this.#breakers = breakers
    this.#parts = parts
    this.budgets = budgetsOf(settings.sourceLimits, parts.sources)
  }

  /** Bound: may be handed to the engine as it is. */
  readonly admit = async (asked: Asked): Promise<number> => {
    if (asked.kind === 'enter') await this.#enter(asked)
    else {
      const tried = this.#parts.sources.get(asked.table)?.tried
      if (tried === undefined) return 0
      const { connectionId } = tried.way
      if (asked.kind === 'opened') this.#breakers.note(tried, asked.opening)
      else if (asked.kind === 'leave') this.#leave(connectionId, asked.readers)
      else return this.#more(connectionId, asked)
    }
    return 0
  }

  /** Follows which sources the job waits for. */
  listening(onProgress: (progress: Progress) => void): (progress: Progress) => void {
    return (progress) => {
      const { silent = [] } = progress
      const told = silent.flatMap((one) => this.#tellSilence(one))
      this.#parts.waiting.text = told.length === 0 ? this.#reason : joined(told, '; ')
      onProgress(progress)
    }
  }

  [Symbol.dispose](): void {
    this.#ended.abort(new ServiceError('unavailable', say`the job has ended`))
    this.#giveAll()
    this.#breakers.abandon(this.#probing)
  }

  #giveAll(): void {
    for (const [connectionId, readers] of this.#held) this.#readers.give(connectionId, readers)
    this.#held.clear()
  }

  /** Breakers are asked before the wait, so that nobody waits for nothing, and again behind it. */
  async #enter({ reads, others }: Extract<Asked, { kind: 'enter' }>): Promise<void> {
    const tries = [...new Set([...reads, ...others])].flatMap((id) => this.#parts.sources.get(id)?.tried ?? [])
    this.#breakers.check(tries, this.#probing)
    const needs = needsOf(reads.flatMap((id) => this.#parts.sources.get(id)?.tried ?? []))
    await this.#take(needs)
    for (const [connectionId, { readers }] of needs) this.#hold(connectionId, readers)
    // It may have ended between the gift and this.
    if (this.#ended.signal.aborted) this.#giveAll()
    this.#ended.signal.throwIfAborted()
    for (const key of this.#breakers.enter(tries, this.#probing)) this.#probing.add(key)
  }

  async #take(needs: ReaderNeeds): Promise<void> {
    let hasWaited = false
    const onWait = (names: readonly string[]): void => {
      hasWaited = true
      this.#tell(waitReason(names))
    }
    await this.#readers.take(needs, AbortSignal.any([this.#parts.signal, this.#ended.signal]), onWait)
    if (hasWaited) this.#tell(silence)
  }

  /** A scan that is read again cannot wait for others of its own job, so it counts whether there is room for it or not. */
  #more(connectionId: ConnectionId, asked: Extract<Asked, { kind: 'more' | 'again' }>): number {
    if (this.#ended.signal.aborted) return 0
    if (asked.kind === 'again') this.#readers.add(connectionId, 1)
    const given = asked.kind === 'again' ? 1 : this.#readers.more(connectionId, asked.most)
    this.#hold(connectionId, given)
    return given
  }

  #tell(reason: Text): void {
    this.#reason = reason
    this.#parts.waiting.text = reason
    this.#parts.onWait(reason)
  }

  #tellSilence({ table, ms }: SilentSource): readonly Text[] {
    const source = this.#parts.sources.get(table)
    if (source === undefined) return []
    const { endpoint, way } = source.tried
    return [
      say`${source.name} at ${formatEndpoint(endpoint)} over connection ${way.connectionName} has sent nothing for ${Math.round(ms / 1000)} s: see there what it works on, or ask the doctor where the way ends`,
    ]
  }

  #hold(connectionId: ConnectionId, readers: number): void {
    this.#held.set(connectionId, (this.#held.get(connectionId) ?? 0) + readers)
  }

  #leave(connectionId: ConnectionId, readers: number): void {
    const given = Math.min(this.#held.get(connectionId) ?? 0, readers)
    this.#hold(connectionId, -given)
    this.#readers.give(connectionId, given)
  }
}

function budgetsOf({ rows, bytes }: SourceLimits, sources: ReadonlyMap<TableId, Source>): readonly ReadBudget[] {
  if (rows === undefined && bytes === undefined) return []
  const byConnection = Map.groupBy(sources, ([, { tried }]) => tried.way.connectionId)
  return [...byConnection.values()].map((own) => ({
    connectionName: own[0]?.[1].tried.way.connectionName ?? '',
    tables: own.map(([id]) => id),
    rows,
    bytes,
  }))
}

/** A table to which there is no way is not held up here: its dial says why. */
function sourceOf(projectId: ProjectId, network: QueueNetwork, source: OpenableTable): readonly (readonly [TableId, Source])[] {
  const { id, name } = source.table
  const tried = tryOf(projectId, network, source)
  return tried === undefined ? [] : [[id, { name: `${name.database}.${name.name}`, tried }]]
}

/** What opening a table is to a breaker; `undefined` where there is no way to it. */
export function tryOf(projectId: ProjectId, network: QueueNetwork, { table, credentials }: OpenableTable): SourceTry | undefined {
  const { endpoint } = table.settings
  const way = findWay(network, endpoint)
  if (way === undefined) return undefined
  const mark = createHash('sha256')
    .update(JSON.stringify(credentials ?? null))
    .digest('base64')
  return { way, endpoint, login: { projectId, name: table.login ?? `${table.name.database}.${table.name.name}`, mark } }
}

function needsOf(reads: readonly SourceTry[]): ReaderNeeds {
  const byConnection = Map.groupBy(reads, ({ way }) => way.connectionId)
  return new Map([...byConnection].map(([id, own]) => [id, { name: own[0]?.way.connectionName ?? '', readers: own.length }]))
}

function waitReason(names: readonly string[]): Text {
  return say`waits for a reader of connection ${joined(names.map(verbatim), ', ')}: other jobs use all that may read over it (connection-readers)`
}
