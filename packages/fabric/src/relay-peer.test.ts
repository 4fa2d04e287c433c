// Who may come to a relay: other processes of this machine get no byte and cause no dial.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type NetConnectOpts } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { QueueDialer } from './dial.ts'
import { openRelay, type Relay, type RelaySettings } from './relay.ts'
import { type ExpectedPeer, openPeerCheck } from './relay-peer.ts'
import { type Listener, listen, mapGateway, network, peering } from './sample-loopback.ts'

const target = { host: '10.71.0.5', port: 5432 }
const never = new AbortController().signal
const canSeeProcesses = process.platform === 'linux'

let cleanup: AsyncDisposableStack
beforeEach(() => {
  cleanup = new AsyncDisposableStack()
})
afterEach(() => cleanup.disposeAsync())

/** A relay to a source that greets, for the expected peer alone. */
async function greeting(expected: ExpectedPeer, part: Partial<RelaySettings> = {}): Promise<{ relay: Relay; source: Listener }> {
  const source = cleanup.use(await listen((socket) => socket.write('welcome')))
  const gateway = mapGateway({ '10.71.0.5:5432': source.port })
  const dialler = cleanup.use(new QueueDialer(network({ peerings: [peering('test1', { gateway })] })))
  const settings = { listen: { host: '127.0.0.1', port: 0 }, target, dial: dialler.dial, expect: expected, signal: never, ...part }
  return { relay: cleanup.use(await openRelay(settings)), source }
}

/** What a connection from here comes to: the first bytes it is sent, or the code of its end. */
async function outcomeOf(to: NetConnectOpts): Promise<string> {
  const peer = connect(to)
  cleanup.defer(() => void peer.destroy())
  peer.write('let me in')
  return new Promise((resolve) => {
    peer.once('data', (chunk) => resolve(chunk.toString()))
    peer.once('error', ({ code }: NodeJS.ErrnoException) => resolve(`${code} after ${peer.bytesRead} bytes`))
    peer.once('end', () => resolve(`ended after ${peer.bytesRead} bytes`))
  })
}

/** A process that connects when it is told a port, and says what comes of it. */
function startVisitor(): ChildProcess {
  const script = `
    process.stdin.on('data', (port) => {
      const peer = require('node:net').connect(Number(port), '127.0.0.1')
      peer.once('data', (chunk) => { console.log(String(chunk)); peer.destroy() })
      peer.once('error', ({ code }) => console.log(code + ' after ' + peer.bytesRead + ' bytes'))
    }).once('end', () => process.exit(0))`
  const visitor = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  cleanup.defer(async () => {
    if (visitor.exitCode !== null) return
    visitor.stdin?.end()
    await once(visitor, 'exit')
  })
  return visitor
}

async function visit(visitor: ChildProcess, { endpoint }: Relay): Promise<string> {
  visitor.stdin?.write(String(endpoint.port))
  const [line] = (await once(visitor.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  return line.toString().trim()
}

describe.skipIf(!canSeeProcesses)('a relay for one process (Linux says who holds a socket)', () => {
  it('lets that process in and no other, which gets no byte and causes no dial', async () => {
    const [guest, stranger] = [startVisitor(), startVisitor()]
    const { relay, source } = await greeting({ host: '127.0.0.1', processId: guest.pid as number })
    expect(await visit(stranger, relay)).toBe('ECONNRESET after 0 bytes')
    expect(await outcomeOf(relay.endpoint)).toBe('ECONNRESET after 0 bytes')
    expect([source.sockets.length, relay.refused]).toEqual([0, { strangers: 2, excess: 0 }])
    expect(await visit(guest, relay)).toBe('welcome')
    expect([source.sockets.length, relay.refused.strangers]).toEqual([1, 2])
  })

  it('lets it in by many sockets at once, and none of the strangers among them', async () => {
    const { relay, source } = await greeting({ host: '127.0.0.1', processId: process.pid })
    const strangers = [startVisitor(), startVisitor()]
    const [mine, theirs] = await Promise.all([
      Promise.all(Array.from({ length: 60 }, () => outcomeOf(relay.endpoint))),
      Promise.all(strangers.map((stranger) => visit(stranger, relay))),
    ])
    expect([new Set(mine), new Set(theirs)]).toEqual([new Set(['welcome']), new Set(['ECONNRESET after 0 bytes'])])
    expect([source.sockets.length, relay.refused.strangers]).toEqual([60, 2])
  })

  it('knows a program whose sockets are of IPv6', async () => {
    const { relay } = await greeting({ host: '127.0.0.1', processId: process.pid })
    expect(await outcomeOf({ host: '::ffff:127.0.0.1', port: relay.endpoint.port })).toBe('welcome')
  })

  it('refuses it from another address', async () => {
    const { relay, source } = await greeting({ host: '127.0.0.2', processId: process.pid })
    expect(await outcomeOf(relay.endpoint)).toBe('ECONNRESET after 0 bytes')
    expect(await outcomeOf({ ...relay.endpoint, localAddress: '127.0.0.2' })).toBe('welcome')
    expect([source.sockets.length, relay.refused.strangers]).toEqual([1, 1])
  })

  it('refuses everyone once the process has ended', async () => {
    const guest = startVisitor()
    const { relay, source } = await greeting({ host: '127.0.0.1', processId: guest.pid as number })
    guest.stdin?.end()
    await once(guest, 'exit')
    expect(await outcomeOf(relay.endpoint)).toBe('ECONNRESET after 0 bytes')
    expect(source.sockets).toHaveLength(0)
  })

  it('is not opened for a process that is gone', async () => {
    const guest = startVisitor()
    guest.stdin?.end()
    await once(guest, 'exit')
    const gone = { host: '127.0.0.1', processId: guest.pid as number }
    await expect(openPeerCheck(gone)).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining(String(guest.pid)) })
  })

  it('counts who comes beyond the limit, and lets them in when there is room', async () => {
    const { relay, source } = await greeting({ host: '127.0.0.1', processId: process.pid }, { mostConnections: 2 })
    const [one] = [connect(relay.endpoint), await outcomeOf(relay.endpoint)]
    await once(one, 'data')
    expect(await outcomeOf(relay.endpoint)).toBe('ECONNRESET after 0 bytes')
    expect([source.sockets.length, relay.open, relay.refused]).toEqual([2, 2, { strangers: 0, excess: 1 }])
    one.resetAndDestroy()
    await expect.poll(() => relay.open).toBe(1)
    expect(await outcomeOf(relay.endpoint)).toBe('welcome')
  })
})

describe('a relay for an announced port', () => {
  it('lets in who comes from it, and nobody else', async () => {
    const port = await freePort()
    const { relay, source } = await greeting({ host: '127.0.0.1', port })
    expect(await outcomeOf(relay.endpoint)).toBe('ECONNRESET after 0 bytes')
    expect([source.sockets.length, relay.refused.strangers]).toEqual([0, 1])
    expect(await outcomeOf({ ...relay.endpoint, localAddress: '127.0.0.1', localPort: port })).toBe('welcome')
    expect([source.sockets.length, relay.refused.strangers]).toEqual([1, 1])
  })
})

describe('a relay is not opened', () => {
  const announced = { host: '127.0.0.1', port: 4_000 }

  it.each(['0.0.0.0', '10.0.0.1', '128.0.0.1', 'localhost', '::1'])('on %s', async (host) => {
    await expect(greeting(announced, { listen: { host, port: 0 } })).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('for a peer that cannot be', async () => {
    const peers = [
      { host: 'localhost', port: 4_000 },
      { host: '::1', processId: process.pid },
      { host: '127.0.0.1', port: 0 },
    ]
    for (const expected of peers) await expect(greeting(expected)).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('on a port that is taken, or after an abort', async () => {
    const { relay } = await greeting(announced)
    const taken = greeting(announced, { listen: relay.endpoint })
    await expect(taken).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('EADDRINUSE') })
    const reason = new Error('cancelled')
    await expect(greeting(announced, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
