// Places in a child's own directory that both sides of the IPC know.

import { join } from 'node:path'

/** Where in the scratch directory results are written before they move to their job. */
export function outputDirectory(scratchDirectory: string): string {
  return join(scratchDirectory, 'output')
}

/** Where the server puts the files of managed tables for a job to read; nothing else of the warehouse is within reach. */
export function tablesDirectory(scratchDirectory: string): string {
  return join(scratchDirectory, 'tables')
}
