// Few open files: a flood of connections takes none from the store and the engines, is told why it is refused, and leaves no trace.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Chance } from '../compat/fuzz/random.ts'
import { startTributary, type TributaryServer } from '../servers/tributary.ts'
import { signIn } from './stage.ts'
import { type Json, type Target, Writer } from './writer.ts'

const openFiles = 200
/** Half of them may be connections. */
const most = 100
const ground = { vpcId: '', subnetId: '', securityGroupId: '', domainId: '', userName: '', silentPort: 0 }

describe.skipIf(process.platform !== 'linux')('few open files (set by prlimit on Linux)', () => {
  let server: TributaryServer
  let writer: Writer
  const flood: Socket[] = []
  const warnings = (): readonly string[] =>
    server
      .log()
      .split('\n')
      .filter((line) => line.includes('connections are refused'))

  beforeAll(async () => {
    server = await startTributary({ under: ['prlimit', `--nofile=${openFiles}:${openFiles}`] })
    const target: Target = { endpoint: server.endpoint, token: await signIn(server.endpoint) }
    writer = new Writer({ name: 'few', target, ground, chance: new Chance(1) })
  })
  afterAll(async () => {
    for (const socket of flood) socket.destroy()
    await server[Symbol.asyncDispose]()
  })

  const opened = async (): Promise<Socket> => {
    const socket = connect(Number(new URL(server.endpoint).port), '127.0.0.1')
    socket.on('error', () => {})
    flood.push(socket)
    await once(socket, 'connect')
    return socket
  }
  /** Keeps its own connection, which was there before the flood. */
  const create = async (name: string) => (await writer.call('createDatabase', { body: { database_name: name } })).status

  it('are not taken from the store and the engines by those who only connect', async () => {
    expect(await create('before')).toBe(200)
    for (let count = 0; count < most * 3; count++) await opened()
    expect(await create('meanwhile')).toBe(200)
    const { job_id } = (await writer.call('submitJob', { body: { sql: 'SELECT 1 AS one' } })).body
    const status = async () => (await writer.call('getJobStatus', { params: { job_id } })).body.status
    await expect.poll(status, { timeout: 30_000 }).toBe('FINISHED')
  }, 90_000)

  it('are told to those who come too late, once to the log', async () => {
    expect(warnings()).toHaveLength(1)
    expect(warnings()[0]).toContain(`"connections":${most}`)
    const crowded = flood[Math.floor(most * 0.95)] as Socket
    crowded.write('GET /livez HTTP/1.1\r\nhost: tributary\r\n\r\n')
    const [answer] = (await once(crowded, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 503 [\s\S]*connection: close[\s\S]*the server has \d+ connections/)
  })

  it('are there again when the flood is over, and nothing was lost', async () => {
    for (const socket of flood) socket.destroy()
    await expect
      .poll(async () => (await fetch(`${server.endpoint}/livez`, { headers: { connection: 'close' } }).catch(() => undefined))?.status)
      .toBe(200)
    expect(await create('after')).toBe(200)
    const names = (await writer.call('listDatabases')).body.databases.map((database: Json) => database.database_name)
    expect(names).toEqual(expect.arrayContaining(['before', 'meanwhile', 'after']))
  })
})
