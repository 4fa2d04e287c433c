// Waits until every path is what the store says: no peering and no classic connection is still CREATING.

import { Chance } from '../compat/fuzz/random.ts'
import { type Json, type Target, Writer } from './writer.ts'

/** What is promised of peerings. */
const peeringsMs = 5_000
/** Classic connections come last in the sweep of a start, after the networks of all queues. */
const allMs = 20_000
const page = 100

/** How long peerings took, and what was not settled in time. */
export interface Settling {
  readonly ms: number
  readonly problems: readonly string[]
}

/** Asks again until everything has settled; every peering here has what it needs to be ACTIVE. */
export async function untilSettled(target: Target): Promise<Settling> {
  const ground = { vpcId: '', subnetId: '', securityGroupId: '', domainId: '', userName: '', silentPort: 0 }
  const reader = new Writer({ name: 'reader', target, ground, chance: new Chance(1) })
  const startedAt = performance.now()
  const late = await waitFor(peeringsMs, async () => (await readPeerings(reader)).filter(({ status }) => status !== 'ACTIVE'))
  const ms = performance.now() - startedAt
  const creating = await waitFor(allMs, async () => {
    const { connections } = (await reader.call('listClassicConnections')).body
    return connections.filter(({ state }: Json) => state === 'CREATING')
  })
  return {
    ms,
    problems: [
      ...late.map((peering) => `not ACTIVE after ${peeringsMs} ms: ${JSON.stringify(peering)}`),
      ...creating.map((connection) => `not settled after ${allMs} ms: ${JSON.stringify(connection)}`),
    ],
  }
}

/** @returns what is left when the time is over; nothing as soon as nothing is */
async function waitFor(limitMs: number, read: () => Promise<readonly Json[]>): Promise<readonly Json[]> {
  const deadline = performance.now() + limitMs
  let left = await read()
  while (left.length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    left = await read()
  }
  return left
}

/** Those of all connections; the kept one sees to it that there is one. @throws {Error} when there is none */
async function readPeerings(reader: Writer): Promise<readonly Json[]> {
  const peerings: Json[] = []
  for (let offset = 0; ; offset += page) {
    const { body } = await reader.call('listConnections', { query: { limit: page, offset } })
    peerings.push(...body.connections.flatMap((connection: Json) => connection.available_queue_info))
    if (body.connections.length < page) break
  }
  if (peerings.length === 0) throw new Error('no peering was read')
  return peerings
}
