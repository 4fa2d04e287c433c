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

/** What could change rows or values where a server or a user is set up otherwise, by the name that SET knows. */
const pinned: Readonly<Record<string, string>> = {
  time_zone: "'+00:00'",
  // Else a 0 that is written to an AUTO_INCREMENT column becomes the next number.
  sql_mode: "'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES,NO_AUTO_VALUE_ON_ZERO'",
  // DEFAULT would be the server's own limit: this is none.
  sql_select_limit: '18446744073709551615',
  // Texts of so many bytes are sorted and grouped whole, as queries that are asked of the source count on.
  max_sort_length: 'GREATEST(@@max_sort_length, 1024)',
  // Else the first question opens a transaction that nobody ends, and a session that is kept reads what was there then.
  autocommit: '1',
  completion_type: '0',
  // Else `IS NULL` finds the row that was inserted last.
  sql_auto_is_null: '0',
  div_precision_increment: '4',
  // Else a DELETE of all rows is refused.
  sql_safe_updates: '0',
}

/** What MariaDB alone has; older versions do not know the second, which reads tables that keep their history as of a moment in it. */
const pinnedByMariadb = "old_mode = '' /*M!100304 , system_versioning_asof = DEFAULT */"

/**
 * What every session runs first. Text comes as UTF-8, instants in UTC, a backslash in a string is a backslash, CHAR loses its padding, zero dates may be read,
 * and nothing can be written; rows and values are the same however the server is set up. What is read is one committed state: READ UNCOMMITTED would show rows that are
 * taken back, and READ COMMITTED refuses writes where the server logs statements. The server ends a statement that runs for too long, and waits as long for us while the
 * engine holds a scan back.
 * @param isMariadb - the two call the limit by different names and units
 */
export function sessionSetup(isMariadb: boolean): readonly string[] {
  const seconds = statementTimeoutMs / 1000
  // Without it MariaDB joins columns that have no index by comparing every row with every other; MySQL hashes by itself since 8.0.18.
  // Nor does it look up a list of a thousand values by an index unless it is kept from joining it; older versions have no say in that.
  const lists = '/*M!100508 , in_predicate_conversion_threshold = 0 */'
  const limit = isMariadb
    ? `max_statement_time = ${seconds}, join_cache_level = 4 ${lists}, ${pinnedByMariadb}`
    : `max_execution_time = ${statementTimeoutMs}`
  const settings = Object.entries(pinned).map(([name, value]) => `${name} = ${value}`)
  return [
    `SET NAMES utf8mb4, ${settings.join(', ')}, net_write_timeout = ${seconds}, lock_wait_timeout = LEAST(@@lock_wait_timeout, ${lockTimeoutSeconds}), ${limit}`,
    'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY',
  ]
}
