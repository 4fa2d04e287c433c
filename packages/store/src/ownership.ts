// Whose a row is: the id of the user decides, the name beside it is shown and follows the user until it is gone.

import type { Owned, UserId } from '@tributary/rules'

/** Every table whose rows belong to users, by `owner_id` and `owner_name`. */
export const ownedTables = ['queues', 'pools', 'auth_infos', 'databases', 'source_tables', 'jobs'] as const

/** The owner in a row. */
export function toOwned(row: { readonly owner_name: string; readonly owner_id: string | null }): Owned {
  return { owner: row.owner_name, ...(row.owner_id === null ? {} : { ownerId: row.owner_id as UserId }) }
}
