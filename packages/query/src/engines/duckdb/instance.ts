// The DuckDB instance of one queue's child: limited, cut off from everything but its scratch directory, locked.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { registerOwnFunctions } from '../../plan/functions/own-functions.ts'
import type { EngineLimits } from './messages.ts'
import { outputDirectory, tablesDirectory } from './places.ts'

/**
 * Builds an instance that user SQL can neither leave nor change. The session's time zone is UTC: once locked, it cannot be set.
 * Takes about 12 ms.
 * @returns its one connection, which says how far a statement is: no other could be told to, once it is locked
 */
export async function openInstance(limits: EngineLimits): Promise<DuckDBConnection> {
  const output = outputDirectory(limits.scratchDirectory)
  await mkdir(output, { recursive: true })
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${limits.memoryBytes}B`,
    threads: String(limits.threads),
    // Nobody helps them: see statement-run.ts.
    external_threads: '0',
    temp_directory: join(limits.scratchDirectory, 'spill'),
    max_temp_directory_size: `${limits.spillBytes}B`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
  })
  const connection = await instance.connect()
  registerOwnFunctions(connection)
  await connection.run("set global TimeZone = 'UTC'")
  await connection.run('set enable_progress_bar = true')
  await connection.run('set enable_progress_bar_print = false')
  await connection.run('set progress_bar_time = 0')
  const allowed = [output, tablesDirectory(limits.scratchDirectory)].map((path) => `'${path.replaceAll("'", "''")}'`)
  await connection.run(`set allowed_directories = [${allowed.join(', ')}]`)
  await connection.run('set enable_external_access = false')
  await connection.run('set lock_configuration = true')
  return connection
}
