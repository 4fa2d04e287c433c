// Databases of the catalog: names, and what may happen to them.

import { ServiceError } from './errors.ts'
import type { DatabaseId, ProjectId } from './ids.ts'
import type { Owned } from './ownership.ts'
import { say } from './text.ts'

/** Lower-case name, unique in the project; `default` always exists. */
export interface Database extends Owned {
  readonly id: DatabaseId
  readonly projectId: ProjectId
  readonly name: string
  readonly description: string
  readonly enterpriseProjectId: string
  readonly createdAt: number
}

/** The database that every project has from its first moment on. */
export const defaultDatabase = 'default'

const namePattern = /^(?!_)(?![0-9]+$)[A-Za-z0-9_]{1,128}$/

/**
 * The name as it is stored and compared: lower case.
 * @throws {ServiceError} `invalid` unless it is 1 to 128 letters, digits and `_`, not digits alone, not starting with `_`
 */
export function databaseNameOf(text: string): string {
  if (namePattern.test(text)) return text.toLowerCase()
  throw new ServiceError(
    'invalid',
    say`"${text.slice(0, 140)}" is no database name: use 1 to 128 letters, digits and _, not digits alone, not starting with _`,
  )
}

/** @throws {ServiceError} `conflict` for `default`, which exists everywhere, and for a name that is taken */
export function checkNewDatabase(name: string, existing: Database | undefined): void {
  if (name !== defaultDatabase && existing === undefined) return
  throw new ServiceError('conflict', say`database ${name} exists already: choose another name`, { subject: { kind: 'database', name } })
}

/**
 * Whether a database may go.
 * @param tableCount - tables that it holds now; `cascade` drops them with it
 * @throws {ServiceError} `unsupported` for `default`, `conflict` for a database that is not empty
 */
export function checkDropDatabase(name: string, tableCount: number, cascade: boolean): void {
  const subject = { kind: 'database', name } as const
  if (name === defaultDatabase)
    throw new ServiceError('unsupported', say`database default exists in every project and cannot be dropped`, { subject })
  if (tableCount === 0 || cascade) return
  const tables = tableCount === 1 ? say`1 table` : say`${tableCount} tables`
  throw new ServiceError('conflict', say`database ${name} is not empty, it holds ${tables}: drop them first, or drop it with cascade`, {
    subject,
  })
}

/** The error of a database that is not there, in the published words. */
export function noDatabase(name: string): ServiceError {
  return new ServiceError('notFound', say`There is no database named ${name}`, { subject: { kind: 'database', name } })
}
