// What holds for sessions that outlive their scan, at every source that keeps them: the next scan takes them over, a change of the network or of the
// password does not, and none stays for long.

import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { columnsOf, networkTo, openableOf } from '../../../../../tests/servers/sources.ts'
import type { OpenableTable, SourceTable } from '../../source.ts'
import { Engine } from './engine.ts'

/** A real server with a database `shop`, as `tests/servers` starts them. */
interface ShopServer extends AsyncDisposable {
  readonly port: number
  readonly user: string
  readonly password: string
  query(database: string, sql: string): Promise<readonly Record<string, unknown>[]>
}

/** One kind of source: its server has the tables `goods` and `more` (ten rows) of numbers `id`, and a login `guest` / `Guest-1` that reads them. */
export interface KeptSessionsStage<Server extends ShopServer> {
  start(): Promise<Server>
  table(name: string): SourceTable
  /** How many rows `goods` has. */
  readonly goods: number
  /** Logins of ours so far. */
  logins(server: Server): number
  /** Sessions of ours that are open. */
  sessions(server: Server): Promise<number>
  /** Ends them at the source. */
  end(server: Server): Promise<unknown>
  /** Gives `more.id` another type and the table the row 11; and takes both back. */
  readonly change: readonly [there: string, back: string]
}

/** What the tests work with. */
export interface KeptSessionsGround<Server> {
  readonly server: () => Server
  /** Runs a count of a table and answers it. */
  readonly countOf: (name: string, source?: Partial<OpenableTable>) => Promise<number>
  /** The same network in a newer version, as each test begins with. */
  readonly changeNetwork: () => Promise<void>
}

/** A server and an engine that is bound to it, from before the first test of a `describe` until after its last. */
function layGround<Server extends ShopServer>(stage: KeptSessionsStage<Server>): KeptSessionsGround<Server> {
  const scratch = mkdtempSync(join(tmpdir(), 'tributary-kept-'))
  const directory = mkdtempSync(join(tmpdir(), 'tributary-kept-job-'))
  const engine = new Engine()
  let server: Server
  let version = 1

  beforeAll(async () => {
    server = await stage.start()
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

  async function countOf(name: string, source: Partial<OpenableTable> = {}): Promise<number> {
    const table = stage.table(name)
    const scans = [{ handle: 'h', table, columns: [0], filters: [] }]
    const plan = { sql: 'select count(*) as n from "h"', scans, columns: columnsOf({ n: 'bigint' }) }
    const tables = [{ ...openableOf(table, server), ...source }]
    await engine.execute(plan, { tables, directory }, new AbortController().signal, () => undefined)
    const { rows } = JSON.parse(readFileSync(join(directory, 'preview.json'), 'utf8')) as { readonly rows: readonly [[number]] }
    return rows[0][0]
  }

  return { server: () => server, countOf, changeNetwork }
}

/** Defines the tests within a `describe`. @returns what a kind's own tests go on with */
export function keptSessionsSuite<Server extends ShopServer>(stage: KeptSessionsStage<Server>): KeptSessionsGround<Server> {
  const ground = layGround(stage)
  const { countOf, changeNetwork } = ground
  const logins = () => stage.logins(ground.server())
  const sessions = () => stage.sessions(ground.server())
  const sessionsBecome = async (count: number, withinMs: number): Promise<void> => {
    await expect.poll(sessions, { timeout: withinMs }).toBe(count)
  }

  it('serves the next scans of the same login, whatever table they read', async () => {
    const before = logins()
    for (let round = 0; round < 6; round += 1) expect([await countOf('goods'), await countOf('more')]).toEqual([stage.goods, 10])
    expect(logins() - before).toBe(1)
    expect(await sessions()).toBe(1)
  })

  it('is not for whoever logs in as somebody else', async () => {
    await countOf('goods')
    const before = logins()
    expect(await countOf('goods', { credentials: { user: 'guest', password: 'Guest-1' } })).toBe(stage.goods)
    expect(logins() - before).toBe(1)
    await expect(countOf('goods', { credentials: { user: 'guest', password: 'Guess-2' } })).rejects.toMatchObject({ kind: 'forbidden' })
  })

  it('sees what was changed since', async () => {
    const [there, back] = stage.change
    expect(await countOf('more')).toBe(10)
    await ground.server().query('shop', there)
    expect(await countOf('more')).toBe(11)
    await ground.server().query('shop', back)
    expect(await countOf('more')).toBe(10)
  })

  it('may have been ended by the source: then another is opened', async () => {
    await countOf('goods')
    const before = logins()
    await stage.end(ground.server())
    await sessionsBecome(0, 5_000)
    expect(await countOf('goods')).toBe(stage.goods)
    expect(logins() - before).toBe(1)
  })

  it('ends with the network it came through', async () => {
    await countOf('goods')
    expect(await sessions()).toBe(1)
    await changeNetwork()
    await sessionsBecome(0, 5_000)
  })

  it('ends by itself when nobody needs it', async () => {
    await countOf('goods')
    expect(await sessions()).toBe(1)
    await sessionsBecome(0, 20_000)
  }, 30_000)

  return ground
}
