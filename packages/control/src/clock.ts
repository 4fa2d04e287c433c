// Setting the clock of rehearsals ahead, which is the installation owner's; rehearsal.ts is what goes by it.

import { aheadAt, checkAdvance, checkOwner, type Identity, ServiceError, say } from '@tributary/rules'
import type { Deps } from './deps.ts'
import { within } from './within.ts'

/** No delay is longer: what the clock was before matters to nothing that is still being made. */
const rememberedMs = 3_600_000

/** The use cases of the clock. @param sweep - looks at everything that may be due now */
export function clock({ store, clock: realClock, rehearsal, settings }: Deps, sweep: () => Promise<void>) {
  return {
    /** How far the clock of rehearsals is ahead, in ms. */
    aheadMs: (): number => rehearsal.aheadMs,

    /**
     * Sets the clock ahead and waits a moment for what that makes due. Sending the same again changes nothing.
     * @param aheadMs - of the real clock, in all
     * @throws {ServiceError} `forbidden`; `unsupported` where the installation does not allow it; `invalid`; `conflict` when it would go back
     */
    async put(identity: Identity, aheadMs: number): Promise<{ readonly aheadMs: number; readonly now: number }> {
      checkOwner(identity)
      if (!settings.allowClock)
        throw new ServiceError('unsupported', say`the clock of this installation cannot be moved: start the server with --allow-clock`)
      const advances = await store.transaction(async (tx) => {
        const known = await tx.installation.listClockAdvances()
        const now = realClock()
        const advance = checkAdvance(known, aheadMs, now)
        if (advance.aheadMs === aheadAt(known, now)) return known
        await tx.installation.putClockAdvance(advance)
        await tx.installation.forgetClockAdvances(now - rememberedMs)
        return tx.installation.listClockAdvances()
      })
      rehearsal.follow(advances)
      await within(sweep(), settings.settleTimeoutMs)
      return { aheadMs: rehearsal.aheadMs, now: rehearsal.now() }
    },
  }
}
