// The engine children of all queues, seen from the server: who runs what, who waits, who ends. Loads no SQL parser, no driver and no DuckDB.

import { randomUUID } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { join as joinPath } from 'node:path'
import type { Column, PeeringReach, QueueId, QueueNetwork } from '@tributary/rules'
import { ServiceError, say } from '@tributary/rules'
import type { OpenableTable } from '../../source.ts'
import type { Statement } from '../../statement.ts'
import { type AskOptions, type EngineLogger, EngineProcess } from './engine-process.ts'
import type {
  EngineLimits,
  EngineRequest,
  PeeringTraffic,
  Planned,
  PlanRequest,
  Probed,
  ProbeRequest,
  Ran,
  RunRequest,
} from './messages.ts'

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
export interface EngineHostOptions {
  readonly logger: EngineLogger
  /** For the children's own files; on the file system of the jobs' directories, and used by nobody else. */
  readonly scratchDirectory: string
  /** The network a new child starts with. */
  currentNetwork(queueId: QueueId): Promise<QueueNetwork>
  /** Takes a child into its queue's network; answers how it leaves. */
  join(queueId: QueueId, member: NetworkMember): Promise<() => void> | (() => void)
  /** Hears how dials for jobs went; must not throw. */
  onReach?(queueId: QueueId, reach: PeeringReach): void
  /** Defaults to the Node that runs the server. */
  readonly nodePath?: string
  /** How long a child without work lives, 5 minutes unless told. */
  readonly idleEndMs?: number
  /** What all children may use together, half of the machine or its container unless told. */
  readonly memoryBytes?: number
  /** What one child may spill to disk, 8 GiB unless told. */
  readonly spillBytes?: number
}

/** What a run is told besides. */
export interface RunOptions extends AskOptions {
  readonly signal: AbortSignal
  /** Called once the run has a child of its own, and waited for before anything runs there; what it throws ends the run. */
  readonly onStarted?: () => Promise<void>
}

/** One child of one queue. */
interface Seat {
  readonly queueId: QueueId
  readonly process: EngineProcess
  readonly limits: EngineLimits
  /** Resolves when its instance stands and its network is joined. */
  readonly assigned: Promise<void>
  isBusy: boolean
  /** Questions under way, the job's own included. */
  users: number
  lastUsedAt: number
  idleTimer: NodeJS.Timeout | undefined
}

/** Somebody who waits for a child: for a job (alone), or to ask something beside one. */
interface Wish {
  readonly queue: EngineQueue
  readonly isJob: boolean
  readonly given: PromiseWithResolvers<Seat>
}

const cuPerChild = 16
const gibibyte = 2 ** 30
const memoryPerCu = 4 * gibibyte
const leastMemory = gibibyte / 4
/** So many children of full size fit into the budget. */
const childrenInBudget = 4
/** After a spare was taken, the first job has the machine to itself for this long. */
const spareDelayMs = 1_000

/** Runs SQL in child processes. Disposing it kills them all. */
export class EngineHost implements AsyncDisposable {
  readonly #options: EngineHostOptions
  readonly #memoryBytes: number
  readonly #seats = new Set<Seat>()
  readonly #wishes = new Set<Wish>()
  readonly #cleaned: Promise<void>
  #spare: EngineProcess | undefined
  #spareTimer: NodeJS.Timeout | undefined
  #keepsSpare = false
  #isClosed = false

  constructor(options: EngineHostOptions) {
    this.#options = options
    this.#memoryBytes = options.memoryBytes ?? Math.floor(memoryHere() / 2)
    this.#cleaned = cleanScratch(options.scratchDirectory)
  }

  /** Keeps a loaded child at hand from now on; resolves when the first is. */
  async warm(): Promise<void> {
    this.#keepsSpare = true
    await this.#startSpare()?.ready
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
  async describe(queue: EngineQueue, source: OpenableTable, signal: AbortSignal): Promise<readonly Column[]> {
    return (await this.#ask(queue, { kind: 'describe', source }, { signal })) as readonly Column[]
  }

  /** Climbs to a source for the doctor, beside a job. @throws {ServiceError} `unavailable` when the child ended */
  async probe(queue: EngineQueue, request: Omit<ProbeRequest, 'kind'>, signal: AbortSignal): Promise<Probed> {
    return (await this.#ask(queue, { ...request, kind: 'probe' }, { signal })) as Probed
  }

  /** What moves over the peerings of a queue now; children that end meanwhile count for nothing, and none is started. */
  async traffic(queueId: QueueId, signal: AbortSignal): Promise<readonly PeeringTraffic[]> {
    const own = [...this.#seats].filter((seat) => seat.queueId === queueId && !seat.process.isEnding)
    const answers = own.map((seat) => seat.process.ask({ kind: 'traffic' }, { signal }).catch(() => []))
    return ((await Promise.all(answers)) as readonly (readonly PeeringTraffic[])[]).flat()
  }

  /**
   * Runs a query to its result files; waits its turn where the queue's children are all busy.
   * @throws {ServiceError} from planning, a source or the engine; `unavailable` when the child ended
   * @throws the signal's reason when it is aborted: the job has stopped by then
   */
  async run(queue: EngineQueue, request: Omit<RunRequest, 'kind'>, options: RunOptions): Promise<Ran> {
    return (await this.#ask(queue, { ...request, kind: 'run' }, options)) as Ran
  }

  /** Pids by queue, for tests and metrics; the spare has none. */
  children(): readonly { readonly queueId: QueueId | undefined; readonly pid: number | undefined; readonly isBusy: boolean }[] {
    const seats = [...this.#seats].map(({ queueId, process, isBusy }) => ({ queueId, pid: process.pid, isBusy }))
    return this.#spare === undefined ? seats : [...seats, { queueId: undefined, pid: this.#spare.pid, isBusy: false }]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#spareTimer)
    const closed = new ServiceError('unavailable', say`the server is shutting down; run the job again`)
    for (const wish of this.#wishes) wish.given.reject(closed)
    this.#wishes.clear()
    const processes = [...this.#seats].map((seat) => seat.process)
    if (this.#spare !== undefined) processes.push(this.#spare)
    await Promise.all(processes.map((process) => process[Symbol.asyncDispose]()))
    await this.#cleaned
    await cleanScratch(this.#options.scratchDirectory)
  }

  async #ask(queue: EngineQueue, request: EngineRequest, options: RunOptions): Promise<unknown> {
    const isJob = request.kind === 'run'
    const seat = await this.#take(queue, isJob, options.signal)
    try {
      await seat.assigned
      await options.onStarted?.()
      return await seat.process.ask(request, options)
    } finally {
      this.#release(seat, isJob)
    }
  }

  #take(queue: EngineQueue, isJob: boolean, signal: AbortSignal): Promise<Seat> {
    signal.throwIfAborted()
    if (this.#isClosed) throw new ServiceError('unavailable', say`the server is shutting down; run the job again`)
    const wish: Wish = { queue, isJob, given: Promise.withResolvers() }
    const giveUp = (): void => {
      if (this.#wishes.delete(wish)) wish.given.reject(signal.reason)
    }
    signal.addEventListener('abort', giveUp)
    this.#wishes.add(wish)
    this.#grant()
    return wish.given.promise.finally(() => signal.removeEventListener('abort', giveUp))
  }

  /** Gives children to those who wait, first come first served. */
  #grant(): void {
    for (const wish of this.#wishes) {
      this.#retireMisfits(wish.queue)
      const seat = this.#findSeat(wish) ?? this.#startSeat(wish.queue)
      if (seat === undefined) continue
      this.#wishes.delete(wish)
      clearTimeout(seat.idleTimer)
      seat.users += 1
      if (wish.isJob) seat.isBusy = true
      wish.given.resolve(seat)
    }
  }

  #findSeat({ queue, isJob }: Wish): Seat | undefined {
    const own = [...this.#seats].filter((seat) => seat.queueId === queue.id && !seat.process.isEnding)
    // A queue that has become smaller runs fewer jobs at once than it has children.
    if (isJob && own.filter((seat) => seat.isBusy).length >= mostChildren(queue)) return undefined
    return own.find((seat) => !seat.isBusy) ?? (isJob ? undefined : own[0])
  }

  /** Ends idle children that were given the memory and the threads of another size of their queue. */
  #retireMisfits(queue: EngineQueue): void {
    const { memoryBytes, threads } = this.#limitsOf(queue)
    for (const seat of this.#seats) {
      const fits = seat.limits.memoryBytes === memoryBytes && seat.limits.threads === threads
      if (seat.queueId !== queue.id || seat.users > 0 || fits) continue
      this.#seats.delete(seat)
      seat.process.kill('its queue has another size now')
    }
  }

  /** @returns `undefined` when the queue has as many children as it may, or the host no memory for one more */
  #startSeat(queue: EngineQueue): Seat | undefined {
    const own = [...this.#seats].filter((seat) => seat.queueId === queue.id).length
    const limits = this.#limitsOf(queue)
    if (own >= mostChildren(queue) || !this.#makeRoom(limits.memoryBytes)) return undefined
    const process = this.#takeSpare()
    process.queueName = queue.name
    process.onReach = (reach) => this.#options.onReach?.(queue.id, reach)
    const seat: Seat = {
      queueId: queue.id,
      process,
      limits,
      assigned: this.#assign(queue, process, limits),
      isBusy: false,
      users: 0,
      lastUsedAt: Date.now(),
      idleTimer: undefined,
    }
    this.#seats.add(seat)
    seat.assigned.catch(() => process.kill('it could not be given to its queue'))
    void process.ended.then(() => this.#forget(seat))
    return seat
  }

  async #assign(queue: EngineQueue, process: EngineProcess, limits: EngineLimits): Promise<void> {
    await this.#cleaned
    const network = await this.#options.currentNetwork(queue.id)
    await process.ask({ kind: 'assign', network, limits })
    const leave = await this.#options.join(queue.id, {
      apply: (newer) => follow(process, newer),
      kill: (reason) => process.kill(reason),
    })
    void process.ended.then(leave)
  }

  #limitsOf(queue: EngineQueue): EngineLimits {
    // A queue whose pool has nothing left for it still runs one job, with the least there is.
    const cu = Math.max(1, Math.min(queue.cu, cuPerChild))
    const share = Math.max(leastMemory, Math.floor(this.#memoryBytes / childrenInBudget))
    return {
      memoryBytes: Math.min(cu * memoryPerCu, share),
      threads: Math.max(1, Math.min(cu, availableParallelism())),
      spillBytes: this.#options.spillBytes ?? 8 * gibibyte,
      scratchDirectory: joinPath(this.#options.scratchDirectory, `${scratchPrefix}${randomUUID()}`),
    }
  }

  /** Ends children without work, longest idle first, until so much memory is free. One child always fits. */
  #makeRoom(bytes: number): boolean {
    const idle = [...this.#seats].filter((seat) => seat.users === 0).sort((one, other) => one.lastUsedAt - other.lastUsedAt)
    const used = (): number => [...this.#seats].reduce((sum, seat) => sum + seat.limits.memoryBytes, 0)
    while (this.#seats.size > 0 && used() + bytes > this.#memoryBytes) {
      const longest = idle.shift()
      if (longest === undefined) return false
      this.#seats.delete(longest)
      longest.process.kill('another queue needs its memory')
    }
    return true
  }

  #release(seat: Seat, isJob: boolean): void {
    seat.users -= 1
    if (isJob) seat.isBusy = false
    seat.lastUsedAt = Date.now()
    if (seat.users === 0) {
      seat.idleTimer = setTimeout(() => seat.process.kill('it was idle'), this.#options.idleEndMs ?? 300_000).unref()
    }
    this.#grant()
  }

  #forget(seat: Seat): void {
    this.#seats.delete(seat)
    clearTimeout(seat.idleTimer)
    void removeScratch(seat.limits.scratchDirectory)
    if (!this.#isClosed) this.#grant()
  }

  #takeSpare(): EngineProcess {
    const process = this.#spare ?? this.#startProcess()
    this.#spare = undefined
    if (this.#keepsSpare) this.#spareTimer = setTimeout(() => this.#startSpare(), spareDelayMs).unref()
    return process
  }

  #startSpare(): EngineProcess | undefined {
    if (this.#isClosed || this.#spare !== undefined) return this.#spare
    const spare = this.#startProcess()
    this.#spare = spare
    void spare.ended.then(() => {
      if (this.#spare === spare) this.#spare = undefined
    })
    return spare
  }

  #startProcess(): EngineProcess {
    const { nodePath, scratchDirectory, logger } = this.#options
    return new EngineProcess(nodePath ?? process.execPath, joinPath(scratchDirectory, 'compiled'), logger)
  }
}

/** A child that has ended reaches nothing, which is what any network allows. */
/** How many jobs a queue runs at once. */
function mostChildren({ cu }: EngineQueue): number {
  return Math.max(1, Math.floor(cu / cuPerChild))
}

async function follow(process: EngineProcess, network: QueueNetwork): Promise<void> {
  await Promise.race([process.ask({ kind: 'network', network }), process.ended]).catch((error: unknown) => {
    if (!(error instanceof ServiceError) || error.kind !== 'unavailable') throw error
  })
}

/** Of the machine, or of the container where that allows less. */
function memoryHere(): number {
  const allowed = process.constrainedMemory()
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem()
}

const scratchPrefix = 'engine-'

/** What children left behind that could not clean up: they are killed, not asked. */
async function cleanScratch(directory: string): Promise<void> {
  const entries = await readdir(directory).catch(() => [])
  const left = entries.filter((entry) => entry.startsWith(scratchPrefix))
  await Promise.all(left.map((entry) => removeScratch(joinPath(directory, entry))))
}

/** What cannot be removed now is removed with the next start. */
async function removeScratch(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true }).catch(() => undefined)
}
