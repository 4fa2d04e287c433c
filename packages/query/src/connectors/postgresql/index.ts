// PostgreSQL as a source: one connection per session, whole scans by COPY in its binary format.

import { type Column, formatEndpoint, ServiceError, say } from '@tributary/rules'
import type { Dialer } from '@tributary/fabric/dial'
import type { RecordBatch, Spares } from '../../batch.ts'
import type { Filter, SourceScan } from '../../plan/plan.ts'
import type { RemoteQuery } from '../../plan/push/remote-query.ts'
import type { OpenableTable, SourceTable } from '../../source.ts'
import type { Connector, Session, WriteReport, WriteRequest } from '../connector.ts'
import { shownOutput, shownTables } from '../shown-output.ts'
import { copyOut } from './copy-out.ts'
import { KeptLogins } from './kept-logins.ts'
import { type Login, login } from './login.ts'
import { tellError } from './errors.ts'
import { type Heap, isWorthParts, type Parts, partsOf } from './parts.ts'
import { probe } from './probe.ts'
import { columnAt, findSource, getSource, relationOf, shownName } from './source-columns.ts'
import { offerOf, translate } from './translate.ts'
import { queryText } from './translate-query.ts'
import { getColumnType, quoteIdentifier, quoteText, readExpression, type SourceColumn } from './types.ts'
import { exportSnapshot, readSideBySide } from './side-by-side.ts'
import { writeRows } from './write.ts'

const kept = new KeptLogins()

/** Reads tables, views and materialised views of PostgreSQL 9.6 and later, and of servers that speak its protocol and COPY. */
export const postgresqlConnector: Connector = {
  kind: 'postgresql',
  open: (source, dial, signal) => PostgresqlSession.open(source, dial, signal),
  takeKept: (source, dial, signal) => PostgresqlSession.takeKept(source, dial, signal),
  closeKept: () => kept.destroyAll(),
  probe: (source, dial, options) => probe(source, dial, options, () => PostgresqlSession.open(source, dial, options.signal)),
  offer: (filter: Filter, table: SourceTable) => offerOf(filter, table.columns),
  explain: (scan: SourceScan) =>
    scan.remote === undefined
      ? copyOf(selectText(selectOf(scan, undefined, true)))
      : copyOf(queryText(scan.remote, scan.columns, { sources: [], isUtf8: true })),
}

class PostgresqlSession implements Session {
  readonly #source: OpenableTable
  readonly #table: SourceTable
  readonly #login: Login
  /** Opens another session like this one. */
  readonly #logIn: () => Promise<Login>
  #columns: Promise<readonly SourceColumn[]> | undefined
  /** Of the table, once its columns are read. */
  #heap: Heap | undefined
  /** Whether the source waits for a statement, and no transaction is open. */
  #isIdle = true

  private constructor(source: OpenableTable, session: Login, logIn: () => Promise<Login>) {
    this.#source = source
    this.#table = source.table
    this.#login = session
    this.#logIn = logIn
  }

  static async open(source: OpenableTable, dial: Dialer, signal: AbortSignal): Promise<PostgresqlSession> {
    const logIn = (): Promise<Login> => login(source, dial, signal)
    return new PostgresqlSession(source, await logIn(), logIn)
  }

  static takeKept(source: OpenableTable, dial: Dialer, signal: AbortSignal): PostgresqlSession | undefined {
    const session = kept.take(source)
    session?.attend(signal)
    return session === undefined ? undefined : new PostgresqlSession(source, session, () => login(source, dial, signal))
  }

  async describe(): Promise<readonly Column[]> {
    const columns = await this.#sourceColumns()
    // A table whose columns were named in CREATE TABLE reads just those.
    if (this.#table.columns.length === 0) checkNames(shownName(this.#table), columns)
    return columns.map((column) => ({ name: column.name, type: getColumnType(shownName(this.#table), column) }))
  }

  /** Columns of a table can be read by anybody; its rows cannot. @throws {ServiceError} `forbidden` when this user may read none */
  async checkReadable(): Promise<void> {
    await this.#login.client.query(`select from ${relationOf(this.#table)} limit 0`).catch((error: unknown) => {
      throw this.#tell(error)
    })
  }

  async *scan(scan: SourceScan, spares?: Spares): AsyncGenerator<RecordBatch> {
    this.#isIdle = false
    yield* scan.remote === undefined ? this.#read(scan, spares) : this.#answer(scan, scan.remote, spares)
    this.#isIdle = true
  }

  async *#read(scan: SourceScan, spares: Spares | undefined): AsyncGenerator<RecordBatch> {
    const source = await this.#sourceColumns()
    const select = selectOf(scan, source, this.#login.isUtf8)
    const read = (session: Login, part?: string): AsyncGenerator<RecordBatch> =>
      this.#copy(session, scan, { text: copyOf(selectText(select, part)), casts: castColumns(scan, source), spares })
    const parts = await this.#partsFor(select, source)
    const snapshot = parts === undefined ? undefined : await exportSnapshot(this.#login)
    if (parts === undefined || snapshot === undefined) yield* read(this.#login)
    else yield* readSideBySide({ parts, leader: this.#login, open: this.#logIn, read }, snapshot)
  }

  async *#copy(session: Login, scan: SourceScan, { text, casts, spares }: CopyParts): AsyncGenerator<RecordBatch> {
    const columns = scan.columns.map((position) => shownOutput(scan, position, columnAt(scan.table, position)))
    try {
      yield* copyOut(session.client, { text, table: shownTables(scan, shownName), columns, spares }).batches()
    } catch (error) {
      throw this.#tell(error, casts, session)
    }
  }

  /** Of a filtered scan, the source is asked first what it makes of it. */
  async #partsFor(select: Select, source: readonly SourceColumn[]): Promise<Parts | undefined> {
    const { partitions } = this.#table.settings
    if (this.#heap === undefined) return undefined
    const column = partitions === undefined ? undefined : findColumn(partitions.column, source)
    const parts = partsOf(this.#table, this.#heap, column)
    if (parts === undefined || select.conditions.length === 0) return parts
    const { rows } = await this.#login.client
      .query<{ 'QUERY PLAN': unknown }>(`explain (format json) ${selectText(select)}`)
      .catch((error: unknown) => {
        throw this.#tell(error)
      })
    return isWorthParts(parts, rows[0]?.['QUERY PLAN']) ? parts : undefined
  }

  /** Streams the answer to a query over tables of this source. @throws {ServiceError} as a scan does; {@link NotAskable} before any row */
  async *#answer(scan: SourceScan, query: RemoteQuery, spares: Spares | undefined): AsyncGenerator<RecordBatch> {
    const sources: (readonly SourceColumn[])[] = []
    for (const table of query.tables) sources.push(await this.#readColumns(table))
    const text = copyOf(queryText(query, scan.columns, { sources, isUtf8: this.#login.isUtf8 }))
    yield* this.#copy(this.#login, scan, { text, casts: [], spares })
  }

  async leave(): Promise<void> {
    if (this.#isIdle) await kept.keep(this.#source, this.#login)
    else await this.#login[Symbol.asyncDispose]()
  }

  async write(request: WriteRequest, rows: AsyncIterable<RecordBatch>): Promise<WriteReport> {
    this.#isIdle = false
    const columns = await this.#sourceColumns()
    const target = { table: this.#table, relation: relationOf(this.#table), shown: shownName(this.#table), columns }
    return await writeRows(this.#login, target, request, rows)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#login[Symbol.asyncDispose]()
  }

  #sourceColumns(): Promise<readonly SourceColumn[]> {
    this.#columns ??= this.#readColumns(this.#table)
    return this.#columns
  }

  async #readColumns(table: SourceTable): Promise<readonly SourceColumn[]> {
    const { rows } = await this.#login.client.query<CatalogRow>(describeText(relationOf(table))).catch((error: unknown) => {
      throw this.#tell(error)
    })
    if (rows.length === 0) {
      const { endpoint, database } = table.settings
      throw new ServiceError(
        'semantic',
        say`${shownName(table)} does not exist in database ${database} at ${formatEndpoint(endpoint)}, or this user may not see it; check dbtable`,
      )
    }
    if (table === this.#table) this.#heap = rows[0]
    return rows.map(sourceColumnOf)
  }

  #tell(error: unknown, casts: readonly Column[] = [], session = this.#login): ServiceError {
    return tellError(session.lossOf(error), `${shownName(this.#table)} at ${formatEndpoint(this.#table.settings.endpoint)}`, casts)
  }
}

/** Spark finds columns in any case, so two that differ in nothing else cannot both be read. */
function checkNames(table: string, columns: readonly SourceColumn[]): void {
  const seen = new Map<string, string>()
  for (const { name } of columns) {
    const other = seen.get(name.toLowerCase())
    if (other !== undefined)
      throw new ServiceError(
        'unsupported',
        say`${table} has columns whose names differ in case alone (${other} and ${name}), which is not offered; name the table's columns in CREATE TABLE and leave one out, or read a view`,
      )
    seen.set(name.toLowerCase(), name)
  }
}

/** How a COPY is read. */
interface CopyParts {
  readonly text: string
  /** The columns that the source casts. */
  readonly casts: readonly Column[]
  readonly spares: Spares | undefined
}

/** A row of {@link describeText}; what it says of the relation is the same in each. */
interface CatalogRow {
  readonly name: string
  readonly type: string
  readonly base: string
  readonly kind: string
  readonly pages: number
  readonly version: number
  readonly typmod: number
  readonly shown: string
  readonly deterministic: boolean
}

/** Domains are read as what they are based on; `collisdeterministic` is looked up by name, as versions before 12 have none. */
function describeText(relation: string): string {
  return `select a.attname as name, coalesce(b.typname, t.typname) as type, coalesce(b.typtype, t.typtype) as base,
  case when b.oid is null then a.atttypmod else t.typtypmod end as typmod, pg_catalog.format_type(a.atttypid, a.atttypmod) as shown,
  coalesce((pg_catalog.to_jsonb(c) ->> 'collisdeterministic')::bool, true) as deterministic,
  r.relkind as kind, r.relpages as pages, pg_catalog.current_setting('server_version_num')::int as version
from pg_catalog.pg_attribute a
join pg_catalog.pg_type t on t.oid = a.atttypid
join pg_catalog.pg_class r on r.oid = a.attrelid
left join pg_catalog.pg_type b on t.typtype = 'd' and b.oid = t.typbasetype
left join pg_catalog.pg_collation c on c.oid = a.attcollation
where a.attrelid = pg_catalog.to_regclass(${quoteText(relation)}) and a.attnum > 0 and not a.attisdropped
order by a.attnum`
}

function sourceColumnOf(row: CatalogRow): SourceColumn {
  // A numeric's modifier holds precision and scale above a header of 4; the scale is an 11-bit number with a sign since version 15.
  const packed = row.typmod - 4
  const digits =
    row.type === 'numeric' && row.typmod >= 4 ? { precision: packed >> 16, scale: ((packed & 0x7ff) ^ 1024) - 1024 } : undefined
  return { name: row.name, type: row.type, isEnum: row.base === 'e', shown: row.shown, digits, isDeterministic: row.deterministic }
}

/** A query of one table, before it is text. */
interface Select {
  readonly columnsAndTable: string
  readonly conditions: readonly string[]
}

/** @param source - `undefined` prints what would be sent if the source's types are the declared ones */
function selectOf(scan: SourceScan, source: readonly SourceColumn[] | undefined, isUtf8: boolean): Select {
  const table = shownName(scan.table)
  const columns = scan.table.columns.map((declared) => ({ declared, source: findSource(declared, source) }))
  const list = scan.columns.map((position) => {
    const declared = columnAt(scan.table, position)
    return readExpression(table, getSource(scan.table, declared, source), declared.type)
  })
  const conditions = scan.filters.map((filter) => translate(filter, { table, columns, isUtf8 })).filter((text) => text !== undefined)
  return { columnsAndTable: `SELECT ${list.join(', ')} FROM ${relationOf(scan.table)}`, conditions }
}

/** @param part - a condition besides its own */
function selectText({ columnsAndTable, conditions }: Select, part?: string): string {
  const all = part === undefined ? conditions : [...conditions, part]
  return all.length === 0 ? columnsAndTable : `${columnsAndTable} WHERE ${all.join(' AND ')}`
}

function copyOf(select: string): string {
  return `COPY (${select}) TO STDOUT (FORMAT binary)`
}

function findColumn(name: string, source: readonly SourceColumn[]): SourceColumn | undefined {
  return findSource({ name, type: { kind: 'bigint' } }, source)
}

/** The columns that the source casts to what the table declares: a value that does not fit is in one of them. */
function castColumns({ table, columns }: SourceScan, source: readonly SourceColumn[]): readonly Column[] {
  return columns
    .map((position) => columnAt(table, position))
    .filter((declared) => {
      const column = findSource(declared, source)
      return column !== undefined && readExpression(shownName(table), column, declared.type) !== quoteIdentifier(column.name)
    })
}
