// Names of the functions that are given to DuckDB, apart from their making: who writes SQL loads no engine.

/** Names under which DuckDB knows them; no statement can call them, for no statement reaches DuckDB as it is written. */
export const ownNames = {
  murmur3: 'tributary_murmur3',
  xxh64: 'tributary_xxh64',
  sha2: 'tributary_sha2',
  fromJson: 'tributary_from_json',
} as const

/** What a hash reads a value as, behind the name of its function: 4 or 8 bytes, a whole number of any length, or bytes as they are. */
export type Carrier = 'int' | 'long' | 'whole' | 'bytes'
