// Users of an account: made, changed and removed by its administrators. What ends a user ends its tokens and signatures with the next call.

import { randomBytes } from 'node:crypto'
import {
  administers,
  checkNewUser,
  checkPassword,
  type Domain,
  type DomainId,
  type Identity,
  noUser,
  ServiceError,
  type UserDraft,
  type UserId,
  type UserProfile,
  userPartsOf,
  say,
} from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import type { Deps } from './deps.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { compactId } from './random-keys.ts'

/** What may be changed of a user; absent members stay. */
export type UserChanges = Partial<UserDraft>

/** The use cases of users. */
export function users(deps: Deps) {
  return { ...making(deps), ...changing(deps) }
}

function making({ store, clock, newId }: Deps) {
  return {
    /** @throws {ServiceError} `forbidden`, `invalid`, `conflict` the name is taken, `notFound` no such domain */
    async create(identity: Identity, { domainId, ...draft }: UserDraft & { readonly domainId?: string | undefined }): Promise<UserProfile> {
      const parts = userPartsOf(draft)
      const domain = await getAdministeredDomain(store, identity, domainId)
      // who has no password signs in with none: this one is known to nobody
      const passwordHash = await hashPassword(draft.password ?? randomBytes(32).toString('base64url'))
      const id = compactId(newId()) as UserId
      const user: UserProfile = { ...parts, id, domainId: domain, isOwner: false, isDomainAdmin: false, createdAt: clock() }
      await store.transaction(async (tx) => {
        checkNewUser((await tx.users.list(domain, { name: parts.name }))[0])
        await tx.users.insert(user, passwordHash)
      })
      return user
    },

    /** The users of a domain, by name; who does not administer it finds itself alone. @param filter - `name` exactly */
    async list(
      identity: Identity,
      filter: { readonly domainId?: string | undefined; readonly name?: string | undefined; readonly isEnabled?: boolean | undefined },
    ): Promise<readonly UserProfile[]> {
      const domainId = (filter.domainId ?? identity.domain.id) as DomainId
      const isAdministrator = administers(identity.user, domainId)
      return store.users.list(domainId, {
        name: filter.name,
        isEnabled: filter.isEnabled,
        id: isAdministrator ? undefined : identity.user.id,
      })
    },

    /** @throws {ServiceError} `notFound` also for who is not the caller's to see */
    async get(identity: Identity, id: string): Promise<UserProfile> {
      return getVisible(store, identity, id)
    },
  }
}

function changing({ store }: Deps) {
  return {
    /** A new password ends every token of the user, switching off also its signatures. @throws {ServiceError} `notFound`, `forbidden`, `invalid`, `conflict` */
    async update(identity: Identity, id: string, changes: UserChanges): Promise<UserProfile> {
      const before = await getAdministered(store, identity, id)
      const parts = userPartsOf({ ...before, ...defined(changes) })
      if (before.isOwner && !parts.isEnabled) throw keepsOwner()
      const passwordHash = changes.password === undefined ? undefined : await hashPassword(changes.password)
      return store.transaction(async (tx) => {
        const after: UserProfile = { ...(await getAdministered(tx, identity, id)), ...parts }
        checkNewUser((await tx.users.list(after.domainId, { name: after.name }))[0], after.id)
        await tx.users.update(after)
        if (passwordHash !== undefined) await tx.users.updatePassword(after.id, passwordHash)
        return after
      })
    },

    /** Somebody changes its own password; every token of it ends, this one too. @throws {ServiceError} `forbidden`, `unauthenticated`, `invalid` */
    async changePassword(identity: Identity, id: string, { original, password }: { original: string; password: string }): Promise<void> {
      const { user } = identity
      if (id !== user.id)
        throw new ServiceError('forbidden', say`the original password is for its own user alone: administrators set a new one`)
      const login = await store.users.findLogin({ id })
      if (!(await verifyPassword(original, login?.passwordHash))) {
        throw new ServiceError('forbidden', say`user.original_password is wrong`)
      }
      checkPassword(user.name, password)
      const passwordHash = await hashPassword(password)
      await store.transaction((tx) => tx.users.updatePassword(user.id, passwordHash))
    },

    /** Roles, keys and tokens go with it. @throws {ServiceError} `notFound`, `forbidden` for the owner of the installation */
    async remove(identity: Identity, id: string): Promise<void> {
      await store.transaction(async (tx) => {
        const user = await getAdministered(tx, identity, id)
        if (user.isOwner) throw keepsOwner()
        await tx.users.remove(user.id)
      })
    },
  }
}

function defined(changes: UserChanges): UserChanges {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}

function keepsOwner(): ServiceError {
  return new ServiceError('forbidden', say`the installation owner can be neither removed nor switched off`)
}

/** A user that the caller may read: itself, or one it administers. @throws {ServiceError} `notFound` */
export async function getVisible(store: Pick<Repositories, 'users'>, identity: Identity, id: string): Promise<UserProfile> {
  const found = await store.users.findProfile(id)
  const isSeen = found !== undefined && (found.id === identity.user.id || administers(identity.user, found.domainId))
  if (!isSeen) throw noUser(id)
  return found
}

/**
 * A user that the caller may change. Nobody but an owner changes an owner: else an administrator could become one.
 * @param missing - what is thrown where there is none
 * @throws {ServiceError} `notFound`, `forbidden`
 */
export async function getAdministered(
  store: Pick<Repositories, 'users'>,
  identity: Identity,
  id: string,
  missing: ServiceError = noUser(id),
): Promise<UserProfile> {
  const found = await store.users.findProfile(id)
  if (found === undefined || !administers(identity.user, found.domainId)) throw missing
  if (found.isOwner && !identity.user.isOwner) {
    throw new ServiceError('forbidden', say`the installation owner is changed by an owner alone`)
  }
  return found
}

/** The caller's own domain, or another one for the installation's owner. @throws {ServiceError} `notFound`, `forbidden` */
export async function getAdministeredDomain(
  store: Pick<Repositories, 'domains'>,
  identity: Identity,
  id: Domain['id'] | string | undefined,
): Promise<DomainId> {
  const domainId = (id ?? identity.domain.id) as DomainId
  const isKnown = administers(identity.user, domainId) && (await store.domains.find({ id: domainId })) !== undefined
  if (!isKnown) throw new ServiceError('notFound', say`there is no domain ${domainId}: leave domain_id out, it is the caller’s own`)
  return domainId
}
