// Subnets of a project's VPCs, by network id.

import type { DhcpOption, ProjectId, Subnet, SubnetId, VpcId } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import type { SubnetTable } from './schema/vpcs.ts'
import type { MarkerPage } from './vpcs.ts'

/** Reads and writes subnets. */
export class Subnets {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** In one project; another project's subnet is not there. */
  async find(projectId: ProjectId, id: string): Promise<Subnet | undefined> {
    const row = await this.#db.selectFrom('subnets').selectAll().where('id', '=', id).where('project_id', '=', projectId).executeTakeFirst()
    return row === undefined ? undefined : toSubnet(row)
  }

  /** In whatever project: ids are unique in the installation. */
  async findAnywhere(id: string): Promise<Subnet | undefined> {
    const row = await this.#db.selectFrom('subnets').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toSubnet(row)
  }

  /** By id; of one VPC where `vpcId` is given. */
  async list(projectId: ProjectId, page: MarkerPage & { readonly vpcId?: string | undefined }): Promise<readonly Subnet[]> {
    let rows = this.#db.selectFrom('subnets').selectAll().where('project_id', '=', projectId)
    if (page.id !== undefined) rows = rows.where('id', '=', page.id)
    if (page.vpcId !== undefined) rows = rows.where('vpc_id', '=', page.vpcId)
    if (page.marker !== undefined) rows = rows.where('id', '>', page.marker)
    return (await rows.orderBy('id').limit(page.limit).execute()).map(toSubnet)
  }

  /** Every range of a project, at most 10,000. */
  async listCidrs(projectId: ProjectId): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom('subnets')
      .select('cidr')
      .where('project_id', '=', projectId)
      .orderBy('id')
      .limit(10_000)
      .execute()
    return rows.map((row) => row.cidr)
  }

  /** The caller has checked that the id is free. */
  async insert(subnet: Subnet): Promise<void> {
    await this.#db
      .insertInto('subnets')
      .values({
        id: subnet.id,
        project_id: subnet.projectId,
        vpc_id: subnet.vpcId,
        cidr: subnet.cidr,
        gateway_ip: subnet.gatewayIp,
        availability_zone: subnet.availabilityZone,
        neutron_subnet_id: subnet.neutronSubnetId,
        created_at: subnet.createdAt,
        ...changeable(subnet),
      })
      .execute()
  }

  /** Writes what may change about a subnet. */
  async update(subnet: Subnet): Promise<void> {
    await this.#db.updateTable('subnets').set(changeable(subnet)).where('id', '=', subnet.id).execute()
  }

  /** Connections that name it stay, and fail until it is back. */
  async remove(id: SubnetId): Promise<void> {
    await this.#db.deleteFrom('subnets').where('id', '=', id).execute()
  }
}

function changeable(
  subnet: Subnet,
): Pick<SubnetTable, 'name' | 'description' | 'dns_list' | 'dhcp_enable' | 'dhcp_options' | 'updated_at'> {
  return {
    name: subnet.name,
    description: subnet.description,
    dns_list: JSON.stringify(subnet.dnsList),
    dhcp_enable: subnet.dhcpEnable ? 1 : 0,
    dhcp_options: JSON.stringify(subnet.dhcpOptions),
    updated_at: subnet.updatedAt,
  }
}

function toSubnet(row: SubnetTable): Subnet {
  return {
    id: row.id as SubnetId,
    projectId: row.project_id as ProjectId,
    vpcId: row.vpc_id as VpcId,
    name: row.name,
    cidr: row.cidr,
    gatewayIp: row.gateway_ip,
    description: row.description,
    dnsList: JSON.parse(row.dns_list) as readonly string[],
    dhcpEnable: row.dhcp_enable === 1,
    dhcpOptions: JSON.parse(row.dhcp_options) as readonly DhcpOption[],
    availabilityZone: row.availability_zone,
    neutronSubnetId: row.neutron_subnet_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
