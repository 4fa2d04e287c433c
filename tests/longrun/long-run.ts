// One long run: load by the clock, a look at the processes every few seconds, and what is left when all is over.

import { open } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSessions } from '../../examples/quickstart/sources.ts'
import { processorMs } from '../bench/processes.ts'
import { liveHeapOf } from './live-heap.ts'
import { controlStreams } from './control.ts'
import { durable, jobs, Load, writers } from './load.ts'
import { runOpenLoop, type Stream } from './open-loop.ts'
import type { Call, Control, Ending, LongRun, Sample, Stock } from './record.ts'
import { heldBy, heldByChildren, isAlive, sizesIn } from './samples.ts'
import { setStage, type Stage } from './stage.ts'
import { Wires } from './wires.ts'

/** What a run is told; `minuteMs` is 60,000 but in tests of the run itself. */
export interface LongRunOptions {
  readonly minutes: number
  readonly seed: number
  readonly directory: string
  readonly minuteMs?: number
  /** Ends the run early, with this reason, once everything it started has ended. */
  readonly signal?: AbortSignal
  readonly say?: (line: string) => void
}

const samplesPerMinute = 30
/** Before the end of the warm-up: collecting the heap holds the server up, and that must not fall into a minute that is compared. */
const stockAtSample = samplesPerMinute - 3
/** How long engines may take to end after their server, and sessions at the source after the last job. */
const graceMs = 10_000

const unlessTold = { minuteMs: 60_000, signal: new AbortController().signal, say: () => {} } as const

/** Runs it and ends everything it started. @throws {Error} when the server falls behind for good, or cannot be set up; the signal's reason */
export async function longRun(options: LongRunOptions): Promise<LongRun> {
  await using stack = new AsyncDisposableStack()
  const stage = await setStage(options.directory, stack)
  const wires = stack.use(new Wires(stage.server.endpoint))
  const run = new Run(stage, { ...unlessTold, ...options })
  const load = await Load.open(stage, wires)
  const file = stack.use(await open(join(options.directory, 'synced'), 'w'))
  await run.play(load.streams(), controlStreams(stack.use(new Wires(stage.control.endpoint)), file))
  const ending = await endOf(stage, run.engines)
  return { ...run.told(), statuses: wires.statuses, ending }
}

class Run {
  /** Every engine process that was seen. */
  readonly engines = new Set<string>()
  readonly #stage: Stage
  readonly #options: Required<LongRunOptions>
  readonly #calls: Call[] = []
  readonly #control: Readonly<Record<keyof Control, Call[]>> = { answered: [], synced: [] }
  readonly #samples: Sample[] = []
  readonly #failures: string[] = []
  readonly #stocks: Stock[] = []
  #rhythms: LongRun['rhythms'] = []

  constructor(stage: Stage, options: Required<LongRunOptions>) {
    this.#stage = stage
    this.#options = options
  }

  /** All the load, watched; a stock is taken after the warm-up and when the last call is over. */
  async play(streams: readonly Stream[], control: readonly Stream[]): Promise<void> {
    const { minutes, minuteMs, seed, signal } = this.#options
    this.#rhythms = streams.map(({ name, perSecond }) => ({ name, perSecond, isDurable: durable.has(name) }))
    const over = new AbortController()
    const end = (): void => over.abort(signal.reason)
    signal.addEventListener('abort', end)
    const begun = performance.now()
    const watching = this.#watch(begun, over.signal)
    const failed = watching.catch((error: unknown) => over.abort(error))
    try {
      await runOpenLoop([...streams, ...control], {
        seed,
        lastingMs: minutes * minuteMs,
        signal: over.signal,
        tell: (call, problem) => this.#note(call, problem),
      })
    } finally {
      over.abort()
      await failed
      signal.removeEventListener('abort', end)
    }
    await watching
    signal.throwIfAborted()
    await this.#takeStock()
  }

  /** What is known but for how it ended. */
  told(): Omit<LongRun, 'statuses' | 'ending'> {
    const { minutes, minuteMs } = this.#options
    const [early, late] = this.#stocks
    if (early === undefined || late === undefined) throw new Error('the run ended before its stock was taken twice')
    return {
      minutes,
      minuteMs,
      processors: availableParallelism(),
      rhythms: this.#rhythms,
      calls: this.#calls,
      control: this.#control,
      samples: this.#samples,
      failures: this.#failures,
      stocks: { early, late },
    }
  }

  #note(call: Call, problem: string | undefined): void {
    const control = this.#control[call.kind as keyof Control] as Call[] | undefined
    ;(control ?? this.#calls).push(call)
    if (problem !== undefined) this.#failures.push(`${call.kind}, due after ${(call.dueMs / 1000).toFixed(1)} s: ${problem}`)
  }

  async #watch(begun: number, signal: AbortSignal): Promise<void> {
    const { minutes, minuteMs, say } = this.#options
    const every = minuteMs / samplesPerMinute
    for (let count = 1; count <= minutes * samplesPerMinute && !signal.aborted; count++) {
      await sleep(Math.max(0, begun + count * every - performance.now()), undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      this.#sample(performance.now() - begun)
      if (count === stockAtSample) await this.#takeStock()
      if (count % samplesPerMinute === 0) say(this.#progress(count / samplesPerMinute))
    }
  }

  #sample(atMs: number): void {
    const { server, control } = this.#stage
    const { held, processes } = heldByChildren(server.pid)
    for (const process of processes) this.engines.add(process)
    this.#samples.push({
      atMs,
      server: heldBy(server.pid),
      engines: held,
      engineCount: processes.length,
      controlProcessorMs: processorMs(control.pid),
      generatorProcessorMs: processorMs(process.pid),
    })
  }

  async #takeStock(): Promise<void> {
    const { server, logPath } = this.#stage
    const answered = (names: ReadonlySet<string>): number => this.#calls.filter(({ kind }) => names.has(kind)).length
    this.#stocks.push({
      liveHeap: await liveHeapOf(logPath),
      sizes: sizesIn(server.dataDir),
      calls: this.#calls.length,
      writes: answered(writers),
      jobs: answered(jobs),
    })
  }

  #progress(minute: number): string {
    const { server, engines } = this.#samples.at(-1) as Sample
    const figures = (held: Sample['server']): string =>
      `${held.resident.toFixed(0)} MiB, ${held.descriptors} descriptors, ${held.sockets} sockets, ${held.threads} threads`
    return `minute ${minute}: ${this.#calls.length} calls, ${this.#failures.length} failures; server ${figures(server)}; engines ${figures(engines)}`
  }
}

/** Waits for the source to be left alone, then ends the server and looks for what outlived it. */
async function endOf({ server, source }: Stage, engines: ReadonlySet<string>): Promise<Ending> {
  const sessions = await settled(() => openSessions(source, 'sales'))
  const exitCode = await server.stop()
  const alive = (): readonly string[] => [...engines].filter(isAlive)
  await settled(async () => alive().length)
  return { exitCode, sessions, engines: engines.size, orphans: alive().map((identity) => Number.parseInt(identity, 10)) }
}

/** Looks until there is nothing left, for a while. @returns how much is left then */
async function settled(count: () => Promise<number>): Promise<number> {
  const deadline = performance.now() + graceMs
  let left = await count()
  while (left > 0 && performance.now() < deadline) {
    await sleep(100)
    left = await count()
  }
  return left
}
