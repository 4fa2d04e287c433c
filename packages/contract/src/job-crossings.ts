// What crossed for a job, on the wire.

import { Type } from 'typebox'
import { answer, members } from './envelope.ts'
import { jobParams } from './job-paths.ts'
import { operation } from './operation.ts'

/** `GET /tributary/v1/projects/{project_id}/jobs/{job_id}/crossings` */
const getJobCrossings = operation({
  id: 'getJobCrossings',
  noun: 'jobs',
  method: 'GET',
  path: '/tributary/v1/projects/{project_id}/jobs/{job_id}/crossings',
  summary: 'Read what crossed to and from sources for a job: what was asked, rows, bytes and times, and what stayed here.',
  action: 'dli:jobs:get',
  needs: 'reader',
  family: 'tributary',
  params: jobParams,
  response: {
    status: 200,
    schema: answer({
      job_id: Type.String(),
      status: Type.String({ description: 'of the job: LAUNCHING, RUNNING, FINISHED, FAILED or CANCELLED' }),
      crossings: Type.Array(
        members({
          kind: Type.String({ description: 'scan of one table, query that the source answered whole, or write' }),
          state: Type.String({ description: 'running, done, failed, or stopped: by a LIMIT, a cancel or the end of the job' }),
          connection_id: Type.String({ description: 'what carried it; empty until it is known' }),
          connection_name: Type.String(),
          source: Type.String({ description: 'the kind of source, for instance postgresql or mysql' }),
          endpoint: Type.String({ description: 'host:port as the queue dials it' }),
          tables: Type.Array(Type.String(), { description: 'database.table, as the catalog calls them' }),
          text: Type.String({
            description:
              'the first statement that moved rows, as it was sent; without rows that were written and keys of other tables; cut after 4,000 characters; shown, as notes are, to those who may read the result',
          }),
          statements: Type.Integer({ description: 'how many such statements: one for each part of a table that is read in parts' }),
          readers: Type.Integer({ description: 'how many of them side by side, at most' }),
          rows: Type.Integer(),
          bytes_in: Type.Integer({ description: 'from the source, counted at the sockets: logins and all' }),
          bytes_out: Type.Integer({ description: 'to the source, counted likewise' }),
          connect_ms: Type.Optional(Type.Number({ description: 'until a session stood; 0 where one was open from before' })),
          first_row_ms: Type.Optional(Type.Number({ description: 'until there were rows, from the beginning' })),
          total_ms: Type.Number(),
          wait_ms: Type.Number({ description: 'for its turn over the connection' }),
          notes: Type.Array(Type.String(), { description: 'what the source does, what stays here and why, in the words of EXPLAIN' }),
        }),
        { description: 'none for a job that went to no source' },
      ),
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'a job tells what crossed to and from its source' },
})

/** Operations of what crossed for jobs, by id. */
export const jobCrossingOperations = { getJobCrossings }
