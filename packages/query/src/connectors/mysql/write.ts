// Rows into a table of MySQL or MariaDB by statements of many rows each, in one transaction: all of them or none.

import { type Column, formatColumnType, formatEndpoint, ServiceError, say } from '@tributary/rules'
import type { RecordBatch } from '../../batch.ts'
import type { SourceTable } from '../../source.ts'
import type { WriteReport, WriteRequest } from '../connector.ts'
import type { Changed } from './bulk.ts'
import { literalForm } from './encode.ts'
import { parameterForm, parameterTypeOf } from './encode-bulk.ts'
import { tellError } from './errors.ts'
import { checkTextOf, type TextCheck } from './kept-texts.ts'
import type { Login } from './login.ts'
import { RowBytes, type RowForm } from './row-bytes.ts'
import { statementTimeoutMs } from './settings.ts'
import { columnTypeOf, quoteIdentifier, quoteText, type SourceColumn } from './types.ts'

/** Where rows go. */
export interface WriteTarget {
  readonly table: SourceTable
  /** The database that holds the table at the source. */
  readonly database: string
  /** As SQL names it. */
  readonly relation: string
  /** As messages name it. */
  readonly shown: string
  readonly columns: readonly SourceColumn[]
}

/** How long the answer to COMMIT is waited for when everything else is stopped: less than a child is given to stop. */
const commitPatienceMs = 700

/** Bytes of a statement, where the server takes as many: larger ones are no faster. */
const usualBytes = 1024 * 1024

/**
 * Writes every row and commits; whatever goes wrong before that leaves the table as it was. TRUNCATE would commit by itself, so that rows always go by DELETE.
 * @throws {ServiceError} `unsupported` for tables that keep what was written before an error, `semantic` for rows that the source does not take, `forbidden`,
 *   `unavailable`; what `rows` throws. `details.outcome` is `unknown` where the source was asked to commit and did not say that it had
 */
export async function writeRows(
  login: Login,
  target: WriteTarget,
  request: WriteRequest,
  rows: AsyncIterable<RecordBatch>,
): Promise<WriteReport> {
  const place = `${target.shown} at ${formatEndpoint(target.table.settings.endpoint)}`
  const written = request.columns.map((column) => ({ declared: column, source: writtenColumn(target, column) }))
  const names = written.map(({ source }) => source.name)
  let isCommitting = false
  let sending: Sending | undefined
  try {
    const manner = await begin(login, target, request)
    const checks = await textChecks(login, target, written)
    if (request.emptying !== 'none') await login.ask(`DELETE FROM ${target.relation}`)
    const start = `INSERT INTO ${target.relation} (${names.map(quoteIdentifier).join(', ')}) VALUES `
    const insert = manner.isBulk ? await bulkInsert(login, start, request.columns) : literalInsert(login, start)
    sending = new Sending(insert, () => request.hear?.(`${start}…`))
    const rowCount = await sendAll(sending, new RowBytes(insert.form, request.columns, checks), manner.mostBytes, rows)
    isCommitting = true
    login.holdFor(commitPatienceMs)
    await login.ask('COMMIT')
    return { rowCount }
  } catch (error) {
    throw tellWriteError(login.lossOf(error), { place, isCommitting, firstRow: sending?.firstRow ?? 0 })
  }
}

/** How rows are sent. */
interface Manner {
  /** How large a statement may be. */
  readonly mostBytes: number
  readonly isBulk: boolean
}

async function begin(login: Login, target: WriteTarget, { timeLimitMs }: WriteRequest): Promise<Manner> {
  await checkEngine(login, target)
  const seconds = Math.ceil((timeLimitMs ?? statementTimeoutMs) / 1000)
  await login.ask(`SET lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = ${seconds}, net_read_timeout = 60`)
  await login.ask('START TRANSACTION READ WRITE')
  // A server that logs statements for its replicas, and not rows, refuses bulk executions.
  const [row] = await login.ask(`SELECT @@max_allowed_packet AS bytes${login.takesBulk ? ', @@binlog_format AS logged' : ''}`)
  const mostBytes = Math.min(usualBytes, Number(row?.['bytes'] ?? usualBytes) / 2)
  return { mostBytes, isBulk: login.takesBulk && row?.['logged'] !== 'STATEMENT' }
}

/** Some engines keep what was written before an error: nothing could be taken back. */
async function checkEngine(login: Login, { database, table, shown }: WriteTarget): Promise<void> {
  const [row] = await login.ask(`SELECT t.ENGINE AS engine, e.TRANSACTIONS AS transactions FROM information_schema.TABLES t
LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
WHERE t.TABLE_SCHEMA = ${quoteText(database)} AND t.TABLE_NAME = ${quoteText(table.settings.table)}`)
  if (row?.['transactions'] === 'YES') return
  const engine = row?.['engine']
  throw new ServiceError(
    'unsupported',
    typeof engine === 'string'
      ? say`${shown} is kept by engine ${engine}, which cannot take rows back when something goes wrong: convert it to InnoDB, then INSERT is whole or nothing`
      : say`${shown} is no plain table at the source, so that nobody knows if rows could be taken back: insert into the tables below it`,
  )
}

/** A declared column beside the source's own that its values go to. */
interface WrittenColumn {
  readonly declared: Column
  readonly source: SourceColumn
}

/** What the texts of each column have to be, from the source's own words on its columns. @throws {ServiceError} `semantic` for a column that takes no values */
async function textChecks(
  login: Login,
  { database, table, shown }: WriteTarget,
  columns: readonly WrittenColumn[],
): Promise<readonly (TextCheck | undefined)[]> {
  const rows = await login.ask(`SELECT COLUMN_NAME AS name, COLUMN_TYPE AS native,
EXTRA LIKE '%GENERATED%' AND EXTRA NOT LIKE '%DEFAULT_GENERATED%' AS isGenerated FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = ${quoteText(database)} AND TABLE_NAME = ${quoteText(table.settings.table)}`)
  const given = rows.find(({ name, isGenerated }) => Number(isGenerated) === 1 && columns.some(({ source }) => source.name === name))
  if (given === undefined) {
    const natives = new Map(rows.map(({ name, native }) => [name, String(native)]))
    return columns.map(({ declared, source }) => checkTextOf(declared, source, natives.get(source.name) ?? ''))
  }
  throw new ServiceError(
    'semantic',
    say`column ${String(given['name'])} of ${shown} is generated at the source (always), so that no value can be given to it: name the other columns, as in INSERT INTO t (a, b) SELECT …`,
  )
}

/** A statement for many rows. */
interface Insert {
  readonly form: RowForm
  /** @param rows - in that form */
  readonly run: (rows: Uint8Array) => Promise<Changed>
}

/** @param start - up to VALUES */
function literalInsert(login: Login, start: string): Insert {
  return { form: literalForm, run: (rows) => login.ask(`${start}${Buffer.from(rows).toString('utf8')}`) as Promise<Changed> }
}

/** Values go as they are: half of the work for the source. It refuses the same ones in the same words. */
async function bulkInsert(login: Login, start: string, columns: readonly Column[]): Promise<Insert> {
  const { id: statement } = await login.prepare(`${start}(${columns.map(() => '?').join(', ')})`)
  const types = columns.map(({ type }) => parameterTypeOf(type))
  return { form: parameterForm, run: (rows) => login.runBulk({ statement, types, rows }) }
}

/** Statements on their way: while one is at the source, the next is written here. */
class Sending {
  readonly #insert: Insert
  readonly #tell: () => (() => void) | undefined
  #underWay: Promise<void> = Promise.resolve()
  #sentRows = 0
  #rowCount = 0
  /** Of the statement that was sent last, counted from 1 over the whole job. */
  firstRow = 1

  /** @param tell - hears of each statement, and answers what hears of its end */
  constructor(insert: Insert, tell: () => (() => void) | undefined) {
    this.#insert = insert
    this.#tell = tell
  }

  async send(rows: RowBytes): Promise<void> {
    const { rowCount } = rows
    const bytes = rows.take()
    await this.#underWay
    this.firstRow = this.#sentRows + 1
    this.#sentRows += rowCount
    const over = this.#tell()
    this.#underWay = this.#insert
      .run(bytes)
      .then(({ affectedRows = 0 }) => {
        this.#rowCount += affectedRows
      })
      .finally(over)
    // It is waited for before the next, or at the end.
    this.#underWay.catch(() => undefined)
  }

  /** Waits for the last answer. @throws {ServiceError} `unavailable` when the source says that it took another number of rows */
  async finish(): Promise<number> {
    await this.#underWay
    if (this.#rowCount === this.#sentRows) return this.#rowCount
    throw new ServiceError(
      'unavailable',
      say`the source says that it wrote ${this.#rowCount} rows where ${this.#sentRows} were sent; nothing was written`,
    )
  }
}

async function sendAll(sending: Sending, bytes: RowBytes, enoughBytes: number, rows: AsyncIterable<RecordBatch>): Promise<number> {
  for await (const batch of rows) {
    for (let row = 0; row < batch.rowCount; ) {
      row = bytes.add(batch, row, enoughBytes)
      if (bytes.size >= enoughBytes) await sending.send(bytes)
    }
  }
  if (bytes.rowCount > 0) await sending.send(bytes)
  return await sending.finish()
}

/** @throws {ServiceError} `semantic` for one that is not there, or that would not keep the values as they are */
function writtenColumn({ shown, columns }: WriteTarget, declared: Column): SourceColumn {
  const source = columns.find(({ name }) => name.toLowerCase() === declared.name.toLowerCase())
  if (source === undefined)
    throw new ServiceError(
      'semantic',
      say`${shown} has no column ${declared.name} at the source; create the table again to read its columns anew`,
    )
  if (takes(source, declared)) return source
  if (source.kind === 'other')
    throw new ServiceError(
      'unsupported',
      say`column ${declared.name} of ${shown} is ${source.shown} at the source, which is not written: leave it out`,
    )
  throw new ServiceError(
    'semantic',
    say`column ${declared.name} of ${shown} is declared ${formatColumnType(declared.type)} and is ${source.shown} at the source, which does not keep such values as they are; declare it as ${advisedType(source)}`,
  )
}

/** A type whose values {@link takes} lets through: years and times are read as another than the one in which they are written. */
function advisedType(source: SourceColumn): string {
  if (source.kind === 'year') return 'int'
  const native = source.kind === 'time' ? undefined : columnTypeOf(source)
  return native === undefined ? 'string' : formatColumnType(native)
}

const integers: readonly string[] = ['tinyint', 'smallint', 'int', 'bigint']

/** Whether a column keeps each value of a declared type, or refuses it: what does not fit is an error, as the session is strict. */
function takes({ kind, precision, scale, size }: SourceColumn, { type }: Column): boolean {
  switch (kind) {
    case 'boolean':
      return type.kind === 'boolean' || integers.includes(type.kind)
    case 'bit':
      return (type.kind === 'boolean' && size === 1) || integers.includes(type.kind) || (type.kind === 'decimal' && type.scale === 0)
    case 'integer':
    case 'year':
      return integers.includes(type.kind) || (type.kind === 'decimal' && type.scale === 0)
    case 'decimal':
      if (type.kind === 'string') return precision > 38
      return integers.includes(type.kind) || (type.kind === 'decimal' && type.scale <= scale)
    case 'datetime':
      return type.kind === 'timestamp'
    case 'text':
    case 'json':
    case 'time':
      return type.kind === 'string'
    case 'float':
    case 'double':
    case 'date':
    case 'binary':
      return type.kind === kind
    case 'other':
      return false
  }
}

/** What is known when something goes wrong. */
interface Standing {
  readonly place: string
  readonly isCommitting: boolean
  /** Of the statement at the source. */
  readonly firstRow: number
}

/** The source counts rows from the first of a statement. */
function tellWriteError(error: unknown, { place, isCommitting, firstRow }: Standing): ServiceError {
  if (isCommitting) {
    const { message = '' } = error as { readonly message?: string }
    return new ServiceError('unavailable', say`${place}: the source was asked to commit and did not answer (${message})`, {
      cause: error,
      outcome: 'unknown',
    })
  }
  if (error instanceof ServiceError) return error
  const told = tellError(error, place)
  return new ServiceError(
    told.kind,
    / at row \d/.test(told.message) && firstRow > 1
      ? say`${told.text}, counted from row ${firstRow} on; nothing was written`
      : say`${told.text}; nothing was written`,
    { cause: error },
  )
}
