// Route tables of VPCs, and which subnets have joined which.

import type { ProjectId, RouteTableId, SubnetId, VpcId, VpcRoute, VpcRouteTable } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import type { VpcRouteTableTable } from './schema/vpcs.ts'
import type { MarkerPage } from './vpcs.ts'

/** Which tables a list shows: of one VPC, and the one of a subnet. */
export interface VpcRouteTableFilter extends MarkerPage {
  readonly vpcId?: string | undefined
}

/** Reads and writes route tables. */
export class VpcRouteTables {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** In one project; another project's table is not there. */
  async find(projectId: ProjectId, id: string): Promise<VpcRouteTable | undefined> {
    const row = await this.#db
      .selectFrom('vpc_route_tables')
      .selectAll()
      .where('id', '=', id)
      .where('project_id', '=', projectId)
      .executeTakeFirst()
    return row === undefined ? undefined : toRouteTable(row)
  }

  /** By id. */
  async list(projectId: ProjectId, page: VpcRouteTableFilter): Promise<readonly VpcRouteTable[]> {
    let rows = this.#db.selectFrom('vpc_route_tables').selectAll().where('project_id', '=', projectId)
    if (page.id !== undefined) rows = rows.where('id', '=', page.id)
    if (page.vpcId !== undefined) rows = rows.where('vpc_id', '=', page.vpcId)
    if (page.marker !== undefined) rows = rows.where('id', '>', page.marker)
    return (await rows.orderBy('id').limit(page.limit).execute()).map(toRouteTable)
  }

  /** The tables of a VPC, the default one first; at most 10,000. */
  async listOf(vpcId: VpcId): Promise<readonly VpcRouteTable[]> {
    const rows = await this.#db
      .selectFrom('vpc_route_tables')
      .selectAll()
      .where('vpc_id', '=', vpcId)
      .orderBy('is_default', 'desc')
      .orderBy('id')
      .limit(10_000)
      .execute()
    return rows.map(toRouteTable)
  }

  /** The caller has checked it. */
  async insert(table: VpcRouteTable): Promise<void> {
    await this.#db
      .insertInto('vpc_route_tables')
      .values({
        id: table.id,
        project_id: table.projectId,
        vpc_id: table.vpcId,
        is_default: table.isDefault ? 1 : 0,
        created_at: table.createdAt,
        ...changeable(table),
      })
      .execute()
  }

  /** Writes what may change about a table. */
  async update(table: VpcRouteTable): Promise<void> {
    await this.#db.updateTable('vpc_route_tables').set(changeable(table)).where('id', '=', table.id).execute()
  }

  /** One that still has subnets breaks a constraint. */
  async remove(id: RouteTableId): Promise<void> {
    await this.#db.deleteFrom('vpc_route_tables').where('id', '=', id).execute()
  }

  /** Where the subnets of a VPC are that have left its default table. */
  async listJoined(vpcId: VpcId): Promise<ReadonlyMap<SubnetId, RouteTableId>> {
    const rows = await this.#db
      .selectFrom('vpc_route_table_subnets')
      .innerJoin('subnets', 'subnets.id', 'vpc_route_table_subnets.subnet_id')
      .select(['vpc_route_table_subnets.subnet_id', 'vpc_route_table_subnets.route_table_id'])
      .where('subnets.vpc_id', '=', vpcId)
      .orderBy('vpc_route_table_subnets.subnet_id')
      .execute()
    return new Map(rows.map((row) => [row.subnet_id as SubnetId, row.route_table_id as RouteTableId]))
  }

  /** Moves a subnet into a table that is not the default one. */
  async join(subnetId: SubnetId, id: RouteTableId): Promise<void> {
    await this.#db
      .insertInto('vpc_route_table_subnets')
      .values({ subnet_id: subnetId, route_table_id: id })
      .onConflict((on) => on.column('subnet_id').doUpdateSet({ route_table_id: id }))
      .execute()
  }

  /** Moves a subnet back into the default table. */
  async leave(subnetId: SubnetId): Promise<void> {
    await this.#db.deleteFrom('vpc_route_table_subnets').where('subnet_id', '=', subnetId).execute()
  }
}

function changeable(table: VpcRouteTable): Pick<VpcRouteTableTable, 'name' | 'description' | 'routes' | 'updated_at'> {
  const { name, description, routes, updatedAt } = table
  return { name, description, routes: JSON.stringify(routes), updated_at: updatedAt }
}

function toRouteTable(row: VpcRouteTableTable): VpcRouteTable {
  return {
    id: row.id as RouteTableId,
    projectId: row.project_id as ProjectId,
    vpcId: row.vpc_id as VpcId,
    name: row.name,
    description: row.description,
    isDefault: row.is_default === 1,
    routes: JSON.parse(row.routes) as readonly VpcRoute[],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
