// PostgreSQL as a source: one connection per session, whole scans by COPY in its binary format.

import { type Column, formatEndpoint, ServiceError, say } from '@tributary/rules'
import type { Dialer } from '@tributary/fabric/dial'
import type { RecordBatch } from '../../batch.ts'
import type { Filter, SourceScan } from '../../plan/plan.ts'
import { hidingKeys } from '../../plan/push/key-list.ts'
import type { RemoteQuery } from '../../plan/push/remote-query.ts'
import type { OpenableTable, SourceTable } from '../../source.ts'
import type { Connector, Estimate, ScanSurroundings, Session, WriteReport, WriteRequest } from '../connector.ts'
import { shownOutput, shownTables } from '../shown-output.ts'
import { columnAt } from '../table-names.ts'
import { readRelation, type Relation } from './catalog.ts'
import { copyOut } from './copy-out.ts'
import { KeptLogins } from '../kept-logins.ts'
import { type Login, login } from './login.ts'
import { tellError } from './errors.ts'
import { type Heap, isWorthAnswerParts, isWorthParts, type Parts, partsOf, partsOfAnswer, rowsOf } from './parts.ts'
import { probe } from './probe.ts'
import { findSource, getSource, relationOf, shownName } from './source-columns.ts'
import { offerOf, translate } from './translate.ts'
import { queryText } from './translate-query.ts'
import { getColumnType, quoteIdentifier, readExpression, type SourceColumn } from './types.ts'
import { exportSnapshot, readSideBySide } from './side-by-side.ts'
import { writeRows } from './write.ts'

const kept = new KeptLogins<Login>()

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

  async *scan(scan: SourceScan, around: ScanSurroundings = {}): AsyncGenerator<RecordBatch> {
    this.#isIdle = false
    yield* scan.remote === undefined ? this.#read(scan, around) : this.#answer(scan, scan.remote, around)
    this.#isIdle = true
  }

  async *#read(scan: SourceScan, around: ScanSurroundings): AsyncGenerator<RecordBatch> {
    const source = await this.#sourceColumns()
    const select = selectOf(scan, source, this.#login.isUtf8)
    const shown = selectOf(hidingKeys(scan), source, this.#login.isUtf8)
    const casts = castColumns(scan, source)
    const read = (session: Login, part?: string): AsyncGenerator<RecordBatch> =>
      this.#copy(session, scan, { ...around, text: copyOf(selectText(select, part)), shown: copyOf(selectText(shown, part)), casts })
    // Rows that meet keys are few, and one session has them before another has signed in.
    const hasKeys = scan.filters.some(({ kind }) => kind === 'keys')
    const parts = hasKeys ? undefined : await withinReach(await this.#partsFor(select, source), around)
    const snapshot = parts === undefined ? undefined : await exportSnapshot(this.#login)
    if (parts === undefined || snapshot === undefined) yield* read(this.#login)
    else yield* readSideBySide({ parts, leader: this.#login, open: this.#logIn, read }, snapshot)
  }

  async *#copy(session: Login, scan: SourceScan, { text, shown, casts, spares, hear }: CopyParts): AsyncGenerator<RecordBatch> {
    const columns = scan.columns.map((position) => shownOutput(scan, position, columnAt(scan.table, position)))
    const over = hear?.(shown)
    try {
      yield* copyOut(session.client, { text, table: shownTables(scan, shownName), columns, spares }).batches()
    } catch (error) {
      throw this.#tell(error, casts, session)
    } finally {
      over?.()
    }
  }

  /** Of a filtered scan, the source is asked first what it makes of it. */
  async #partsFor(select: Select, source: readonly SourceColumn[]): Promise<Parts | undefined> {
    const { partitions } = this.#table.settings
    if (this.#heap === undefined) return undefined
    const column = partitions === undefined ? undefined : findColumn(partitions.column, source)
    const parts = partsOf(this.#table, this.#heap, column)
    if (parts === undefined || select.conditions.length === 0) return parts
    return isWorthParts(parts, await this.#explain(selectText(select))) ? parts : undefined
  }

  /** @returns the one cell of `EXPLAIN (FORMAT JSON)` */
  async #explain(select: string): Promise<unknown> {
    const { rows } = await this.#login.client
      .query<{ 'QUERY PLAN': unknown }>(`explain (format json) ${select}`)
      .catch((error: unknown) => {
        throw this.#tell(error)
      })
    return rows[0]?.['QUERY PLAN']
  }

  /** Streams the answer to a query over tables of this source. @throws {ServiceError} as a scan does; {@link NotAskable} before any row */
  async *#answer(scan: SourceScan, query: RemoteQuery, around: ScanSurroundings): AsyncGenerator<RecordBatch> {
    const relations = await this.#relationsOf(query)
    const read = (session: Login, part?: string): AsyncGenerator<RecordBatch> => {
      const { text, shown } = this.#answerTexts(scan, query, { relations, part })
      return this.#copy(session, scan, { ...around, text: copyOf(text), shown: copyOf(shown), casts: [] })
    }
    const parts = await withinReach(await this.#answerParts(scan, query, relations), around)
    const snapshot = parts === undefined ? undefined : await exportSnapshot(this.#login)
    if (parts === undefined || snapshot === undefined) yield* read(this.#login)
    else yield* readSideBySide({ parts, leader: this.#login, open: this.#logIn, read }, snapshot)
  }

  async #answerParts(scan: SourceScan, query: RemoteQuery, relations: readonly Relation[]): Promise<Parts | undefined> {
    const heaps = relations.map(({ heap }) => heap)
    const parts = query.filter.some(({ kind }) => kind === 'keys') ? undefined : partsOfAnswer(query, heaps)
    if (parts === undefined) return undefined
    return isWorthAnswerParts(parts, await this.#explain(this.#answerTexts(scan, query, { relations }).text)) ? parts : undefined
  }

  async #relationsOf({ tables }: RemoteQuery): Promise<readonly Relation[]> {
    const relations: Relation[] = []
    for (const table of tables) relations.push(await this.#readRelation(table))
    return relations
  }

  #answerTexts(scan: SourceScan, query: RemoteQuery, { relations, part }: AnswerParts): Texts {
    const sources = relations.map(({ columns }) => columns)
    const textOf = (asked: RemoteQuery): string => queryText(asked, scan.columns, { sources, isUtf8: this.#login.isUtf8, part })
    return { text: textOf(query), shown: textOf(hidingKeys(scan).remote ?? query) }
  }

  /** The server's own plan of what it would be sent. */
  async estimate(scan: SourceScan): Promise<Estimate | undefined> {
    const relations = scan.remote === undefined ? [] : await this.#relationsOf(scan.remote)
    const text =
      scan.remote === undefined
        ? selectText(selectOf(scan, await this.#sourceColumns(), this.#login.isUtf8))
        : this.#answerTexts(scan, scan.remote, { relations }).text
    const heaps = scan.remote === undefined ? [this.#heap] : relations.map(({ heap }) => heap)
    const hasViews = scan.remote?.groupBy === undefined && heaps.some((heap) => heap?.kind === 'v')
    const rows = rowsOf(await this.#explain(text), hasViews)
    return rows === undefined ? undefined : { rows, isCeiling: false }
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
    this.#columns ??= this.#readRelation(this.#table).then(({ columns }) => columns)
    return this.#columns
  }

  async #readRelation(table: SourceTable): Promise<Relation> {
    const relation = await readRelation(this.#login.client, relationOf(table)).catch((error: unknown) => {
      throw this.#tell(error)
    })
    if (relation === undefined) {
      const { endpoint, database } = table.settings
      throw new ServiceError(
        'semantic',
        say`${shownName(table)} does not exist in database ${database} at ${formatEndpoint(endpoint)}, or this user may not see it; check dbtable`,
      )
    }
    if (table === this.#table) this.#heap = relation.heap
    return relation
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

/** What is sent, and how it is shown: without the keys of another table. */
interface Texts {
  readonly text: string
  readonly shown: string
}

/** What the text of an answer is made with. */
interface AnswerParts {
  /** Of the query's tables. */
  readonly relations: readonly Relation[]
  /** A condition besides its own. */
  readonly part?: string | undefined
}

/** How a COPY is read. */
interface CopyParts extends ScanSurroundings, Texts {
  /** The columns that the source casts. */
  readonly casts: readonly Column[]
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

/** With no more readers than there are; where there is none besides the first, the table is read as one. */
async function withinReach(parts: Parts | undefined, { more }: ScanSurroundings): Promise<Parts | undefined> {
  if (parts === undefined || more === undefined) return parts
  const others = await more(parts.readers - 1)
  return others === 0 ? undefined : { ...parts, readers: others + 1 }
}
