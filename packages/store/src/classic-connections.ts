// Classic connections of a project, and which queues each is bound to.

import {
  type ClassicAddress,
  type ClassicBinding,
  type ClassicConnection,
  type ClassicConnectionState,
  type ClassicService,
  type ConnectionId,
  noClassicConnection,
  type PeerId,
  type ProjectId,
  type QueueId,
  type SecurityGroupId,
  type SubnetId,
  type Tag,
  type Text,
  textFromJson,
  textToJson,
} from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Settlement } from './peerings.ts'
import type { Schema } from './schema.ts'
import type { ClassicBindingTable, ClassicConnectionTable } from './schema/connections.ts'

/** A binding and the connection it belongs to. */
export interface OwnedClassicBinding extends ClassicBinding {
  readonly connectionId: ConnectionId
}

/** Reads and writes classic connections. */
export class ClassicConnections {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Live or DELETED. */
  async find(projectId: ProjectId, id: string): Promise<ClassicConnection | undefined> {
    const found = await this.findById(id)
    return found?.projectId === projectId ? found : undefined
  }

  /** In whatever project, live or DELETED. */
  async findById(id: string): Promise<ClassicConnection | undefined> {
    const row = await this.#db.selectFrom('classic_connections').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toClassicConnection(row)
  }

  /** A live one. @throws {ServiceError} `notFound` */
  async getLive(projectId: ProjectId, id: string): Promise<ClassicConnection> {
    const found = await this.find(projectId, id)
    if (found === undefined || found.state === 'DELETED') throw noClassicConnection(id)
    return found
  }

  /** The live one of a name. */
  async findByName(projectId: ProjectId, name: string): Promise<ClassicConnection | undefined> {
    const row = await this.#db
      .selectFrom('classic_connections')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('name', '=', name)
      .where('state', '!=', 'DELETED')
      .executeTakeFirst()
    return row === undefined ? undefined : toClassicConnection(row)
  }

  /** Oldest first, at most 10,000; DELETED ones that were deleted before `since` are left out; all tags must be there. */
  async list(projectId: ProjectId, since: number, tags: readonly Tag[] = []): Promise<readonly ClassicConnection[]> {
    let matching = this.#db.selectFrom('classic_connections').selectAll().where('project_id', '=', projectId)
    for (const { key, value } of tags) {
      const tagged = this.#db
        .selectFrom('tags')
        .select('resource_id')
        .where('project_id', '=', projectId)
        .where('resource_kind', '=', 'classicConnection')
        .where('key', '=', key)
        .where('value', '=', value)
      matching = matching.where('id', 'in', tagged)
    }
    const rows = await matching
      .where((of) => of.or([of('state', '!=', 'DELETED'), of('updated_at', '>=', since)]))
      .orderBy('created_at')
      .orderBy('id')
      .limit(10_000)
      .execute()
    return rows.map(toClassicConnection)
  }

  /** The live ones that a dedicated queue of this name is bound to: those that name it, and those that name none. */
  async listFor(projectId: ProjectId, queueName: string): Promise<readonly ClassicConnection[]> {
    const rows = await this.#db
      .selectFrom('classic_connections')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('state', '!=', 'DELETED')
      .where((of) => of.or([of('cluster_name', 'is', null), of('cluster_name', '=', queueName)]))
      .orderBy('created_at')
      .orderBy('id')
      .limit(10_000)
      .execute()
    return rows.map(toClassicConnection)
  }

  /** The ids of every live one of the installation, by id, `limit` of them behind `after`. */
  async listLive(after: string, limit: number): Promise<readonly ConnectionId[]> {
    const rows = await this.#db
      .selectFrom('classic_connections')
      .select('id')
      .where('state', '!=', 'DELETED')
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map((row) => row.id as ConnectionId)
  }

  /** The ids of the live ones of a project that name a subnet or a group, by id, at most 10,000. */
  async listUsing(
    projectId: ProjectId,
    what: { readonly subnetId: SubnetId } | { readonly securityGroupId: SecurityGroupId },
  ): Promise<readonly ConnectionId[]> {
    const live = this.#db.selectFrom('classic_connections').select('id').where('project_id', '=', projectId).where('state', '!=', 'DELETED')
    const using =
      'subnetId' in what ? live.where('subnet_id', '=', what.subnetId) : live.where('security_group_id', '=', what.securityGroupId)
    return (await using.orderBy('id').limit(10_000).execute()).map((row) => row.id as ConnectionId)
  }

  /** The live ones whose subnet lies in a VPC, by id, at most 10,000. */
  async listInVpc(vpcId: string): Promise<readonly ConnectionId[]> {
    const rows = await this.#db
      .selectFrom('classic_connections')
      .innerJoin('subnets', (on) =>
        on.onRef('subnets.id', '=', 'classic_connections.subnet_id').onRef('subnets.project_id', '=', 'classic_connections.project_id'),
      )
      .select('classic_connections.id')
      .where('subnets.vpc_id', '=', vpcId)
      .where('classic_connections.state', '!=', 'DELETED')
      .orderBy('classic_connections.id')
      .limit(10_000)
      .execute()
    return rows.map((row) => row.id as ConnectionId)
  }

  /** The caller has checked that the name is free. */
  async insert(connection: ClassicConnection): Promise<void> {
    await this.#db
      .insertInto('classic_connections')
      .values({
        id: connection.id,
        project_id: connection.projectId,
        name: connection.name,
        service: connection.service,
        security_group_id: connection.securityGroupId,
        subnet_id: connection.subnetId,
        url: connection.url,
        cluster_name: connection.clusterName ?? null,
        state: connection.state,
        err_msg: textToJson(connection.errMsg),
        addresses: JSON.stringify(connection.addresses),
        created_at: connection.createdAt,
        updated_at: connection.updatedAt,
      })
      .execute()
  }

  /** Writes a state that differs from what is there; one that is DELETED stays so. */
  async settle(id: ConnectionId, state: ClassicConnectionState, errMsg: Text, at: number): Promise<void> {
    await this.#db
      .updateTable('classic_connections')
      .set({ state, err_msg: textToJson(errMsg), updated_at: at })
      .where('id', '=', id)
      .where('state', '!=', 'DELETED')
      .where((of) => of.or([of('state', '!=', state), of('err_msg', '!=', textToJson(errMsg))]))
      .execute()
  }

  /** Forgets DELETED ones that were deleted before a time. */
  async removeDeleted(before: number): Promise<void> {
    const doomed = this.#db.selectFrom('classic_connections').select('id').where('state', '=', 'DELETED').where('updated_at', '<', before)
    await this.#db.deleteFrom('tags').where('resource_id', 'in', doomed).execute()
    await this.#db.deleteFrom('classic_connections').where('state', '=', 'DELETED').where('updated_at', '<', before).execute()
  }

  /** The bindings of these connections, oldest first. */
  async listBindings(connectionIds: readonly ConnectionId[]): Promise<readonly OwnedClassicBinding[]> {
    if (connectionIds.length === 0) return []
    const rows = await this.#db
      .selectFrom('classic_bindings')
      .innerJoin('queues', 'queues.id', 'classic_bindings.queue_id')
      .selectAll('classic_bindings')
      .select('queues.name as queue_name')
      .where('classic_bindings.connection_id', 'in', connectionIds)
      .orderBy('classic_bindings.created_at')
      .orderBy('queues.name')
      .execute()
    return rows.map(toBinding)
  }

  /** Binds a queue; one that is bound already stays as it is. */
  async ensureBinding(id: PeerId, connectionId: ConnectionId, queueId: QueueId, at: number): Promise<void> {
    await this.#db
      .insertInto('classic_bindings')
      .values({ id, connection_id: connectionId, queue_id: queueId, state: 'CREATING', err_msg: '', created_at: at, updated_at: at })
      .onConflict((on) => on.columns(['connection_id', 'queue_id']).doNothing())
      .execute()
  }

  /** Unbinds one queue, and keeps it from being bound by itself again. @returns whether it was bound */
  async exclude(connectionId: ConnectionId, queueId: QueueId): Promise<boolean> {
    await this.#db
      .insertInto('classic_exclusions')
      .values({ connection_id: connectionId, queue_id: queueId })
      .onConflict((on) => on.columns(['connection_id', 'queue_id']).doNothing())
      .execute()
    const removed = await this.#db
      .deleteFrom('classic_bindings')
      .where('connection_id', '=', connectionId)
      .where('queue_id', '=', queueId)
      .returning('id')
      .executeTakeFirst()
    return removed !== undefined
  }

  /** Takes back {@link exclude}; binds nothing. */
  async include(connectionId: ConnectionId, queueId: QueueId): Promise<void> {
    await this.#db.deleteFrom('classic_exclusions').where('connection_id', '=', connectionId).where('queue_id', '=', queueId).execute()
  }

  /** Queues that are not bound by themselves. */
  async listExcluded(connectionId: ConnectionId): Promise<ReadonlySet<QueueId>> {
    const rows = await this.#db.selectFrom('classic_exclusions').select('queue_id').where('connection_id', '=', connectionId).execute()
    return new Set(rows.map((row) => row.queue_id as QueueId))
  }

  /** Unbinds every queue. @returns the queues that were bound */
  async removeBindings(connectionId: ConnectionId): Promise<readonly QueueId[]> {
    const rows = await this.#db.deleteFrom('classic_bindings').where('connection_id', '=', connectionId).returning('queue_id').execute()
    return rows.map((row) => row.queue_id as QueueId)
  }

  /** Writes states of bindings that differ from what is there; a binding that is gone stays gone. */
  async settleBindings(settlements: readonly Settlement[], at: number): Promise<void> {
    for (const { id, state, errMsg } of settlements) {
      await this.#db
        .updateTable('classic_bindings')
        .set({ state, err_msg: textToJson(errMsg), updated_at: at })
        .where('id', '=', id)
        .where((of) => of.or([of('state', '!=', state), of('err_msg', '!=', textToJson(errMsg))]))
        .execute()
    }
  }
}

/** A classic connection's row as a value. */
export function toClassicConnection(row: ClassicConnectionTable): ClassicConnection {
  return {
    id: row.id as ConnectionId,
    projectId: row.project_id as ProjectId,
    name: row.name,
    service: row.service as ClassicService,
    securityGroupId: row.security_group_id as SecurityGroupId,
    subnetId: row.subnet_id as SubnetId,
    url: row.url,
    clusterName: row.cluster_name ?? undefined,
    state: row.state as ClassicConnectionState,
    errMsg: textFromJson(row.err_msg),
    addresses: JSON.parse(row.addresses) as readonly ClassicAddress[],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function toBinding(row: ClassicBindingTable & { readonly queue_name: string }): OwnedClassicBinding {
  return {
    connectionId: row.connection_id as ConnectionId,
    queueId: row.queue_id as QueueId,
    queueName: row.queue_name,
    state: row.state as ClassicBinding['state'],
    errMsg: textFromJson(row.err_msg),
    peerId: row.id as PeerId,
    updatedAt: row.updated_at,
  }
}
