// Elastic resource pools of a project, by name and id, and the changes of their size.

import { noPool, type Pool, type PoolId, type PoolState, type ProjectId, type ScaleRecord, type Tag } from '@tributary/rules'
import { type Kysely, sql, type SqlBool } from 'kysely'
import { toOwned } from './ownership.ts'
import type { Schema } from './schema.ts'
import type { PoolTable } from './schema/queues.ts'

/** Which pools a list shows; `name` is a part of theirs, lower case. */
export interface PoolFilter {
  readonly name?: string | undefined
  readonly state?: PoolState | undefined
  /** All of them must be on it. */
  readonly tags?: readonly Tag[] | undefined
  readonly limit: number
  readonly offset: number
}

/** Which changes of size a list shows; times in ms since the epoch, both ends inside. */
export interface ScaleRecordFilter {
  readonly from?: number | undefined
  readonly until?: number | undefined
  readonly state?: ScaleRecord['state'] | undefined
  readonly limit: number
  readonly offset: number
}

/** Reads and writes elastic resource pools. */
export class Pools {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** @param name - lower case */
  async find(projectId: ProjectId, name: string): Promise<Pool | undefined> {
    const row = await this.#db
      .selectFrom('pools')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('name', '=', name)
      .executeTakeFirst()
    return row === undefined ? undefined : toPool(row)
  }

  /** @param name - in any case; an unknown one is shown as it was sent. @throws {ServiceError} `notFound` */
  async get(projectId: ProjectId, name: string): Promise<Pool> {
    const found = await this.find(projectId, name.toLowerCase())
    if (found === undefined) throw noPool(name)
    return found
  }

  /** In whatever project. */
  async findById(id: PoolId): Promise<Pool | undefined> {
    const row = await this.#db.selectFrom('pools').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toPool(row)
  }

  /** By name; `total` counts every match. */
  async list(projectId: ProjectId, filter: PoolFilter): Promise<{ readonly total: number; readonly pools: readonly Pool[] }> {
    const matching = this.#matching(projectId, filter)
    const rows = await matching.selectAll('pools').orderBy('name').limit(filter.limit).offset(filter.offset).execute()
    const { total } = await matching.select((of) => of.fn.countAll<number | string>().as('total')).executeTakeFirstOrThrow()
    return { total: Number(total), pools: rows.map(toPool) }
  }

  #matching(projectId: ProjectId, { name, state, tags = [] }: PoolFilter) {
    let matching = this.#db.selectFrom('pools').where('pools.project_id', '=', projectId)
    if (name !== undefined) matching = matching.where(sql<SqlBool>`pools.name like ${`%${name.replaceAll(/[!%_]/g, '!$&')}%`} escape '!'`)
    if (state !== undefined) matching = matching.where('pools.state', '=', state)
    for (const { key, value } of tags) {
      const tagged = this.#db
        .selectFrom('tags')
        .select('resource_id')
        .where('project_id', '=', projectId)
        .where('resource_kind', '=', 'pool')
        .where('key', '=', key)
        .where('value', '=', value)
      matching = matching.where('pools.id', 'in', tagged)
    }
    return matching
  }

  /** The names of the queues of pools, in their order. */
  async listQueueNames(ids: readonly PoolId[]): Promise<ReadonlyMap<PoolId, readonly string[]>> {
    if (ids.length === 0) return new Map()
    const rows = await this.#db.selectFrom('queues').select(['pool_id', 'name']).where('pool_id', 'in', ids).orderBy('name').execute()
    const byPool = Map.groupBy(rows, (row) => row.pool_id as PoolId)
    return new Map([...byPool].map(([id, queues]) => [id, queues.map(({ name }) => name)]))
  }

  /** The ids of every pool of the installation, by id, `limit` of them behind `after`. */
  async listIds(after: string, limit: number): Promise<readonly PoolId[]> {
    const rows = await this.#db.selectFrom('pools').select('id').where('id', '>', after).orderBy('id').limit(limit).execute()
    return rows.map((row) => row.id as PoolId)
  }

  /** The ranges of pools, at most 100,000; of one project where it is given. */
  async listCidrs(projectId?: ProjectId): Promise<readonly string[]> {
    let rows = this.#db.selectFrom('pools').select('cidr')
    if (projectId !== undefined) rows = rows.where('project_id', '=', projectId)
    return (await rows.orderBy('number').limit(100_000).execute()).map((row) => row.cidr)
  }

  /** CU that the pools of a project may grow to. */
  async sumMaxCu(projectId: ProjectId): Promise<number> {
    const row = await this.#db
      .selectFrom('pools')
      .select((of) => of.fn.sum<number | string | null>('max_cu').as('total'))
      .where('project_id', '=', projectId)
      .executeTakeFirst()
    return Number(row?.total ?? 0)
  }

  /** The caller has checked that the name is free. */
  async insert(pool: Pool): Promise<void> {
    await this.#db.insertInto('pools').values(toRow(pool)).execute()
  }

  /** Writes what an update or the reconciler changed. */
  async update(pool: Pool): Promise<void> {
    await this.#db
      .updateTable('pools')
      .set({
        description: pool.description,
        min_cu: pool.minCu,
        max_cu: pool.maxCu,
        actual_cu: pool.actualCu,
        state: pool.state,
        updated_at: pool.updatedAt,
      })
      .where('id', '=', pool.id)
      .execute()
  }

  /** Its peerings and records go with it; it must have no queues. */
  async remove(id: PoolId): Promise<void> {
    await this.#db.deleteFrom('pools').where('id', '=', id).execute()
  }

  /** Remembers a change of size. */
  async insertScaleRecord(id: PoolId, record: ScaleRecord): Promise<void> {
    const { total } = await this.#db
      .selectFrom('pool_scale_records')
      .select((of) => of.fn.countAll<number | string>().as('total'))
      .where('pool_id', '=', id)
      .executeTakeFirstOrThrow()
    await this.#db
      .insertInto('pool_scale_records')
      .values({
        pool_id: id,
        recorded_at: record.recordedAt,
        number: Number(total) + 1,
        min_cu: record.minCu,
        max_cu: record.maxCu,
        origin_cu: record.originCu,
        target_cu: record.targetCu,
        current_cu: record.currentCu,
        state: record.state,
        fail_reason: record.failReason,
      })
      .execute()
  }

  /** Oldest first; `total` counts every match. */
  async listScaleRecords(
    id: PoolId,
    { from, until, state, limit, offset }: ScaleRecordFilter,
  ): Promise<{ readonly total: number; readonly records: readonly ScaleRecord[] }> {
    let matching = this.#db.selectFrom('pool_scale_records').where('pool_id', '=', id)
    if (from !== undefined) matching = matching.where('recorded_at', '>=', from)
    if (until !== undefined) matching = matching.where('recorded_at', '<=', until)
    if (state !== undefined) matching = matching.where('state', '=', state)
    const rows = await matching.selectAll().orderBy('recorded_at').orderBy('number').limit(limit).offset(offset).execute()
    const { total } = await matching.select((of) => of.fn.countAll<number | string>().as('total')).executeTakeFirstOrThrow()
    return {
      total: Number(total),
      records: rows.map((row) => ({
        recordedAt: row.recorded_at,
        minCu: row.min_cu,
        maxCu: row.max_cu,
        originCu: row.origin_cu,
        targetCu: row.target_cu,
        currentCu: row.current_cu,
        state: row.state as ScaleRecord['state'],
        failReason: row.fail_reason,
      })),
    }
  }
}

function toRow(pool: Pool): PoolTable {
  return {
    id: pool.id,
    number: pool.number,
    project_id: pool.projectId,
    name: pool.name,
    description: pool.description,
    cidr: pool.cidr,
    min_cu: pool.minCu,
    max_cu: pool.maxCu,
    actual_cu: pool.actualCu,
    charging_mode: pool.chargingMode,
    enterprise_project_id: pool.enterpriseProjectId,
    label: JSON.stringify(pool.label),
    ipv6_enable: pool.ipv6Enable ? 1 : 0,
    owner_name: pool.owner,
    owner_id: pool.ownerId ?? null,
    state: pool.state,
    created_at: pool.createdAt,
    updated_at: pool.updatedAt,
  }
}

function toPool(row: PoolTable): Pool {
  return {
    id: row.id as PoolId,
    number: row.number,
    projectId: row.project_id as ProjectId,
    name: row.name,
    description: row.description,
    cidr: row.cidr,
    minCu: row.min_cu,
    maxCu: row.max_cu,
    actualCu: row.actual_cu,
    chargingMode: row.charging_mode as Pool['chargingMode'],
    enterpriseProjectId: row.enterprise_project_id,
    label: JSON.parse(row.label) as Readonly<Record<string, string>>,
    ipv6Enable: row.ipv6_enable === 1,
    ...toOwned(row),
    state: row.state as PoolState,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
