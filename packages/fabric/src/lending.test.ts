// Sockets that are read in place: the same bytes in the same order as 'data' tells, whoever reads, however slowly, and from a fast source in larger pieces.

import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { QueueDialer } from './dial.ts'
import { Door } from './door.ts'
import { isLender } from './lending.ts'
import { listen, mapGateway, network, peering } from './sample-loopback.ts'
import { dialThroughDoor } from './through-door.ts'

const directory = mkdtempSync(join(tmpdir(), 'tributary-lending-'))
const path = join(directory, 'door')
const signal = new AbortController().signal
const target = { host: '10.71.0.5', port: 5432 }
const networkTo = (port: number) => network({ peerings: [peering('sales', { gateway: mapGateway({ '10.71.0.5:5432': port }) })] })

afterAll(() => rmSync(directory, { recursive: true, force: true }))

const pieces = Array.from({ length: 1_000 }, () => randomBytes(8_192))
const whole = createHash('sha256').update(Buffer.concat(pieces)).digest('hex')

/** Answers the first byte with all the pieces, each written by itself. */
function answerInPieces(socket: Socket): void {
  socket.on('error', () => undefined)
  socket.once('data', () => {
    for (const piece of pieces) socket.write(piece)
    socket.end()
  })
}

/** What a reader makes of a stream. */
interface Heard {
  readonly digest: string
  readonly chunks: number
}

/** Reads a stream that lends, or by 'data', and stops for a while now and then where it is told to. */
async function hear(stream: Duplex, { lends, pauses }: { readonly lends: boolean; readonly pauses: boolean }): Promise<Heard> {
  const hash = createHash('sha256')
  let chunks = 0
  const take = (chunk: Buffer): boolean => {
    hash.update(chunk)
    chunks += 1
    if (pauses && chunks % 20 === 0) {
      stream.pause()
      setTimeout(() => stream.resume(), 2)
    }
    return false
  }
  if (!isLender(stream)) throw new Error('the stream lends nothing')
  if (lends) stream.lend(take)
  else stream.on('data', take)
  stream.resume()
  stream.write('?')
  await once(stream, 'end')
  return { digest: hash.digest('hex'), chunks }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(1)
}

const ways = [
  { lends: true, pauses: false },
  { lends: true, pauses: true },
  { lends: false, pauses: true },
]

describe('a socket that lends its bytes', () => {
  it.each(ways)('gives all of them in order: %o', async (how) => {
    await using listener = await listen(answerInPieces)
    await using dialer = new QueueDialer(networkTo(listener.port), { lends: true })
    expect((await hear(await dialer.dial(target, { signal }), how)).digest).toBe(whole)
  })

  it.each(ways)('does so through a door: %o', async (how) => {
    await using listener = await listen(answerInPieces)
    await using _door = await Door.open({ path, network: networkTo(listener.port) })
    const { digest, chunks } = await hear(await dialThroughDoor(path)(target, { signal }), how)
    expect(digest).toBe(whole)
    expect(chunks).toBeLessThan(pieces.length)
  })

  it('gives back to those who listen what nobody borrows any more', async () => {
    await using listener = await listen((socket) => {
      socket.on('error', () => undefined).on('data', (asked) => socket.write(asked))
    })
    await using _door = await Door.open({ path, network: networkTo(listener.port) })
    const stream = await dialThroughDoor(path)(target, { signal })
    if (!isLender(stream)) throw new Error('the stream lends nothing')
    const heard: string[] = []
    stream.on('data', (chunk: Buffer) => heard.push(`told ${chunk.toString()}`))
    for (const word of ['one', 'two', 'three']) {
      stream.lend(word === 'two' ? (chunk) => heard.push(`lent ${chunk.toString()}`) < 0 : undefined)
      stream.write(word)
      await until(() => heard.at(-1)?.endsWith(word) === true)
    }
    expect(heard).toEqual(['told one', 'lent two', 'told three'])
    stream.destroy()
  })
})
