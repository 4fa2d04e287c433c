// Quotas that the owner of the installation has set for a project.

import type { ProjectId, Quota, QuotaKind } from '@tributary/rules'
import { compiled } from './compiled.ts'
import type { Database } from './database.ts'
import type { QuotaTable } from './schema/identity.ts'

const findSet = compiled<{ projectId: string }, Pick<QuotaTable, 'kind' | 'most'>>((db, slot) =>
  db.selectFrom('quotas').select(['kind', 'most']).where('project_id', '=', slot('projectId')).orderBy('kind'),
)

/** Reads and writes quotas. */
export class Quotas {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Those that were set, by kind. */
  async list(projectId: ProjectId): Promise<ReadonlyMap<QuotaKind, Quota>> {
    const rows = await findSet(this.#db, { projectId })
    return new Map(rows.map(({ kind, most }) => [kind as QuotaKind, { kind: kind as QuotaKind, most }]))
  }

  /** Sets one in place of an earlier one. */
  async put(projectId: ProjectId, { kind, most }: Quota): Promise<void> {
    await this.#db
      .insertInto('quotas')
      .values({ project_id: projectId, kind, most })
      .onConflict((on) => on.columns(['project_id', 'kind']).doUpdateSet({ most }))
      .execute()
  }
}
