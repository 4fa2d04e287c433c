// PostgreSQL on the list of sources.

import type { SourceKind } from '../source-kind.ts'
import { postgresqlDialect } from './dialect.ts'
import { offerQuery } from './translate-query.ts'

/** PostgreSQL as those know it who do not speak to it. */
export const postgresqlSource: SourceKind = {
  kind: 'postgresql',
  dialect: postgresqlDialect,
  otherNames: [],
  defaultDatabase: 'postgres',
  offerQuery,
  load: async () => (await import('./index.ts')).postgresqlConnector,
}
