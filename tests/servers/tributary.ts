// A real Tributary server in a process of its own, as tests and examples start it: from its ready line to its end.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { memoryGoesBack, nodeFlags } from '../../tools/launch.mjs'
import { type Program, testProgram } from './program.ts'

/** Who the server knows from its first start on; the values are for this machine alone. */
export interface Account {
  readonly domainName: string
  readonly adminUser: string
  readonly adminPassword: string
  readonly projectName: string
  readonly projectId: string
  readonly accessKey: string
  readonly secretKey: string
}

/** The account of tests and examples: the project id is the one that the published pages print. */
export const sampleAccount: Account = {
  domainName: 'example',
  adminUser: 'admin',
  adminPassword: 'Correct-horse-battery-1',
  projectName: 'local',
  projectId: '48cc2c48765f481480c7db940d6409d1',
  accessKey: 'EXAMPLEAK0123456789A',
  secretKey: 'ExampleSk0123456789abcdefghijklmnopqrstu',
}

/** A running server. Disposing it ends the process and, where `startTributary` made it, removes the data directory. */
export interface TributaryServer extends AsyncDisposable {
  readonly endpoint: string
  readonly pid: number
  readonly dataDir: string
  readonly account: Account
  /** Everything it has written to standard error so far; nothing when a `logPath` takes it. */
  readonly log: () => string
  /** SIGTERM, then waits for the end. @returns the exit code */
  stop(): Promise<number | null>
  /** SIGKILL, then waits for the end. */
  kill(): Promise<void>
}

/** `args` follow `serve`; `dataDir` is kept when it is given, made and removed when not. */
export interface StartOptions {
  readonly dataDir?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Who it knows: the sample account unless given; `generated` leaves it to the server and reads what it wrote. */
  readonly account?: Account | 'generated'
  /** Where its standard error goes, written by the system; without it this process reads along. For measuring. */
  readonly logPath?: string
  /** The program: `testProgram` unless given, or `lib/server.js` of a package. */
  readonly entry?: string
  /** Arguments of Node itself, such as `--cpu-prof`. */
  readonly nodeArgs?: readonly string[]
  /** A command that becomes the server, such as `prlimit --nofile=100`. */
  readonly under?: readonly string[]
}

const readyMs = 60_000

/**
 * Starts `tributary serve` on a free port of 127.0.0.1 and waits for its ready line, at most a minute: on a machine that many share a start takes its time.
 * @throws {Error} with the server's own words when it ends before it is ready
 */
export async function startTributary(options: StartOptions = {}): Promise<TributaryServer> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'tributary-data-')))
  const logFile = options.logPath === undefined ? undefined : openSync(options.logPath, 'a')
  const { entry, compileCache }: Program = options.entry === undefined ? await testProgram() : { entry: options.entry }
  const nodeArgs = [...nodeFlags(entry), ...(options.nodeArgs ?? [])]
  const [command, ...words] = [...(options.under ?? []), process.execPath]
  const child = spawn(command, [...words, ...nodeArgs, entry, 'serve', '--port', '0', '--data-dir', dataDir, ...(options.args ?? [])], {
    env: {
      ...memoryGoesBack,
      ...kept(['PATH', 'NODE_COMPILE_CACHE']),
      ...(compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache }),
      ...bootstrapOf(options.account ?? sampleAccount),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', logFile ?? 'pipe'],
  })
  if (logFile !== undefined) closeSync(logFile)
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-1_000_000)
  })
  const ended = once(child, 'exit')
  const endpoint = await readyLine(child, ended, () => log)
  const account = options.account === 'generated' ? await readAccount(dataDir) : (options.account ?? sampleAccount)
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
    return child.exitCode
  }
  return {
    endpoint,
    pid: child.pid as number,
    dataDir,
    account,
    log: () => log,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await end('SIGTERM')
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function bootstrapOf(account: Account | 'generated'): Record<string, string> {
  if (account === 'generated') return {}
  return {
    TRIBUTARY_DOMAIN_NAME: account.domainName,
    TRIBUTARY_ADMIN_USER: account.adminUser,
    TRIBUTARY_ADMIN_PASSWORD: account.adminPassword,
    TRIBUTARY_PROJECT_NAME: account.projectName,
    TRIBUTARY_PROJECT_ID: account.projectId,
    TRIBUTARY_ACCESS_KEY: account.accessKey,
    TRIBUTARY_SECRET_KEY: account.secretKey,
  }
}

/** Of our own environment only this: a test's server must not see settings of whoever runs it. */
function kept(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
}

/** The file that a first start writes. */
async function readAccount(dataDir: string): Promise<Account> {
  const written = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as Record<string, string>
  const member = (name: string) => written[name] ?? ''
  return {
    domainName: member('domain_name'),
    adminUser: member('user_name'),
    adminPassword: member('password'),
    projectName: member('project_name'),
    projectId: member('project_id'),
    accessKey: member('access_key'),
    secretKey: member('secret_key'),
  }
}

async function readyLine(child: ChildProcess, ended: Promise<unknown>, log: () => string): Promise<string> {
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const match = /^Tributary is ready at (https?:\/\/\S+)/.exec(line)
      if (match !== null) resolve(match[1] as string)
    })
  })
  const failed = ended.then(() => Promise.reject(new Error(`the server ended before it was ready:\n${log()}`)))
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error(`the server was not ready within ${readyMs / 1000} s:\n${log()}`)), readyMs).unref(),
  )
  const endpoint = await Promise.race([ready, failed, late])
  failed.catch(() => {})
  return endpoint
}
