// Whose something is: known by the id of the user, shown by the name that the user has now.

import type { User } from './identity.ts'
import type { UserId } from './ids.ts'
import { say, type Text } from './text.ts'

/** A resource that somebody made, or was given. */
export interface Owned {
  /** The present name of its owner; the last one of a user who is gone. */
  readonly owner: string
  /** Absent where nobody is known. No other user ever gets the id: what a removed user owned is nobody’s, whoever takes the name, and administrators decide. */
  readonly ownerId?: UserId | undefined
}

/** The members that say whose a new resource is. */
export function ownedBy({ id, name }: Pick<User, 'id' | 'name'>): Required<Owned> {
  return { owner: name, ownerId: id }
}

/** Whether it belongs to a user. A name alone is no proof: another user may have it by now. */
export function owns({ id }: Pick<User, 'id'>, { ownerId }: Pick<Owned, 'ownerId'>): boolean {
  return ownerId !== undefined && ownerId === id
}

/** Whom to ask for a right on something: its owner while there is one, and administrators always. */
export function grantersOf({ owner, ownerId }: Owned): Text {
  return ownerId === undefined ? say`an administrator` : say`${owner}, who owns it, or an administrator`
}
