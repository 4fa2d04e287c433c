// MySQL, and MariaDB, on the list of sources.

import type { SourceKind } from '../source-kind.ts'
import { mysqlDialect } from './dialect.ts'
import { offerQuery } from './translate-query.ts'

/** MySQL, and MariaDB, as those know it who do not speak to it. */
export const mysqlSource: SourceKind = {
  kind: 'mysql',
  dialect: mysqlDialect,
  otherNames: ['mariadb'],
  defaultDatabase: 'mysql',
  offerQuery,
  load: async () => (await import('./index.ts')).mysqlConnector,
}
