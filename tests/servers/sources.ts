// Real servers seen from inside a queue: a network that maps 10.x addresses to them, and source tables that live there.

import type { Column, NetworkPeering, PeerId, ConnectionId, QueueId, QueueNetwork, TableId } from '@tributary/rules'
import { parseColumnType } from '@tributary/rules'
import type { JdbcSettings, OpenableTable, SourceTable } from '../../packages/query/src/source.ts'
import type { PostgresServer } from './postgres.ts'

/** What tests set on a source table; the rest has defaults. */
export interface TableOptions {
  readonly host?: string
  readonly database?: string
  /** Given as `undefined`: `dbtable` names none. */
  readonly schema?: string | undefined
  readonly tls?: JdbcSettings['tls']
  readonly connector?: string
}

/**
 * The network of queue q1, bound to one connection for each server: `10.71.0.5:5432` leads to the first, `10.72.0.5:5432` to the second, and so on.
 * @param bound - which of the servers are bound, all unless told
 */
export function networkTo(
  servers: readonly { readonly port: number }[],
  version = 1,
  bound: (index: number) => boolean = () => true,
): QueueNetwork {
  const peerings = servers.map(({ port }, index) => peeringTo(index, port)).filter((_, index) => bound(index))
  return { queueId: 'queue-1' as QueueId, queueName: 'q1', version, cidr: '172.16.0.0/24', peerings, relays: [], forbidden: [] }
}

function peeringTo(index: number, port: number): NetworkPeering {
  const block = `10.${71 + index}.0`
  return {
    peerId: `peer-${index}` as PeerId,
    connectionId: `connection-${index}` as ConnectionId,
    connectionName: `connection${index + 1}`,
    createdAt: index,
    subnetCidr: `${block}.0/24`,
    routes: [],
    hosts: [],
    gateway: {
      kind: 'map',
      ranges: ['127.0.0.0/8'],
      map: [{ from: `${block}.5:5432`, to: `127.0.0.1:${port}` }],
      names: [],
      dns: undefined,
      allowCleartextPasswords: false,
      version: 1,
    },
  }
}

/** @param columns - name to type as DDL writes it, in order */
export function tableOf(name: string, columns: Readonly<Record<string, string>>, options: TableOptions = {}): SourceTable {
  return {
    id: `table-${options.host ?? ''}-${name}` as TableId,
    name: { database: 'db1', name },
    connector: options.connector ?? 'postgresql',
    settings: {
      endpoint: { host: options.host ?? '10.71.0.5', port: 5432 },
      database: options.database ?? 'shop',
      schema: 'schema' in options ? options.schema : 'public',
      table: name,
      tls: options.tls ?? 'disable',
      fetchSize: 1000,
    },
    columns: columnsOf(columns),
  }
}

/** @param columns - name to type as DDL writes it, in order */
export function columnsOf(columns: Readonly<Record<string, string>>): readonly Column[] {
  return Object.entries(columns).map(([name, type]) => ({ name, type: parseColumnType(type) }))
}

/** The table with what opens it. */
export function openableOf(table: SourceTable, server: Pick<PostgresServer, 'user' | 'password'>): OpenableTable {
  return { table, credentials: { user: server.user, password: server.password }, allowCleartextPasswords: false }
}
