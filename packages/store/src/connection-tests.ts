// Connectivity tests, running and ended.

import {
  type ConnectionTest,
  type ConnectionTestId,
  type Connectivity,
  type ProjectId,
  type QueueId,
  type TestEnd,
  textFromJson,
  textToJson,
} from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import type { ConnectionTestTable } from './schema/connections.ts'

/** Reads and writes connectivity tests. */
export class ConnectionTests {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Its number must be new. */
  async insert(test: ConnectionTest): Promise<void> {
    await this.#db
      .insertInto('connection_tests')
      .values({
        id: test.id,
        number: test.number,
        project_id: test.projectId,
        queue_id: test.queueId,
        address: test.address,
        connectivity: test.connectivity,
        message: textToJson(test.message),
        created_at: test.createdAt,
        ended_at: test.endedAt ?? null,
      })
      .execute()
  }

  /** A test of one queue by the number that callers know. */
  async find(queueId: QueueId, number: number): Promise<ConnectionTest | undefined> {
    const row = await this.#db
      .selectFrom('connection_tests')
      .selectAll()
      .where('queue_id', '=', queueId)
      .where('number', '=', number)
      .executeTakeFirst()
    return row === undefined ? undefined : toTest(row)
  }

  /** The same by id, whatever its queue. */
  async findById(id: ConnectionTestId): Promise<ConnectionTest | undefined> {
    const row = await this.#db.selectFrom('connection_tests').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toTest(row)
  }

  /** Ids of tests that have not ended, in order, after one. */
  async listRunning(after: string, limit: number): Promise<readonly ConnectionTestId[]> {
    const rows = await this.#db
      .selectFrom('connection_tests')
      .select('id')
      .where('connectivity', '=', '')
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map((row) => row.id as ConnectionTestId)
  }

  /** Ends a test that runs; one that has ended stays as it is. */
  async end(id: ConnectionTestId, { connectivity, message }: TestEnd, at: number): Promise<void> {
    await this.#db
      .updateTable('connection_tests')
      .set({ connectivity, message: textToJson(message), ended_at: at })
      .where('id', '=', id)
      .where('connectivity', '=', '')
      .execute()
  }

  /** Removes tests that ended before a time. */
  async removeEnded(before: number): Promise<void> {
    await this.#db.deleteFrom('connection_tests').where('connectivity', '!=', '').where('ended_at', '<', before).execute()
  }
}

function toTest(row: ConnectionTestTable): ConnectionTest {
  return {
    id: row.id as ConnectionTestId,
    number: row.number,
    projectId: row.project_id as ProjectId,
    queueId: row.queue_id as QueueId,
    address: row.address,
    connectivity: row.connectivity as Connectivity,
    message: textFromJson(row.message),
    createdAt: row.created_at,
    endedAt: row.ended_at ?? undefined,
  }
}
