// A statement that computes at a server which does not look whether we are still there: an abort ends it there, plain and encrypted.

import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { QueueDialer } from '@tributary/fabric/dial'
import { ServiceError, say } from '@tributary/rules'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type PostgresOptions, type PostgresServer, startPostgres } from '../../../../../tests/servers/postgres.ts'
import { networkTo, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import type { JdbcSettings } from '../../source.ts'
import { postgresqlConnector } from './index.ts'

const setup = 'create view computing as select sum(i)::int8 as id from generate_series(1, 100000000000) i;'
const atWork = "select pid from pg_stat_activity where application_name = 'tributary' and state = 'active'"
/** Versions before 14 never look; this one is told not to. */
const unwatched = 'set client_connection_check_interval = 0'
const longMs = 60_000

/** A server whose statements go on when nobody waits for them. */
async function startUnwatched(options: Omit<PostgresOptions, 'databases'> = {}): Promise<PostgresServer> {
  const server = await startPostgres({ ...options, databases: { shop: setup } })
  onTestFinished(() => server[Symbol.asyncDispose]())
  await server.query('shop', `alter role ${server.user} ${unwatched}`)
  return server
}

/** A scan that is at work at the source, and what ends it. */
async function computing(server: PostgresServer, tls: JdbcSettings['tls']) {
  const dialer = new QueueDialer(networkTo([server]))
  onTestFinished(() => dialer[Symbol.asyncDispose]())
  const stop = new AbortController()
  const table = tableOf('computing', { id: 'bigint' }, { tls })
  const session = await postgresqlConnector.open(openableOf(table, server), dialer.dial, stop.signal)
  const ended = Array.fromAsync(session.scan({ handle: 'h', table, columns: [0], filters: [] })).then(
    () => 'an answer',
    (error: Error) => error.message,
  )
  await until(server, 1)
  return { dialer, stop, ended }
}

/** Waits until so many statements are at work. */
async function until(server: PostgresServer, count: number): Promise<void> {
  const end = Date.now() + 20_000
  while ((await server.query('shop', atWork)).length !== count) {
    if (Date.now() > end) throw new Error(`there never were ${count} statements at work`)
    await sleep(50)
  }
}

/** @returns `undefined` where there is no openssl to make one */
function selfSigned(): { certFile: string; keyFile: string } | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'tributary-cancel-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const files = { certFile: join(directory, 'cert.pem'), keyFile: join(directory, 'key.pem') }
  const made = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=source -keyout ${files.keyFile} -out ${files.certFile}`
  try {
    execFileSync('openssl', made.split(' '), { stdio: 'ignore' })
    return files
  } catch {
    return undefined
  }
}

describe('a statement that computes while nobody looks', () => {
  it('ends at the source when it is aborted', { timeout: longMs }, async () => {
    const server = await startUnwatched()
    const { stop, ended } = await computing(server, 'disable')
    stop.abort(new ServiceError('unavailable', say`stopped on purpose`))
    expect(await ended).toContain('stopped on purpose')
    await until(server, 0)
  })

  it('ends by a request as encrypted as the session', { timeout: longMs }, async ({ skip }) => {
    const tls = selfSigned()
    if (tls === undefined) return skip('there is no openssl')
    const server = await startUnwatched({ tls })
    const { stop, ended } = await computing(server, 'require')
    stop.abort(new ServiceError('unavailable', say`stopped on purpose`))
    expect(await ended).toContain('stopped on purpose')
    await until(server, 0)
  })

  it('goes on where the way is cut, for there is none to end it by', { timeout: longMs }, async () => {
    const server = await startUnwatched()
    const { dialer, ended } = await computing(server, 'disable')
    await dialer[Symbol.asyncDispose]()
    expect(await ended).toContain('was cut')
    await sleep(2_000)
    const left = await server.query('shop', atWork)
    expect(left).toHaveLength(1)
    await server.query('shop', `select pg_terminate_backend(${String(left[0]?.['pid'])})`)
  })
})
