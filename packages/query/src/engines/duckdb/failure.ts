// Errors on their way between threads and processes, which keep an error's text and lose its class.

import { type ErrorKind, ServiceError, say, type Text } from '@tributary/rules'

/** A {@link ServiceError} as plain data. */
export interface Failure {
  readonly kind: ErrorKind
  readonly text: Text
  readonly hint?: Text
  /** Where nobody knows whether it was done. */
  readonly outcome?: 'unknown'
}

/** Anything but a ServiceError is a bug: it is written to standard error (the server's log) and told as `internal`. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof ServiceError)) {
    console.error(error)
    return { kind: 'internal', text: say`the engine failed; its log says why` }
  }
  const { kind, text, details } = error
  const { hint, outcome } = details
  return { kind, text, ...(hint === undefined ? {} : { hint }), ...(outcome === undefined ? {} : { outcome }) }
}

/** Why something ended that was told to stop, and whether anybody knows how far it had come. */
export function stopReason({ reason }: AbortSignal, error: unknown): unknown {
  if (!(reason instanceof ServiceError) || !(error instanceof ServiceError) || error.details.outcome === undefined) return reason
  return new ServiceError(reason.kind, reason.text, { ...reason.details, outcome: error.details.outcome })
}

/** The error again, on the other side. */
export function errorOf(failure: Failure): ServiceError {
  const { kind, text, hint, outcome } = failure
  return new ServiceError(kind, text, { ...(hint === undefined ? {} : { hint }), ...(outcome === undefined ? {} : { outcome }) })
}
