// A user: how it may be called, and what a password must be.

import { ServiceError } from './errors.ts'
import type { UserProfile } from './identity.ts'
import type { UserId } from './ids.ts'
import { say } from './text.ts'

/** A user as an administrator asks for it; without a password it can sign by access keys alone. */
export interface UserDraft {
  readonly name: string
  readonly password?: string | undefined
  readonly description?: string | undefined
  readonly isEnabled?: boolean | undefined
}

/** What is kept of a user as sent. */
export type UserParts = Pick<UserProfile, 'name' | 'description' | 'isEnabled'>

const namePattern = /^[A-Za-z_.-][A-Za-z0-9 _.-]{0,63}$/
const mostDescription = 255
const leastPassword = 6
// Hashing takes a text of any length; nobody types more.
const mostPassword = 128

/** @throws {ServiceError} `invalid`, saying what to change, never what was sent */
export function userPartsOf({ name, password, description = '', isEnabled = true }: UserDraft): UserParts {
  if (!namePattern.test(name) || name.endsWith(' ')) {
    throw new ServiceError(
      'invalid',
      say`user.name has 1 to 64 letters, digits, blanks, _ . and -, begins with no digit or blank and ends with no blank`,
    )
  }
  if (description.length > mostDescription) {
    throw new ServiceError('invalid', say`user.description has at most ${mostDescription} characters, this has ${description.length}`)
  }
  if (password !== undefined) checkPassword(name, password)
  return { name, description, isEnabled }
}

/** @param name - of the user @throws {ServiceError} `invalid` */
export function checkPassword(name: string, password: string): void {
  const { length } = Array.from(password)
  if (length < leastPassword || length > mostPassword) {
    throw new ServiceError('invalid', say`a password has ${leastPassword} to ${mostPassword} characters`)
  }
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/].filter((kind) => kind.test(password))
  if (kinds.length < 2) {
    throw new ServiceError('invalid', say`a password has at least two of: lower-case letters, upper-case letters, digits, other characters`)
  }
  const plain = password.toLowerCase()
  if ([name.toLowerCase(), Array.from(name.toLowerCase()).reverse().join('')].includes(plain)) {
    throw new ServiceError('invalid', say`a password is neither the name of its user nor that name backwards`)
  }
}

/** @param namesake - who has the name in the domain already, if anybody @throws {ServiceError} `conflict` */
export function checkNewUser(namesake: UserProfile | undefined, own?: UserId): void {
  if (namesake === undefined || namesake.id === own) return
  throw new ServiceError('conflict', say`a user of the account has the name ${namesake.name} already: choose another`, {
    subject: { kind: 'user', name: namesake.name },
  })
}

/** The same for who is not there and who the caller may not see. */
export function noUser(id: string): ServiceError {
  return new ServiceError('notFound', say`there is no user ${id}`, { subject: { kind: 'user', name: id } })
}
