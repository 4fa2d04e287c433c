// What PostgreSQL answers, in words for the owner of a job.

import { type Column, type ErrorKind, formatColumnType, ServiceError, say, silence, type Text, verbatim } from '@tributary/rules'

// SQLSTATE classes and codes, https://www.postgresql.org/docs/current/errcodes-appendix.html
const kinds: readonly (readonly [prefix: string, kind: ErrorKind])[] = [
  ['28', 'forbidden'],
  ['42501', 'forbidden'],
  ['22', 'semantic'],
  ['3D', 'semantic'],
  ['42', 'semantic'],
]

const outOfRange = '22003'

/**
 * @param error - what pg threw; a ServiceError (from the dialler, or ours) passes as it is
 * @param place - for instance `public.orders at 10.71.0.5:5432`
 * @param casts - the columns that the source was asked to cast
 */
export function tellError(error: unknown, place: string, casts: readonly Column[] = []): ServiceError {
  if (error instanceof ServiceError) return error
  const { message = '', code } = error as { message?: string; code?: unknown }
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) {
    const kind = kinds.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'unavailable'
    return new ServiceError(
      kind,
      say`${place}: the source answered: ${message} (${code})${code === outOfRange ? rangeAdvice(casts) : silence}`,
      {
        cause: error,
      },
    )
  }
  return new ServiceError('unavailable', say`${place}: the connection was lost: ${message}`, { cause: error })
}

/** The source does not say which column it was. */
function rangeAdvice(casts: readonly Column[]): Text {
  const named = casts.slice(0, 5).map(({ name, type }) => `${name} ${formatColumnType(type)}`)
  const which = named.length === 0 ? silence : verbatim(` (${named.join(', ')}${casts.length > named.length ? ' ..' : ''})`)
  return say`; a value does not fit its declared type any more${which}: create the table again to read its columns anew, or declare a wider type`
}
