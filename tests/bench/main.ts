// `npm run bench [-- http|store|query|sql|write|cut|relay|start|scale …] [--rows 10000000] [--connections 100000] [--json FILE] [--profile DIR]`: speeds, as ratios against a baseline of the same run.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { arch, availableParallelism, platform, tmpdir, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { readFlags, refuse } from '../../tools/flags.ts'
import { benchCut } from './cut.ts'
import { type Figure, type Part, type PeerPlaces, type SystemName, systemNames } from './harness.ts'
import { benchHttp } from './http.ts'
import { Lifetimes } from './lifetimes.ts'
import { benchPeers } from './peers.ts'
import { benchQuery } from './query.ts'
import { benchRelay } from './relay.ts'
import { formatReport, reportData } from './report.ts'
import { benchScale } from './scale.ts'
import { benchSql } from './sql.ts'
import { benchStart } from './start.ts'
import { benchStore } from './store.ts'
import { benchWrite } from './write.ts'

const parts: Readonly<Record<string, Part>> = {
  http: benchHttp,
  store: benchStore,
  query: benchQuery,
  sql: benchSql,
  write: benchWrite,
  cut: benchCut,
  relay: benchRelay,
  start: benchStart,
  scale: benchScale,
  peers: benchPeers,
}
/** Parts that take many minutes: they run when they are named. */
const longParts: ReadonlySet<string> = new Set(['peers', 'sql'])
const begun = performance.now()
const script = {
  start: 'npm run bench --',
  words: `[${Object.keys(parts).join('|')} …]`,
  flags: {
    rows: { value: 'N', usual: '1000000', says: 'rows of the source table of query' },
    connections: { value: 'N', usual: '20000', says: 'connections in the data directory of start' },
    scale: { value: 'N', usual: '1', says: 'scale factor of TPC-H' },
    rounds: { value: 'N', usual: '5', says: 'rounds of the parts that leave it to the caller' },
    minutes: { value: 'N', usual: '0', says: 'how long sql keeps many queues busy' },
    trino: { value: 'DIR', says: 'an unpacked Trino, for peers; needs --java' },
    java: { value: 'DIR', says: 'the JAVA_HOME that runs it, 24 or later' },
    python: { value: 'PROGRAM', says: 'a Python with pyspark and duckdb, for peers' },
    jars: { value: 'FILES', says: 'JDBC drivers for Spark, separated by commas' },
    fdw: { value: 'DIR', says: 'the programs of a PostgreSQL that has postgres_fdw and mysql_fdw, for peers' },
    systems: {
      value: 'NAMES',
      says: 'of the systems that have a place, those that take part in peers: trino, spark, fdw, duckdb; separated by commas',
    },
    'query-limit': { value: 'SECONDS', usual: '60', says: 'how long a query of peers may take before it is given up' },
    json: { value: 'FILE', says: 'writes the figures there too' },
    profile: { value: 'DIR', says: 'keeps a CPU profile of each server there' },
    'time-limit': { value: 'SECONDS', usual: '480', says: 'when to give up' },
  },
} as const

/** To standard error, so that a table that is kept holds no progress. */
function say(line: string): void {
  console.error(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`)
}

/** Runs one part and ends what it started, however it went. */
async function runPart(part: Part, directory: string, broken: Promise<never>): Promise<readonly Figure[]> {
  await using lifetimes = new Lifetimes()
  const profileDir = values.profile === undefined ? undefined : resolve(values.profile)
  const sizes = {
    rows: Number(values.rows),
    connections: Number(values.connections),
    scale: Number(values.scale),
    rounds: Number(values.rounds),
    minutes: Number(values.minutes),
  }
  return await Promise.race([part({ say, lifetimes, directory, ...sizes, peers: peerPlaces(), profileDir }), broken])
}

/** Where the systems lie that `peers` compares with. */
function peerPlaces(): PeerPlaces {
  const { trino: home, java, python, jars, fdw } = values
  if (home !== undefined && java === undefined) throw new Error('--trino needs --java, a JDK of 24 or later')
  const trino = home === undefined || java === undefined ? undefined : { home, java }
  return { trino, python, jars, fdw, chosen: chosenSystems(values.systems), queryLimitMs: Number(values['query-limit']) * 1000 }
}

/** Those that `--systems` names, all unless told. @throws {Error} for a name that none has */
function chosenSystems(names: string | undefined): ReadonlySet<SystemName> {
  const wanted = names?.split(',') ?? systemNames
  const unknown = wanted.filter((name) => !systemNames.some((known) => known === name))
  if (unknown.length > 0) throw new Error(`--systems knows no ${unknown.join(', ')}; there are ${systemNames.join(', ')}`)
  return new Set(systemNames.filter((name) => wanted.includes(name)))
}

/** Rejects on Ctrl-C and when the run has taken too long. */
function whenBroken(seconds: number): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(`ended by ${signal}`)))
    setTimeout(() => reject(new Error(`ended after ${seconds} s (--time-limit)`)), seconds * 1000).unref()
  })
}

/** The last errors in the servers' logs, which go with the directory. */
async function loggedErrors(directory: string): Promise<readonly string[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.log'))
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')))
  return texts.flatMap((text) => text.split('\n').filter((line) => line.includes('"level":"error"'))).slice(-5)
}

function machine(): string {
  return `Node ${process.version}, ${platform()} ${arch()}, ${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GiB`
}

const { flags: values, words: positionals } = readFlags(script)
const chosen = positionals.length === 0 ? Object.keys(parts).filter((name) => !longParts.has(name)) : positionals
const unknown = chosen.filter((name) => parts[name] === undefined)
if (unknown.length > 0) refuse(script, `no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`)

const directory = await mkdtemp(join(tmpdir(), 'tributary-bench-'))
const figures: Record<string, readonly Figure[]> = {}
const broken = whenBroken(Number(values['time-limit']))
broken.catch(() => {})
try {
  for (const name of chosen) figures[name] = await runPart(parts[name] as Part, directory, broken)
} catch (error) {
  process.exitCode = 1
  console.error(`tributary: ${error instanceof Error ? error.message : String(error)}`)
  for (const line of await loggedErrors(directory)) console.error(line)
} finally {
  await rm(directory, { recursive: true, force: true })
}
if (Object.keys(figures).length > 0)
  console.log(`${machine()}; ${((performance.now() - begun) / 1000).toFixed(0)} s\n\n${formatReport(figures)}`)
if (values.json !== undefined) {
  await writeFile(values.json, `${JSON.stringify({ machine: machine(), figures: reportData(figures) }, null, 2)}\n`)
}
