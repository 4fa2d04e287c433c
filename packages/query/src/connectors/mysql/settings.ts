// How a session with a MySQL or MariaDB server is set up: TLS, limits, and the few settings the answers depend on.

/** Longest a single statement may run at the source, and longest it may wait for us to take rows. */
export const statementTimeoutMs = 3_600_000

/** Packets of 16 MiB that may make up one row: 1 GiB, the most that `max_allowed_packet` may be. */
export const mostJoinedPackets = 64

/** Longest a statement waits for a lock on a table at the source, unless the database owner has set less. */
const lockTimeoutSeconds = 60

/** Longest we try to end a statement at the source that nobody waits for any more. */
export const cancelTimeoutMs = 3_000

/** How long whoever leaves a session waits for that: less than an engine is given to stop. */
export const cancelPatienceMs = 500

/**
 * What every session runs first. Text comes as UTF-8, instants in UTC, a backslash in a string is a backslash, CHAR loses its padding, zero dates may be read,
 * and nothing can be written. The server ends a statement that runs for too long, and waits as long for us while the engine holds a scan back.
 * @param isMariadb - the two call the limit by different names and units
 */
export function sessionSetup(isMariadb: boolean): readonly string[] {
  const seconds = statementTimeoutMs / 1000
  // Without it MariaDB joins columns that have no index by comparing every row with every other; MySQL hashes by itself since 8.0.18.
  // Nor does it look up a list of a thousand values by an index unless it is kept from joining it; older versions have no say in that.
  const lists = '/*M!100508 , in_predicate_conversion_threshold = 0 */'
  const limit = isMariadb ? `max_statement_time = ${seconds}, join_cache_level = 4 ${lists}` : `max_execution_time = ${statementTimeoutMs}`
  return [
    `SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES', net_write_timeout = ${seconds}, lock_wait_timeout = LEAST(@@lock_wait_timeout, ${lockTimeoutSeconds}), ${limit}`,
    'SET SESSION TRANSACTION READ ONLY',
  ]
}
