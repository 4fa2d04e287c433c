// Properties of a queue: settings of the published engine that are kept and shown as texts.

import { ServiceError } from './errors.ts'
import { defaultQueue, type Queue } from './queue.ts'
import { say, type Text } from './text.ts'

/** One property as it reads back. */
export interface QueueProperty {
  readonly key: string
  readonly value: string
}

type Check = (value: string, queue: Pick<Queue, 'cu'>) => boolean

const isBetween = (text: string, least: number, most: number): boolean =>
  /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most
const instancesOf = ({ cu }: Pick<Queue, 'cu'>): number => Math.floor(cu / 16)
const isFlag: Check = (value) => value === 'true' || value === 'false'

const checks: ReadonlyMap<string, { readonly rule: Text; readonly check: Check }> = new Map([
  [
    'computeEngine.maxInstance',
    { rule: say`2 to a sixteenth of its CU`, check: (value, queue) => isBetween(value, 2, Math.max(2, instancesOf(queue))) },
  ],
  [
    'computeEngine.maxPrefetchInstance',
    { rule: say`0 to a sixteenth of its CU`, check: (value, queue) => isBetween(value, 0, Math.max(1, instancesOf(queue))) },
  ],
  ['job.maxConcurrent', { rule: say`1 to 32`, check: (value) => isBetween(value, 1, 32) }],
  ['computeEngine.spark.nativeEnabled', { rule: say`true or false`, check: isFlag }],
  ['job.saveJobResultToJobBucket', { rule: say`true or false`, check: isFlag }],
])

/** Documents know both spellings. */
const spellings: Readonly<Record<string, string>> = { 'computeEngine.maxInstances': 'computeEngine.maxInstance' }

/** The key under which a property is kept, whichever way it was written. */
export function propertyKeyOf(key: string): string {
  return Object.hasOwn(spellings, key) ? (spellings[key] as string) : key
}

/**
 * Checks properties that are to be set.
 * @param properties - values as sent: numbers, booleans or texts
 * @throws {ServiceError} `unsupported` for the system queue, and for the range, which has a call of its own; `invalid` naming the key
 */
export function checkQueueProperties(
  queue: Pick<Queue, 'name' | 'cu'>,
  properties: Readonly<Record<string, unknown>>,
): readonly QueueProperty[] {
  if (queue.name === defaultQueue)
    throw new ServiceError('unsupported', say`the system queue default has no properties: create a queue of your own`, {
      subject: { kind: 'queue', name: queue.name },
    })
  const entries = Object.entries(properties)
  if (entries.length === 0) throw new ServiceError('invalid', say`properties is empty: send at least one`)
  return entries.map(([sent, value]) => {
    const key = propertyKeyOf(sent)
    if (key === 'network.cidrInVpc')
      throw new ServiceError('unsupported', say`network.cidrInVpc is not changed here: send cidr_in_vpc with PUT to the queue`)
    const known = checks.get(key)
    if (known === undefined)
      throw new ServiceError('invalid', say`property ${sent.slice(0, 80)} is unknown: it is one of ${[...checks.keys()].join(', ')}`)
    const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value).trim() : ''
    if (!known.check(text, queue)) throw new ServiceError('invalid', say`property ${sent} of queue ${queue.name} is ${known.rule}`)
    return { key, value: text }
  })
}

/** Of properties that come with a new queue, those that are kept: the others have always been passed over. */
export function knownProperties(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => checks.has(propertyKeyOf(key))))
}

/** Properties as they are shown: the one that documents spell in two ways comes both ways. */
export function shownProperties(properties: readonly QueueProperty[]): readonly QueueProperty[] {
  return properties.flatMap(({ key, value }) => [
    { key, value },
    ...Object.entries(spellings)
      .filter(([, kept]) => kept === key)
      .map(([other]) => ({ key: other, value })),
  ])
}
