// Relays over real sockets: each half on its own, bounded buffers, resets, cuts, limits, and nothing left behind.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { QueueNetwork } from '@tributary/rules'
import { QueueDialer } from './dial.ts'
import { openRelay, type Relay, type RelayEnding, type RelaySettings } from './relay.ts'
import { echo, type Listener, listen, listenAsleep, mapGateway, network, peering, relay as classic, stream } from './sample-loopback.ts'

const target = { host: '10.71.0.5', port: 5432 }
const never = new AbortController().signal
const canSeeProcesses = process.platform === 'linux'

let cleanup: AsyncDisposableStack
beforeEach(() => {
  cleanup = new AsyncDisposableStack()
})
afterEach(() => cleanup.disposeAsync())

/** A source, a queue that reaches it, and a relay for this process. */
interface Stage {
  readonly source: Listener
  readonly dialler: QueueDialer
  readonly relay: Relay
  readonly endings: readonly RelayEnding[]
}

function bound(port: number): QueueNetwork {
  return network({ peerings: [peering('test1', { gateway: mapGateway({ '10.71.0.5:5432': port }) })] })
}

async function open(part: Partial<RelaySettings> & Pick<RelaySettings, 'dial'>): Promise<{ relay: Relay; endings: RelayEnding[] }> {
  const endings: RelayEnding[] = []
  const expected = { host: '127.0.0.1', processId: process.pid }
  const settings = { listen: { host: '127.0.0.1', port: 0 }, target, expect: expected, signal: never, ...part }
  const relay = cleanup.use(await openRelay({ ...settings, onEnd: (ending) => endings.push(ending) }))
  return { relay, endings }
}

async function stage(serve: (socket: Socket) => void, part: Partial<RelaySettings> = {}): Promise<Stage> {
  const source = cleanup.use(await listen(serve))
  const dialler = cleanup.use(new QueueDialer(bound(source.port)))
  return { source, dialler, ...(await open({ dial: dialler.dial, ...part })) }
}

/** A peer that may close one half; its errors are looked at in `errored`. */
async function come({ endpoint }: Relay, from: { localPort?: number; localAddress?: string } = {}): Promise<Socket> {
  const peer = connect({ ...endpoint, ...from, allowHalfOpen: true, noDelay: true })
  cleanup.defer(() => void peer.destroy())
  await once(peer, 'connect')
  peer.on('error', () => {})
  return peer
}

async function until(holds: () => boolean, withinMs: number): Promise<number> {
  const start = performance.now()
  while (!holds()) {
    if (performance.now() - start > withinMs) throw new Error(`did not come true within ${withinMs} ms`)
    await sleep(1)
  }
  return performance.now() - start
}

async function readAll(from: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of from) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function closeOf(socket: Socket): Promise<string | undefined> {
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  const errored: NodeJS.ErrnoException | null = socket.errored
  return errored?.code
}

/** A source's socket that closes each half only when told. */
function staying(socket: Socket): Socket {
  socket.allowHalfOpen = true
  return socket.resume()
}

/** Sends without end, and leaves the processor to others. */
function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write(Buffer.alloc(10_000)), 5)
  socket.once('close', () => clearInterval(timer))
}

/** Waits for the reset of a socket. One that has read an end looks no further: it feels a reset when it writes. */
async function feel(socket: Socket): Promise<void> {
  if (socket.readableEnded) socket.write('anyone there?')
  expect(await closeOf(socket)).toMatch(/ECONNRESET|EPIPE/)
}

async function say(socket: Socket, pieces: readonly Uint8Array[]): Promise<void> {
  for (const piece of pieces) if (!socket.write(piece)) await once(socket, 'drain')
}

/** Waits until a growing number has not grown for 200 ms. */
async function untilStill(count: () => number): Promise<void> {
  for (let turns = 0; turns < 100; turns++) {
    const before = count()
    await sleep(200)
    if (count() === before) return
  }
  throw new Error('it never stands still')
}

function elsewhere(port: number) {
  return [peering('test2', { gateway: mapGateway({ '10.72.0.5:5432': port }), subnetCidr: '10.72.0.0/24' })]
}

function connecting(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'ConnectWrap').length
}

function socketsOfThisProcess(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
}

/** Bytes of buffers that are in use. Collected twice with a pause: the collector frees what it found unused a little later. */
async function bytesInBuffers(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  await sleep(50)
  collect()
  return process.memoryUsage().arrayBuffers
}

describe.skipIf(!canSeeProcesses)('a relay (needs Linux to tell this process from others)', () => {
  it('carries both directions and tells what crossed', async () => {
    const { relay, endings } = await stage(echo)
    const peer = await come(relay)
    peer.end('hello')
    expect((await readAll(peer)).toString()).toBe('hello')
    await until(() => endings.length > 0, 500)
    expect(endings).toEqual([{ reason: 'ended', side: undefined, error: undefined, bytesOut: 5, bytesIn: 5 }])
    expect([relay.open, relay.refused]).toEqual([0, { strangers: 0, excess: 0 }])
  })

  it('leads where the name of a classic connection leads', async () => {
    const source = cleanup.use(await listen(echo))
    const rds = classic('rds', { gateway: mapGateway({ '10.71.0.5:5432': source.port }), target })
    const dialler = cleanup.use(new QueueDialer(network({ relays: [rds] })))
    const { relay } = await open({ dial: dialler.dial, target: { host: rds.name, port: rds.port } })
    const peer = await come(relay)
    peer.end('hello')
    expect((await readAll(peer)).toString()).toBe('hello')
  })

  it('lets the source go on after the peer has ended', async () => {
    const { relay, source, endings } = await stage(staying)
    const peer = await come(relay)
    peer.end('question')
    const asked = await until(() => source.sockets[0]?.readableEnded === true, 1_000)
    expect([asked < 1_000, source.sockets[0]?.bytesRead, endings, peer.readableEnded]).toEqual([true, 8, [], false])
    const answer = Buffer.alloc(3_000_000, 1)
    source.sockets[0]?.end(answer)
    expect((await readAll(peer)).equals(answer)).toBe(true)
    await until(() => endings.length > 0, 500)
    expect(endings).toMatchObject([{ reason: 'ended', bytesOut: 8, bytesIn: 3_000_000 }])
  })

  it('lets the peer go on after the source has ended, also at once', async () => {
    const { relay, source, endings } = await stage((socket) => staying(socket).end())
    const peer = await come(relay)
    expect((await readAll(peer)).length).toBe(0)
    expect([peer.writable, endings]).toEqual([true, []])
    for (let block = 0; block < 20; block++) peer.write(Buffer.alloc(100_000, block))
    peer.end()
    await until(() => endings.length > 0, 2_000)
    expect(endings).toMatchObject([{ reason: 'ended', bytesOut: 2_000_000, bytesIn: 0 }])
    expect(source.sockets[0]?.bytesRead).toBe(2_000_000)
  })

  it('keeps what comes before the source is reached', async () => {
    const source = cleanup.use(await listen(echo))
    const dialler = cleanup.use(new QueueDialer(bound(source.port)))
    const reached = Promise.withResolvers<void>()
    const { relay } = await open({
      dial: async (...asked) => {
        await reached.promise
        return dialler.dial(...asked)
      },
    })
    const peer = await come(relay)
    peer.end('early')
    await sleep(20)
    expect(source.sockets).toHaveLength(0)
    reached.resolve()
    expect((await readAll(peer)).toString()).toBe('early')
  })

  it('hands on whatever is sent, in any pieces and both ways, until both have ended in any order', async () => {
    const bytes = Buffer.from(Uint32Array.from({ length: 200_000 }, (_, at) => Math.imul(at, 2_654_435_761)).buffer)
    const piece = fc
      .tuple(fc.nat(600_000), fc.integer({ min: 1, max: 200_000 }))
      .map(([from, length]) => bytes.subarray(from, from + length))
    const pieces = fc.array(piece, { maxLength: 12 })
    const inbox: { from: Socket; got: Promise<Buffer> }[] = []
    const { relay } = await stage((socket) => void inbox.push({ from: staying(socket), got: readAll(socket) }))
    let crossed = 0
    await fc.assert(
      fc.asyncProperty(pieces, pieces, fc.boolean(), async (out, back, peerFirst) => {
        const peer = await come(relay)
        await until(() => inbox.length > 0, 1_000)
        const { from: source, got } = inbox.pop() as (typeof inbox)[number]
        const answer = readAll(peer)
        const said = [say(peer, out), say(source, back)] as const
        if (peerFirst) await said[0].then(() => peer.end())
        await said[1].then(() => source.end())
        await said[0].then(() => peer.end())
        const [seen, heard] = await Promise.all([got, answer])
        expect(seen.equals(Buffer.concat(out)) && heard.equals(Buffer.concat(back))).toBe(true)
        crossed += seen.length + heard.length
      }),
      { numRuns: 60 },
    )
    expect(crossed).toBeGreaterThan(10_000_000)
    await until(() => relay.open === 0, 1_000)
  })

  it('holds little back for readers that stop, and goes on when they do', { timeout: 60_000 }, async () => {
    const { relay, source, dialler } = await stage((socket) => stream(socket.pause()))
    const { sockets: sources } = source
    const peers = await Promise.all(Array.from({ length: 20 }, () => come(relay)))
    for (const peer of peers) stream(peer.pause())
    await until(() => source.sockets.length === 20, 10_000)
    const moved = () => dialler.openSockets().reduce((sum, { bytesIn, bytesOut }) => sum + bytesIn + bytesOut, 0)
    await untilStill(moved)
    const still = moved()
    await sleep(300)
    expect([moved(), still > 1_000_000]).toEqual([still, true])
    const held: number[] = []
    for (let round = 1; round <= 3; round++) {
      const begun = moved()
      for (const peer of peers) peer.resume()
      for (const source of sources) source.resume()
      await until(() => moved() > begun + 100_000_000, 20_000)
      for (const socket of [...peers, ...sources]) socket.pause()
      await untilStill(moved)
      held.push(await bytesInBuffers())
    }
    // In each of the forty directions a chunk and a high-water mark of 64 KiB at the relay, and as much at the reader, which belongs to this test.
    expect(Math.max(...held)).toBeLessThan(40 * 4.5 * 65_536)
    expect(Math.max(...held) - Math.min(...held)).toBeLessThan(1_000_000)
  })
})

describe.skipIf(!canSeeProcesses)('a relay that is broken off (needs Linux to tell this process from others)', () => {
  it('hands a reset of the peer to the source', async () => {
    const { relay, source, endings } = await stage(staying)
    const peer = await come(relay)
    peer.write('x')
    await until(() => source.sockets[0]?.bytesRead === 1, 1_000)
    peer.resetAndDestroy()
    expect(await closeOf(source.sockets[0] as Socket)).toBe('ECONNRESET')
    await until(() => endings.length > 0, 500)
    expect(endings).toMatchObject([{ reason: 'reset', side: 'peer', error: { code: 'ECONNRESET' }, bytesOut: 1 }])
  })

  it('hands a reset of the source to the peer', async () => {
    const { relay, endings } = await stage((socket) => socket.once('data', () => socket.resetAndDestroy()))
    const peer = await come(relay)
    peer.write('x')
    expect(await closeOf(peer)).toBe('ECONNRESET')
    await until(() => endings.length > 0, 500)
    expect(endings).toMatchObject([{ reason: 'reset', side: 'source', error: { code: 'ECONNRESET' } }])
  })

  it('resets the source when the peer goes without taking the answer', async () => {
    const { relay, source, endings } = await stage(stream)
    const peer = await come(relay)
    await once(peer, 'data')
    peer.destroy()
    await until(() => source.open() === 0, 1_000)
    await until(() => endings.length > 0, 500)
    expect(endings).toMatchObject([{ reason: 'reset', side: 'peer' }])
  })

  it('resets both when the path is cut, whatever half was closed', async () => {
    const { relay, source, dialler, endings } = await stage(staying)
    const [whole, half] = [await come(relay), await come(relay)]
    half.end('x')
    await until(() => source.sockets.some((socket) => socket.readableEnded) && source.open() === 2, 1_000)
    const start = performance.now()
    dialler.apply(network({ version: 2 }))
    expect([await closeOf(whole), await closeOf(half)]).toEqual(['ECONNRESET', 'ECONNRESET'])
    await until(() => endings.length === 2, 100)
    expect(performance.now() - start).toBeLessThan(200)
    await Promise.all(source.sockets.map(feel))
    const message = expect.stringMatching(/^the path to 10\.71\.0\.5:5432 was cut: queue q1 is no longer bound to connection test1/)
    expect(endings.map(({ reason, side, error }) => ({ reason, side, message: error?.message }))).toEqual([
      { reason: 'cut', side: 'source', message },
      { reason: 'cut', side: 'source', message },
    ])
    const late = await come(relay)
    expect(await closeOf(late)).toBe('ECONNRESET')
    expect(source.sockets).toHaveLength(2)
  })

  it('resets the peer when the source cannot be reached, and says why', async () => {
    const closed = await listen()
    await closed[Symbol.asyncDispose]()
    const dialler = cleanup.use(new QueueDialer(bound(closed.port)))
    const { relay, endings } = await open({ dial: dialler.dial })
    const peer = await come(relay)
    expect(await closeOf(peer)).toBe('ECONNRESET')
    await until(() => endings.length > 0, 500)
    expect(endings).toMatchObject([{ reason: 'undialled', error: { kind: 'unavailable', message: /refused the connection/ }, bytesIn: 0 }])
  })

  it('ends what is idle, and not what moves in one direction', async () => {
    const { relay, source, endings } = await stage((socket) => staying(socket).resume(), { idleTimeoutMs: 150 })
    const start = performance.now()
    const [idle, busy] = [await come(relay), await come(relay)]
    const pulse = setInterval(() => busy.write('.'), 20)
    cleanup.defer(() => clearInterval(pulse))
    expect(await closeOf(idle)).toBe('ECONNRESET')
    expect(performance.now() - start).toBeGreaterThan(140)
    await sleep(200)
    expect([relay.open, source.open(), busy.destroyed]).toEqual([1, 1, false])
    expect(endings).toMatchObject([{ reason: 'idle', bytesIn: 0, bytesOut: 0 }])
  })

  it('closes everything within 100 ms of an abort: what flows, what is half closed, what is being dialled', async () => {
    const asleep = cleanup.use(await listenAsleep())
    const before = socketsOfThisProcess()
    const stop = new AbortController()
    const { relay, source, endings, dialler } = await stage((socket) => (source.sockets.length === 1 ? staying(socket) : drip(socket)), {
      signal: stop.signal,
    })
    const half = await come(relay)
    half.end('x')
    await until(() => source.sockets[0]?.readableEnded === true, 1_000)
    dialler.apply({ ...bound(source.port), version: 2, peerings: [...bound(source.port).peerings, ...elsewhere(asleep.port)] })
    const other = await open({ dial: dialler.dial, target: { host: '10.72.0.5', port: 5432 }, signal: stop.signal })
    const beforeDialling = connecting()
    const dialling = await come(other.relay)
    await until(() => connecting() === beforeDialling + 1, 500)
    const flowing = await Promise.all(Array.from({ length: 10 }, () => come(relay)))
    await Promise.all(flowing.map((peer) => once(peer, 'data')))
    stop.abort(new Error('enough'))
    const took = await until(
      () => [half, dialling, ...flowing].every(({ closed }) => closed) && source.open() === 1 && relay.open + other.relay.open === 0,
      1_000,
    )
    expect(took).toBeLessThan(100)
    await feel(source.sockets[0] as Socket)
    expect(dialler.openSockets()).toEqual([])
    expect(new Set([...endings, ...other.endings].map(({ reason }) => reason))).toEqual(new Set(['closed']))
    expect([endings.length, other.endings.length]).toEqual([11, 1])
    await expect(come(relay)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await until(() => socketsOfThisProcess() === before, 500)
  })

  it('leaves no socket behind after ten thousand short connections', { timeout: 110_000 }, async () => {
    const { relay, source, dialler, endings } = await stage((socket) => socket.once('data', (chunk) => socket.end(chunk)))
    const before = socketsOfThisProcess()
    let left = 10_000
    const work = async () => {
      while (left-- > 0) {
        const peer = connect(relay.endpoint.port, relay.endpoint.host)
        peer.write('ping')
        expect((await readAll(peer)).toString()).toBe('ping')
      }
    }
    const start = performance.now()
    await Promise.all(Array.from({ length: 250 }, work))
    expect(performance.now() - start).toBeLessThan(100_000)
    await until(() => relay.open === 0 && source.open() === 0 && socketsOfThisProcess() === before, 2_000)
    expect([endings.length, source.sockets.length, relay.refused.strangers]).toEqual([10_000, 10_000, 0])
    expect([dialler.openSockets(), new Set(endings.map(({ reason }) => reason))]).toEqual([[], new Set(['ended'])])
  })
})
