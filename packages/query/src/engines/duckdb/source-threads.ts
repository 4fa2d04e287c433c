// The threads that read sources: one per scan, a few kept loaded, all of them dialling by the queue's newest network.

import type { Column, PeeringReach, QueueNetwork } from '@tributary/rules'
import type { ProbeDepth, WriteReport, WriteRequest } from '../../connectors/connector.ts'
import type { Scan } from '../../plan/plan.ts'
import type { FileSettings, OpenableTable } from '../../source.ts'
import { type ChannelEnd, stopChannel } from './channel.ts'
import type { PeeringTraffic, Probed } from './messages.ts'
import type { SourceRequest, SourceWay } from './source-thread.ts'
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
}

/** All source threads of a child. */
export class SourceThreads {
  readonly #onReach: (reach: PeeringReach) => void
  #network: QueueNetwork | undefined
  #door: string | undefined
  readonly #idle: Thread[] = []
  readonly #busy = new Set<Thread>()

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
    // A thread that ended has no sockets either.
    await Promise.all([...this.#busy, ...this.#idle].map((thread) => thread.call(request).catch(() => undefined)))
  }

  describe(source: OpenableTable): SourceTask & { readonly done: Promise<readonly Column[]> } {
    const { done, stop } = this.#start((way) => ({ kind: 'describe', way, source }), [])
    return { done: done as Promise<readonly Column[]>, stop }
  }

  probe(source: OpenableTable, depth: ProbeDepth): SourceTask & { readonly done: Promise<Probed> } {
    const { done, stop } = this.#start((way) => ({ kind: 'probe', way, source, depth }), [])
    return { done: done as Promise<Probed>, stop }
  }

  /** What moves over the sockets of every thread, those of kept sessions too. */
  async traffic(): Promise<readonly PeeringTraffic[]> {
    const request: SourceRequest = { kind: 'traffic' }
    const answers = await Promise.all([...this.#busy, ...this.#idle].map((thread) => thread.call(request).catch(() => [])))
    return (answers as readonly (readonly PeeringTraffic[])[]).flat()
  }

  scan(source: OpenableTable, scan: Scan, channel: ChannelEnd): SourceTask {
    const task = this.#start((way) => ({ kind: 'scan', way, source, scan, channel }), [channel.port])
    // A lost thread says nothing down its channel: whoever waits there is woken.
    task.done.catch(() => stopChannel(channel.state))
    return task
  }

  /** Writes what comes down a channel; an error of the rows comes back here too. */
  write(source: OpenableTable, order: WriteRequest, channel: ChannelEnd): SourceTask & { readonly done: Promise<WriteReport> } {
    const { done, stop } = this.#start((way) => ({ kind: 'write', way, source, order, channel }), [channel.port])
    return { done: done as Promise<WriteReport>, stop }
  }

  /** Reads files of the child's own directory. */
  files(settings: FileSettings, scan: Scan, channel: ChannelEnd): SourceTask {
    const task = this.#start(() => ({ kind: 'files', settings, scan, channel }), [channel.port])
    task.done.catch(() => stopChannel(channel.state))
    return task
  }

  #start(requestFor: (way: SourceWay) => SourceRequest, transfer: readonly ChannelEnd['port'][]): SourceTask {
    if (this.#network === undefined) throw new Error('a source was asked for before the child had a network')
    const thread = this.#idle.pop() ?? this.#create()
    this.#busy.add(thread)
    let isDone = false
    const done = thread.call(requestFor({ network: this.#network, door: this.#door }), transfer).finally(() => {
      isDone = true
      this.#release(thread)
    })
    const stop = (): void => {
      // By then the thread may work for somebody else.
      if (!isDone) void thread.call({ kind: 'stop' } satisfies SourceRequest).catch(() => undefined)
    }
    return { done, stop }
  }

  #create(): Thread {
    const thread = new Thread(new URL('./source-thread.ts', import.meta.url), (news) =>
      this.#onReach((news as { readonly reach: PeeringReach }).reach),
    )
    void thread.ended.then(() => this.#forget(thread))
    return thread
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
