// MySQL and MariaDB as a source: one connection per session, whole scans by a prepared statement, whose rows come in the protocol's binary form.

import { type Column, formatColumnType, formatEndpoint, type ServiceError, say } from '@tributary/rules'
import type { Dialer } from '@tributary/fabric/dial'
import type { RecordBatch } from '../../batch.ts'
import type { Filter, SourceScan } from '../../plan/plan.ts'
import { hidingKeys } from '../../plan/push/key-list.ts'
import type { RemoteQuery } from '../../plan/push/remote-query.ts'
import type { OpenableTable, SourceTable } from '../../source.ts'
import {
  type Connector,
  NotAskable,
  type Estimate,
  type ScanSurroundings,
  type Session,
  type StatementListener,
  type WriteReport,
  type WriteRequest,
} from '../connector.ts'
import { KeptLogins } from '../kept-logins.ts'
import { type ColumnBuilder, createBuilder } from './builders.ts'
import { batchRows, RowDecoder } from './decode.ts'
import { isMissing, tellError } from './errors.ts'
import { estimateOf } from './estimate.ts'
import { type Login, login, type Statement } from './login.ts'
import { probe } from './probe.ts'
import { partConditions, readSideBySide } from './side-by-side.ts'
import { streamRows } from './stream.ts'
import { shownOutput, shownTables } from '../shown-output.ts'
import { columnAt, missingTable } from '../table-names.ts'
import { hasRareText, offerOf, translate } from './translate.ts'
import { queryText } from './translate-query.ts'
import { findSource, getSource, relationOf, shownName } from './source-columns.ts'
import { getColumnType, isReadableAs, quoteText, readExpression, type SourceColumn, sourceColumnOf } from './types.ts'
import { writeRows } from './write.ts'

const kept = new KeptLogins<Login>()

/** Reads tables and views of MySQL 5.7 and later, of MariaDB 10.2 and later, and of servers that speak their protocol. */
export const mysqlConnector: Connector = {
  kind: 'mysql',
  open: (source, dial, signal) => MysqlSession.open(source, dial, signal),
  takeKept: (source, dial, signal) => MysqlSession.takeKept(source, dial, signal),
  closeKept: () => kept.destroyAll(),
  probe: (source, dial, options) => probe(source, dial, options, () => MysqlSession.open(source, dial, options.signal)),
  offer: (filter: Filter, table: SourceTable) => offerOf(filter, table.columns),
  explain: (scan: SourceScan) => (scan.remote === undefined ? selectText(scan, undefined) : queryText(scan.remote, scan.columns, [])),
}

/** A statement, how it is shown (without the keys of another table), and who hears of it. */
interface Asked {
  readonly text: string
  readonly shown: string
  readonly hear: StatementListener | undefined
}

class MysqlSession implements Session {
  readonly #source: OpenableTable
  readonly #table: SourceTable
  readonly #login: Login
  /** Opens another session like this one. */
  readonly #logIn: () => Promise<Login>
  #columns: Promise<readonly SourceColumn[]> | undefined
  /** Whether the source waits for a statement, and no transaction is open. */
  #isIdle = true

  private constructor(source: OpenableTable, session: Login, logIn: () => Promise<Login>) {
    this.#source = source
    this.#table = source.table
    this.#login = session
    this.#logIn = logIn
  }

  static async open(source: OpenableTable, dial: Dialer, signal: AbortSignal): Promise<MysqlSession> {
    const logIn = (): Promise<Login> => login(source, dial, signal)
    return new MysqlSession(source, await logIn(), logIn)
  }

  static takeKept(source: OpenableTable, dial: Dialer, signal: AbortSignal): MysqlSession | undefined {
    const session = kept.take(source)
    session?.attend({ source, dial, signal })
    return session === undefined ? undefined : new MysqlSession(source, session, () => login(source, dial, signal))
  }

  async describe(): Promise<readonly Column[]> {
    const columns = await this.#sourceColumns()
    return columns.map((column) => ({ name: column.name, type: getColumnType(shownName(this.#table), column) }))
  }

  async *scan(scan: SourceScan, around: ScanSurroundings = {}): AsyncGenerator<RecordBatch> {
    this.#isIdle = false
    if (scan.remote === undefined) yield* this.#readTable(scan, around)
    else yield* this.#read(scan, await this.#queryAsked(scan, scan.remote, around))
    this.#isIdle = true
  }

  async *#readTable(scan: SourceScan, { hear, more }: ScanSurroundings): AsyncGenerator<RecordBatch> {
    const hidden = hidingKeys(scan)
    const columns = await this.#columnsFor(scan)
    const conditions = partConditions(this.#table, columns)
    const asked = (part?: string): Asked => ({ text: selectText(scan, columns, part), shown: selectText(hidden, columns, part), hear })
    if (conditions.length === 0) return yield* this.#read(scan, asked())
    const read = (session: Login, part: string): AsyncGenerator<RecordBatch> => this.#read(scan, asked(part), session)
    yield* readSideBySide({ conditions, leader: this.#login, open: this.#logIn, read, more })
  }

  async *#read(scan: SourceScan, { text, shown, hear }: Asked, session = this.#login): AsyncGenerator<RecordBatch> {
    const over = hear?.(shown)
    try {
      const statement = await session.prepare(text)
      yield* streamRows(session, statement, new RowDecoder(this.#buildersFor(scan, statement)))
    } catch (error) {
      throw this.#tell(error, session)
    } finally {
      over?.()
      session.forget(text)
    }
  }

  /** What is computed at the source may be of a type that nobody foresaw: the tables are read then. */
  #buildersFor(scan: SourceScan, { columns }: Statement): readonly ColumnBuilder[] {
    const table = shownTables(scan, shownName)
    return columns.map((definition, index) => {
      const position = scan.columns[index] ?? -1
      const declared = shownOutput(scan, position, columnAt(scan.table, position))
      const source = sourceColumnOf(definition)
      if (scan.remote !== undefined && !isReadableAs(source, declared.type))
        throw new NotAskable(say`the source would answer with ${source.shown} where ${formatColumnType(declared.type)} is wanted`)
      return createBuilder({ table, source, declared, capacity: batchRows })
    })
  }

  async #queryAsked(scan: SourceScan, query: RemoteQuery, { hear }: ScanSurroundings): Promise<Asked> {
    const sources: (readonly SourceColumn[])[] = []
    for (const table of query.tables) sources.push(await this.#readColumns(table))
    const textOf = (asked: RemoteQuery): string => queryText(asked, scan.columns, sources)
    return { text: textOf(query), shown: textOf(hidingKeys(scan).remote ?? query), hear }
  }

  /** What the server's plan says of one table; of several it tells what it looks at, and not what comes of it. */
  async estimate(scan: SourceScan): Promise<Estimate | undefined> {
    const text =
      scan.remote === undefined ? selectText(scan, await this.#columnsFor(scan)) : (await this.#queryAsked(scan, scan.remote, {})).text
    const plan = await this.#login.ask(`EXPLAIN ${text}`).catch((error: unknown) => {
      throw this.#tell(error)
    })
    return estimateOf(scan, plan)
  }

  async leave(): Promise<void> {
    if (this.#isIdle && this.#login.isIdle) await kept.keep(this.#source, this.#login)
    else await this.#login[Symbol.asyncDispose]()
  }

  async write(request: WriteRequest, rows: AsyncIterable<RecordBatch>): Promise<WriteReport> {
    this.#isIdle = false
    const { schema, database } = this.#table.settings
    const target = { table: this.#table, database: schema ?? database, relation: relationOf(this.#table), shown: shownName(this.#table) }
    return await writeRows(this.#login, { ...target, columns: await this.#sourceColumns() }, request, rows)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#login[Symbol.asyncDispose]()
  }

  #sourceColumns(): Promise<readonly SourceColumn[]> {
    this.#columns ??= this.#readColumns(this.#table)
    return this.#columns
  }

  /** A filter by a text beyond ASCII has to know in which character set its column is. */
  async #columnsFor(scan: SourceScan): Promise<readonly SourceColumn[]> {
    const columns = await this.#sourceColumns()
    if (!scan.filters.some(hasRareText)) return columns
    const { database, schema, table } = scan.table.settings
    const rows = await this.#login
      .ask(
        `SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${quoteText(schema ?? database)} AND TABLE_NAME = ${quoteText(table)} AND CHARACTER_SET_NAME = 'utf8mb4'`,
      )
      .catch((error: unknown) => {
        throw this.#tell(error)
      })
    const names = new Set(rows.map(({ name }) => name))
    return columns.map((column) => ({ ...column, takesAnyText: names.has(column.name) }))
  }

  /** What the server says that it would answer with: it looks at rights, too, and reads no row. */
  async #readColumns(table: SourceTable): Promise<readonly SourceColumn[]> {
    const text = `SELECT * FROM ${relationOf(table)}`
    const asked: Promise<Statement> = this.#login.prepare(text)
    const { columns } = await asked.catch((error: unknown) => {
      throw isMissing(error) ? missingTable(table, error) : this.#tell(error)
    })
    this.#login.forget(text)
    return columns.map(sourceColumnOf)
  }

  #tell(error: unknown, session = this.#login): ServiceError {
    return tellError(session.lossOf(error), `${shownName(this.#table)} at ${formatEndpoint(this.#table.settings.endpoint)}`)
  }
}

/**
 * @param source - `undefined` prints what would be sent if the source's types are the declared ones
 * @param part - a condition besides its own
 */
function selectText(scan: SourceScan, source: readonly SourceColumn[] | undefined, part?: string): string {
  const table = shownName(scan.table)
  const columns = scan.table.columns.map((declared) => ({ declared, source: findSource(declared, source) }))
  const list = scan.columns.map((position) => {
    const declared = columnAt(scan.table, position)
    return readExpression(table, getSource(scan.table, declared, source), declared.type)
  })
  const conditions = scan.filters.map((filter) => translate(filter, columns)).filter((text) => text !== undefined)
  const all = part === undefined ? conditions : [...conditions, part]
  const where = all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`
  return `SELECT ${list.join(', ')} FROM ${relationOf(scan.table)}${where}`
}
