// What a caller may do with databases, tables and views, by SQL and by the API: asked before anything is planned, and of columns once it is known what is read.

import type { PlannedScan, TableChange, TableName } from '@tributary/query'
import {
  type Caller,
  checkObjectPrivilege,
  type Database,
  defaultDatabase,
  includesRole,
  isManaged,
  isView,
  type Job,
  type Owned,
  owns,
  privilegesOn,
  type ProjectId,
  say,
  ServiceError,
  type Table,
  type View,
} from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import type { Use } from './relations.ts'
import { requireUseOf } from './object-grants.ts'
import { catalogSource } from './sources.ts'
import type { Ddl } from './statement-names.ts'

type Part = Pick<Repositories, 'authInfos' | 'databases' | 'tables' | 'objectGrants' | 'users' | 'projects'>

/** A table of which somebody may read some columns alone; they are in lower case. */
export interface ColumnRights {
  readonly table: Table
  readonly columns: ReadonlySet<string>
  /** Who: the caller, or the owner of a view. */
  readonly caller: Caller
}

/** What may be done with a table or a view, by the published names. */
export type TablePrivilege =
  | 'SELECT'
  | 'DROP_TABLE'
  | 'TRUNCATE_TABLE'
  | 'INSERT_INTO_TABLE'
  | 'INSERT_OVERWRITE_TABLE'
  | 'ALTER_TABLE_RENAME'
  | 'ALTER_TABLE_ADD_COLUMNS'
  | 'ALTER_TABLE_DROP_PARTITION'

/** Lets a caller do something with a database. In `default` every editor makes tables. @throws {ServiceError} `forbidden` */
export async function requireDatabaseRight(
  from: Part,
  caller: Caller,
  database: Database,
  needed: 'CREATE_TABLE' | 'CREATE_VIEW' | 'DROP_DATABASE',
): Promise<void> {
  if (database.name === defaultDatabase && needed !== 'DROP_DATABASE') return
  const held = await from.objectGrants.find(database.id, caller.user.id)
  checkObjectPrivilege(`databases.${database.name}`, database, caller, privilegesOn(held, needed), needed)
}

/** Lets a caller do something with a table: what holds for its database holds for it. @throws {ServiceError} `forbidden` */
export async function requireTableRight(from: Part, caller: Caller, table: Table, needed: TablePrivilege): Promise<void> {
  if (await hasTableRight(from, caller, table, needed)) return
  checkObjectPrivilege(pathOf(table), table, caller, [], needed)
}

/**
 * Lets a caller read one entry as a whole or in part. Of a view there are no parts; what it reads is for its owner to be allowed.
 * @param use - what is read, and the view that reads it, in whose owner's name it is then read
 * @returns the table of which some columns alone may be read: {@link checkScans} holds the plan against it
 * @throws {ServiceError} `forbidden` for one of which nothing may be read
 */
export async function requireSelect(from: Part, caller: Caller, { table, by }: Use): Promise<readonly ColumnRights[]> {
  if (by === undefined) return requireColumns(from, caller, table)
  const owner = await ownerOf(from, by)
  try {
    return await requireColumns(from, owner, table)
  } catch (error) {
    throw inNameOf(by, error)
  }
}

/** Who reads what a view reads: its owner, with the rights of this moment. @throws {ServiceError} `forbidden` when the owner is gone */
async function ownerOf(from: Pick<Part, 'users' | 'projects'>, view: View): Promise<Caller> {
  const owner = await findCaller(from, view.projectId, view)
  if (owner !== undefined) return owner
  throw new ServiceError(
    'forbidden',
    say`view ${pathOf(view)} reads in the name of ${view.owner}, who owns it and whose rights ended: give it to another user, or create it again`,
  )
}

/** Lets a caller use the auth-info that opens a source, in the name in which it is read. @throws {ServiceError} `forbidden` */
export async function requireOpening(from: Part, caller: Caller, { table, by }: Use): Promise<void> {
  if (isView(table) || isManaged(table)) return
  const { authInfoName } = catalogSource(table)
  if (by === undefined) return requireUseOf(from, caller, authInfoName)
  const owner = await ownerOf(from, by)
  await requireUseOf(from, owner, authInfoName).catch((error: unknown) => {
    throw inNameOf(by, error)
  })
}

/** Says of a refusal that it meets the owner of a view, and not whoever reads it. */
function inNameOf(view: View, error: unknown): unknown {
  if (!(error instanceof ServiceError) || error.kind !== 'forbidden') return error
  const name = `${view.databaseName}.${view.name}`
  return new ServiceError('forbidden', say`${error.text} (in the name of ${view.owner}, who owns view ${name})`, error.details)
}

async function requireColumns(from: Part, caller: Caller, table: Table): Promise<readonly ColumnRights[]> {
  if (await hasTableRight(from, caller, table, 'SELECT')) return []
  const granted = isView(table) ? [] : await from.objectGrants.listColumns(table.id, caller.user.id)
  const columns = granted.filter(({ privileges }) => privilegesOn(privileges, 'SELECT').length > 0).map(({ column }) => column)
  if (columns.length === 0) checkObjectPrivilege(pathOf(table), table, caller, [], 'SELECT')
  return [{ table, columns: new Set(columns), caller }]
}

/** Holds what a plan reads against the columns that were granted. @throws {ServiceError} `forbidden`, naming the first column that was not */
export function checkScans(limited: readonly ColumnRights[], scans: readonly PlannedScan[]): void {
  for (const { table, columns, caller } of limited) {
    const read = scans.filter((scan) => scan.table === `${table.databaseName}.${table.name}`).flatMap((scan) => scan.columns)
    const refused = read.find((column) => !columns.has(column.toLowerCase()))
    if (refused !== undefined) checkObjectPrivilege(`${pathOf(table)}.columns.${refused.toLowerCase()}`, table, caller, [], 'SELECT')
  }
}

/** Lets a caller change the catalog or the rows of a table; what is not there is for the change itself to refuse. @throws {ServiceError} `forbidden` */
export async function requireDdlRight(from: Part, caller: Caller, ddl: Ddl): Promise<void> {
  switch (ddl.kind) {
    case 'dropDatabase':
      return requireOnDatabase(from, caller, ddl.database, 'DROP_DATABASE')
    case 'createTable':
    case 'createTableLike':
    case 'createTableAs':
      return requireOnDatabase(from, caller, ddl.table.database, 'CREATE_TABLE')
    case 'createView':
      await requireOnDatabase(from, caller, ddl.view.database, 'CREATE_VIEW')
      return ddl.orReplace ? requireOnTable(from, caller, ddl.view, 'DROP_TABLE') : undefined
    case 'alterView':
    case 'dropView':
      return requireOnTable(from, caller, ddl.view, 'DROP_TABLE')
    case 'dropTable':
      return requireOnTable(from, caller, ddl.table, 'DROP_TABLE')
    case 'insert':
      return requireOnTable(from, caller, ddl.table, ddl.overwrite ? 'INSERT_OVERWRITE_TABLE' : 'INSERT_INTO_TABLE')
    case 'truncate':
      return requireOnTable(from, caller, ddl.table, 'TRUNCATE_TABLE')
    case 'alterTable':
      return requireOnTable(from, caller, ddl.table, changeRights[ddl.change.kind])
    case 'createDatabase':
  }
}

/** Where no right of its own is published, whoever may drop a table may change it. */
const changeRights: Readonly<Record<TableChange['kind'], TablePrivilege>> = {
  rename: 'ALTER_TABLE_RENAME',
  addColumns: 'ALTER_TABLE_ADD_COLUMNS',
  dropPartitions: 'ALTER_TABLE_DROP_PARTITION',
  setProperties: 'DROP_TABLE',
  unsetProperties: 'DROP_TABLE',
  commentColumn: 'DROP_TABLE',
}

async function requireOnDatabase(
  from: Part,
  caller: Caller,
  name: string,
  needed: Parameters<typeof requireDatabaseRight>[3],
): Promise<void> {
  const database = await from.databases.find(caller.project, name)
  if (database !== undefined) await requireDatabaseRight(from, caller, database, needed)
}

async function requireOnTable(from: Part, caller: Caller, { database, name }: TableName, needed: TablePrivilege): Promise<void> {
  const table = await from.tables.find(caller.project, database, name)
  if (table !== undefined) await requireTableRight(from, caller, table, needed)
}

/** Who a job acts for, with the rights of this moment: they may have ended since it was submitted. @throws {ServiceError} `forbidden` */
export async function callerOfJob(from: Pick<Repositories, 'users' | 'projects'>, job: Job): Promise<Caller> {
  const caller = await findCaller(from, job.projectId, job)
  if (caller !== undefined && includesRole(caller.role, 'editor')) return caller
  throw new ServiceError(
    'forbidden',
    say`the rights of ${job.owner}, who submitted the job, ended before it began: submit it as somebody who may`,
  )
}

async function findCaller(
  from: Pick<Repositories, 'users' | 'projects'>,
  projectId: ProjectId,
  { ownerId }: Owned,
): Promise<Caller | undefined> {
  const user = ownerId === undefined ? undefined : await from.users.findProfile(ownerId)
  const granted = user === undefined ? undefined : await from.projects.findGranted(projectId, user.id)
  const isAdministrator = user?.isDomainAdmin === true && user.domainId === granted?.project.domainId
  const role = isAdministrator ? 'admin' : granted?.role
  return user === undefined || role === undefined ? undefined : { user, project: projectId, role }
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
