// Simplified Chinese for every English template that a caller may be told, joined from one file per part of the service.

import type { Catalogue } from '@tributary/rules'
import { connections } from './zh-cn/connections.ts'
import { functions } from './zh-cn/functions.ts'
import { exports } from './zh-cn/exports.ts'
import { http } from './zh-cn/http.ts'
import { identity } from './zh-cn/identity.ts'
import { jobs } from './zh-cn/jobs.ts'
import { paths } from './zh-cn/paths.ts'
import { pushdown } from './zh-cn/pushdown.ts'
import { queries } from './zh-cn/queries.ts'
import { queues } from './zh-cn/queues.ts'
import { sourceWrites } from './zh-cn/source-writes.ts'
import { sources } from './zh-cn/sources.ts'
import { sql } from './zh-cn/sql.ts'
import { statements } from './zh-cn/statements.ts'
import { vpcs } from './zh-cn/vpcs.ts'
import { warehouse } from './zh-cn/warehouse.ts'

/** By the English template, places and all. A test holds it complete: no template without an entry, no entry without a template. */
export const zhCn: Catalogue = {
  ...connections,
  ...functions,
  ...exports,
  ...http,
  ...identity,
  ...jobs,
  ...paths,
  ...pushdown,
  ...queries,
  ...queues,
  ...sources,
  ...sourceWrites,
  ...sql,
  ...statements,
  ...vpcs,
  ...warehouse,
}
