// VPCs of a project, by id.

import type { ProjectId, Vpc, VpcId, VpcNextHop } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import type { VpcTable } from './schema/vpcs.ts'

/** A page of a list that goes on behind the id of the last one seen. */
export interface MarkerPage {
  readonly id?: string | undefined
  readonly marker?: string | undefined
  readonly limit: number
}

/** Which VPCs a list shows: those that match one value of each member that is there, exactly. */
export interface VpcFilter extends MarkerPage {
  readonly ids?: readonly string[] | undefined
  readonly names?: readonly string[] | undefined
  readonly descriptions?: readonly string[] | undefined
  readonly cidrs?: readonly string[] | undefined
}

/** Reads and writes VPCs. */
export class Vpcs {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** In one project; another project's VPC is not there. */
  async find(projectId: ProjectId, id: string): Promise<Vpc | undefined> {
    const row = await this.#db.selectFrom('vpcs').selectAll().where('id', '=', id).where('project_id', '=', projectId).executeTakeFirst()
    return row === undefined ? undefined : toVpc(row)
  }

  /** In whatever project: ids are unique in the installation. */
  async findAnywhere(id: string): Promise<Vpc | undefined> {
    const row = await this.#db.selectFrom('vpcs').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toVpc(row)
  }

  /** By id. */
  async list(projectId: ProjectId, page: VpcFilter): Promise<readonly Vpc[]> {
    let rows = this.#db.selectFrom('vpcs').selectAll().where('project_id', '=', projectId)
    if (page.id !== undefined) rows = rows.where('id', '=', page.id)
    if (page.ids !== undefined) rows = rows.where('id', 'in', page.ids)
    if (page.names !== undefined) rows = rows.where('name', 'in', page.names)
    if (page.descriptions !== undefined) rows = rows.where('description', 'in', page.descriptions)
    if (page.cidrs !== undefined) rows = rows.where('cidr', 'in', page.cidrs)
    if (page.marker !== undefined) rows = rows.where('id', '>', page.marker)
    return (await rows.orderBy('id').limit(page.limit).execute()).map(toVpc)
  }

  /** The first one of a name, but for one VPC. */
  async findByName(projectId: ProjectId, name: string, but: string): Promise<Vpc | undefined> {
    const row = await this.#db
      .selectFrom('vpcs')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('name', '=', name)
      .where('id', '!=', but)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    return row === undefined ? undefined : toVpc(row)
  }

  /** Every range of a project, of at most 10,000 VPCs. */
  async listCidrs(projectId: ProjectId): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom('vpcs')
      .select(['cidr', 'extend_cidrs'])
      .where('project_id', '=', projectId)
      .orderBy('id')
      .limit(10_000)
      .execute()
    return rows.flatMap((row) => [row.cidr, ...(JSON.parse(row.extend_cidrs) as readonly string[])])
  }

  /** The caller has checked that the id is free. */
  async insert(vpc: Vpc): Promise<void> {
    await this.#db
      .insertInto('vpcs')
      .values({ id: vpc.id, project_id: vpc.projectId, created_at: vpc.createdAt, ...changeable(vpc) })
      .execute()
  }

  /** Writes what may change about a VPC. */
  async update(vpc: Vpc): Promise<void> {
    await this.#db.updateTable('vpcs').set(changeable(vpc)).where('id', '=', vpc.id).execute()
  }

  /** Its gateway and its route tables go with it; one that still has subnets breaks a constraint. */
  async remove(id: VpcId): Promise<void> {
    await this.#db.deleteFrom('vpcs').where('id', '=', id).execute()
  }
}

function changeable(vpc: Vpc): Omit<VpcTable, 'id' | 'project_id' | 'created_at'> {
  return {
    name: vpc.name,
    cidr: vpc.cidr,
    extend_cidrs: JSON.stringify(vpc.extendCidrs),
    description: vpc.description,
    routes: JSON.stringify(vpc.routes),
    enhanced_local_route: vpc.enhancedLocalRoute ? 1 : 0,
    updated_at: vpc.updatedAt,
  }
}

function toVpc(row: VpcTable): Vpc {
  return {
    id: row.id as VpcId,
    projectId: row.project_id as ProjectId,
    name: row.name,
    cidr: row.cidr,
    extendCidrs: JSON.parse(row.extend_cidrs) as readonly string[],
    description: row.description,
    routes: JSON.parse(row.routes) as readonly VpcNextHop[],
    enhancedLocalRoute: row.enhanced_local_route === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
