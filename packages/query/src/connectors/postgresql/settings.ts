// How a session with a PostgreSQL server is set up: TLS, limits, and the few settings the answers depend on.

/** Longest a single statement may run at the source; a scan that the engine holds back counts as running. */
export const statementTimeoutMs = 3_600_000

/** Most that may come as one answer that is not rows of a table: descriptions of 1,600 columns have less than 1 MiB. */
export const mostAnswerBytes = 16 * 1024 * 1024

/** Longest a statement waits for a lock at the source, unless the database owner has set another limit for this user. */
const lockTimeoutMs = 60_000

/** What could change rows or values where a server, a database or a user is set up otherwise. Every version has these. */
const pinned: Readonly<Record<string, string>> = {
  default_transaction_read_only: 'on',
  standard_conforming_strings: 'on',
  statement_timeout: `${statementTimeoutMs}`,
  datestyle: 'ISO',
  timezone: 'UTC',
  intervalstyle: 'postgres',
  // Numbers with a fraction inside arrays and documents come as text: with as many digits as tell them apart.
  extra_float_digits: '3',
  bytea_output: 'hex',
  // Else NULL in an array that is written is a text.
  array_nulls: 'on',
  transform_null_equals: 'off',
  // Else an index drops rows by chance.
  gin_fuzzy_search_limit: '0',
  quote_all_identifiers: 'off',
}

const pins = Object.entries(pinned).map(([name, value]) => `set_config('${name}', '${value}', false)`)

/**
 * What every session runs first, in one round trip. Strings are read without escapes, values print in one way however the server is set up, nothing can be written,
 * nothing waits for a lock for long, and a server of version 14 or later looks every half second whether we are still there, unless its owner has settled
 * otherwise. Answers the server's encoding, and whether it looks: `0` where it does not.
 */
export const sessionSetup = `
select ${pins.join(', ')};
select set_config(name, case name when 'lock_timeout' then '${lockTimeoutMs}' else '500' end, false) from pg_catalog.pg_settings
  where (name = 'client_connection_check_interval' and source = 'default') or (name = 'lock_timeout' and setting = '0');
select current_setting('server_encoding') as encoding, coalesce(current_setting('client_connection_check_interval', true), '0') as watch`
