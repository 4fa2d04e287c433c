// Rounds of writers of managed tables and a SIGKILL: after each, what a FINISHED job wrote is there whole, and of every other nothing.

import { randomInt } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { KilledServer } from './killed-server.ts'
import type { Json } from './writer.ts'

/** Rows of every write: enough for several pages of a file, few enough to be quick. */
const rowsPerWrite = 400
const writerCount = 3
/** The kill comes so long after the first write of a round, at most. */
const longestWindowMs = 2_500

/** One write, and its job where the server's answer was heard. */
interface Booked {
  readonly kind: 'append' | 'create' | 'overwrite'
  readonly batch: number
  readonly writer: number
  job: string | undefined
}

/** What came of all rounds; everything in `problems` is a failure. */
export interface TableKillReport {
  readonly rounds: number
  readonly finished: number
  readonly failed: number
  /** Writes whose answer was never heard. */
  readonly unheard: number
  readonly problems: readonly string[]
}

/** Runs the rounds on one data directory; ends early when something is wrong. */
export async function tableKills({ rounds }: { readonly rounds: number }): Promise<TableKillReport> {
  await using killed = await KilledServer.open()
  const run = new Run(killed)
  await run.open()
  for (let round = 0; round < rounds && run.problems.length === 0; round += 1) await run.round()
  return run.report()
}

class Run {
  readonly problems: string[] = []
  readonly #killed: KilledServer
  readonly #booked: Booked[] = []
  readonly #states = new Map<string, string>()
  #rounds = 0
  #batches = 0
  #unheard = 0

  constructor(killed: KilledServer) {
    this.#killed = killed
  }

  /** A table of twenty numbers from which every write takes its rows, one that all add to, and one for each writer. */
  async open(): Promise<void> {
    const numbers = Array.from({ length: Math.sqrt(rowsPerWrite) }, (_none, n) => `(${n})`)
    await this.#killed.done(`CREATE TABLE numbers AS SELECT col1 AS n FROM (VALUES ${numbers.join(', ')})`)
    await this.#killed.done('CREATE TABLE log (batch INT, n INT, word STRING) PARTITIONED BY (word)')
    for (let writer = 0; writer < writerCount; writer += 1) await this.#killed.done(`CREATE TABLE own${writer} (batch INT, n INT)`)
  }

  async round(): Promise<void> {
    const life = { isOver: false }
    const telling = Array.from({ length: writerCount }, (_none, writer) => this.#tell(writer, life))
    await new Promise((resolve) => setTimeout(resolve, randomInt(longestWindowMs)))
    life.isOver = true
    await this.#killed.server.kill()
    await Promise.all(telling)
    await this.#killed.start()
    this.#rounds += 1
    await this.#settle()
    await this.#checkFiles()
    await this.#checkRows()
  }

  report(): TableKillReport {
    const states = [...this.#states.values()]
    const count = (state: string): number => states.filter((one) => one === state).length
    return { rounds: this.#rounds, finished: count('FINISHED'), failed: count('FAILED'), unheard: this.#unheard, problems: this.problems }
  }

  /** One write after the other, until the server is gone. */
  async #tell(writer: number, life: { readonly isOver: boolean }): Promise<void> {
    while (!life.isOver) {
      this.#batches += 1
      const kind = (['append', 'create', 'overwrite'] as const)[randomInt(3)] ?? 'append'
      const booked: Booked = { kind, batch: this.#batches, writer, job: undefined }
      this.#booked.push(booked)
      try {
        const { status, body } = await this.#killed.caller.call('submitJob', { body: { sql: statementOf(booked) } })
        if (status !== 200) throw new Error(`a write was refused: ${JSON.stringify(body)}`)
        booked.job = body.job_id
        await this.#killed.ended(booked.job as string)
      } catch (error) {
        if (life.isOver) return
        this.problems.push(String(error))
        return
      }
    }
  }

  /** Waits until every job has ended; what had begun is FAILED by now, what had not runs. */
  async #settle(): Promise<void> {
    for (const { job } of this.#booked) {
      if (job === undefined || this.#states.has(job)) continue
      const { status, message } = await this.#killed.ended(job)
      this.#states.set(job, status)
      if (status === 'FAILED' && !/restarted/.test(message)) this.problems.push(`a write failed: ${message}`)
    }
    this.#unheard = this.#booked.filter(({ job }) => job === undefined).length
  }

  async #checkRows(): Promise<void> {
    const logged = new Map(
      (await this.#killed.rows('SELECT batch, count(*), count(DISTINCT n) FROM log GROUP BY batch')).map(([batch, ...counts]) => [
        batch,
        counts,
      ]),
    )
    const tables = new Set(await this.#tables())
    for (const booked of this.#booked) {
      if (booked.kind === 'append') this.#expect(booked, logged.has(booked.batch), logged.get(booked.batch))
      if (booked.kind === 'create') {
        const isThere = tables.has(`made${booked.batch}`)
        const counts = isThere ? (await this.#killed.rows(`SELECT count(*), count(DISTINCT n) FROM made${booked.batch}`))[0] : undefined
        this.#expect(booked, isThere, counts)
      }
    }
    for (let writer = 0; writer < writerCount; writer += 1) await this.#checkOwn(writer)
    await this.#forgetTables()
  }

  /** The rows of the last overwrite that is done; later ones whose answer nobody heard may be. */
  async #checkOwn(writer: number): Promise<void> {
    const own = this.#booked.filter((booked) => booked.kind === 'overwrite' && booked.writer === writer)
    const last = own.findLast(({ job }) => job !== undefined && this.#states.get(job) === 'FINISHED')
    const allowed = new Set(
      own.filter((booked) => booked === last || (booked.job === undefined && booked.batch > (last?.batch ?? 0))).map(({ batch }) => batch),
    )
    const rows = await this.#killed.rows(`SELECT batch, count(*) FROM own${writer} GROUP BY batch`)
    const [batch, count] = rows[0] ?? []
    if (rows.length === 0 && last === undefined) return
    if (rows.length !== 1 || count !== rowsPerWrite || !allowed.has(batch))
      this.problems.push(`own${writer} shows ${JSON.stringify(rows)} where one of ${[...allowed].join()} is whole`)
  }

  #expect({ kind, batch, job }: Booked, isThere: boolean, counts: readonly Json[] | undefined): void {
    const state = job === undefined ? undefined : this.#states.get(job)
    if (isThere && (counts?.[0] !== rowsPerWrite || counts[1] !== rowsPerWrite))
      this.problems.push(`${kind} ${batch} shows ${JSON.stringify(counts)} of ${rowsPerWrite} rows`)
    if (state !== undefined && isThere !== (state === 'FINISHED'))
      this.problems.push(`${kind} ${batch} is ${state} and ${isThere ? '' : 'not '}there`)
  }

  async #tables(): Promise<readonly string[]> {
    const { body } = await this.#killed.caller.call('listTables', { params: { database_name: 'default' }, query: { keyword: 'made' } })
    return body.tables.map(({ table_name: name }: Json) => name)
  }

  /** Keeps a round short: what was seen to be whole is dropped. */
  async #forgetTables(): Promise<void> {
    for (const name of await this.#tables()) await this.#killed.done(`DROP TABLE ${name}`)
    for (let at = this.#booked.length - 1; at >= 0; at -= 1) if (this.#booked[at]?.kind === 'create') this.#booked.splice(at, 1)
  }

  /** Once every job has ended each file on disk is remembered, and what is remembered of the newest versions is on disk. */
  async #checkFiles(): Promise<void> {
    const names = await readdir(join(this.#killed.dataDir, 'warehouse'), { recursive: true })
    const onDisk = new Set(names.filter((name) => name.endsWith('.parquet')).map((name) => name.replace(/^.*\/|[.]parquet$/g, '')))
    using database = new DatabaseSync(join(this.#killed.dataDir, 'tributary.db'), { readOnly: true })
    const rows = database.prepare('select id, removed_in from table_files').all()
    const missing = rows.filter(({ id, removed_in }) => removed_in === null && !onDisk.has(String(id)))
    const known = new Set(rows.map(({ id }) => String(id)))
    const orphans = [...onDisk].filter((id) => !known.has(id))
    if (missing.length > 0) this.problems.push(`${missing.length} files of newest versions are not on disk`)
    if (orphans.length > 0) this.problems.push(`${orphans.length} files belong to nothing`)
    if (onDisk.size === 0) this.problems.push('nothing was written at all')
  }
}

function statementOf({ kind, batch, writer }: Booked): string {
  const rows = `SELECT CAST(${batch} AS INT) AS batch, a.n * ${Math.sqrt(rowsPerWrite)} + b.n AS n`
  const from = 'FROM numbers a CROSS JOIN numbers b'
  if (kind === 'append') return `INSERT INTO log ${rows}, CASE WHEN b.n % 2 = 0 THEN 'even' ELSE 'odd' END ${from}`
  if (kind === 'create') return `CREATE TABLE made${batch} AS ${rows} ${from}`
  return `INSERT OVERWRITE own${writer} ${rows} ${from}`
}
