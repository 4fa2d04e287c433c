// What crossed to and from sources for jobs, apart from their rows: lists of jobs do not read it.

import { type Crossing, type JobId, type ProjectId } from '@tributary/rules'
import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Reads and writes the crossings of jobs; those of a job go when it goes. */
export class JobCrossings {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** As they were last written; none for a job that went to no source. */
  async list(projectId: ProjectId, id: JobId): Promise<readonly Crossing[]> {
    const row = await this.#db
      .selectFrom('job_crossings')
      .innerJoin('jobs', 'jobs.id', 'job_crossings.job_id')
      .select('job_crossings.crossings')
      .where('job_crossings.job_id', '=', id)
      .where('jobs.project_id', '=', projectId)
      .executeTakeFirst()
    return row === undefined ? [] : (JSON.parse(row.crossings) as readonly KeptCrossing[]).map(toCrossing)
  }

  /** Writes how they stand, in whatever state the job is; nothing where it is gone. */
  async put(id: JobId, crossings: readonly Crossing[]): Promise<void> {
    const kept = JSON.stringify(crossings)
    await this.#db
      .insertInto('job_crossings')
      .columns(['job_id', 'crossings'])
      .expression((of) =>
        of
          .selectFrom('jobs')
          .select(['jobs.id', sql<string>`${kept}`.as('crossings')])
          .where('jobs.id', '=', id),
      )
      .onConflict((on) => on.column('job_id').doUpdateSet({ crossings: kept }))
      .execute()
  }
}

/** JSON knows no `undefined`: what is not known yet is absent. */
type KeptCrossing = Omit<Crossing, 'connectionId' | 'connectMs' | 'firstRowMs'> &
  Partial<Pick<Crossing, 'connectionId' | 'connectMs' | 'firstRowMs'>>

function toCrossing(kept: KeptCrossing): Crossing {
  return { ...kept, connectionId: kept.connectionId, connectMs: kept.connectMs, firstRowMs: kept.firstRowMs }
}
