// LIMIT, with and without an order, over one reading: the source sends no more rows than are wanted, and here they are put in order again.
//
//   SELECT … FROM ⟦orders⟧ AS r0 WHERE … ORDER BY … LIMIT 10   →   the same over ⟦orders where … order by … limit 10⟧

import { building, Stays } from './stays.ts'
import { type Block, readOrder, readWhere } from './block.ts'
import { inReadingOrder, queryOf, type RemotePart } from './remote-part.ts'
import type { RemoteQuery } from './remote-query.ts'

/** Gives the block's one reading its conditions, order and limit, where the source means the same by all of them. The text of the block stays. */
export function pushLimit(block: Block): void {
  const { relation, syntax, body, resolving } = block
  const part = relation?.remote
  const handle = part?.handles[0]
  if (resolving.pushing === undefined || syntax.limit === undefined || part === undefined || handle === undefined) return
  if (block.isGrouped || body.distinct || !isOneReading(block, part)) return
  const built = building(() => limited(block, part))
  if (built.is === 'pushed') resolving.pushing.refine(handle, built.thing)
  else resolving.pushing.note(part.handles, built.why)
}

function limited(block: Block, part: RemotePart): RemoteQuery {
  const { relation, syntax, resolving } = block
  const query = {
    ...queryOf(part, inReadingOrder(relation?.fields ?? [])),
    filter: [...part.filter, ...readWhere(block, part)],
    orderBy: readOrder(block, part),
    limit: syntax.limit,
  }
  const why = resolving.pushing?.offer(query)
  if (why !== undefined) throw new Stays(why)
  return query
}

/** Its text is a reading and nothing else, and each row of it is a row of the block. */
function isOneReading({ relation, outputs, isLoose }: Block, { handles }: RemotePart): boolean {
  if (handles.length !== 1 || isLoose || outputs.some(({ bound }) => bound.sql.includes(' OVER ('))) return false
  return /^⟦[^⟧]*⟧ AS r\d+$/.test(relation?.sql ?? '')
}
