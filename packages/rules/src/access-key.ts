// An access key: what a program signs its calls with.

import { ServiceError } from './errors.ts'
import type { UserId } from './ids.ts'
import { say } from './text.ts'

/** As published: enough to replace one without a gap. */
export const mostKeys = 2

/** @param held - how many keys the user has @throws {ServiceError} `exhausted` */
export function checkNewKey(user: UserId, held: number): void {
  if (held >= mostKeys) {
    throw new ServiceError('exhausted', say`user ${user} has ${held} access keys, more than ${mostKeys} are not possible: delete one first`)
  }
}
