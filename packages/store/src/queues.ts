// Queues of a project, by name and id, and the version of the network value each was last given.

import {
  defaultQueue,
  noQueue,
  type PoolId,
  type PoolQueue,
  type ProjectId,
  type Queue,
  type QueueId,
  type ResourceMode,
  type ScalingPolicy,
  type Tag,
} from '@tributary/rules'
import { compiled } from './compiled.ts'
import type { Database } from './database.ts'
import { toOwned } from './ownership.ts'
import type { QueueTable } from './schema/queues.ts'

/** Which queues a list shows, and how; without `limit` all from `offset` on. */
export interface QueueFilter {
  readonly type?: 'sql' | 'general' | undefined
  /** All of them must be on it. */
  readonly tags?: readonly Tag[] | undefined
  readonly order?: 'nameAsc' | 'nameDesc' | 'cuAsc' | 'cuDesc' | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

const columns = [
  'id',
  'number',
  'project_id',
  'name',
  'description',
  'type',
  'engine',
  'cu',
  'cu_spec',
  'resource_mode',
  'charging_mode',
  'platform',
  'feature',
  'enterprise_project_id',
  'labels',
  'owner_name',
  'owner_id',
  'cidr',
  'created_at',
  'pool_id',
  'pool_name',
] as const

/** A queue's row without its network value and its place in a pool. */
type QueueRow = Omit<QueueTable, 'network_version' | 'network_digest' | 'scaling_policies'>

const findByName = compiled<{ projectId: string; name: string }, QueueRow>((db, slot) =>
  db.selectFrom('queues').select(columns).where('project_id', '=', slot('projectId')).where('name', '=', slot('name')),
)

/** Reads and writes queues. */
export class Queues {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** @param name - lower case */
  async find(projectId: ProjectId, name: string): Promise<Queue | undefined> {
    const [row] = await findByName(this.#db, { projectId, name })
    return row === undefined ? undefined : toQueue(row)
  }

  /** @throws {ServiceError} `notFound` */
  async get(projectId: ProjectId, name: string): Promise<Queue> {
    const found = await this.find(projectId, name)
    if (found === undefined) throw noQueue(name)
    return found
  }

  /** In whatever project. */
  async findById(id: QueueId): Promise<Queue | undefined> {
    const row = await this.#db.selectFrom('queues').select(columns).where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toQueue(row)
  }

  /** By name unless told. */
  async list(projectId: ProjectId, filter: QueueFilter): Promise<readonly Queue[]> {
    const order = filter.order ?? 'nameAsc'
    let rows = this.#db.selectFrom('queues').select(columns).where('project_id', '=', projectId)
    if (filter.type !== undefined) rows = rows.where('type', '=', filter.type)
    for (const { key, value } of filter.tags ?? []) {
      const tagged = this.#db
        .selectFrom('tags')
        .select('resource_id')
        .where('project_id', '=', projectId)
        .where('resource_kind', '=', 'queue')
        .where('key', '=', key)
        .where('value', '=', value)
      rows = rows.where('id', 'in', tagged)
    }
    if (order === 'cuAsc' || order === 'cuDesc') rows = rows.orderBy('cu', order === 'cuDesc' ? 'desc' : 'asc')
    const found = await rows
      .orderBy('name', order === 'nameDesc' ? 'desc' : 'asc')
      .limit(filter.limit ?? 2 ** 31 - 1)
      .offset(filter.offset ?? 0)
      .execute()
    return found.map(toQueue)
  }

  /** The ids of every queue of the installation that has a network of its own, by id, `limit` of them behind `after`. */
  async listNetworked(after: string, limit: number): Promise<readonly QueueId[]> {
    const rows = await this.#db
      .selectFrom('queues')
      .select('id')
      .where('id', '>', after)
      .where('cidr', '!=', '')
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map((row) => row.id as QueueId)
  }

  /** The ranges of queues outside pools, at most 100,000; of one project where it is given. */
  async listCidrs(projectId?: ProjectId): Promise<readonly string[]> {
    let rows = this.#db.selectFrom('queues').select('cidr').where('cidr', '!=', '').where('pool_id', 'is', null)
    if (projectId !== undefined) rows = rows.where('project_id', '=', projectId)
    return (await rows.orderBy('number').limit(100_000).execute()).map((row) => row.cidr)
  }

  /** The caller has checked that the name is free. */
  async insert(queue: Queue): Promise<void> {
    await this.#db
      .insertInto('queues')
      .values({
        id: queue.id,
        number: queue.number,
        project_id: queue.projectId,
        name: queue.name,
        description: queue.description,
        type: queue.type,
        engine: queue.engine,
        cu: queue.cu,
        cu_spec: queue.cuSpec,
        resource_mode: queue.resourceMode,
        charging_mode: queue.chargingMode,
        platform: queue.platform,
        feature: queue.feature,
        enterprise_project_id: queue.enterpriseProjectId,
        labels: JSON.stringify(queue.labels),
        owner_name: queue.owner,
        owner_id: queue.ownerId ?? null,
        cidr: queue.cidr,
        network_version: 0,
        network_digest: '',
        created_at: queue.createdAt,
        pool_id: queue.pool?.id ?? null,
        pool_name: queue.pool?.name ?? '',
        scaling_policies: '[]',
      })
      .execute()
  }

  /** Puts a queue into a pool, whose range it takes. */
  async putPool(id: QueueId, pool: { readonly id: PoolId; readonly name: string; readonly cidr: string }): Promise<void> {
    await this.#db.updateTable('queues').set({ pool_id: pool.id, pool_name: pool.name, cidr: pool.cidr }).where('id', '=', id).execute()
  }

  /** The queues of a pool, by name. */
  async listInPool(poolId: PoolId): Promise<readonly Queue[]> {
    const rows = await this.#db.selectFrom('queues').select(columns).where('pool_id', '=', poolId).orderBy('name').execute()
    return rows.map(toQueue)
  }

  /** The scaling policies of queues in a pool, by name. */
  async listPolicies(poolId: PoolId): Promise<readonly PoolQueue[]> {
    const rows = await this.#db
      .selectFrom('queues')
      .select(['name', 'scaling_policies'])
      .where('pool_id', '=', poolId)
      .orderBy('name')
      .execute()
    return rows.map((row) => ({ name: row.name, policies: JSON.parse(row.scaling_policies) as readonly ScalingPolicy[] }))
  }

  /** In the order in which they are shown. */
  async putPolicies(id: QueueId, policies: readonly ScalingPolicy[]): Promise<void> {
    await this.#db
      .updateTable('queues')
      .set({ scaling_policies: JSON.stringify(policies) })
      .where('id', '=', id)
      .execute()
  }

  /** Changes the size that was asked for, the one it has, or both. */
  async putSize(id: QueueId, { cu, cuSpec }: { readonly cu?: number; readonly cuSpec?: number }): Promise<void> {
    const size = { ...(cu === undefined ? {} : { cu }), ...(cuSpec === undefined ? {} : { cu_spec: cuSpec }) }
    await this.#db.updateTable('queues').set(size).where('id', '=', id).execute()
  }

  /** Changes its range. */
  async putCidr(id: QueueId, cidr: string): Promise<void> {
    await this.#db.updateTable('queues').set({ cidr }).where('id', '=', id).execute()
  }

  /** CU that were asked for all queues of a project, but for the system's and those in pools. */
  async sumCu(projectId: ProjectId): Promise<number> {
    const row = await this.#db
      .selectFrom('queues')
      .select((of) => of.fn.sum<number | string | null>('cu_spec').as('total'))
      .where('project_id', '=', projectId)
      .where('name', '!=', defaultQueue)
      .where('pool_id', 'is', null)
      .executeTakeFirst()
    return Number(row?.total ?? 0)
  }

  /** Its peerings and bindings go with it. */
  async remove(id: QueueId): Promise<void> {
    await this.#db.deleteFrom('queues').where('id', '=', id).execute()
  }
}

/** A queue's row as a value. */
export function toQueue(row: QueueRow): Queue {
  return {
    id: row.id as QueueId,
    number: row.number,
    projectId: row.project_id as ProjectId,
    name: row.name,
    description: row.description,
    type: row.type as Queue['type'],
    engine: row.engine as Queue['engine'],
    cu: row.cu,
    cuSpec: row.cu_spec,
    resourceMode: row.resource_mode as ResourceMode,
    chargingMode: row.charging_mode as Queue['chargingMode'],
    platform: row.platform as Queue['platform'],
    feature: row.feature as Queue['feature'],
    enterpriseProjectId: row.enterprise_project_id,
    labels: JSON.parse(row.labels) as readonly string[],
    ...toOwned(row),
    cidr: row.cidr,
    createdAt: row.created_at,
    ...(row.pool_id === null ? {} : { pool: { id: row.pool_id as PoolId, name: row.pool_name } }),
  }
}
