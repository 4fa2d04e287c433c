// Which whole queries each kind of source takes, apart from its driver: planning loads none.

import { say, type Text } from '@tributary/rules'
import type { RemoteQuery } from '../plan/push/remote-query.ts'
import { offerQuery as offerToMysql } from './mysql/translate-query.ts'
import { offerQuery as offerToPostgresql } from './postgresql/translate-query.ts'

type Offer = (query: RemoteQuery) => Text | undefined

/** By `SourceTable.connector`. A kind that is not in here is asked for rows of tables alone. */
const offers: Readonly<Record<string, Offer>> = { postgresql: offerToPostgresql, mysql: offerToMysql }

/**
 * Whether the source means exactly the same as Spark by a query. What depends on the server is judged when its session is open: a scan may
 * throw `NotAskable` before its first row, and the tables are read one by one.
 * @returns why not, or nothing where it does
 */
export function offerQuery(query: RemoteQuery): Text | undefined {
  const kind = query.tables[0]?.connector ?? ''
  const offer = Object.hasOwn(offers, kind) ? offers[kind] : undefined
  return offer === undefined ? say`${kind} sources are asked for rows of their tables alone` : offer(query)
}
