// What MySQL and MariaDB answer, in words for the owner of a job.

import { type ErrorKind, ServiceError, say, type Text } from '@tributary/rules'
import { endedAdvice, fullAdvice, lockAdvice, loginAdvice } from '../advice.ts'
import { lost, refused } from '../tell-error.ts'

// https://mariadb.com/kb/en/mariadb-error-codes/ and https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
const forbidden: ReadonlySet<number> = new Set([1044, 1045, 1130, 1142, 1143, 1227, 1370, 1698, 1820, 1862, 3118, 4151])
const semantic: ReadonlySet<number> = new Set([1049, 1054, 1146, 1264, 1292, 1265, 1356, 1364, 1366, 1406, 1525, 3819, 4025])

const advice: ReadonlyMap<number, Text> = new Map([
  ...[1045, 1698].map((errno) => [errno, loginAdvice] as const),
  ...[1053, 1079, 1152, 1317, 1927].map((errno) => [errno, endedAdvice] as const),
  ...[1040, 1203, 1226].map((errno) => [errno, fullAdvice] as const),
  [1205, lockAdvice],
])

/** Classes of SQLSTATE that speak of the rows: data, constraints, what a view or a trigger refuses. Also what a CHECK refuses in MariaDB. */
const refusedRow = /^(?:22|23|44|45)/

/** What the driver throws. */
interface DriverError {
  readonly message?: string
  readonly code?: unknown
  readonly errno?: unknown
  readonly sqlState?: unknown
}

/** Numbers of an answer that says: what you ask for is not there (a database, a table). */
export function isMissing(error: unknown): boolean {
  const { errno } = error as DriverError
  return errno === 1049 || errno === 1146
}

/**
 * @param error - what the driver threw; a ServiceError (from the dialler, or ours) passes as it is
 * @param place - for instance `shop.orders at 10.71.0.5:3306`
 */
export function tellError(error: unknown, place: string): ServiceError {
  if (error instanceof ServiceError) return error
  const { message = '', code, errno, sqlState } = error as DriverError
  if (typeof errno === 'number' && typeof sqlState === 'string') {
    const kind: ErrorKind = forbidden.has(errno)
      ? 'forbidden'
      : semantic.has(errno) || refusedRow.test(sqlState)
        ? 'semantic'
        : 'unavailable'
    return refused(place, { kind, message, code: `${errno}, ${sqlState}`, advice: advice.get(errno) }, error)
  }
  const plugin = code === 'AUTH_SWITCH_PLUGIN_ERROR' ? /unknown plugin (\w+)/.exec(message)?.[1] : undefined
  if (plugin !== undefined)
    return new ServiceError(
      'forbidden',
      say`${place} asks for the login by ${plugin}, which is not offered; let this user sign in by mysql_native_password or caching_sha2_password`,
      { cause: error },
    )
  return lost(place, error)
}
