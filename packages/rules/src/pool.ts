// An elastic resource pool: compute shared by several queues, with one network.

import { ServiceError } from './errors.ts'
import type { PoolId, ProjectId } from './ids.ts'
import { cidrOf, covers } from './ipv4.ts'
import type { Owned } from './ownership.ts'
import type { Queue } from './queue.ts'
import { say, type Text } from './text.ts'

/**
 * ```
 * create ──> CREATING ──settled──> AVAILABLE ──resized──> SCALING ──settled──> AVAILABLE
 * ```
 * FAILED is published and does not happen here.
 */
export type PoolState = 'CREATING' | 'AVAILABLE' | 'SCALING' | 'FAILED'

/** What happens to a pool: its size was changed, or the reconciler has brought it about. */
export type PoolEvent = 'resized' | 'settled'

const transitions: Readonly<Record<PoolState, Readonly<Record<PoolEvent, PoolState>>>> = {
  CREATING: { resized: 'CREATING', settled: 'AVAILABLE' },
  AVAILABLE: { resized: 'SCALING', settled: 'AVAILABLE' },
  SCALING: { resized: 'SCALING', settled: 'AVAILABLE' },
  FAILED: { resized: 'SCALING', settled: 'FAILED' },
}

/** The state after an event. */
export function nextPoolState(state: PoolState, event: PoolEvent): PoolState {
  return transitions[state][event]
}

/** Times are ms since the epoch; `number` is the small integer that the API calls `id`. */
export interface Pool extends Owned {
  readonly id: PoolId
  readonly number: number
  readonly projectId: ProjectId
  /** Lower case, unique in the project. */
  readonly name: string
  readonly description: string
  /** The one network of all its queues; never changes. */
  readonly cidr: string
  readonly minCu: number
  readonly maxCu: number
  /** What it has now, for its queues to share: from `minCu` to `maxCu`. */
  readonly actualCu: number
  readonly chargingMode: 1 | 2
  readonly enterpriseProjectId: string
  readonly label: Readonly<Record<string, string>>
  readonly ipv6Enable: boolean
  readonly state: PoolState
  readonly createdAt: number
  readonly updatedAt: number
}

/** A pool as a caller asks for it; absent members have the published defaults. The name in any case. */
export interface PoolDraft {
  readonly name: string
  readonly minCu: number
  readonly maxCu: number
  readonly description?: string | undefined
  readonly cidr?: string | undefined
  readonly chargingMode?: number | undefined
  readonly enterpriseProjectId?: string | undefined
  readonly label?: Readonly<Record<string, string>> | undefined
  readonly ipv6Enable?: boolean | undefined
}

/** What a pool's owner has settled; the rest is given to it. */
export type PoolParts = Omit<Pool, 'id' | 'number' | 'projectId' | keyof Owned | 'state' | 'createdAt' | 'updatedAt'>

/** What an update may change; what is absent stays. */
export interface PoolChanges {
  readonly description?: string | undefined
  readonly minCu?: number | undefined
  readonly maxCu?: number | undefined
}

/** A change of size that has been made. */
export interface ScaleRecord {
  readonly recordedAt: number
  readonly minCu: number
  readonly maxCu: number
  readonly originCu: number
  readonly targetCu: number
  readonly currentCu: number
  readonly state: 'success' | 'fail'
  readonly failReason: string
}

/** How much of a pool a queue may have in a part of the day. Hours as `HH:00`, `00:00` to `24:00`; the start belongs to it, the end does not. */
export interface ScalingPolicy {
  /** 1 to 100, 100 first. */
  readonly priority: number
  readonly start: string
  readonly stop: string
  readonly minCu: number
  readonly maxCu: number
  readonly inheritMaxCu: boolean
}

/** The range of a pool that is given none, as published. */
export const defaultPoolCidr = '172.16.0.0/12'
const namePattern = /^(?!_)(?![0-9]+$)[A-Za-z0-9_]{1,128}$/
const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']
const mostCu = 32_000
const longestDescription = 256

/**
 * The name as it is stored and compared: lower case.
 * @throws {ServiceError} `invalid` unless it is 1 to 128 letters, digits and `_`, not digits alone, not starting with `_`
 */
export function poolNameOf(text: string): string {
  if (namePattern.test(text)) return text.toLowerCase()
  throw invalid(say`"${text.slice(0, 140)}" is no pool name: use 1 to 128 letters, digits and _, not digits alone, not starting with _`)
}

/** @throws {ServiceError} `invalid` for a member that is out of range */
export function checkPoolDraft(draft: PoolDraft): PoolParts {
  const { minCu, maxCu, chargingMode = 1, label = {} } = draft
  checkSize(minCu, maxCu)
  if (chargingMode !== 1 && chargingMode !== 2) throw invalid(say`charging_mode is one of 1, 2`)
  if (Object.keys(label).length > 20) throw invalid(say`label has at most 20 members`)
  return {
    name: poolNameOf(draft.name),
    description: descriptionOf(draft.description ?? ''),
    cidr: poolCidrOf(draft.cidr ?? ''),
    minCu,
    maxCu,
    actualCu: minCu,
    chargingMode,
    enterpriseProjectId: draft.enterpriseProjectId ?? '0',
    label,
    ipv6Enable: draft.ipv6Enable ?? false,
  }
}

function poolCidrOf(text: string): string {
  if (text === '') return defaultPoolCidr
  const block = cidrOf(text)
  const isPrivate = privateBlocks.some((range) => covers(cidrOf(range), block))
  if (!isPrivate || block.prefix > 28) {
    throw invalid(
      say`cidr_in_vpc ${text.slice(0, 40)} is not inside ${privateBlocks.join(', ')}, or smaller than /28: use one like ${defaultPoolCidr}`,
    )
  }
  return text
}

function checkSize(minCu: number, maxCu: number): void {
  // 16 is the least of a basic pool; a standard one starts at 64, which only its price would enforce.
  for (const [member, cu] of [['min_cu', minCu] as const, ['max_cu', maxCu] as const]) {
    if (!Number.isInteger(cu) || cu < 16 || cu > mostCu)
      throw invalid(say`${member} is a whole number from 16 to ${mostCu}; 64 is a good start`)
  }
  if (minCu > maxCu) throw invalid(say`min_cu ${minCu} is more than max_cu ${maxCu}: send min_cu up to max_cu`)
}

function descriptionOf(text: string): string {
  if (text.length > longestDescription) throw invalid(say`description has at most ${longestDescription} characters`)
  return text
}

/**
 * The pool after an update. Its size follows its bounds at once.
 * @param queues - the queues in it
 * @throws {ServiceError} `invalid` for a bound out of range, or one that its queues have outgrown
 */
export function updatePool(pool: Pool, changes: PoolChanges, queues: readonly PoolQueue[]): Pool {
  const minCu = changes.minCu ?? pool.minCu
  const maxCu = changes.maxCu ?? pool.maxCu
  checkSize(minCu, maxCu)
  const needed = sumOfMinimums(queues)
  if (needed > minCu)
    throw invalid(say`min_cu ${minCu} is less than the ${needed} CU that the queues of the pool have at least: lower their policies first`)
  const largest = Math.max(
    0,
    ...queues.flatMap(({ policies }) => policies.filter(({ inheritMaxCu }) => !inheritMaxCu).map((policy) => policy.maxCu)),
  )
  if (largest > maxCu)
    throw invalid(say`max_cu ${maxCu} is less than the ${largest} CU that a queue of the pool may have: lower its policies first`)
  const actualCu = Math.min(Math.max(pool.actualCu, minCu), maxCu)
  const isResized = minCu !== pool.minCu || maxCu !== pool.maxCu
  return {
    ...pool,
    description: descriptionOf(changes.description ?? pool.description),
    minCu,
    maxCu,
    actualCu,
    state: isResized ? nextPoolState(pool.state, 'resized') : pool.state,
  }
}

/** A queue as its pool sees it. */
export interface PoolQueue {
  readonly name: string
  readonly policies: readonly ScalingPolicy[]
}

/** CU that queues have at least at their busiest hours. */
export function sumOfMinimums(queues: readonly PoolQueue[]): number {
  return queues.reduce((sum, { policies }) => sum + Math.max(0, ...policies.map(({ minCu }) => minCu)), 0)
}

/** A basic pool is divided in fours, a standard one in sixteens. */
export function poolStepOf(pool: Pick<Pool, 'label'>): number {
  return pool.label['spec'] === 'basic' ? 4 : 16
}

/** The policy of a queue that was given none: all day, its own size at most, and as much of it for sure as the pool has left. */
export function defaultPolicy(pool: Pool, cu: number, others: readonly PoolQueue[]): ScalingPolicy {
  const step = poolStepOf(pool)
  const left = Math.max(0, pool.minCu - sumOfMinimums(others))
  const minCu = Math.floor(Math.min(cu, left) / step) * step
  return { priority: 1, start: '00:00', stop: '24:00', minCu, maxCu: cu, inheritMaxCu: false }
}

const hourPattern = /^(?:[01]\d|2[0-4]):00$/

/**
 * Checks the policies of one queue as a whole.
 * @param others - the other queues of the pool
 * @throws {ServiceError} `invalid` naming the entry: priority, hours, sizes, no policy for the whole day, hours that overlap, or more than the pool has
 */
export function checkPolicies(pool: Pool, policies: readonly ScalingPolicy[], others: readonly PoolQueue[]): void {
  policies.forEach((policy, index) => checkPolicy(pool, policy, `queue_scaling_policies[${index}]`))
  const wholeDays = policies.filter(({ start, stop }) => start === '00:00' && stop === '24:00')
  if (wholeDays.length !== 1) throw invalid(say`queue_scaling_policies has one policy from 00:00 to 24:00: send exactly one`)
  const timed = policies.filter((policy) => policy !== wholeDays[0]).toSorted((one, other) => (one.start < other.start ? -1 : 1))
  timed.forEach((policy, index) => {
    const next = timed[index + 1]
    if (next !== undefined && next.start < policy.stop)
      throw invalid(
        say`two policies overlap: one until ${policy.stop}, one from ${next.start}; let each begin when the one before has ended`,
      )
  })
  const needed = sumOfMinimums([...others, { name: '', policies }])
  if (needed > pool.minCu) {
    throw invalid(
      say`the queues of pool ${pool.name} would have ${needed} CU at least, more than its min_cu ${pool.minCu}: lower min_cu of the policies`,
    )
  }
}

function checkPolicy(pool: Pool, { priority, start, stop, minCu, maxCu, inheritMaxCu }: ScalingPolicy, where: string): void {
  if (!Number.isInteger(priority) || priority < 1 || priority > 100) throw invalid(say`${where}.priority is a whole number from 1 to 100`)
  if (!hourPattern.test(start)) throw invalid(say`${where}.impact_start_time is a whole hour like 08:00`)
  if (!hourPattern.test(stop) || stop <= start)
    throw invalid(say`${where}.impact_stop_time is a whole hour like 20:00, after impact_start_time`)
  const step = poolStepOf(pool)
  if (!Number.isInteger(minCu) || minCu < 0 || minCu > maxCu) throw invalid(say`${where}.min_cu is a whole number from 0 to max_cu`)
  if (!Number.isInteger(maxCu) || maxCu < step || maxCu % step !== 0) throw invalid(say`${where}.max_cu is a multiple of ${step}`)
  if (!inheritMaxCu && maxCu > pool.maxCu)
    throw invalid(say`${where}.max_cu is more than the ${pool.maxCu} CU of pool ${pool.name}: lower it, or send the pool a larger max_cu`)
}

/** @throws {ServiceError} `conflict` when the name is taken */
export function checkNewPool(name: string, existing: Pool | undefined): void {
  if (existing === undefined) return
  throw new ServiceError('conflict', say`The elastic resource pool named ${name} exists already: choose another name`, {
    subject: { kind: 'pool', name },
  })
}

/** @throws {ServiceError} `busy` while queues are in it */
export function checkRemovePool(pool: Pool, queues: readonly { readonly name: string }[]): void {
  const [first] = queues
  if (first === undefined) return
  throw new ServiceError('busy', say`elastic resource pool ${pool.name} has queues, ${first.name} among them: delete them first`, {
    subject: { kind: 'pool', name: pool.name },
  })
}

/** @throws {ServiceError} `busy` unless the pool is AVAILABLE */
export function checkPoolAvailable(pool: Pool): void {
  if (pool.state === 'AVAILABLE') return
  throw new ServiceError('busy', say`elastic resource pool ${pool.name} is ${pool.state}: try again when it is AVAILABLE`, {
    subject: { kind: 'pool', name: pool.name },
  })
}

/**
 * Whether a queue fits into a pool, new or moved there.
 * @throws {ServiceError} `busy` unless the pool is AVAILABLE; `invalid` for a queue that is larger than the pool may get
 */
export function checkFits(pool: Pool, { cu }: { readonly cu: number }): void {
  checkPoolAvailable(pool)
  if (cu > pool.maxCu)
    throw invalid(
      say`the queue has ${cu} CU, elastic resource pool ${pool.name} has at most ${pool.maxCu}: make the queue smaller or the pool larger`,
    )
}

/**
 * Whether a queue may be moved into a pool.
 * @throws {ServiceError} `unsupported` for a shared or prepaid queue, one in another pool or of another enterprise project
 */
export function checkJoinPool(pool: Pool, queue: Queue): void {
  const refuse = (why: Text): never => {
    throw new ServiceError('unsupported', say`queue ${queue.name} ${why}`, { subject: { kind: 'queue', name: queue.name } })
  }
  if (queue.pool !== undefined) refuse(say`is in elastic resource pool ${queue.pool.name} already: delete it and create it in ${pool.name}`)
  if (queue.resourceMode !== 1) refuse(say`is shared and cannot be put into a pool: create a queue with resource_mode 1`)
  if (queue.chargingMode !== 1) refuse(say`is prepaid and cannot be put into a pool: create a queue with charging_mode 1`)
  if (queue.enterpriseProjectId !== pool.enterpriseProjectId)
    refuse(
      say`belongs to enterprise project ${queue.enterpriseProjectId}, pool ${pool.name} to ${pool.enterpriseProjectId}: use one of the same`,
    )
  checkFits(pool, queue)
}

/** The error of an elastic resource pool that is not there. */
export function noPool(name: string): ServiceError {
  const shown = name.slice(0, 140)
  return new ServiceError('notFound', say`There is no elastic resource pool named ${shown}`, { subject: { kind: 'pool', name: shown } })
}

function invalid(message: Text): ServiceError {
  return new ServiceError('invalid', message)
}
