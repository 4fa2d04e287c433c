// The bench beside other systems: equal answers are told from others, and a query that is given up holds no server.

import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mariadbAbsence, startMariadb } from '../servers/mariadb.ts'
import { startPostgres } from '../servers/postgres.ts'
import { splitDatabase, type SplitServers } from '../tpc/split.ts'
import type { Bench } from '../bench/harness.ts'
import { formatReport } from '../bench/report.ts'
import { differenceOf } from '../bench/peers/answers.ts'
import { ask } from '../bench/peers/asking.ts'
import type { Peer } from '../bench/peers/peer.ts'
import { figuresOf, race } from '../bench/peers/race.ts'

describe('answers', () => {
  it.each([
    [[['a', '25.520000']], [['a', 25.52]]],
    [[['25.522005']], [['25.52']]],
    [
      [[1], [2]],
      [['2'], ['1']],
    ],
    [
      [
        ['1.5', 'x'],
        ['2.5', 'x'],
      ],
      [
        [2.5, 'x'],
        [1.5, 'x'],
      ],
    ],
    [[['2026-01-01 00:00:00']], [['2026-01-01T00:00:00.000Z']]],
    [[['1995-03-12']], [['1995-03-12T00:00:00.000Z']]],
    [[[null]], [[null]]],
    [[['123456789.1234']], [['123456789.1235']]],
  ])('are the same: %j and %j', (one, other) => {
    expect(differenceOf(one, other)).toBeUndefined()
  })

  it.each([
    [[[1]], [[2]]],
    [[[25]], [['25.5']]],
    [[['25.522']], [['25.54']]],
    [[['a']], [['b']]],
    [[['1000000001']], [['1000000003']]],
    [[[null]], [['']]],
  ])('differ: %j and %j', (one, other) => {
    expect(differenceOf(one, other)).toMatch(/beside .* of ours/)
  })

  it('differ by their numbers of rows', () => {
    expect(differenceOf([[1]], [[1], [1]])).toBe('2 rows beside 1 of ours')
  })
})

const absence = mariadbAbsence()
if (absence !== undefined && process.env['CI'] === 'true') throw new Error(absence)

describe.skipIf(absence !== undefined)(`a query of a system${absence === undefined ? '' : ` (${absence})`}`, () => {
  let servers: SplitServers
  beforeAll(async () => {
    const databases = { [splitDatabase]: '' }
    const [postgres, mariadb] = await Promise.all([startPostgres({ databases }), startMariadb({ databases })])
    servers = { postgres, mariadb }
  }, 60_000)
  afterAll(() => Promise.all([servers.postgres, servers.mariadb].map((server) => server[Symbol.asyncDispose]())))

  const onPostgres: Peer = peer('one on PostgreSQL', async (sql) => {
    const client = new pg.Client({ connectionString: `${servers.postgres.url}/${splitDatabase}` })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows
    } finally {
      await client.end().catch(() => undefined)
    }
  })
  const onMariadb: Peer = peer('one on MariaDB', async (sql) =>
    (await servers.mariadb.query(splitDatabase, sql)).map((row) => Object.values(row)),
  )

  it('answers in time, or says why it does not', async () => {
    const asking = { limitMs: 30_000, servers }
    expect(await ask(onPostgres, 'select 1', asking)).toMatchObject({ is: 'rows', rows: [[1]] })
    expect(await ask(onPostgres, 'select nothing', asking)).toEqual({ is: 'failed', why: 'column "nothing" does not exist' })
  })

  it.each([
    ['PostgreSQL', () => onPostgres, 'select pg_sleep(300)'],
    ['MariaDB', () => onMariadb, 'select sleep(300)'],
  ])('is given up when it is late, and %s does no more for it', async (_server, late, sql) => {
    expect(await ask(late(), sql, { limitMs: 300, servers })).toEqual({ is: 'late', limitMs: 300 })
    const [{ count } = { count: undefined }] = await servers.postgres.query(
      splitDatabase,
      "select count(*)::int as count from pg_stat_activity where query like '%pg_sleep(300)%' and pid <> pg_backend_pid()",
    )
    expect(count).toBe(0)
    const running = await servers.mariadb.query(undefined, "select id from information_schema.processlist where info like 'select sleep%'")
    expect(running).toEqual([])
  })

  it('takes part in no round when it fails, is late or answers something else, and its row says so', async () => {
    const ours = peer('job', () => Promise.resolve([[1]]))
    const peers = [
      peer('good', () => sleep(5, [['1']])),
      peer('wrong', () => Promise.resolve([[2]])),
      peer('broken', () => Promise.reject(new Error('no such function'))),
      peer('slow', (_sql, signal) => sleep(60_000, [], { signal })),
    ]
    const bench = { say: () => undefined, rounds: 2 } as unknown as Bench
    const contest = { bench, ours, asking: { limitMs: 200, servers } }
    const standings = await race(contest, { what: 'sum', sql: () => 'select 1', peers })
    const lines = formatReport({ peers: figuresOf({ what: 'sum', unit: 'ms' }, contest, standings) }).split('\n')
    expect(lines).toHaveLength(6)
    expect(lines[2]).toMatch(/ms {2}good .* ratio >= 1: met$/)
    expect(lines[3]).toContain('no figure (it answers 2 beside 1 of ours)  wrong')
    expect(lines[4]).toContain('no figure (no such function)  broken')
    expect(lines[5]).toMatch(/> 200 ms {2}slow .* > \d/)
  })
})

function peer(name: string, rows: Peer['rows']): Peer {
  return { name, rows, [Symbol.asyncDispose]: () => Promise.resolve() }
}
