// When the networks that were last composed are no longer what the store says: after any change of a row that a network is made of.

import type { ChangeCounter, SqliteFile, Watched } from './sqlite.ts'

/** Every table that {@link Networks.find} reads, pools included; the tests hold this against what it asks. */
export const networkTables = [
  'queues',
  'pools',
  'peerings',
  'pool_peerings',
  'connections',
  'connection_hosts',
  'connection_routes',
  'classic_connections',
  'classic_bindings',
  'subnets',
  'gateways',
  'security_groups',
  'security_group_rules',
] as const

/** Counts the changes of networks in a database, those that the reconcilers write themselves included. */
export function watchNetworks(file: Pick<SqliteFile, 'watch'>): ChangeCounter {
  return file.watch(
    'networks',
    networkTables.flatMap((table): readonly Watched[] => [
      { table, event: 'insert' },
      { table, event: 'update' },
      { table, event: 'delete' },
    ]),
  )
}
