// Bodies over a real socket: whole however they are cut, announced or in pieces, and counted before they are kept.

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBody } from './body.ts'

const limitBytes = 300_000
let server: Server
let reserved: number[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    readBody(request, limitBytes, (bytes) => reserved.push(bytes)).then(
      (body) => response.end(body.toString('latin1').replaceAll(/(.)\1*/g, (run: string) => `${run[0]}${run.length} `)),
      (error: Error) => response.end(error.message),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => void server.close())

/** Writes parts one after another, each when the last has gone. @returns the body of the answer */
async function send(head: string, parts: readonly string[]): Promise<string> {
  reserved = []
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay(true)
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
  })
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${head}\r\n\r\n`)
  for (const part of parts) {
    await new Promise((resolve) => socket.write(part, 'latin1', resolve))
    await nextTurn()
  }
  await once(socket, 'close')
  return text.slice(text.indexOf('\r\n\r\n') + 4)
}

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

describe('a body', () => {
  it('that is announced is whole, in one part or in many', async () => {
    const parts = ['a'.repeat(70_000), 'b', 'c'.repeat(150_000), 'd'.repeat(9)]
    expect(await send('Content-Length: 220010', parts)).toContain('a70000 b1 c150000 d9 ')
    expect(reserved).toEqual([220_010])
    expect(await send('Content-Length: 5', ['aabbb'])).toContain('a2 b3 ')
    expect(reserved).toEqual([5])
  })

  it('in pieces is whole, and counted piece by piece', async () => {
    const parts = [chunk('a'.repeat(50_000)), chunk('b'), `${chunk('c'.repeat(3))}0\r\n\r\n`]
    expect(await send('Transfer-Encoding: chunked', parts)).toContain('a50000 b1 c3 ')
    expect(reserved.reduce((sum, bytes) => sum + bytes, 0)).toBe(50_004)
  })

  it('ends at its limit, announced or not', async () => {
    expect(await send(`Content-Length: ${limitBytes + 1}`, [])).toContain('the body is too large')
    expect(reserved).toEqual([])
    expect(await send('Transfer-Encoding: chunked', [chunk('a'.repeat(limitBytes)), `${chunk('b')}0\r\n\r\n`])).toContain(
      'the body is too large',
    )
  })
})
