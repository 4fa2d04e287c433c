// The audit: acts in the order in which they happened.

import type { AuditEntry, AuditFilter, AuditKind, KeptAuditEntry } from '@tributary/rules'
import type { Kysely, Selectable } from 'kysely'
import { compiled } from './compiled.ts'
import type { Database } from './database.ts'
import type { Schema } from './schema.ts'
import type { AuditTable } from './schema/identity.ts'

const insertOne = compiled<AuditEntry, never>((db, slot) =>
  db.insertInto('audit').values({
    at: slot('at'),
    kind: slot('kind'),
    user_id: slot('userId'),
    user_name: slot('userName'),
    action: slot('action'),
    project_id: slot('projectId'),
    resource: slot('resource'),
    outcome: slot('outcome'),
    request_id: slot('requestId'),
    address: slot('address'),
  }),
)

/** Adds, reads and forgets acts; nothing changes one. */
export class Audit {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** One more act. */
  async insert(entry: AuditEntry): Promise<void> {
    await insertOne(this.#db, entry)
  }

  /** Newest first. */
  async list(filter: AuditFilter): Promise<readonly KeptAuditEntry[]> {
    const rows = await filtered(this.#db, filter).orderBy('id', 'desc').limit(filter.limit).execute()
    return rows.map(toEntry)
  }

  /** Those after one, oldest first. */
  async listAfter(id: number, limit: number): Promise<readonly KeptAuditEntry[]> {
    const rows = await this.#db.selectFrom('audit').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute()
    return rows.map(toEntry)
  }

  /** Forgets the oldest, at most so many of those before a time. @returns how many went */
  async removeBefore(at: number, most: number): Promise<number> {
    const oldest = this.#db.selectFrom('audit').select(['id', 'at']).orderBy('id').limit(most)
    const over = this.#db.selectFrom(oldest.as('oldest')).select('oldest.id').where('oldest.at', '<', at)
    const { numDeletedRows } = await this.#db.deleteFrom('audit').where('id', 'in', over).executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  }
}

function filtered(db: Kysely<Schema>, { projectId, user, action, kind, from, to, before }: AuditFilter) {
  return db
    .selectFrom('audit')
    .selectAll()
    .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId ?? ''))
    .$if(user !== undefined, (query) => query.where((of) => of.or([of('user_name', '=', user ?? ''), of('user_id', '=', user ?? '')])))
    .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? ''))
    .$if(from !== undefined, (query) => query.where('at', '>=', from ?? 0))
    .$if(to !== undefined, (query) => query.where('at', '<', to ?? 0))
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? 0))
}

function toEntry(row: Selectable<AuditTable>): KeptAuditEntry {
  return {
    id: row.id,
    at: row.at,
    kind: row.kind as AuditKind,
    userId: row.user_id,
    userName: row.user_name,
    action: row.action,
    projectId: row.project_id,
    resource: row.resource,
    outcome: row.outcome,
    requestId: row.request_id,
    address: row.address,
  }
}
