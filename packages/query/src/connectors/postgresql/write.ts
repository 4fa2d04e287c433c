// Rows into a table of PostgreSQL by one COPY, in one transaction: all of them or none.

import { once } from 'node:events'
import { type Column, formatColumnType, formatEndpoint, ServiceError, say, silence, type Text, verbatim } from '@tributary/rules'
import type pg from 'pg'
import * as copyStreams from 'pg-copy-streams'
import type { RecordBatch } from '../../batch.ts'
import type { SourceTable } from '../../source.ts'
import type { StatementListener, WriteReport, WriteRequest } from '../connector.ts'
import { createBinaryEncoder, type RowEncoder, type WrittenColumn } from './encode.ts'
import { createTextEncoder } from './encode-text.ts'
import { kindOf } from './errors.ts'
import type { Login } from './login.ts'
import { statementTimeoutMs } from './settings.ts'
import { columnTypeOf, quoteIdentifier, quoteText, type SourceColumn } from './types.ts'

/** Where rows go. */
export interface WriteTarget {
  readonly table: SourceTable
  /** As SQL names it. */
  readonly relation: string
  /** As messages name it. */
  readonly shown: string
  readonly columns: readonly SourceColumn[]
}

/** How long the answer to COMMIT is waited for when everything else is stopped: less than a child is given to stop. */
const commitPatienceMs = 700

/** How many bytes are gathered before they are sent: fewer and larger messages. */
const messageBytes = 512 * 1024

/**
 * Writes every row and commits; whatever goes wrong before that leaves the table as it was.
 * @throws {ServiceError} `semantic` for rows that the source does not take, `forbidden`, `unavailable`; what `rows` throws. `details.outcome` is `unknown`
 * where the source was asked to commit and did not answer
 */
export async function writeRows(
  login: Login,
  target: WriteTarget,
  request: WriteRequest,
  rows: AsyncIterable<RecordBatch>,
): Promise<WriteReport> {
  const place = `${target.shown} at ${formatEndpoint(target.table.settings.endpoint)}`
  const columns = request.columns.map((column) => writtenColumn(target, column))
  const { client } = login
  let isCommitting = false
  try {
    await client.query(beginText(request))
    await checkGenerated(client, target, columns)
    if (request.emptying !== 'none') await client.query(emptyText(target, request.emptying))
    const rowCount = await copyRows({ client, target, columns, hear: request.hear }, rows)
    isCommitting = true
    login.holdFor(commitPatienceMs)
    await commit(client)
    return { rowCount }
  } catch (error) {
    throw tellWriteError(login.lossOf(error), place, isCommitting)
  }
}

/** A session that its client left behind is ended by the source: TCP asks for us after half a minute, and nothing waits inside a transaction. */
function beginText({ timeLimitMs = statementTimeoutMs }: WriteRequest): string {
  return `begin transaction read write;
select set_config('statement_timeout', '${timeLimitMs}', true), set_config('lock_timeout', '${timeLimitMs}', true), set_config('idle_in_transaction_session_timeout', '60000', true),
  set_config('tcp_keepalives_idle', '30', true), set_config('tcp_keepalives_interval', '10', true), set_config('tcp_keepalives_count', '3', true)`
}

/** The rows that go are gone with the commit, for readers too; TRUNCATE locks them out until then. */
function emptyText({ relation }: WriteTarget, emptying: 'delete' | 'truncate'): string {
  return emptying === 'truncate' ? `truncate table ${relation}` : `delete from ${relation}`
}

/** One COPY: of which columns, and who hears of it. */
interface CopyIn {
  readonly client: pg.Client
  readonly target: WriteTarget
  readonly columns: readonly WrittenColumn[]
  readonly hear: StatementListener | undefined
}

async function copyRows({ client, target, columns, hear }: CopyIn, rows: AsyncIterable<RecordBatch>): Promise<number> {
  const encoder = createBinaryEncoder(columns) ?? createTextEncoder(columns)
  const list = columns.map(({ source }) => quoteIdentifier(source.name)).join(', ')
  const text = `COPY ${target.relation} (${list}) FROM STDIN (FORMAT ${encoder.format})`
  const over = hear?.(text)
  const stream = client.query(copyStreams.from(text, { highWaterMark: 4 * messageBytes }))
  let isLost = false
  const failed = new Promise<never>((_, reject) => {
    stream.on('error', (error) => {
      isLost = true
      dropRest(stream)
      reject(error)
    })
    client.on('end', () => reject(new Error('the connection ended')))
  })
  failed.catch(() => undefined)
  try {
    for await (const bytes of messagesOf(encoder, rows))
      if (isLost || !stream.write(bytes)) await Promise.race([once(stream, 'drain'), failed])
    stream.end()
    await Promise.race([once(stream, 'finish'), failed])
    return stream.rowCount
  } catch (error) {
    // Its own error has ended the COPY already; every other is told to the source, which drops the rows.
    if (!stream.destroyed) stream.destroy(new Error('the rows were not complete'))
    throw error
  } finally {
    over?.()
  }
}

/** After an error the library forgets its connection and sends what it still holds at the socket's next 'drain': an error that nobody could catch. */
function dropRest(stream: copyStreams.CopyStreamQuery): void {
  const nowhere = { stream: { write: () => true, once: () => undefined }, sendCopyFail: () => undefined }
  Object.defineProperty(stream, 'connection', {
    // Of one end there may be several errors.
    configurable: true,
    get: () => nowhere,
    set() {
      // It would forget this one, too.
    },
  })
}

/** Batches are small: their bytes are sent several batches at a time. */
async function* messagesOf({ out, header, trailer, add }: RowEncoder, rows: AsyncIterable<RecordBatch>): AsyncGenerator<Uint8Array> {
  out.bytes(header, 0, header.length)
  for await (const batch of rows) {
    add(batch)
    if (out.size >= messageBytes) yield out.take()
  }
  out.bytes(trailer, 0, trailer.length)
  if (out.size > 0) yield out.take()
}

/** A transaction that failed answers COMMIT with ROLLBACK. */
async function commit(client: pg.Client): Promise<void> {
  const { command } = await client.query('commit')
  if (command !== 'COMMIT')
    throw new ServiceError('unavailable', say`the source rolled the rows back and did not say why; run the job again`)
}

/** @throws {ServiceError} `semantic` for a column that is not there, or that would not keep the values as they are */
function writtenColumn({ shown, columns }: WriteTarget, declared: Column): WrittenColumn {
  const source =
    columns.find(({ name }) => name === declared.name) ?? columns.find(({ name }) => name.toLowerCase() === declared.name.toLowerCase())
  if (source === undefined)
    throw new ServiceError(
      'semantic',
      say`${shown} has no column ${declared.name} at the source; create the table again to read its columns anew`,
    )
  if (takes(source, declared)) return { declared, source }
  const native = columnTypeOf(source)
  throw new ServiceError(
    'semantic',
    say`column ${declared.name} of ${shown} is declared ${formatColumnType(declared.type)} and is ${source.shown} at the source, which does not keep such values as they are; declare it as ${native === undefined ? 'string' : formatColumnType(native)}`,
  )
}

const integers: readonly string[] = ['tinyint', 'smallint', 'int', 'bigint']

/** Whether a source's column either keeps each value of a declared type or refuses it. */
function takes(source: SourceColumn, { type }: Column): boolean {
  if (type.kind === 'string') return takesText(source)
  const native = columnTypeOf(source) ?? (source.type === 'numeric' ? source.digits && { kind: 'decimal', ...source.digits } : undefined)
  if (native === undefined) return false
  if (integers.includes(type.kind)) return integers.includes(native.kind) || (native.kind === 'decimal' && (source.digits?.scale ?? 0) >= 0)
  if (type.kind !== 'decimal') return native.kind === type.kind
  // A bare numeric keeps any; any other rounds what has more digits behind the point than it.
  return native.kind === 'decimal' && (source.digits === undefined || source.digits.scale >= type.scale)
}

/** What the source would read from a text that is not its own way to write it: rounded, cut or by its settings. */
const unreadable: ReadonlySet<string> = new Set(['float4', 'float8', 'timestamp', 'timestamptz', 'bytea'])

function takesText(source: SourceColumn): boolean {
  return !unreadable.has(source.type)
}

interface GeneratedRow {
  readonly name: string
  readonly how: 'generated' | 'identity'
}

/** COPY writes into identity columns what INSERT would not, and refuses generated ones in words that name no remedy. */
async function checkGenerated(client: pg.Client, { relation, shown }: WriteTarget, columns: readonly WrittenColumn[]): Promise<void> {
  const { rows } = await client.query<GeneratedRow>(`select a.attname as name,
  case when a.attidentity = 'a' then 'identity' else 'generated' end as how
from pg_catalog.pg_attribute a
where a.attrelid = pg_catalog.to_regclass(${quoteText(relation)}) and a.attnum > 0 and not a.attisdropped
  and coalesce(nullif(pg_catalog.to_jsonb(a) ->> 'attgenerated', ''), nullif(nullif(pg_catalog.to_jsonb(a) ->> 'attidentity', ''), 'd')) is not null`)
  const given = rows.find(({ name }) => columns.some(({ source }) => source.name === name))
  if (given === undefined) return
  throw new ServiceError(
    'semantic',
    say`column ${given.name} of ${shown} is generated at the source (always), so that no value can be given to it: name the other columns, as in INSERT INTO t (a, b) SELECT …`,
  )
}

interface SourceError {
  readonly message?: string
  readonly code?: unknown
  readonly detail?: string
  readonly where?: string
}

/** What the source says, with the row and the column it says it of. */
function tellWriteError(error: unknown, place: string, isCommitting: boolean): ServiceError {
  const { message = '', code, detail, where } = error as SourceError
  const isAnswer = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)
  const isLost = !isAnswer || /^(?:08|57P)/.test(code)
  if (isCommitting && isLost && !(error instanceof ServiceError && error.kind === 'semantic'))
    return new ServiceError('unavailable', say`${place}: the source was asked to commit and did not answer (${message})`, {
      cause: error,
      outcome: 'unknown',
    })
  if (error instanceof ServiceError) return error
  if (!isAnswer)
    return new ServiceError('unavailable', say`${place}: the connection was lost: ${message}; nothing was written`, { cause: error })
  const more: Text = detail === undefined ? silence : verbatim(`. ${detail}`)
  const at: Text = where === undefined ? silence : verbatim(` [${where.split('\n')[0] ?? ''}]`)
  return new ServiceError(kindOf(code), say`${place}: the source answered: ${message}${more}${at} (${code}); nothing was written`, {
    cause: error,
  })
}
