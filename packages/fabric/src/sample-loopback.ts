// Real servers on 127.0.0.x and networks that lead to them, for the tests of this room.

import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { type Answer, decode, type Packet, streamEncode } from 'dns-packet'
import type { Gateway, NetworkPeering, NetworkRelay, QueueNetwork } from '@tributary/rules'
import { sampleNetwork, samplePeering, sampleRelay } from '../../rules/src/sample-network.ts'

/** A listening server that remembers everyone who came. */
export interface Listener extends AsyncDisposable {
  readonly port: number
  /** Every connection ever accepted, oldest first. */
  readonly sockets: readonly Socket[]
  /** Those that are open now. */
  readonly open: () => number
}

/** Starts a server on a free port that treats each connection as told. */
export async function listen(serve: (socket: Socket) => void = echo, host = '127.0.0.1'): Promise<Listener> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  server.listen(0, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    open: () => sockets.filter((socket) => !socket.closed).length,
    [Symbol.asyncDispose]: () => end(server, sockets),
  }
}

async function end(server: Server, sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) socket.destroy()
  server.close()
  await once(server, 'close')
}

/** Sends back what arrives. */
export function echo(socket: Socket): void {
  socket.pipe(socket)
}

/** Sends bytes for as long as they are taken. */
export function stream(socket: Socket): void {
  const block = Buffer.alloc(65_536, 7)
  const fill = () => {
    while (socket.writable && socket.write(block));
  }
  socket.on('drain', fill)
  fill()
}

/** A port whose connections are never completed: its owner sleeps and its queue is full. */
export async function listenAsleep(): Promise<{ readonly port: number } & AsyncDisposable> {
  const script = `
    const { createServer } = require('node:net')
    const { parentPort } = require('node:worker_threads')
    const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port)
      setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 20)
    })`
  const worker = new Worker(script, { eval: true })
  const [port] = (await once(worker, 'message')) as [number]
  await new Promise((resolve) => setTimeout(resolve, 100))
  const filler = await fillBacklog(port)
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of filler) socket.destroy()
      await worker.terminate()
    },
  }
}

async function fillBacklog(port: number): Promise<readonly Socket[]> {
  const { connect } = await import('node:net')
  const sockets: Socket[] = []
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    sockets.push(socket)
    const connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise<boolean>((resolve) => {
        setTimeout(() => resolve(false), 150)
      }),
    ])
    if (!connected) return sockets
    if (sockets.length > 20) throw new Error('the queue of a sleeping listener does not fill up')
  }
}

/** A resolver over TCP: answers each name as told; `undefined` is "no such name". Answers come in pieces of one byte when `slowly`. */
export function listenForQuestions(answer: (name: string) => readonly Answer[] | undefined, slowly = false): Promise<Listener> {
  return listen((socket) => {
    let received = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < received.readUInt16BE(0) + 2) return
      const question = decode(received.subarray(2))
      const name = question.questions?.[0]?.name ?? ''
      const answers = answer(name)
      // dns-packet keeps the response code in the lowest bits of the flags: 3 says that there is no such name.
      const reply: Packet = {
        type: 'response',
        id: question.id ?? 0,
        flags: answers === undefined ? 3 : 0,
        questions: question.questions ?? [],
      }
      const bytes = streamEncode({ ...reply, answers: [...(answers ?? [])] })
      if (slowly) for (const byte of bytes) socket.write(Buffer.of(byte))
      else socket.write(bytes)
    })
  })
}

/** A gateway whose map sends addresses of a VPC to ports of 127.0.0.1. */
export function mapGateway(ports: Readonly<Record<string, number>>, part: Partial<Gateway> = {}): Gateway {
  const map = Object.entries(ports).map(([from, port]) => ({ from, to: `127.0.0.1:${port}` }))
  return { kind: 'map', ranges: ['127.0.0.0/8'], map, names: [], dns: undefined, allowCleartextPasswords: true, version: 1, ...part }
}

/** The peering of connection `name` to 10.71.0.0/24, through a gateway that the test names. */
export function peering(name: string, part: Partial<NetworkPeering> & Pick<NetworkPeering, 'gateway'>): NetworkPeering {
  return samplePeering(name, part)
}

/** The relay of classic connection `name`, to a target and through a gateway that the test names. */
export function relay(name: string, part: Partial<NetworkRelay> & Pick<NetworkRelay, 'gateway' | 'target'>): NetworkRelay {
  return sampleRelay(name, part)
}

/** The network of queue q1. */
export function network(part: Partial<QueueNetwork> = {}): QueueNetwork {
  return sampleNetwork(part)
}
