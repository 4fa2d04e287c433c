// The readings of a query as the rewrites of this folder change them.

import type { Text } from '@tributary/rules'
import type { SourceTable } from '../../source.ts'
import type { Occurrence } from '../resolving.ts'
import { placeholder } from '../placeholder.ts'
import { isSourceTable, type Pushing } from './remote-part.ts'
import type { RemoteQuery } from './remote-query.ts'

/** Whether a source means the same by a query. @returns why not, or nothing where it does */
export type Offer = (query: RemoteQuery) => Text | undefined

/** Lets rewrites add and change readings. @param occurrences - those of the query so far; one that no text names in the end counts for nothing */
export function pushingOver(occurrences: Occurrence[], offer: Offer, newHandle: () => string): Pushing {
  const change = (handle: string, changes: Partial<Occurrence>): void => {
    const at = occurrences.findIndex((occurrence) => occurrence.handle === handle)
    const known = occurrences[at]
    if (known !== undefined) occurrences[at] = { ...known, ...changes }
  }
  return {
    offer,
    read: (remote) => {
      const handle = newHandle()
      occurrences.push({ handle, table: answerOf(remote), remote })
      return handle
    },
    refine: (handle, remote) => change(handle, { table: answerOf(remote), remote }),
    takeKeys: ({ handle, column }, giver) => {
      const known = occurrences.find((occurrence) => occurrence.handle === handle)
      if (known !== undefined && isSourceTable(known.table)) change(handle, { keysFrom: [...(known.keysFrom ?? []), { column, giver }] })
    },
    note: (handles, stays) => {
      for (const handle of handles) change(handle, { stays })
    },
  }
}

/** The readings that a text names: what a larger one took the place of is named no more, and gives no keys either. */
export function namedIn(sql: string, occurrences: readonly Occurrence[]): readonly Occurrence[] {
  const isNamed = (handle: string): boolean => sql.includes(placeholder(handle))
  return occurrences
    .filter(({ handle }) => isNamed(handle))
    .map((occurrence) => {
      const keysFrom = occurrence.keysFrom?.filter(({ giver }) => isNamed(giver.handle)) ?? []
      return keysFrom.length === (occurrence.keysFrom?.length ?? 0) ? occurrence : { ...occurrence, keysFrom }
    })
}

/** The answer of a query as a table: whoever opens its first table opens it. */
function answerOf({ tables: [table], outputs }: RemoteQuery): SourceTable {
  return { ...(table as SourceTable), columns: outputs.map(({ name, expression }) => ({ name, type: expression.type })) }
}
