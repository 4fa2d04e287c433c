// COPY as sources send it that are broken, hostile or slow: each ends in an error that says what came, and the thread goes on.

import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { QueueDialer } from '@tributary/fabric/dial'
import type { ServiceError } from '@tributary/rules'
import { afterEach, describe, expect, it } from 'vitest'
import { networkTo, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import type { Session } from '../connector.ts'
import { postgresqlConnector } from './index.ts'

const table = tableOf('lies', { id: 'int', name: 'string' })

/** A message of a server. */
function message(code: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(code), length, body])
}

const int16 = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff])
const int32 = (value: number): Buffer => Buffer.from([value >> 24, value >> 16, value >> 8, value].map((byte) => byte & 0xff))
const text = (value: string): Buffer => Buffer.from(`${value}\0`)
const field = (value: string): Buffer => Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)])

const ready = message('Z', Buffer.from('I'))
const start = message('H', Buffer.from([1]), int16(2), int16(1), int16(1))
const header = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const row = Buffer.concat([int16(2), int32(4), int32(7), field('seven')])
const trailer = message('d', int16(-1))
const done = message('c')
const copied = (count: number): Buffer => Buffer.concat([message('C', text(`COPY ${count}`)), ready])

/** Names and values of one row as the answer to a query; values are text. */
function answer(rows: readonly Readonly<Record<string, string>>[]): Buffer {
  const names = Object.keys(rows[0] ?? {})
  const described = names.map((name) =>
    Buffer.concat([text(name), int32(0), int16(0), int32(typeOf(name)), int16(-1), int32(-1), int16(0)]),
  )
  const data = rows.map((cells) => message('D', int16(names.length), ...names.map((name) => field(cells[name] ?? ''))))
  return Buffer.concat([message('T', int16(names.length), ...described), ...data, message('C', text('SELECT'))])
}

/** Oids of int4, bool and text. */
function typeOf(name: string): number {
  return ['typmod', 'pages', 'version'].includes(name) ? 23 : name === 'deterministic' ? 16 : 25
}

const columns = ['id int4', 'name text'].map((said) => {
  const [name = '', type = ''] = said.split(' ')
  return { name, type, base: 'b', typmod: '-1', shown: type, deterministic: 't', kind: 'r', pages: '1', version: '150000' }
})

let server: Server | undefined
const open: Socket[] = []

/** A server that lets everybody in, tells the table's columns, and answers COPY as told. */
async function serve(copy: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    open.push(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', int32(0)), ready]))
      socket.on('data', (asked: Buffer) => {
        const query = asked.toString()
        if (query.includes('COPY')) copy(socket)
        else if (query.includes('server_encoding')) socket.write(Buffer.concat([answer([{ encoding: 'UTF8' }]), ready]))
        else if (/pg_attribute|tributary_columns/.test(query)) socket.write(Buffer.concat([answer(columns), ready]))
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as { readonly port: number }).port
}

afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy()
  server?.close()
})

/** Reads the table and answers how many rows came. */
async function read(copy: (socket: Socket) => void, signal = new AbortController().signal): Promise<number> {
  const port = await serve(copy)
  await using dialer = new QueueDialer(networkTo([{ port }]), { lends: true })
  const source = openableOf(table, { user: 'u', password: 'p' })
  await using session = await postgresqlConnector.open(source, dialer.dial, signal)
  return await rowsOf(session)
}

async function rowsOf(session: Session): Promise<number> {
  let rows = 0
  for await (const batch of session.scan({ handle: 'h', table, columns: [0, 1], filters: [] })) rows += batch.rowCount
  return rows
}

const said = async (work: Promise<unknown>): Promise<readonly [string, string]> =>
  await work.then(
    () => ['none', 'it was believed'],
    (error: ServiceError) => [error.kind, error.message],
  )

const send =
  (...parts: readonly Buffer[]) =>
  (socket: Socket): void =>
    void socket.write(Buffer.concat(parts))

describe('a source', () => {
  it('that is honest is believed, however its bytes come', async () => {
    const honest = Buffer.concat([start, message('d', header, row), message('d', row), trailer, done, copied(2)])
    expect(await read(send(honest))).toBe(2)
    const trickle = async (socket: Socket): Promise<void> => {
      for (const byte of honest) {
        socket.write(Buffer.from([byte]))
        await sleep(0)
      }
    }
    expect(await read((socket) => void trickle(socket))).toBe(2)
    const notice = message('N', Buffer.from('SNOTICE\0\0'))
    expect(
      await read(
        send(start, notice, message('d', header, row, row.subarray(0, 3)), notice, message('d', row.subarray(3)), trailer, done, copied(2)),
      ),
    ).toBe(2)
  })

  it('that sends everything at once can be asked again, however many batches that made', async () => {
    const long = Buffer.concat([int16(2), int32(4), int32(7), field('x'.repeat(1_100_000))])
    const all = Buffer.concat([
      start,
      message('d', header),
      ...Array.from({ length: 12 }, () => message('d', long)),
      trailer,
      done,
      copied(12),
    ])
    const port = await serve((socket) => void socket.write(all))
    await using dialer = new QueueDialer(networkTo([{ port }]))
    const socket = await dialer.dial({ host: '10.71.0.5', port: 5432 }, { signal: new AbortController().signal })
    // One chunk as large as can be: all batches are made, and the end is read, before anybody takes the first.
    const chunked = gatherAll(socket)
    const source = openableOf(table, { user: 'u', password: 'p' })
    const { signal } = new AbortController()
    const dial = (): Promise<Duplex> => Promise.resolve(chunked)
    const opened = await postgresqlConnector.open(source, dial, signal)
    expect(await rowsOf(opened)).toBe(12)
    await opened.leave?.()
    const again = postgresqlConnector.takeKept?.(source, dial, signal)
    expect(again === undefined ? 'it was not kept' : await rowsOf(again)).toBe(12)
    await again?.[Symbol.asyncDispose]()
  })

  it.each([
    ['sends garbage', [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')], "does not speak PostgreSQL's protocol"],
    ['sends other garbage', [start, Buffer.from('\u0000\u0001\u0002\u0003\u0004\u0005')], "does not speak PostgreSQL's protocol"],
    [
      'sends text for binary',
      [start, message('d', Buffer.from('7\tseven\n'.repeat(9))), done, copied(9)],
      'in a form that is not the binary one',
    ],
    ['sends other columns', [start, message('d', header, int16(3), row), done, copied(1)], 'sent 3 columns where 2 were asked for'],
    [
      'sends a number of another width',
      [start, message('d', header, int16(2), int32(2), int16(7), field('x'))],
      'came with 2 bytes where its type has 4',
    ],
    ['stops in a row and says it is done', [start, message('d', header, row.subarray(0, 9)), done, copied(1)], 'in the middle of a row'],
    ['says nothing of its end', [start, message('d', header, row), done, copied(1)], 'in the middle of a row'],
    [
      'counts other rows than it sends',
      [start, message('d', header, row), trailer, done, copied(5)],
      'sent 1 rows and says that it sent 5',
    ],
    ['answers something else', [answer([{ id: '7' }]), ready], ''],
    ['says it is done before it began', [copied(0)], ''],
    ['sends a message of less than no length', [start, Buffer.from([0x64, 0, 0, 0, 1])], "does not speak PostgreSQL's protocol"],
  ])('that %s is not', async (_what, parts, words) => {
    const [kind, told] = await said(read(send(...parts)))
    expect(['unavailable', 'internal', 'semantic']).toContain(kind)
    expect(told).toContain(words)
  })

  it('that goes away in the middle is named', async () => {
    const [kind, told] = await said(
      read((socket) => socket.write(Buffer.concat([start, message('d', header, row)]), () => socket.resetAndDestroy())),
    )
    expect(kind).toBe('unavailable')
    expect(told).toContain('public.lies at 10.71.0.5:5432')
  })

  it('that never ends is left when the job is stopped', async () => {
    const stop = new AbortController()
    const closed: Promise<unknown>[] = []
    const endless = (socket: Socket): void => {
      closed.push(once(socket, 'close'))
      socket.write(Buffer.concat([start, message('d', header, row)]))
      const more = (): boolean => socket.write(Buffer.concat(Array(1000).fill(message('d', row))))
      socket.on('drain', more)
      more()
    }
    setTimeout(() => stop.abort(new Error('stopped')), 300)
    const [kind] = await said(read(endless, stop.signal))
    expect(kind).toBe('unavailable')
    expect(closed).toHaveLength(1)
    await Promise.all(closed)
  })
})

/** The same stream, whose bytes are told once there are no more for a moment. */
function gatherAll(socket: Duplex): Duplex {
  let held: Buffer[] = []
  let timer: NodeJS.Timeout | undefined
  const outer: Duplex = new Duplex({
    readableHighWaterMark: 2 ** 26,
    read: () => undefined,
    write: (chunk, _encoding, taken) => void socket.write(chunk as Buffer, taken),
    destroy: (error, over) => {
      socket.destroy()
      over(error)
    },
  })
  socket.on('data', (chunk: Buffer) => {
    held.push(chunk)
    clearTimeout(timer)
    timer = setTimeout(() => {
      outer.push(Buffer.concat(held))
      held = []
    }, 30)
  })
  return outer
}
