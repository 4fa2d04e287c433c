// Source tables of the catalog: names, and whether a queue can get to the place where their rows live.

import type { ResultColumn } from './column.ts'
import { formatEndpoint, type Endpoint } from './endpoint.ts'
import { ServiceError } from './errors.ts'
import type { DatabaseId, ProjectId, TableId } from './ids.ts'
import type { HostEntry } from './host.ts'
import { contains, parseCidr, parseIpv4 } from './ipv4.ts'
import type { NetworkRelay, QueueNetwork } from './network.ts'
import type { Owned } from './ownership.ts'
import { type Carrier, findPath, findRelayPath, resolveName, resolveRelay } from './path.ts'
import { hasNetwork, type Queue } from './queue.ts'
import { pickRoute } from './route-table.ts'
import { isSecretKey } from './statement.ts'
import { isSilent, say, type Text } from './text.ts'

/** A catalog entry whose rows live behind a connection, or in the warehouse; `options` are as written, with `***` in place of every secret. */
export interface Table extends Owned {
  readonly id: TableId
  readonly projectId: ProjectId
  readonly databaseId: DatabaseId
  readonly databaseName: string
  /** Lower case, unique in the database. */
  readonly name: string
  /** Lower case, for instance `jdbc`. */
  readonly using: string
  /** Keys in lower case. */
  readonly options: Readonly<Record<string, string>>
  /** Nested ones in managed tables and views alone. */
  readonly columns: readonly ResultColumn[]
  readonly comment: string
  readonly createdAt: number
  /** Of a table whose rows lie in the warehouse. */
  readonly managed?: Managed | undefined
  /** Of a view, which has no rows of its own. */
  readonly view?: ViewDefinition | undefined
  /** `TBLPROPERTIES`, with `***` in place of secrets; absent: none. */
  readonly properties?: Readonly<Record<string, string>> | undefined
}

/** A table or view by its full name, lower case. */
export interface RelationName {
  readonly database: string
  readonly name: string
}

/** What a view has beside its catalog entry, whose columns are those that it gives. */
export interface ViewDefinition {
  /** As written. */
  readonly query: string
  /** Where names without a database are looked up in it: the current one when it was made. */
  readonly currentDatabase: string
  /** What it names, once each. */
  readonly tables: readonly RelationName[]
  /** The names under which the query gives the view's columns, in their order: what it gives beside them later does not show. */
  readonly queryColumns: readonly string[]
}

/** What a managed table has beside its catalog entry. */
export interface Managed {
  /** The columns by whose values its files lie apart, outermost first, spelled as the columns are. */
  readonly partitionColumns: readonly string[]
  /** Counts its writes. */
  readonly version: number
  /** Of the newest version, ms since the epoch. */
  readonly changedAt: number
}

const namePattern = /^(?!_)(?![0-9]+$)[A-Za-z0-9_$]{1,128}$/

/**
 * The name as it is stored and compared: lower case.
 * @throws {ServiceError} `invalid` unless it is 1 to 128 letters, digits, `_` and `$`, not digits alone, not starting with `_`
 */
export function tableNameOf(text: string): string {
  if (namePattern.test(text)) return text.toLowerCase()
  throw new ServiceError(
    'invalid',
    say`"${text.slice(0, 140)}" is no table name: use 1 to 128 letters, digits, _ and $, not digits alone, not starting with _`,
  )
}

/** The error of a table that is not there, in the published words. */
export function noTable(name: string): ServiceError {
  return new ServiceError('notFound', say`There is no table named ${name}`, { subject: { kind: 'table', name } })
}

/** The error of a statement that names a table or a view that is not there, in Spark's words. */
export function noRelation({ database, name }: RelationName): ServiceError {
  return new ServiceError('semantic', say`Table or view not found: ${database}.${name}`, { subject: { kind: 'table', name } })
}

/** @throws {ServiceError} `unsupported` on a shared queue: it has no network of its own, so no source table is within its reach */
export function checkQueueReadsSources(queue: Queue, table: string): void {
  if (hasNetwork(queue)) return
  throw new ServiceError(
    'unsupported',
    say`queue ${queue.name} is shared and has no way to a source: run statements on table ${table} on a dedicated queue bound to a connection`,
    { subject: { kind: 'queue', name: queue.name } },
  )
}

/** @throws {ServiceError} `conflict` for a name that is taken */
export function checkNewTable(name: string, existing: Table | undefined): void {
  if (existing === undefined) return
  throw new ServiceError('conflict', say`table ${name} exists already: drop it first, choose another name, or say IF NOT EXISTS`, {
    subject: { kind: 'table', name },
  })
}

const secretKey = /user|password|secret|token/i

/** Options and properties as they are kept and shown: `***` in place of users, passwords and the like, also inside an address. Keys in any case. */
export function redactOptions(options: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, secretKey.test(key) || isSecretKey(key) ? '***' : redactAddress(value)]),
  )
}

function redactAddress(value: string): string {
  return value.replace(/([?&;][^=&;]*(?:user|password|secret|token)[^=&;]*=)[^&;]*/gi, '$1***').replace(/(\/\/)[^/@\s]*@/g, '$1***@')
}

/** What the way to a source is like. */
export interface Reach {
  /** Whether every gateway that may carry it lets a password cross unencrypted. */
  readonly allowCleartextPasswords: boolean
}

/**
 * Follows the path of a queue's network to a table's source: name, route and gateway; nothing is dialled. A name that only a gateway's resolver may know
 * passes: its answer is had when the source is opened.
 * @param table - `database.table`, for the message
 * @throws {ServiceError} `unavailable` naming queue, endpoint and table, `forbidden` when the gateway does not carry the address
 */
export function reachTable(network: QueueNetwork, table: string, endpoint: Endpoint): Reach {
  if (network.peerings.length === 0 && network.relays.length === 0) throw notBound(network, table, endpoint)
  try {
    return followPath(network, table, endpoint)
  } catch (error) {
    if (!(error instanceof ServiceError) || error.details.subject !== undefined) throw error
    throw new ServiceError(error.kind, say`${error.text} (table ${table})`, { subject: { kind: 'queue', name: network.queueName } })
  }
}

function followPath(network: QueueNetwork, table: string, endpoint: Endpoint): Reach {
  const resolution = resolveName(network, endpoint.host, endpoint.port)
  if (resolution.kind === 'relay') return reachRelay(network, resolution.relay)
  // The answer of a resolver may lie behind any of the peerings.
  if (resolution.kind === 'ask') return reachThrough(network.peerings)
  const insides = resolution.addresses.filter((address) => pickRoute(network, address) !== undefined)
  if (insides.length === 0) throw notBound(network, table, endpoint)
  const paths = insides.map((host) => findPath(network, { host, port: endpoint.port }, resolution.by))
  return reachThrough(paths.map((path) => path.carrier))
}

function reachRelay(network: QueueNetwork, relay: NetworkRelay): Reach {
  const target = resolveRelay(network, relay)
  if (target.kind === 'address') for (const address of target.addresses) findRelayPath(relay, address)
  return reachThrough([relay])
}

function reachThrough(carriers: readonly Pick<Carrier, 'gateway'>[]): Reach {
  return { allowCleartextPasswords: carriers.every((carrier) => carrier.gateway.allowCleartextPasswords) }
}

/** A connection that a queue is bound to and that carries nothing, and what it would carry. */
export interface FailedPath {
  readonly connectionName: string
  /** Why it is FAILED. */
  readonly errMsg: Text
  /** Of its subnet and routes. */
  readonly cidrs: readonly string[]
  /** Names that it would know. */
  readonly hosts: readonly HostEntry[]
}

/**
 * The error of a source out of reach, in the words of the FAILED connection that would have led there.
 * @returns the error as it is where no connection would have
 */
export function blameFailedPath(error: ServiceError, queueName: string, endpoint: Endpoint, failed: readonly FailedPath[]): ServiceError {
  const guilty = failed.find((path) => wouldCarry(path, endpoint.host))
  if (guilty === undefined) return error
  const way = say`on the way to ${formatEndpoint(endpoint)}`
  const told = isSilent(guilty.errMsg)
    ? say`connection ${guilty.connectionName} is still CREATING for queue ${queueName}: run the job again when it is ACTIVE (${way})`
    : say`connection ${guilty.connectionName} is FAILED for queue ${queueName}: ${guilty.errMsg} (${way})`
  return new ServiceError('unavailable', told, { subject: { kind: 'queue', name: queueName } })
}

function wouldCarry({ cidrs, hosts }: FailedPath, host: string): boolean {
  const address = parseIpv4(host)
  if (address === undefined) return hosts.some(({ name }) => name?.toLowerCase() === host.toLowerCase())
  return cidrs.some((cidr) => {
    const block = parseCidr(cidr)
    return block !== undefined && contains(block, address)
  })
}

function notBound(network: QueueNetwork, table: string, endpoint: Endpoint): ServiceError {
  const { queueName } = network
  return new ServiceError(
    'unavailable',
    say`queue ${queueName} is not bound to a connection that reaches ${formatEndpoint(endpoint)} (table ${table}): bind it to an enhanced connection whose subnet or routes contain the address`,
    { subject: { kind: 'queue', name: queueName } },
  )
}
