// Machines that have only npm, as folders: a PATH with node, npm and sh alone, an empty HOME, and what is run there as somebody would.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

/** What a command came to. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A server that runs there. Disposing it kills it. */
export interface Served extends AsyncDisposable {
  readonly endpoint: string
  readonly pid: number
  /** Resolves with the exit code when it has ended by itself. */
  readonly ended: Promise<number | null>
  /** SIGTERM to the process that was started, then waits for its end. @returns the exit code */
  stop(): Promise<number | null>
}

/** How a command is run; `env` is added to what the machine has. */
export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly uid?: number
}

const readyMs = 60_000

/** One such machine, below a temporary folder. */
export class Machine implements AsyncDisposable {
  /** Everything that is written there is below it. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>

  private constructor(folder: string) {
    this.folder = folder
    this.env = {
      PATH: join(folder, 'bin'),
      HOME: join(folder, 'home'),
      ...npmSettings(),
    }
  }

  /** @param node - the node of this machine; the one that is installed here unless told */
  static async open(node = commandOf('node')): Promise<Machine> {
    const machine = new Machine(await mkdtemp(join(tmpdir(), 'tributary-machine-')))
    for (const name of ['bin', 'home', 'app']) await mkdir(join(machine.folder, name))
    const commands = { node, npm: commandOf('npm'), npx: commandOf('npx'), sh: '/bin/sh' }
    for (const [name, path] of Object.entries(commands)) await symlink(path, join(machine.folder, 'bin', name))
    return machine
  }

  /** Where somebody stands who has just made an empty folder. */
  get app(): string {
    return join(this.folder, 'app')
  }

  /** Runs a command to its end. */
  async run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const child = this.#spawn(command, args, options)
    const said = Promise.all([text(child.stdout), text(child.stderr)])
    const [code] = (await once(child, 'close')) as [number | null]
    const [stdout, stderr] = await said
    return { code, stdout, stderr }
  }

  /** Runs a command that prints Tributary's ready line, and waits for that. @throws {Error} with what it said when it ends before */
  async serve(command: string, args: readonly string[], options: RunOptions = {}): Promise<Served> {
    const child = this.#spawn(command, args, options)
    let log = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (log = (log + chunk).slice(-100_000)))
    const closed = once(child, 'close')
    const ready = new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const match = /^Tributary is ready at (https?:\/\/\S+)/.exec(line)
        if (match !== null) resolve(match[1] as string)
      })
    })
    const failed = closed.then(() => Promise.reject(new Error(`it ended before it was ready:\n${log}`)))
    failed.catch(() => {})
    const late = new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error(`it was not ready in time:\n${log}`)), readyMs).unref(),
    )
    const endpoint = await Promise.race([ready, failed, late])
    const end = async (signal: NodeJS.Signals): Promise<number | null> => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await closed
      return child.exitCode
    }
    return {
      endpoint,
      pid: child.pid as number,
      ended: closed.then(() => child.exitCode),
      stop: () => end('SIGTERM'),
      [Symbol.asyncDispose]: async () => void (await end('SIGTERM')),
    }
  }

  #spawn(command: string, args: readonly string[], { cwd = this.app, env, uid }: RunOptions) {
    const who = uid === undefined ? {} : { uid, gid: uid }
    return spawn(command, args, { cwd, env: { ...this.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], ...who })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** A port of loopback that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** The command as it is installed on this machine, not as our packages bring it. */
function commandOf(name: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  const found = folders.map((folder) => join(folder, name)).find(isExecutable)
  if (found === undefined) throw new Error(`there is no ${name} on the PATH`)
  return found
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return existsSync(path)
  } catch {
    return false
  }
}

/** HOME is empty there: where npm asks for packages, and what it has of them already, come as variables. */
function npmSettings(): Readonly<Record<string, string>> {
  const [registry = '', cache = ''] = ['registry', 'cache'].map((key) =>
    execFileSync(commandOf('npm'), ['config', 'get', key], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(),
  )
  const passed = Object.entries(process.env).filter(([name]) => /^(NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy)$/i.test(name))
  return {
    ...(Object.fromEntries(passed) as Record<string, string>),
    npm_config_registry: registry,
    npm_config_cache: cache,
    npm_config_prefer_offline: 'true',
    npm_config_update_notifier: 'false',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  }
}
