// The threads that read sources: one per scan, a few kept loaded, all of them dialling by the queue's newest network.

import type { Column, PeeringReach, QueueNetwork } from '@tributary/rules'
import type { Estimate, ProbeDepth, WriteReport, WriteRequest } from '../../connectors/connector.ts'
import type { Scan } from '../../plan/plan.ts'
import type { FileSettings, OpenableTable } from '../../source.ts'
import type { Admit } from './admission.ts'
import { type Answer, answer } from './calls.ts'
import { type ChannelEnd, stopChannel } from './channel.ts'
import type { PeeringTraffic, Probed } from './messages.ts'
import type { Allowance } from './read-budget.ts'
import type { Crossed } from './crossings.ts'
import type { SessionNews, SourceNews, SourceRequest, SourceWay } from './source-thread.ts'
import { Thread } from './thread.ts'

/** Threads kept for the next job. */
const mostIdle = 4
/** Threads loaded before the first job: most joins read two sources. */
const warmThreads = 2

/** A task of one thread, as whoever started it sees it. */
export interface SourceTask {
  /** Resolves when the thread has closed its sockets. Errors of a scan go down its channel; here come only lost threads. */
  readonly done: Promise<unknown>
  /** Closes the thread's sockets; safe to repeat. */
  readonly stop: () => void
  /** What has crossed for it so far; nothing of what is no scan or write, nor before it has begun. */
  readonly crossed: () => Crossed | undefined
}

/** A scan that waits to be told what it asks for. */
export interface HeldTask extends SourceTask {
  /** How many rows it has, as it stands or as it would ask; nothing where its source does not tell, or it is over. Never rejects. */
  readonly estimate: (scan?: Scan) => Promise<Estimate | undefined>
  /** Lets it ask; it ends without a row where it is given nothing. */
  readonly proceed: (scan: Scan | undefined) => void
}

/** A task, and the way to ask its thread while it works. */
interface StartedTask extends SourceTask {
  /** Answers nothing when the task is done. */
  readonly ask: (request: SourceRequest) => Promise<unknown>
}

/** One scan for {@link SourceThreads.scan}. */
export interface ScanOrder {
  readonly source: OpenableTable
  readonly scan: Scan
  readonly channel: ChannelEnd
  /** What it may read, together with others of its job; absent: as much as there is. */
  readonly allowance: Allowance | undefined
  /** Whom it asks for more readers; it has entered with one. */
  readonly admit: Admit
}

/** One write for {@link SourceThreads.write}. */
export interface WriteTask {
  readonly source: OpenableTable
  readonly order: WriteRequest
  readonly channel: ChannelEnd
  readonly admit: Admit
}

/** What a task is started with. */
interface TaskOrder {
  readonly request: (way: SourceWay) => SourceRequest
  readonly transfer?: readonly ChannelEnd['port'][]
  /** Hears what its thread says of its sessions. */
  readonly hear?: (news: SessionNews, thread: Thread) => void
}

/** All source threads of a child. */
export class SourceThreads {
  readonly #onReach: (reach: PeeringReach) => void
  #network: QueueNetwork | undefined
  #door: string | undefined
  readonly #idle: Thread[] = []
  readonly #busy = new Map<Thread, TaskOrder>()
  /** What the tasks in hand have told of what crossed. */
  readonly #crossed = new WeakMap<Thread, { last: Crossed | undefined }>()

  /** @param onReach - hears how dials for jobs went */
  constructor(onReach: (reach: PeeringReach) => void = () => undefined) {
    this.#onReach = onReach
  }

  /** Loads threads for the first tasks. */
  async warm(): Promise<void> {
    const threads = Array.from({ length: warmThreads }, () => this.#create())
    this.#idle.push(...threads)
    await Promise.all(threads.map((thread) => thread.ready))
  }

  /** The socket file at which threads ask for streams; they dial by themselves without one. Set before the first task. */
  set door(path: string | undefined) {
    this.#door = path
  }

  /** Resolves when no thread dials by an older network, and none keeps a session of it. */
  async apply(network: QueueNetwork): Promise<void> {
    this.#network = network
    const request: SourceRequest = { kind: 'network', network }
    // A thread that still loads has done nothing yet, and is given the newest network with its first task.
    const loaded = this.#all.filter((thread) => thread.isReady || this.#busy.has(thread))
    // A thread that ended has no sockets either.
    await Promise.all(loaded.map((thread) => thread.call(request).catch(() => undefined)))
  }

  describe(source: OpenableTable, admit: Admit): SourceTask & { readonly done: Promise<readonly Column[]> } {
    const hear = tellerOf(source, admit)
    const task = this.#start({ request: (way) => ({ kind: 'describe', way, source }), hear })
    return { ...task, done: task.done as Promise<readonly Column[]> }
  }

  probe(source: OpenableTable, depth: ProbeDepth): SourceTask & { readonly done: Promise<Probed> } {
    const task = this.#start({ request: (way) => ({ kind: 'probe', way, source, depth }) })
    return { ...task, done: task.done as Promise<Probed> }
  }

  /** What moves over the sockets of every thread, those of kept sessions too. */
  async traffic(): Promise<readonly PeeringTraffic[]> {
    const request: SourceRequest = { kind: 'traffic' }
    const answers = await Promise.all(this.#all.map((thread) => thread.call(request).catch(() => [])))
    return (answers as readonly (readonly PeeringTraffic[])[]).flat()
  }

  /** Gives its readers back at its end. */
  scan(order: ScanOrder): SourceTask {
    return this.#scan(order)
  }

  /** As {@link scan}, once it is told what to ask for; its session opens at once. @param hold - whether it is known how many rows it has */
  hold(order: ScanOrder, hold: 'known' | 'unknown'): HeldTask {
    const task = this.#scan(order, hold)
    return {
      ...task,
      estimate: async (scan) => (await task.ask({ kind: 'estimate', scan }).catch(() => undefined)) as Estimate | undefined,
      proceed: (scan) => void task.ask({ kind: 'proceed', scan }).catch(() => undefined),
    }
  }

  #scan({ source, scan, channel, allowance, admit }: ScanOrder, hold?: 'known' | 'unknown'): StartedTask {
    const { id: table } = source.table
    const tell = tellerOf(source, admit)
    let readers = 1
    const more = async (most: number): Promise<number> => {
      const given = await admit({ kind: 'more', table, most })
      readers += given
      return given
    }
    const hear = (news: SessionNews, thread: Thread): void => {
      if (news.kind === 'more') void answer(news.id, answering(thread), () => more(news.most))
      else tell(news)
    }
    const request = (way: SourceWay): SourceRequest => ({ kind: 'scan', way, source, scan, channel, allowance, hold })
    const task = this.#start({ request, transfer: [channel.port], hear })
    const leave = (): void => void admit({ kind: 'leave', table, readers }).catch(() => undefined)
    task.done.then(leave, leave)
    // A lost thread says nothing down its channel: whoever waits there is woken.
    task.done.catch(() => stopChannel(channel.state))
    return task
  }

  /** Writes what comes down a channel; an error of the rows comes back here too. */
  write({ source, order, channel, admit }: WriteTask): SourceTask & { readonly done: Promise<WriteReport> } {
    const request = (way: SourceWay): SourceRequest => ({ kind: 'write', way, source, order, channel })
    const task = this.#start({ request, transfer: [channel.port], hear: tellerOf(source, admit) })
    return { ...task, done: task.done as Promise<WriteReport> }
  }

  /** Reads files of the child's own directory. */
  files(settings: FileSettings, scan: Scan, channel: ChannelEnd): SourceTask {
    const task = this.#start({ request: () => ({ kind: 'files', settings, scan, channel }), transfer: [channel.port] })
    task.done.catch(() => stopChannel(channel.state))
    return task
  }

  get #all(): readonly Thread[] {
    return [...this.#busy.keys(), ...this.#idle]
  }

  #start(order: TaskOrder): StartedTask {
    if (this.#network === undefined) throw new Error('a source was asked for before the child had a network')
    const thread = this.#idle.pop() ?? this.#create()
    this.#busy.set(thread, order)
    let isDone = false
    const told: { last: Crossed | undefined } = { last: undefined }
    this.#crossed.set(thread, told)
    const done = thread.call(order.request({ network: this.#network, door: this.#door }), order.transfer).finally(() => {
      isDone = true
      this.#release(thread)
    })
    const stop = (): void => {
      // By then the thread may work for somebody else.
      if (!isDone) void thread.call({ kind: 'stop' } satisfies SourceRequest).catch(() => undefined)
    }
    const ask = (request: SourceRequest): Promise<unknown> => (isDone ? Promise.resolve(undefined) : thread.call(request))
    return { done, stop, crossed: () => told.last, ask }
  }

  #create(): Thread {
    const thread: Thread = new Thread(new URL('./source-thread.ts', import.meta.url), (news) => this.#hear(thread, news as SourceNews))
    void thread.ended.then(() => this.#forget(thread))
    return thread
  }

  #hear(thread: Thread, news: SourceNews): void {
    if (news.kind === 'reach') return this.#onReach(news.reach)
    if (news.kind !== 'crossed') return this.#busy.get(thread)?.hear?.(news, thread)
    const told = this.#crossed.get(thread)
    if (told !== undefined) told.last = news.crossed
  }

  #release(thread: Thread): void {
    if (!this.#busy.delete(thread)) return
    if (this.#idle.length < mostIdle) this.#idle.push(thread)
    else void thread[Symbol.asyncDispose]()
  }

  #forget(thread: Thread): void {
    this.#busy.delete(thread)
    const index = this.#idle.indexOf(thread)
    if (index >= 0) this.#idle.splice(index, 1)
  }
}

/** Tells how opening a source's sessions goes. */
function tellerOf({ table }: OpenableTable, admit: Admit): (news: SessionNews) => void {
  return (news) => {
    if (news.kind === 'opened') void admit({ kind: 'opened', table: table.id, opening: news.opening }).catch(() => undefined)
  }
}

function answering(thread: Thread): (said: object) => void {
  return (said) => void thread.call({ kind: 'answer', answer: said as Answer } satisfies SourceRequest).catch(() => undefined)
}
