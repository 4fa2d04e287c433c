// A scheduled plan: gives a queue another size at a time of day, once or on days of the week. Times of day are UTC.

import { ServiceError } from './errors.ts'
import type { QueueId } from './ids.ts'
import { say, type Text } from './text.ts'

/** A day as it is written on the wire. */
export type Weekday = 'SUNDAY' | 'MONDAY' | 'TUESDAY' | 'WEDNESDAY' | 'THURSDAY' | 'FRIDAY' | 'SATURDAY'

// In the order in which `getUTCDay` counts.
const weekdays: readonly Weekday[] = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY']

/** Times are ms since the epoch. */
export interface QueuePlan {
  /** A small integer, unique in the installation. */
  readonly id: number
  readonly queueId: QueueId
  readonly name: string
  readonly targetCu: number
  readonly startHour: number
  readonly startMinute: number
  /** Empty: once. */
  readonly repeatDays: readonly Weekday[]
  readonly validFrom: number | undefined
  readonly validUntil: number | undefined
  readonly isActive: boolean
  readonly lastExecutedAt: number | undefined
  /** When it fires next; `undefined` when it never does. */
  readonly nextAt: number | undefined
}

/** A plan as a caller asks for it. */
export interface QueuePlanDraft {
  readonly name: string
  readonly targetCu: number
  readonly startHour: number
  readonly startMinute: number
  readonly repeatDays?: readonly string[] | undefined
  readonly validFrom?: number | undefined
  readonly validUntil?: number | undefined
  readonly isActive?: boolean | undefined
}

/** What a draft comes to. */
export type QueuePlanParts = Omit<QueuePlan, 'id' | 'queueId' | 'lastExecutedAt'>

const namePattern = /^(?!_)(?![0-9]+$)[A-Za-z0-9_]{1,128}$/
const dayMs = 24 * 3_600_000

/**
 * Checks a draft and says when it fires first.
 * @param now - ms since the epoch
 * @throws {ServiceError} `invalid`; with subject `plan`, in the published words, when there is no time at which it could fire
 */
export function checkQueuePlanDraft(draft: QueuePlanDraft, now: number): QueuePlanParts {
  const { name, targetCu, startHour, startMinute, validFrom, validUntil } = draft
  if (!namePattern.test(name))
    throw invalid(say`"${name.slice(0, 140)}" is no plan name: use 1 to 128 letters, digits and _, not digits alone, not starting with _`)
  if (!Number.isInteger(targetCu) || targetCu < 16 || targetCu > 32_000 || targetCu % 16 !== 0)
    throw invalid(say`target_cu is a multiple of 16 from 16 to 32000`)
  if (!Number.isInteger(startHour) || startHour < 0 || startHour > 23) throw invalid(say`start_hour is a whole number from 0 to 23`)
  if (!Number.isInteger(startMinute) || startMinute < 0 || startMinute > 59) throw invalid(say`start_minute is a whole number from 0 to 59`)
  const sent = new Set((draft.repeatDays ?? []).map(weekdayOf))
  const times = {
    startHour,
    startMinute,
    repeatDays: weekdays.filter((day) => sent.has(day)),
    validFrom,
    validUntil,
  }
  const nextAt = nextPlanTime(times, now)
  if (nextAt === undefined) {
    throw new ServiceError(
      'invalid',
      say`Queue plans create failed. The plan ${name} can not generate a scale plan, please check all time settings for the plan.`,
      { subject: { kind: 'plan', name } },
    )
  }
  const isActive = draft.isActive ?? true
  return { ...times, name, targetCu, isActive, nextAt: isActive ? nextAt : undefined }
}

function weekdayOf(text: string): Weekday {
  const found = weekdays.find((day) => day === text.toUpperCase())
  if (found === undefined) throw invalid(say`repeat_day has days from MONDAY to SUNDAY: "${text.slice(0, 20)}" is none`)
  return found
}

/**
 * When a plan fires next.
 * @param after - ms since the epoch; the answer is later
 * @returns ms since the epoch, `undefined` when the plan is not valid at any such time
 */
export function nextPlanTime(
  plan: Pick<QueuePlan, 'startHour' | 'startMinute' | 'repeatDays' | 'validFrom' | 'validUntil'>,
  after: number,
): number | undefined {
  const earliest = Math.max(after + 1, plan.validFrom ?? 0)
  const midnight = earliest - (earliest % dayMs)
  const atDay = (plan.startHour * 60 + plan.startMinute) * 60_000
  // Eight days hold every day of the week at a time that is still to come.
  for (let day = 0; day <= 8; day += 1) {
    const at = midnight + day * dayMs + atDay
    if (at < earliest) continue
    if (plan.validUntil !== undefined && at > plan.validUntil) return undefined
    const weekday = weekdays[new Date(at).getUTCDay()] as Weekday
    if (plan.repeatDays.length === 0 || plan.repeatDays.includes(weekday)) return at
  }
  return undefined
}

/**
 * A plan after it has fired.
 * @param now - ms since the epoch
 */
export function firedPlan(plan: QueuePlan, now: number): QueuePlan {
  return { ...plan, lastExecutedAt: now, nextAt: plan.repeatDays.length === 0 ? undefined : nextPlanTime(plan, now) }
}

/** @throws {ServiceError} `conflict` when another plan of the queue has the name */
export function checkNewPlan(name: string, plans: readonly Pick<QueuePlan, 'id' | 'name'>[], self?: number): void {
  if (plans.every((plan) => plan.name !== name || plan.id === self)) return
  throw new ServiceError('conflict', say`The plan named ${name} exists already on this queue: choose another name`)
}

/** The error of plans that are not there, in the published words. */
export function noPlans(ids: readonly (number | string)[]): ServiceError {
  const text =
    ids.length === 1 ? say`The plan with id ${ids[0] ?? ''} does not exist.` : say`The plans with id ${ids.join(', ')} do not exist.`
  return new ServiceError('notFound', text, { subject: { kind: 'plan', name: ids.join(', ') } })
}

function invalid(message: Text): ServiceError {
  return new ServiceError('invalid', message)
}
