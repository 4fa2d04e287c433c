// Keys that callers sent with a create, what body each came with, and what it made.

import type { ProjectId } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** A key of one kind of create in one project. */
export interface IdempotencyPlace {
  readonly projectId: ProjectId
  /** Id of the operation. */
  readonly operation: string
  readonly key: string
}

/** What a key stands for. */
export interface IdempotencyRecord {
  /** Of the body. */
  readonly digest: string
  readonly resourceId: string
}

/** Reads and writes idempotency keys. */
export class IdempotencyKeys {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /**
   * Takes a key, or finds what it stands for. For use inside the transaction that makes the resource.
   * @param since - a record that is older is over, and the key is free
   * @returns the record that holds the key, or `undefined` when this one does now
   */
  async take(
    { projectId, operation, key }: IdempotencyPlace,
    { digest, resourceId }: IdempotencyRecord,
    { at, since }: { readonly at: number; readonly since: number },
  ): Promise<IdempotencyRecord | undefined> {
    const taken = await this.#db
      .insertInto('idempotency_keys')
      .values({ project_id: projectId, operation, key, body_digest: digest, resource_id: resourceId, created_at: at })
      .onConflict((on) =>
        on
          .columns(['project_id', 'operation', 'key'])
          .doUpdateSet({ body_digest: digest, resource_id: resourceId, created_at: at })
          .where('idempotency_keys.created_at', '<=', since),
      )
      .returning('resource_id')
      .executeTakeFirst()
    if (taken !== undefined) return undefined
    const held = await this.#db
      .selectFrom('idempotency_keys')
      .select(['body_digest', 'resource_id'])
      .where('project_id', '=', projectId)
      .where('operation', '=', operation)
      .where('key', '=', key)
      .executeTakeFirstOrThrow()
    return { digest: held.body_digest, resourceId: held.resource_id }
  }

  /** Forgets keys that were taken up to a time. */
  async removeTaken(until: number): Promise<void> {
    await this.#db.deleteFrom('idempotency_keys').where('created_at', '<=', until).execute()
  }
}
