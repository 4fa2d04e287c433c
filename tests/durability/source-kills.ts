// Rounds of an INSERT into a source and a SIGKILL, of the server or of the engine: after each the source has all of the rows or none, and no session of ours.

import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Api } from '../../examples/quickstart/api.ts'
import { Procedure, sites, tableSql } from '../../examples/quickstart/procedure.ts'
import { mariadbTableSql } from '../bench/installation.ts'
import { startMariadb } from '../servers/mariadb.ts'
import { startPostgres } from '../servers/postgres.ts'
import { childrenOf } from '../bench/processes.ts'
import { KilledServer } from './killed-server.ts'

/** Rows of every write: some tenths of a second at the source, so that most kills fall into the middle. */
const rowsPerWrite = 200_000
const onQueue = { queue_name: 'q1' }
/** How long the source may take to see that a session is gone, and to take its rows back. */
const goneWithinMs = 30_000

/** What came of all rounds; everything in `problems` is a failure. */
export interface SourceKillReport {
  readonly rounds: number
  /** Of them, those that were killed while rows were at the source and not committed. */
  readonly midway: number
  /** Writes that were whole at the source, and those of which nothing was. */
  readonly written: number
  readonly rolledBack: number
  readonly problems: readonly string[]
}

/** A server that is written to, and how it is asked what it has. */
interface Source extends AsyncDisposable {
  readonly port: number
  readonly user: string
  readonly password: string
  readonly tableSql: typeof tableSql
  /** As `dbtable` names it. */
  readonly table: string
  ask(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Answers a row while rows of ours are there that are not committed. */
  readonly midway: string
  /** Answers a row while a transaction of ours is open. */
  readonly working: string
  /** Between two looks. MariaDB shows the same again to whoever looks more often than every 100 ms. */
  readonly lookMs: number
}

const kinds = {
  async postgresql(): Promise<Source> {
    const server = await startPostgres({ databases: { sales: 'create table target (batch int, n bigint, word text)' } })
    return {
      ...server,
      tableSql,
      table: 'public.target',
      ask: (sql) => server.query('sales', sql),
      midway: 'select 1 from pg_stat_progress_copy where tuples_processed > 0',
      working: "select 1 from pg_stat_activity where application_name like 'tributary%' and (state <> 'idle' or backend_xid is not null)",
      lookMs: 20,
    }
  },
  async mariadb(): Promise<Source> {
    const server = await startMariadb({
      databases: { sales: 'create table target (batch int, n bigint, word text)' },
      settings: { 'innodb-buffer-pool-size': '256M', 'general-log': '0' },
    })
    return {
      ...server,
      tableSql: mariadbTableSql('sales'),
      table: 'sales.target',
      ask: (sql) => server.query('sales', sql),
      midway: 'select 1 from information_schema.INNODB_TRX where trx_rows_modified > 0',
      working: 'select 1 from information_schema.INNODB_TRX where trx_mysql_thread_id <> connection_id()',
      lookMs: 150,
    }
  },
} as const

/** Runs the rounds on one data directory and one source; ends early when something is wrong. */
export async function sourceKills({
  kind,
  rounds,
}: {
  readonly kind: keyof typeof kinds
  readonly rounds: number
}): Promise<SourceKillReport> {
  await using source = await kinds[kind]()
  await using killed = await KilledServer.open()
  const run = new Run(killed, source)
  await run.open()
  for (let round = 0; round < rounds && run.problems.length === 0; round += 1) await run.round(round % 2 === 0 ? 'server' : 'engine')
  return run.report()
}

class Run {
  readonly problems: string[] = []
  readonly #killed: KilledServer
  readonly #source: Source
  readonly #counts = { rounds: 0, midway: 0, written: 0, rolledBack: 0 }
  /** Of a write that nobody disturbs: kills fall within it. */
  #usualMs = 0

  constructor(killed: KilledServer, source: Source) {
    this.#killed = killed
    this.#source = source
  }

  async open(): Promise<void> {
    const { server } = this.#killed
    const steps = new Procedure(await Api.signIn(server), server.account.projectId)
    await steps.createQueue('q1')
    await steps.declare(sites.sales, this.#source)
    await steps.untilActive(await steps.createConnection(sites.sales, ['q1']))
    await steps.createAuthInfo('login', this.#source)
    await this.#untilDone(this.#source.tableSql('target', sites.sales, this.#source.table, 'login'))
    await this.#untilDone(
      `CREATE TABLE stock AS SELECT n, concat('word ', n) AS word FROM (SELECT explode(sequence(1L, ${rowsPerWrite}L)) AS n)`,
    )
    await this.#untilDone(insertSql(0))
    const begun = performance.now()
    await this.#untilDone(insertSql(1))
    this.#usualMs = performance.now() - begun
  }

  async round(victim: 'server' | 'engine'): Promise<void> {
    this.#counts.rounds += 1
    const batch = this.#counts.rounds + 1
    const job = await this.#killed.submit(insertSql(batch), onQueue)
    // Of the first two, one for each victim, it is certain that they fall into the middle.
    if (this.#counts.rounds <= 2) await this.#untilMidway()
    else await sleep(randomInt(Math.ceil(this.#usualMs)))
    if (await this.#isMidway()) this.#counts.midway += 1
    if (victim === 'server') {
      await this.#killed.server.kill()
      await this.#killed.start()
    } else for (const pid of childrenOf(this.#killed.server.pid)) killEngine(pid)
    const { status, message } = await this.#killed.ended(job)
    await this.#untilGone()
    await this.#check(batch, { status, message, victim })
  }

  report(): SourceKillReport {
    return { ...this.#counts, problems: this.problems }
  }

  /** A job that had not begun runs after the restart; one that had is FAILED, and says what nobody knows. */
  async #check(
    batch: number,
    { status, message, victim }: { readonly status: string; readonly message: string; readonly victim: string },
  ): Promise<void> {
    const [row] = await this.#source.ask(`select count(*) as n, count(distinct n) as different from target where batch = ${batch}`)
    const count = Number(row?.['n'])
    const what = `batch ${batch} (${victim} killed), ${status} '${message}', shows ${count} rows`
    if (count !== 0 && (count !== rowsPerWrite || Number(row?.['different']) !== rowsPerWrite))
      this.problems.push(`${what}: neither all nor none`)
    if (status === 'FINISHED' && count === 0) this.problems.push(`${what}: FINISHED without its rows`)
    if (status === 'FAILED' && count !== 0 && !message.includes('rows may have been written at'))
      this.problems.push(`${what}: rows that nobody tells of`)
    if (status === 'FAILED' && !/^the server restarted; |^the engine of queue q1 /.test(message))
      this.problems.push(`${what}: another reason than the kill`)
    if (count === 0) this.#counts.rolledBack += 1
    else this.#counts.written += 1
  }

  async #untilMidway(): Promise<void> {
    const deadline = performance.now() + 3 * this.#usualMs
    while (!(await this.#isMidway()) && performance.now() < deadline) await sleep(this.#source.lookMs)
    // So that the look that counts is a new one.
    await sleep(this.#source.lookMs)
  }

  async #isMidway(): Promise<boolean> {
    return (await this.#source.ask(this.#source.midway)).length > 0
  }

  async #untilGone(): Promise<void> {
    const deadline = performance.now() + goneWithinMs
    while ((await this.#source.ask(this.#source.working)).length > 0) {
      if (performance.now() > deadline) {
        this.problems.push(`a session still works at the source ${goneWithinMs} ms after the kill`)
        return
      }
      await sleep(this.#source.lookMs)
    }
  }

  async #untilDone(sql: string): Promise<void> {
    await this.#killed.done(sql, onQueue)
  }
}

function insertSql(batch: number): string {
  return `INSERT INTO target SELECT ${batch}, n, word FROM stock`
}

/** A child may have gone by itself meanwhile. */
function killEngine(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
