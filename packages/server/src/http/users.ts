// Users: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { UserProfile } from '@tributary/rules'
import type { Door } from './door.ts'

/** Routes of users. */
export function userRoutes(door: Door, control: Control): void {
  door.on(operations.createUser, async ({ identity, body, baseUrl }) => {
    const { name, password, description, enabled, domain_id } = body.user
    const made = await control.users.create(identity, { name, password, description, isEnabled: enabled, domainId: domain_id })
    return { user: toWire(made, baseUrl) }
  })
  door.on(operations.listUsers, async ({ identity, query, baseUrl }) => {
    const { name, domain_id, enabled } = query
    const found = await control.users.list(identity, { name, domainId: domain_id, isEnabled: enabled })
    return { users: found.map((user) => toWire(user, baseUrl)), links: { self: `${baseUrl}/v3/users`, next: null, previous: null } }
  })
  door.on(operations.getUser, async ({ identity, params, baseUrl }) => ({
    user: toWire(await control.users.get(identity, params.user_id), baseUrl),
  }))
  for (const operation of [operations.patchUser, operations.putUser] as const) {
    door.on(operation, async ({ identity, params, body, baseUrl }) => {
      const { enabled, ...changes } = body.user
      return { user: toWire(await control.users.update(identity, params.user_id, { ...changes, isEnabled: enabled }), baseUrl) }
    })
  }
  door.on(operations.changePassword, async ({ identity, params, body }) => {
    const { original_password, password } = body.user
    await control.users.changePassword(identity, params.user_id, { original: original_password, password })
    return undefined
  })
  door.on(operations.deleteUser, async ({ identity, params }) => {
    await control.users.remove(identity, params.user_id)
    return undefined
  })
}

function toWire(user: UserProfile, baseUrl: string): ResultOf<typeof operations.getUser>['user'] {
  return {
    id: user.id,
    name: user.name,
    domain_id: user.domainId,
    enabled: user.isEnabled,
    description: user.description,
    pwd_status: true,
    password_expires_at: '',
    access_mode: 'default',
    create_time: new Date(user.createdAt)
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, '.0'),
    is_domain_owner: user.isDomainAdmin,
    links: { self: `${baseUrl}/v3/users/${user.id}` },
  }
}
