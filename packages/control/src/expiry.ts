// Tombstones, tokens, jobs and notes whose time is over.

import { idempotencyKeyTtlMs } from '@tributary/rules'
import type { Deps } from './deps.ts'
import { forgetOldJobs } from './old-jobs.ts'

/** Removes what nobody is promised any more; safe to repeat. */
export async function forgetWhatIsOver(deps: Deps): Promise<void> {
  const { store, clock, settings } = deps
  await forgetOldJobs(deps)
  const deletedBefore = clock() - settings.tombstoneMs
  await store.tokens.removeExpired(clock())
  await store.connectionTests.removeEnded(clock() - settings.resultTtlMs)
  await store.reachability.removeOrphans()
  await store.idempotencyKeys.removeTaken(clock() - idempotencyKeyTtlMs)
  await store.transaction((tx) => tx.classicConnections.removeDeleted(deletedBefore))
  while ((await store.transaction((tx) => tx.connections.removeDeleted(deletedBefore))) > 0);
}
