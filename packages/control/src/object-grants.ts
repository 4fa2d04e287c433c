// What users may do with auth-infos, databases, tables and columns: shown, granted, revoked, and asked for where an auth-info is used or changed.

import {
  type AuthInfo,
  type AuthInfoPrivilege,
  type Caller,
  changeObjectGrant,
  checkObjectPrivilege,
  type GrantObject,
  grantActionOf,
  grantObjectOf,
  noAuthInfo,
  type Owned,
  ownedBy,
  type ObjectGrant,
  ServiceError,
  type UserProfile,
  say,
} from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import type { Deps } from './deps.ts'

/** A change of what a user may do with some objects. */
export interface ObjectGrantDraft {
  readonly userName: string
  /** `grant`, `revoke` or `update`. */
  readonly action: string
  readonly privileges: readonly { readonly object: string; readonly privileges: readonly string[] }[]
}

/** An object with who may do what with it; its owner, who holds everything, is not among the grants. */
export interface ObjectGrants {
  readonly object: GrantObject
  readonly owner: string
  readonly grants: readonly ObjectGrant[]
}

/** The use cases of grants on objects. */
export function objectGrants({ store }: Deps) {
  return {
    /** @throws {ServiceError} `notFound`, `invalid`, `unsupported` */
    async list(caller: Caller, text: string): Promise<ObjectGrants> {
      const object = grantObjectOf(text)
      const { id, owner } = await getObject(store, caller, object)
      return { object, owner, grants: await store.objectGrants.list(id) }
    },

    /** Gives a database or a table to another user. @throws {ServiceError} `notFound` object or user, `forbidden` to who neither owns it nor administers */
    async changeOwner(caller: Caller, text: string, userName: string): Promise<void> {
      const object = grantObjectOf(text)
      await store.transaction(async (tx) => {
        checkObjectPrivilege(object.path, await getObject(tx, caller, object), caller, [], 'CHANGE_OWNER')
        const user = await getUser(tx, caller, userName)
        if (object.kind === 'database')
          await tx.databases.updateOwner((await tx.databases.get(caller.project, object.database)).id, ownedBy(user))
        else await tx.tables.updateOwner((await tx.tables.get(caller.project, object.database, object.table)).id, ownedBy(user))
      })
    },

    /** All or nothing. @throws {ServiceError} `notFound` object or user, `invalid`, `unsupported`, `forbidden` */
    async change(caller: Caller, draft: ObjectGrantDraft): Promise<void> {
      const action = grantActionOf(draft.action)
      const needed =
        action === 'update' ? ['GRANT_PRIVILEGE', 'REVOKE_PRIVILEGE'] : [action === 'grant' ? 'GRANT_PRIVILEGE' : 'REVOKE_PRIVILEGE']
      if (draft.privileges.length === 0) throw new ServiceError('invalid', say`privileges is empty: name at least one object`)
      await store.transaction(async (tx) => {
        const user = await getUser(tx, caller, draft.userName)
        for (const entry of draft.privileges) {
          const object = grantObjectOf(entry.object)
          const { id, ...owned } = await getObject(tx, caller, object)
          const own = await tx.objectGrants.find(id, caller.user.id)
          for (const one of needed) checkObjectPrivilege(object.path, owned, caller, own, one)
          const held = await tx.objectGrants.find(id, user.id)
          await tx.objectGrants.put(caller.project, id, user.id, changeObjectGrant(object, held, action, entry.privileges))
        }
      })
    },
  }
}

type OwnedObject = Owned & { readonly id: string }

async function getObject(
  from: Pick<Repositories, 'authInfos' | 'databases' | 'tables'>,
  { project }: Caller,
  object: GrantObject,
): Promise<OwnedObject> {
  if (object.kind === 'datasourceauth') {
    const info = await from.authInfos.find(project, object.name)
    if (info === undefined) throw noAuthInfo(object.name)
    return info
  }
  if (object.kind === 'database') return from.databases.get(project, object.database)
  const table = await from.tables.get(project, object.database, object.table)
  return { id: object.kind === 'column' ? `${table.id}.${object.column}` : table.id, owner: table.owner, ownerId: table.ownerId }
}

async function getUser(from: Pick<Repositories, 'users'>, caller: Caller, name: string): Promise<UserProfile> {
  const [user] = await from.users.list(caller.user.domainId, { name })
  if (user !== undefined) return user
  const shown = name.slice(0, 140)
  throw new ServiceError('notFound', say`There is no user named ${shown}`, { subject: { kind: 'user', name: shown } })
}

/** Lets a caller do something with an auth-info. @throws {ServiceError} `forbidden` */
export async function requireAuthInfoPrivilege(
  from: Pick<Repositories, 'objectGrants'>,
  info: AuthInfo,
  caller: Caller,
  needed: AuthInfoPrivilege,
): Promise<void> {
  checkObjectPrivilege(`datasourceauth.${info.name}`, info, caller, await from.objectGrants.find(info.id, caller.user.id), needed)
}

/** Lets a caller use the auth-info that a source names; one that is not there is for others to refuse. @throws {ServiceError} `forbidden` */
export async function requireUseOf(
  from: Pick<Repositories, 'authInfos' | 'objectGrants'>,
  caller: Caller,
  name: string | undefined,
): Promise<void> {
  const info = name === undefined ? undefined : await from.authInfos.find(caller.project, name)
  if (info !== undefined) await requireAuthInfoPrivilege(from, info, caller, 'USE_AUTH')
}
