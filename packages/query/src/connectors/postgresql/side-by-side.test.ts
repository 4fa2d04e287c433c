// Large tables read by several sessions at once: every row once, as of one moment, whatever is written meanwhile, and no session left behind.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { QueueDialer } from '@tributary/fabric/dial'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../../tests/servers/postgres.ts'
import { networkTo, openableOf, tableOf } from '../../../../../tests/servers/sources.ts'
import type { RecordBatch } from '../../batch.ts'
import type { Filter } from '../../plan/plan.ts'
import type { RemoteExpression, RemoteQuery } from '../../plan/push/remote-query.ts'
import type { JdbcSettings, SourceTable } from '../../source.ts'
import { postgresqlConnector } from './index.ts'

const accounts = 60_000
const setup = `
create table accounts as select i as id, 100 as balance, repeat('x', 700) as filler from generate_series(1, ${accounts}) i;
alter table accounts add primary key (id);
analyze accounts;
create view named as select case when id % 10 = 0 then null else id end as id, balance from accounts;
create table small as select i as id, 100 as balance from generate_series(1, 1000) i;
analyze small;
create role lonely login password 'Tributary-1' connection limit 1;
grant select on all tables in schema public to lonely;
`
const byId = { column: 'ID', lower: 0n, upper: 60_001n, count: 4 }

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres({ databases: { shop: setup } })
})
afterAll(() => server[Symbol.asyncDispose]())

interface ReadOptions {
  readonly partitions?: JdbcSettings['partitions']
  readonly filters?: readonly Filter[]
  readonly user?: string
  /** Rows after which the reader wants no more. */
  readonly enough?: number
  /** A query instead of the table. */
  readonly remote?: RemoteQuery
}

interface Read {
  readonly rows: number
  readonly sum: number
  readonly ids: ReadonlySet<number>
  /** What the server was sent meanwhile. */
  readonly log: string
}

async function read(
  name: string,
  { partitions, filters = [], user = server.user, enough = Infinity, remote }: ReadOptions = {},
): Promise<Read> {
  const plain = tableOf(name, { id: 'int', balance: 'int' })
  const table: SourceTable = { ...plain, settings: { ...plain.settings, partitions } }
  const before = readFileSync(server.logPath, 'utf8').length
  await using dialer = new QueueDialer(networkTo([server]), { lends: true })
  await using session = await postgresqlConnector.open(openableOf(table, { ...server, user }), dialer.dial, new AbortController().signal)
  const ids: number[] = []
  let sum = 0
  for await (const batch of session.scan({ handle: 'h', table, columns: [0, 1], filters, remote })) {
    ids.push(...numbersOf(batch, 0))
    for (const value of numbersOf(batch, 1)) sum += value
    if (ids.length >= enough) break
  }
  return { rows: ids.length, sum, ids: new Set(ids), log: readFileSync(server.logPath, 'utf8').slice(before) }
}

function numbersOf({ vectors, rowCount }: RecordBatch, column: number): Int32Array {
  const vector = vectors[column]
  if (vector?.kind !== 'fixed') throw new Error('the column is no number')
  return new Int32Array(vector.data, 0, rowCount)
}

const sessions = async (): Promise<number> =>
  (await server.query('postgres', "select 1 from pg_stat_activity where application_name = 'tributary'")).length

async function eventuallyNone(): Promise<void> {
  const until = Date.now() + 5_000
  while ((await sessions()) > 0) {
    if (Date.now() > until) throw new Error('sessions are left at the source')
    await sleep(20)
  }
}

describe('a large table', () => {
  it('is read by two sessions under one snapshot, every row once', async () => {
    const { rows, ids, sum, log } = await read('accounts')
    expect([rows, ids.size, sum]).toEqual([accounts, accounts, accounts * 100])
    expect(log.match(/pg_export_snapshot/g)?.length).toBe(1)
    expect(log.match(/set transaction snapshot/g)?.length).toBe(1)
    expect(log.match(/COPY \(SELECT .* ctid/g)?.length).toBe(8)
    expect(log).toContain(`WHERE ctid >= '(`)
    await eventuallyNone()
  })

  it('has one sum for every reader, while money moves from row to row', async () => {
    const stop = new AbortController()
    const movers = [1, 2].map((turn) => moveMoney(turn, stop.signal))
    const sums: number[] = []
    for (let round = 0; round < 5; round += 1) sums.push((await read('accounts')).sum)
    stop.abort()
    const moved = (await Promise.all(movers)).reduce((sum, count) => sum + count, 0)
    expect(sums).toEqual(Array(5).fill(accounts * 100))
    // Updated rows lie elsewhere now: a reader without the snapshot would meet some twice.
    expect(moved).toBeGreaterThan(20)
  })

  it('is read by as many as are let in', async () => {
    const { rows, ids, log } = await read('accounts', { user: 'lonely' })
    expect([rows, ids.size]).toEqual([accounts, accounts])
    expect(log).toContain('too many connections for role')
  })

  it('is left by all when its reader has enough', async () => {
    const { rows } = await read('accounts', { enough: 1 })
    expect(rows).toBeLessThan(accounts)
    await eventuallyNone()
  })
})

describe('parts', () => {
  it('are made by a column where the owner says so, also of a view, and rows without a value are in one of them', async () => {
    const { rows, sum, log } = await read('named', { partitions: byId })
    expect([rows, sum]).toEqual([accounts, accounts * 100])
    expect(log.match(/COPY \(SELECT/g)?.length).toBe(4)
    expect(log).toContain(`("id" < 15000 OR "id" IS NULL)`)
    expect(log).toContain(`"id" >= 45000`)
  })

  it('are not made where an index finds the rows, nor of a small table', async () => {
    const filters: readonly Filter[] = [{ kind: 'comparison', op: '=', column: 0, value: { type: { kind: 'int' }, value: 7 } }]
    for (const { rows, log } of [await read('accounts', { filters }), await read('accounts', { filters, partitions: byId })]) {
      expect(rows).toBe(1)
      expect(log).not.toContain('snapshot')
    }
    const { rows, log } = await read('small')
    expect(rows).toBe(1000)
    expect(log).not.toContain('snapshot')
  })

  it('are made of a scan whose filter leaves most rows', async () => {
    const filters: readonly Filter[] = [{ kind: 'comparison', op: '<>', column: 0, value: { type: { kind: 'int' }, value: 7 } }]
    const { rows, log } = await read('accounts', { filters })
    expect(rows).toBe(accounts - 1)
    expect(log).toMatch(/WHERE "id" <> 7 AND \(ctid/)
  })

  it('name a column that is not there', async () => {
    await expect(read('accounts', { partitions: { ...byId, column: 'nobody' } })).rejects.toMatchObject({
      kind: 'semantic',
      message: expect.stringContaining('partitionColumn nobody is no column of accounts') as string,
    })
  })
})

/** Moves an amount between two far apart rows, over and over. @returns how often */
async function moveMoney(turn: number, signal: AbortSignal): Promise<number> {
  const client = new pg.Client({ connectionString: `${server.url}/shop`, application_name: 'mover' })
  await client.connect()
  let moved = 0
  try {
    for (; !signal.aborted; moved += 1) {
      const from = 1 + ((moved * 7919 + turn * 31) % (accounts / 2))
      await client.query(`begin; update accounts set balance = balance - 7 where id = ${from};
        update accounts set balance = balance + 7 where id = ${from + accounts / 2}; commit`)
    }
    return moved
  } finally {
    await client.end()
  }
}

describe('the answer to a query', () => {
  const int = { kind: 'int' } as const
  const at = (relation: number, column: number): RemoteExpression => ({ kind: 'column', relation, column, type: int })
  const equal = (left: RemoteExpression, right: RemoteExpression): RemoteExpression => ({
    kind: 'comparison',
    op: '=',
    left,
    right,
    type: { kind: 'boolean' },
  })
  const tableNamed = (name: string): SourceTable => tableOf(name, { id: 'int', balance: 'int' })
  const query = (names: readonly string[], changes: Partial<RemoteQuery> = {}): RemoteQuery => ({
    tables: names.map(tableNamed),
    from: names.map((_name, relation) => ({ kind: 'table', relation })),
    filter: names.slice(1).map((_name, index) => equal(at(0, 0), at(index + 1, 0))),
    groupBy: undefined,
    having: [],
    outputs: [at(0, 0), at(0, 1)].map((expression, index) => ({ name: `c${index}`, expression })),
    orderBy: [],
    limit: undefined,
    ...changes,
  })
  const parts = (log: string): number => log.match(/COPY \(SELECT .* FROM "public".*ctid/g)?.length ?? 0

  it('is read by the blocks of its largest table, each row once', async () => {
    const joined = await read('accounts', { remote: query(['accounts', 'accounts']) })
    expect([joined.rows, joined.ids.size, joined.sum, parts(joined.log)]).toEqual([accounts, accounts, accounts * 100, 2])
    const alone = await read('accounts', { remote: query(['accounts'], { filter: [equal(at(0, 0), at(0, 0))] }) })
    expect([alone.rows, alone.ids.size, parts(alone.log)]).toEqual([accounts, accounts, 8])
    await eventuallyNone()
  })

  it.each([
    ['whose rows are few', query(['accounts', 'small']), 1_000],
    ['that is cut', query(['accounts'], { limit: 55_000 }), 55_000],
    ['in groups', query(['accounts'], { groupBy: [at(0, 0), at(0, 1)] }), accounts],
    [
      'whose large table is left out where nothing meets it',
      query(['small', 'accounts'], {
        from: [
          {
            kind: 'leftJoin',
            left: [{ kind: 'table', relation: 0 }],
            right: [{ kind: 'table', relation: 1 }],
            on: [equal(at(0, 0), at(1, 0))],
          },
        ],
        filter: [],
      }),
      1_000,
    ],
  ] as const)('is read by one session: one %s', async (_what, remote, rows) => {
    const found = await read('accounts', { remote })
    expect([found.rows, found.ids.size, parts(found.log)]).toEqual([rows, rows, 0])
  })
})
