// Starts engine children and keeps one at hand: each with a berth of its own, held in by what the machine has.

import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { longestDoorPath } from '@tributary/fabric/through-door'
import { Berth, berthPrefix, doorIn } from './berth.ts'
import { Confinement } from './confinement.ts'
import { type EngineLogger, EngineProcess } from './engine-process.ts'

/** How children are started. */
export interface StarterOptions {
  readonly logger: EngineLogger
  /** For the children's own files; on the file system of the jobs' directories, and used by nobody else. */
  readonly scratchDirectory: string
  /** Defaults to the Node that runs the server. */
  readonly nodePath?: string
  /** First of the user ids of children, one for each; 0 leaves them to the server's own user. Counts where the server is root. */
  readonly firstUser?: number
  /** Whether children have no network but what the server dials for them, where the system allows that; not unless told. */
  readonly ownNetwork?: boolean
  /** The largest file a child may write, 16 GiB unless told. */
  readonly fileBytes?: number
  /** What a child runs; the engine unless told. For tests of what holds it in. */
  readonly script?: string
}

/** After a spare was taken, the first job has the machine to itself for this long. */
const spareDelayMs = 1_000
/** Where no spare is kept, what helps later children waits until the first have done their work. */
const compileDelayMs = 10_000
/** How long a loaded child may take to write its compiled code. */
const compileGraceMs = 500
/** Ids that no distribution gives to anybody. */
const defaultFirstUser = 60_706
const engineScript = fileURLToPath(new URL('./child.ts', import.meta.url))

/** Where children come from. Disposing it ends all of them and removes what they left. */
export class Starter implements AsyncDisposable {
  readonly #options: StarterOptions
  readonly #cleaned: Promise<void>
  readonly #living = new Map<EngineProcess, Promise<void>>()
  #confinement: Confinement | undefined
  #spare: EngineProcess | undefined
  #spareTimer: NodeJS.Timeout | undefined
  #compiling: Promise<void> | undefined
  #keepsSpare = false
  #isClosed = false

  constructor(options: StarterOptions) {
    this.#options = options
    this.#cleaned = cleanScratch(options.scratchDirectory)
  }

  /** The loaded child that waits for a queue, if there is one. */
  get spare(): EngineProcess | undefined {
    return this.#spare
  }

  /** False while every user id is taken: the next child has to wait for one to be gone. */
  get hasRoom(): boolean {
    return this.#spare !== undefined || this.#held().hasFreeUser
  }

  /** Whether children reach nothing but what is dialled for them at their berth's door. */
  get ownNetwork(): boolean {
    return this.#held().ownNetwork
  }

  /** Resolves when what dead children left is gone. */
  get cleaned(): Promise<void> {
    return this.#cleaned
  }

  /** Keeps a loaded child at hand from now on; resolves when the first is. */
  async warm(): Promise<void> {
    this.#keepsSpare = true
    await this.#cleaned
    await this.#compileAhead()
    await this.#startSpare()?.ready
  }

  /** Gives the spare child, or a new one. */
  take(): EngineProcess {
    const taken = this.#spare ?? this.#start(this.#held().takeUser())
    this.#spare = undefined
    this.#spareTimer ??= setTimeout(() => void this.#prepareNext(), this.#keepsSpare ? spareDelayMs : compileDelayMs).unref()
    return taken
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#spareTimer)
    for (const each of this.#living.keys()) each.kill('the server is shutting down')
    await Promise.all([this.#compiling, ...this.#living.values()])
    await this.#cleaned
    await cleanScratch(this.#options.scratchDirectory)
  }

  async #prepareNext(): Promise<void> {
    this.#spareTimer = undefined
    const log = (error: unknown): void =>
      this.#options.logger.warn({ err: error }, 'engine code was not compiled ahead; children load slower')
    await this.#compile().catch(log)
    if (this.#keepsSpare) this.#startSpare()
  }

  #startSpare(): EngineProcess | undefined {
    if (this.#isClosed || this.#spare !== undefined || !this.#held().hasFreeUser) return this.#spare
    const spare = this.#start(this.#held().takeUser())
    this.#spare = spare
    void spare.ended.then(() => {
      if (this.#spare === spare) this.#spare = undefined
    })
    return spare
  }

  #start(user: number | undefined): EngineProcess {
    const { scratchDirectory, logger } = this.#options
    const berth = new Berth(scratchDirectory, this.#held(), user)
    const cacheDirectory = this.#shareCompiled(user)
    const command = this.#held().command({ user, directory: berth.directory, cacheDirectory })
    const started = new EngineProcess({ ...command, cacheDirectory, berth, logger })
    const gone = started.ended.then(() => berth[Symbol.asyncDispose]()).finally(() => this.#living.delete(started))
    this.#living.set(started, gone)
    return started
  }

  #held(): Confinement {
    if (this.#confinement !== undefined) return this.#confinement
    const { nodePath, scratchDirectory, firstUser, ownNetwork, fileBytes, script, logger } = this.#options
    this.#confinement = new Confinement({
      nodePath: nodePath ?? process.execPath,
      script: script ?? engineScript,
      scratchDirectory,
      firstUser: firstUser ?? defaultFirstUser,
      ownNetwork: ownNetwork ?? false,
      isDoorPossible: Buffer.byteLength(doorIn(scratchDirectory)) <= longestDoorPath,
      fileBytes: fileBytes ?? 16 * 2 ** 30,
    })
    const { group, lacks } = this.#confinement
    const fields = { ownUsers: group !== undefined, ownNetwork: this.#confinement.ownNetwork }
    if (lacks.length === 0) logger.info(fields, 'engine children are held in')
    // Who is not root has chosen so, or cannot change it.
    else if (process.getuid?.() === 0) logger.warn({ ...fields, lacks }, 'engine children are held in by less than was asked for')
    else logger.info({ ...fields, lacks }, 'engine children are held in by what this user may do')
    return this.#confinement
  }

  get #compiledDirectory(): string {
    return join(this.#options.scratchDirectory, 'compiled')
  }

  /** Node keeps compiled code by user: a child's own finds that of the server's by a link, which it can read and not change. */
  #shareCompiled(user: number | undefined): string {
    const directory = this.#compiledDirectory
    mkdirSync(directory, { recursive: true, mode: user === undefined ? 0o700 : 0o755 })
    if (user === undefined) return directory
    chmodSync(directory, 0o755)
    for (const name of readdirSync(directory).filter(isOwn)) {
      const link = join(directory, name.replace(/-\d+$/, `-${user}`))
      if (!existsSync(link)) symlinkSync(name, link)
    }
    return directory
  }

  /**
   * Code that one child compiled is run by the next, so children with users of their own may not write it: one that runs as the server and never sees
   * a job does it for them, once per data directory and version of Node. Never rejects: without it children load slower.
   */
  #compileAhead(): Promise<void> {
    const { group } = this.#held()
    this.#compiling ??= group === undefined ? Promise.resolve() : this.#compile().catch((error: unknown) => this.#tellCompiling(error))
    return this.#compiling
  }

  #tellCompiling(error: unknown): void {
    if (!this.#isClosed) this.#options.logger.warn({ err: error }, 'engine code was not compiled ahead; children load slower')
  }

  async #compile(): Promise<void> {
    const directory = this.#shareCompiled(undefined)
    const isThere = (await readdir(directory)).some((name) => isOwn(name) && name.startsWith(`${process.version}-`))
    if (isThere || this.#isClosed) return
    const compiler = this.#start(undefined)
    await compiler.ready
    // Each of its threads keeps what it compiled right behind its news.
    await sleep(compileGraceMs)
    await compiler[Symbol.asyncDispose]()
    for (const name of (await readdir(directory)).filter(isOwn)) {
      chmodSync(join(directory, name), 0o755)
      for (const file of await readdir(join(directory, name))) chmodSync(join(directory, name, file), 0o644)
    }
  }
}

/** Whether a folder of compiled code is of the server's own user. */
function isOwn(name: string): boolean {
  return name.endsWith(`-${process.getuid?.() ?? 0}`)
}

/** What children left behind that could not clean up: they are killed, not asked. */
async function cleanScratch(directory: string): Promise<void> {
  const entries = await readdir(directory).catch(() => [])
  const left = entries.filter((entry) => entry.startsWith(berthPrefix))
  await Promise.all(left.map((entry) => rm(join(directory, entry), { recursive: true, force: true }).catch(() => undefined)))
}
