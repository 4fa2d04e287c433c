// Scheduled plans of queues, and which of them are due.

import type { QueueId, QueuePlan, Weekday } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import type { QueuePlanTable } from './schema/queues.ts'

/** Reads and writes scheduled plans. */
export class QueuePlans {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** Of any queue. */
  async find(id: number): Promise<QueuePlan | undefined> {
    const row = await this.#db.selectFrom('queue_plans').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toPlan(row)
  }

  /** Of one queue, oldest first. */
  async list(queueId: QueueId): Promise<readonly QueuePlan[]> {
    const rows = await this.#db.selectFrom('queue_plans').selectAll().where('queue_id', '=', queueId).orderBy('id').execute()
    return rows.map(toPlan)
  }

  /** Ids of plans of the installation that should have fired by a time, the one that was due first first, at most 10,000. */
  async listDue(at: number): Promise<readonly number[]> {
    const rows = await this.#db
      .selectFrom('queue_plans')
      .select('id')
      .where('next_at', 'is not', null)
      .where('next_at', '<=', at)
      .orderBy('next_at')
      .orderBy('id')
      .limit(10_000)
      .execute()
    return rows.map((row) => row.id)
  }

  /** The caller has checked that the name is free on its queue. */
  async insert(plan: QueuePlan): Promise<void> {
    await this.#db.insertInto('queue_plans').values(toRow(plan)).execute()
  }

  /** Replaces everything but its id and queue. */
  async update(plan: QueuePlan): Promise<void> {
    const { id, queue_id: _, ...row } = toRow(plan)
    await this.#db.updateTable('queue_plans').set(row).where('id', '=', id).execute()
  }

  /** Plans that are not there are fine. */
  async remove(ids: readonly number[]): Promise<void> {
    if (ids.length > 0) await this.#db.deleteFrom('queue_plans').where('id', 'in', ids).execute()
  }
}

function toRow(plan: QueuePlan): QueuePlanTable {
  return {
    id: plan.id,
    queue_id: plan.queueId,
    name: plan.name,
    target_cu: plan.targetCu,
    start_hour: plan.startHour,
    start_minute: plan.startMinute,
    repeat_days: JSON.stringify(plan.repeatDays),
    valid_from: plan.validFrom ?? null,
    valid_until: plan.validUntil ?? null,
    is_active: plan.isActive ? 1 : 0,
    last_executed_at: plan.lastExecutedAt ?? null,
    next_at: plan.nextAt ?? null,
  }
}

function toPlan(row: QueuePlanTable): QueuePlan {
  return {
    id: row.id,
    queueId: row.queue_id as QueueId,
    name: row.name,
    targetCu: row.target_cu,
    startHour: row.start_hour,
    startMinute: row.start_minute,
    repeatDays: JSON.parse(row.repeat_days) as readonly Weekday[],
    validFrom: row.valid_from ?? undefined,
    validUntil: row.valid_until ?? undefined,
    isActive: row.is_active === 1,
    lastExecutedAt: row.last_executed_at ?? undefined,
    nextAt: row.next_at ?? undefined,
  }
}
