// Who must be looked at again when something changes, and how long a call waits for it.

import type { ConnectionId, PoolId, ProjectId, QueueId, SecurityGroupId, SubnetId, VpcId } from '@tributary/rules'
import type { Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'

type Part = Pick<Deps, 'store' | 'settle' | 'wake' | 'settings'>

/** Whose network has changed: a queue's, or that of a pool and all its queues. */
export type Affected = QueueId | { readonly poolId: PoolId }

/** What has changed: everything that stands on it is looked at again. */
export type Ground = { readonly vpcId: VpcId } | { readonly subnetId: SubnetId } | { readonly securityGroupId: SecurityGroupId }

/** Waits until queues and pools have their new networks, so that whoever reads next sees the end state; not where delays are rehearsed. */
export async function settleBindings(deps: Part, affected: readonly Affected[]): Promise<void> {
  if (deps.settings.timing === 'instant') await settleCuts(deps, affected)
  else for (const one of affected) deps.wake(...placeOf(one))
}

/** Waits until queues and pools have their new networks whatever the timing: an answered cut is done. */
export async function settleCuts({ settle }: Part, affected: readonly Affected[]): Promise<void> {
  const places = new Map(affected.map((one) => [placeOf(one).join(' '), placeOf(one)]))
  await Promise.all([...places.values()].map((place) => settle(...place)))
}

function placeOf(one: Affected): readonly [kind: 'network' | 'pool', id: string] {
  return typeof one === 'string' ? ['network', one] : ['pool', one.poolId]
}

/** Everybody who is bound to a connection. */
export async function listBound(tx: Pick<Transaction, 'peerings' | 'poolPeerings'>, id: ConnectionId): Promise<readonly Affected[]> {
  const queues = await tx.peerings.list([id])
  const pools = await tx.poolPeerings.list([id])
  return [...queues.map(({ queueId }) => queueId), ...pools.map(({ poolId }) => ({ poolId }))]
}

/** Unbinds everybody from a connection. @returns who was bound */
export async function unbindAll(tx: Pick<Transaction, 'peerings' | 'poolPeerings'>, id: ConnectionId): Promise<readonly Affected[]> {
  const queueIds = await tx.peerings.remove(id)
  const poolIds = await tx.poolPeerings.remove(id)
  return [...queueIds, ...poolIds.map((poolId) => ({ poolId }))]
}

/**
 * Has those looked at whose bindings failed in a project: the cause may have gone with a binding. Does not wait.
 * @param vpcId - where only bindings into this VPC have gone: others can have no part in it
 */
export async function wakeFailed({ store, wake }: Part, projectId: ProjectId, vpcId?: VpcId): Promise<void> {
  for (const id of await store.peerings.listFailedQueues(projectId, vpcId)) wake('network', id)
  for (const id of await store.poolPeerings.listFailedPools(projectId, vpcId)) wake('pool', id)
}

/** Waits until everything that stands on a VPC, subnet or group has been looked at again. */
export async function settleGround(deps: Part, projectId: ProjectId, ground: Ground): Promise<void> {
  const { store, settle } = deps
  const queueIds = 'securityGroupId' in ground ? [] : await store.peerings.listQueues(projectId, ground)
  const poolIds = 'securityGroupId' in ground ? [] : await store.poolPeerings.listPools(projectId, ground)
  const classicIds =
    'vpcId' in ground ? await store.classicConnections.listInVpc(ground.vpcId) : await store.classicConnections.listUsing(projectId, ground)
  await Promise.all([
    settleCuts(deps, [...queueIds, ...poolIds.map((poolId) => ({ poolId }))]),
    ...classicIds.map((id) => settle('classicConnection', id)),
  ])
}
