// From catalog entries to tables that an engine can open: settings read from options, the way there followed, credentials fetched for one job.

import { randomUUID } from 'node:crypto'
import { type Credentials, type OpenableTable, readSourceOptions, type SourceTable, type TableName } from '@tributary/query'
import {
  type AuthInfo,
  blameFailedPath,
  checkAllowedAddress,
  type ProjectId,
  type Queue,
  type QueueNetwork,
  reachTable,
  type ResultColumn,
  say,
  ServiceError,
  sourceColumn,
  type Table,
  type TableId,
} from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import type { Deps } from './deps.ts'
import { findFailedPaths } from './reconcile/queue-network.ts'

/** A source table before it is opened. */
export interface Source {
  readonly table: SourceTable
  /** The auth-info that opens it; without one, credentials may have been written into its options. */
  readonly authInfoName: string | undefined
}

/** A source as a statement declares it, with the credentials that its options carry. */
export interface DeclaredSource extends Source {
  readonly credentials: Credentials | undefined
}

/** What a declaration says of a table. */
interface Declaration {
  readonly using: string
  /** As sent; they may hold a password. */
  readonly options: Readonly<Record<string, string>>
  readonly columns: readonly ResultColumn[] | undefined
}

/** Reads a declaration. @throws {ServiceError} `invalid`, `unsupported` for options that its kind of source does not have */
export function declaredSource(name: TableName, { using, options, columns }: Declaration): DeclaredSource {
  const { connector, settings, authInfoName, credentials } = readSourceOptions(using, options)
  return {
    table: { id: randomUUID() as TableId, name, connector, settings, columns: (columns ?? []).map(sourceColumn) },
    authInfoName,
    credentials,
  }
}

/** Reads a catalog entry, whose options hold no secret. */
export function catalogSource({ id, databaseName, name, using, options, columns }: Table): Source {
  const { connector, settings, authInfoName } = readSourceOptions(using, options)
  const table = { id, name: { database: databaseName, name }, connector, settings, columns: columns.map(sourceColumn), login: authInfoName }
  return { table, authInfoName }
}

/**
 * Follows the way from a queue to a source and looks for its auth-info; nothing is dialled and no secret is read.
 * @throws {ServiceError} `unavailable`, `forbidden` (the way), `notFound`, `invalid` (the auth-info)
 */
export async function checkSource(
  store: Pick<Repositories, 'authInfos'>,
  projectId: ProjectId,
  network: QueueNetwork,
  source: Source,
): Promise<void> {
  reachSource(network, source)
  if (source.authInfoName === undefined) return
  checkAllowedAddress(network, await getAuthInfo(store, projectId, source.authInfoName), source.table.settings.endpoint)
}

/** Fetches what opens a table of the catalog, for one job. @throws {ServiceError} as {@link checkSource} */
export async function openSource(
  store: Pick<Repositories, 'authInfos' | 'tables'>,
  projectId: ProjectId,
  network: QueueNetwork,
  source: Source,
): Promise<OpenableTable> {
  const inline = source.authInfoName === undefined ? await store.tables.findCredentials(source.table.id) : undefined
  return openDeclared(store, projectId, network, { ...source, credentials: inline })
}

/** Fetches what opens a table that a statement declares, for one job. @throws {ServiceError} as {@link checkSource} */
export async function openDeclared(
  store: Pick<Repositories, 'authInfos'>,
  projectId: ProjectId,
  network: QueueNetwork,
  source: DeclaredSource,
): Promise<OpenableTable> {
  const { allowCleartextPasswords } = reachSource(network, source)
  const { table, authInfoName } = source
  if (authInfoName === undefined) return { table, credentials: source.credentials, allowCleartextPasswords }
  const info = await getAuthInfo(store, projectId, authInfoName)
  checkAllowedAddress(network, info, table.settings.endpoint)
  const { password = '' } = await store.authInfos.secrets(info.id)
  const credentials = { user: info.userName, password }
  return { table, credentials, allowCleartextPasswords }
}

/**
 * Does something on the way to a source; where there is none because a connection of the queue is FAILED, the error says what that one says.
 * @throws what `work` throws, or its better words
 */
export async function explainingWay<Done>(
  { store }: Pick<Deps, 'store'>,
  queue: Queue,
  { table }: Source,
  work: () => Promise<Done>,
): Promise<Done> {
  try {
    return await work()
  } catch (error) {
    const isWay = error instanceof ServiceError && error.kind === 'unavailable' && error.details.subject?.kind === 'queue'
    throw isWay ? blameFailedPath(error, queue.name, table.settings.endpoint, await findFailedPaths({ store }, queue.id)) : error
  }
}

function reachSource(network: QueueNetwork, { table }: Source) {
  return reachTable(network, `${table.name.database}.${table.name.name}`, table.settings.endpoint)
}

async function getAuthInfo(store: Pick<Repositories, 'authInfos'>, projectId: ProjectId, name: string): Promise<AuthInfo> {
  const info = await store.authInfos.find(projectId, name)
  const subject = { kind: 'authInfo', name } as const
  if (info === undefined)
    throw new ServiceError('notFound', say`there is no auth-info named ${name}: create it, or correct the option passwdauth`, { subject })
  if (info.type !== 'passwd')
    throw new ServiceError('invalid', say`auth-info ${name} is of kind ${info.type}: passwdauth needs one of kind passwd`, { subject })
  return info
}
