// Errors on their way between threads and processes, which keep an error's text and lose its class.

import { type ErrorKind, ServiceError } from '@tributary/rules'

/** A {@link ServiceError} as plain data. */
export interface Failure {
  readonly kind: ErrorKind
  readonly message: string
  readonly hint?: string
}

/** Anything but a ServiceError is a bug: it is written to standard error (the server's log) and told as `internal`. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof ServiceError)) {
    console.error(error)
    return { kind: 'internal', message: 'the engine failed; its log says why' }
  }
  const { kind, message, details } = error
  return details.hint === undefined ? { kind, message } : { kind, message, hint: details.hint }
}

/** The error again, on the other side. */
export function errorOf(failure: Failure): ServiceError {
  return new ServiceError(failure.kind, failure.message, failure.hint === undefined ? {} : { hint: failure.hint })
}
