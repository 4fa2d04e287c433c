// The audit: every act is noted, refusals of one address no faster than it may fill a disk, and read by the owner and the administrators of a project.

import {
  type AuditEntry,
  type AuditFilter,
  fullAfterOne,
  type Identity,
  type KeptAuditEntry,
  mayReadAll,
  type Rate,
  ServiceError,
  say,
  waitForOne,
} from '@tributary/rules'
import { asAct } from '@tributary/store'
import { enter } from './access.ts'
import type { Deps } from './deps.ts'

/** Refusals of one address that are noted: what comes faster is counted by the metrics alone. */
const refusalRate: Rate = { burst: 200, everyMs: 1_000 }
const mostAddresses = 10_000
/** How many are forgotten in one transaction. */
const sweepChunk = 1_000

/** The use cases of the audit. */
export function audit({ store, log, clock }: Deps) {
  const fullAt = new Map<string, number>()
  return {
    /** Runs a use case as somebody's act: what it changes is on disk together with the entry, or neither is. */
    act: <Result>(entry: Omit<AuditEntry, 'at'>, work: () => Promise<Result> | Result): Promise<Result> =>
      asAct({ ...entry, at: clock() }, work),

    /** Notes a refusal, unless its address has too many already; never throws, never waits. */
    noteRefusal(entry: Omit<AuditEntry, 'at'>): void {
      const now = clock()
      const before = fullAt.get(entry.address) ?? now
      if (waitForOne(refusalRate, before, now) > 0) return
      fullAt.delete(entry.address)
      fullAt.set(entry.address, fullAfterOne(refusalRate, before, now))
      const [oldest] = fullAt.keys()
      if (fullAt.size > mostAddresses && oldest !== undefined) fullAt.delete(oldest)
      store.audit.insert({ ...entry, at: now }).catch((error: unknown) => log.error({ err: error }, 'a refusal was not noted in the audit'))
    },

    /** Newest first. @throws {ServiceError} `invalid` no project named, `forbidden` not its administrator */
    async list(identity: Identity, filter: AuditFilter): Promise<readonly KeptAuditEntry[]> {
      if (mayReadAll(identity)) return store.audit.list(filter)
      if (filter.projectId === undefined)
        throw new ServiceError('forbidden', say`name a project that you administer; the installation owner alone reads the audit of all`)
      await enter(store, identity, filter.projectId, 'admin')
      return store.audit.list(filter)
    },

    /** Those after one, oldest first, for whoever copies the audit elsewhere. */
    listAfter: (id: number, limit: number): Promise<readonly KeptAuditEntry[]> => store.audit.listAfter(id, limit),
  }
}

/** Forgets what is older than the installation keeps it, a piece at a time. */
export async function sweepAudit({ store, clock, settings }: Deps): Promise<void> {
  while ((await store.audit.removeBefore(clock() - settings.auditMs, sweepChunk)) > 0);
}
