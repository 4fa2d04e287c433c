// Files of small results: written with the end of their job, so that one sync brings both to disk, and forgotten when the files are there themselves.

import type { JobId } from '@tributary/rules'
import type { Database } from './database.ts'

/** A file of a result. */
export interface SmallFile {
  /** Within the directory of its job. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** Keeps and forgets files of small results; those of a job go when it goes. */
export class SmallResults {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Keeps the files of a job, once; nothing for none. */
  async put(id: JobId, files: readonly SmallFile[]): Promise<void> {
    if (files.length === 0) return
    await this.#db
      .insertInto('small_results')
      .values(files.map(({ name, bytes }) => ({ job_id: id, name, bytes })))
      .execute()
  }

  /** Jobs whose files are kept, in the order of their ids. @param after - the last one of the page before; @param most - how many */
  async listJobs({ after, most }: { readonly after?: JobId | undefined; readonly most: number }): Promise<readonly JobId[]> {
    const rows = await this.#db
      .selectFrom('small_results')
      .select('job_id')
      .distinct()
      .where('job_id', '>', after ?? '')
      .orderBy('job_id')
      .limit(most)
      .execute()
    return rows.map(({ job_id }) => job_id as JobId)
  }

  /** The files of one job, by name; none where they have been forgotten. */
  async list(id: JobId): Promise<readonly SmallFile[]> {
    return await this.#db.selectFrom('small_results').select(['name', 'bytes']).where('job_id', '=', id).orderBy('name').execute()
  }

  /** @param ids - jobs whose files are on disk, or are not wanted any more */
  async forget(ids: readonly JobId[]): Promise<void> {
    if (ids.length > 0) await this.#db.deleteFrom('small_results').where('job_id', 'in', ids).execute()
  }
}
