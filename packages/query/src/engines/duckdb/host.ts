// The engine children of all queues, seen from the server: who runs what, who waits, who ends. Loads no SQL parser, no driver and no DuckDB.

import { availableParallelism } from 'node:os'
import type { Column, PeeringReach, QueueId, QueueNetwork } from '@tributary/rules'
import { ServiceError, say, type Text } from '@tributary/rules'
import type { ParquetShape } from '../../files/parquet-columns.ts'
import type { OpenableTable, WarehouseTable } from '../../source.ts'
import type { Statement } from '../../statement.ts'
import type { AskOptions } from './engine-process.ts'
import {
  cuPerChild,
  firstReach,
  fitsBeside,
  type HostMemory,
  memoryHere,
  memoryOfQuestions,
  ownBytesOf,
  reachOf,
  sizeOfChild,
  toBeEnded,
} from './host-memory.ts'
import { exportIn, pageIn, shapesIn } from './kept-results.ts'
import type {
  EngineRequest,
  Exported,
  ExportRequest,
  PageRequest,
  PeeringTraffic,
  Planned,
  PlanRequest,
  Probed,
  ProbeRequest,
  Ran,
  RunRequest,
  ShapesRequest,
} from './messages.ts'
import { QueueHabits } from './queue-habits.ts'
import { runIn } from './run-in.ts'
import { type EngineDoor, follow, type Seat, trafficOf } from './seat.ts'
import { Starter, type StarterOptions } from './starter.ts'
import { WaitingLine } from './waiting-line.ts'

/** A queue as its engine needs to know it; `cu` is its size in compute units. */
export interface EngineQueue {
  readonly id: QueueId
  readonly name: string
  readonly cu: number
}

/** A child as the network sees it: told of every change, killed when it does not follow. */
export interface NetworkMember {
  /** Resolves when the child runs by this network or is gone. */
  apply(network: QueueNetwork): Promise<void>
  kill(reason: string): void
}

/** What the host is built with. */
export interface EngineHostOptions extends StarterOptions {
  /** The network a new child starts with. */
  currentNetwork(queueId: QueueId): Promise<QueueNetwork>
  /** Takes a child into its queue's network; answers how it leaves. */
  join(queueId: QueueId, member: NetworkMember): Promise<() => void> | (() => void)
  /** Hears how dials for jobs went; must not throw. */
  onReach?(queueId: QueueId, reach: PeeringReach): void
  /** Opens a door for a child; without it, or where the system keeps no network from a child, children dial by themselves. */
  openDoor?(door: { readonly path: string; readonly user: number | undefined; readonly network: QueueNetwork }): Promise<EngineDoor>
  /** How long a child without work lives, 5 minutes unless told. */
  readonly idleEndMs?: number
  /** What all children may use together, half of the machine or its container unless told. */
  readonly memoryBytes?: number
  /** What one child may spill to disk, 8 GiB unless told. */
  readonly spillBytes?: number
  /** What all children may spill together, 32 GiB unless told; a child has the share of it that it has of the memory. */
  readonly allSpillBytes?: number
}

/** What a run is told besides. */
export interface RunOptions extends AskOptions {
  readonly signal: AbortSignal
  /**
   * Called once the run has a child of its own, and waited for before anything runs there; what it throws ends the run.
   * @returns the managed tables that it reads: their newest versions, now that they are read at once; paths are the server's
   */
  readonly onStarted?: () => Promise<readonly WarehouseTable[]>
  /** Called as soon as the child has been asked to run, for what may be done meanwhile; must not throw. */
  readonly onAsked?: () => void
  /** Whose job it is: users of a queue take turns. */
  readonly userId?: string | undefined
  /** Called when it has to wait although its queue could run one more: what engines may use together is in use. */
  readonly onNoMemory?: () => void
}

/** Somebody who waits for a child: for a job (alone), or to ask something beside one. */
interface Wish {
  readonly queue: EngineQueue
  readonly queueId: QueueId
  readonly isJob: boolean
  readonly userId: string
  readonly given: PromiseWithResolvers<Seat>
}

const gibibyte = 2 ** 30
/** So many children are loaded side by side: each takes a processor for as long, and more of them would all be late. */
const mostStarting = Math.max(2, availableParallelism())
/** One that takes longer to load holds nobody up any more. */
const startPatienceMs = 10_000
/** How often those that run jobs are looked at, for what they hold. */
const lookEveryMs = 200

/** Runs SQL in child processes. Disposing it kills them all. */
export class EngineHost implements AsyncDisposable {
  readonly #options: EngineHostOptions
  readonly #memory: HostMemory
  readonly #habits = new QueueHabits()
  readonly #seats = new Set<Seat>()
  readonly #line = new WaitingLine<Wish>()
  readonly #starter: Starter
  #looking: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: EngineHostOptions) {
    this.#options = options
    const { memoryBytes = Math.floor(memoryHere() / 2), spillBytes = 8 * gibibyte, allSpillBytes = 32 * gibibyte } = options
    this.#memory = { memoryBytes, spillBytes, allSpillBytes }
    // A child without a network needs somebody who dials for it.
    this.#starter = new Starter({ ...options, ownNetwork: options.openDoor !== undefined && (options.ownNetwork ?? true) })
  }

  /** Keeps a loaded child at hand from now on; resolves when the first is. */
  async warm(): Promise<void> {
    await this.#starter.warm()
  }

  /** @throws {ServiceError} `syntax`, `unsupported` and what else the parser says */
  async parse(queue: EngineQueue, sql: string, currentDatabase: string, signal: AbortSignal): Promise<Statement> {
    return (await this.#ask(queue, { kind: 'parse', sql, currentDatabase }, { signal })) as Statement
  }

  /** @throws {ServiceError} what the planner says */
  async plan(queue: EngineQueue, request: Omit<PlanRequest, 'kind'>, signal: AbortSignal): Promise<Planned> {
    return (await this.#ask(queue, { ...request, kind: 'plan' }, { signal })) as Planned
  }

  /** Reads a table's columns from its source. @throws {ServiceError} from the dialler or the source */
  async describe(queue: EngineQueue, source: OpenableTable, options: Pick<RunOptions, 'signal' | 'admit'>): Promise<readonly Column[]> {
    return (await this.#ask(queue, { kind: 'describe', source }, options)) as readonly Column[]
  }

  /** Climbs to a source for the doctor, beside a job. @throws {ServiceError} `unavailable` when the child ended */
  async probe(queue: EngineQueue, request: Omit<ProbeRequest, 'kind'>, signal: AbortSignal): Promise<Probed> {
    return (await this.#ask(queue, { ...request, kind: 'probe' }, { signal })) as Probed
  }

  /** What moves over the peerings of a queue now; children that end meanwhile count for nothing, and none is started. */
  async traffic(queueId: QueueId, signal: AbortSignal): Promise<readonly PeeringTraffic[]> {
    const own = [...this.#seats].filter((seat) => seat.queueId === queueId && !seat.process.isEnding)
    return (await Promise.all(own.map((seat) => trafficOf(seat, signal)))).flat()
  }

  /**
   * Runs a query to its result files; waits its turn where the queue's children are all busy.
   * @throws {ServiceError} from planning, a source or the engine; `unavailable` when the child ended
   * @throws the signal's reason when it is aborted: the job has stopped by then
   */
  async run(queue: EngineQueue, request: Omit<RunRequest, 'kind'>, options: RunOptions): Promise<Ran> {
    return (await this.#ask(queue, { ...request, kind: 'run' }, options)) as Ran
  }

  /** Reads rows of a kept result, beside a job. @returns JSON text as a preview has it. @throws {ServiceError} `unavailable` when the child ended */
  async page(queue: EngineQueue, request: Omit<PageRequest, 'kind'>, signal: AbortSignal): Promise<string> {
    return (await this.#ask(queue, { ...request, kind: 'page' }, { signal })) as string
  }

  /** What Parquet files hold, asked beside a job. @throws {ServiceError} `semantic`, `unsupported`; `unavailable` when the child ended */
  async shapes(queue: EngineQueue, files: ShapesRequest['files'], signal: AbortSignal): Promise<readonly ParquetShape[]> {
    return (await this.#ask(queue, { kind: 'shapes', files }, { signal })) as readonly ParquetShape[]
  }

  /** Writes a kept result into a file; waits its turn as {@link run} does, and throws what it throws. */
  async exportResult(queue: EngineQueue, request: Omit<ExportRequest, 'kind'>, options: RunOptions): Promise<Exported> {
    return (await this.#ask(queue, { ...request, kind: 'export' }, options)) as Exported
  }

  /** What a question to a queue's engine waits for that has no answer yet. */
  explainWait(queue: EngineQueue): Text {
    const own = [...this.#seats].filter((seat) => seat.queueId === queue.id && !seat.process.isEnding)
    if (own.length === 0 && this.#isStartingMany) return say`engines of other queues are started before it`
    if (own.length === 0) return say`it waits for memory, which jobs on other queues use`
    return own.some(({ isAssigned }) => isAssigned) ? say`it is busy with other statements` : say`it is still being started`
  }

  /** Pids by queue, for tests and metrics; the spare has none. */
  children(): readonly { readonly queueId: QueueId | undefined; readonly pid: number | undefined; readonly isBusy: boolean }[] {
    const seats = [...this.#seats].map(({ queueId, process, isBusy }) => ({ queueId, pid: process.pid, isBusy }))
    const { spare } = this.#starter
    return spare === undefined ? seats : [...seats, { queueId: undefined, pid: spare.pid, isBusy: false }]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#looking)
    const closed = new ServiceError('unavailable', say`the server is shutting down; run the job again`)
    for (const wish of this.#line.takeAll()) wish.given.reject(closed)
    await this.#starter[Symbol.asyncDispose]()
  }

  async #ask(queue: EngineQueue, request: EngineRequest, options: RunOptions): Promise<unknown> {
    const isJob = request.kind === 'run' || request.kind === 'export'
    const seat = await this.#take(queue, isJob, options)
    try {
      await seat.assigned
      const managed = await options.onStarted?.()
      if (request.kind === 'run') return await runIn(seat.process, { ...request, managed }, options)
      if (request.kind === 'page') return await pageIn(seat.process, request, options)
      if (request.kind === 'shapes') return await shapesIn(seat.process, request, options)
      return await (request.kind === 'export' ? exportIn(seat.process, request, options) : seat.process.ask(request, options))
    } finally {
      this.#release(seat, isJob)
    }
  }

  #take(queue: EngineQueue, isJob: boolean, { signal, userId = '', onNoMemory }: RunOptions): Promise<Seat> {
    signal.throwIfAborted()
    if (this.#isClosed) throw new ServiceError('unavailable', say`the server is shutting down; run the job again`)
    const wish: Wish = { queue, queueId: queue.id, isJob, userId, given: Promise.withResolvers() }
    const giveUp = (): void => {
      if (this.#line.delete(wish)) wish.given.reject(signal.reason)
    }
    signal.addEventListener('abort', giveUp)
    this.#line.add(wish)
    this.#grant()
    if (this.#line.has(wish) && this.#busyIn(queue) < mostChildren(queue)) onNoMemory?.()
    return wish.given.promise.finally(() => signal.removeEventListener('abort', giveUp))
  }

  /** Gives children to those who wait. */
  #grant(): void {
    this.#line.serve((wish) => {
      this.#retireMisfits(wish.queue)
      const seat = this.#seatFor(wish)
      if (seat === undefined) return false
      clearTimeout(seat.idleTimer)
      this.#habits.note(seat.queueId, performance.now())
      seat.users += 1
      if (wish.isJob) seat.isBusy = true
      wish.given.resolve(seat)
      return true
    })
  }

  #busyIn({ id }: EngineQueue): number {
    return [...this.#seats].filter((seat) => seat.queueId === id && !seat.process.isEnding && seat.isBusy).length
  }

  #seatFor({ queue, isJob }: Wish): Seat | undefined {
    // A queue that has become smaller runs fewer jobs at once than it has children.
    if (isJob && this.#busyIn(queue) >= mostChildren(queue)) return undefined
    const own = [...this.#seats].filter((seat) => seat.queueId === queue.id && !seat.process.isEnding)
    const free = own.find((seat) => !seat.isBusy)
    if (free === undefined) return (isJob ? undefined : own[0]) ?? this.#startSeat(queue, isJob)
    return !isJob || this.#makeRoom(free.limits.memoryBytes, free) ? free : undefined
  }

  /** Ends idle children that were given the memory and the threads of another size of their queue. */
  #retireMisfits(queue: EngineQueue): void {
    const { memoryBytes, threads } = sizeOfChild(queue.cu, this.#memory)
    for (const seat of this.#seats) {
      const fits = seat.limits.memoryBytes === memoryBytes && seat.limits.threads === threads
      if (seat.queueId !== queue.id || seat.users > 0 || fits) continue
      this.#seats.delete(seat)
      seat.process.kill('its queue has another size now')
    }
  }

  /** @returns `undefined` when the queue has as many children as it may, or the host no memory for one more */
  #startSeat(queue: EngineQueue, isJob: boolean): Seat | undefined {
    const own = [...this.#seats].filter((seat) => seat.queueId === queue.id).length
    if (own >= mostChildren(queue) || this.#isStartingMany) return undefined
    const size = sizeOfChild(queue.cu, this.#memory)
    const bytes = isJob ? size.memoryBytes : memoryOfQuestions(size)
    if (!this.#makeRoom(bytes) || !this.#starter.hasRoom) return undefined
    const process = this.#starter.take()
    process.queueName = queue.name
    process.onReach = (reach) => this.#options.onReach?.(queue.id, reach)
    const { promise: assigned, resolve, reject } = Promise.withResolvers<void>()
    const seat: Seat = {
      queueId: queue.id,
      process,
      limits: { ...size, scratchDirectory: process.berth.directory },
      assigned,
      isAssigned: false,
      door: undefined,
      isBusy: false,
      users: 0,
      lastUsedAt: Date.now(),
      idleBytes: undefined,
      idleTimer: undefined,
    }
    this.#seats.add(seat)
    this.#assign(seat).then(resolve, reject)
    const late = setTimeout(() => this.#grant(), startPatienceMs).unref()
    assigned.then(
      () => {
        seat.isAssigned = true
        clearTimeout(late)
        this.#grant()
      },
      () => process.kill('it could not be given to its queue'),
    )
    void process.ended.then(() => this.#forget(seat))
    return seat
  }

  async #assign(seat: Seat): Promise<void> {
    const { process, limits, queueId } = seat
    await this.#starter.cleaned
    const network = await this.#options.currentNetwork(queueId)
    const { door: path, user } = process.berth
    if (this.#options.openDoor !== undefined && this.#starter.ownNetwork) {
      seat.door = await this.#options.openDoor({ path, user, network })
      // It may have ended meanwhile, and #forget has been here.
      void process.ended.then(() => seat.door?.[Symbol.asyncDispose]())
    }
    await process.ask({ kind: 'assign', network, limits, door: seat.door === undefined ? undefined : path })
    const leave = await this.#options.join(queueId, {
      apply: (newer) => follow(seat, newer),
      kill: (reason) => process.kill(reason),
    })
    void process.ended.then(leave)
  }

  get #isStartingMany(): boolean {
    const since = Date.now() - startPatienceMs
    const starting = [...this.#seats].filter(
      ({ isAssigned, process, lastUsedAt }) => !isAssigned && !process.isEnding && lastUsedAt > since,
    )
    return starting.length >= mostStarting
  }

  /**
   * Lets one more child work where jobs leave it the memory, and ends children without work that are in its way.
   * @param keep - the child that it is about, where it is there already
   */
  #makeRoom(bytes: number, keep?: Seat): boolean {
    const others = [...this.#seats].filter((seat) => seat !== keep)
    if (!fitsBeside(others, bytes, this.#memory.memoryBytes)) return false
    this.#endIdle(others, firstReach(bytes))
    this.#lookAgain()
    return true
  }

  /** Ends children without work, first those that will be missed last, until all others have what they take and what they may take soon. */
  #endIdle(seats: readonly Seat[], bytes: number): void {
    const most = this.#memory.memoryBytes
    const reach = seats.reduce((sum, seat) => sum + reachOf(seat, seat.users > 0 ? ownBytesOf(seat.process.pid) : undefined), bytes)
    if (reach <= most) return
    const idle = seats.filter(({ users }) => users === 0)
    const now = performance.now()
    const waits = new Map(idle.map((seat) => [seat, this.#habits.expectedIn(seat.queueId, now)]))
    idle.sort((one, other) => (waits.get(other) ?? 0) - (waits.get(one) ?? 0) || one.lastUsedAt - other.lastUsedAt)
    for (const seat of toBeEnded(idle, reach, most)) {
      this.#seats.delete(seat)
      seat.process.kill('another queue needs its memory')
    }
  }

  /** What jobs have not taken is left to children without work, and jobs may take it at any time: they are looked at while any runs. */
  #lookAgain(): void {
    if (this.#isClosed || this.#looking !== undefined) return
    this.#looking = setTimeout(() => {
      this.#looking = undefined
      const seats = [...this.#seats]
      this.#endIdle(seats, 0)
      if (seats.some(({ isBusy }) => isBusy)) this.#lookAgain()
    }, lookEveryMs).unref()
  }

  #release(seat: Seat, isJob: boolean): void {
    seat.users -= 1
    if (isJob) seat.isBusy = false
    seat.lastUsedAt = Date.now()
    if (seat.users === 0) {
      seat.idleBytes = ownBytesOf(seat.process.pid)
      seat.idleTimer = setTimeout(() => seat.process.kill('it was idle'), this.#options.idleEndMs ?? 300_000).unref()
    }
    this.#grant()
  }

  #forget(seat: Seat): void {
    this.#seats.delete(seat)
    clearTimeout(seat.idleTimer)
    if (!this.#isClosed) this.#grant()
  }
}

/** How many jobs a queue runs at once. */
function mostChildren({ cu }: EngineQueue): number {
  return Math.max(1, Math.floor(cu / cuPerChild))
}
