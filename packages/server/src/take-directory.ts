// Takes a data directory for this process, and says in the words of the command line why it cannot.

import { DataDirectory, DataDirectoryError } from '@tributary/store'
import { InUseError } from './in-use.ts'
import { UsageError } from './settings.ts'

/**
 * Takes a directory, making it when it is missing.
 * @throws {UsageError} when it cannot be made or used; {@link InUseError} when another server has it
 */
export function takeDirectory(path: string): DataDirectory {
  try {
    return DataDirectory.take(path)
  } catch (error) {
    if (error instanceof DataDirectoryError) throw new UsageError(error.message)
    if (error instanceof Error && /in use/.test(error.message)) throw new InUseError(error.message, { cause: error })
    throw error
  }
}
