// A queue: named compute with its own network.

import { ServiceError } from './errors.ts'
import type { PoolId, ProjectId, QueueId } from './ids.ts'
import { type Cidr, cidrOf, covers, formatCidr, overlaps, parseCidr } from './ipv4.ts'
import type { Owned } from './ownership.ts'
import { say, type Text } from './text.ts'

/** 0 shared, 1 dedicated (as published). */
export type ResourceMode = 0 | 1

/** Times are ms since the epoch; `number` is the small integer that the API calls `queue_id`. */
export interface Queue extends Owned {
  readonly id: QueueId
  readonly number: number
  readonly projectId: ProjectId
  /** Lower case, unique in the project. */
  readonly name: string
  readonly description: string
  readonly type: 'sql' | 'general'
  readonly engine: 'spark'
  /** What it has now: in a pool as much as its scaling policies and the other queues leave it, else what was asked for. */
  readonly cu: number
  /** What was asked for. */
  readonly cuSpec: number
  readonly resourceMode: ResourceMode
  /** 1 pay per use, 2 prepaid. */
  readonly chargingMode: 1 | 2
  readonly platform: 'x86_64' | 'aarch64'
  /** As it was sent, empty when it was not: clients compare what they read with what they sent. */
  readonly feature: '' | 'basic' | 'ai'
  readonly enterpriseProjectId: string
  readonly labels: readonly string[]
  /** Of its own network, or its pool's; empty for a queue that has none. */
  readonly cidr: string
  /** The elastic resource pool it is in. */
  readonly pool?: { readonly id: PoolId; readonly name: string } | undefined
  readonly createdAt: number
}

/** A queue as a caller asks for it; absent members have the published defaults. Names in any case. */
export interface QueueDraft {
  readonly name: string
  readonly cu: number
  readonly type?: string | undefined
  readonly description?: string | undefined
  readonly engine?: string | undefined
  readonly resourceMode?: number | undefined
  readonly chargingMode?: number | undefined
  readonly platform?: string | undefined
  readonly feature?: string | undefined
  readonly enterpriseProjectId?: string | undefined
  readonly labels?: readonly string[] | undefined
  /** An elastic resource pool to put it into. */
  readonly pool?: string | undefined
}

/** What a queue's owner has settled; the rest is given to it. */
export type QueueParts = Omit<Queue, 'id' | 'number' | 'projectId' | keyof Owned | 'cidr' | 'pool' | 'createdAt'>

/** The shared queue that every project has from its first moment on. */
export const defaultQueue = 'default'

const mostCu = 32_000

const namePattern = /^(?!_)(?![0-9]+$)[A-Za-z0-9_]{1,128}$/

/**
 * The name as it is stored and compared: lower case.
 * @throws {ServiceError} `invalid` unless it is 1 to 128 letters, digits and `_`, not digits alone, not starting with `_`
 */
export function queueNameOf(text: string): string {
  if (namePattern.test(text)) return text.toLowerCase()
  throw invalid(say`"${text.slice(0, 140)}" is no queue name: use 1 to 128 letters, digits and _, not digits alone, not starting with _`)
}

/**
 * Checks a draft and fills in what is absent.
 * @throws {ServiceError} `invalid` for a member that is out of range; `unsupported` for what is published and not offered, with the remedy;
 * `conflict` for the name of the system queue
 */
export function checkQueueDraft(draft: QueueDraft): QueueParts {
  const name = queueNameOf(draft.name)
  if (name === defaultQueue) throw takenName(name)
  checkEngine(draft)
  if (!Number.isInteger(draft.cu) || draft.cu < 4 || draft.cu > mostCu)
    throw invalid(say`cu_count is a whole number from 4 to ${mostCu}; 16 is a good start`)
  const description = draft.description ?? ''
  if (description.length > 256) throw invalid(say`description has at most 256 characters`)
  const labels = draft.labels ?? []
  const wrong = labels.findIndex((label) => label !== 'multi_az=2')
  if (wrong >= 0) throw invalid(say`entry ${wrong + 1} of labels is unknown: the one label there is is multi_az=2`)
  return {
    name,
    description,
    type: 'sql',
    engine: 'spark',
    cu: draft.cu,
    cuSpec: draft.cu,
    resourceMode: oneOf('resource_mode', [0, 1] as const, draft.resourceMode ?? 0),
    chargingMode: oneOf('charging_mode', [1, 2] as const, draft.chargingMode ?? 1),
    platform: oneOf('platform', ['x86_64', 'aarch64'] as const, draft.platform ?? 'x86_64'),
    feature: oneOf('feature', ['', 'basic', 'ai'] as const, draft.feature ?? ''),
    enterpriseProjectId: draft.enterpriseProjectId ?? '0',
    labels,
  }
}

function checkEngine({ type = 'sql', engine = 'spark' }: QueueDraft): void {
  const kind = oneOf('queue_type', ['sql', 'general'] as const, type)
  if (kind === 'general') {
    throw new ServiceError(
      'unsupported',
      say`queues of type general (Flink and Spark jar jobs) are not offered: leave queue_type out or send sql`,
    )
  }
  if (engine.toLowerCase() === 'hetuengine') {
    throw new ServiceError('unsupported', say`the engine hetuEngine is not offered: leave engine out or send spark`)
  }
  oneOf('engine', ['spark'] as const, engine.toLowerCase())
}

function oneOf<Value extends string | number>(member: string, allowed: readonly Value[], value: string | number): Value {
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw invalid(say`${member} is one of ${allowed.join(', ')}`)
  return found
}

/** @throws {ServiceError} `conflict` when the name is taken */
export function checkNewQueue(name: string, existing: Queue | undefined): void {
  if (existing !== undefined) throw takenName(name)
}

/** The error of a queue that exists already. */
function takenName(name: string): ServiceError {
  return new ServiceError('conflict', say`The queue named ${name} exists already: choose another name`, {
    subject: { kind: 'queue', name },
  })
}

/** The error of a queue that is not there, in the published words. */
export function noQueue(name: string): ServiceError {
  const shown = name.slice(0, 140)
  return new ServiceError('notFound', say`There is no queue named ${shown}`, { subject: { kind: 'queue', name: shown } })
}

/** Whether a queue has a network: dedicated ones, prepaid ones, and those in a pool. Only these can be bound to a connection. */
export function hasNetwork(queue: Pick<Queue, 'resourceMode' | 'chargingMode' | 'pool'>): boolean {
  return queue.resourceMode === 1 || queue.chargingMode === 2 || queue.pool !== undefined
}

/** @throws {ServiceError} `unsupported` for `default` and other shared queues */
export function checkBindable(queue: Queue): void {
  if (hasNetwork(queue)) return
  const what = queue.name === defaultQueue ? say`the system queue default` : say`queue ${queue.name}, which is shared,`
  throw new ServiceError('unsupported', say`${what} cannot be bound to a connection: create a queue with resource_mode 1`, {
    subject: { kind: 'queue', name: queue.name },
  })
}

/**
 * Whether a queue may go. Its peerings are no obstacle.
 * @param liveJobs - jobs on it that have not ended
 * @throws {ServiceError} `unsupported` for `default`, `busy` while jobs run
 */
export function checkRemoveQueue(queue: Queue, liveJobs: number): void {
  if (queue.name === defaultQueue) {
    throw systemQueue(say`deleted`)
  }
  checkIdle(queue, liveJobs)
}

/** @throws {ServiceError} `busy` while jobs run */
export function checkIdle(queue: Queue, liveJobs: number): void {
  if (liveJobs === 0) return
  const jobs = liveJobs === 1 ? say`1 job has` : say`${liveJobs} jobs have`
  throw new ServiceError('busy', say`${jobs} not ended on queue ${queue.name}: wait for them or cancel them first`, {
    subject: { kind: 'queue', name: queue.name },
  })
}

/** CU are added and taken away in sixteens, and sixteen stay. */
const scaleStep = 16

/**
 * The size of a queue after CU have been added, or taken away where `difference` is negative.
 * @param most - of the pool that the queue is in; there it is the size that is asked for
 * @throws {ServiceError} `invalid` for a difference that is no multiple of 16 or leads out of range; `unsupported` for `default`
 */
export function scaledCu(queue: Queue, difference: number, most = mostCu): number {
  if (queue.name === defaultQueue) throw systemQueue(say`resized`)
  if (!Number.isInteger(difference) || difference === 0 || difference % scaleStep !== 0)
    throw invalid(say`cu_count is the number of CU to add or to take away: send a multiple of ${scaleStep}`)
  const cu = queue.cuSpec + difference
  if (cu < scaleStep || cu > most)
    throw invalid(
      say`queue ${queue.name} has ${queue.cuSpec} CU and would have ${cu}: send a cu_count that leads to ${scaleStep} to ${most}`,
    )
  return cu
}

/** @throws {ServiceError} `unsupported` for `default`, `busy` while jobs run and it is not forced */
export function checkRestart(queue: Queue, liveJobs: number, isForced: boolean): void {
  if (queue.name === defaultQueue) throw systemQueue(say`restarted`)
  if (!isForced) checkIdle(queue, liveJobs)
}

/** The smallest block for a size, by the bits of its network part; largest sizes first. */
const longestPrefixes: readonly (readonly [cu: number, prefix: number])[] = [
  [128, 21],
  [64, 22],
  [16, 24],
  [0, 26],
]
const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']

/**
 * Whether a queue may get another range.
 * @param cidr - inside the private blocks, and large enough for the queue's CU
 * @throws {ServiceError} `invalid`; `unsupported` for a queue without a range of its own; `busy` while jobs run or connections are bound
 */
export function checkCidrChange(
  queue: Queue,
  cidr: string,
  { liveJobs, peerings }: { readonly liveJobs: number; readonly peerings: number },
): void {
  if (queue.name === defaultQueue) throw systemQueue(say`given a range`)
  const subject = { kind: 'queue', name: queue.name } as const
  if (queue.pool !== undefined)
    throw new ServiceError(
      'unsupported',
      say`queue ${queue.name} has the range of its elastic resource pool ${queue.pool.name}, which cannot be changed`,
      { subject },
    )
  if (!hasNetwork(queue))
    throw new ServiceError(
      'unsupported',
      say`queue ${queue.name} is shared and has no range of its own: create a queue with resource_mode 1`,
      { subject },
    )
  const block = cidrOf(cidr)
  if (!privateBlocks.some((range) => covers(cidrOf(range), block)))
    throw invalid(say`cidr_in_vpc ${cidr} is not inside ${privateBlocks.join(', ')}: send a private range`)
  const [, longest = 26] = longestPrefixes.find(([cu]) => queue.cu >= cu) ?? []
  if (block.prefix > longest)
    throw invalid(say`cidr_in_vpc ${cidr} is too small for a queue of ${queue.cu} CU: send a block of /${longest} or larger`)
  checkIdle(queue, liveJobs)
  if (peerings === 0) return
  const bound = peerings === 1 ? say`1 enhanced connection is` : say`${peerings} enhanced connections are`
  throw new ServiceError('busy', say`${bound} bound to queue ${queue.name}: unbind it before its range is changed`, { subject })
}

function systemQueue(what: Text): ServiceError {
  return new ServiceError('unsupported', say`the system queue default exists in every project and cannot be ${what}`, {
    subject: { kind: 'queue', name: defaultQueue },
  })
}

/** Bits of the network part of a queue's range. */
const queuePrefix = 24

/**
 * Picks the first free /24 of a block.
 * @param block - like `10.248.0.0/13`
 * @param taken - ranges to stay clear of; text that is no range is passed over
 * @returns `undefined` when the block is full
 */
export function pickQueueCidr(block: string, taken: readonly string[]): string | undefined {
  const whole = cidrOf(block)
  const occupied = taken.map(parseCidr).filter((cidr): cidr is Cidr => cidr !== undefined)
  const inside = occupied.filter((cidr) => overlaps(cidr, whole)).toSorted((one, other) => one.base - other.base)
  const size = 2 ** (32 - queuePrefix)
  let next = whole.base
  for (const cidr of inside) {
    if (cidr.base >= next + size) break
    if (cidr.last >= next) next = Math.ceil((cidr.last + 1) / size) * size
  }
  const picked: Cidr = { base: next, last: next + size - 1, prefix: queuePrefix }
  return picked.last <= whole.last ? formatCidr(picked) : undefined
}

/** The error of an installation whose queues use up its block. */
export function noFreeRange(block: string): ServiceError {
  return new ServiceError(
    'exhausted',
    say`no /24 of ${block} is free for another queue: delete a queue, or ask the installation owner for a larger block`,
  )
}

function invalid(message: Text): ServiceError {
  return new ServiceError('invalid', message)
}
