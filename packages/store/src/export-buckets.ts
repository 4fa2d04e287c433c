// Whose the buckets of the export directory are.

import type { ProjectId } from '@tributary/rules'
import type { Database } from './database.ts'

/** Reads and writes who owns the buckets that exports go to. */
export class ExportBuckets {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** The project that exported to a bucket first. @param name - in any case */
  async findOwner(name: string): Promise<ProjectId | undefined> {
    const row = await this.#db.selectFrom('export_buckets').select('project_id').where('name', '=', name.toLowerCase()).executeTakeFirst()
    return row === undefined ? undefined : (row.project_id as ProjectId)
  }

  /** Gives a bucket that is nobody's to a project; one that is somebody's stays theirs. */
  async claim(name: string, projectId: ProjectId): Promise<void> {
    await this.#db
      .insertInto('export_buckets')
      .values({ name: name.toLowerCase(), project_id: projectId })
      .onConflict((on) => on.column('name').doNothing())
      .execute()
  }
}
