// What crossed to and from sources for a job, for whoever may see the job.

import { type Caller, type Crossing, type Job, maySeeRead, settledCrossings } from '@tributary/rules'
import type { Deps } from './deps.ts'

/** The use case of what crossed for jobs. */
export function jobCrossings({ store }: Deps) {
  return {
    /**
     * Until now, or until the end of the job; none for one that went to no source. What was asked may tell of views and of tables that others may not read:
     * to whom its result is not shown, the words are not either.
     * @throws {ServiceError} `notFound`
     */
    async crossings(caller: Caller, id: string): Promise<{ readonly job: Job; readonly crossings: readonly Crossing[] }> {
      const job = await store.jobs.get(caller.project, id)
      const crossings = settledCrossings(await store.jobCrossings.list(caller.project, job.id), job.state)
      return { job, crossings: maySeeRead(job, caller) ? crossings : crossings.map(withoutWords) }
    },
  }
}

function withoutWords(crossing: Crossing): Crossing {
  return { ...crossing, text: '', notes: [] }
}
