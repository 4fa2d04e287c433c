// A statement from its submission to its rows: submitted, watched, read, and cancelled when somebody presses Ctrl-C.

import type { ResultOf, operations } from '@tributary/contract'
import { Failure } from './failure.ts'
import { firstPage, type ResultRow, rowsAfter } from './result-rows.ts'
import type { Session } from './session.ts'
import { counted } from './table.ts'
import type { Terminal } from './terminal.ts'
import { defaultTimeoutSeconds, waitFor } from './wait.ts'

/** One statement and where it runs. */
export interface Statement {
  readonly sql: string
  readonly queue: string | undefined
  /** Database of unqualified names. */
  readonly database: string | undefined
  /** Settings of the job: `key = value` each; none where absent. */
  readonly conf?: readonly string[]
}

/** Rows of a finished statement; `total` counts all. */
export interface Result {
  readonly columns: readonly ResultColumn[]
  /** At most a thousand. */
  readonly rows: readonly ResultRow[]
  readonly total: number
  /** Reads those that follow, in pieces; absent where there are none. */
  readonly rest?: () => AsyncIterable<readonly ResultRow[]>
}

/** How a statement ended: with rows, with a count of rows written, or with neither. */
export interface Outcome {
  readonly result: Result | undefined
  /** Rows that an INSERT wrote; absent for every other statement. */
  readonly written: number | undefined
}

/** What is said where there are no rows to print: `3 rows written`, or `done`. */
export function endOf({ written }: Outcome): string {
  return `${written === undefined ? 'done' : `${counted(written, 'row')} written`}\n`
}

/** A column with the type that the server names. */
export interface ResultColumn {
  readonly name: string
  readonly type: string
}

/** How a job stands. */
export type JobStatus = ResultOf<typeof operations.getJobStatus>

const finalStates: ReadonlySet<string> = new Set(['FINISHED', 'FAILED', 'CANCELLED'])

/** Ends that nobody waits for: a query of hours is a query. */
const noTimeoutSeconds = 7 * 24 * 3600

/**
 * Runs a statement to its end.
 * @throws {Failure} `failed` with the reason, `interrupted` after the job was cancelled; {ApiError} when it is refused
 */
export async function runStatement(session: Session, terminal: Terminal, statement: Statement): Promise<Outcome> {
  const { client, projectId } = session
  const params = { project_id: projectId }
  const submitted = await client.submitJob({ params, body: bodyOf(statement) })
  const { schema = [], rows: told } = submitted
  if (told !== undefined) return withoutCount(schema.length === 0 ? undefined : resultOf(schema, told, told.length))
  const { job_id: id, job_type: type } = submitted
  const end = await jobEnds(session, { terminal, id, cancels: true, timeoutSeconds: noTimeoutSeconds })
  if (end.status !== 'FINISHED')
    throw new Failure('failed', end.message === '' ? `the job ended ${end.status}` : end.message, { next: `tributary job get ${id}` })
  if (type === 'INSERT') return { result: undefined, written: end.result_count }
  return withoutCount(type === 'QUERY' ? await readResult(session, id) : undefined)
}

function bodyOf({ sql, queue, database, conf = [] }: Statement) {
  return {
    sql,
    ...(queue === undefined ? {} : { queue_name: queue }),
    ...(database === undefined ? {} : { currentdb: database }),
    ...(conf.length === 0 ? {} : { conf: [...conf] }),
  }
}

function withoutCount(result: Result | undefined): Outcome {
  return { result, written: undefined }
}

/** The first thousand rows of a finished query, and a way to the others. */
async function readResult(session: Session, id: string): Promise<Result> {
  const { schema, rows, row_count: total } = await session.client.previewJob({ params: { project_id: session.projectId, job_id: id } })
  return withRest(session, id, resultOf(schema, rows, total))
}

/** The first hundred rows of a finished query, and a way to the others. */
export async function readPages(session: Session, id: string): Promise<Result> {
  const { schema, rows, total } = await firstPage(session, id)
  return withRest(session, id, resultOf(schema, rows, total))
}

function withRest(session: Session, id: string, first: Result): Result {
  return first.total > first.rows.length ? { ...first, rest: () => rowsAfter(session, id, first.rows.length) } : first
}

/** How a job is waited for. */
export interface JobWait {
  readonly terminal: Terminal
  readonly id: string
  /** Whether Ctrl-C cancels the job, or ends the wait alone. */
  readonly cancels: boolean
  readonly timeoutSeconds?: number
}

/** Waits until a job has ended, however. @throws {Failure} `timedOut`, `interrupted` */
export async function jobEnds(session: Session, { terminal, id, cancels, timeoutSeconds }: JobWait): Promise<JobStatus> {
  const params = { project_id: session.projectId, job_id: id }
  const look = async () => {
    const status = await session.client.getJobStatus({ params })
    return finalStates.has(status.status) ? status : undefined
  }
  try {
    return await waitFor({
      terminal,
      what: `job ${id}`,
      look,
      timeoutSeconds: timeoutSeconds ?? defaultTimeoutSeconds,
      tell: () => tellProgress(session, id),
    })
  } catch (error) {
    if (!cancels || !(error instanceof Failure) || error.ending !== 'interrupted') throw error
    // It may have ended by itself in between: then there is nothing to cancel.
    await session.client.cancelJob({ params }).catch(() => {})
    throw new Failure('interrupted', 'stopped, and the job cancelled')
  }
}

/** What a job waits for, or how far it is: `42 %, 1200000 rows read`. */
async function tellProgress({ client, projectId }: Session, id: string): Promise<string> {
  const params = { project_id: projectId, job_id: id }
  const [{ status, message, progress }, { input_row_count: read }] = await Promise.all([
    client.getJobProgress({ params }),
    client.getJobStatus({ params }),
  ])
  if (status === 'LAUNCHING') return message
  const parts = [progress > 0 ? `${Math.floor(progress * 100)} %` : '', read > 0 ? `${read} rows read` : '']
  return parts.filter((part) => part !== '').join(', ')
}

/** A preview as rows with columns. */
export function resultOf(schema: readonly object[], rows: readonly (readonly unknown[])[], total: number): Result {
  const columns = schema.map((column) => {
    const [name = '', type = ''] = Object.entries(column as Readonly<Record<string, string>>)[0] ?? []
    return { name, type }
  })
  return { columns, rows, total }
}
