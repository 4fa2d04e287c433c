// Who may enter a project, asked at every call.

import {
  type Caller,
  checkAdministrator,
  checkEntry,
  checkOwner,
  type Identity,
  type Project,
  type ProjectId,
  type Role,
  type Soon,
  type User,
  whenThere,
} from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import type { Deps } from './deps.ts'
import { IdentityCache } from './identity-cache.ts'

/** The use cases of access. */
export function access({ store }: Deps) {
  const granted = new IdentityCache<Granted>(store)
  return {
    /** @throws {ServiceError} `forbidden`: unknown and foreign projects answer alike */
    enter(identity: Identity, projectId: string, needed: Role): Soon<Caller> {
      const userId = identity.user.id
      return whenThere(
        granted.find(`${userId} ${projectId}`, () => store.projects.findGranted(projectId, userId)),
        (found) => callerOf(identity, found, { projectId, needed }),
      )
    },

    /** @throws {ServiceError} `forbidden` for everybody but the owner and administrators of an account */
    requireAdministrator(identity: Identity): void {
      checkAdministrator(identity)
    },

    /** @throws {ServiceError} `forbidden` for everybody but the owner */
    requireOwner(identity: Identity): void {
      checkOwner(identity)
    },
  }
}

/** Lets an identity into a project. @throws {ServiceError} `forbidden` */
export async function enter(store: Pick<Repositories, 'projects'>, identity: Identity, projectId: string, needed: Role): Promise<Caller> {
  return callerOf(identity, await store.projects.findGranted(projectId, identity.user.id), { projectId, needed })
}

/** A project and what a user was granted there. */
interface Granted {
  readonly project: Project
  readonly role: Role | undefined
}

function callerOf(
  identity: Identity,
  granted: Granted | undefined,
  { projectId, needed }: { readonly projectId: string; readonly needed: Role },
): Caller {
  const role = checkEntry(identity, granted?.project, granted?.role, needed)
  return { user: identity.user, project: projectId as ProjectId, role }
}

/** The role that a user has in a project, granted or by administering its domain. */
export async function findRole(store: Pick<Repositories, 'roles'>, user: User, project: Project): Promise<Role | undefined> {
  if (user.isDomainAdmin && user.domainId === project.domainId) return 'admin'
  return store.roles.find(user.id, project.id)
}
