// Peerings: one enhanced connection x one queue, with its state.

import type { Connection, ConnectionId, PeerId, Peering, PeeringState, ProjectId, QueueId, SubnetId, VpcId } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { PeeringTable, Schema } from './schema.ts'

/** What a peering or a binding has come to. */
export interface Settlement {
  readonly id: PeerId
  readonly state: PeeringState
  /** Empty unless FAILED. */
  readonly errMsg: string
}

/** A peering before it has come to anything. */
export interface NewPeering {
  readonly id: PeerId
  readonly queueId: QueueId
  readonly createdAt: number
}

/** Reads and writes peerings. */
export class Peerings {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Of these connections, oldest first. */
  async list(connectionIds: readonly ConnectionId[]): Promise<readonly Peering[]> {
    if (connectionIds.length === 0) return []
    const rows = await this.#db
      .selectFrom('peerings')
      .innerJoin('queues', 'queues.id', 'peerings.queue_id')
      .selectAll('peerings')
      .select(['queues.name as queue_name', 'queues.pool_name'])
      .where('peerings.connection_id', 'in', connectionIds)
      .orderBy('peerings.created_at')
      .orderBy('queues.name')
      .execute()
    return rows.map(toPeering)
  }

  /** Which queues are bound into a VPC that connections of a project name; to one of its subnets where that is given. */
  async listQueues(projectId: ProjectId, where: { readonly vpcId: VpcId } | { readonly subnetId: SubnetId }): Promise<readonly QueueId[]> {
    const ofProject = this.#db.selectFrom('peerings').select('queue_id').distinct().where('project_id', '=', projectId)
    const bound = 'vpcId' in where ? ofProject.where('vpc_id', '=', where.vpcId) : ofProject.where('subnet_id', '=', where.subnetId)
    return (await bound.orderBy('queue_id').execute()).map((row) => row.queue_id as QueueId)
  }

  /** Queues with a FAILED peering of a connection of this project, at most 10,000. */
  async listFailedQueues(projectId: ProjectId): Promise<readonly QueueId[]> {
    const rows = await this.#db
      .selectFrom('peerings')
      .select('queue_id')
      .distinct()
      .where('project_id', '=', projectId)
      .where('state', '=', 'FAILED')
      .orderBy('queue_id')
      .limit(10_000)
      .execute()
    return rows.map((row) => row.queue_id as QueueId)
  }

  /** How many peerings of queues and of pools there are, by state; a state without any is absent. */
  async countByState(): Promise<ReadonlyMap<PeeringState, number>> {
    const all = this.#db.selectFrom('peerings').select('state').unionAll(this.#db.selectFrom('pool_peerings').select('state'))
    const rows = await this.#db
      .selectFrom(all.as('bound'))
      .select(['state', (of) => of.fn.countAll<number | string>().as('total')])
      .groupBy('state')
      .execute()
    return new Map(rows.map(({ state, total }) => [state as PeeringState, Number(total)]))
  }

  /** How many connections a queue is bound to. */
  async countOn(queueId: QueueId): Promise<number> {
    const { total } = await this.#db
      .selectFrom('peerings')
      .select((of) => of.fn.countAll<number | string>().as('total'))
      .where('queue_id', '=', queueId)
      .executeTakeFirstOrThrow()
    return Number(total)
  }

  /** Binds; a queue that is bound already stays as it is. @returns whether it was new */
  async ensure(connection: Pick<Connection, 'id' | 'projectId' | 'vpcId' | 'subnetId'>, peering: NewPeering): Promise<boolean> {
    const inserted = await this.#db
      .insertInto('peerings')
      .values({
        id: peering.id,
        connection_id: connection.id,
        queue_id: peering.queueId,
        project_id: connection.projectId,
        vpc_id: connection.vpcId,
        subnet_id: connection.subnetId,
        state: 'CREATING',
        err_msg: '',
        created_at: peering.createdAt,
        updated_at: peering.createdAt,
      })
      .onConflict((on) => on.columns(['connection_id', 'queue_id']).doNothing())
      .returning('id')
      .executeTakeFirst()
    return inserted !== undefined
  }

  /** Unbinds one queue, or all of them. @returns the queues that were bound */
  async remove(connectionId: ConnectionId, queueId?: QueueId): Promise<readonly QueueId[]> {
    let doomed = this.#db.deleteFrom('peerings').where('connection_id', '=', connectionId)
    if (queueId !== undefined) doomed = doomed.where('queue_id', '=', queueId)
    const rows = await doomed.returning('queue_id').execute()
    return rows.map((row) => row.queue_id as QueueId)
  }

  /** Writes states that differ from what is there; a peering that is gone stays gone. */
  async settle(settlements: readonly Settlement[], at: number): Promise<void> {
    for (const { id, state, errMsg } of settlements) {
      await this.#db
        .updateTable('peerings')
        .set({ state, err_msg: errMsg, updated_at: at })
        .where('id', '=', id)
        .where((of) => of.or([of('state', '!=', state), of('err_msg', '!=', errMsg)]))
        .execute()
    }
  }
}

/** A peering's row as a value. */
export function toPeering(row: PeeringTable & { readonly queue_name: string; readonly pool_name: string }): Peering {
  return {
    id: row.id as PeerId,
    connectionId: row.connection_id as ConnectionId,
    queueId: row.queue_id as QueueId,
    queueName: row.queue_name,
    ...(row.pool_name === '' ? {} : { poolName: row.pool_name }),
    state: row.state as PeeringState,
    errMsg: row.err_msg,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
