// The sources on offer, as a plain list: importing a file registers nothing, and this one loads no driver.

import { mysqlSource } from './mysql/source.ts'
import { postgresqlSource } from './postgresql/source.ts'
import type { SourceKind } from './source-kind.ts'

/** Every kind of source, in the order in which messages name them. All that is said of them by name is read from here. */
export const sourceKinds: readonly SourceKind[] = [postgresqlSource, mysqlSource]
