// How fast a job reads, finds and joins rows of PostgreSQL, beside the same bytes read by PostgreSQL's own protocol and nothing else.

import pg from 'pg'
import { sites } from '../../examples/quickstart/procedure.ts'
import type { PostgresServer } from '../servers/postgres.ts'
import { type Bench, type Figure, inTurn, medianOf, timed } from './harness.ts'
import { attach, startInstallation } from './installation.ts'
import type { Jobs } from './jobs.ts'
import { drainCopy, hasPsql, psqlCopy, startFacts, startPeople } from './sources.ts'

const rounds = 5
const lookupsPerRound = 10

const scanSql =
  'SELECT count(*) AS n, sum(id) AS ids, max(name) AS last, sum(score) AS score, max(seen) AS seen, sum(amount) AS amount FROM shop.facts'
const joinSql =
  'SELECT p.city, count(*) AS n, sum(f.amount) AS amount FROM shop.facts f JOIN shop.people p ON f.id = p.fact_id GROUP BY p.city'

interface Sources {
  readonly sales: PostgresServer
  readonly crm: PostgresServer
}

/** Everything through jobs of one queue; the first run of each measure is thrown away. */
export async function benchQuery(bench: Bench): Promise<readonly Figure[]> {
  const { say, lifetimes, rows } = bench
  say(`query: filling a table of ${rows.toLocaleString('en-US')} rows`)
  const [sales, crm] = await Promise.all([lifetimes.start(() => startFacts(rows)), lifetimes.start(startPeople)])
  const installation = await startInstallation(bench, 'query')
  const jobs = await attach(installation, 'bench', [
    { site: sites.sales, server: sales, tables: { 'shop.facts': 'public.facts' } },
    { site: sites.crm, server: crm, tables: { 'shop.people': 'public.people' } },
  ])
  const figures = [
    ...(await benchScan(bench, jobs, sales)),
    await benchJoin(bench, jobs, { sales, crm }),
    await benchLookup(bench, jobs, sales),
  ]
  await installation.server.stop()
  return figures
}

async function benchScan({ say, rows }: Bench, jobs: Jobs, sales: PostgresServer): Promise<readonly Figure[]> {
  const select = 'select id, name, score, seen, amount from public.facts'
  const millions = async (act: () => Promise<unknown>): Promise<number> => rows / 1000 / (await timed(act))
  const measures: Record<string, () => Promise<number>> = {
    job: () => millions(() => jobs.run(scanSql)),
    'pg-copy-streams': () => millions(() => drainCopy(sales, 'sales', select)),
    ...(hasPsql() ? { psql: () => millions(() => psqlCopy(sales, 'sales', select)) } : {}),
  }
  await checkScan(jobs, rows)
  await inTurn(say, 'query: warming up', 1, measures)
  const values = await inTurn(say, 'query: scan and aggregate', rounds, measures)
  const scan = { what: `scan and aggregate ${rows.toLocaleString('en-US')} rows`, unit: 'M rows/s', ours: values['job'] ?? [] } as const
  const drained = { ...scan, baseline: { what: 'COPY BINARY drained in Node', values: values['pg-copy-streams'] ?? [] } }
  if (values['psql'] === undefined) return [drained]
  return [drained, { ...scan, baseline: { what: 'psql COPY BINARY to nothing', values: values['psql'] }, goal: { ratio: 0.8 } }]
}

/** A fast wrong answer is no figure. */
async function checkScan(jobs: Jobs, rows: number): Promise<void> {
  const [row] = await jobs.rows(scanSql)
  if (Number(row?.[0]) !== rows || Number(row?.[1]) !== (rows * (rows + 1)) / 2) throw new Error(`the scan answered ${JSON.stringify(row)}`)
}

async function benchJoin({ say, rows }: Bench, jobs: Jobs, { sales, crm }: Sources): Promise<Figure> {
  const both = (): Promise<unknown> =>
    Promise.all([
      drainCopy(sales, 'sales', 'select id, amount from public.facts'),
      drainCopy(crm, 'crm', 'select fact_id, city from public.people'),
    ])
  const measures = { job: () => timed(() => jobs.rows(joinSql)), 'COPY of both': () => timed(both) }
  await inTurn(say, 'query: warming up', 1, measures)
  const values = await inTurn(say, 'query: join of two servers', rounds, measures)
  const baseline = { what: 'COPY BINARY of both drained, no join', values: values['COPY of both'] }
  return { what: `join ${rows.toLocaleString('en-US')} x 100,000 rows of two servers, to rows`, unit: 'ms', ours: values.job, baseline }
}

async function benchLookup({ say, lifetimes, rows }: Bench, jobs: Jobs, sales: PostgresServer): Promise<Figure> {
  const client = await lifetimes.start(async () => {
    const open = new pg.Client({ connectionString: `${sales.url}/sales` })
    await open.connect()
    return { query: (id: number) => open.query('select * from public.facts where id = $1', [id]), [Symbol.asyncDispose]: () => open.end() }
  })
  const anyId = (): number => 1 + Math.floor(Math.random() * rows)
  const measures = {
    job: () => medianOf(lookupsPerRound, () => jobs.rows(`SELECT * FROM shop.facts WHERE id = ${anyId()}`)),
    pg: () => medianOf(lookupsPerRound, () => client.query(anyId())),
  }
  await inTurn(say, 'query: warming up', 1, measures)
  const values = await inTurn(say, 'query: indexed lookup', rounds, measures)
  const baseline = { what: 'the same by pg on an open connection', values: values.pg }
  return { what: 'one row by its key, to rows', unit: 'ms', ours: values.job, baseline, goal: { value: 20 } }
}
