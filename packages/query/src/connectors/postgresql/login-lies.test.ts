// Servers that lie before any row comes: what they send is bounded, and what went wrong is told.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { QueueDialer } from '@tributary/fabric/dial'
import { ServiceError } from '@tributary/rules'
import { describe, expect, it, onTestFinished } from 'vitest'
import { networkTo, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import { postgresqlConnector } from './index.ts'
import { mostAnswerBytes } from './settings.ts'

const source = openableOf(tableOf('lies', { id: 'int' }), { user: 'u', password: 'Canary-9' })
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const welcome = Buffer.concat([Buffer.from('R'), int32(8), int32(0), Buffer.from('Z'), int32(5), Buffer.from('I')])
/** Of a message that says it has two gigabytes. */
const beginning = (code: string): Buffer => Buffer.concat([Buffer.from(code), int32(0x7fffffff)])
const mebibyte = Buffer.alloc(2 ** 20, 'x')

/** What a server sent until nobody took more. */
interface Flood {
  readonly port: number
  sent(): number
  readonly closed: Promise<unknown>
}

/** @param after - how many questions it answers with a welcome before it floods its caller */
async function flood(code: string, after: number): Promise<Flood> {
  let sent = 0
  const closed = Promise.withResolvers<void>()
  const pour = (socket: Socket): void => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(mebibyte)) sent += mebibyte.length
    }
    socket.on('drain', more).write(beginning(code))
    more()
  }
  const server = createServer((socket) => {
    let questions = 0
    socket.on('error', () => undefined).once('close', () => closed.resolve())
    socket.on('data', () => {
      questions += 1
      if (questions <= after) socket.write(welcome)
      else if (questions === after + 1) pour(socket)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, sent: () => sent, closed: closed.promise }
}

describe('a server that floods', () => {
  it.each([
    ['the login, as a request for it', 'R', 0],
    ['the login, as an error', 'E', 0],
    ['the first answer', 'D', 1],
  ])('%s, is left', { timeout: 30_000 }, async (_what, code, after) => {
    const server = await flood(code, after)
    await using dialer = new QueueDialer(networkTo([server]), { lends: true })
    const before = process.memoryUsage().arrayBuffers
    const error: unknown = await postgresqlConnector.open(source, dialer.dial, new AbortController().signal).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    await server.closed
    expect(error).toBeInstanceOf(ServiceError)
    expect((error as ServiceError).message).toContain('sent more than 16 MiB where a short answer was due')
    expect((error as ServiceError).message).not.toContain('Canary')
    // What lies in the buffers of two sockets was sent and not read.
    expect(server.sent()).toBeGreaterThan(mostAnswerBytes / 4)
    expect(server.sent()).toBeLessThan(mostAnswerBytes + 32 * 2 ** 20)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * mostAnswerBytes)
  })
})
