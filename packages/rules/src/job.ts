// A SQL job: what may be asked for, its life, and its settings.

import type { ResultColumn } from './column.ts'
import { ServiceError } from './errors.ts'
import type { ExportOrder } from './export.ts'
import type { ImportOrder } from './import.ts'
import type { JobId, ProjectId, QueueId } from './ids.ts'
import type { Caller } from './identity.ts'
import { type Owned, owns } from './ownership.ts'
import { isSilent, say, silence, type Text, type TextValue } from './text.ts'
import { readTimeZone, utc } from './time-zone.ts'

/** As published; later issues add the other kinds. */
export type JobType =
  | 'DDL'
  | 'DCL'
  | 'IMPORT'
  | 'EXPORT'
  | 'QUERY'
  | 'INSERT'
  | 'DATA_MIGRATION'
  | 'UPDATE'
  | 'DELETE'
  | 'RESTART_QUEUE'
  | 'SCALE_QUEUE'

/** `LAUNCHING -> RUNNING -> FINISHED | FAILED | CANCELLED`; the last three are final. */
export type JobState = 'LAUNCHING' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'CANCELLED'

/** What happens to a job. */
export type JobEvent = 'started' | 'finished' | 'failed' | 'cancelled'

const transitions: Readonly<Record<JobState, Readonly<Record<JobEvent, JobState>>>> = {
  LAUNCHING: { started: 'RUNNING', finished: 'FINISHED', failed: 'FAILED', cancelled: 'CANCELLED' },
  RUNNING: { started: 'RUNNING', finished: 'FINISHED', failed: 'FAILED', cancelled: 'CANCELLED' },
  FINISHED: { started: 'FINISHED', finished: 'FINISHED', failed: 'FINISHED', cancelled: 'FINISHED' },
  FAILED: { started: 'FAILED', finished: 'FAILED', failed: 'FAILED', cancelled: 'FAILED' },
  CANCELLED: { started: 'CANCELLED', finished: 'CANCELLED', failed: 'CANCELLED', cancelled: 'CANCELLED' },
}

/** The state after an event; a final state stays. */
export function nextJobState(state: JobState, event: JobEvent): JobState {
  return transitions[state][event]
}

/** True for the states that nothing leaves. */
export function isFinal(state: JobState): boolean {
  return state === 'FINISHED' || state === 'FAILED' || state === 'CANCELLED'
}

/** A label on a job: key of 1 to 128 characters, value of up to 255. */
export interface JobTag {
  readonly key: string
  readonly value: string
}

/** `statement` is redacted; times are ms since the epoch. */
export interface Job extends Owned {
  readonly id: JobId
  readonly projectId: ProjectId
  readonly queueId: QueueId
  readonly queueName: string
  readonly type: JobType
  readonly mode: 'async' | 'sync'
  readonly state: JobState
  readonly statement: string
  /** Where unqualified names are looked up. */
  readonly currentDatabase: string
  /** As the caller named it, empty where none was sent. */
  readonly sentDatabase: string
  /** The first table that the statement names, lower case; empty where it names none. */
  readonly tableName: string
  readonly tags: readonly JobTag[]
  /** Why it FAILED, what it waits for before it runs, else silence. */
  readonly message: Text
  readonly startedAt: number
  readonly endedAt: number | undefined
  readonly columns: readonly ResultColumn[]
  readonly resultRows: number
  readonly inputRows: number
  readonly inputBytes: number
  /** 0 to 1. */
  readonly progress: number
  /** Of the files that it made: a result, an export, rows of a table. Absent: none. */
  readonly outputBytes?: number
  /** What it took of the processors. */
  readonly cpuMs?: number
  /** Records of an import that could not be read as the table wants them. Absent: none. */
  readonly badRows?: number
  /** Scans that an engine reads for it, and the job itself; how many of them are done. Absent: no engine has run it. */
  readonly tasks?: number
  readonly finishedTasks?: number
  /** Of an EXPORT job. */
  readonly export?: ExportOrder | undefined
  /** Of an IMPORT job. */
  readonly importOrder?: ImportOrder | undefined
  /** Where it writes beyond the installation, as `host:port`; absent: nowhere. */
  readonly writesTo?: string | undefined
}

/** What `conf` settles for one job. Keys that are not known are accepted and change nothing; one that differs in case alone from a known one is refused. */
export interface JobSettings {
  /** Whether DDL answers before it has run (`dli.sql.sqlasync.enabled`, true unless set). */
  readonly ddlAsync: boolean
  /** From `dli.sql.job.timeout`, which is in seconds; without it a job may run for ever. */
  readonly timeLimitMs: number | undefined
  /** Whether INSERT OVERWRITE replaces the partitions alone that it writes to (`spark.sql.dynamicPartitionOverwrite.enabled`, or `spark.sql.sources.partitionOverwriteMode` = dynamic). */
  readonly dynamicOverwrite: boolean
  /** What clocks show in the job (`spark.sql.session.timeZone`), as it was sent; UTC where absent. */
  readonly timeZone?: string
}

/** Longest `dli.sql.job.timeout`: a week, well below what a timer can count. */
const maxTimeoutSeconds = 7 * 24 * 3600

/**
 * Reads the `conf` list of a submitted job.
 * @param conf - texts like `dli.sql.job.timeout = 60`, blanks around `=` optional; the last one wins where a key comes twice
 * @throws {ServiceError} `invalid` for a text without `=`, for a known key in other letters, and for a value that a known key cannot have; `unsupported` for one that would change what SQL means; the message
 *   holds no value of another key
 */
export function parseJobConf(conf: readonly string[]): JobSettings {
  const values = new Map(conf.map((line, index) => confEntry(line, index)))
  for (const key of values.keys()) checkSpelling(key)
  for (const [key, only] of fixedMeanings) checkMeaning(values, key, only)
  const timeZone = readZone(values.get('spark.sql.session.timeZone'))
  return {
    ddlAsync: readBoolean(values, 'dli.sql.sqlasync.enabled', true),
    timeLimitMs: readTimeLimit(values, 'dli.sql.job.timeout'),
    dynamicOverwrite: readDynamicOverwrite(values),
    ...(timeZone === undefined ? {} : { timeZone }),
  }
}

/** Keys that change what SQL means, and the values that mean what it means here. Another value would give other rows without a word. */
const fixedMeanings: readonly (readonly [key: string, only: RegExp])[] = [
  ['spark.sql.ansi.enabled', /^false$/i],
  ['spark.sql.legacy.timeParserPolicy', /^EXCEPTION$/i],
]

/** Keys that change what a job does. */
const offeredKeys: readonly string[] = [
  'dli.sql.job.timeout',
  'dli.sql.sqlasync.enabled',
  'spark.sql.dynamicPartitionOverwrite.enabled',
  'spark.sql.session.timeZone',
  'spark.sql.sources.partitionOverwriteMode',
  ...fixedMeanings.map(([key]) => key),
]

/** A key in other letters would change nothing, and say nothing of it. */
function checkSpelling(key: string): void {
  const meant = offeredKeys.find((offered) => offered.toLowerCase() === key.toLowerCase())
  if (meant !== undefined && meant !== key) throw new ServiceError('invalid', say`${key} of conf is written ${meant}`)
}

function checkMeaning(values: ReadonlyMap<string, string>, key: string, only: RegExp): void {
  const value = values.get(key)
  if (value !== undefined && !only.test(value))
    throw new ServiceError('unsupported', say`${key} = ${value.slice(0, 64)} is not offered: jobs run with Spark's defaults; leave it out`)
}

/** @returns nothing for UTC by that name, which is what a job without a zone has. @throws {ServiceError} `unsupported` */
function readZone(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const { name } = readTimeZone(text)
  return name === utc.name ? undefined : name
}

/** For a view, which keeps the zone that it is made in. @throws {ServiceError} `unsupported` for settings with another zone than UTC */
export function checkUtcView({ timeZone }: Pick<JobSettings, 'timeZone'>): void {
  if (timeZone === undefined || readTimeZone(timeZone).offsetMinutes === 0) return
  throw new ServiceError(
    'unsupported',
    say`a view that is made in the time zone ${timeZone} is not offered: make it without spark.sql.session.timeZone; the zone of a job that reads it shows its moments`,
  )
}

/**
 * For what reads and writes files in UTC.
 * @throws {ServiceError} `unsupported` for settings with another zone
 */
export function checkUtc({ timeZone }: Pick<JobSettings, 'timeZone'>): void {
  if (timeZone === undefined || readTimeZone(timeZone).offsetMinutes === 0) return
  throw new ServiceError(
    'unsupported',
    say`an import in the time zone ${timeZone} is not offered: import the column as STRING, and cast it in a job with that zone`,
  )
}

function confEntry(line: string, index: number): readonly [string, string] {
  const at = line.indexOf('=')
  const key = line.slice(0, Math.max(at, 0)).trim()
  if (key === '') throw new ServiceError('invalid', say`entry ${index + 1} of conf is not "key = value"`)
  return [key, line.slice(at + 1).trim()]
}

function readBoolean(values: ReadonlyMap<string, string>, key: string, otherwise: boolean): boolean {
  const value = values.get(key)?.toLowerCase()
  if (value === undefined) return otherwise
  if (value !== 'true' && value !== 'false') throw new ServiceError('invalid', say`${key} is true or false`)
  return value === 'true'
}

function readDynamicOverwrite(values: ReadonlyMap<string, string>): boolean {
  const mode = values.get('spark.sql.sources.partitionOverwriteMode')?.toLowerCase() ?? 'static'
  if (mode !== 'static' && mode !== 'dynamic')
    throw new ServiceError('invalid', say`spark.sql.sources.partitionOverwriteMode is static or dynamic`)
  return mode === 'dynamic' || readBoolean(values, 'spark.sql.dynamicPartitionOverwrite.enabled', false)
}

function readTimeLimit(values: ReadonlyMap<string, string>, key: string): number | undefined {
  const value = values.get(key)
  if (value === undefined) return undefined
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : 0
  if (seconds < 1 || seconds > maxTimeoutSeconds)
    throw new ServiceError('invalid', say`${key} is a whole number of seconds, 1 to ${maxTimeoutSeconds}`)
  return seconds * 1000
}

/** Longest SQL text of one job, in characters. */
export const maxStatementLength = 512 * 1024

/** @throws {ServiceError} `invalid` for a text that is blank or too long */
export function checkStatementText(sql: string): void {
  if (sql.trim() === '') throw new ServiceError('invalid', say`sql is empty: send one statement`)
  if (sql.length > maxStatementLength) throw new ServiceError('invalid', say`sql is longer than ${maxStatementLength} characters`)
}

/** @param engine - empty where the caller leaves the choice to us. @throws {ServiceError} `unsupported` for an engine other than `spark` */
export function checkJobEngine(engine: string): void {
  if (engine === '' || engine.toLowerCase() === 'spark') return
  throw new ServiceError('unsupported', say`engine_type ${engine.slice(0, 64)} is not offered: leave it out or send spark`)
}

/** @throws {ServiceError} `unsupported` on a queue that runs no SQL */
export function checkQueueRunsSql(queue: { readonly name: string; readonly type: 'sql' | 'general' }): void {
  if (queue.type === 'sql') return
  throw new ServiceError(
    'unsupported',
    say`queue ${queue.name} is a general queue and runs no SQL: submit to a queue whose queue_type is sql`,
    {
      subject: { kind: 'queue', name: queue.name },
    },
  )
}

/** @throws {ServiceError} `invalid` for more than 20 tags, a key twice, or a key or value of a length that is not allowed */
export function checkJobTags(tags: readonly JobTag[]): void {
  if (tags.length > 20) throw new ServiceError('invalid', say`a job has at most 20 tags`)
  if (new Set(tags.map((tag) => tag.key)).size < tags.length) throw new ServiceError('invalid', say`each key of tags may come once`)
  const wrong = tags.find((tag) => tag.key.length < 1 || tag.key.length > 128 || tag.value.length > 255)
  if (wrong !== undefined) throw new ServiceError('invalid', say`a tag has a key of 1 to 128 characters and a value of up to 255`)
}

/** @throws {ServiceError} `invalid` for a job that has ended, saying how */
export function checkCancel(job: Job): void {
  if (!isFinal(job.state)) return
  throw new ServiceError('invalid', say`job ${job.id} is ${job.state} already and cannot be cancelled`, {
    subject: { kind: 'job', name: job.id },
  })
}

/**
 * Whether a job has rows to show.
 * @param pageSize - 1 to 1000
 * @throws {ServiceError} `invalid` page size, and as {@link checkResult}
 */
export function checkPreview(job: Job, pageSize: number): void {
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1000)
    throw new ServiceError('invalid', say`page-size is a whole number from 1 to 1000`)
  checkResult(job)
}

/** @throws {ServiceError} `unsupported` for a job that is no query, `busy` while it runs, `invalid` when it ended without a result */
export function checkResult(job: Job): void {
  const subject = { kind: 'job', name: job.id } as const
  if (job.type !== 'QUERY')
    throw new ServiceError('unsupported', say`job ${job.id} is of type ${job.type}: only QUERY jobs have a result`, { subject })
  if (!isFinal(job.state))
    throw new ServiceError('busy', say`job ${job.id} is ${job.state}: read its result when it is FINISHED`, { subject })
  if (job.state === 'FINISHED') return
  const reason = isSilent(job.message) ? silence : say`: ${job.message}`
  throw new ServiceError('invalid', say`job ${job.id} is ${job.state} and has no result${reason}`, { subject })
}

/**
 * Whether a job has pages of rows to show.
 * @param page - counted from 1, of 1 to 100 rows
 * @throws {ServiceError} `invalid` page, and as {@link checkResult}
 */
export function checkResultPage(job: Job, { pageSize, currentPage }: { readonly pageSize: number; readonly currentPage: number }): void {
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 100)
    throw new ServiceError('invalid', say`page-size is a whole number from 1 to 100`)
  if (!Number.isSafeInteger(currentPage) || currentPage < 1 || !Number.isSafeInteger(currentPage * pageSize))
    throw new ServiceError('invalid', say`current-page is a whole number from 1`)
  checkResult(job)
}

/** Whether somebody submitted a job or administers its project: what it read is theirs to see. */
export function maySeeRead(job: Job, { user, role }: Caller): boolean {
  return role === 'admin' || owns(user, job)
}

/** The rows of a result come from tables that others may not read. @throws {ServiceError} `forbidden` to who neither submitted the job nor administers the project */
export function checkResultReader(job: Job, caller: Caller): void {
  if (maySeeRead(job, caller)) return
  const { user } = caller
  const readers = job.ownerId === undefined ? say`administrators` : say`${job.owner}, who submitted it, and for administrators`
  throw new ServiceError(
    'forbidden',
    say`Permission denied for resource 'jobs.${job.id}', User = '${user.name}', Action = 'SELECT': its result is for ${readers}; run the statement yourself`,
    { subject: { kind: 'job', name: job.id } },
  )
}

/**
 * The reason of a job that was RUNNING when its server went away, trust.md's words where rows may be at a source.
 * @param source - where the job writes; absent for the warehouse, where nothing is visible before the end
 */
export function restartReason(type: JobType, source?: TextValue): Text {
  if (type === 'QUERY' || type === 'DDL') return say`the server restarted while the job ran; run it again`
  if (source === undefined) return say`the server restarted while the job ran and nothing of it was written; run it again`
  return say`the server restarted; rows may have been written at ${source}`
}

/** The reason of a job that ran longer than its `dli.sql.job.timeout`. @param waiting - what it waited for then, where that is known */
export function timeLimitReason(timeLimitMs: number, waiting: Text = silence): Text {
  const told = say`timed out after ${timeLimitMs / 1000} s (dli.sql.job.timeout)`
  return isSilent(waiting) ? told : say`${told}: ${waiting}`
}

/** The error of a job that is not there. */
export function noJob(id: string): ServiceError {
  return new ServiceError('notFound', say`There is no job ${id.slice(0, 64)}`, { subject: { kind: 'job', name: id.slice(0, 64) } })
}
