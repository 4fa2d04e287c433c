// What a caller may do with databases and tables, by SQL and by the API: asked before anything is planned, and of columns once it is known what is read.

import type { PlannedScan, Statement, TableName } from '@tributary/query'
import {
  type Caller,
  checkObjectPrivilege,
  type Database,
  defaultDatabase,
  includesRole,
  type Job,
  owns,
  privilegesOn,
  say,
  ServiceError,
  type Table,
} from '@tributary/rules'
import type { Repositories } from '@tributary/store'

type Part = Pick<Repositories, 'databases' | 'tables' | 'objectGrants'>

/** A table of which a caller may read some columns alone; they are in lower case. */
export interface ColumnRights {
  readonly table: Table
  readonly columns: ReadonlySet<string>
}

/** Lets a caller do something with a database. In `default` every editor makes tables. @throws {ServiceError} `forbidden` */
export async function requireDatabaseRight(
  from: Part,
  caller: Caller,
  database: Database,
  needed: 'CREATE_TABLE' | 'DROP_DATABASE',
): Promise<void> {
  if (database.name === defaultDatabase && needed === 'CREATE_TABLE') return
  const held = await from.objectGrants.find(database.id, caller.user.id)
  checkObjectPrivilege(`databases.${database.name}`, database, caller, privilegesOn(held, needed), needed)
}

/** Lets a caller do something with a table: what holds for its database holds for it. @throws {ServiceError} `forbidden` */
export async function requireTableRight(from: Part, caller: Caller, table: Table, needed: 'SELECT' | 'DROP_TABLE'): Promise<void> {
  if (await hasTableRight(from, caller, table, needed)) return
  checkObjectPrivilege(pathOf(table), table, caller, [], needed)
}

/**
 * Lets a caller read tables as a whole or in part; names that are not there are passed over.
 * @returns the tables of which it may read some columns alone: {@link checkScans} holds the plan against them
 * @throws {ServiceError} `forbidden` for a table of which it may read nothing
 */
export async function requireSelect(from: Part, caller: Caller, names: readonly TableName[]): Promise<readonly ColumnRights[]> {
  if (caller.role === 'admin') return []
  const limited: ColumnRights[] = []
  for (const { database, name } of names) {
    const table = await from.tables.find(caller.project, database, name)
    if (table === undefined || (await hasTableRight(from, caller, table, 'SELECT'))) continue
    const granted = await from.objectGrants.listColumns(table.id, caller.user.id)
    const columns = granted.filter(({ privileges }) => privilegesOn(privileges, 'SELECT').length > 0).map(({ column }) => column)
    if (columns.length === 0) checkObjectPrivilege(pathOf(table), table, caller, [], 'SELECT')
    limited.push({ table, columns: new Set(columns) })
  }
  return limited
}

/** Holds what a plan reads against the columns that were granted. @throws {ServiceError} `forbidden`, naming the first column that was not */
export function checkScans(caller: Caller, limited: readonly ColumnRights[], scans: readonly PlannedScan[]): void {
  for (const { table, columns } of limited) {
    const read = scans.filter((scan) => scan.table === `${table.databaseName}.${table.name}`).flatMap((scan) => scan.columns)
    const refused = read.find((column) => !columns.has(column.toLowerCase()))
    if (refused !== undefined) checkObjectPrivilege(`${pathOf(table)}.columns.${refused.toLowerCase()}`, table, caller, [], 'SELECT')
  }
}

/** Lets a caller change the catalog; what is not there is for the change itself to refuse. @throws {ServiceError} `forbidden` */
export async function requireDdlRight(from: Part, caller: Caller, ddl: Exclude<Statement, { readonly kind: 'query' }>): Promise<void> {
  switch (ddl.kind) {
    case 'createDatabase':
      return
    case 'dropDatabase':
    case 'createTable': {
      const database = await from.databases.find(caller.project, ddl.kind === 'createTable' ? ddl.table.database : ddl.database)
      if (database !== undefined)
        await requireDatabaseRight(from, caller, database, ddl.kind === 'createTable' ? 'CREATE_TABLE' : 'DROP_DATABASE')
      return
    }
    case 'dropTable': {
      const table = await from.tables.find(caller.project, ddl.table.database, ddl.table.name)
      if (table !== undefined) await requireTableRight(from, caller, table, 'DROP_TABLE')
    }
  }
}

/** Who a job acts for, with the rights of this moment: they may have ended since it was submitted. @throws {ServiceError} `forbidden` */
export async function callerOfJob(from: Pick<Repositories, 'users' | 'projects'>, job: Job): Promise<Caller> {
  const user = job.ownerId === undefined ? undefined : await from.users.findProfile(job.ownerId)
  const granted = user === undefined ? undefined : await from.projects.findGranted(job.projectId, user.id)
  const isAdministrator = user?.isDomainAdmin === true && user.domainId === granted?.project.domainId
  const role = isAdministrator ? 'admin' : granted?.role
  if (user === undefined || role === undefined || !includesRole(role, 'editor'))
    throw new ServiceError(
      'forbidden',
      say`the rights of ${job.owner}, who submitted the job, ended before it began: submit it as somebody who may`,
    )
  return { user, project: job.projectId, role }
}

async function hasTableRight(from: Part, caller: Caller, table: Table, needed: string): Promise<boolean> {
  if (caller.role === 'admin' || owns(caller.user, table)) return true
  const held = await from.objectGrants.find(table.id, caller.user.id)
  if (privilegesOn(held, needed).length > 0) return true
  const database = await from.databases.get(caller.project, table.databaseName)
  if (database.name !== defaultDatabase && owns(caller.user, database)) return true
  return privilegesOn(await from.objectGrants.find(database.id, caller.user.id), needed).length > 0
}

function pathOf({ databaseName, name }: Table): string {
  return `databases.${databaseName}.tables.${name}`
}
