// How much one result may be: refused by name, before a disk is full of rows that nobody will read.

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ServiceError, say } from '@tributary/rules'
import { resultFile } from './result-files.ts'

/** Most rows, and most bytes as they are kept. */
export interface ResultLimit {
  readonly rows: number
  readonly bytes: number
}

/** The error of a result that outgrew its bytes. */
export function tooLarge({ bytes }: ResultLimit): ServiceError {
  return new ServiceError(
    'exhausted',
    say`the result takes more than ${bytes} bytes, the most that this installation keeps (max-result): select less, add LIMIT, or write the rows into a table`,
  )
}

/** @throws {ServiceError} `exhausted` for a result of a directory that is too much */
export async function checkResultSize(directory: string, rowCount: number, limit: ResultLimit): Promise<void> {
  if (rowCount > limit.rows) {
    throw new ServiceError(
      'exhausted',
      say`the result has ${rowCount} rows, and this installation keeps at most ${limit.rows} (max-result-rows): add LIMIT, or write the rows into a table`,
    )
  }
  if ((await stat(join(directory, resultFile))).size > limit.bytes) throw tooLarge(limit)
}
