// Settles one elastic resource pool: its size, and the peerings that all its queues share.

import { judgePeerings, nextPeeringState, nextPoolState, type PeerId, type PoolId, type QueueId, ServiceError } from '@tributary/rules'
import type { PoolSource, Settlement } from '@tributary/store'
import type { Deps } from '../deps.ts'

type Part = Pick<Deps, 'store' | 'driver' | 'clock' | 'settle'>

/** @throws {ServiceError} `unavailable` when a queue of the pool has not taken its network; the peerings concerned are CREATING then */
export async function reconcilePool(deps: Part, id: PoolId): Promise<void> {
  await settleSize(deps, id)
  const source = await deps.store.networks.findPool(id)
  if (source === undefined) return
  const queues = await deps.store.queues.listInPool(id)
  await Promise.all(queues.map((queue) => deps.settle('network', queue.id)))
  const verdicts = judgePeerings(source.pool, source.peerings, source.neighbours)
  const missing = await findMissing(
    deps,
    queues.map((queue) => queue.id),
    verdicts,
  )
  await settlePeerings(deps, source, verdicts, missing)
  if (missing.size > 0)
    throw new ServiceError('unavailable', `a queue of elastic resource pool ${source.pool.name} has not taken its network`)
}

/** A size that was asked for is there at once. */
async function settleSize({ store, clock }: Part, id: PoolId): Promise<void> {
  await store.transaction(async (tx) => {
    const pool = await tx.pools.findById(id)
    if (pool === undefined) return
    const state = nextPoolState(pool.state, 'settled')
    if (state !== pool.state) await tx.pools.update({ ...pool, state, updatedAt: clock() })
  })
}

/** Peerings that may be ACTIVE, and that some queue of the pool does not have. */
async function findMissing(
  { driver }: Part,
  queueIds: readonly QueueId[],
  verdicts: ReadonlyMap<PeerId, string>,
): Promise<ReadonlySet<PeerId>> {
  const allowed = [...verdicts].filter(([, errMsg]) => errMsg === '').map(([peerId]) => peerId)
  const missing = new Set<PeerId>()
  for (const queueId of queueIds) {
    const inForce = await driver.observe(queueId)
    const carried = new Set(inForce?.peerings.map(({ peerId }) => peerId))
    for (const peerId of allowed) if (!carried.has(peerId)) missing.add(peerId)
  }
  return missing
}

async function settlePeerings(
  { store, clock }: Part,
  { peerings }: PoolSource,
  verdicts: ReadonlyMap<PeerId, string>,
  missing: ReadonlySet<PeerId>,
): Promise<void> {
  const settlements = peerings
    .map(({ peering: { id, state, errMsg } }) => {
      const verdict = verdicts.get(id) ?? ''
      const event = verdict !== '' ? 'refused' : missing.has(id) ? 'changed' : 'applied'
      const after: Settlement = { id, state: nextPeeringState(state, event), errMsg: verdict }
      return { after, isChanged: after.state !== state || after.errMsg !== errMsg }
    })
    .filter(({ isChanged }) => isChanged)
    .map(({ after }) => after)
  if (settlements.length > 0) await store.transaction((tx) => tx.poolPeerings.settle(settlements, clock()))
}
