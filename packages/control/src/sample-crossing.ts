// A job for tests of what crosses: a query that runs.

import { type Job, type JobId, type ProjectId, type QueueId, silence } from '@tributary/rules'

/** The query `job-1` on queue q1 of project p1, of which nothing has come yet, unless told otherwise. */
export function sampleRunningJob(part: Partial<Job> = {}): Job {
  return {
    id: 'job-1' as JobId,
    projectId: 'p1' as ProjectId,
    queueId: 'q1' as QueueId,
    queueName: 'q1',
    type: 'QUERY',
    mode: 'async',
    state: 'RUNNING',
    statement: 'select 1',
    currentDatabase: 'default',
    sentDatabase: '',
    tableName: '',
    owner: 'root',
    tags: [],
    message: silence,
    startedAt: 1,
    endedAt: undefined,
    columns: [],
    resultRows: 0,
    inputRows: 0,
    inputBytes: 0,
    progress: 0,
    ...part,
  }
}
