// A relay beside HAProxy: the same bytes from the same source to the same sink, the time that each adds, and how many connections it opens.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Bench, type Figure, inTurn, percentile } from './harness.ts'
import { canWeigh, processorMs } from './processes.ts'
import { type Forwarder, haproxyVersion, startHaproxy, startRelay, startSource } from './relay-forwarders.ts'

const rounds = 7
const streamedMs = 700
const pings = 2_000
const visits = 400
const atOnce = 16
const mib = 2 ** 20
const goalRatio = 0.6
const goalAddedMs = 0.2

/** A way to the source, and what it cost where another process stands in between. */
interface Way {
  readonly port: number
  /** Of the process in between, where there is one. */
  readonly pid: number | undefined
  /** ms of processor time for each GiB, per round. */
  readonly costs: number[]
  /** ms of the slowest of a hundred, per round. */
  readonly slow: number[]
}

/** The ways there are; without HAProxy, ours alone. */
interface Ways {
  readonly direct: Way
  readonly relay: Way
  readonly haproxy: Way | undefined
}

/** Throughput, added latency, connections. */
export async function benchRelay(bench: Bench): Promise<readonly Figure[]> {
  const ways = await startWays(bench)
  return [...(await benchThroughput(bench, ways)), ...(await benchLatency(bench, ways)), await benchVisits(bench, ways)]
}

async function startWays({ say, lifetimes, directory }: Bench): Promise<Ways> {
  const source = await lifetimes.start(startSource)
  const relay = await lifetimes.start(() => startRelay(source.port))
  const version = haproxyVersion()
  say(version === undefined ? 'relay: haproxy is not on PATH: its column stays out' : `relay: HAProxy ${version}`)
  const haproxy = version === undefined ? undefined : await lifetimes.start(() => startHaproxy(directory, source.port))
  return {
    direct: wayOf(source.port),
    relay: wayOf(relay.port, relay),
    haproxy: haproxy === undefined ? undefined : wayOf(haproxy.port, haproxy),
  }
}

function wayOf(port: number, between?: Forwarder): Way {
  return { port, pid: between?.pid, costs: [], slow: [] }
}

/** One measurement per way, in turn, after one that is thrown away. */
async function overAll(bench: Bench, ways: Ways, title: string, measure: (way: Way) => Promise<number>): Promise<Measured> {
  const { direct, relay, haproxy } = ways
  const always = { direct: () => measure(direct), relay: () => measure(relay) }
  const measures: Readonly<Record<string, () => Promise<number>>> =
    haproxy === undefined ? always : { ...always, HAProxy: () => measure(haproxy) }
  await inTurn(bench.say, `relay: ${title}, warming up`, 1, measures)
  for (const way of [direct, relay, haproxy]) {
    way?.costs.splice(0)
    way?.slow.splice(0)
  }
  const values = await inTurn(bench.say, `relay: ${title}`, rounds, measures)
  return { direct: values['direct'] ?? [], relay: values['relay'] ?? [], haproxy: values['HAProxy'] }
}

/** Values per round; `haproxy` is `undefined` where it is not installed. */
interface Measured {
  readonly direct: readonly number[]
  readonly relay: readonly number[]
  readonly haproxy: readonly number[] | undefined
}

async function benchThroughput(bench: Bench, ways: Ways): Promise<readonly Figure[]> {
  const { direct, relay, haproxy } = await overAll(bench, ways, 'MiB/s of one connection', streamed)
  const figure = { what: 'bytes of one connection', unit: 'MiB/s', ours: relay } as const
  const costs = { what: 'processor time for one GiB', unit: 'ms', ours: [...ways.relay.costs] } as const
  return [
    ...(haproxy === undefined ? [] : [{ ...figure, baseline: { what: 'HAProxy', values: haproxy }, goal: { ratio: goalRatio } }]),
    { ...figure, baseline: { what: 'nothing in between', values: direct } },
    ...(canWeigh ? [beside(costs, ways.haproxy && [...ways.haproxy.costs])] : []),
  ]
}

async function benchLatency(bench: Bench, ways: Ways): Promise<readonly Figure[]> {
  const { direct, relay, haproxy } = await overAll(bench, ways, 'ms there and back', pingPong)
  const added = (values: readonly number[], bare: readonly number[]): readonly number[] =>
    values.map((value, round) => value - (bare[round] as number))
  const figure = {
    what: 'added to one byte there and back, p50',
    unit: 'ms',
    ours: added(relay, direct),
    goal: { value: goalAddedMs },
  } as const
  const slow = { what: 'one byte there and back, p99', unit: 'ms', ours: [...ways.relay.slow] } as const
  return [
    beside(figure, haproxy && added(haproxy, direct)),
    ...(ways.haproxy === undefined ? [] : [beside(slow, [...ways.haproxy.slow])]),
    { ...slow, baseline: { what: 'nothing in between', values: [...ways.direct.slow] } },
  ]
}

async function benchVisits(bench: Bench, ways: Ways): Promise<Figure> {
  const { relay, haproxy } = await overAll(bench, ways, 'connections per second', visited)
  return beside({ what: `new connections, ${atOnce} at once, one byte there and back`, unit: '/s', ours: relay }, haproxy)
}

function beside(figure: Figure, values: readonly number[] | undefined): Figure {
  return values === undefined ? figure : { ...figure, baseline: { what: 'HAProxy', values } }
}

/** Takes what the source sends for a while into one buffer that nobody looks at. @returns MiB/s */
async function streamed({ port, pid, costs }: Way): Promise<number> {
  let bytes = 0
  const onread = {
    buffer: Buffer.alloc(256 * 1024),
    callback: (taken: number): boolean => {
      bytes += taken
      return true
    },
  }
  const socket = connect({ port, host: '127.0.0.1', onread })
  await once(socket, 'connect')
  socket.write('s')
  for (let tries = 0; socket.bytesRead === 0 && tries < 100; tries++) await pause(100)
  await pause(100)
  const [startMs, startBytes, startCost] = [performance.now(), bytes, pid === undefined || !canWeigh ? 0 : processorMs(pid)]
  await pause(streamedMs)
  const [ms, taken] = [performance.now() - startMs, bytes - startBytes]
  if (pid !== undefined && canWeigh) costs.push(((processorMs(pid) - startCost) * 1024 * mib) / taken)
  await closed(socket)
  if (taken === 0) throw new Error('no byte came')
  return (taken * 1000) / ms / mib
}

/** Sends one byte and waits for it, again and again over one connection. @returns ms, the middle one; the slow end goes into `slow` */
async function pingPong({ port, slow }: Way): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const times: number[] = []
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let sentAt = 0
  const send = (): void => {
    sentAt = performance.now()
    socket.write('e')
  }
  socket.once('error', reject)
  socket.on('data', () => {
    times.push(performance.now() - sentAt)
    if (times.length < pings) send()
    else resolve()
  })
  send()
  await promise
  await closed(socket)
  slow.push(percentile(times, 0.99))
  return percentile(times, 0.5)
}

/** Connects, sends one byte, waits for it and closes. @returns connections per second */
async function visited({ port }: Way): Promise<number> {
  let left = visits
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.write('e')
      await once(socket, 'data')
      await closed(socket)
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: atOnce }, work))
  return (visits * 1000) / (performance.now() - started)
}

async function closed(socket: Socket): Promise<void> {
  const over = once(socket, 'close')
  socket.destroy()
  await over
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
