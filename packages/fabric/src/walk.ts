// One dial under way: its steps, each told as a rung with its time, and addresses tried in their order.

import { type Carrier, type Endpoint, joined, type NetworkRelay, type Rung, say, ServiceError, type Text, textOf } from '@tributary/rules'

/** One dial under way: what stops it (its caller or a cut), and who hears of its rungs. */
export interface Walk {
  readonly target: Endpoint
  readonly stop: AbortController
  readonly tell: (rung: Rung) => void
}

// A name may carry thousands of addresses; a dial that tried them all would be a scan.
const mostAddresses = 16

/** Tries each in order and gives the first that works. @throws the reason of a stop, the only failure, or one error that tells them all */
export async function firstOf<Found>(
  walk: Walk,
  addresses: readonly string[],
  attempt: (address: string) => Promise<Found>,
): Promise<Found> {
  const failures: ServiceError[] = []
  for (const address of addresses.slice(0, mostAddresses)) {
    try {
      return await attempt(address)
    } catch (error) {
      walk.stop.signal.throwIfAborted()
      if (!(error instanceof ServiceError)) throw error
      failures.push(error)
    }
  }
  throw combined(failures)
}

function combined(failures: readonly ServiceError[]): ServiceError {
  const [first, ...others] = failures
  if (first === undefined) return new ServiceError('unavailable', say`the name leads to no address`)
  if (others.length === 0) return first
  const kind = failures.some((failure) => failure.kind === 'unavailable') ? 'unavailable' : 'forbidden'
  return new ServiceError(kind, joined([...new Map(failures.map((failure) => [failure.message, failure.text])).values()], '; '), {
    cause: first,
  })
}

/** The same walk, whose rungs name the peering that carries it from here on. */
export function via(walk: Walk, carrier: Carrier | NetworkRelay): Walk {
  const peerId = 'peerId' in carrier ? carrier.peerId : undefined
  return peerId === undefined ? walk : { ...walk, tell: (rung) => walk.tell({ ...rung, peerId }) }
}

/** Does one step and tells its rung; a step that goes on elsewhere has no `detail` and tells only its failure. */
export function climb<Value>({ tell }: Walk, name: Rung['name'], step: () => Value, detail?: (value: Value) => Text): Value {
  const start = performance.now()
  try {
    const value = step()
    if (detail !== undefined) tell({ name, ok: true, ms: performance.now() - start, detail: detail(value) })
    return value
  } catch (error) {
    tell({ name, ok: false, ms: performance.now() - start, detail: textOf(error) })
    throw error
  }
}

/** As {@link climb}, for a step that waits. */
export async function climbAsync<Value>(
  { tell }: Walk,
  name: Rung['name'],
  step: () => Promise<Value>,
  detail: (value: Value) => Text,
): Promise<Value> {
  const start = performance.now()
  try {
    const value = await step()
    tell({ name, ok: true, ms: performance.now() - start, detail: detail(value) })
    return value
  } catch (error) {
    tell({ name, ok: false, ms: performance.now() - start, detail: textOf(error) })
    throw error
  }
}
