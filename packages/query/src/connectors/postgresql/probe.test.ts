// The climb to a PostgreSQL server: green only where a job would get on, and red on the rung that is to be mended.

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QueueDialer } from '@tributary/fabric/dial'
import { inWords, type Rung } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type PostgresOptions, type PostgresServer, startPostgres } from '../../../../../tests/servers/postgres.ts'
import { networkTo, openableOf, tableOf, type TableOptions } from '../../../../../tests/servers/sources.ts'
import type { ProbeDepth } from '../connector.ts'
import { loginTimeoutOf } from '../sign-in.ts'
import { postgresqlConnector } from './index.ts'

const account = { user: 'tributary', password: 'Tributary-1' }
const setup = `create table orders (id int, amount int); create role locked login password 'Locked-1'; create table secret (id int); revoke all on secret from public;`
const green = ['name ok', 'route ok', 'gateway ok', 'tcp ok', 'tls ok', 'login ok', 'object ok']

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres({ databases: { shop: setup } })
})
afterAll(() => server[Symbol.asyncDispose]())

interface Climb {
  readonly depth?: ProbeDepth
  readonly table?: string
  readonly options?: TableOptions
  readonly login?: { readonly user: string; readonly password: string }
  readonly allowCleartextPasswords?: boolean
  readonly loginTimeoutMs?: number
}

/** Climbs to a port; the rungs, and the text of the one that failed. */
async function climb(
  at: { readonly port: number },
  { depth = 'object', table = 'orders', options, login = account, ...source }: Climb = {},
) {
  await using dialer = new QueueDialer(networkTo([at]))
  const rungs: Rung[] = []
  const openable = { ...openableOf(tableOf(table, {}, options), login), ...source }
  const failure = await postgresqlConnector
    .probe(openable, dialer.dial, { depth, signal: new AbortController().signal, tell: (rung) => void rungs.push(rung) })
    .then(
      () => undefined,
      (error: Error) => error.message,
    )
  expect(rungs.some(({ ok }) => !ok)).toBe(failure !== undefined)
  expect(dialer.openSockets()).toEqual([])
  return {
    steps: rungs.map(({ name, ok }) => `${name} ${ok ? 'ok' : 'failed'}`),
    last: rungs.map((rung) => ({ ...rung, detail: inWords(rung.detail) })).at(-1),
    failure,
  }
}

async function listen(serve: (socket: Socket) => void): Promise<{ readonly port: number }> {
  const sockets = new Set<Socket>()
  const listener = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    serve(socket)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    listener.close()
  })
  return { port: (listener.address() as AddressInfo).port }
}

describe('a climb to PostgreSQL', () => {
  it('is green up to the table that is there', async () => {
    const { steps, last } = await climb(server)
    expect(steps).toEqual(green)
    expect(last?.detail).toBe('public.orders of database shop has 2 columns')
    expect((await climb(server, { options: { tls: 'prefer' } })).steps).toEqual(green)
  })

  it('ends where it was told to', async () => {
    expect((await climb(server, { depth: 'tls' })).steps.at(-1)).toBe('tls ok')
    expect((await climb(server, { depth: 'login' })).steps.at(-1)).toBe('login ok')
    // Without a login nothing is said of passwords.
    expect((await climb(server, { depth: 'tls', login: { user: 'nobody', password: '' } })).failure).toBeUndefined()
  })

  it('is red at the login for a wrong password, and does not tell it', async () => {
    const { steps, last } = await climb(server, { login: { ...account, password: 'canary-wrong' } })
    expect(steps.slice(-2)).toEqual(['tls ok', 'login failed'])
    expect(last?.detail).toMatch(/password authentication failed/)
    expect(JSON.stringify(last)).not.toContain('canary')
  })

  it('is red at the object for a missing table, a missing database and one that the user may not see', async () => {
    expect(await climb(server, { table: 'nope' })).toMatchObject({
      last: { name: 'object', ok: false, detail: expect.stringContaining('nope') },
    })
    const elsewhere = await climb(server, { options: { database: 'nowhere' } })
    expect(elsewhere.steps.slice(-2)).toEqual(['login ok', 'object failed'])
    expect(elsewhere.failure).toContain('nowhere')
    const locked = await climb(server, { table: 'secret', login: { user: 'locked', password: 'Locked-1' } })
    expect(locked.steps.slice(-2)).toEqual(['login ok', 'object failed'])
    expect(locked.failure).toMatch(/permission denied/)
  })

  it('is red at TLS where it is required and off', async () => {
    const { steps, failure } = await climb(server, { options: { tls: 'require' } })
    expect(steps.at(-1)).toBe('tls failed')
    expect(failure).toMatch(/offers no TLS, which tls=require requires/)
  })

  it('is green over TLS, and red where its certificate is asked for and not trusted', async () => {
    const encrypted = await startEncrypted()
    if (encrypted === undefined) return
    expect((await climb(encrypted, { options: { tls: 'require' } })).steps).toEqual(green)
    const { steps, failure } = await climb(encrypted, { options: { tls: 'verify-full' } })
    expect(steps.at(-1)).toBe('tls failed')
    expect(failure).toMatch(/self-signed certificate/)
  })

  it('is red at the login where the server asks for the bare password and the gateway forbids it', async () => {
    const clear = await start({ auth: 'password' })
    expect((await climb(clear)).last).toMatchObject({ name: 'login', ok: false, detail: expect.stringMatching(/clear text/) })
    expect((await climb(clear, { depth: 'login', allowCleartextPasswords: true })).steps.at(-1)).toBe('login ok')
  })

  it('is red at TCP where nobody listens', async () => {
    const gone = await start({})
    await gone[Symbol.asyncDispose]()
    expect((await climb(gone)).steps.at(-1)).toBe('tcp failed')
  })

  it('is red where what listens speaks another protocol, hangs up, or says nothing', async () => {
    const http = await listen((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    const redis = await listen((socket) => socket.once('data', () => socket.write('-ERR unknown command\r\n')))
    const greeter = await listen((socket) => socket.write('220 mail ready\r\n'))
    const closer = await listen((socket) => socket.end())
    const mute = await listen(() => undefined)
    // Says yes to TLS, and nothing after it.
    const half = await listen((socket) => socket.once('data', () => socket.write('S')))
    const all = [http, redis, greeter, closer, mute, half]
    const [asked, plain] = await Promise.all(
      (['prefer', 'disable'] as const).map((tls) => Promise.all(all.map((at) => climb(at, { options: { tls }, loginTimeoutMs: 1_500 })))),
    )
    expect(asked?.map(({ steps }) => steps.at(-1))).toEqual(all.map(() => 'tls failed'))
    expect(plain?.map(({ steps }) => steps.at(-1))).toEqual(all.map(() => 'login failed'))
    expect(asked?.[4]?.failure).toMatch(/said nothing for 1.5 s/)
    // Where nothing is said of it, as in every job.
    expect(loginTimeoutOf({})).toBe(10_000)
  }, 60_000)
})

async function start(options: PostgresOptions): Promise<PostgresServer> {
  const started = await startPostgres({ databases: { shop: setup }, ...options })
  onTestFinished(() => started[Symbol.asyncDispose]())
  return started
}

/** `undefined` where no certificate can be made here. */
async function startEncrypted(): Promise<PostgresServer | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'tributary-probe-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const tls = { certFile: join(directory, 'cert.pem'), keyFile: join(directory, 'key.pem') }
  const subject = ['-subj', '/CN=localhost', '-days', '2']
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', tls.keyFile, '-out', tls.certFile, ...subject], {
      stdio: 'ignore',
    })
  } catch {
    return undefined
  }
  return start({ tls })
}
