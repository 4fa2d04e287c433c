// Servers of MySQL's protocol that are broken, hostile or slow: each ends in an error that says what came, and none fills the memory.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { QueueDialer } from '@tributary/fabric/dial'
import { ServiceError } from '@tributary/rules'
import { describe, expect, it, onTestFinished } from 'vitest'
import { networkTo, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import { mysqlConnector } from './index.ts'

const table = tableOf('lies', { id: 'int', name: 'string' }, { connector: 'mysql', schema: 'shop' })
// The driver waits for a greeting that it knows; a real one comes in a thousandth of this.
const source = { ...openableOf(table, { user: 'u', password: 'Canary-9' }), loginTimeoutMs: 5_000 }

const text = (value: string): Buffer => Buffer.from([value.length, ...Buffer.from(value)])

function packets(first: number, bodies: readonly Buffer[]): Buffer {
  return Buffer.concat(
    bodies.map((body, index) => {
      const header = Buffer.alloc(4)
      header.writeUIntLE(body.length, 0, 3)
      header[3] = first + index
      return Buffer.concat([header, body])
    }),
  )
}

const greeting = packets(0, [
  Buffer.concat([
    Buffer.from('\x0a5.7.0\0\x01\0\0\0abcdefgh\0', 'latin1'),
    Buffer.from([0xff, 0xf7, 45, 2, 0, 8, 0, 21]),
    Buffer.alloc(10),
    Buffer.from('ijklmnopqrst\0mysql_native_password\0', 'latin1'),
  ]),
])
const ok = Buffer.from([0, 0, 0, 2, 0, 0, 0])
const end = Buffer.from([0xfe, 0, 0, 2, 0])

/** Types 3 (INT) and 253 (VARCHAR), in binary and in UTF-8. */
const column = (name: string, type: number, charset: number): Buffer =>
  Buffer.concat([
    text('def'),
    ...['shop', 'lies', 'lies', name, name].map(text),
    Buffer.from([0x0c, charset, 0, 255, 0, 0, 0, type, 0, 0, 0, 0, 0]),
  ])
const columns = [column('id', 3, 63), column('name', 253, 45)]
const prepared = packets(1, [Buffer.from([0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]), ...columns, end])
const row = Buffer.concat([Buffer.from([0, 0, 7, 0, 0, 0]), text('seven')])
/** An answer of two columns, as it should be up to its rows. */
const answer = (...rows: readonly Buffer[]): Buffer => packets(1, [Buffer.from([2]), ...columns, end, ...rows])

/** Of a message that closes a statement, with its header. */
const closeBytes = 9

/** A server that lets everybody in, prepares whatever it is asked to, and answers its execution as told. */
async function serve(execute: (socket: Socket) => void, greet = greeting): Promise<number> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket.on('error', () => undefined))
    socket.write(greet)
    socket.once('data', () => {
      socket.write(packets(2, [ok]))
      socket.on('data', (asked: Buffer) => {
        // A statement that is closed gets no answer, and its message comes with what follows.
        let at = 0
        while (asked[at + 4] === 0x19) at += closeBytes
        const command = asked[at + 4]
        if (command === 0x03) socket.write(packets(1, [ok]))
        else if (command === 0x16) socket.write(prepared)
        else if (command === 0x17) execute(socket)
      })
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Reads the table of the server at a port and answers how many rows came. */
async function readAt(port: number, signal = new AbortController().signal): Promise<number> {
  await using dialer = new QueueDialer(networkTo([{ port }]), { lends: true })
  await using session = await mysqlConnector.open(source, dialer.dial, signal)
  let rows = 0
  for await (const batch of session.scan({ handle: 'h', table, columns: [0, 1], filters: [] })) rows += batch.rowCount
  return rows
}

async function said(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ServiceError)
  expect((error as ServiceError).message).not.toContain('Canary')
  return (error as ServiceError).message
}

const send =
  (...parts: readonly Buffer[]) =>
  (socket: Socket): void =>
    void socket.write(Buffer.concat(parts))

describe('a server of MySQL’s protocol', () => {
  it('that is honest is believed, however its bytes come', async () => {
    const honest = answer(row, row, end)
    expect(await readAt(await serve(send(honest)))).toBe(2)
    const trickle = async (socket: Socket): Promise<void> => {
      for (const byte of honest) {
        socket.write(Buffer.from([byte]))
        await sleep(0)
      }
    }
    expect(await readAt(await serve((socket) => void trickle(socket)))).toBe(2)
  })

  it.each([
    ['rows of more columns', answer(Buffer.concat([row, text('more')]), end), 'a row that is not of the columns it announced'],
    ['rows of fewer columns', answer(row.subarray(0, 6), end), 'a row that is not of the columns it announced'],
    ['a row that ends in its number', answer(row.subarray(0, 4), end), 'a row that is not of the columns it announced'],
    [
      'a text longer than its row',
      answer(Buffer.concat([row.subarray(0, 6), Buffer.from([250, 1])]), end),
      'a row that is not of the columns',
    ],
    [
      'a text of many gigabytes',
      answer(Buffer.concat([row.subarray(0, 6), Buffer.from([254, 0, 0, 0, 0, 9, 0, 0, 0])]), end),
      'a row that is not',
    ],
  ])('that sends %s is not', async (_what, bytes, words) => {
    expect(await said(readAt(await serve(send(bytes))))).toContain(words)
  })

  it('that goes away in the middle is named', async () => {
    const port = await serve((socket) => socket.write(answer(row), () => socket.resetAndDestroy()))
    expect(await said(readAt(port))).toMatch(/shop\.lies at 10\.71\.0\.5:5432: the connection was lost: .*run the job again/)
  })

  it('that greets with something else is named', { timeout: 30_000 }, async () => {
    const port = await serve(() => undefined, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect(await said(readAt(port))).toContain('10.71.0.5:5432')
  })

  it('that sends one row without an end is left when the job is stopped', { timeout: 60_000 }, async () => {
    const stop = new AbortController()
    const part = Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 5]), Buffer.alloc(0xffffff)])
    let sent = 0
    const closed = Promise.withResolvers<void>()
    const flood = (socket: Socket): void => {
      socket.once('close', () => closed.resolve())
      socket.write(answer())
      const more = (error?: Error | null): void => {
        if (error instanceof Error) return
        sent += 1
        if (sent === 5) stop.abort(new Error('stopped'))
        socket.write(part, more)
      }
      more()
    }
    const message = await said(readAt(await serve(flood), stop.signal))
    expect(message).toContain('shop.lies at 10.71.0.5:5432')
    await closed.promise
    expect(sent).toBeGreaterThanOrEqual(5)
    expect(sent).toBeLessThan(10)
  })
})
