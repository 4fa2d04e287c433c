// What users may do with an auth-info, a database, a table or a column that is not theirs. Owners and the project's administrators hold everything.

import { ServiceError } from './errors.ts'
import type { Caller } from './identity.ts'
import type { GrantAction } from './queue-grant.ts'
import { grantersOf, type Owned, owns } from './ownership.ts'
import { say } from './text.ts'

/** Something on which rights are granted, as a call names it; names are lower case but for auth-infos. */
export interface GrantObject {
  readonly kind: 'datasourceauth' | 'database' | 'table' | 'column'
  /** `databases.db1.tables.t1` and the like. */
  readonly path: string
  /** The auth-info's, or the last part of the path. */
  readonly name: string
  readonly database: string
  readonly table: string
  readonly column: string
}

/** What one user was granted; never empty. */
export interface ObjectGrant {
  readonly userName: string
  readonly privileges: readonly string[]
}

/** What can be granted on an auth-info. */
export type AuthInfoPrivilege = 'USE_AUTH' | 'UPDATE_AUTH' | 'DROP_AUTH' | 'GRANT_PRIVILEGE' | 'REVOKE_PRIVILEGE' | 'SHOW_PRIVILEGES'

const authInfoPrivileges: readonly AuthInfoPrivilege[] = [
  'USE_AUTH',
  'UPDATE_AUTH',
  'DROP_AUTH',
  'GRANT_PRIVILEGE',
  'REVOKE_PRIVILEGE',
  'SHOW_PRIVILEGES',
]

// What the published lists have for tables; those for databases hold all of it, and what follows. Lists differ by version: every name of any is known.
const tablePrivileges: readonly string[] = [
  'ALL',
  'SELECT',
  'INSERT_INTO_TABLE',
  'INSERT_OVERWRITE_TABLE',
  'DROP_TABLE',
  'TRUNCATE_TABLE',
  'DISPLAY_TABLE',
  'DESCRIBE_TABLE',
  'SHOW_CREATE_TABLE',
  'SHOW_PARTITIONS',
  'SHOW_GRANT',
  'SHOW_PRIVILEGES',
  'GRANT_PRIVILEGE',
  'REVOKE_PRIVILEGE',
  'ALTER_TABLE_ADD_COLUMNS',
  'ALTER_TABLE_RENAME',
  'ALTER_TABLE_SET_LOCATION',
  'ALTER_TABLE_ADD_PARTITION',
  'ALTER_TABLE_DROP_PARTITION',
  'ALTER_TABLE_RENAME_PARTITION',
  'ALTER_TABLE_RECOVER_PARTITION',
  'SPARK_APP_ACCESS_META',
]
const databasePrivileges: readonly string[] = [
  ...tablePrivileges,
  'CREATE_TABLE',
  'CREATE_VIEW',
  'DROP_DATABASE',
  'DISPLAY_DATABASE',
  'DISPLAY_ALL_TABLES',
  'EXPLAIN',
  'CREATE_FUNCTION',
  'DROP_FUNCTION',
  'DESCRIBE_FUNCTION',
  'SHOW_FUNCTIONS',
  'CREATE_ROLE',
  'DROP_ROLE',
  'SHOW_ROLES',
  'GRANT_ROLE',
  'REVOKE_ROLE',
  'SHOW_USERS',
]
const grantable: Readonly<Record<GrantObject['kind'], readonly string[]>> = {
  datasourceauth: authInfoPrivileges,
  database: databasePrivileges,
  table: tablePrivileges,
  column: tablePrivileges,
}
const part = '([A-Za-z0-9_$]{1,128})'
const authInfoPath = new RegExp(`^datasourceauth\\.${part}$`)
const sqlPath = new RegExp(`^databases\\.${part}(?:\\.tables\\.${part}(?:\\.columns\\.${part})?)?$`)

/** Reads the name of an object. @throws {ServiceError} `invalid`, `unsupported` for kinds that are granted elsewhere or not at all */
export function grantObjectOf(text: string): GrantObject {
  const authInfo = authInfoPath.exec(text)?.[1]
  if (authInfo !== undefined) return { kind: 'datasourceauth', path: text, name: authInfo, database: '', table: '', column: '' }
  const found = sqlPath.exec(text.toLowerCase())
  if (found !== null) {
    const [path, database = '', table = '', column = ''] = found
    const kind = column !== '' ? 'column' : table !== '' ? 'table' : 'database'
    return { kind, path, name: column || table || database, database, table, column }
  }
  if (text.startsWith('queues.')) {
    throw new ServiceError('unsupported', say`rights on queues are granted by PUT /v1.0/{project_id}/queues/user-authorization`)
  }
  if (/^(jobs|groups|resources|elasticresourcepools|variables)\./.test(text)) {
    throw new ServiceError(
      'unsupported',
      say`rights on ${text.slice(0, text.indexOf('.'))} are not granted to users here: give them a role in the project`,
    )
  }
  throw new ServiceError(
    'invalid',
    say`object is datasourceauth.{name}, databases.{database}, databases.{database}.tables.{table} or databases.{database}.tables.{table}.columns.{column}`,
  )
}

/**
 * What a user holds after a call.
 * @param privileges - as sent
 * @returns in the order in which they were named, each once: clients compare it
 * @throws {ServiceError} `invalid` for an unknown one, and for none where some must be named
 */
export function changeObjectGrant(
  { kind }: GrantObject,
  held: readonly string[],
  action: GrantAction,
  privileges: readonly string[],
): readonly string[] {
  const named = new Set(privileges)
  if (named.size === 0 && action !== 'update') throw new ServiceError('invalid', say`privileges is empty: name at least one`)
  // What was granted before it was refused can still be taken back.
  for (const one of named) if (!held.includes(one)) checkPrivilege(kind, one)
  if (action === 'revoke') return held.filter((one) => !named.has(one))
  return action === 'update' ? [...named] : [...new Set([...held, ...named])]
}

function checkPrivilege(kind: GrantObject['kind'], privilege: string): void {
  if (grantable[kind].includes(privilege)) return
  throw new ServiceError('invalid', say`privilege ${privilege.slice(0, 40)} is unknown: it is one of ${grantable[kind].join(', ')}`)
}

/** Of what was granted, that which allows something: its own privilege, or `ALL`. */
export function privilegesOn(held: readonly string[], needed: string): readonly string[] {
  return held.some((one) => one === 'ALL' || one === needed) ? [needed] : []
}

/** Lets a caller do something to an object. @throws {ServiceError} `forbidden`, in the published words */
export function checkObjectPrivilege(path: string, owned: Owned, caller: Caller, held: readonly string[], needed: string): void {
  if (caller.role === 'admin' || owns(caller.user, owned) || held.includes(needed)) return
  throw new ServiceError(
    'forbidden',
    say`Permission denied for resource '${path}', User = '${caller.user.name}', Action = '${needed}': ask ${grantersOf(owned)} to grant it`,
  )
}
