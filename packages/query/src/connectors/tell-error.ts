// How messages tell that a source refused, or was lost: its own words, then what helps.

import { type ErrorKind, ServiceError, say, silence, type Text } from '@tributary/rules'
import { lossAdvice } from './advice.ts'

/** What a source answered in the place of an answer. */
export interface Refusal {
  readonly kind: ErrorKind
  /** In the source's own words. */
  readonly message: string
  /** As the source numbers or names it. */
  readonly code: string
  /** One of `advice.ts`; absent: its words say enough. */
  readonly advice?: Text | undefined
}

/** @param place - for instance `10.71.0.5:3306`. @param cause - what the driver threw */
export function refused(place: string, { kind, message, code, advice = silence }: Refusal, cause: unknown): ServiceError {
  return new ServiceError(kind, say`${place}: the source answered: ${message} (${code})${advice}`, { cause })
}

/** Of whatever else was thrown: nobody answered. What is a ServiceError, of the dialler or ours, passes as it is. */
export function lost(place: string, error: unknown): ServiceError {
  if (error instanceof ServiceError) return error
  const { message = '' } = error as { readonly message?: string }
  return new ServiceError('unavailable', say`${place}: the connection was lost: ${message}${lossAdvice}`, { cause: error })
}
