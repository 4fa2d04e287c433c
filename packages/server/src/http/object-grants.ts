// Rights of users on objects: wire in, one use case, wire out.

import { operations } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

/** Routes of grants on auth-infos, databases, tables and columns. */
export function objectGrantRoutes(door: Door, control: Control): void {
  door.on(operations.authorizeUser, async ({ caller, body }) => {
    await control.objectGrants.change(caller, { userName: body.user_name, action: body.action, privileges: body.privileges })
    return success({})
  })
  door.on(operations.listPrivileges, async ({ caller, query }) => {
    const { object, owner, grants } = await control.objectGrants.list(caller, query.object)
    const users = usersOf({ object, owner, grants })
    const { offset = 0, limit = 100 } = query
    return success({
      object_name: object.name,
      object_type: object.kind,
      count: users.length,
      privileges: users.slice(offset, offset + limit),
    })
  })
  databaseUserRoutes(door, control)
  tableUserRoutes(door, control)
}

function databaseUserRoutes(door: Door, control: Control): void {
  door.on(operations.listDatabaseUsers, async ({ caller, params }) => {
    const found = await control.objectGrants.list(caller, `databases.${params.database_name}`)
    const shown = usersOf(found).map(({ is_admin, user_name, privileges }) => ({ is_admin, user_name, privileges }))
    return success({ database_name: found.object.name, privileges: shown })
  })
  door.on(operations.updateDatabaseOwner, async ({ caller, params, body }) => {
    await control.objectGrants.changeOwner(caller, `databases.${params.database_name}`, body.new_owner)
    return success({})
  })
}

function tableUserRoutes(door: Door, control: Control): void {
  const pathOf = (params: { readonly database_name: string; readonly table_name: string }) =>
    `databases.${params.database_name}.tables.${params.table_name}`
  door.on(operations.listTableUsers, async ({ caller, params }) =>
    success({ privileges: usersOf(await control.objectGrants.list(caller, pathOf(params))) }),
  )
  door.on(operations.getTableUser, async ({ caller, params: { user_name, ...table } }) => {
    const users = usersOf(await control.objectGrants.list(caller, pathOf(table))).filter((user) => user.user_name === user_name)
    return success({ user_name, privileges: users.map(({ object, privileges }) => ({ object, privileges })) })
  })
  door.on(operations.updateTableOwner, async ({ caller, params, body }) => {
    await control.objectGrants.changeOwner(caller, pathOf(params), body.new_owner)
    return success({})
  })
}

/** The owner first, who holds everything, then who was granted something. */
function usersOf({ object, owner, grants }: Awaited<ReturnType<Control['objectGrants']['list']>>) {
  return [
    { object: object.path, is_admin: true, user_name: owner, privileges: ['ALL'] },
    ...grants.map(({ userName, privileges }) => ({
      object: object.path,
      is_admin: false,
      user_name: userName,
      privileges: [...privileges],
    })),
  ]
}
