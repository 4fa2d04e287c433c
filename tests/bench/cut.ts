// How soon a cut is real: from the call that unbinds a queue until the source of its running scan has no socket of it, beside a socket that is simply destroyed.

import { Socket } from 'node:net'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { sites, until } from '../../examples/quickstart/procedure.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { CountingGate } from './counting-gate.ts'
import { type Bench, type Figure, inTurn, median, percentile } from './harness.ts'
import { attach, type Installation, startInstallation } from './installation.ts'
import type { Jobs } from './jobs.ts'

const blocks = 6
const roundsPerBlock = 5
// The part takes half a minute at most: on a slow machine it makes fewer rounds, and says how many.
const lastBlockMs = 22_000
const goalMs = 200
const queue = 'cutting'
// A login is a few hundred bytes: these are rows.
const flowingBytes = 32 * 1024
const longestMs = 5_000

// Blocks of 10 KiB, more than PostgreSQL holds back, with a pause after each: the whole takes minutes, so only a cut ends it.
const trickleSql = `
  create view public.trickle as
    select g as id, repeat(md5(g::text), 32) as noise from generate_series(1, 100000) as g
    where g % 10 <> 0 or pg_sleep(0.01) is not null;`
const scanSql = 'SELECT count(*) AS n, max(reverse(noise)) AS m FROM shop.trickle'

/** What the rounds work with: the source, what stands before it, and the queue that reads through it. */
interface Scene {
  readonly source: PostgresServer
  readonly gate: CountingGate
  readonly jobs: Jobs
  readonly installation: Installation
  /** The id of the connection that is bound and cut. */
  readonly connection: string
}

/** Binds, scans and cuts, round by round; the first round is thrown away. */
export async function benchCut(bench: Bench): Promise<readonly Figure[]> {
  const begun = performance.now()
  const scene = await setUp(bench)
  const { cut, destroy } = await takeRounds(bench, scene, begun + lastBlockMs)
  await scene.installation.server.stop()
  const what = 'from disassociate-queue to no socket of the queue at the source'
  const bare = 'a socket destroyed, seen by its peer, p50'
  return [
    { what: `${what}, p50 of ${cut.length}`, unit: 'ms', ours: cut, baseline: { what: bare, values: destroy } },
    {
      what: `${what}, p99 of ${cut.length}`,
      unit: 'ms',
      ours: [percentile(cut, 0.99)],
      baseline: { what: bare, values: [median(destroy)] },
      goal: { value: goalMs },
    },
  ]
}

/** One block of rounds at least; no block begins after `lastAt` on the clock of `performance.now()`. */
async function takeRounds({ say }: Bench, scene: Scene, lastAt: number): Promise<{ cut: readonly number[]; destroy: readonly number[] }> {
  const measures = { cut: () => cutScan(scene), destroy: () => destroyScan(scene) }
  await inTurn(say, 'cut: warming up', 1, measures)
  const taken = { cut: [] as number[], destroy: [] as number[] }
  for (let block = 1; block <= blocks && (block === 1 || performance.now() < lastAt); block++) {
    const { cut, destroy } = await inTurn(say, `cut: unbinding under a scan, block ${block} of ${blocks}`, roundsPerBlock, measures)
    taken.cut.push(...cut)
    taken.destroy.push(...destroy)
  }
  return taken
}

async function setUp(bench: Bench): Promise<Scene> {
  const { lifetimes, say } = bench
  say('cut: starting a source that trickles')
  const source = await lifetimes.start(() => startPostgres({ databases: { sales: trickleSql } }))
  const gate = await lifetimes.start(() => CountingGate.start(source.port))
  const installation = await startInstallation(bench, 'cut')
  const jobs = await attach(installation, queue, [
    { site: sites.sales, server: { ...source, port: gate.port }, tables: { 'shop.trickle': 'public.trickle' } },
  ])
  const { wire, server } = installation
  const listed = await wire.json('GET', `/v2.0/${server.account.projectId}/datasource/enhanced-connections`)
  const [found] = listed['connections'] as readonly { readonly id: string }[]
  if (found === undefined) throw new Error('the connection to cut is not listed')
  return { source, gate, jobs, installation, connection: found.id }
}

/** One cut of a running scan. @returns ms from sending the call @throws {Error} when there was nothing to cut, or it was not cut */
async function cutScan({ gate, jobs, installation, connection }: Scene): Promise<number> {
  const { wire, steps, server } = installation
  const job = await flowing(gate, () => jobs.submit(scanSql))
  const path = `/v2.0/${server.account.projectId}/datasource/enhanced-connections/${connection}/disassociate-queue`
  const opened = gate.accepted
  const empty = gate.whenEmpty()
  const sentAt = performance.now()
  await wire.call('POST', path, JSON.stringify({ queues: [queue] }))
  const emptyAt = await soon(empty)
  await checkFailed(jobs, job)
  if (gate.open > 0 || gate.accepted > opened) throw new Error(`after the cut the source saw ${gate.accepted - opened} new sockets`)
  await steps.bind(connection, queue)
  await steps.untilActive(connection)
  return emptyAt - sentAt
}

/** The job tells which connection was cut; any other failure is not a cut. */
async function checkFailed(jobs: Jobs, job: string): Promise<void> {
  const { status, message } = await jobs.untilEnded(job)
  const isNamed = message.includes('was cut') && message.includes(`connection ${sites.sales.name}`)
  if (status !== 'FAILED' || !isNamed) throw new Error(`the cut scan ended ${status}: ${message}`)
}

/** The same rows by `pg` through the same gate, ended by destroying the socket and nothing else. @returns ms */
async function destroyScan({ source, gate }: Scene): Promise<number> {
  const { user, password } = source
  const socket = new Socket()
  const client = new pg.Client({ host: '127.0.0.1', port: gate.port, user, password, database: 'sales', stream: () => socket })
  client.on('error', ignore)
  await flowing(gate, async () => {
    await client.connect()
    client.query(copyTo('copy (select id, noise from public.trickle) to stdout (format binary)')).on('error', ignore).resume()
  })
  const empty = gate.whenEmpty()
  const sentAt = performance.now()
  socket.destroy()
  return (await soon(empty)) - sentAt
}

/** Begins a scan and waits until its rows flow. @throws {Error} when the source was not left alone before, or has no socket now */
async function flowing<Begun>(gate: CountingGate, begin: () => Promise<Begun>): Promise<Begun> {
  if (gate.open > 0) throw new Error(`${gate.open} sockets are open before the scan`)
  const before = gate.bytes
  const begun = await begin()
  await until(async () => gate.bytes - before >= flowingBytes)
  const rows = gate.bytes
  await until(async () => gate.bytes > rows)
  if (gate.open === 0) throw new Error('the scan has no socket at the source')
  return begun
}

/** @throws {Error} when the source still has a socket after 5 s */
async function soon(empty: Promise<number>): Promise<number> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`the source still has a socket after ${longestMs / 1000} s`)), longestMs)
  try {
    return await Promise.race([empty, promise])
  } finally {
    clearTimeout(timer)
  }
}

function ignore(): void {}
