// Tells failures of the disk from bugs: what SQLite says of them becomes an error that a caller can act on.

import { say, ServiceError } from '@tributary/rules'

// https://www.sqlite.org/rescode.html: the low byte of a code is its kind.
const full = 13
const ioError = 10
const cannotOpen = 14

/** Whether an error says that the disk is full or fails. */
export function isDiskError(error: unknown): error is ServiceError {
  if (!(error instanceof ServiceError) || error.kind !== 'unavailable') return false
  return typeof (error.details.cause as { readonly errcode?: unknown } | undefined)?.errcode === 'number'
}

/**
 * The error that goes on: `unavailable` where the disk is full or fails, every other as it is. What failed has been undone, or is undone with its
 * transaction.
 */
export function diskErrorOf(error: unknown): unknown {
  const code = (error as { readonly errcode?: unknown } | null)?.errcode
  if (typeof code !== 'number') return error
  const kind = code & 0xff
  if (kind === full)
    return new ServiceError('unavailable', say`the disk of the installation is full, nothing was changed: try again when there is room`, {
      cause: error,
    })
  if (kind === ioError || kind === cannotOpen)
    return new ServiceError('unavailable', say`the disk of the installation cannot be read or written: its log says why`, { cause: error })
  return error
}
