// Sessions that outlive their scan: the next scan takes them over, a change of the network or of the password does not, and none stays for long.

import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../../tests/servers/postgres.ts'
import { columnsOf, networkTo, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import type { OpenableTable } from '../../source.ts'
import { Engine } from './engine.ts'

const setup = `
create table goods as select i as id from generate_series(1, 1000) i;
create table more as select i as id from generate_series(1, 10) i;
create role guest login password 'Guest-1';
grant select on all tables in schema public to guest;
`
let server: PostgresServer
const scratch = mkdtempSync(join(tmpdir(), 'tributary-kept-'))
const directory = mkdtempSync(join(tmpdir(), 'tributary-kept-job-'))
const engine = new Engine()
let version = 1

beforeAll(async () => {
  server = await startPostgres({ databases: { shop: setup } })
  await engine.warm()
  const limits = { memoryBytes: 2 ** 28, threads: 2, spillBytes: 2 ** 30, scratchDirectory: scratch }
  await engine.assign({ kind: 'assign', network: networkTo([server]), limits })
})
beforeEach(() => changeNetwork())
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await Promise.all([scratch, directory].map((path) => rm(path, { recursive: true, force: true })))
})

async function changeNetwork(): Promise<void> {
  version += 1
  await engine.applyNetwork(networkTo([server], version))
}

/** Runs a count of a table and answers it. */
async function countOf(name: string, source: Partial<OpenableTable> = {}): Promise<number> {
  const table = tableOf(name, { id: 'int' })
  const scans = [{ handle: 'h', table, columns: [0], filters: [] }]
  const plan = { sql: 'select count(*) as n from "h"', scans, columns: columnsOf({ n: 'bigint' }) }
  const tables = [{ ...openableOf(table, server), ...source }]
  await engine.execute(plan, { tables, directory }, new AbortController().signal, () => undefined)
  const { rows } = JSON.parse(readFileSync(join(directory, 'preview.json'), 'utf8')) as { readonly rows: readonly [[number]] }
  return rows[0][0]
}

const logins = (): number => readFileSync(server.logPath, 'utf8').split('application_name=tributary').length - 1
const sessions = async (): Promise<readonly Record<string, unknown>[]> =>
  server.query('postgres', "select pid, state, backend_xmin from pg_stat_activity where application_name = 'tributary'")

async function sessionsBecome(count: number, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs
  while ((await sessions()).length !== count) {
    if (Date.now() > until) throw new Error(`the source has other than ${count} sessions after ${withinMs} ms`)
    await sleep(50)
  }
}

describe('a session at a source', () => {
  it('serves the next scans of the same login, whatever table they read', async () => {
    const before = logins()
    expect([await countOf('goods'), await countOf('more'), await countOf('goods')]).toEqual([1000, 10, 1000])
    expect(logins() - before).toBe(1)
    // Nothing runs in it, and it holds no old rows back from VACUUM.
    expect(await sessions()).toMatchObject([{ state: 'idle', backend_xmin: null }])
  })

  it('is not for whoever logs in as somebody else', async () => {
    await countOf('goods')
    const before = logins()
    expect(await countOf('goods', { credentials: { user: 'guest', password: 'Guest-1' } })).toBe(1000)
    expect(logins() - before).toBe(1)
    await expect(countOf('goods', { credentials: { user: 'guest', password: 'Guess-2' } })).rejects.toMatchObject({ kind: 'forbidden' })
  })

  it('remembers how to look at the columns of a table', async () => {
    for (let scan = 0; scan < 3; scan += 1) expect(await countOf('goods')).toBe(1000)
    const looks = readFileSync(server.logPath, 'utf8').split('execute tributary_columns_1: ').length - 1
    expect(looks).toBeGreaterThanOrEqual(3)
  })

  it('sees what was changed since', async () => {
    expect(await countOf('more')).toBe(10)
    await server.query('shop', 'alter table more alter column id type bigint; insert into more values (11)')
    expect(await countOf('more')).toBe(11)
    await server.query('shop', 'delete from more where id = 11; alter table more alter column id type int')
  })

  it('may have been ended by the source: then another is opened', async () => {
    await countOf('goods')
    const before = logins()
    await server.query('postgres', "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tributary'")
    expect(await countOf('goods')).toBe(1000)
    expect(logins() - before).toBe(1)
  })

  it('ends with the network it came through', async () => {
    await countOf('goods')
    expect(await sessions()).toHaveLength(1)
    await changeNetwork()
    await sessionsBecome(0, 5_000)
  })

  it('ends by itself when nobody needs it', async () => {
    await countOf('goods')
    expect(await sessions()).toHaveLength(1)
    await sessionsBecome(0, 20_000)
  }, 30_000)
})
