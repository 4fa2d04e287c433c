// What PostgreSQL answers, in words for the owner of a job.

import { type Column, type ErrorKind, formatColumnType, ServiceError, say, silence, type Text, verbatim } from '@tributary/rules'
import { endedAdvice, fullAdvice, lockAdvice, loginAdvice } from '../advice.ts'
import { lost, refused } from '../tell-error.ts'

// SQLSTATE classes and codes, https://www.postgresql.org/docs/current/errcodes-appendix.html
const kinds: readonly (readonly [prefix: string, kind: ErrorKind])[] = [
  ['28', 'forbidden'],
  ['42501', 'forbidden'],
  ['22', 'semantic'],
  ['23', 'semantic'],
  ['3D', 'semantic'],
  ['42', 'semantic'],
  ['44', 'semantic'],
]

/** @param code - SQLSTATE, five letters and digits */
export function kindOf(code: string): ErrorKind {
  return kinds.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'unavailable'
}

const outOfRange = '22003'

const advice: readonly (readonly [prefix: string, words: Text])[] = [
  ['28', loginAdvice],
  ['53300', fullAdvice],
  ['55P03', lockAdvice],
  ['57P0', endedAdvice],
]

function adviceFor(code: string, casts: readonly Column[]): Text {
  if (code === outOfRange) return rangeAdvice(casts)
  return advice.find(([prefix]) => code.startsWith(prefix))?.[1] ?? silence
}

/**
 * @param error - what pg threw; a ServiceError (from the dialler, or ours) passes as it is
 * @param place - for instance `public.orders at 10.71.0.5:5432`
 * @param casts - the columns that the source was asked to cast
 */
export function tellError(error: unknown, place: string, casts: readonly Column[] = []): ServiceError {
  if (error instanceof ServiceError) return error
  const { message = '', code } = error as { message?: string; code?: unknown }
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code))
    return refused(place, { kind: kindOf(code), message, code, advice: adviceFor(code, casts) }, error)
  return lost(place, error)
}

/** The source does not say which column it was. */
function rangeAdvice(casts: readonly Column[]): Text {
  const named = casts.slice(0, 5).map(({ name, type }) => `${name} ${formatColumnType(type)}`)
  const which = named.length === 0 ? silence : verbatim(` (${named.join(', ')}${casts.length > named.length ? ' ..' : ''})`)
  return say`; a value does not fit its declared type any more${which}: create the table again to read its columns anew, or declare a wider type`
}
