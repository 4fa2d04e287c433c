// Which whole queries each kind of source takes, apart from its driver: planning loads none.

import { say, type Text } from '@tributary/rules'
import type { RemoteQuery } from '../plan/push/remote-query.ts'
import { sourceKinds } from './index.ts'

/**
 * Whether the source means exactly the same as Spark by a query. What depends on the server is judged when its session is open: a scan may
 * throw `NotAskable` before its first row, and the tables are read one by one.
 * @returns why not, or nothing where it does
 */
export function offerQuery(query: RemoteQuery): Text | undefined {
  const kind = query.tables[0]?.connector ?? ''
  const offer = sourceKinds.find((source) => source.kind === kind)?.offerQuery
  return offer === undefined ? say`${kind} sources are asked for rows of their tables alone` : offer(query)
}
