// Pool peerings: one enhanced connection x one elastic resource pool, with its state.

import {
  type Connection,
  type ConnectionId,
  type PeerId,
  type PeeringState,
  type PoolId,
  type PoolPeering,
  type ProjectId,
  type SubnetId,
  textFromJson,
  textToJson,
  type VpcId,
} from '@tributary/rules'
import { type Kysely, sql } from 'kysely'
import type { Settlement } from './peerings.ts'
import type { Schema } from './schema.ts'
import type { PoolPeeringTable } from './schema/queues.ts'

/** A pool peering before it has come to anything. */
export interface NewPoolPeering {
  readonly id: PeerId
  readonly poolId: PoolId
  readonly createdAt: number
}

/** What {@link toPoolPeering} wants to be selected from `pool_peerings` joined with `pools`. */
export const poolPeeringColumns = [
  'pool_peerings.id',
  'pool_peerings.connection_id',
  'pool_peerings.pool_id',
  'pools.name as pool_name',
  'pool_peerings.state',
  'pool_peerings.err_msg',
  'pool_peerings.created_at',
  'pool_peerings.updated_at',
] as const

/** A pool peering's row with the name of its pool. */
export type PoolPeeringRow = Omit<PoolPeeringTable, 'project_id' | 'vpc_id' | 'subnet_id'> & { readonly pool_name: string }

/** Reads and writes pool peerings. */
export class PoolPeerings {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Of these connections, oldest first. */
  async list(connectionIds: readonly ConnectionId[]): Promise<readonly PoolPeering[]> {
    if (connectionIds.length === 0) return []
    const rows = await this.#db
      .selectFrom('pool_peerings')
      .innerJoin('pools', 'pools.id', 'pool_peerings.pool_id')
      .select(poolPeeringColumns)
      .where('pool_peerings.connection_id', 'in', connectionIds)
      .orderBy('pool_peerings.created_at')
      .orderBy('pools.name')
      .execute()
    return rows.map(toPoolPeering)
  }

  /** Which pools are bound into a VPC that connections of a project name; to one of its subnets where that is given. */
  async listPools(projectId: ProjectId, where: { readonly vpcId: VpcId } | { readonly subnetId: SubnetId }): Promise<readonly PoolId[]> {
    const ofProject = this.#db.selectFrom('pool_peerings').select('pool_id').distinct().where('project_id', '=', projectId)
    const bound = 'vpcId' in where ? ofProject.where('vpc_id', '=', where.vpcId) : ofProject.where('subnet_id', '=', where.subnetId)
    return (await bound.orderBy('pool_id').execute()).map((row) => row.pool_id as PoolId)
  }

  /** Pools with a FAILED peering of a connection of this project, into one VPC where that is given, at most 10,000. */
  async listFailedPools(projectId: ProjectId, vpcId?: VpcId): Promise<readonly PoolId[]> {
    let failed = this.#db
      .selectFrom('pool_peerings')
      .select('pool_id')
      .distinct()
      .where('project_id', '=', projectId)
      .where('state', '=', sql.lit('FAILED'))
    if (vpcId !== undefined) failed = failed.where('vpc_id', '=', vpcId)
    const rows = await failed.orderBy('pool_id').limit(10_000).execute()
    return rows.map((row) => row.pool_id as PoolId)
  }

  /** Binds; a pool that is bound already stays as it is. @returns whether it was new */
  async ensure(connection: Pick<Connection, 'id' | 'projectId' | 'vpcId' | 'subnetId'>, peering: NewPoolPeering): Promise<boolean> {
    const inserted = await this.#db
      .insertInto('pool_peerings')
      .values({
        id: peering.id,
        connection_id: connection.id,
        pool_id: peering.poolId,
        project_id: connection.projectId,
        vpc_id: connection.vpcId,
        subnet_id: connection.subnetId,
        state: 'CREATING',
        err_msg: '',
        created_at: peering.createdAt,
        updated_at: peering.createdAt,
      })
      .onConflict((on) => on.columns(['connection_id', 'pool_id']).doNothing())
      .returning('id')
      .executeTakeFirst()
    return inserted !== undefined
  }

  /** Unbinds one pool, or all of them. @returns the pools that were bound */
  async remove(connectionId: ConnectionId, poolId?: PoolId): Promise<readonly PoolId[]> {
    let doomed = this.#db.deleteFrom('pool_peerings').where('connection_id', '=', connectionId)
    if (poolId !== undefined) doomed = doomed.where('pool_id', '=', poolId)
    const rows = await doomed.returning('pool_id').execute()
    return rows.map((row) => row.pool_id as PoolId)
  }

  /** Writes states that differ from what is there; a peering that is gone stays gone. */
  async settle(settlements: readonly Settlement[], at: number): Promise<void> {
    for (const { id, state, errMsg } of settlements) {
      await this.#db
        .updateTable('pool_peerings')
        .set({ state, err_msg: textToJson(errMsg), updated_at: at })
        .where('id', '=', id)
        .where((of) => of.or([of('state', '!=', state), of('err_msg', '!=', textToJson(errMsg))]))
        .execute()
    }
  }
}

/** A pool peering's row as a value. */
export function toPoolPeering(row: PoolPeeringRow): PoolPeering {
  return {
    id: row.id as PeerId,
    connectionId: row.connection_id as ConnectionId,
    poolId: row.pool_id as PoolId,
    poolName: row.pool_name,
    state: row.state as PeeringState,
    errMsg: textFromJson(row.err_msg),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
