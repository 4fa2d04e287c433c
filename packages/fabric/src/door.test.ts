// A program without a network at a door: real sockets on loopback, a real socket file.

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as encrypt, createSecureContext, TLSSocket } from 'node:tls'
import { type Rung, ServiceError, say } from '@tributary/rules'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Door } from './door.ts'
import { echo, type Listener, listen, mapGateway, network, peering, stream } from './sample-loopback.ts'
import { dialThroughDoor } from './through-door.ts'

const directory = mkdtempSync(join(tmpdir(), 'tributary-door-'))
const path = join(directory, 'door')
const signal = new AbortController().signal
const target = { host: '10.71.0.5', port: 5432 }
const dial = dialThroughDoor(path)

let listener: Listener
let door: Door

const networkTo = (port: number) => network({ peerings: [peering('sales', { gateway: mapGateway({ '10.71.0.5:5432': port }) })] })

async function serve(how: (socket: Socket) => void): Promise<void> {
  listener = await listen(how)
  door = await Door.open({ path, network: networkTo(listener.port) })
}

/** What a reader sees of a stream: its bytes, and how it ended. */
async function readAll(socket: Duplex): Promise<{ readonly bytes: number; readonly error: Error | undefined }> {
  let bytes = 0
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  const ended = new Promise((resolve) => socket.once('close', resolve))
  let error: Error | undefined
  socket.once('error', (told: Error) => {
    error = told
  })
  await ended
  return { bytes, error }
}

beforeEach(() => serve(echo))
afterEach(async () => {
  await door[Symbol.asyncDispose]()
  await listener[Symbol.asyncDispose]()
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** The same door with another source behind it. */
async function behind(how: (socket: Socket) => void): Promise<void> {
  await door[Symbol.asyncDispose]()
  await listener[Symbol.asyncDispose]()
  await serve(how)
}

/** As {@link behind}, with a source that asks for TLS. */
async function behindTls(how: (socket: Socket) => void): Promise<void> {
  const files = { key: join(directory, 'key.pem'), cert: join(directory, 'cert.pem') }
  const made = ['-keyout', files.key, '-out', files.cert]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=source', ...made], {
    stdio: 'ignore',
  })
  const secureContext = createSecureContext({ key: readFileSync(files.key), cert: readFileSync(files.cert) })
  await behind((socket) => {
    const inside = new TLSSocket(socket, { isServer: true, secureContext })
    inside.on('error', () => undefined).once('secure', () => how(inside))
  })
}

describe('a stream through a door', () => {
  it('carries bytes both ways and tells the rungs of its dial', async () => {
    const rungs: Rung[] = []
    const socket = await dial(target, { signal, onRung: (rung) => rungs.push(rung) })
    expect(rungs.map(({ name, ok }) => [name, ok])).toEqual([
      ['name', true],
      ['route', true],
      ['gateway', true],
      ['tcp', true],
    ])
    socket.write('over there')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toBe('over there')
    expect(door.openSockets()).toMatchObject([{ connectionName: 'sales', bytesIn: 10, bytesOut: 10 }])
    socket.end()
    await once(socket, 'close')
    await expect.poll(() => door.openSockets()).toEqual([])
  })

  it('gives every byte and then the end', async () => {
    const block = Buffer.alloc(1_000_000, 7)
    await behind((socket) => socket.end(block))
    const { bytes, error } = await readAll(await dial(target, { signal }))
    expect([bytes, error]).toEqual([block.length, undefined])
  })

  it('is cut with its reason when its path goes', async () => {
    await behind(stream)
    const socket = await dial(target, { signal })
    const reading = readAll(socket)
    await sleep(50)
    door.apply(network({ version: 2 }))
    const { bytes, error } = await reading
    expect(bytes).toBeGreaterThan(0)
    expect(error).toBeInstanceOf(ServiceError)
    expect(error?.message).toContain('sales')
    await expect.poll(() => listener.open()).toBe(0)
  })

  it.each(['reads', 'waits'])('is cut with its reason under TLS too, where its program %s', async (does) => {
    await behindTls((socket) => does === 'reads' && stream(socket))
    const socket = await dial(target, { signal })
    const told = once(socket, 'error') as Promise<[Error]>
    const inside = encrypt({ socket, rejectUnauthorized: false })
    const heard: string[] = []
    inside.on('error', ({ message }) => heard.push(message)).on('end', () => heard.push('end'))
    await once(inside, 'secureConnect')
    if (does === 'reads') await once(inside, 'data')
    inside.resume()
    const closed = new Promise((resolve) => inside.once('close', resolve))
    door.apply(network({ version: 2 }))
    const [error] = await told
    expect(error).toBeInstanceOf(ServiceError)
    expect(error.message).toContain('sales')
    await closed
    // Not the end that the program would take it for.
    expect(heard).toEqual([error.message])
    await expect.poll(() => listener.open()).toBe(0)
  })

  it('carries bytes both ways under TLS, each way more than fits, and then the end', async () => {
    await behindTls((socket) => void socket.pipe(socket))
    const socket = await dial(target, { signal })
    const inside = encrypt({ socket, rejectUnauthorized: false })
    const block = randomBytes(3_000_000)
    inside.end(block)
    const parts: Buffer[] = []
    for await (const part of inside) parts.push(part as Buffer)
    expect(Buffer.concat(parts).equals(block)).toBe(true)
    await expect.poll(() => door.openSockets()).toEqual([])
  })

  it('is broken off where the source breaks off, and never ends as if it were whole', async () => {
    await behind((socket) => void socket.write('half', () => setTimeout(() => socket.resetAndDestroy(), 20)))
    const { bytes, error } = await readAll(await dial(target, { signal }))
    expect([bytes, error]).toMatchObject([4, { code: 'ECONNRESET' }])
  })

  it('is broken off with the door itself', async () => {
    await behind(stream)
    const reading = readAll(await dial(target, { signal }))
    await sleep(20)
    await door[Symbol.asyncDispose]()
    expect((await reading).error).toMatchObject({ code: 'ECONNRESET' })
  })
})

describe('a door', () => {
  it('refuses what the network does not lead to, as a dial does', async () => {
    const refused = dial({ host: '127.0.0.1', port: listener.port }, { signal })
    await expect(refused).rejects.toThrow(ServiceError)
    await expect(dial({ host: 'nowhere', port: 1 }, { signal })).rejects.toThrow(/nowhere/)
    expect(listener.sockets).toHaveLength(0)
  })

  it('stops a dial that is stopped', async () => {
    const stop = new AbortController()
    const reason = new ServiceError('unavailable', say`the job was cancelled`)
    const dialling = dial(target, { signal: stop.signal })
    stop.abort(reason)
    await expect(dialling).rejects.toBe(reason)
    await expect.poll(() => listener.open()).toBe(0)
  })

  it('is for one user, and ends whoever says something else', async () => {
    expect(statSync(path).mode & 0o777).toBe(0o600)
    for (const said of ['nonsense\n', '[]\n', '{"host":1,"port":2}\n', '{"host":"a","port":0}\n', 'x'.repeat(10_000)]) {
      const socket = connect(path)
      socket.on('error', () => undefined)
      socket.write(said)
      await once(socket, 'close')
    }
    expect((await dial(target, { signal })).destroyed).toBe(false)
  })
})
