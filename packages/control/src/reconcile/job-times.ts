// How long a job may take: its own limit, the patience with an engine that was told to stop, and that of a drain.

import { ServiceError, type Text, timeLimitReason } from '@tributary/rules'
import type { JobOrder } from '@tributary/store'

/** How long an engine may take to end a run that it was told to stop. */
export const stopWithinMs = 1_000

/**
 * Ends a job when the time is over that its `conf` gives it; without one there is no timer.
 * @param waiting - what the job waits for by then
 */
export function startTimer(
  { timeLimitMs }: Pick<JobOrder, 'timeLimitMs'>,
  controller: AbortController,
  waiting: { readonly text: Text },
): NodeJS.Timeout | undefined {
  if (timeLimitMs === undefined) return undefined
  return setTimeout(() => controller.abort(new ServiceError('exhausted', timeLimitReason(timeLimitMs, waiting.text))), timeLimitMs)
}

/** Rejects a while after a signal, for an engine that does not hear it. */
export function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), stopWithinMs), { once: true })
  })
}
