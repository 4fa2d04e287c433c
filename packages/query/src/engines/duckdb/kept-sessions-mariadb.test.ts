// Sessions at a real MariaDB that outlive their scan: the next scan takes them over and sees what was changed since; a change of the network ends them.

import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type MariadbServer, mariadbAbsence, startMariadb } from '../../../../../tests/servers/mariadb.ts'
import { columnsOf, networkTo, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import type { OpenableTable } from '../../source.ts'
import { Engine } from './engine.ts'

const setup = `
create table goods as select seq as id from seq_1_to_20000;
create table more as select seq as id from seq_1_to_10;
create user guest identified by 'Guest-1';
grant select on shop.* to guest;
`
const absence = mariadbAbsence()

// Skipped where no mariadb-server is installed.
describe.skipIf(absence !== undefined && process.env['CI'] !== 'true')('a session at MariaDB', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'tributary-kept-'))
  const directory = mkdtempSync(join(tmpdir(), 'tributary-kept-job-'))
  const engine = new Engine()
  let server: MariadbServer
  let version = 1

  beforeAll(async () => {
    server = await startMariadb({ databases: { shop: setup } })
    await engine.warm()
    const limits = { memoryBytes: 2 ** 28, threads: 2, spillBytes: 2 ** 30, scratchDirectory: scratch }
    await engine.assign({ kind: 'assign', network: networkTo([server]), limits })
  }, 120_000)
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
    const table = tableOf(name, { id: 'bigint' }, { connector: 'mysql', schema: 'shop' })
    const scans = [{ handle: 'h', table, columns: [0], filters: [] }]
    const plan = { sql: 'select count(*) as n from "h"', scans, columns: columnsOf({ n: 'bigint' }) }
    const tables = [{ ...openableOf(table, server), ...source }]
    await engine.execute(plan, { tables, directory }, new AbortController().signal, () => undefined)
    const { rows } = JSON.parse(readFileSync(join(directory, 'preview.json'), 'utf8')) as { readonly rows: readonly [[number]] }
    return rows[0][0]
  }

  /** Logins whose session has been set up as ours are. */
  const logins = (): number => readFileSync(server.logPath, 'utf8').split('SET SESSION TRANSACTION READ ONLY').length - 1
  /** Sessions but for the one that asks. */
  const sessions = async (): Promise<number> =>
    (
      await server.query(
        'shop',
        "select id from information_schema.PROCESSLIST where user in ('tributary', 'guest') and id <> connection_id()",
      )
    ).length

  async function sessionsBecome(count: number, withinMs: number): Promise<void> {
    const until = Date.now() + withinMs
    while ((await sessions()) !== count) {
      if (Date.now() > until) throw new Error(`the source has other than ${count} sessions after ${withinMs} ms`)
      await sleep(50)
    }
  }

  it('serves the next scans of the same login, whatever table they read, and leaves no statement behind', async () => {
    const before = logins()
    for (let round = 0; round < 6; round += 1) expect([await countOf('goods'), await countOf('more')]).toEqual([20_000, 10])
    expect(logins() - before).toBe(1)
    expect(await sessions()).toBe(1)
    const [status] = await server.query('shop', "show global status like 'Prepared_stmt_count'")
    expect(status?.['Value']).toBe('0')
  })

  it('is not for whoever logs in as somebody else', async () => {
    await countOf('goods')
    const before = logins()
    expect(await countOf('goods', { credentials: { user: 'guest', password: 'Guest-1' } })).toBe(20_000)
    expect(logins() - before).toBe(1)
    await expect(countOf('goods', { credentials: { user: 'guest', password: 'Guess-2' } })).rejects.toMatchObject({ kind: 'forbidden' })
  })

  it('sees what was changed since', async () => {
    expect(await countOf('more')).toBe(10)
    await server.query('shop', 'alter table more modify id int; insert into more values (11)')
    expect(await countOf('more')).toBe(11)
    await server.query('shop', 'delete from more where id = 11; alter table more modify id bigint')
    expect(await countOf('more')).toBe(10)
  })

  it('may have been ended by the source: then another is opened', async () => {
    await countOf('goods')
    const before = logins()
    await server.query('shop', 'kill user tributary').catch(() => undefined)
    await sessionsBecome(0, 5_000)
    expect(await countOf('goods')).toBe(20_000)
    expect(logins() - before).toBe(1)
  })

  it('ends with the network it came through, and by itself when nobody needs it', async () => {
    await countOf('goods')
    expect(await sessions()).toBe(1)
    await changeNetwork()
    await sessionsBecome(0, 5_000)
    await countOf('goods')
    expect(await sessions()).toBe(1)
    await sessionsBecome(0, 20_000)
  }, 40_000)
})
