// Enhanced connections of a project, their host entries, and how many there are in each state.

import { hash } from 'node:crypto'
import {
  type Connection,
  type ConnectionId,
  type ConnectionState,
  type HostEntry,
  noConnection,
  type ProjectId,
  type Soon,
  type SubnetId,
  type Tag,
  type VpcId,
} from '@tributary/rules'
import { sql } from 'kysely'
import { compiled } from './compiled.ts'
import { type ConnectionDetail, findConnectionDetail } from './connection-details.ts'
import type { Database } from './database.ts'
import type { ConnectionCountTable, ConnectionHostsTable, ConnectionTable } from './schema/connections.ts'

/** Which connections a list shows: name exactly, all tags; without `limit` all from `offset` on. */
export interface ConnectionFilter {
  readonly state: ConnectionState
  readonly name?: string | undefined
  readonly tags?: readonly Tag[] | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

const findById = compiled<{ projectId: string; id: string }, ConnectionTable>((db, slot) =>
  db.selectFrom('connections').selectAll().where('id', '=', slot('id')).where('project_id', '=', slot('projectId')),
)

// The state is part of the text: SQLite would compile a statement anew for each value that decides on a partial index.
const findLiveByName = compiled<{ projectId: string; name: string }, ConnectionTable>((db, slot) =>
  db
    .selectFrom('connections')
    .selectAll()
    .where('project_id', '=', slot('projectId'))
    .where('name', '=', slot('name'))
    .where('state', '=', sql.lit('ACTIVE')),
)

const insertRow = compiled<ConnectionTable, unknown>((db, slot) =>
  db.insertInto('connections').values({
    id: slot('id'),
    project_id: slot('project_id'),
    name: slot('name'),
    state: slot('state'),
    vpc_id: slot('vpc_id'),
    subnet_id: slot('subnet_id'),
    route_table_id: slot('route_table_id'),
    created_at: slot('created_at'),
    deleted_at: slot('deleted_at'),
  }),
)

const upsertHosts = compiled<ConnectionHostsTable, unknown>((db, slot) =>
  db
    .insertInto('connection_hosts')
    .values({ connection_id: slot('connection_id'), digest: slot('digest'), entries: slot('entries') })
    .onConflict((on) =>
      on
        .column('connection_id')
        .doUpdateSet((of) => ({ digest: of.ref('excluded.digest'), entries: of.ref('excluded.entries') }))
        .whereRef('connection_hosts.digest', '!=', 'excluded.digest'),
    )
    .returning('connection_id'),
)

const addToCount = compiled<ConnectionCountTable, unknown>((db, slot) =>
  db
    .insertInto('connection_counts')
    .values({ project_id: slot('project_id'), state: slot('state'), total: slot('total') })
    .onConflict((on) => on.columns(['project_id', 'state']).doUpdateSet({ total: sql<number>`connection_counts.total + excluded.total` })),
)

const findCount = compiled<{ projectId: string; state: string }, Pick<ConnectionCountTable, 'total'>>((db, slot) =>
  db.selectFrom('connection_counts').select('total').where('project_id', '=', slot('projectId')).where('state', '=', slot('state')),
)

/** Reads and writes enhanced connections. */
export class Connections {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Live or DELETED. */
  async find(projectId: ProjectId, id: string): Promise<Connection | undefined> {
    const [row] = await findById(this.#db, { projectId, id })
    return row === undefined ? undefined : toConnection(row)
  }

  /** With everything that is shown of it, in one read. */
  findDetail(projectId: ProjectId, id: string): Soon<ConnectionDetail | undefined> {
    return findConnectionDetail(this.#db, { projectId, id }, toConnection)
  }

  /** A live one. @throws {ServiceError} `notFound` */
  async getLive(projectId: ProjectId, id: string): Promise<Connection> {
    const found = await this.find(projectId, id)
    if (found === undefined || found.state === 'DELETED') throw noConnection(id)
    return found
  }

  /** The live one of a name. */
  async findByName(projectId: ProjectId, name: string): Promise<Connection | undefined> {
    const [row] = await findLiveByName(this.#db, { projectId, name })
    return row === undefined ? undefined : toConnection(row)
  }

  /** Oldest first; `total` counts every match, whatever the page. */
  async list(
    projectId: ProjectId,
    filter: ConnectionFilter,
  ): Promise<{ readonly total: number; readonly connections: readonly Connection[] }> {
    const matching = this.#matching(projectId, filter)
    const rows = await matching
      .selectAll('connections')
      .orderBy('created_at')
      .orderBy('id')
      .limit(filter.limit ?? 2 ** 31 - 1)
      .offset(filter.offset ?? 0)
      .execute()
    return { total: await this.#countMatching(projectId, filter), connections: rows.map(toConnection) }
  }

  #matching(projectId: ProjectId, filter: ConnectionFilter) {
    let matching = this.#db
      .selectFrom('connections')
      .where('connections.project_id', '=', projectId)
      .where('state', '=', sql.lit(filter.state))
    if (filter.name !== undefined) matching = matching.where('name', '=', filter.name)
    for (const { key, value } of filter.tags ?? []) {
      const tagged = this.#db
        .selectFrom('tags')
        .select('resource_id')
        .where('project_id', '=', projectId)
        .where('resource_kind', '=', 'connection')
        .where('key', '=', key)
        .where('value', '=', value)
      matching = matching.where('connections.id', 'in', tagged)
    }
    return matching
  }

  /** How many a project has, from a counter that every change keeps. */
  async count(projectId: ProjectId, state: ConnectionState): Promise<number> {
    const [row] = await findCount(this.#db, { projectId, state })
    return row?.total ?? 0
  }

  async #countMatching(projectId: ProjectId, filter: ConnectionFilter): Promise<number> {
    if (filter.name === undefined && (filter.tags ?? []).length === 0) return this.count(projectId, filter.state)
    const { total } = await this.#matching(projectId, filter)
      .select((of) => of.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow()
    return total
  }

  /** Writes a live connection; the caller has checked that its name is free. For use inside a transaction. */
  async insert(connection: Connection, hosts: readonly HostEntry[]): Promise<void> {
    await insertRow(this.#db, {
      id: connection.id,
      project_id: connection.projectId,
      name: connection.name,
      state: connection.state,
      vpc_id: connection.vpcId,
      subnet_id: connection.subnetId,
      route_table_id: connection.routeTableId ?? null,
      created_at: connection.createdAt,
      deleted_at: connection.deletedAt ?? null,
    })
    await this.#add(connection.projectId, connection.state, 1)
    await this.putHosts(connection.id, JSON.stringify(hosts))
  }

  /** Makes a live connection a tombstone. For use inside a transaction; its peerings are removed apart. */
  async markDeleted(connection: Connection, at: number): Promise<void> {
    await this.#db.updateTable('connections').set({ state: 'DELETED', deleted_at: at }).where('id', '=', connection.id).execute()
    await this.#add(connection.projectId, 'ACTIVE', -1)
    await this.#add(connection.projectId, 'DELETED', 1)
  }

  /** Forgets tombstones that were made before a time, at most 1,000 at once. For use inside a transaction. @returns how many */
  async removeDeleted(before: number): Promise<number> {
    const rows = await this.#db
      .selectFrom('connections')
      .select(['id', 'project_id'])
      .where('state', '=', sql.lit('DELETED'))
      .where('deleted_at', '<', before)
      .orderBy('deleted_at')
      .limit(1000)
      .execute()
    for (const row of rows) {
      await this.#db.deleteFrom('connections').where('id', '=', row.id).execute()
      await this.#db.deleteFrom('tags').where('resource_id', '=', row.id).execute()
      await this.#add(row.project_id, 'DELETED', -1)
    }
    return rows.length
  }

  /** Replaces the host entries. @param entries - JSON of them @returns whether they differ from what was there */
  async putHosts(id: ConnectionId, entries: string): Promise<boolean> {
    const digest = hash('sha256', entries, 'base64url')
    return (await upsertHosts(this.#db, { connection_id: id, digest, entries })).length > 0
  }

  /** The host entries of connections, in the order in which they were sent; a connection without a row has none. */
  async listHosts(ids: readonly ConnectionId[]): Promise<ReadonlyMap<ConnectionId, readonly HostEntry[]>> {
    const rows =
      ids.length === 0 ? [] : await this.#db.selectFrom('connection_hosts').selectAll().where('connection_id', 'in', ids).execute()
    return new Map(rows.map((row) => [row.connection_id as ConnectionId, JSON.parse(row.entries) as readonly HostEntry[]]))
  }

  /** The same entries as JSON text, for whoever passes them on. */
  async listHostsJson(ids: readonly ConnectionId[]): Promise<ReadonlyMap<ConnectionId, string>> {
    const rows =
      ids.length === 0 ? [] : await this.#db.selectFrom('connection_hosts').selectAll().where('connection_id', 'in', ids).execute()
    return new Map(rows.map((row) => [row.connection_id as ConnectionId, row.entries]))
  }

  /** How many live connections name a VPC or a subnet of a project. */
  async countUsing(projectId: ProjectId, what: { readonly vpcId: VpcId } | { readonly subnetId: SubnetId }): Promise<number> {
    const live = this.#db.selectFrom('connections').where('project_id', '=', projectId).where('state', '=', sql.lit('ACTIVE'))
    const using = 'vpcId' in what ? live.where('vpc_id', '=', what.vpcId) : live.where('subnet_id', '=', what.subnetId)
    const { total } = await using.select((of) => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
    return total
  }

  async #add(projectId: string, state: ConnectionState, difference: number): Promise<void> {
    await addToCount(this.#db, { project_id: projectId, state, total: difference })
  }
}

/** A connection's row as a value. */
export function toConnection(row: ConnectionTable): Connection {
  return {
    id: row.id as ConnectionId,
    projectId: row.project_id as ProjectId,
    name: row.name,
    state: row.state as ConnectionState,
    vpcId: row.vpc_id as VpcId,
    subnetId: row.subnet_id as SubnetId,
    routeTableId: row.route_table_id ?? undefined,
    createdAt: row.created_at,
    deletedAt: row.deleted_at ?? undefined,
  }
}
