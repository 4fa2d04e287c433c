// Roles: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import type { Control } from '@tributary/control'
import { getRole, grantableRoles, type Role } from '@tributary/rules'
import type { Door } from './door.ts'

type WireRole = ResultOf<typeof operations.getRole>['role']

/** Routes of roles. */
export function roleRoutes(door: Door, control: Control): void {
  door.on(operations.listRoles, ({ query, baseUrl }) => {
    const wanted = query.name ?? query.display_name
    return listOf(
      grantableRoles.filter((role) => wanted === undefined || role === wanted),
      baseUrl,
      '/v3/roles',
    )
  })
  door.on(operations.getRole, ({ params, baseUrl }) => ({ role: toWire(getRole(params.role_id), baseUrl) }))
  projectRoleRoutes(door, control)
  door.on(operations.listDomainRoles, async ({ identity, params, baseUrl }) => {
    const held = await control.roles.listOfDomain(identity, { domainId: params.domain_id, userId: params.user_id })
    return listOf(held, baseUrl, `/v3/domains/${params.domain_id}/users/${params.user_id}/roles`)
  })
  door.on(operations.grantDomainRole, async ({ identity, params }) => {
    await control.roles.putOfDomain(identity, { domainId: params.domain_id, userId: params.user_id }, params.role_id, true)
    return undefined
  })
  door.on(operations.revokeDomainRole, async ({ identity, params }) => {
    await control.roles.putOfDomain(identity, { domainId: params.domain_id, userId: params.user_id }, params.role_id, false)
    return undefined
  })
}

function projectRoleRoutes(door: Door, control: Control): void {
  const placeOf = (params: { readonly project_id: string; readonly user_id: string }) => ({
    projectId: params.project_id,
    userId: params.user_id,
  })
  door.on(operations.listProjectRoles, async ({ identity, params, baseUrl }) => {
    const held = await control.roles.list(identity, placeOf(params))
    return listOf(held, baseUrl, `/v3/projects/${params.project_id}/users/${params.user_id}/roles`)
  })
  door.on(operations.checkProjectRole, async ({ identity, params }) => {
    await control.roles.check(identity, placeOf(params), params.role_id)
    return undefined
  })
  door.on(operations.grantProjectRole, async ({ identity, params }) => {
    await control.roles.grant(identity, placeOf(params), params.role_id)
    return undefined
  })
  door.on(operations.revokeProjectRole, async ({ identity, params }) => {
    await control.roles.revoke(identity, placeOf(params), params.role_id)
    return undefined
  })
}

function listOf(roles: readonly Role[], baseUrl: string, path: string): ResultOf<typeof operations.listRoles> {
  return { roles: roles.map((role) => toWire(role, baseUrl)), links: { self: baseUrl + path, next: null, previous: null } }
}

const descriptions: Readonly<Record<Role, string>> = {
  reader: 'reads everything but secrets',
  editor: 'queues, connections, auth-infos, tables and jobs',
  admin: 'everything in the project, and the roles of its users',
}

function toWire(role: Role, baseUrl: string): WireRole {
  return {
    id: role,
    name: role,
    display_name: role,
    type: 'AX',
    catalog: 'DLI',
    description: descriptions[role],
    links: { self: `${baseUrl}/v3/roles/${role}` },
  }
}
