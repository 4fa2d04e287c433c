// A job as it is written down before anything of it has run.

import { type Caller, type Job, type JobId, ownedBy, type Queue, silence } from '@tributary/rules'
import type { Deps } from './deps.ts'

/** What one kind of job says of itself. */
export type JobContent = Pick<
  Job,
  'type' | 'mode' | 'statement' | 'currentDatabase' | 'sentDatabase' | 'tableName' | 'tags' | 'export' | 'importOrder'
>

/** A LAUNCHING job of a caller on a queue, with a new id. */
export function newJob(
  { clock, newId }: Deps,
  { caller, queue }: { readonly caller: Caller; readonly queue: Queue },
  content: JobContent,
): Job {
  return {
    id: newId() as JobId,
    projectId: caller.project,
    queueId: queue.id,
    queueName: queue.name,
    ...content,
    ...ownedBy(caller.user),
    state: 'LAUNCHING',
    message: silence,
    startedAt: clock(),
    endedAt: undefined,
    columns: [],
    resultRows: 0,
    inputRows: 0,
    inputBytes: 0,
    progress: 0,
    outputBytes: 0,
    cpuMs: 0,
    badRows: 0,
    tasks: 0,
    finishedTasks: 0,
  }
}
