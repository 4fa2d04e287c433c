// Names of what there is, by what it is called on the command line: completion proposes them, conversations check what was typed.

import { type Kind, namedOf } from './references.ts'
import type { Session } from './session.ts'

type Reader = (session: Session) => Promise<readonly string[]>

const kinds = {
  connection: 'connection',
  'classic-connection': 'classic connection',
  vpc: 'VPC',
  subnet: 'subnet',
  'security-group': 'security group',
  'route-table': 'route table',
  user: 'user',
  project: 'project',
  role: 'role',
} as const satisfies Readonly<Record<string, Kind>>

const readers = {
  queue: async ({ client, projectId }) =>
    (await client.listQueues({ params: { project_id: projectId }, query: { queue_type: 'all' } })).queues.map(
      ({ queue_name: name }) => name,
    ),
  database: async ({ client, projectId }) =>
    (await client.listDatabases({ params: { project_id: projectId } })).databases.map(({ database_name: name }) => name),
  pool: async ({ client, projectId }) =>
    (await client.listPools({ params: { project_id: projectId } })).elastic_resource_pools.map(
      ({ elastic_resource_pool_name: name }) => name,
    ),
  'auth-info': async ({ client, projectId }) =>
    (await client.listAuthInfos({ params: { project_id: projectId } })).auth_infos.map(({ auth_info_name: name }) => name),
} as const satisfies Readonly<Record<string, Reader>>

/** What has names that can be listed. */
export type NamedNoun = keyof typeof kinds | keyof typeof readers

/** The noun that an argument or a flag names, by its own name: `queues` and `queue-name` name queues. */
export function nounNamedBy(name: string): NamedNoun | undefined {
  const known: Readonly<Record<string, string>> = {
    'new-owner': 'user',
    group: 'security-group',
    routetable: 'route-table',
    'elastic-resource-pool': 'pool',
    'auth-info': 'auth-info',
  }
  const singular = name.replace(/-name$/, '').replace(/s$/, '')
  const noun = known[name.replace(/-name$/, '')] ?? singular
  return noun in kinds || noun in readers ? (noun as NamedNoun) : undefined
}

/** All names that the caller sees. @throws as the call that lists them */
export async function namesOf(noun: NamedNoun, session: Session): Promise<readonly string[]> {
  if (noun in readers) return readers[noun as keyof typeof readers](session)
  return (await namedOf(kinds[noun as keyof typeof kinds], session)).flatMap(({ names }) => names.slice(0, 1))
}

/** Names of the tables of one database. */
export async function tableNamesOf({ client, projectId }: Session, database: string): Promise<readonly string[]> {
  const { tables } = await client.listTables({ params: { project_id: projectId, database_name: database } })
  return tables.map(({ table_name: name }) => name)
}
