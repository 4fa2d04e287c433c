// When what was read of identities no longer holds: after any change of a row that says who somebody is or what they may do.

import type { ChangeCounter, SqliteFile, Watched } from './sqlite.ts'

/**
 * New tokens, keys, users and projects are not among them: they take nothing from anybody. A new role is, because having none is an answer as well.
 * The database itself watches, so no write can forget to tell.
 */
const identityChanges: readonly Watched[] = [
  ...['domains', 'projects', 'users', 'roles', 'access_keys', 'tokens'].flatMap((table): readonly Watched[] => [
    { table, event: 'update' },
    { table, event: 'delete' },
  ]),
  { table: 'roles', event: 'insert' },
]

/** Counts the changes of identities in a database. */
export function watchIdentities(file: Pick<SqliteFile, 'watch'>): ChangeCounter {
  return file.watch('identities', identityChanges)
}
