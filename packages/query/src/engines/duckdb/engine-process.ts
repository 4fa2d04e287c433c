// One engine child as a process: started with nothing, heard, asked, and ended.

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { inWords, type PeeringReach, say, ServiceError, type Text, verbatim } from '@tributary/rules'
import type { Berth } from './berth.ts'
import { type Admit, admitAll } from './admission.ts'
import { type Answer, answer, Caller } from './calls.ts'
import { stopReason } from './failure.ts'
import type { EngineNews, EngineRequest, Progress } from './messages.ts'
import { countOomKills, tellKill } from './oom-kills.ts'

/** The part of a pino logger that the host uses. */
export interface EngineLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** What a question may be told besides: when to stop, and who wants to hear how far it is. */
export interface AskOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Answers what it asks before it goes to sources; it may do anything unless told. */
  readonly admit?: Admit | undefined
}

/** What becomes a child, and where it lives. */
export interface EngineStart {
  readonly file: string
  readonly args: readonly string[]
  /** Where compiled code is kept from one child to the next. */
  readonly cacheDirectory: string
  readonly berth: Berth
  readonly logger: EngineLogger
}

/** A child that was told to stop its job and has not within this time is killed: the queue goes on with the spare. */
const jobGraceMs = 1_000
/** What runs beside a job is worth no job, and a write to a source has to be taken back there: both have longer. */
const stopGraceMs = 5_000

/** Lines of its output that the log keeps for the reason of an unexpected end. */
const tailLines = 20

/** A running child. Disposing it kills it. */
export class EngineProcess implements AsyncDisposable {
  readonly berth: Berth
  readonly #process: ChildProcess
  readonly #caller: Caller
  readonly #logger: EngineLogger
  readonly #ready = Promise.withResolvers<void>()
  readonly #ended = Promise.withResolvers<void>()
  readonly #progress = new Map<number, (progress: Progress) => void>()
  readonly #admits = new Map<number, Admit>()
  readonly #tail: string[] = []
  #queueName: string | undefined
  #onReach: (reach: PeeringReach) => void = () => undefined
  readonly #oomKills = countOomKills()
  #killReason: string | undefined

  constructor(start: EngineStart) {
    this.berth = start.berth
    this.#logger = start.logger
    this.#process = spawnChild(start)
    this.#caller = new Caller((message) => void this.#process.send(message))
    this.#ready.promise.catch(() => undefined)
    this.#process.on('message', (message: object) => this.#hear(message))
    this.#process.on('error', (error) => this.#end(verbatim(error.message)))
    this.#process.on('exit', (code, signal) => this.#end(signal === null ? say`exit code ${code ?? 0}` : verbatim(signal)))
    for (const output of [this.#process.stdout, this.#process.stderr]) if (output !== null) this.#keep(output)
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Resolves when its modules are loaded. @throws {ServiceError} `unavailable` when it ends before that */
  get ready(): Promise<void> {
    return this.#ready.promise
  }

  /** Resolves when the process is gone. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** True from the moment it was killed: nobody should ask it anything more. */
  get isEnding(): boolean {
    return this.#killReason !== undefined
  }

  /** The queue it belongs to from now on, as messages name it. */
  set queueName(name: string) {
    this.#queueName = name
  }

  /** Who hears how dials for jobs of its queue went. */
  set onReach(onReach: (reach: PeeringReach) => void) {
    this.#onReach = onReach
  }

  /**
   * @throws {ServiceError} what the child threw; `unavailable` when it ended
   * @throws the signal's reason when it is aborted: the child has stopped by then, or was killed
   */
  async ask(request: EngineRequest, { signal, onProgress, admit }: AskOptions = {}): Promise<unknown> {
    signal?.throwIfAborted()
    const { id, answered } = this.#caller.ask(request)
    if (onProgress !== undefined) this.#progress.set(id, onProgress)
    if (admit !== undefined) this.#admits.set(id, admit)
    let grace: NodeJS.Timeout | undefined
    const stop = (): void => {
      void this.#caller.call({ kind: 'cancel', request: id } satisfies EngineRequest).catch(() => undefined)
      grace = setTimeout(() => this.kill('it did not stop when told to'), graceOf(request))
    }
    signal?.addEventListener('abort', stop)
    try {
      return await answered
    } catch (error) {
      throw signal?.aborted === true ? stopReason(signal, error) : error
    } finally {
      clearTimeout(grace)
      signal?.removeEventListener('abort', stop)
      this.#progress.delete(id)
      this.#admits.delete(id)
    }
  }

  kill(reason: string): void {
    this.#killReason ??= reason
    this.#process.kill('SIGKILL')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('it is not needed any more')
    await this.#ended.promise
  }

  #hear(message: object): void {
    if (this.#caller.receive(message)) return
    const news = message as EngineNews
    if (news.kind === 'ready') this.#ready.resolve()
    else if (news.kind === 'reach') this.#onReach(news.reach)
    else if (news.kind === 'ask') void this.#answer(news)
    else this.#progress.get(news.request)?.(news.progress)
  }

  async #answer({ id, request, asked }: Extract<EngineNews, { kind: 'ask' }>): Promise<void> {
    const admit = this.#admits.get(request) ?? admitAll
    const post = (said: object): void =>
      void this.#caller.call({ kind: 'answer', answer: said as Answer } satisfies EngineRequest).catch(() => undefined)
    await answer(id, post, () => admit(asked))
  }

  #keep(output: Readable): void {
    createInterface({ input: output }).on('line', (line) => {
      this.#tail.push(line)
      if (this.#tail.length > tailLines) this.#tail.shift()
      this.#logger.warn({ pid: this.pid, queue: this.#queueName, line }, 'engine output')
    })
  }

  #end(how: Text): void {
    const fields = { pid: this.pid, queue: this.#queueName, how: inWords(how), reason: this.#killReason }
    if (this.#killReason === undefined) this.#logger.error({ ...fields, tail: this.#tail }, 'engine ended unexpectedly')
    else this.#logger.info(fields, 'engine ended')
    const queue = this.#queueName ?? ''
    const isKilled = this.#killReason === undefined && inWords(how) === 'SIGKILL'
    const told = isKilled ? tellKill(queue, this.#oomKills) : say`the engine of queue ${queue} ended (${how}); run the job again`
    const error = new ServiceError('unavailable', told, {
      outcome: 'unknown',
    })
    this.#caller.end(error)
    this.#ready.reject(error)
    this.#ended.resolve()
  }
}

function graceOf(request: EngineRequest): number {
  return request.kind === 'run' && request.target === undefined ? jobGraceMs : stopGraceMs
}

/**
 * Nothing of the server's environment, and a neutral directory. With its code compiled already, a child is loaded in half the time and takes a fifth
 * less memory.
 */
function spawnChild({ file, args, cacheDirectory }: EngineStart): ChildProcess {
  return spawn(file, args, {
    env: { NODE_COMPILE_CACHE: cacheDirectory },
    cwd: '/',
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
}
