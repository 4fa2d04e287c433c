// Peerings of enhanced connections as the VPC service reads them; nothing is written here.

import {
  type PeerId,
  type PeeringState,
  type PoolId,
  type ProjectId,
  type QueueId,
  type RouteTableId,
  textFromJson,
  type VpcId,
  type VpcPeering,
} from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import type { MarkerPage } from './vpcs.ts'

/** Which peerings a list shows; `vpcId` is either side's. */
export interface VpcPeeringFilter extends MarkerPage {
  readonly vpcId?: string | undefined
  readonly name?: string | undefined
  readonly state?: PeeringState | undefined
}

/** Reads peerings from the VPC's side. */
export class VpcPeerings {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** By id. */
  async list(projectId: ProjectId, page: VpcPeeringFilter): Promise<readonly VpcPeering[]> {
    const { vpcId } = page
    let rows = this.#all(projectId)
    if (page.id !== undefined) rows = rows.where('id', '=', page.id)
    if (page.name !== undefined) rows = rows.where('name', '=', page.name)
    if (page.state !== undefined) rows = rows.where('state', '=', page.state)
    if (vpcId !== undefined) rows = rows.where((of) => of.or([of('vpc_id', '=', vpcId), of('source_id', '=', vpcId)]))
    if (page.marker !== undefined) rows = rows.where('id', '>', page.marker)
    return (await rows.orderBy('id').limit(page.limit).execute()).map(toVpcPeering)
  }

  /** The ACTIVE ones into a VPC, oldest first; at most 10,000. */
  async listActive(projectId: ProjectId, vpcId: VpcId): Promise<readonly VpcPeering[]> {
    const rows = this.#all(projectId).where('vpc_id', '=', vpcId).where('state', '=', 'ACTIVE')
    return (await rows.orderBy('created_at').orderBy('id').limit(10_000).execute()).map(toVpcPeering)
  }

  /** Those of queues and those of pools. */
  #all(projectId: ProjectId) {
    const ofQueues = this.#db
      .selectFrom('peerings as p')
      .innerJoin('connections as c', 'c.id', 'p.connection_id')
      .innerJoin('queues as q', 'q.id', 'p.queue_id')
      .select(['p.id', 'p.project_id', 'p.vpc_id', 'p.state', 'p.err_msg', 'p.created_at', 'p.updated_at'])
      .select(['c.name', 'c.route_table_id', 'q.id as source_id', 'q.cidr as source_cidr'])
      .where('p.project_id', '=', projectId)
    const ofPools = this.#db
      .selectFrom('pool_peerings as p')
      .innerJoin('connections as c', 'c.id', 'p.connection_id')
      .innerJoin('pools as q', 'q.id', 'p.pool_id')
      .select(['p.id', 'p.project_id', 'p.vpc_id', 'p.state', 'p.err_msg', 'p.created_at', 'p.updated_at'])
      .select(['c.name', 'c.route_table_id', 'q.id as source_id', 'q.cidr as source_cidr'])
      .where('p.project_id', '=', projectId)
    return this.#db.selectFrom(ofQueues.unionAll(ofPools).as('every')).selectAll()
  }
}

interface Row {
  readonly id: string
  readonly project_id: string
  readonly vpc_id: string
  readonly state: string
  readonly err_msg: string
  readonly created_at: number
  readonly updated_at: number
  readonly name: string
  readonly route_table_id: string | null
  readonly source_id: string
  readonly source_cidr: string
}

function toVpcPeering(row: Row): VpcPeering {
  return {
    id: row.id as PeerId,
    name: row.name,
    projectId: row.project_id as ProjectId,
    sourceId: row.source_id as QueueId | PoolId,
    sourceCidr: row.source_cidr,
    vpcId: row.vpc_id as VpcId,
    routeTableId: (row.route_table_id ?? undefined) as RouteTableId | undefined,
    state: row.state as PeeringState,
    errMsg: textFromJson(row.err_msg),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
