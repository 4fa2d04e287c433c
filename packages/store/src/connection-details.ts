// One connection with everything that is shown of it.

import {
  allThere,
  type Connection,
  type NetworkRoute,
  type Peering,
  type PoolPeering,
  type ProjectId,
  type Soon,
  whenThere,
} from '@tributary/rules'
import { compiled } from './compiled.ts'
import type { Database } from './database.ts'
import { type PeeringRow, peeringColumns, toPeering } from './peerings.ts'
import { type PoolPeeringRow, poolPeeringColumns, toPoolPeering } from './pool-peerings.ts'
import type { ConnectionRouteTable, ConnectionTable } from './schema/connections.ts'

/** A connection and what belongs to it. */
export interface ConnectionDetail {
  readonly connection: Connection
  /** The host entries as JSON text, as they are kept: up to 20,000 that nobody needs to parse. */
  readonly hostsJson: string
  /** Oldest first, like the others. */
  readonly peerings: readonly Peering[]
  readonly poolPeerings: readonly PoolPeering[]
  readonly routes: readonly NetworkRoute[]
}

const findConnection = compiled<{ projectId: string; id: string }, Row>((db, slot) =>
  db
    .selectFrom('connections')
    .leftJoin('connection_hosts', 'connection_hosts.connection_id', 'connections.id')
    .selectAll('connections')
    .select('connection_hosts.entries')
    .where('connections.id', '=', slot('id'))
    .where('connections.project_id', '=', slot('projectId')),
)

// These come without an order: there are few, and SQLite would set up a sorter even for one.
const listPeerings = compiled<{ id: string }, PeeringRow>((db, slot) =>
  db
    .selectFrom('peerings')
    .innerJoin('queues', 'queues.id', 'peerings.queue_id')
    .select(peeringColumns)
    .where('peerings.connection_id', '=', slot('id')),
)

const listPoolPeerings = compiled<{ id: string }, PoolPeeringRow>((db, slot) =>
  db
    .selectFrom('pool_peerings')
    .innerJoin('pools', 'pools.id', 'pool_peerings.pool_id')
    .select(poolPeeringColumns)
    .where('pool_peerings.connection_id', '=', slot('id')),
)

const listRoutes = compiled<{ id: string }, RouteRow>((db, slot) =>
  db.selectFrom('connection_routes').select(['name', 'cidr', 'created_at']).where('connection_id', '=', slot('id')),
)

type Row = ConnectionTable & { readonly entries: string | null }
type RouteRow = Pick<ConnectionRouteTable, 'name' | 'cidr' | 'created_at'>
type Rows = [readonly Row[], readonly PeeringRow[], readonly PoolPeeringRow[], readonly RouteRow[]]

/** Live or DELETED. All is read in one go, so that no write comes between. @param read - turns the connection's own row into a value */
export function findConnectionDetail(
  db: Database,
  { projectId, id }: { readonly projectId: ProjectId; readonly id: string },
  read: (row: ConnectionTable) => Connection,
): Soon<ConnectionDetail | undefined> {
  const rows = allThere<Rows>([
    findConnection(db, { projectId, id }),
    listPeerings(db, { id }),
    listPoolPeerings(db, { id }),
    listRoutes(db, { id }),
  ])
  return whenThere(rows, ([[row], peerings, poolPeerings, routes]) => {
    if (row === undefined) return undefined
    return {
      connection: read(row),
      hostsJson: row.entries ?? '[]',
      peerings: oldestFirst(peerings, (peering) => peering.queue_name).map(toPeering),
      poolPeerings: oldestFirst(poolPeerings, (peering) => peering.pool_name).map(toPoolPeering),
      routes: oldestFirst(routes, (route) => route.name).map(({ name, cidr, created_at: createdAt }) => ({ name, cidr, createdAt })),
    }
  })
}

/** By name where they are equally old. */
function oldestFirst<Row extends { readonly created_at: number }>(rows: readonly Row[], nameOf: (row: Row) => string): readonly Row[] {
  if (rows.length < 2) return rows
  return rows.toSorted((one, other) => one.created_at - other.created_at || (nameOf(one) < nameOf(other) ? -1 : 1))
}
