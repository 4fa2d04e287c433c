// Errors on their way between threads and processes, which keep an error's text and lose its class.

import { type ErrorKind, ServiceError, say, type Text } from '@tributary/rules'

/** A {@link ServiceError} as plain data. */
export interface Failure {
  readonly kind: ErrorKind
  readonly text: Text
  readonly hint?: Text
}

/** Anything but a ServiceError is a bug: it is written to standard error (the server's log) and told as `internal`. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof ServiceError)) {
    console.error(error)
    return { kind: 'internal', text: say`the engine failed; its log says why` }
  }
  const { kind, text, details } = error
  return details.hint === undefined ? { kind, text } : { kind, text, hint: details.hint }
}

/** The error again, on the other side. */
export function errorOf(failure: Failure): ServiceError {
  return new ServiceError(failure.kind, failure.text, failure.hint === undefined ? {} : { hint: failure.hint })
}
