// The one error that crosses rooms: a kind that knows nothing of HTTP, and a message its reader can act on.

import { inWords, type Text, verbatim } from './text.ts'

/**
 * What went wrong, in terms of the caller's request.
 * `invalid` bad input · `syntax`, `semantic` SQL · `notFound` no such resource · `absent` it was here and its result has expired ·
 * `conflict` it exists already or is in use · `busy` not ready, try again · `unsupported` not offered · `unauthenticated` who are you ·
 * `forbidden` you may not · `throttled` too often · `exhausted` a quota or limit is used up · `unavailable` something outside failed ·
 * `internal` a bug of ours
 */
export type ErrorKind =
  | 'invalid'
  | 'syntax'
  | 'semantic'
  | 'notFound'
  | 'absent'
  | 'conflict'
  | 'busy'
  | 'unsupported'
  | 'unauthenticated'
  | 'forbidden'
  | 'throttled'
  | 'exhausted'
  | 'unavailable'
  | 'internal'

/** The resource an error speaks of; the door chooses the published code by its kind. */
export interface Subject {
  readonly kind:
    | 'project'
    | 'user'
    | 'queue'
    | 'pool'
    | 'plan'
    | 'connection'
    | 'classicConnection'
    | 'peering'
    | 'route'
    | 'authInfo'
    | 'vpc'
    | 'subnet'
    | 'securityGroup'
    | 'routeTable'
    | 'gateway'
    | 'database'
    | 'table'
    | 'job'
    | 'network'
  readonly name: string
}

/** Why a part of a network was refused, where the published API has a code of its own for that. */
export type Reason = 'outsideVpc' | 'overlap' | 'otherVpc' | 'subnetsOutside' | 'nameTaken' | 'customRoutes' | 'badRange'

/** What an error may carry beside its message: `hint` is shown to the caller, `cause` goes to the log alone. */
export interface ErrorDetails {
  readonly subject?: Subject
  readonly reason?: Reason
  readonly cause?: unknown
  readonly hint?: Text
  /** When to try again, for refusals that time mends; whole seconds, from 1. */
  readonly retryAfterSeconds?: number
  /** Where nobody knows whether it was done: whoever asked went away before the answer. */
  readonly outcome?: 'unknown'
}

/** Any failure that a caller may see; everything else that is thrown is a bug and is answered as `internal`. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly kind: ErrorKind
  readonly details: ErrorDetails
  /** What the caller is told; `message` is the same in English. */
  readonly text: Text

  constructor(kind: ErrorKind, said: Text, details: ErrorDetails = {}) {
    super(inWords(said), { cause: details.cause })
    this.kind = kind
    this.text = said
    this.details = details
  }
}

/** What an error of any kind says: a caller's text where there is one, otherwise the words of whoever threw it. */
export function textOf(error: unknown): Text {
  return error instanceof ServiceError ? error.text : verbatim(error instanceof Error ? error.message : String(error))
}
