// Trino as a peer: one node on loopback that reads the sources through its own connectors.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Peer, PeerSource } from './peer.ts'
import { freePort } from './free-port.ts'

const startTimeoutMs = 300_000
const heap = '4G'

/** Where Trino and a Java that runs it lie. */
export interface TrinoPlaces {
  /** The unpacked server. */
  readonly home: string
  /** `JAVA_HOME` of JDK 24 or later. */
  readonly java: string
}

interface Page {
  readonly nextUri?: string
  readonly data?: readonly (readonly unknown[])[]
  readonly error?: { readonly message: string }
}

/** Another program may take the port that was free a moment before. */
const startAttempts = 3

/** Starts a node with a catalog for each source. @throws {Error} with the end of its log when it does not come up */
export async function startTrino(places: TrinoPlaces, sources: readonly PeerSource[], directory: string): Promise<Peer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnFreePort(places, sources, directory)
    } catch (error) {
      if (attempt === startAttempts) throw error
    }
  }
}

async function startOnFreePort(places: TrinoPlaces, sources: readonly PeerSource[], directory: string): Promise<Peer> {
  const port = await freePort()
  await configure(directory, port, sources)
  const log = join(directory, 'server.log')
  const child = launch(places, directory, log)
  try {
    await untilReady(port, child)
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`Trino did not start: ${(await readFile(log, 'utf8')).slice(-2000)}`, { cause: error })
  }
  return {
    name: 'Trino',
    rows: (sql, signal) => run(port, qualified(spelled(sql), sources), signal),
    [Symbol.asyncDispose]: () => ended(child),
  }
}

async function configure(directory: string, port: number, sources: readonly PeerSource[]): Promise<void> {
  await mkdir(join(directory, 'etc', 'catalog'), { recursive: true })
  const lines = {
    'node.properties': [
      'node.environment=bench',
      'node.id=bench',
      `node.data-dir=${join(directory, 'data')}`,
      // By itself it listens on and calls the machine's own address, and nothing of a bench leaves loopback.
      'node.internal-address=127.0.0.1',
      'node.bind-ip=127.0.0.1',
    ],
    'config.properties': [
      'coordinator=true',
      'node-scheduler.include-coordinator=true',
      `http-server.http.port=${port}`,
      `discovery.uri=http://127.0.0.1:${port}`,
      'catalog.management=static',
    ],
    'log.properties': ['io.trino=WARN'],
  }
  for (const [name, text] of Object.entries(lines)) await writeFile(join(directory, 'etc', name), `${text.join('\n')}\n`)
  for (const source of sources) {
    const url =
      source.kind === 'postgresql'
        ? `jdbc:postgresql://127.0.0.1:${source.port}/${source.database}`
        : `jdbc:mariadb://127.0.0.1:${source.port}`
    const catalog = [
      `connector.name=${source.kind}`,
      `connection-url=${url}`,
      `connection-user=${source.user}`,
      `connection-password=${source.password}`,
    ]
    await writeFile(join(directory, 'etc', 'catalog', `${source.name}.properties`), `${catalog.join('\n')}\n`, { mode: 0o600 })
  }
}

function launch({ home, java }: TrinoPlaces, directory: string, log: string): ChildProcess {
  const out = createWriteStream(log)
  const flags = [`-Xmx${heap}`, '-XX:+UseG1GC', '-XX:+ExplicitGCInvokesConcurrent', '-Djdk.attach.allowAttachSelf=true']
  const open = ['--add-modules=jdk.incubator.vector', '--enable-native-access=ALL-UNNAMED', '--sun-misc-unsafe-memory-access=allow']
  const places = [
    `-Dconfig=${join(directory, 'etc', 'config.properties')}`,
    `-Dnode.config=${join(directory, 'etc', 'node.properties')}`,
    `-Dlog.levels-file=${join(directory, 'etc', 'log.properties')}`,
    `-Dcatalog.config-dir=${join(directory, 'etc', 'catalog')}`,
    `-Dplugin.dir=${join(home, 'plugin')}`,
    '-Dnode.environment=bench',
    '-Dnode.id=bench',
    `-Dnode.data-dir=${join(directory, 'data')}`,
  ]
  const child = spawn(
    join(java, 'bin', 'java'),
    [...flags, ...open, ...places, '-cp', join(home, 'lib', '*'), 'io.trino.server.TrinoServer'],
    {
      cwd: directory,
      env: { PATH: process.env['PATH'] ?? '', JAVA_HOME: java, TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  child.stdout?.pipe(out)
  child.stderr?.pipe(out)
  return child
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  const until = Date.now() + startTimeoutMs
  let last: unknown
  while (Date.now() < until && child.exitCode === null) {
    try {
      await run(port, 'SELECT 1')
      return
    } catch (error) {
      last = error
      await sleep(500)
    }
  }
  throw new Error('it answers no query', { cause: last })
}

/** Sends a statement and follows its pages. @see Trino, client protocol */
async function run(port: number, sql: string, signal?: AbortSignal): Promise<readonly (readonly unknown[])[]> {
  const headers = { 'x-trino-user': 'bench', 'x-trino-time-zone': 'UTC' }
  const rows: (readonly unknown[])[] = []
  let response = await fetch(`http://127.0.0.1:${port}/v1/statement`, { method: 'POST', headers, body: sql })
  for (;;) {
    if (!response.ok) throw new Error(`Trino answered ${response.status}: ${await response.text()}`)
    const page = (await response.json()) as Page
    if (page.error !== undefined) throw new Error(page.error.message)
    rows.push(...(page.data ?? []))
    if (page.nextUri === undefined) return rows
    // Whoever deletes the next page ends the query.
    if (signal?.aborted === true) await fetch(page.nextUri, { method: 'DELETE', headers })
    if (signal?.aborted === true) throw new Error('cancelled')
    response = await fetch(page.nextUri, { headers })
  }
}

/** Trino's GROUP BY knows no alias: what it stands for is written there. */
function spelled(sql: string): string {
  return sql.replace(/\bAS supplier_no\b([^]*?)\bGROUP BY\s+supplier_no\b/, 'AS supplier_no$1GROUP BY l_suppkey')
}

function qualified(sql: string, sources: readonly PeerSource[]): string {
  const views = sources.flatMap((source) => {
    const schema = source.kind === 'postgresql' ? 'public' : source.database
    return source.tables
      .filter((table) => new RegExp(`\\b${table}\\b`).test(sql))
      .map((table) => `${table} AS (SELECT * FROM ${source.name}.${schema}.${table})`)
  })
  return withTables(sql, views)
}

/** Names tables by common table expressions, which every planner looks through. */
function withTables(sql: string, views: readonly string[]): string {
  if (views.length === 0) return sql
  const own = /^\s*WITH\s+/i.exec(sql)
  return own === null ? `WITH ${views.join(', ')} ${sql}` : `WITH ${views.join(', ')}, ${sql.slice(own[0].length)}`
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}
