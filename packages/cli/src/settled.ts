// Waits for resources that settle after the call that made or changed them: connections, pools, tests.

import { Failure } from './failure.ts'
import type { Session } from './session.ts'
import type { Call, Flag } from './verb.ts'
import { defaultTimeoutSeconds, waitFor } from './wait.ts'

/** Flags of every verb that waits. */
export const waitFlags: readonly Flag[] = [
  { name: 'no-wait', kind: 'switch', brief: 'answer at once; it settles by itself' },
  { name: 'timeout', kind: 'number', brief: `how many seconds to wait at most, ${defaultTimeoutSeconds} unless given` },
]

/** Seconds to wait; `undefined` with `--no-wait`. */
export function timeoutOf({ given }: Call): number | undefined {
  return given.isOn('no-wait') ? undefined : (given.number('timeout') ?? defaultTimeoutSeconds)
}

/** One path of a connection, as the answers show it. */
export interface Peering {
  readonly name: string
  readonly status: string
  readonly err_msg: string
}

/** Waits until no path of a connection is CREATING. @throws {Failure} `failed` naming each path that is FAILED and why, `timedOut` */
export async function connectionSettles(call: Call, session: Session, connectionId: string): Promise<void> {
  const timeoutSeconds = timeoutOf(call)
  if (timeoutSeconds === undefined) return
  const params = { project_id: session.projectId, connection_id: connectionId }
  const look = async () => {
    const { available_queue_info: queues, elastic_resource_pools: pools } = await session.client.getConnection({ params })
    const peerings: readonly Peering[] = [...queues, ...pools]
    return peerings.some(({ status }) => status === 'CREATING') ? undefined : peerings
  }
  const peerings = await waitFor({ terminal: call.terminal, what: 'the connection to settle', look, timeoutSeconds })
  refuseFailed(peerings, 'tributary connection peerings CONNECTION')
}

/** Waits until a classic connection is ACTIVE. @throws {Failure} `failed` with the reason of its paths, `timedOut` */
export async function classicConnectionSettles(call: Call, session: Session, connectionId: string): Promise<void> {
  const timeoutSeconds = timeoutOf(call)
  if (timeoutSeconds === undefined) return
  const params = { project_id: session.projectId, connection_id: connectionId }
  const look = async () => {
    const found = await session.client.getClassicConnection({ params })
    return found.state === 'CREATING' ? undefined : found
  }
  const { state, available_queue_info: peerings } = await waitFor({
    terminal: call.terminal,
    what: 'the classic connection to settle',
    look,
    timeoutSeconds,
  })
  refuseFailed(peerings, 'tributary classic-connection get CONNECTION')
  if (state === 'FAILED') throw new Failure('failed', 'the classic connection is FAILED', { next: 'tributary classic-connection list' })
}

function refuseFailed(peerings: readonly Peering[], show: string): void {
  const failed = peerings.filter(({ status }) => status === 'FAILED')
  if (failed.length === 0) return
  throw new Failure('failed', failed.map(({ name, err_msg: why }) => `${name} is FAILED: ${why}`).join('; '), {
    next: `mend that and it heals by itself; how it stands: ${show}`,
  })
}

/** Waits until a pool is neither CREATING nor SCALING. @throws {Failure} `failed`, `timedOut` */
export async function poolSettles(call: Call, session: Session, name: string): Promise<void> {
  const timeoutSeconds = timeoutOf(call)
  if (timeoutSeconds === undefined) return
  const params = { project_id: session.projectId }
  const look = async () => {
    const { elastic_resource_pools: pools } = await session.client.listPools({ params, query: { name } })
    const pool = pools.find((one) => one.elastic_resource_pool_name === name.toLowerCase())
    return pool === undefined || pool.status === 'CREATING' || pool.status === 'SCALING' ? undefined : pool
  }
  const { status, fail_reason: reason } = await waitFor({ terminal: call.terminal, what: `pool ${name} to settle`, look, timeoutSeconds })
  if (status === 'FAILED') throw new Failure('failed', `pool ${name} is FAILED: ${reason}`)
}
