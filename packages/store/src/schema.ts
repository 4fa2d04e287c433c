// Every table of the database as the migrations write it: rows, and their names. JSON is text, flags are 0 or 1, times are ms since the epoch.

import type { CatalogSchema } from './schema/catalog.ts'
import type { ConnectionSchema } from './schema/connections.ts'
import type { IdentitySchema } from './schema/identity.ts'
import type { JobSchema } from './schema/jobs.ts'
import type { QueueSchema } from './schema/queues.ts'
import type { VpcSchema } from './schema/vpcs.ts'

/** The tables as Kysely sees them; names are those of the migrations. */
export interface Schema extends IdentitySchema, VpcSchema, QueueSchema, ConnectionSchema, CatalogSchema, JobSchema {}
