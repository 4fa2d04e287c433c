// A kind of source as all know it who do not speak to it: names and words, and no driver.

import type { Text } from '@tributary/rules'
import type { RemoteQuery } from '../plan/push/remote-query.ts'
import type { JdbcDialect } from '../sources/jdbc-dialects.ts'
import type { Connector } from './connector.ts'

/** What the list in `index.ts` holds: one file `source.ts` in the folder of each connector. The server process loads it, so it imports no driver. */
export interface SourceKind {
  /** Lower case: the name of its folder, of its connector, and in `SourceTable.connector`; callers of the doctor use it as well. */
  readonly kind: string
  readonly dialect: JdbcDialect
  /** What the doctor takes besides `kind` as a name of it, in lower case. */
  readonly otherNames: readonly string[]
  /** The database that every server of this kind has: the doctor's, where it is asked for none. */
  readonly defaultDatabase: string
  /**
   * Whether the source means exactly the same as Spark by a query, and why not where it does not. Absent where it is asked for rows of tables alone.
   * What has no form in `plan/push/remote-query.ts` is never asked.
   */
  readonly offerQuery?: (query: RemoteQuery) => Text | undefined
  /** Loads the connector, with its driver. */
  readonly load: () => Promise<Connector>
}
