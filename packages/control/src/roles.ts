// Roles of users: in one project, granted by its admins and the account's; or over the whole account.

import {
  administers,
  getRole,
  type Identity,
  noProject,
  noUser,
  type Project,
  type Role,
  ServiceError,
  type UserProfile,
  say,
} from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import { findRole } from './access.ts'
import type { Deps } from './deps.ts'
import { getAdministered } from './users.ts'

/** A user in a project. */
export interface Membership {
  readonly projectId: string
  readonly userId: string
}

/** A user in its account. */
export interface DomainMembership {
  readonly domainId: string
  readonly userId: string
}

/** The use cases of roles. */
export function roles({ store }: Deps) {
  return {
    /** What a user was granted in a project: one role, since each holds the ones before it. @throws {ServiceError} `notFound`, `forbidden` */
    async list(identity: Identity, where: Membership): Promise<readonly Role[]> {
      const { project, user } = await getMembership(store, identity, where)
      const held = await store.roles.find(user.id, project.id)
      return held === undefined ? [] : [held]
    },

    /** @throws {ServiceError} `notFound` when the user has not been granted this very role */
    async check(identity: Identity, where: Membership, id: string): Promise<void> {
      const { project, user } = await getMembership(store, identity, where)
      if ((await store.roles.find(user.id, project.id)) !== getRole(id)) throw notGranted(id)
    },

    /** Grants a role in place of the one before. @throws {ServiceError} `notFound`, `forbidden` */
    async grant(identity: Identity, where: Membership, id: string): Promise<void> {
      const role = getRole(id)
      await store.transaction(async (tx) => {
        const { project, user } = await getMembership(tx, identity, where)
        await tx.roles.put(user.id, project.id, role)
      })
    },

    /** Takes effect with the next call of the user. @throws {ServiceError} `notFound` also when the user has not been granted this very role */
    async revoke(identity: Identity, where: Membership, id: string): Promise<void> {
      const role = getRole(id)
      await store.transaction(async (tx) => {
        const { project, user } = await getMembership(tx, identity, where)
        if ((await tx.roles.find(user.id, project.id)) !== role) throw notGranted(id)
        await tx.roles.remove(user.id, project.id)
      })
    },

    /** What a user has over its whole account: `admin` or nothing. @throws {ServiceError} `notFound`, `forbidden` */
    async listOfDomain(identity: Identity, where: DomainMembership): Promise<readonly Role[]> {
      return (await getDomainMember(store, identity, where)).isDomainAdmin ? ['admin'] : []
    },

    /** Makes a user an administrator of its account, or ends that. @throws {ServiceError} `notFound`, `forbidden`, `unsupported` another role */
    async putOfDomain(identity: Identity, where: DomainMembership, id: string, isDomainAdmin: boolean): Promise<void> {
      if (getRole(id) !== 'admin')
        throw new ServiceError('unsupported', say`over a whole account there is the role admin alone: grant ${id} in projects`)
      await store.transaction(async (tx) => {
        const user = await getDomainMember(tx, identity, where)
        if (!isDomainAdmin && !user.isDomainAdmin) throw notGranted(id)
        if (!isDomainAdmin && user.isOwner)
          throw new ServiceError('forbidden', say`the installation owner stays an administrator of its account`)
        await tx.users.update({ ...user, isDomainAdmin })
      })
    },
  }
}

/** A project whose roles the caller may read and change, and a user of its account. */
async function getMembership(
  store: Pick<Repositories, 'projects' | 'users' | 'roles'>,
  identity: Identity,
  { projectId, userId }: Membership,
): Promise<{ readonly project: Project; readonly user: UserProfile }> {
  const project = await store.projects.find(projectId)
  const held = project === undefined ? undefined : await findRole(store, identity.user, project)
  const isAdministrator = project !== undefined && administers(identity.user, project.domainId)
  if (project === undefined || (held === undefined && !isAdministrator)) throw noProject(projectId)
  // a token of one project says nothing about another
  const isElsewhere = identity.credential === 'token' && identity.scope !== undefined && identity.scope !== project.id
  if (!isAdministrator && (held !== 'admin' || isElsewhere)) {
    throw new ServiceError('forbidden', say`this needs the role admin in the project: ask an administrator of the project`)
  }
  const user = await store.users.findProfile(userId)
  if (user === undefined || user.domainId !== project.domainId) throw noUser(userId)
  return { project, user }
}

async function getDomainMember(
  store: Pick<Repositories, 'users'>,
  identity: Identity,
  { domainId, userId }: DomainMembership,
): Promise<UserProfile> {
  const user = await getAdministered(store, identity, userId)
  if (user.domainId !== domainId) throw noUser(userId)
  return user
}

function notGranted(id: string): ServiceError {
  return new ServiceError('notFound', say`the user has not been granted the role ${id} there`)
}
