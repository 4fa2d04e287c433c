// Which jobs a list shows, and in what order: the published filters as one value.

import { ServiceError } from './errors.ts'
import type { JobState, JobTag, JobType } from './job.ts'
import { say, type Text } from './text.ts'

/** By start or by duration; a job that has not ended has lasted until now. */
export type JobOrder = 'startDesc' | 'startAsc' | 'durationDesc' | 'durationAsc'

/** The filters as they are sent; an empty text is no filter. */
export interface JobFilterDraft {
  /** One type in any case, or `ALL`. */
  readonly type?: string | undefined
  /** Types with commas between them; both must hold where both are sent. */
  readonly types?: string | undefined
  readonly status?: string | undefined
  readonly id?: string | undefined
  readonly queueName?: string | undefined
  /** Part of the statement as it is shown, in any case. */
  readonly statementPart?: string | undefined
  readonly owner?: string | undefined
  readonly engine?: string | undefined
  readonly databaseName?: string | undefined
  readonly tableName?: string | undefined
  /** Bounds of the start, both included, ms since the epoch. */
  readonly from?: number | undefined
  readonly until?: number | undefined
  readonly tags?: readonly JobTag[] | undefined
  /** `start_time_desc` unless told. */
  readonly order?: string | undefined
}

/** The filters after checking; every one that is there must hold. */
export interface JobFilter {
  /** Empty: no job can match. */
  readonly types: readonly JobType[] | undefined
  /** Empty: no job can match. */
  readonly states: readonly JobState[] | undefined
  readonly id: string | undefined
  /** Lower case, as are the names that follow. */
  readonly queueName: string | undefined
  readonly databaseName: string | undefined
  readonly tableName: string | undefined
  readonly statementPart: string | undefined
  readonly owner: string | undefined
  readonly from: number | undefined
  readonly until: number | undefined
  /** Each must be found: part of a key with part of its value. */
  readonly tags: readonly JobTag[]
  readonly order: JobOrder
}

/** Longest `sql_pattern`, in characters. */
export const maxStatementPart = 1024

const types: readonly JobType[] = [
  'DDL',
  'DCL',
  'IMPORT',
  'EXPORT',
  'QUERY',
  'INSERT',
  'DATA_MIGRATION',
  'UPDATE',
  'DELETE',
  'RESTART_QUEUE',
  'SCALE_QUEUE',
]
const states: readonly JobState[] = ['LAUNCHING', 'RUNNING', 'FINISHED', 'FAILED', 'CANCELLED']
const orders: Readonly<Record<string, JobOrder>> = {
  start_time_desc: 'startDesc',
  start_time_asc: 'startAsc',
  duration_desc: 'durationDesc',
  duration_asc: 'durationAsc',
}

/**
 * Checks the filters of a list of jobs.
 * @throws {ServiceError} `invalid` for a type, status, engine or order that nothing has, and for a pattern that is too long
 */
export function checkJobFilter(draft: JobFilterDraft): JobFilter {
  const statementPart = textOf(draft.statementPart)
  if (statementPart !== undefined && statementPart.length > maxStatementPart)
    throw invalid(say`sql_pattern has ${statementPart.length} characters: send at most ${maxStatementPart}`)
  return {
    types: isSpark(draft.engine) ? typesOf(draft) : [],
    states: statesOf(draft.status),
    id: textOf(draft.id),
    queueName: textOf(draft.queueName)?.toLowerCase(),
    databaseName: textOf(draft.databaseName)?.toLowerCase(),
    tableName: textOf(draft.tableName)?.toLowerCase(),
    statementPart,
    owner: textOf(draft.owner),
    from: draft.from,
    until: draft.until,
    tags: draft.tags ?? [],
    order: orderOf(textOf(draft.order)),
  }
}

function typesOf(draft: JobFilterDraft): readonly JobType[] | undefined {
  const type = textOf(draft.type)
  const one = type === undefined || type.toUpperCase() === 'ALL' ? undefined : [typeOf('job-type', type)]
  const several = textOf(draft.types)
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const list = several?.some((part) => part.toUpperCase() === 'ALL') ? undefined : several?.map((part) => typeOf('job_types', part))
  if (one === undefined || list === undefined) return one ?? list
  return one.filter((wanted) => list.includes(wanted))
}

function typeOf(member: string, text: string): JobType {
  const found = types.find((type) => type === text.toUpperCase())
  if (found === undefined) throw invalid(say`${member} ${quoted(text)} is unknown: it is ALL, or one of ${types.join(', ')}`)
  return found
}

/** `SCALING` is published, and no job here is ever in it; one text spells `FINISH`. */
function statesOf(text: string | undefined): readonly JobState[] | undefined {
  const wanted = textOf(text)?.toUpperCase()
  if (wanted === undefined || wanted === 'ALL') return undefined
  if (wanted === 'SCALING') return []
  const found = states.find((state) => state === wanted || (wanted === 'FINISH' && state === 'FINISHED'))
  if (found === undefined) throw invalid(say`job-status ${quoted(wanted)} is unknown: it is one of ${states.join(', ')}, SCALING`)
  return [found]
}

/** @returns false for the other published engine, on which nothing runs here */
function isSpark(text: string | undefined): boolean {
  const engine = textOf(text)?.toLowerCase() ?? 'spark'
  if (engine === 'spark' || engine === 'hetuengine') return engine === 'spark'
  throw invalid(say`engine-type ${quoted(engine)} is unknown: it is spark or hetuEngine`)
}

function orderOf(text: string | undefined): JobOrder {
  const order = Object.hasOwn(orders, text ?? 'start_time_desc') ? orders[text ?? 'start_time_desc'] : undefined
  if (order === undefined) throw invalid(say`order is one of ${Object.keys(orders).join(', ')}`)
  return order
}

function textOf(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

function quoted(text: string): string {
  return `"${text.slice(0, 64)}"`
}

function invalid(message: Text): ServiceError {
  return new ServiceError('invalid', message)
}
