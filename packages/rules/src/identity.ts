// Who calls, and what a role allows.

import { ServiceError } from './errors.ts'
import type { DomainId, ProjectId, UserId } from './ids.ts'
import { say, type Text } from './text.ts'

/** A role in one project; each holds what the ones before it hold. */
export type Role = 'reader' | 'editor' | 'admin'

/** An account: owns projects and users. */
export interface Domain {
  readonly id: DomainId
  readonly name: string
  readonly createdAt: number
}

/** The unit of isolation. */
export interface Project {
  readonly id: ProjectId
  readonly domainId: DomainId
  readonly name: string
  readonly createdAt: number
  /** Empty where none was given. */
  readonly description?: string | undefined
}

/** A person or a program. `isOwner`: runs the installation (holds the bootstrap key). `isDomainAdmin`: `admin` in every project of its domain. */
export interface User {
  readonly id: UserId
  readonly domainId: DomainId
  readonly name: string
  readonly isOwner: boolean
  readonly isDomainAdmin: boolean
  readonly createdAt: number
}

/** A user as the IAM calls show it. `isEnabled`: one that is switched off signs in nowhere, and its tokens and keys are good for nothing. */
export interface UserProfile extends User {
  readonly description: string
  readonly isEnabled: boolean
}

/** The user behind a verified token or signature, and the project the credential is scoped to, if any. */
export interface Identity {
  readonly user: User
  readonly domain: Domain
  /** A token without a project belongs to its user's domain and enters no project; a signature may name any project its user has a role in. */
  readonly credential: 'token' | 'signature'
  /** A token's project. */
  readonly scope: ProjectId | undefined
}

/** A verified user acting inside one project with at least the role that the operation asks for. */
export interface Caller {
  readonly user: User
  readonly project: ProjectId
  readonly role: Role
}

const ranks: Readonly<Record<Role, number>> = { reader: 1, editor: 2, admin: 3 }

/** True when `held` includes everything that `needed` asks for. */
export function includesRole(held: Role, needed: Role): boolean {
  return ranks[held] >= ranks[needed]
}

/**
 * Lets an identity into a project.
 * @param held - the role it was granted there, if any
 * @param needed - what the operation asks for
 * @throws {ServiceError} `forbidden`; a project that does not exist, is another's or is not the token's answers alike
 */
export function checkEntry(identity: Identity, project: Project | undefined, held: Role | undefined, needed: Role): Role {
  const isElsewhere = project === undefined || (identity.credential === 'token' && identity.scope !== project.id)
  if (isElsewhere) throw noEntry()
  const role = identity.user.isDomainAdmin && identity.user.domainId === project.domainId ? 'admin' : held
  if (role === undefined) throw noEntry()
  if (!includesRole(role, needed)) {
    throw new ServiceError(
      'forbidden',
      say`this needs the role ${needed} in the project, the caller is ${role}: ask an administrator of the project`,
    )
  }
  return role
}

function noEntry(): ServiceError {
  return new ServiceError(
    'forbidden',
    say`the credential is not valid for this project: use its id with a token of its scope and a role in it`,
  )
}

/** True for the installation's owner, and for administrators of the domain. */
export function administers({ isOwner, isDomainAdmin, domainId }: User, domain: DomainId): boolean {
  return isOwner || (isDomainAdmin && domainId === domain)
}

/** @throws {ServiceError} `forbidden` for everybody but the installation's owner and administrators of an account */
export function checkAdministrator({ user }: Identity): void {
  if (!user.isOwner && !user.isDomainAdmin) {
    throw new ServiceError('forbidden', say`this is for the installation owner and the administrators of the account`)
  }
}

/** The roles that can be granted, least first. */
export const grantableRoles: readonly Role[] = ['reader', 'editor', 'admin']

/** @param id - a role's id is its name @throws {ServiceError} `notFound` */
export function getRole(id: string): Role {
  const role = grantableRoles.find((name) => name === id)
  if (role === undefined) throw new ServiceError('notFound', say`there is no role ${id}: the roles are ${grantableRoles.join(', ')}`)
  return role
}

/** @throws {ServiceError} `forbidden` for everybody but the installation's owner */
export function checkOwner(identity: Identity): void {
  if (!identity.user.isOwner) throw new ServiceError('forbidden', say`this is for the installation owner alone`)
}

/** The error of a token or signature that is not let in, in the published words. @see contract 00, section 7 */
export function rejectedCredential(reason: Text): ServiceError {
  return new ServiceError('unauthenticated', say`Incorrect IAM authentication information: ${reason}`)
}
