// Settles one elastic resource pool: its size, and the peerings that all its queues share.

import {
  allotCu,
  type CuClaim,
  isSameText,
  isSilent,
  judgePeerings,
  nextPeeringState,
  nextPoolState,
  type PeerId,
  type Pool,
  type PoolId,
  type QueueId,
  say,
  ServiceError,
  silence,
  type Text,
} from '@tributary/rules'
import type { PoolSource, Settlement, Transaction } from '@tributary/store'
import type { Deps } from '../deps.ts'
import { scaleRecord } from '../pools.ts'

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
    throw new ServiceError('unavailable', say`a queue of elastic resource pool ${source.pool.name} has not taken its network`)
}

/** A size that was asked for is there at once; the queues share it as their policies say at this hour. */
async function settleSize({ store, clock }: Part, id: PoolId): Promise<void> {
  await store.transaction(async (tx) => {
    const pool = await tx.pools.findById(id)
    if (pool === undefined) return
    const updatedAt = clock()
    const actualCu = await shareCu(tx, pool, updatedAt)
    const settled: Pool = { ...pool, actualCu, state: nextPoolState(pool.state, 'settled') }
    if (settled.state === pool.state && actualCu === pool.actualCu) return
    await tx.pools.update({ ...settled, updatedAt })
    if (actualCu !== pool.actualCu) await tx.pools.insertScaleRecord(id, scaleRecord(settled, pool.actualCu, updatedAt))
  })
}

/** @returns what the pool has to have for it */
async function shareCu(tx: Transaction, pool: Pool, now: number): Promise<number> {
  const policies = new Map((await tx.queues.listPolicies(pool.id)).map((one) => [one.name, one.policies]))
  const queues = await tx.queues.listInPool(pool.id)
  const claims: CuClaim[] = []
  for (const { id, name, cuSpec } of queues) {
    claims.push({ name, cuSpec, liveJobs: await tx.jobs.runningOn(id), policies: policies.get(name) ?? [] })
  }
  const { shares, actualCu } = allotCu(pool, claims, now)
  for (const { id, name, cu } of queues) {
    const share = shares.get(name) ?? cu
    if (share !== cu) await tx.queues.putSize(id, { cu: share })
  }
  return actualCu
}

/** Peerings that may be ACTIVE, and that some queue of the pool does not have. */
async function findMissing(
  { driver }: Part,
  queueIds: readonly QueueId[],
  verdicts: ReadonlyMap<PeerId, Text>,
): Promise<ReadonlySet<PeerId>> {
  const allowed = [...verdicts].filter(([, errMsg]) => isSilent(errMsg)).map(([peerId]) => peerId)
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
  verdicts: ReadonlyMap<PeerId, Text>,
  missing: ReadonlySet<PeerId>,
): Promise<void> {
  const settlements = peerings
    .map(({ peering: { id, state, errMsg } }) => {
      const verdict = verdicts.get(id) ?? silence
      const event = !isSilent(verdict) ? 'refused' : missing.has(id) ? 'changed' : 'applied'
      const after: Settlement = { id, state: nextPeeringState(state, event), errMsg: verdict }
      return { after, isChanged: after.state !== state || !isSameText(after.errMsg, errMsg) }
    })
    .filter(({ isChanged }) => isChanged)
    .map(({ after }) => after)
  if (settlements.length > 0) await store.transaction((tx) => tx.poolPeerings.settle(settlements, clock()))
}
