// Settles one classic connection: binds the queues that may use it, has their networks carry its relays, and writes its state.

import {
  type ClassicConnection,
  type ConnectionId,
  hasNetwork,
  isSameText,
  isSilent,
  judgeBinding,
  judgeClassic,
  type PeerId,
  type Queue,
  silence,
  type Text,
} from '@tributary/rules'
import type { OwnedClassicBinding, Transaction } from '@tributary/store'
import type { Deps } from '../deps.ts'

type Part = Pick<Deps, 'store' | 'clock' | 'newId' | 'settle'>

/**
 * ACTIVE once the applied network of every bound queue has what its binding should be, and at once where no queue is bound; FAILED where nothing can
 * carry it, or where its group lets none of the bound queues in.
 */
export async function reconcileClassicConnection(deps: Part, id: ConnectionId): Promise<void> {
  const { store, clock, settle } = deps
  const found = await store.transaction((tx) => ensureBindings(deps, tx, id))
  if (found === undefined) return
  const { connection, verdicts, reason } = found
  const isSettled = ({ peerId, state, errMsg }: OwnedClassicBinding): boolean => {
    const verdict = verdicts.get(peerId) ?? reason
    return state === (isSilent(verdict) ? 'ACTIVE' : 'FAILED') && isSameText(errMsg, verdict)
  }
  const unsettled = found.bindings.filter((binding) => !isSettled(binding))
  await Promise.all(unsettled.map((binding) => settle('network', binding.queueId)))
  const bindings = unsettled.length === 0 ? found.bindings : await store.classicConnections.listBindings([id])
  if (isSilent(reason) && !bindings.every(isSettled)) {
    // Each network wakes this connection again when its binding has settled.
    await store.classicConnections.settle(connection.id, 'CREATING', silence, clock())
    return
  }
  await store.classicConnections.settle(connection.id, isSilent(reason) ? 'ACTIVE' : 'FAILED', reason, clock())
}

interface Found {
  readonly connection: ClassicConnection
  readonly bindings: readonly OwnedClassicBinding[]
  /** By binding, why it is FAILED, silence where it may be ACTIVE. */
  readonly verdicts: ReadonlyMap<PeerId, Text>
  /** Why the whole is FAILED, silence where it may be ACTIVE. */
  readonly reason: Text
}

/** @returns `undefined` for a connection that is gone */
async function ensureBindings({ clock, newId }: Part, tx: Transaction, id: ConnectionId): Promise<Found | undefined> {
  const connection = await tx.classicConnections.findById(id)
  if (connection === undefined || connection.state === 'DELETED') return undefined
  const excluded = await tx.classicConnections.listExcluded(id)
  for (const queue of await queuesFor(tx, connection)) {
    if (!excluded.has(queue.id)) await tx.classicConnections.ensureBinding(newId() as PeerId, id, queue.id, clock())
  }
  const bindings = await tx.classicConnections.listBindings([id])
  return { connection, bindings, ...(await judge(tx, connection, bindings)) }
}

/** The queue that `cluster_name` names, or every one that has a network; later ones too. */
async function queuesFor(tx: Transaction, { projectId, clusterName }: ClassicConnection): Promise<readonly Queue[]> {
  const queues = clusterName === undefined ? await tx.queues.list(projectId, {}) : [await tx.queues.find(projectId, clusterName)]
  return queues.filter((queue): queue is Queue => queue !== undefined && hasNetwork(queue))
}

async function judge(
  tx: Transaction,
  { projectId, subnetId, securityGroupId, addresses }: ClassicConnection,
  bindings: readonly OwnedClassicBinding[],
): Promise<Pick<Found, 'verdicts' | 'reason'>> {
  const subnet = await tx.subnets.find(projectId, subnetId)
  const group = await tx.securityGroups.find(projectId, securityGroupId)
  const gateway = subnet === undefined ? undefined : await tx.gateways.find(projectId, subnet.vpcId)
  const ground = { subnetId, subnet, securityGroupId, securityGroupKnown: group !== undefined, gateway }
  const groupId = group === undefined ? [] : [group.id]
  const groupRules = (await tx.securityGroupRules.listOf(groupId)).get(securityGroupId) ?? []
  const verdicts = new Map<PeerId, Text>()
  for (const { peerId, queueId } of bindings) {
    const queue = await tx.queues.findById(queueId)
    if (queue !== undefined) verdicts.set(peerId, judgeBinding(queue, { ground, addresses, groupRules }))
  }
  const refusals = [...verdicts.values()]
  const reason = judgeClassic(ground)
  return { verdicts, reason: isSilent(reason) && !refusals.some(isSilent) ? (refusals[0] ?? silence) : reason }
}
