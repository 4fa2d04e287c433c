// The dialler over real sockets: where it leads, what it refuses, and how it is cut.

import { getEventListeners, once } from 'node:events'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Endpoint, inWords, type QueueNetwork, silence } from '@tributary/rules'
import { type DialSettings, QueueDialer, type Rung } from './dial.ts'
import { type Listener, listen, listenAsleep, mapGateway, network, peering, relay, stream } from './sample-loopback.ts'

const target: Endpoint = { host: '10.71.0.5', port: 5432 }
const never = new AbortController().signal

let cleanup: AsyncDisposableStack
beforeEach(() => {
  cleanup = new AsyncDisposableStack()
})
afterEach(() => cleanup.disposeAsync())

async function server(...options: Parameters<typeof listen>): Promise<Listener> {
  return cleanup.use(await listen(...options))
}

function dialler(value: QueueNetwork, settings?: DialSettings): QueueDialer {
  return cleanup.use(new QueueDialer(value, settings))
}

/** The network of a queue bound to connection test1, whose gateway sends 10.71.0.5:5432 to a port. */
function bound(port: number, part: Partial<QueueNetwork> = {}): QueueNetwork {
  return network({ peerings: [peering('test1', { gateway: mapGateway({ '10.71.0.5:5432': port }) })], ...part })
}

async function says(socket: Duplex, text: string): Promise<string> {
  socket.write(text)
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  return chunk.toString()
}

/** Runs until it fails, and gives the error with the rungs on the way. */
async function failureOf(
  dialler: QueueDialer,
  to: Endpoint = target,
  signal = never,
): Promise<{ error: Error & { kind?: string }; rungs: readonly Rung[] }> {
  const rungs: Rung[] = []
  try {
    await dialler.dial(to, { signal, onRung: (rung) => rungs.push(rung) })
  } catch (error) {
    return { error: error as Error, rungs }
  }
  throw new Error('the dial went through')
}

function steps(rungs: readonly Rung[]): readonly string[] {
  return rungs.map(({ name, ok }) => `${name} ${ok ? 'ok' : 'failed'}`)
}

async function until(holds: () => boolean, withinMs: number): Promise<number> {
  const start = performance.now()
  while (!holds()) {
    if (performance.now() - start > withinMs) throw new Error(`did not come true within ${withinMs} ms`)
    await sleep(1)
  }
  return performance.now() - start
}

function socketsOfThisProcess(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap' || kind === 'TCPConnectWrap').length
}

describe('a dial', () => {
  it('reaches an address through its route and gateway, and tells every rung', async () => {
    const { port } = await server()
    const rungs: Rung[] = []
    const socket = await dialler(bound(port)).dial(target, { signal: never, onRung: (rung) => rungs.push(rung) })
    expect(await says(socket, 'hello')).toBe('hello')
    expect(rungs.map((rung) => ({ ...rung, detail: inWords(rung.detail) }))).toEqual([
      { name: 'name', ok: true, ms: expect.any(Number), detail: '10.71.0.5 by address' },
      { name: 'route', ok: true, ms: expect.any(Number), detail: '10.71.0.0/24, subnet of test1' },
      { name: 'gateway', ok: true, ms: expect.any(Number), detail: `map to 127.0.0.1:${port}`, peerId: 'peer-test1' },
      { name: 'tcp', ok: true, ms: expect.any(Number), detail: 'connected to 10.71.0.5:5432', peerId: 'peer-test1' },
    ])
    expect(rungs.every(({ ms }) => ms >= 0 && ms < 1_000)).toBe(true)
  })

  it('walks up to the gateway for a host without a port, and opens no socket', async () => {
    const { port, sockets } = await server()
    const climb = async (host: string) => {
      const rungs: Rung[] = []
      const own = dialler(
        bound(port, {
          relays: [relay('old', { gateway: mapGateway({ '192.168.0.9:5432': port }), target: { host: '192.168.0.9', port: 5432 } })],
        }),
      )
      const failure = await own.trace(host, { signal: never, onRung: (rung) => rungs.push(rung) }).catch((error: Error) => error.message)
      return [...steps(rungs), failure]
    }
    expect(await climb('10.71.0.5')).toEqual(['name ok', 'route ok', 'gateway ok', undefined])
    expect(await climb('to-old.datasource.com')).toEqual(['name ok', 'route ok', 'gateway ok', undefined])
    expect(await climb('10.71.0.6')).toEqual(['name ok', 'route ok', 'gateway failed', expect.stringContaining('carries nothing')])
    expect(await climb('10.72.0.5')).toEqual(['name ok', 'route failed', expect.stringContaining('no route')])
    expect(await climb('nowhere')).toEqual(['name failed', expect.stringContaining('unknown host')])
    expect(sockets.length).toBe(0)
  })

  it('reaches a host record in any case, and the real address of a direct gateway', async () => {
    const { port } = await server()
    const gateway = { ...mapGateway({}), kind: 'direct' as const, ranges: ['127.0.0.1/32'] }
    const hosts = [{ name: 'Db.Internal', ip: '127.0.0.1' }]
    const socket = await dialler(network({ peerings: [peering('a', { gateway, hosts, subnetCidr: '127.0.0.0/8' })] })).dial(
      { host: 'DB.internal', port },
      { signal: never },
    )
    expect(await says(socket, 'x')).toBe('x')
  })

  it('tries the addresses of a name in order', async () => {
    const [first, second] = [await server(), await server()]
    const hosts = ['10.71.0.7', '10.99.0.1', '10.71.0.5', '10.71.0.6'].map((ip) => ({ name: 'db', ip }))
    const closed = await listen()
    await closed[Symbol.asyncDispose]()
    const gateway = mapGateway({ '10.71.0.7:5432': closed.port, '10.71.0.5:5432': first.port, '10.71.0.6:5432': second.port })
    const rungs: Rung[] = []
    await dialler(network({ peerings: [peering('a', { gateway, hosts })] })).dial(
      { host: 'db', port: 5432 },
      { signal: never, onRung: (rung) => rungs.push(rung) },
    )
    expect(steps(rungs)).toEqual(['name ok', 'route ok', 'gateway ok', 'tcp failed', 'route failed', 'route ok', 'gateway ok', 'tcp ok'])
    expect([first.sockets.length, second.sockets.length]).toEqual([1, 0])
  })

  it('tells every reason when no address of a name answers', async () => {
    const closed = await listen()
    await closed[Symbol.asyncDispose]()
    const hosts = ['10.71.0.5', '10.99.0.1', '10.71.0.8'].map((ip) => ({ name: 'db', ip }))
    const { error } = await failureOf(
      dialler(network({ peerings: [peering('a', { gateway: mapGateway({ '10.71.0.5:5432': closed.port }), hosts })] })),
      { host: 'db', port: 5432 },
    )
    expect(error.kind).toBe('unavailable')
    expect(error.message).toMatch(/10\.71\.0\.5:5432 refused.*; .*no route to 10\.99\.0\.1.*; .*carries nothing to 10\.71\.0\.8:5432/)
  })

  it('tries sixteen addresses of a name and no more', async () => {
    const { port, sockets } = await server()
    const gateway = mapGateway({ '10.71.0.5:5432': port })
    const hosts = Array.from({ length: 17 }, (_, index) => ({ name: 'db', ip: index < 15 ? '10.71.0.6' : '10.71.0.5' }))
    const value = (records: typeof hosts) => network({ peerings: [peering('a', { gateway, hosts: records })] })
    await dialler(value(hosts)).dial({ host: 'db', port: 5432 }, { signal: never })
    const { error, rungs } = await failureOf(dialler(value([{ name: 'db', ip: '10.71.0.6' }, ...hosts])), { host: 'db', port: 5432 })
    expect([error.kind, rungs.filter(({ name }) => name === 'route').length]).toEqual(['forbidden', 16])
    await until(() => sockets.length === 1, 200)
  })

  it('goes through a relay, whose target only its own gateway knows', async () => {
    const { port } = await server()
    const gateway = mapGateway({ '192.168.0.9:3306': port }, { names: [{ name: 'rds.internal', ip: '192.168.0.9' }] })
    const classic = relay('rds', { gateway, target: { host: 'RDS.internal', port: 3306 } })
    const socket = await dialler(network({ relays: [classic] })).dial({ host: 'TO-rds.datasource.com', port: 5432 }, { signal: never })
    expect(await says(socket, 'relayed')).toBe('relayed')
    const { error } = await failureOf(dialler(network({ relays: [classic] })), { host: 'rds.internal', port: 3306 })
    expect(error.message).toContain('unknown host rds.internal')
  })

  it('never meets the same address of another tenant', async () => {
    const [one, other] = [await server((socket) => socket.end('one')), await server((socket) => socket.end('other'))]
    const answers = await Promise.all(
      [one, other].map(async ({ port }) => {
        const socket = await dialler(bound(port)).dial(target, { signal: never })
        const [chunk] = (await once(socket, 'data')) as [Buffer]
        return chunk.toString()
      }),
    )
    expect(answers).toEqual(['one', 'other'])
    expect([one.sockets.length, other.sockets.length]).toEqual([1, 1])
  })

  it('leaves no timer and no listener behind', async () => {
    const { port } = await server()
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    const caller = new AbortController()
    const own = dialler(bound(port))
    await own.dial(target, { signal: caller.signal })
    await failureOf(own, { host: 'nobody', port: 1 }, caller.signal)
    expect([timers(), getEventListeners(caller.signal, 'abort').length]).toEqual([before, 0])
  })

  it('counts what crosses each socket, and forgets it when it ends', async () => {
    const { port } = await server()
    const own = dialler(bound(port))
    const socket = await own.dial(target, { signal: never })
    await says(socket, '12345')
    expect(own.openSockets()).toEqual([
      { peerId: 'peer-test1', connectionId: 'connection-test1', connectionName: 'test1', bytesIn: 5, bytesOut: 5 },
    ])
    socket.destroy()
    await once(socket, 'close')
    expect(own.openSockets()).toEqual([])
  })
})

describe('a dial fails', () => {
  it('at the name', async () => {
    const { error, rungs } = await failureOf(dialler(bound(1)), { host: 'db.internal', port: 5432 })
    expect([error.kind, steps(rungs)]).toEqual(['unavailable', ['name failed']])
    expect(error.message).toMatch(/unknown host db\.internal.*q1/)
  })

  it('at the route', async () => {
    const { error, rungs } = await failureOf(dialler(bound(1)), { host: '10.72.0.5', port: 5432 })
    expect([error.kind, steps(rungs)]).toEqual(['unavailable', ['name ok', 'route failed']])
    expect(error.message).toMatch(/q1 has no route to 10\.72\.0\.5/)
  })

  it('at the gateway', async () => {
    const { error, rungs } = await failureOf(dialler(bound(1)), { host: '10.71.0.5', port: 1 })
    expect([error.kind, steps(rungs)]).toEqual(['forbidden', ['name ok', 'route ok', 'gateway failed']])
  })

  it('at the connection, in words that say who must look where', async () => {
    const closed = await listen()
    await closed[Symbol.asyncDispose]()
    const { error, rungs } = await failureOf(dialler(bound(closed.port)))
    expect([error.kind, steps(rungs)]).toEqual(['unavailable', ['name ok', 'route ok', 'gateway ok', 'tcp failed']])
    expect(error.message).toBe('10.71.0.5:5432 refused the connection: is the database running, and does its port match?')
    expect(inWords(rungs.at(-1)?.detail ?? silence)).toBe(error.message)
  })

  it('when nothing answers in time', async () => {
    const asleep = cleanup.use(await listenAsleep())
    const before = socketsOfThisProcess()
    const start = performance.now()
    // A timer counts from when its turn of the loop began: from the next turn on that is no earlier than here.
    await sleep(0)
    const { error } = await failureOf(dialler(bound(asleep.port), { connectTimeoutMs: 200 }))
    expect(performance.now() - start).toBeGreaterThan(190)
    expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('10.71.0.5:5432 did not answer within 0.2 s') })
    expect(error.message).toContain('172.16.0.0/24')
    await until(() => socketsOfThisProcess() === before, 200)
  })

  it('alike, and without a packet, whatever lies at an address that may not be dialled', async () => {
    const hidden = await server(stream)
    const closed = await listen()
    await closed[Symbol.asyncDispose]()
    const reach = async (port: number, part: Partial<QueueNetwork>, ranges = ['127.0.0.0/8']) => {
      const gateway = { ...mapGateway({ '10.71.0.5:5432': port }), ranges }
      return failureOf(dialler(network({ peerings: [peering('test1', { gateway })], ...part })))
    }
    const outcomes = []
    for (const port of [hidden.port, closed.port]) {
      for (const host of ['127.0.0.1', '127.0.0.0/8', '0.0.0.0']) outcomes.push(await reach(port, { forbidden: [{ host, port }] }))
      outcomes.push(await reach(port, {}, ['127.0.0.2/32']), await reach(port, {}, []))
    }
    expect(outcomes).toHaveLength(10)
    expect(new Set(outcomes.map(({ error }) => `${error.kind} ${error.message}`)).size).toBe(1)
    expect(outcomes[0]?.error.kind).toBe('forbidden')
    await sleep(50)
    expect(hidden.sockets).toHaveLength(0)
  })

  it('at once when its caller has gone, and leaves no socket', async () => {
    const asleep = cleanup.use(await listenAsleep())
    const before = socketsOfThisProcess()
    const own = dialler(bound(asleep.port))
    const caller = new AbortController()
    const failure = failureOf(own, target, caller.signal)
    await until(() => socketsOfThisProcess() === before + 1, 500)
    const reason = new Error('cancelled')
    const start = performance.now()
    caller.abort(reason)
    expect((await failure).error).toBe(reason)
    expect(performance.now() - start).toBeLessThan(50)
    await until(() => socketsOfThisProcess() === before, 200)
    expect((await failureOf(own, target, caller.signal)).error).toBe(reason)
    expect(own.openSockets()).toEqual([])
  })
})

describe('a name in a gateway’s map', () => {
  const named = (port: number, ranges = ['127.0.0.1/32', '127.0.0.2/32']): QueueNetwork =>
    network({
      peerings: [peering('test1', { gateway: { ...mapGateway({}), ranges, map: [{ from: '10.71.0.5:5432', to: `db.example:${port}` }] } })],
    })

  it('is resolved once, and exactly the address that was checked is dialled', async () => {
    const { port, sockets } = await server()
    const asked: string[] = []
    const own = dialler(named(port), {
      lookup: async (name) => {
        asked.push(name)
        return asked.length === 1 ? ['127.0.0.1'] : ['169.254.169.254']
      },
    })
    expect(await says(await own.dial(target, { signal: never }), 'x')).toBe('x')
    expect([asked, sockets.length]).toEqual([['db.example'], 1])
    const { error, rungs } = await failureOf(own)
    expect([error.kind, steps(rungs), sockets.length]).toEqual(['forbidden', ['name ok', 'route ok', 'gateway failed'], 1])
  })

  it('is refused when any of its addresses may not be dialled', async () => {
    const { port, sockets } = await server()
    for (const bad of ['127.0.0.3', '169.254.169.254', '::1', '::ffff:127.0.0.1', '0.0.0.0']) {
      const { error } = await failureOf(dialler(named(port), { lookup: async () => ['127.0.0.1', bad] }))
      expect(error.kind).toBe('forbidden')
    }
    await sleep(20)
    expect(sockets).toHaveLength(0)
  })

  it('has its addresses tried in order', async () => {
    const { port } = await server()
    const socket = await dialler(named(port), { lookup: async () => ['127.0.0.2', '127.0.0.1'] }).dial(target, { signal: never })
    expect(await says(socket, 'x')).toBe('x')
  })

  it('is found by the operating system', async () => {
    const { port } = await server()
    const own = dialler(
      network({
        peerings: [peering('test1', { gateway: { ...mapGateway({}), map: [{ from: '10.71.0.5:5432', to: `localhost:${port}` }] } })],
      }),
    )
    expect(await says(await own.dial(target, { signal: never }), 'x')).toBe('x')
  })

  it('that cannot be resolved is told to the owner, and never waits for ever', async () => {
    for (const lookup of [async () => [], () => Promise.reject(new Error('ENOTFOUND')), () => new Promise<never>(() => {})]) {
      const { error } = await failureOf(dialler(named(1), { lookup, resolveTimeoutMs: 50 }))
      expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('gateway of connection test1') })
    }
  })

  it('is checked by the gateway as it is when the answer comes', async () => {
    const { port, sockets } = await server()
    const answer = Promise.withResolvers<readonly string[]>()
    const own = dialler(named(port), { lookup: () => answer.promise })
    const failure = failureOf(own)
    await sleep(10)
    own.apply({ ...named(port, ['127.0.0.9/32']), version: 2 })
    answer.resolve(['127.0.0.1'])
    expect((await failure).error.kind).toBe('forbidden')
    expect(sockets).toHaveLength(0)
  })

  it('is given up when the path is cut or the caller goes meanwhile', async () => {
    const own = dialler(named(1), { lookup: () => new Promise<never>(() => {}) })
    const failure = failureOf(own)
    const caller = new AbortController()
    const aborted = failureOf(own, target, caller.signal)
    await sleep(10)
    caller.abort(new Error('cancelled'))
    expect((await aborted).error.message).toBe('cancelled')
    own.apply(network({ version: 2 }))
    expect((await failure).error.message).toContain('was cut: queue q1 is no longer bound to connection test1')
  })
})

describe('cutting', () => {
  /** Two connections, each with a source that streams. */
  async function streaming() {
    const [one, other] = [await server(stream), await server(stream)]
    const first = peering('test1', { gateway: mapGateway({ '10.71.0.5:5432': one.port }), hosts: [{ name: 'db', ip: '10.71.0.5' }] })
    const second = peering('test2', { gateway: mapGateway({ '10.72.0.5:5432': other.port }), subnetCidr: '10.72.0.0/24' })
    const value = network({ peerings: [first, second] })
    const own = dialler(value)
    const open = async (host: string) => {
      const socket = await own.dial({ host, port: 5432 }, { signal: never })
      const seen = { bytes: 0, error: undefined as Error | undefined }
      socket.on('data', (chunk: Buffer) => {
        seen.bytes += chunk.length
      })
      socket.on('error', (error) => {
        seen.error = error
      })
      await until(() => seen.bytes > 1_000_000, 5_000)
      return { socket, seen }
    }
    return { one, other, first, second, value, own, open }
  }

  it('kills a streaming socket at both ends within 200 ms, and leaves the others alone', async () => {
    const { one, other, second, own, open } = await streaming()
    const [doomed, spared] = [await open('10.71.0.5'), await open('10.72.0.5')]
    let reset: string | undefined
    one.sockets[0]?.on('error', (error: NodeJS.ErrnoException) => {
      reset = error.code
    })
    expect([one.open(), other.open()]).toEqual([1, 1])

    own.apply(network({ version: 2, peerings: [second] }))
    expect([doomed.socket.destroyed, doomed.socket.readable, doomed.socket.writable]).toEqual([true, false, false])
    const took = await until(() => one.open() === 0, 200)
    expect(took).toBeLessThan(200)
    expect(reset).toMatch(/ECONNRESET|EPIPE/)
    expect(doomed.seen.error).toMatchObject({
      name: 'ServiceError',
      kind: 'unavailable',
      message: expect.stringMatching(/^the path to 10\.71\.0\.5:5432 was cut: queue q1 is no longer bound to connection test1, or/),
    })

    const [bytesAfter, bytesOfSpared] = [doomed.seen.bytes, spared.seen.bytes]
    await until(() => spared.seen.bytes > bytesOfSpared + 1_000_000, 5_000)
    expect(doomed.seen.bytes).toBe(bytesAfter)
    expect([spared.socket.destroyed, other.open()]).toEqual([false, 1])
    expect(own.openSockets().map(({ connectionName }) => connectionName)).toEqual(['test2'])
    expect((await failureOf(own)).error.message).toContain('no route')
  })

  it('is felt by a source that says nothing', async () => {
    const quiet = await server((socket) => socket.resume())
    const own = dialler(bound(quiet.port))
    await own.dial(target, { signal: never })
    await until(() => quiet.open() === 1, 200)
    const closed = once(quiet.sockets[0] as Socket, 'close')
    own.apply(network({ version: 2 }))
    await expect(closed).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('reaches a reader that iterates, also one who does not read', async () => {
    const { own } = await streaming()
    const socket = await own.dial(target, { signal: never })
    const idle = await own.dial(target, { signal: never })
    const reading = (async () => {
      let bytes = 0
      for await (const chunk of socket) {
        bytes += (chunk as Buffer).length
        if (bytes > 500_000) own.apply(network({ version: 2 }))
      }
      return 'ended quietly'
    })()
    await expect(reading).rejects.toThrow('no longer bound')
    expect(idle.destroyed).toBe(true)
    expect(idle.errored?.message).toContain('no longer bound')
  })

  it('follows host records, routes and gateways', async () => {
    const { one, first, value, own, open } = await streaming()
    const [named, direct] = [await open('db'), await open('10.71.0.5')]
    const withFirst = (version: number, part: Partial<typeof first>) => ({
      ...value,
      version,
      peerings: [{ ...first, ...part }, ...value.peerings.slice(1)],
    })

    own.apply(withFirst(2, { hosts: [{ name: 'db', ip: '10.71.0.6' }] }))
    await until(() => named.seen.error !== undefined, 200)
    expect(named.seen.error?.message).toBe('the path to db:5432 was cut: db no longer leads to 10.71.0.5 (host record of test1)')
    expect([direct.socket.destroyed, one.open()]).toEqual([false, 1])

    own.apply(withFirst(3, { subnetCidr: '10.79.0.0/24' }))
    await until(() => direct.seen.error !== undefined, 200)
    expect(direct.seen.error?.message).toContain('no route of connection test1')

    own.apply(withFirst(4, {}))
    const again = await open('10.71.0.5')
    own.apply(withFirst(5, { gateway: { ...first.gateway, version: 2, ranges: [] } }))
    await until(() => again.seen.error !== undefined, 200)
    expect(again.seen.error?.message).toContain('the gateway of connection test1 no longer leads there')
    await until(() => one.open() === 0, 200)
  })

  it('spares what changed only in other ways, and ignores an older network', async () => {
    const { one, value, own, open } = await streaming()
    const { socket, seen } = await open('db')
    own.apply({ ...structuredClone(value), version: 3 })
    own.apply(network({ version: 2 }))
    const bytes = seen.bytes
    await until(() => seen.bytes > bytes + 1_000_000, 5_000)
    expect([socket.destroyed, one.open()]).toEqual([false, 1])
  })

  it('gives up a connection that is still being made', async () => {
    const asleep = cleanup.use(await listenAsleep())
    const before = socketsOfThisProcess()
    const own = dialler(bound(asleep.port))
    const failure = failureOf(own)
    await until(() => socketsOfThisProcess() === before + 1, 500)
    own.apply(network({ version: 2 }))
    expect((await failure).error).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('was cut: queue q1 is no longer bound'),
    })
    await until(() => socketsOfThisProcess() === before, 200)
  })

  it('never lets a dial slip through, at whatever moment the network changes', async () => {
    const { port, open } = await server()
    const gateway = { ...mapGateway({}), map: [{ from: '10.71.0.5:5432', to: `db.example:${port}` }] }
    const outcomes = { refused: 0, cut: 0 }
    for (let turns = 0; turns < 60; turns++) {
      const own = dialler(network({ peerings: [peering('test1', { gateway })] }), { lookup: async () => ['127.0.0.1'] })
      const outcome = own.dial(target, { signal: never }).catch(() => undefined)
      for (let turn = 0; turn < turns; turn++) await (turn % 4 === 3 ? new Promise((resolve) => setImmediate(resolve)) : undefined)
      own.apply(network({ version: 2 }))
      expect(own.openSockets()).toEqual([])
      const socket = await outcome
      expect(socket?.destroyed ?? true).toBe(true)
      outcomes[socket === undefined ? 'refused' : 'cut']++
    }
    expect(Math.min(outcomes.refused, outcomes.cut)).toBeGreaterThan(0)
    await until(() => open() === 0, 500)
  })

  it('ends everything when the dialler is disposed', async () => {
    const [live, asleep] = [await server(stream), cleanup.use(await listenAsleep())]
    const before = socketsOfThisProcess()
    const own = new QueueDialer(
      network({ peerings: [peering('a', { gateway: mapGateway({ '10.71.0.5:5432': live.port, '10.71.0.6:5432': asleep.port }) })] }),
    )
    const socket = await own.dial(target, { signal: never })
    const halfOpen = failureOf(own, { host: '10.71.0.6', port: 5432 })
    await sleep(20)
    await own[Symbol.asyncDispose]()
    expect([socket.closed, own.openSockets()]).toEqual([true, []])
    expect((await halfOpen).error.message).toContain('its dialler was closed')
    expect((await failureOf(own)).error.message).toContain('its dialler was closed')
    await until(() => live.open() === 0 && socketsOfThisProcess() === before, 500)
  })
})
