// How fast a job writes rows of a managed table into a source, beside the same rows loaded from a file by the source's own client.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { sites } from '../../examples/quickstart/procedure.ts'
import type { PostgresServer } from '../servers/postgres.ts'
import { type MariadbServer, mariadbAbsence, startMariadb } from '../servers/mariadb.ts'
import { type Bench, type Figure, inTurn, timed } from './harness.ts'
import { attach, mariadbTableSql, type Source, startInstallation } from './installation.ts'
import type { Jobs } from './jobs.ts'
import { hasPsql, startFacts } from './sources.ts'

const rounds = 5
/** The sources' own clients. */
const clients = { postgresql: 'psql', mariadb: 'mariadb' } as const
const columns = 'id, name, score, seen, amount'

/** A source that is written to, and the way its own client fills the same table. */
interface Side {
  readonly name: string
  readonly client: string
  /** As the catalog names its table. */
  readonly target: string
  readonly goal: { readonly ratio: number }
  empty(): Promise<unknown>
  /** The number of rows and the sum of their keys. */
  measure(): Promise<readonly [string, string]>
  load(): Promise<void>
}

/** Into empty tables without an index, which are emptied between the rounds; the first run of each is thrown away. */
export async function benchWrite(bench: Bench): Promise<readonly Figure[]> {
  const { say, lifetimes, rows, directory } = bench
  if (!hasPsql()) throw new Error('psql is not on PATH: there is nothing to compare with')
  say(`write: filling a table of ${rows.toLocaleString('en-US')} rows`)
  const postgres = await lifetimes.start(() => startFacts(rows))
  await postgres.query(
    'sales',
    'create table public.target (id bigint, name varchar(40), score float8, seen timestamp, amount numeric(12,2))',
  )
  const mariadb = mariadbAbsence() === undefined ? await lifetimes.start(() => startMariadb(mariadbOptions)) : undefined
  const installation = await startInstallation(bench, 'write')
  const jobs = await attach(installation, 'bench', [
    { site: sites.sales, server: postgres, tables: { 'shop.facts': 'public.facts', 'shop.target': 'public.target' } },
    ...(mariadb === undefined ? [] : [mariadbSource(mariadb)]),
  ])
  await jobs.run(`CREATE TABLE shop.stock AS SELECT ${columns} FROM shop.facts`)
  const files = { copy: join(directory, 'facts.copy'), text: join(directory, 'facts.txt') }
  await psql(postgres, `copy (select ${columns} from public.facts) to stdout (format binary)`, { to: files.copy })
  const figures = [await benchInsert(bench, jobs, postgresSide(postgres, files.copy))]
  if (mariadb !== undefined) {
    await psql(postgres, `copy (select ${columns} from public.facts) to stdout`, { to: files.text })
    figures.push(await benchInsert(bench, jobs, mariadbSide(mariadb, files.text)))
  }
  await installation.server.stop()
  return figures
}

const mariadbOptions = {
  settings: { 'innodb-buffer-pool-size': '512M', 'innodb-log-file-size': '512M', 'local-infile': '1', 'general-log': '0' },
  databases: { crm: 'create table target (id bigint, name varchar(40), score double, seen datetime(6), amount decimal(12,2))' },
} as const

function mariadbSource(server: MariadbServer): Source {
  return { site: sites.crm, server, tables: { 'shop.other': 'crm.target' }, tableSql: mariadbTableSql('crm') }
}

function postgresSide(server: PostgresServer, file: string): Side {
  return {
    name: 'PostgreSQL',
    client: 'psql COPY BINARY from a file',
    target: 'shop.target',
    goal: { ratio: 0.6 },
    empty: () => server.query('sales', 'truncate public.target; checkpoint'),
    measure: async () => summed(await server.query('sales', 'select count(*)::text as n, sum(id)::text as ids from public.target')),
    load: () => psql(server, `copy public.target (${columns}) from stdin (format binary)`, { from: file }),
  }
}

function mariadbSide(server: MariadbServer, file: string): Side {
  return {
    name: 'MariaDB',
    client: 'LOAD DATA LOCAL INFILE',
    target: 'shop.other',
    goal: { ratio: 0.6 },
    empty: () => server.query('crm', 'truncate target'),
    measure: async () => summed(await server.query('crm', 'select cast(count(*) as char) as n, cast(sum(id) as char) as ids from target')),
    load: () => loadData(server, file),
  }
}

function summed(rows: readonly Readonly<Record<string, unknown>>[]): readonly [string, string] {
  return [String(rows[0]?.['n']), String(rows[0]?.['ids'])]
}

async function benchInsert({ say, rows }: Bench, jobs: Jobs, side: Side): Promise<Figure> {
  const millions = async (act: () => Promise<unknown>): Promise<number> => {
    await side.empty()
    const speed = rows / 1000 / (await timed(act))
    await checkTarget(side, rows)
    return speed
  }
  const insert = `INSERT INTO ${side.target} SELECT ${columns} FROM shop.stock`
  const measures = { job: () => millions(() => jobs.run(insert)), client: () => millions(() => side.load()) }
  await inTurn(say, `write: warming up ${side.name}`, 1, measures)
  const values = await inTurn(say, `write: INSERT SELECT into ${side.name}`, rounds, measures)
  return {
    what: `INSERT ${rows.toLocaleString('en-US')} rows of a managed table into ${side.name}`,
    unit: 'M rows/s',
    ours: values.job,
    baseline: { what: side.client, values: values.client },
    goal: side.goal,
  }
}

/** Rows that are not there were written at any speed. */
async function checkTarget(side: Side, rows: number): Promise<void> {
  const [count, ids] = await side.measure()
  if (count !== String(rows) || ids !== String((rows * (rows + 1)) / 2)) throw new Error(`${side.name} holds ${count} rows, ${ids}`)
}

/** MariaDB's own client, which offers the server one file. */
async function loadData({ port, user, password }: MariadbServer, file: string): Promise<void> {
  const sql = `load data local infile '${file}' into table crm.target (${columns})`
  const child = spawn(
    clients.mariadb,
    ['--no-defaults', '--local-infile=1', '-h', '127.0.0.1', '-P', String(port), '-u', user, '-e', sql],
    {
      env: { PATH: process.env['PATH'] ?? '', MYSQL_PWD: password },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`mariadb ended with ${code}`)
}

/** Runs one COPY with a file at its other end. */
async function psql(server: PostgresServer, sql: string, { from, to }: { readonly from?: string; readonly to?: string }): Promise<void> {
  const child = spawn(
    clients.postgresql,
    ['-X', '-q', '-h', '127.0.0.1', '-p', String(server.port), '-U', server.user, '-d', 'sales', '-c', sql],
    {
      env: { PATH: process.env['PATH'] ?? '', PGPASSWORD: server.password },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  const ended = once(child, 'exit') as Promise<[number | null]>
  if (from === undefined) child.stdin.end()
  else await pipeline(createReadStream(from, { highWaterMark: 1024 * 1024 }), child.stdin)
  if (to !== undefined) await pipeline(child.stdout, createWriteStream(to))
  const [code] = await ended
  if (code !== 0) throw new Error(`psql ended with ${code}`)
}
