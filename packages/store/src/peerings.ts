// Peerings: one enhanced connection x one queue, with its state.

import {
  type Connection,
  type ConnectionId,
  type PeerId,
  type Peering,
  type PeeringState,
  type ProjectId,
  type QueueId,
  type SubnetId,
  type Text,
  textFromJson,
  textToJson,
  type VpcId,
} from '@tributary/rules'
import { sql } from 'kysely'
import { compiled } from './compiled.ts'
import type { Database } from './database.ts'
import type { PeeringTable } from './schema/connections.ts'

/** What a peering or a binding has come to. */
export interface Settlement {
  readonly id: PeerId
  readonly state: PeeringState
  /** Silence unless FAILED. */
  readonly errMsg: Text
}

/** A peering before it has come to anything. */
export interface NewPeering {
  readonly id: PeerId
  readonly queueId: QueueId
  readonly createdAt: number
}

const insertNew = compiled<Omit<PeeringTable, 'state' | 'err_msg' | 'updated_at'>, unknown>((db, slot) =>
  db
    .insertInto('peerings')
    .values({
      id: slot('id'),
      connection_id: slot('connection_id'),
      queue_id: slot('queue_id'),
      project_id: slot('project_id'),
      vpc_id: slot('vpc_id'),
      subnet_id: slot('subnet_id'),
      state: 'CREATING',
      err_msg: '',
      created_at: slot('created_at'),
      updated_at: slot('created_at'),
    })
    .onConflict((on) => on.columns(['connection_id', 'queue_id']).doNothing())
    .returning('id'),
)

const updateOutcome = compiled<Pick<PeeringTable, 'id' | 'state' | 'err_msg' | 'updated_at'>, unknown>((db, slot) =>
  db
    .updateTable('peerings')
    .set({ state: slot('state'), err_msg: slot('err_msg'), updated_at: slot('updated_at') })
    .where('id', '=', slot('id'))
    .where((of) => of.or([of('state', '!=', slot('state')), of('err_msg', '!=', slot('err_msg'))])),
)

/** What {@link toPeering} wants to be selected from `peerings` joined with `queues`. */
export const peeringColumns = [
  'peerings.id',
  'peerings.connection_id',
  'peerings.queue_id',
  'queues.name as queue_name',
  'queues.pool_name',
  'peerings.state',
  'peerings.err_msg',
  'peerings.created_at',
  'peerings.updated_at',
] as const

/** A peering's row with the names of its queue and the queue's pool. */
export type PeeringRow = Omit<PeeringTable, 'project_id' | 'vpc_id' | 'subnet_id'> & {
  readonly queue_name: string
  readonly pool_name: string
}

/** Reads and writes peerings. */
export class Peerings {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Of these connections, oldest first. */
  async list(connectionIds: readonly ConnectionId[]): Promise<readonly Peering[]> {
    if (connectionIds.length === 0) return []
    const rows = await this.#db
      .selectFrom('peerings')
      .innerJoin('queues', 'queues.id', 'peerings.queue_id')
      .select(peeringColumns)
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

  /** Queues with a FAILED peering of a connection of this project, into one VPC where that is given, at most 10,000. */
  async listFailedQueues(projectId: ProjectId, vpcId?: VpcId): Promise<readonly QueueId[]> {
    let failed = this.#db
      .selectFrom('peerings')
      .select('queue_id')
      .distinct()
      .where('project_id', '=', projectId)
      .where('state', '=', sql.lit('FAILED'))
    if (vpcId !== undefined) failed = failed.where('vpc_id', '=', vpcId)
    const rows = await failed.orderBy('queue_id').limit(10_000).execute()
    return rows.map((row) => row.queue_id as QueueId)
  }

  /** Queues with a peering that is CREATING, by id, from one on. */
  async listCreatingQueues(after: string, limit: number): Promise<readonly QueueId[]> {
    const rows = await this.#db
      .selectFrom('peerings')
      .select('queue_id')
      .distinct()
      .where('state', '=', sql.lit('CREATING'))
      .where('queue_id', '>', after)
      .orderBy('queue_id')
      .limit(limit)
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

  /** The connections of peerings of queues and pools, by peering. */
  async findConnections(ids: readonly PeerId[]): Promise<ReadonlyMap<PeerId, ConnectionId>> {
    if (ids.length === 0) return new Map()
    const ofQueues = this.#db.selectFrom('peerings').select(['id', 'connection_id']).where('id', 'in', ids)
    const rows = await ofQueues
      .unionAll(this.#db.selectFrom('pool_peerings').select(['id', 'connection_id']).where('id', 'in', ids))
      .execute()
    return new Map(rows.map(({ id, connection_id }) => [id as PeerId, connection_id as ConnectionId]))
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
    const inserted = await insertNew(this.#db, {
      id: peering.id,
      connection_id: connection.id,
      queue_id: peering.queueId,
      project_id: connection.projectId,
      vpc_id: connection.vpcId,
      subnet_id: connection.subnetId,
      created_at: peering.createdAt,
    })
    return inserted.length > 0
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
      await updateOutcome(this.#db, { id, state, err_msg: textToJson(errMsg), updated_at: at })
    }
  }
}

/** A peering's row as a value. Written out: members that are spread into it would cost more than all others. */
export function toPeering(row: PeeringRow): Peering {
  const peering = {
    id: row.id as PeerId,
    connectionId: row.connection_id as ConnectionId,
    queueId: row.queue_id as QueueId,
    queueName: row.queue_name,
    state: row.state as PeeringState,
    errMsg: textFromJson(row.err_msg),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
  return row.pool_name === '' ? peering : { ...peering, poolName: row.pool_name }
}
