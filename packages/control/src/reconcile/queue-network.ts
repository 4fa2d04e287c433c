// Settles the network of one queue: judges its peerings and bindings, gives the whole value to the driver, writes what came of it.

import { createHash } from 'node:crypto'
import {
  composeNetwork,
  emptyNetwork,
  type FailedPath,
  fillHosts,
  isSameText,
  isSilent,
  judgeBinding,
  judgePeerings,
  type NetworkDraft,
  nextPeeringState,
  noQueue,
  type PeerId,
  type PeeringState,
  type QueueId,
  type QueueNetwork,
  silence,
  type Text,
} from '@tributary/rules'
import type { NetworkSource, Settlement, Transaction } from '@tributary/store'
import type { Deps } from '../deps.ts'

type Part = Pick<Deps, 'store' | 'driver' | 'forbidden' | 'clock' | 'rehearsal' | 'wake'>

/** A queue's network as it should be, and what was found on the way. */
interface Wanted {
  readonly source: NetworkSource
  /** Why each peering and binding is FAILED, silence where it may be ACTIVE. */
  readonly verdicts: ReadonlyMap<PeerId, Text>
  /** False where delays are rehearsed and the queue is still being made: nothing binds it yet, and the sweep looks again. */
  readonly isMade: boolean
  /** Absent when the driver has it already. */
  readonly network: QueueNetwork | undefined
}

// No version follows this one: the id of a queue that is gone never comes back.
const lastVersion = Number.MAX_SAFE_INTEGER

/** @throws {ServiceError} `unavailable` when the driver could not take it; the peerings concerned are CREATING then */
export async function reconcileNetwork(deps: Part, id: QueueId): Promise<void> {
  const { store, driver } = deps
  const inForce = await driver.observe(id)
  const wanted = await store.transaction((tx) => findWanted(deps, tx, id, inForce?.version))
  if (wanted === undefined) {
    if (inForce !== undefined && inForce.version !== lastVersion) {
      await driver.apply(id, emptyNetwork(id, inForce.queueName, inForce.cidr, lastVersion))
    }
    return
  }
  try {
    if (wanted.network !== undefined) await driver.apply(id, wanted.network)
  } catch (error) {
    await settle(deps, wanted, 'changed')
    throw error
  }
  await settle(deps, wanted, wanted.isMade ? 'applied' : 'changed')
}

/** The network that a queue should have now. @throws {ServiceError} `notFound` when there is no such queue */
export async function findNetwork(deps: Part, id: QueueId): Promise<QueueNetwork> {
  return deps.store.transaction(async (tx) => {
    const source = await tx.networks.find(id)
    if (source === undefined) throw noQueue(id)
    return complete(
      tx,
      draftOf(deps, source, { verdicts: judge(source), isMade: deps.rehearsal.waitOf(source.queue) === 0 }),
      source.version,
    )
  })
}

/** What a queue is bound to and does not reach, and why; empty for a queue that is gone. */
export async function findFailedPaths({ store }: Pick<Deps, 'store'>, id: QueueId): Promise<readonly FailedPath[]> {
  const source = await store.networks.find(id)
  if (source === undefined) return []
  const verdicts = judge(source)
  const peerings = [...source.peerings, ...(source.pool?.peerings ?? [])].filter(({ peering }) => !mayBeActive(verdicts, peering.id))
  const hosts = await store.connections.listHosts(peerings.map(({ peering }) => peering.connectionId))
  const bindings = source.bindings.filter(({ peerId }) => !mayBeActive(verdicts, peerId))
  return [
    ...peerings.map(({ peering, connectionName, subnet, routes }) => ({
      connectionName,
      errMsg: verdicts.get(peering.id) ?? silence,
      cidrs: [...(subnet === undefined ? [] : [subnet.cidr]), ...routes.map(({ cidr }) => cidr)],
      hosts: hosts.get(peering.connectionId) ?? [],
    })),
    ...bindings.map(({ peerId, connectionName, addresses }) => ({
      connectionName,
      errMsg: verdicts.get(peerId) ?? silence,
      cidrs: [],
      hosts: addresses.map(({ name }) => ({ name })),
    })),
  ]
}

/** Reads and decides in one transaction, so that a version stands for one content. */
async function findWanted(deps: Part, tx: Transaction, id: QueueId, inForce: number | undefined): Promise<Wanted | undefined> {
  const source = await tx.networks.find(id)
  if (source === undefined) return undefined
  const judged = { verdicts: judge(source), isMade: deps.rehearsal.waitOf(source.queue) === 0 }
  const draft = draftOf(deps, source, judged)
  const digest = createHash('sha256').update(JSON.stringify(draft)).digest('base64url')
  const version = digest === source.digest ? source.version : source.version + 1
  if (version !== source.version) await tx.networks.putVersion(id, version, digest)
  return { source, ...judged, network: version === inForce ? undefined : await complete(tx, draft, version) }
}

function judge({ queue, peerings, neighbours, bindings, pool }: NetworkSource): ReadonlyMap<PeerId, Text> {
  return new Map([
    ...judgePeerings(queue, peerings, neighbours),
    ...(pool === undefined ? [] : judgePeerings(pool.pool, pool.peerings, pool.neighbours)),
    ...bindings.map((binding) => [binding.peerId, judgeBinding(queue, binding)] as const),
  ])
}

function mayBeActive(verdicts: ReadonlyMap<PeerId, Text>, id: PeerId): boolean {
  const verdict = verdicts.get(id)
  return verdict !== undefined && isSilent(verdict)
}

function draftOf({ forbidden }: Part, source: NetworkSource, { verdicts, isMade }: Pick<Wanted, 'verdicts' | 'isMade'>): NetworkDraft {
  // A queue has its own paths and its pool's; what came of the pool's is written by the pool's own reconciler.
  const peerings = [...source.peerings, ...(source.pool?.peerings ?? [])]
  return composeNetwork({ ...source, peerings, forbidden: forbidden() }, (id) => isMade && mayBeActive(verdicts, id))
}

async function complete(tx: Transaction, draft: NetworkDraft, version: number): Promise<QueueNetwork> {
  return fillHosts(draft, version, await tx.connections.listHosts(draft.peerings.map((peering) => peering.connectionId)))
}

/** Writes the states that have changed; a sweep over settled networks writes nothing. */
async function settle({ store, clock, wake }: Part, { source, verdicts }: Wanted, outcome: 'applied' | 'changed'): Promise<void> {
  const settled = (id: PeerId, state: PeeringState): Settlement => {
    const errMsg = verdicts.get(id) ?? silence
    return { id, state: nextPeeringState(state, isSilent(errMsg) ? outcome : 'refused'), errMsg }
  }
  const peerings = source.peerings
    .map(({ peering }) => ({ before: peering, after: settled(peering.id, peering.state) }))
    .filter(({ before, after }) => before.state !== after.state || !isSameText(before.errMsg, after.errMsg))
  const bindings = source.bindings
    .map((binding) => ({ before: binding, after: settled(binding.peerId, binding.state) }))
    .filter(({ before, after }) => before.state !== after.state || !isSameText(before.errMsg, after.errMsg))
  if (peerings.length + bindings.length === 0) return
  await store.transaction(async (tx) => {
    await tx.peerings.settle(
      peerings.map(({ after }) => after),
      clock(),
    )
    await tx.classicConnections.settleBindings(
      bindings.map(({ after }) => after),
      clock(),
    )
  })
  for (const connectionId of new Set(bindings.map(({ before }) => before.connectionId))) wake('classicConnection', connectionId)
}
