// PostgreSQL as a source: one connection per session, whole scans by COPY in its binary format.

import { type Column, type ColumnType, formatEndpoint, ServiceError, say } from '@tributary/rules'
import type { Dialer } from '@tributary/fabric/dial'
import { to as copyTo } from 'pg-copy-streams'
import type { RecordBatch } from '../../batch.ts'
import type { Filter, SourceScan } from '../../plan/plan.ts'
import type { OpenableTable, SourceTable } from '../../source.ts'
import type { Connector, Session } from '../connector.ts'
import { decode } from './decode.ts'
import { type Login, login } from './login.ts'
import { tellError } from './errors.ts'
import { probe } from './probe.ts'
import { offerOf, translate } from './translate.ts'
import { getColumnType, quoteIdentifier, quoteText, readExpression, type SourceColumn } from './types.ts'

/** Reads tables, views and materialised views of PostgreSQL 9.6 and later, and of servers that speak its protocol and COPY. */
export const postgresqlConnector: Connector = {
  kind: 'postgresql',
  open: (source, dial, signal) => PostgresqlSession.open(source, dial, signal),
  probe: (source, dial, options) => probe(source, dial, options, () => PostgresqlSession.open(source, dial, options.signal)),
  offer: (filter: Filter, table: SourceTable) => offerOf(filter, table.columns),
  explain: (scan: SourceScan) => copyText(scan, undefined, true),
}

class PostgresqlSession implements Session {
  readonly #table: SourceTable
  readonly #login: Login
  #columns: Promise<readonly SourceColumn[]> | undefined

  private constructor(table: SourceTable, session: Login) {
    this.#table = table
    this.#login = session
  }

  static async open(source: OpenableTable, dial: Dialer, signal: AbortSignal): Promise<PostgresqlSession> {
    return new PostgresqlSession(source.table, await login(source, dial, signal))
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

  async *scan(scan: SourceScan): AsyncGenerator<RecordBatch> {
    const source = await this.#sourceColumns()
    const text = copyText(scan, source, this.#login.isUtf8)
    const wanted = scan.columns.map((position) => columnAt(this.#table, position))
    const stream = this.#login.client.query(copyTo(text, { highWaterMark: 1024 * 1024 }))
    try {
      yield* decode(stream, shownName(this.#table), wanted)
    } catch (error) {
      throw this.#tell(error, castColumns(scan, source))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#login[Symbol.asyncDispose]()
  }

  #sourceColumns(): Promise<readonly SourceColumn[]> {
    this.#columns ??= this.#readColumns()
    return this.#columns
  }

  async #readColumns(): Promise<readonly SourceColumn[]> {
    const { rows } = await this.#login.client.query<CatalogRow>(describeText(relationOf(this.#table))).catch((error: unknown) => {
      throw this.#tell(error)
    })
    if (rows.length === 0) {
      const { endpoint, database } = this.#table.settings
      throw new ServiceError(
        'semantic',
        say`${shownName(this.#table)} does not exist in database ${database} at ${formatEndpoint(endpoint)}, or this user may not see it; check dbtable`,
      )
    }
    return rows.map(sourceColumnOf)
  }

  #tell(error: unknown, casts: readonly Column[] = []): ServiceError {
    return tellError(this.#login.lossOf(error), `${shownName(this.#table)} at ${formatEndpoint(this.#table.settings.endpoint)}`, casts)
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

/** A row of {@link describeText}. */
interface CatalogRow {
  readonly name: string
  readonly type: string
  readonly kind: string
  readonly typmod: number
  readonly shown: string
  readonly deterministic: boolean
}

/** Domains are read as what they are based on; `collisdeterministic` is looked up by name, as versions before 12 have none. */
function describeText(relation: string): string {
  return `select a.attname as name, coalesce(b.typname, t.typname) as type, coalesce(b.typtype, t.typtype) as kind,
  case when b.oid is null then a.atttypmod else t.typtypmod end as typmod, pg_catalog.format_type(a.atttypid, a.atttypmod) as shown,
  coalesce((pg_catalog.to_jsonb(c) ->> 'collisdeterministic')::bool, true) as deterministic
from pg_catalog.pg_attribute a
join pg_catalog.pg_type t on t.oid = a.atttypid
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
  return { name: row.name, type: row.type, isEnum: row.kind === 'e', shown: row.shown, digits, isDeterministic: row.deterministic }
}

/** @param source - `undefined` prints what would be sent if the source's types are the declared ones */
function copyText(scan: SourceScan, source: readonly SourceColumn[] | undefined, isUtf8: boolean): string {
  const table = shownName(scan.table)
  const columns = scan.table.columns.map((declared) => ({ declared, source: findSource(declared, source) }))
  const list = scan.columns.map((position) => {
    const column = columns[position]
    if (column?.source === undefined) throw missing(scan.table, columnAt(scan.table, position))
    return readExpression(table, column.source, column.declared.type)
  })
  const conditions = scan.filters.map((filter) => translate(filter, { table, columns, isUtf8 })).filter((text) => text !== undefined)
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  return `COPY (SELECT ${list.join(', ')} FROM ${relationOf(scan.table)}${where}) TO STDOUT (FORMAT binary)`
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

/** Exactly so named, or else so named but for case, as Spark finds columns. */
function findSource(declared: Column, source: readonly SourceColumn[] | undefined): SourceColumn | undefined {
  if (source === undefined) return assumed(declared)
  const folded = declared.name.toLowerCase()
  return source.find((column) => column.name === declared.name) ?? source.find((column) => column.name.toLowerCase() === folded)
}

const assumedTypes: Readonly<Record<ColumnType['kind'], string>> = {
  boolean: 'bool',
  tinyint: 'int2',
  smallint: 'int2',
  int: 'int4',
  bigint: 'int8',
  float: 'float4',
  double: 'float8',
  string: 'text',
  binary: 'bytea',
  date: 'date',
  timestamp: 'timestamp',
  decimal: 'numeric',
}

function assumed({ name, type }: Column): SourceColumn {
  return {
    name,
    type: assumedTypes[type.kind],
    isEnum: false,
    shown: '',
    digits: type.kind === 'decimal' ? type : undefined,
    isDeterministic: true,
  }
}

function missing(table: SourceTable, column: Column): ServiceError {
  return new ServiceError(
    'semantic',
    say`${shownName(table)} has no column ${column.name} at ${formatEndpoint(table.settings.endpoint)}; create the table again to read its columns anew`,
  )
}

function columnAt(table: SourceTable, position: number): Column {
  const column = table.columns[position]
  if (column === undefined) throw new ServiceError('internal', say`a scan of ${shownName(table)} asks for column ${position}`)
  return column
}

function relationOf({ settings }: SourceTable): string {
  return settings.schema === undefined
    ? quoteIdentifier(settings.table)
    : `${quoteIdentifier(settings.schema)}.${quoteIdentifier(settings.table)}`
}

function shownName({ settings }: SourceTable): string {
  return settings.schema === undefined ? settings.table : `${settings.schema}.${settings.table}`
}
