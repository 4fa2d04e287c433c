// Jobs whose time is over: forgotten some at a time, each some in one transaction with what the audit is told of it.

import type { Deps } from './deps.ts'

/** How many are forgotten at a time: others write in between. */
const atOnce = 500

/** Forgets jobs that ended longer ago than they are kept; one whose result can still be read stays. */
export async function forgetOldJobs({ store, clock, settings }: Pick<Deps, 'store' | 'clock' | 'settings'>): Promise<void> {
  const keptMs = Math.max(settings.jobsMs, settings.resultTtlMs)
  if (!Number.isFinite(keptMs)) return
  for (let forgotten = atOnce; forgotten === atOnce; ) {
    forgotten = await store.transaction(async (tx) => {
      const at = clock()
      const counts = await tx.jobs.forget(at - keptMs, atOnce)
      for (const [projectId, count] of counts) {
        const resource = `jobs ${count} that ended more than ${Math.floor(keptMs / 86_400_000)} days ago`
        const nobody = { userId: '', userName: '', address: '', requestId: '' }
        await tx.audit.insert({ ...nobody, at, kind: 'change', action: 'dli:jobs:forget', projectId, resource, outcome: 'ok' })
      }
      return [...counts.values()].reduce((sum, count) => sum + count, 0)
    })
  }
}
