// Databases: wire in, one use case, wire out.

import { operations } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { Door } from './door.ts'
import { success } from './envelope.ts'
import { tagsOf } from './tag-pairs.ts'

/** Routes of databases. */
export function databaseRoutes(door: Door, control: Control): void {
  door.on(operations.createDatabase, async ({ caller, body }) => {
    await control.databases.create(caller, {
      name: body.database_name,
      description: body.description,
      enterpriseProjectId: body.enterprise_project_id,
      tags: body.tags,
    })
    return success({})
  })
  door.on(operations.listDatabases, async ({ caller, query }) => {
    const { keyword, limit, offset } = query
    const { total, databases } = await control.databases.list(caller, { keyword, limit, offset, tags: tagsOf(query.tags) })
    return success({
      database_count: total,
      databases: databases.map((database) => ({
        database_name: database.name,
        owner: database.owner,
        table_number: database.tableCount,
        description: database.description,
        enterprise_project_id: database.enterpriseProjectId,
        resource_id: database.id,
      })),
    })
  })
  door.on(operations.deleteDatabase, async ({ caller, params, query }) => {
    await control.databases.remove(caller, params.database_name, { cascade: query.cascade ?? false })
    return success({ job_mode: 'sync' })
  })
}
