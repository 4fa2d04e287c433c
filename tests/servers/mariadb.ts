// A real MariaDB server on 127.0.0.1 for tests: made in a few seconds, thrown away at the end.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { chown, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import mysql from 'mysql2/promise'
import { fromTemplate, type Owner } from './templates.ts'

/** What a server is started with; everything has a default. */
export interface MariadbOptions {
  /** Databases to create, each with the SQL that fills it. */
  readonly databases?: Readonly<Record<string, string>>
  readonly user?: string
  readonly password?: string
  /** More options of the server, without their dashes. */
  readonly settings?: Readonly<Record<string, string>>
  /** Where certificate and key lie (PEM); TLS is off without them. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string }
}

/** A running server. Disposing it, or the end of this process, ends it and removes its data. */
export interface MariadbServer extends AsyncDisposable {
  readonly port: number
  readonly user: string
  readonly password: string
  /** Every connection and statement the server was sent, as the server tells it: the general log. */
  readonly logPath: string
  /** Runs SQL on a connection of its own and answers the rows of the last statement; numbers that JavaScript cannot hold and dates are text. */
  query(database: string | undefined, sql: string): Promise<readonly Record<string, unknown>[]>
}

interface Account {
  readonly user: string
  readonly password: string
}

const startTimeoutMs = 60_000

/** Several servers start side by side: the kernel has few queues for asynchronous reads, and disks are not waited for. */
const sparing: Readonly<Record<string, string>> = {
  'innodb-buffer-pool-size': '32M',
  'innodb-log-file-size': '8M',
  'innodb-flush-log-at-trx-commit': '0',
  'innodb-use-native-aio': '0',
}
const portAttempts = 5

/** Why no server can be started here; `undefined` when one can. */
export function mariadbAbsence(): string | undefined {
  return findProgram('mariadbd') === undefined || findProgram('mariadb-install-db') === undefined
    ? 'no MariaDB here: install mariadb-server, or put mariadbd and mariadb-install-db on PATH'
    : undefined
}

/** Starts a server. @throws {Error} when no MariaDB is installed or it does not come up; the message holds the end of its log */
export async function startMariadb(options: MariadbOptions = {}): Promise<MariadbServer> {
  const absence = mariadbAbsence()
  if (absence !== undefined) throw new Error(absence)
  const directory = await mkdtemp(join(tmpdir(), 'tributary-mariadb-'))
  const account = { user: options.user ?? 'tributary', password: options.password ?? 'Tributary-1' }
  try {
    const identity = serverIdentity()
    await initialise(directory, identity, account, options)
    const { guard, port } = await startOnFreePort(directory, identity, options)
    const server = serverOf({ guard, port, directory }, account)
    await fill(server, options.databases ?? {})
    return server
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

function serverOf({ guard, port, directory }: { guard: ChildProcess; port: number; directory: string }, account: Account): MariadbServer {
  return {
    ...account,
    port,
    logPath: join(directory, 'general'),
    query: (database, sql) => query({ ...account, port, ...(database === undefined ? {} : { database }) }, sql),
    async [Symbol.asyncDispose]() {
      await ended(guard)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function query(to: Account & { port: number; database?: string }, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = await mysql.createConnection({
    ...to,
    host: '127.0.0.1',
    multipleStatements: true,
    supportBigNumbers: true,
    dateStrings: true,
  })
  try {
    const [results] = await client.query(sql)
    const isSeveral = Array.isArray(results) && Array.isArray(results.at(-1))
    const last: unknown = isSeveral ? (results as unknown[]).at(-1) : results
    return Array.isArray(last) ? (last as Record<string, unknown>[]) : []
  } finally {
    await client.end()
  }
}

async function fill(server: MariadbServer, databases: Readonly<Record<string, string>>): Promise<void> {
  for (const [database, sql] of Object.entries(databases)) {
    await server.query(undefined, `create database \`${database}\` character set utf8mb4`)
    if (sql !== '') await server.query(database, sql)
  }
}

async function initialise(directory: string, identity: Owner, account: Account, options: MariadbOptions): Promise<void> {
  const { uid, gid } = identity
  // A server that starts removes what others have in a directory for temporary tables that they share.
  await mkdir(join(directory, 'tmp'))
  await writeFile(
    join(directory, 'init.sql'),
    `create user '${account.user}'@'%' identified by '${account.password}';\ngrant all on *.* to '${account.user}'@'%' with grant option;\n`,
  )
  if (options.tls !== undefined) {
    await copyFile(options.tls.certFile, join(directory, 'server.crt'))
    await copyFile(options.tls.keyFile, join(directory, 'server.key'))
  }
  const owned = ['', 'tmp', 'init.sql', ...(options.tls === undefined ? [] : ['server.crt', 'server.key'])]
  if (uid !== undefined && gid !== undefined) for (const name of owned) await chown(join(directory, name), uid, gid)
  await fromTemplate('mariadb', join(directory, 'data'), identity, (data) => install(data, join(directory, 'tmp'), identity))
}

async function install(data: string, temporary: string, identity: Owner): Promise<void> {
  const made = spawn(
    findProgram('mariadb-install-db') ?? '',
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--tmpdir=${temporary}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-log-bin',
      ...Object.entries(sparing).map(([name, value]) => `--${name}=${value}`),
    ],
    { ...processOptions(identity), stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const said = Promise.all([text(made.stdout), text(made.stderr)])
  const [code] = await once(made, 'close')
  if (code !== 0) throw new Error(`mariadb-install-db ended with ${code}: ${(await said).join('\n')}`)
}

function serverArguments(directory: string, port: number, options: MariadbOptions): string[] {
  const settings: Record<string, string> = {
    datadir: join(directory, 'data'),
    tmpdir: join(directory, 'tmp'),
    socket: join(directory, 'socket'),
    'pid-file': join(directory, 'pid'),
    'init-file': join(directory, 'init.sql'),
    'bind-address': '127.0.0.1',
    port: String(port),
    'skip-name-resolve': '1',
    'skip-log-bin': '1',
    'general-log': '1',
    'general-log-file': join(directory, 'general'),
    ...sparing,
    ...(options.tls === undefined ? {} : { 'ssl-cert': join(directory, 'server.crt'), 'ssl-key': join(directory, 'server.key') }),
    ...options.settings,
  }
  return ['--no-defaults', ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`)]
}

/** MariaDB cannot be asked for "any port": one is picked and another tried where it is taken. */
async function startOnFreePort(
  directory: string,
  identity: Owner,
  options: MariadbOptions,
): Promise<{ guard: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const guard = startGuarded(directory, identity, serverArguments(directory, port, options))
    if (await comesUp(guard, join(directory, 'log'))) return { guard, port }
    const log = readLog(join(directory, 'log'))
    await ended(guard)
    if (attempt === portAttempts || !log.includes('Address already in use')) throw new Error(`MariaDB did not start: ${log.slice(-2000)}`)
  }
}

// The shell waits on a pipe from this process: when the pipe closes, on purpose or because this process died, the server is killed; its data is thrown away.
const guardScript = `
program=$1 dir=$2; shift 2
"$program" "$@" >"$dir/log" 2>&1 </dev/null &
server=$!
( while read -r _; do :; done; kill -KILL $server 2>/dev/null; rm -rf "$dir" ) <&3 &
wait $server
`

function startGuarded(directory: string, identity: Owner, options: readonly string[]): ChildProcess {
  const program = findProgram('mariadbd') ?? ''
  return spawn('/bin/sh', ['-c', guardScript, 'tributary-mariadb', program, directory, ...options], {
    ...processOptions(identity),
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
  })
}

async function comesUp(guard: ChildProcess, logPath: string): Promise<boolean> {
  const until = Date.now() + startTimeoutMs
  while (guard.exitCode === null && Date.now() < until) {
    if (readLog(logPath).includes('ready for connections')) return true
    await sleep(20)
  }
  return false
}

async function ended(guard: ChildProcess): Promise<void> {
  const closed = guard.exitCode === null && guard.signalCode === null ? once(guard, 'exit') : undefined
  guard.stdio[3]?.destroy()
  await closed
}

function readLog(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

function processOptions({ uid, gid }: Owner): { env: NodeJS.ProcessEnv; cwd: string; uid?: number; gid?: number } {
  const base = { env: { PATH: searchPath().join(delimiter), LC_ALL: 'C', TZ: 'UTC' }, cwd: tmpdir() }
  return uid === undefined || gid === undefined ? base : { ...base, uid, gid }
}

/** Debian keeps the server where only root's PATH looks. */
function searchPath(): readonly string[] {
  return [...(process.env['PATH'] ?? '').split(delimiter).filter((place) => place !== ''), '/usr/sbin', '/usr/local/sbin']
}

function findProgram(name: string): string | undefined {
  return searchPath()
    .map((place) => join(place, name))
    .find((path) => existsSync(path))
}

/** As root the server runs as `mysql`, or else as `nobody`. */
function serverIdentity(): Owner {
  if (process.getuid?.() !== 0) return { uid: undefined, gid: undefined }
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const account = accounts.find(([name]) => name === 'mysql') ?? accounts.find(([name]) => name === 'nobody')
  return { uid: Number(account?.[2] ?? 65_534), gid: Number(account?.[3] ?? 65_534) }
}
