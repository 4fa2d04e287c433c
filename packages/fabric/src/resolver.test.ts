// Names that only a gateway's resolver knows: asked over TCP through the gateway itself, on real sockets.

import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, streamEncode } from 'dns-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Gateway, inWords, type QueueNetwork, silence } from '@tributary/rules'
import { QueueDialer, type Rung } from './dial.ts'
import { type Listener, listen, listenForQuestions, mapGateway, network, peering, relay } from './sample-loopback.ts'

const never = new AbortController().signal
const address = (name: string, data: string): Answer => ({ type: 'A', name, data })
const alias = (name: string, data: string): Answer => ({ type: 'CNAME', name, data })

let cleanup: AsyncDisposableStack
let source: Listener
beforeEach(async () => {
  cleanup = new AsyncDisposableStack()
  source = cleanup.use(await listen((socket) => socket.end('rows')))
})
afterEach(() => cleanup.disposeAsync())

function dialler(value: QueueNetwork): QueueDialer {
  return cleanup.use(new QueueDialer(value, { resolveTimeoutMs: 200 }))
}

/** A gateway whose resolver 10.71.0.53:53 is the given port, and whose 10.71.0.5:5432 is the source. */
function asking(resolver: number, part: Partial<Gateway> = {}): Gateway {
  return mapGateway({ '10.71.0.53:53': resolver, '10.71.0.5:5432': source.port }, { dns: '10.71.0.53:53', ...part })
}

async function rows(own: QueueDialer, host: string, onRung: (rung: Rung) => void = () => {}): Promise<string> {
  const socket = await own.dial({ host, port: 5432 }, { signal: never, onRung })
  return text(socket)
}

async function text(socket: Duplex): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  return chunk.toString()
}

async function failure(own: QueueDialer, host = 'db.internal'): Promise<{ kind: string; message: string }> {
  return own.dial({ host, port: 5432 }, { signal: never }).then(
    () => Promise.reject(new Error('the dial went through')),
    (error: unknown) => error as never,
  )
}

describe('a resolver', () => {
  it('answers a name, which is then routed and mapped like any address', async () => {
    const asked: string[] = []
    const resolver = cleanup.use(
      await listenForQuestions((name) => {
        asked.push(name)
        return [address(name, '10.71.0.5')]
      }),
    )
    const rungs: Rung[] = []
    const own = dialler(network({ peerings: [peering('test1', { gateway: asking(resolver.port) })] }))
    expect(await rows(own, 'db.internal', (rung) => rungs.push(rung))).toBe('rows')
    expect(asked).toEqual(['db.internal'])
    expect(rungs.map(({ name, ok, detail }) => `${name} ${ok} ${inWords(detail)}`)).toEqual([
      'name true 10.71.0.5 by resolver 10.71.0.53:53 of test1',
      'route true 10.71.0.0/24, subnet of test1',
      `gateway true map to 127.0.0.1:${source.port}`,
      'tcp true connected to 10.71.0.5:5432',
    ])
    await sleep(20)
    expect(resolver.open()).toBe(0)
  })

  it('may answer byte by byte, in another case, through aliases, with several addresses in order', async () => {
    const answers = [
      address('elsewhere', '10.71.0.9'),
      alias('b.internal', 'C.internal'),
      alias('DB.INTERNAL', 'b.internal'),
      address('c.internal', '10.71.0.8'),
      address('c.Internal', '10.71.0.5'),
    ]
    const resolver = cleanup.use(await listenForQuestions(() => answers, true))
    const rungs: Rung[] = []
    const own = dialler(network({ peerings: [peering('test1', { gateway: asking(resolver.port) })] }))
    expect(await rows(own, 'db.internal', (rung) => rungs.push(rung))).toBe('rows')
    expect(inWords(rungs[0]?.detail ?? silence)).toContain('10.71.0.8, 10.71.0.5 by')
  })

  it('is not asked for what a table knows', async () => {
    const resolver = cleanup.use(await listenForQuestions(() => [address('x', '10.71.0.9')]))
    const hosts = [{ name: 'db.internal', ip: '10.71.0.5' }]
    expect(await rows(dialler(network({ peerings: [peering('test1', { gateway: asking(resolver.port), hosts })] })), 'db.internal')).toBe(
      'rows',
    )
    expect(resolver.sockets).toHaveLength(0)
  })

  it('leaves room for the next one, each asked once', async () => {
    const silent = cleanup.use(await listenForQuestions(() => undefined))
    const knows = cleanup.use(await listenForQuestions((name) => [address(name, '10.71.0.5')]))
    const peerings = [asking(silent.port), asking(silent.port), asking(knows.port)].map((gateway, index) =>
      peering(`c${index}`, { gateway }),
    )
    // The first connection carries the packet; its map leads to the source as well.
    expect(await rows(dialler(network({ peerings })), 'db.internal')).toBe('rows')
    expect([silent.sockets.length, knows.sockets.length]).toEqual([1, 1])
  })

  it('is the gateway’s own for a relay', async () => {
    const other = cleanup.use(await listenForQuestions((name) => [address(name, '10.71.0.9')]))
    const own = cleanup.use(await listenForQuestions((name) => (name === 'rds.internal' ? [address(name, '10.71.0.5')] : undefined)))
    const classic = relay('rds', { gateway: asking(own.port), target: { host: 'rds.internal', port: 5432 } })
    const value = network({ relays: [classic], peerings: [peering('test1', { gateway: asking(other.port) })] })
    expect(await rows(dialler(value), 'to-rds.datasource.com')).toBe('rows')
    expect(other.sockets).toHaveLength(0)
  })
})

describe('a name is unknown when its resolver', () => {
  const unknown = async (resolver: Listener, part: Partial<Gateway> = {}) => {
    const { kind, message } = await failure(dialler(network({ peerings: [peering('test1', { gateway: asking(resolver.port, part) })] })))
    expect(kind).toBe('unavailable')
    expect(message).toContain('unknown host db.internal')
    expect(source.sockets).toHaveLength(0)
    return message
  }

  it.each<[string, readonly Answer[] | undefined]>([
    ['says so', undefined],
    ['has no address for it', []],
    ['knows another name', [address('other', '10.71.0.5')]],
    ['knows IPv6 alone', [{ type: 'AAAA', name: 'db.internal', data: '::ffff:10.71.0.5' }]],
    ['goes in circles', [alias('db.internal', 'a'), alias('a', 'b'), alias('b', 'a')]],
    ['ends in an alias', [alias('db.internal', 'a')]],
  ])('%s', async (_, answers) => {
    expect(await unknown(cleanup.use(await listenForQuestions(() => answers)))).not.toContain('failed')
  })

  it.each<[string, (socket: Duplex) => void, RegExp]>([
    ['never answers', () => {}, /no answer within 0\.2 s/],
    ['hangs up', (socket) => socket.end(), /without an answer/],
    ['stops in the middle', (socket) => socket.end(Buffer.of(0, 99, 1, 2, 3)), /without an answer/],
    [
      'sends rubbish',
      (socket) => socket.write(Buffer.concat([Buffer.of(0, 40), Buffer.alloc(40, 0xff)])),
      /cannot be read|another question/,
    ],
    [
      'sends a name that points at itself',
      (socket) => socket.write(Buffer.of(0, 16, 0, 1, 128, 0, 0, 1, 0, 0, 0, 0, 0, 0, 192, 12, 0, 1)),
      /cannot be read|another question/,
    ],
    [
      'answers another question',
      (socket) => socket.write(streamEncode({ type: 'response', id: 70_000 % 65_536, answers: [] })),
      /another question|cannot be read/,
    ],
    [
      'fails',
      (socket) =>
        socket.once('data', (chunk: Buffer) => socket.write(streamEncode({ type: 'response', id: chunk.readUInt16BE(2), flags: 2 }))),
      /SERVFAIL/,
    ],
  ])('%s', async (_, serve, reason) => {
    const message = await unknown(cleanup.use(await listen(serve)))
    expect(message).toMatch(reason)
    expect(message).toContain('resolver 10.71.0.53:53 of test1 failed')
  })

  it('is not on the map, or out of range, or one of our own listeners', async () => {
    const resolver = cleanup.use(await listenForQuestions((name) => [address(name, '10.71.0.5')]))
    expect(await unknown(resolver, { dns: '10.71.0.54:53' })).toContain('carries nothing to 10.71.0.54:53')
    expect(await unknown(resolver, { ranges: ['127.0.0.2/32'] })).toContain('may not reach')
    const value = network({
      peerings: [peering('test1', { gateway: asking(resolver.port) })],
      forbidden: [{ host: '127.0.0.1', port: resolver.port }],
    })
    expect((await failure(dialler(value))).message).toContain('may not reach')
    expect(resolver.sockets).toHaveLength(0)
  })

  it('could not be asked for it, as no name is that long', async () => {
    const resolver = cleanup.use(await listenForQuestions((name) => [address(name, '10.71.0.5')]))
    const own = dialler(network({ peerings: [peering('test1', { gateway: asking(resolver.port) })] }))
    for (const host of ['a'.repeat(64), `${'abc.'.repeat(64)}internal`, 'a..b'])
      expect((await failure(own, host)).message).toContain('unknown host')
  })
})

describe('an answer', () => {
  it('is refused where a dotted address would be', async () => {
    const answers = ['127.0.0.1', '169.254.169.254', '10.72.0.5', '0.0.0.0']
    for (const data of answers) {
      const resolver = cleanup.use(await listenForQuestions((name) => [address(name, data)]))
      const { message } = await failure(dialler(network({ peerings: [peering('test1', { gateway: asking(resolver.port) })] })))
      expect(message).toContain(`no route to ${data}`)
    }
    expect(source.sockets).toHaveLength(0)
  })

  it('that comes after the binding went is not used', async () => {
    const resolver = cleanup.use(await listen((socket) => socket.resume()))
    const own = dialler(
      network({
        peerings: [
          peering('test1', { gateway: asking(resolver.port) }),
          peering('test2', { gateway: mapGateway({}), subnetCidr: '10.72.0.0/24' }),
        ],
      }),
    )
    const failed = failure(own)
    while (resolver.open() === 0) await sleep(1)
    own.apply(network({ version: 2 }))
    expect((await failed).message).toContain('the path to 10.71.0.53:53 was cut: queue q1 is no longer bound to connection test1')
    await sleep(20)
    expect([resolver.open(), source.sockets.length]).toEqual([0, 0])
  })

  it('is not used when a table has taken the name meanwhile', async () => {
    const resolver = cleanup.use(
      await listen((socket) => {
        socket.on('data', (chunk) => setTimeout(() => socket.write(reply(chunk)), 50))
      }),
    )
    const reply = (question: Buffer) =>
      streamEncode({ type: 'response', id: question.readUInt16BE(2), answers: [address('db.internal', '10.71.0.5')] })
    const test1 = peering('test1', { gateway: asking(resolver.port) })
    expect(await rows(dialler(network({ peerings: [test1] })), 'db.internal')).toBe('rows')
    const own = dialler(network({ peerings: [test1] }))
    const failed = failure(own)
    while (resolver.open() === 0) await sleep(1)
    own.apply(network({ version: 2, peerings: [{ ...test1, hosts: [{ name: 'db.internal', ip: '10.71.0.6' }] }] }))
    expect((await failed).message).toContain('db.internal no longer leads to 10.71.0.5')
    expect(source.sockets).toHaveLength(1)
  })

  it('is not waited for when the caller goes', async () => {
    const resolver = cleanup.use(await listen((socket) => socket.resume()))
    const own = dialler(network({ peerings: [peering('test1', { gateway: asking(resolver.port) })] }))
    const caller = new AbortController()
    const failed = own.dial({ host: 'db.internal', port: 5432 }, { signal: caller.signal }).catch((error: unknown) => error)
    while (resolver.open() === 0) await sleep(1)
    caller.abort(new Error('cancelled'))
    expect(await failed).toMatchObject({ message: 'cancelled' })
    await sleep(20)
    expect(resolver.open()).toBe(0)
  })
})
