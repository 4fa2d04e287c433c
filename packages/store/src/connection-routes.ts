// Custom routes of enhanced connections.

import type { ConnectionId, ConnectionRouteParts, NetworkRoute } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** Reads and writes routes. */
export class ConnectionRoutes {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** By connection, oldest first; a connection without routes is absent. */
  async list(connectionIds: readonly ConnectionId[]): Promise<ReadonlyMap<ConnectionId, readonly NetworkRoute[]>> {
    if (connectionIds.length === 0) return new Map()
    const rows = await this.#db
      .selectFrom('connection_routes')
      .selectAll()
      .where('connection_id', 'in', connectionIds)
      .orderBy('created_at')
      .orderBy('name')
      .execute()
    const byConnection = new Map<ConnectionId, NetworkRoute[]>()
    for (const { connection_id, name, cidr, created_at: createdAt } of rows) {
      const routes = byConnection.get(connection_id as ConnectionId) ?? []
      byConnection.set(connection_id as ConnectionId, routes)
      routes.push({ name, cidr, createdAt })
    }
    return byConnection
  }

  /** The caller has checked that name and block are free. */
  async insert(connectionId: ConnectionId, { name, cidr, block }: ConnectionRouteParts, createdAt: number): Promise<void> {
    await this.#db
      .insertInto('connection_routes')
      .values({ connection_id: connectionId, name, cidr, block, created_at: createdAt })
      .execute()
  }

  /** Removes one route, or all of them. @returns whether there was any */
  async remove(connectionId: ConnectionId, name?: string): Promise<boolean> {
    let doomed = this.#db.deleteFrom('connection_routes').where('connection_id', '=', connectionId)
    if (name !== undefined) doomed = doomed.where('name', '=', name)
    const removed = await doomed.returning('name').execute()
    return removed.length > 0
  }
}
