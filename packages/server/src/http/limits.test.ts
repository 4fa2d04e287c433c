// Every limit on both sides of its edge, by real sockets: what is over it is told when to come back, everybody else is served.

import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type SampleServer, sampleServer, signInBody } from '../sample-server.ts'
import { Gate, type Limits } from './limits.ts'
import { Visit } from './visit.ts'

const limits = {
  TRIBUTARY_MAX_BODY: '2000',
  TRIBUTARY_MAX_BODY_MEMORY: '3000',
  TRIBUTARY_MAX_HEADERS: '4096',
  TRIBUTARY_MAX_URL: '300',
  TRIBUTARY_HEADER_TIMEOUT: '1',
  TRIBUTARY_REQUEST_TIMEOUT: '2',
  TRIBUTARY_KEEP_ALIVE: '1',
}

const bounds: Limits = {
  bodyBytes: 1,
  bodyMemoryBytes: 1,
  headerBytes: 1,
  urlCharacters: 1,
  headerMs: 1,
  requestMs: 1,
  keepAliveMs: 1,
  requests: 1,
  callerRequests: 1,
  callerRate: 1,
  signIns: 1,
}

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer(limits)
})
afterAll(() => server[Symbol.asyncDispose]())

/** A socket to a server, and everything that came over it so far. */
async function open(to: SampleServer, start = ''): Promise<{ readonly socket: Socket; readonly text: () => string }> {
  const socket = createConnection({ port: Number(new URL(to.url).port), host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  let text = ''
  socket.on('data', (chunk) => {
    text += String(chunk)
  })
  await once(socket, 'connect')
  socket.write(start)
  return { socket, text: () => text }
}

/** Waits for the end of a connection, however it comes. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

/** Sends a piece now and then, never hangs up, and waits until the server does. @returns what came back, and after how many ms */
async function dawdle(to: SampleServer, start: string, piece: string) {
  const { socket, text } = await open(to, start)
  const started = performance.now()
  const timer = setInterval(() => socket.write(piece), 100)
  await closed(socket)
  clearInterval(timer)
  return { text: text(), ms: performance.now() - started }
}

/** Connects and sends nothing. @returns what came back, and after how many ms */
async function keepSilent(to: SampleServer) {
  const { socket, text } = await open(to)
  const started = performance.now()
  await new Promise((resolve) => socket.once('end', resolve))
  socket.destroy()
  return { text: text(), ms: performance.now() - started }
}

async function metric(from: SampleServer, line: string): Promise<number> {
  const { text } = await from.send('GET', '/metrics', { as: 'nobody' })
  const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `))
  if (found === undefined) throw new Error(`${line} is not among the metrics`)
  return Number(found.slice(line.length + 1))
}

const refusals = (from: SampleServer, reason: string): Promise<number> => metric(from, `tributary_http_refusals_total{reason="${reason}"}`)

describe('a slow sender', () => {
  it('of headers, of a body or of nothing is cut off in time, and others are served meanwhile', async () => {
    const before = await refusals(server, 'slow')
    const slow = [
      dawdle(server, 'GET /livez HTTP/1.1\r\nHost: x\r\n', 'X-A: b\r\n'),
      dawdle(server, `POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{`, ' '),
      dawdle(server, `POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'),
      keepSilent(server),
    ]
    const cut = Promise.all(slow)
    let served = 0
    for (let isOver = false; !isOver; served++) {
      expect((await server.send('GET', '/livez', { as: 'nobody' })).status).toBe(200)
      isOver = await Promise.race([cut.then(() => true), new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 20))])
    }
    expect(served).toBeGreaterThan(5)
    const [headers, body, chunked, nothing] = await cut
    for (const [what, ended, least] of [
      ['headers', headers, 900],
      ['body', body, 1_900],
      ['chunked', chunked, 1_900],
    ] as const) {
      expect([what, ended?.text]).toEqual([what, expect.stringMatching(/^HTTP\/1\.1 408 /)])
      expect([what, ended?.text]).toEqual([what, expect.stringMatching(/"request_id":"[0-9a-f]{32}"/)])
      expect(ended?.ms).toBeGreaterThan(least)
      // the limit, how late it is looked for, and a machine that is busy elsewhere
      expect(ended?.ms).toBeLessThan(least + 6_000)
    }
    expect(nothing?.ms).toBeGreaterThan(900)
    expect(await refusals(server, 'slow')).toBeGreaterThanOrEqual(before + 3)
    await expect.poll(() => metric(server, 'tributary_http_requests_in_flight')).toBe(1)
  })

  it('that asks nothing more is let go', async () => {
    const { socket, text } = await open(server, 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')
    const started = performance.now()
    await once(socket, 'end')
    expect(text()).toMatch(/^HTTP\/1\.1 200 /)
    expect(performance.now() - started).toBeGreaterThan(900)
    socket.destroy()
  })
})

describe('size', () => {
  it('of headers ends at its limit with 431 in our envelope', async () => {
    const ask = (filler: number) => server.send('GET', '/livez', { as: 'nobody', headers: { 'x-filler': 'x'.repeat(filler) } })
    expect((await ask(3_500)).status).toBe(200)
    const over = await ask(4_100)
    expect([over.status, over.body]).toEqual([
      431,
      { error_code: 'DLI.0001', error_msg: expect.stringContaining('headers are too large'), request_id: over.headers.get('x-request-id') },
    ])
    expect(await refusals(server, 'headers')).toBe(1)
  })

  it('of the URL ends at its limit with 414, on known and unknown paths', async () => {
    const ask = (path: string, length: number) => server.send('GET', `${path}?x=${'y'.repeat(length - path.length - 3)}`, { as: 'nobody' })
    expect((await ask('/livez', 300)).status).toBe(200)
    expect((await ask('/nowhere', 300)).status).toBe(404)
    for (const path of ['/livez', '/nowhere']) {
      const over = await ask(path, 301)
      expect([over.status, over.body]).toEqual([
        414,
        { error_code: 'DLI.0001', error_msg: 'path and query are longer than 300 characters: ask with fewer or shorter parameters' },
      ])
    }
  })

  it('of the body ends at its limit with 413', async () => {
    const ask = (length: number) => {
      const text = JSON.stringify({ queue_name: '' })
      return server.send('POST', `/v1.0/${publishedProject}/queues`, {
        as: { token },
        body: JSON.stringify({ queue_name: 'x'.repeat(length - text.length) }),
      })
    }
    const token = await server.token()
    expect((await ask(2000)).status).toBe(400)
    const over = await ask(2001)
    expect([over.status, over.body.error_msg]).toEqual([413, expect.stringContaining('larger than 2000 bytes')])
  })

  it('of all bodies together is bounded: who does not fit is told to come back, and then fits', async () => {
    const half = `POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 1900\r\n\r\n{`
    const { socket } = await open(server, half)
    await expect.poll(() => metric(server, 'tributary_http_body_bytes')).toBe(1900)
    const ask = (length: number) => server.send('POST', '/v3/auth/tokens', { as: 'nobody', body: `"${'x'.repeat(length - 2)}"` })
    expect((await ask(1100)).status).toBe(400)
    const over = await ask(1101)
    expect([over.status, over.headers.get('retry-after')]).toEqual([503, '1'])
    const pieces = await open(
      server,
      `POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n${'x'.repeat(1000)}\r\n`,
    )
    await expect.poll(() => metric(server, 'tributary_http_body_bytes')).toBe(2900)
    pieces.socket.write(`65\r\n${'x'.repeat(101)}\r\n0\r\n\r\n`)
    await expect.poll(() => pieces.text()).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: 1/i)
    for (const { destroy } of [socket, pieces.socket].map((each) => ({ destroy: () => each.destroy() }))) destroy()
    await expect.poll(() => metric(server, 'tributary_http_body_bytes')).toBe(0)
    expect((await ask(1101)).status).toBe(400)
    expect(await refusals(server, 'body_memory')).toBe(2)
  })
})

describe('how much at once', () => {
  /** Requests that hang in their bodies, each of them held by a socket. */
  async function hang(to: SampleServer, count: number, token: string) {
    const head = `PUT /v1.0/${publishedProject}/queues/q HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${token}\r\nContent-Length: 10\r\n\r\n{`
    return Promise.all(Array.from({ length: count }, () => open(to, head)))
  }

  it('one caller may ask ends at its limit with 429; others, health and the same caller later are served', async () => {
    await using small = await sampleServer({ TRIBUTARY_MAX_CALLER_REQUESTS: '3', TRIBUTARY_MAX_REQUESTS: '6' })
    const token = await small.token()
    const ask = () => small.send('GET', `/v1.0/${publishedProject}/queues`, { as: { token } })
    // Between requests there is a pause: an answer may be here a moment before its request is over there.
    const two = await hang(small, 2, token)
    await expect.poll(() => metric(small, 'tributary_http_requests_in_flight')).toBe(3)
    expect((await ask()).status).toBe(200)
    await pause(200)
    const third = await hang(small, 1, token)
    await pause(200)
    await expect.poll(() => metric(small, 'tributary_http_requests_in_flight')).toBe(4)
    const over = await ask()
    expect([over.status, over.body.error_code, over.headers.get('retry-after')]).toEqual([429, 'APIGW.0308', '1'])
    expect((await small.send('GET', '/v3/projects', { as: { token } })).status).toBe(200)
    for (const { socket } of [...two, ...third]) socket.destroy()
    await expect.poll(() => metric(small, 'tributary_http_requests_in_flight')).toBe(1)
    expect((await ask()).status).toBe(200)
    expect(await refusals(small, 'caller_requests')).toBe(1)
  })

  it('the server takes ends at its limit with 503, but for health and metrics', async () => {
    await using small = await sampleServer({ TRIBUTARY_MAX_REQUESTS: '3' })
    const token = await small.token()
    const ask = () => small.send('GET', `/v1.0/${publishedProject}/queues`, { as: { token } })
    const held = await hang(small, 2, token)
    await expect.poll(() => metric(small, 'tributary_http_requests_in_flight')).toBe(3)
    expect((await ask()).status).toBe(200)
    await pause(200)
    held.push(...(await hang(small, 1, token)))
    await pause(200)
    await expect.poll(() => metric(small, 'tributary_http_requests_in_flight')).toBe(4)
    const over = await ask()
    expect([over.status, over.headers.get('retry-after'), over.body.error_msg]).toEqual([
      503,
      '1',
      expect.stringContaining('takes no more'),
    ])
    expect((await small.send('GET', '/livez', { as: 'nobody' })).status).toBe(200)
    for (const { socket } of held) socket.destroy()
    await expect.poll(async () => (await ask()).status).toBe(200)
    expect(await refusals(small, 'requests')).toBeGreaterThanOrEqual(1)
  })

  it('a caller may ask in a second ends at its rate with 429, and begins again', async () => {
    await using small = await sampleServer({ TRIBUTARY_CALLER_RATE: '1' })
    const token = await small.token()
    const ask = () => small.send('GET', `/v1.0/${publishedProject}/queues`, { as: { token } })
    const statuses = await Promise.all(Array.from({ length: 14 }, async () => (await ask()).status))
    const served = statuses.filter((status) => status === 200).length
    expect(served).toBeGreaterThanOrEqual(10)
    expect(statuses.filter((status) => status === 429).length).toBe(14 - served)
    const over = await ask()
    expect([over.status, over.headers.get('retry-after')]).toEqual([429, '1'])
    expect((await small.send('GET', '/v3/projects', { as: { token } })).status).toBe(200)
    await expect.poll(async () => (await ask()).status, { timeout: 5_000, interval: 1_100 }).toBe(200)
  })

  it('one address may sign in ends at its limit with 429', async () => {
    await using small = await sampleServer({ TRIBUTARY_MAX_SIGN_INS: '2' })
    const signIn = () => small.send('POST', '/v3/auth/tokens', { as: 'nobody', body: signInBody(small.credentials) })
    const held = await Promise.all([1, 2].map(() => open(small, 'POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{')))
    await expect.poll(() => metric(small, 'tributary_http_requests_in_flight')).toBe(3)
    const over = await signIn()
    expect([over.status, over.headers.get('retry-after'), over.body.error.code]).toEqual([429, '1', 429])
    held[0]?.socket.destroy()
    await expect.poll(() => metric(small, 'tributary_http_requests_in_flight')).toBe(2)
    expect((await signIn()).status).toBe(201)
    held[1]?.socket.destroy()
  })

  it('connections may be open ends at its limit, and health is served again when some have gone', async () => {
    await using small = await sampleServer({ TRIBUTARY_MAX_CONNECTIONS: '20' })
    const livez = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'
    const held = await Promise.all(Array.from({ length: 17 }, () => open(small)))
    const last = await open(small, livez)
    await expect.poll(() => last.text()).toMatch(/^HTTP\/1\.1 200 /)
    const crowded = await open(small, livez)
    await expect.poll(() => crowded.text()).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: 5/i)
    crowded.socket.destroy()
    await pause(200)
    held.push(last, ...(await Promise.all([1, 2].map(() => open(small)))))
    const extra = await open(small, livez)
    await closed(extra.socket)
    expect(extra.text()).not.toContain('alive')
    for (const { socket } of held) socket.destroy()
    await expect
      .poll(() =>
        small.send('GET', '/livez', { as: 'nobody' }).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200)
  })

  it('a caller who hangs up is counted, and keeps its place until its work is done', async () => {
    const body = JSON.stringify(signInBody({ ...server.credentials, adminPassword: 'not it' }))
    const before = await metric(server, 'tributary_http_request_seconds_count{operation="issueToken"}')
    const head = `POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`
    const { socket } = await open(server, head + body)
    await expect.poll(() => metric(server, 'tributary_http_requests_in_flight')).toBe(2)
    socket.destroy()
    await expect.poll(() => metric(server, 'tributary_http_request_seconds_count{operation="issueToken"}')).toBe(before + 1)
    await expect.poll(() => metric(server, 'tributary_http_requests_in_flight')).toBe(1)
    expect(await metric(server, 'tributary_http_requests_total{operation="issueToken",status="499"}')).toBeGreaterThanOrEqual(1)

    const gate = new Gate({ ...bounds, callerRequests: 1 }, () => {})
    const visit = new Visit('0'.repeat(32))
    gate.enter({ url: '/' })
    gate.admitCaller(visit, 'u', 'p')
    visit.isAtWork = true
    gate.endConnection(visit)
    expect(() => gate.admitCaller(new Visit('0'.repeat(32)), 'u', 'p')).toThrow(/more than one caller may have/)
    expect(gate.requests).toBe(1)
    gate.endWork(visit)
    expect(gate.requests).toBe(0)
    expect(() => gate.admitCaller(new Visit('0'.repeat(32)), 'u', 'p')).not.toThrow()
  })
})
