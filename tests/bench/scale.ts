// Whether a call costs by its own size or by the installation's: the same calls on a small and a large one in turn, and a start with all of it.

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'
import { fillConnections, fillDataDirectory, fillQueues } from './filling.ts'
import { type Bench, type Figure, inTurn, timed } from './harness.ts'
import { unpackServer } from './packaged.ts'
import { canWeigh, processorMs, weigh } from './processes.ts'
import { Wire } from './wire.ts'

const rounds = 5
// Many, because processor time is counted in steps of 10 ms.
const readsPerRound = 200
// A change waits for the disk and for a path to be made or cut: a busy machine takes a tenth of a second for one.
const changesPerRound = 15
const sizes = {
  small: { connections: 1000, queues: 100 },
  large: { connections: 100_000, queues: 10_000 },
} as const
// Sweeps of their own would fall into some rounds and not into others.
const args = ['--sweep', '3600', '--warm-spare=false']
const longestSettlingMs = 120_000
const quietStepMs = 250
const quietSteps = 6
// A server at rest has given back what a burst took by then: two looks, five seconds apart, and one that may just have been.
const restMs = 17_000

/** Two installations beside each other, each with one project, of the server as it is installed. */
export async function benchScale(bench: Bench): Promise<readonly Figure[]> {
  bench.say('scale: making the package')
  const entry = await unpackServer(bench.directory)
  const small = await openInstallation(bench, 'small', entry)
  const large = await openInstallation(bench, 'large', entry)
  const idle = await weighAtRest(bench, large, { what: 'server with all of it, idle', goal: { value: 120 } })
  const calls = await benchCalls(bench, small, large)
  const after = await weighAtRest(bench, large, { what: 'the same after the calls, idle again' })
  const figures = [...calls, ...startOf(large), ...idle, ...after]
  await small.server.stop()
  await large.server.stop()
  return figures
}

interface Sized {
  readonly server: TributaryServer
  readonly wire: Wire
  readonly connections: string
  /** Of one connection, and of the last one in the list. */
  readonly id: string
  readonly readyMs: readonly number[]
}

async function openInstallation({ say, lifetimes, directory }: Bench, name: keyof typeof sizes, entry: string): Promise<Sized> {
  const { connections, queues } = sizes[name]
  const dataDir = join(directory, `scale-${name}`)
  const title = `${connections.toLocaleString('en-US')} connections and ${queues.toLocaleString('en-US')} queues`
  const ms = await timed(() =>
    fillDataDirectory(dataDir, async (filled) => {
      const { store, projectId } = filled
      await store.quotas.put(projectId, { kind: 'ENHANCED_CONNECTION', most: 2 * connections })
      await fillConnections(filled, connections - queues)
      await fillQueues(store, projectId, queues)
    }),
  )
  say(`scale: wrote ${title} in ${(ms / 1000).toFixed(1)} s`)
  const readyMs: number[] = []
  const start = async (): Promise<TributaryServer> => {
    const started = performance.now()
    const server = await lifetimes.start(() => startTributary({ dataDir, args, entry, logPath: join(directory, `scale-${name}.log`) }))
    readyMs.push(performance.now() - started)
    return server
  }
  const first = await start()
  const settling = await timed(() => untilQuiet(first))
  say(`scale: every network has settled once, after ${(settling / 1000).toFixed(1)} s`)
  await first.stop()
  await (await start()).stop()
  const server = await start()
  await untilQuiet(server)
  const wire = await lifetimes.start(() => Wire.signIn(server))
  const path = `/v2.0/${server.account.projectId}/datasource/enhanced-connections`
  const last = (await wire.json('GET', `${path}?limit=1&offset=${connections - 1}`)) as { connections: { id: string }[]; count: number }
  if (last.count !== connections) throw new Error(`there are ${last.count} connections`)
  return { server, wire, connections: path, id: last.connections[0]?.id ?? '', readyMs }
}

/** Waits until a server does nothing by itself any more: nothing waits to be settled, and it used no processor for a while. @throws {Error} when it goes on and on */
async function untilQuiet({ pid, endpoint }: TributaryServer): Promise<void> {
  const until = performance.now() + longestSettlingMs
  let quiet = 0
  for (let before = 0; performance.now() < until; await sleep(quietStepMs)) {
    const now = canWeigh ? processorMs(pid) : 0
    quiet = now - before <= 20 ? quiet + 1 : 0
    before = now
    if (quiet < quietSteps) continue
    const metrics = await (await fetch(`${endpoint}/metrics`)).text()
    if (/^tributary_peerings{state="CREATING"} 0$/m.test(metrics)) return
  }
  throw new Error('the server did not come to rest')
}

/** Calls by what they are called. `turn` counts them. */
type Calls = Readonly<Record<string, (at: Sized, turn: number) => Promise<unknown>>>

async function benchCalls({ say }: Bench, small: Sized, large: Sized): Promise<readonly Figure[]> {
  const reads: Calls = {
    'first page of 100 connections': ({ wire, connections }) => wire.call('GET', `${connections}?limit=100`),
    'connections by name': ({ wire, connections }) => wire.call('GET', `${connections}?name=nobody`),
    'one connection': ({ wire, connections, id }) => wire.call('GET', `${connections}/${id}`),
  }
  const changes: Calls = {
    'bind a queue and unbind it': async ({ wire, connections, id }, turn) => {
      const queues = JSON.stringify({ queues: [`bench_${turn % 50}`] })
      await wire.call('POST', `${connections}/${id}/associate-queue`, queues)
      await wire.call('POST', `${connections}/${id}/disassociate-queue`, queues)
    },
    'create a connection and delete it': async ({ wire, connections }, turn) => {
      const place = { dest_vpc_id: 'vpc-1', dest_network_id: 'subnet-1', queues: ['bench_3'] }
      const made = await wire.json('POST', connections, { name: `turn_${turn}_${Date.now()}`, ...place })
      await wire.call('DELETE', `${connections}/${String(made['connection_id'])}`)
    },
  }
  const figures: Figure[] = []
  for (const [what, call] of Object.entries({ ...reads, ...changes })) {
    const callsPerRound = what in changes ? changesPerRound : readsPerRound
    const measured = { large: new Repeated(large, call, callsPerRound), small: new Repeated(small, call, callsPerRound) }
    const measures = { large: () => measured.large.run(), small: () => measured.small.run() }
    await inTurn(say, `scale: warming up: ${what}`, 1, measures)
    const values = await inTurn(say, `scale: ${what}`, rounds, measures)
    const baseline = { what: 'at a hundredth of that', values: values.small }
    figures.push({ what: `${what}, 100,000 connections, 10,000 queues`, unit: 'ms', ours: values.large, baseline, goal: { ratio: 0.77 } })
    if (!canWeigh || what in changes) continue
    const costs = { ours: measured.large.costs.slice(-rounds), baseline: { ...baseline, values: measured.small.costs.slice(-rounds) } }
    figures.push({ what: `processor time: ${what}`, unit: 'ms', ...costs })
  }
  return figures
}

/** One call at one installation, over and over. */
class Repeated {
  /** Processor time of the server for one call in ms, per round: it says what a busy machine hides. */
  readonly costs: number[] = []
  readonly #at: Sized
  readonly #call: Calls[string]
  readonly #count: number
  #turn = 0

  constructor(at: Sized, call: Calls[string], count: number) {
    this.#at = at
    this.#call = call
    this.#count = count
  }

  /** One round. @returns ms of one call */
  async run(): Promise<number> {
    const { pid } = this.#at.server
    const before = canWeigh ? processorMs(pid) : 0
    const ms = await timed(async () => {
      for (let done = 0; done < this.#count; done++) await this.#call(this.#at, this.#turn++)
    })
    if (canWeigh) this.costs.push((processorMs(pid) - before) / this.#count)
    return ms / this.#count
  }
}

function startOf({ readyMs }: Sized): readonly Figure[] {
  return [{ what: 'start to ready, 100,000 connections, 10,000 queues', unit: 'ms', ours: readyMs, goal: { value: 500 } }]
}

/** The server's memory when it has been left alone for a while. */
async function weighAtRest({ say }: Bench, { server }: Sized, row: Pick<Figure, 'what' | 'goal'>): Promise<readonly Figure[]> {
  if (!canWeigh) return []
  say('scale: leaving the server alone')
  await sleep(restMs)
  return [{ ...row, what: `resident memory: ${row.what}`, unit: 'MiB', ours: [weigh(server.pid).resident] }]
}
