// Rounds of eight writers and a SIGKILL: after each the server starts again, and everything that it had promised is read back.

import { mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childrenOf } from '../bench/processes.ts'
import { Chance } from '../compat/fuzz/random.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'
import type { Breach, Ledger } from './ledger.ts'
import { inspectDatabase } from './inspect-database.ts'
import { untilSettled } from './settled.ts'
import { setStage, silentSource } from './stage.ts'
import { stories } from './stories.ts'
import { StoryOver, type Target, Writer } from './writer.ts'

const writerCount = 8
/** The kill comes after so many acknowledged writes of a round, or when the slowest machine has had its time. */
const acknowledgedWrites = { fewest: 0, most: 120 }
const longestWindowMs = 3_000
/** An engine process that has only just been started hears of its server's end once it has loaded. */
const orphansMs = 10_000

/** `seed` chooses the stories and the moments of the kills; chance of the machine remains. */
export interface KillOptions {
  readonly rounds: number
  readonly seed: number
  readonly onRound?: (report: KillReport) => void
  /** Breaks the rounds off: the server ends, its directory goes. */
  readonly signal?: AbortSignal
}

/** What came of all rounds so far. Everything in `problems` is a failure. */
export interface KillReport {
  readonly rounds: number
  /** Acknowledged writes by operation. */
  readonly acknowledged: ReadonlyMap<string, number>
  /** Writes that were under way at a kill, by operation. */
  readonly interrupted: ReadonlyMap<string, number>
  /** The longest that peerings took to settle after a start, in ms. */
  readonly slowestSettleMs: number
  /** Engine processes that were alive at a kill and ended by themselves. */
  readonly endedChildren: number
  /** Promises from all rounds that were read once more at the end. */
  readonly readAtEnd: number
  readonly problems: readonly string[]
}

/** Runs the rounds on one data directory. Ends early when something is wrong. @throws {Error} when it was broken off, once nothing of it runs any more */
export async function killRounds(options: KillOptions): Promise<KillReport> {
  await using stack = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-durability-'))
  stack.defer(() => rm(dataDir, { recursive: true, force: true }))
  const source = stack.use(await silentSource())
  const run = new Run(dataDir, new Chance(options.seed))
  stack.use(run)
  return await Promise.race([allRounds(run, source.port, options), whenAborted(options.signal)])
}

async function allRounds(run: Run, silentPort: number, { rounds, onRound }: KillOptions): Promise<KillReport> {
  await run.open(silentPort)
  while (run.rounds < rounds && run.problems.length === 0) {
    await run.round()
    onRound?.(run.report())
  }
  await run.close()
  return run.report()
}

function whenAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('broken off')), { once: true })
  })
}

class Run implements AsyncDisposable {
  rounds = 0
  readonly problems: string[] = []
  readonly #dataDir: string
  readonly #chance: Chance
  #writers: readonly Writer[] = []
  #server: TributaryServer | undefined
  #starting: Promise<TributaryServer> | undefined
  #isOver = false
  #target: Target = { endpoint: '', token: '' }
  #slowestSettleMs = 0
  #endedChildren = 0
  #readAtEnd = 0

  constructor(dataDir: string, chance: Chance) {
    this.#dataDir = dataDir
    this.#chance = chance
  }

  async open(silentPort: number): Promise<void> {
    this.#server = await this.#start()
    const { target, ground } = await setStage(this.#server, silentPort)
    this.#target = target
    const chances = Array.from({ length: writerCount }, () => new Chance(this.#chance.below(2 ** 31)))
    this.#writers = chances.map((chance, index) => new Writer({ name: `w${index}`, target, ground, chance }))
  }

  async round(): Promise<void> {
    await this.#writeUntilKilled()
    this.#server = await this.#start()
    this.#target.endpoint = this.#server.endpoint
    this.rounds += 1
    const settling = await untilSettled(this.#target)
    this.#slowestSettleMs = Math.max(this.#slowestSettleMs, settling.ms)
    this.problems.push(...settling.problems, ...inspectDatabase(join(this.#dataDir, 'tributary.db')))
    for (const { ledger } of this.#writers) this.#note(await ledger.verify())
    if (this.problems.length > 0) this.problems.push(...complaints(this.#server.log()))
  }

  /** Reads every promise of all rounds once more. */
  async close(): Promise<void> {
    for (const { ledger } of this.#writers) {
      const { read, breaches } = await ledger.verifyKept()
      this.#readAtEnd += read
      this.#note(breaches)
    }
  }

  report(): KillReport {
    const { rounds, problems } = this
    const ledgers = this.#writers.map((writer) => writer.ledger)
    return {
      rounds,
      problems,
      acknowledged: sum(ledgers, (ledger) => ledger.acknowledged),
      interrupted: sum(ledgers, (ledger) => ledger.interrupted),
      slowestSettleMs: this.#slowestSettleMs,
      endedChildren: this.#endedChildren,
      readAtEnd: this.#readAtEnd,
    }
  }

  /** A round may be broken off in the middle: a server that is just being started ends as well, and none is started after it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    const [started] = await Promise.allSettled([this.#starting])
    if (started.status === 'fulfilled') await started.value?.[Symbol.asyncDispose]()
  }

  /** Every third start has a spare engine, which takes the processor from the first writes. */
  async #start(): Promise<TributaryServer> {
    if (this.#isOver) throw new Error('broken off')
    const args = ['--allow-clock', ...(this.rounds % 3 === 0 ? [] : ['--warm-spare=false'])]
    this.#starting = startTributary({ dataDir: this.#dataDir, args, env: { NODE_COMPILE_CACHE: join(tmpdir(), 'tributary-compiled') } })
    return this.#starting
  }

  async #writeUntilKilled(): Promise<void> {
    const server = this.#server as TributaryServer
    const life = { isOver: false }
    const telling = this.#writers.map((writer) => this.#tell(writer, life))
    await this.#untilWritten(acknowledgedWrites.fewest + this.#chance.below(acknowledgedWrites.most - acknowledgedWrites.fewest))
    const children = childrenOf(server.pid)
    life.isOver = true
    await server.kill()
    await Promise.all(telling)
    const orphans = await left(children)
    this.#endedChildren += children.length - orphans.length
    if (orphans.length > 0) this.problems.push(`processes ${orphans.join(', ')} outlived their server by ${orphansMs} ms`)
  }

  async #untilWritten(count: number): Promise<void> {
    const startedAt = performance.now()
    const enough = this.#acknowledged() + count
    while (this.#acknowledged() < enough && performance.now() - startedAt < longestWindowMs)
      await new Promise((resolve) => setTimeout(resolve, 1))
    // Between one write and the next, not always right after one.
    await new Promise((resolve) => setTimeout(resolve, this.#chance.below(20)))
  }

  #acknowledged(): number {
    return this.#writers.reduce((total, { ledger }) => total + [...ledger.acknowledged.values()].reduce((sum, one) => sum + one, 0), 0)
  }

  async #tell(writer: Writer, life: { readonly isOver: boolean }): Promise<void> {
    while (!life.isOver) {
      try {
        await writer.chance.pick(stories)(writer)
      } catch (error) {
        // What a dead server makes of a call is no answer; the write under way stays open in the book.
        if (life.isOver || error instanceof StoryOver) continue
        this.problems.push(error instanceof Error ? error.message : String(error))
        return
      }
    }
  }

  #note(breaches: readonly Breach[]): void {
    this.problems.push(...breaches.map((breach) => `round ${this.rounds}: ${JSON.stringify(breach)}`))
  }
}

/** The newest lines of a server's log that are no plain information: what a reader of a problem wants to see next. */
function complaints(log: string): readonly string[] {
  return log
    .split('\n')
    .filter((line) => /"level":"(?:warn|error|fatal)"/.test(line))
    .slice(-5)
}

/** Those of the processes that are still there after a while. */
async function left(children: readonly number[]): Promise<readonly number[]> {
  const deadline = performance.now() + orphansMs
  let alive = children
  while (alive.length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    alive = alive.filter((pid) => existsSync(`/proc/${pid}`))
  }
  return alive
}

function sum(ledgers: readonly Ledger[], of: (ledger: Ledger) => ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const total = new Map<string, number>()
  for (const ledger of ledgers) for (const [name, count] of of(ledger)) total.set(name, (total.get(name) ?? 0) + count)
  return total
}
