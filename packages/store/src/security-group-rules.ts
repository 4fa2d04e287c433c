// Rules of security groups, by id.

import type { ProjectId, SecurityGroupId, SecurityGroupRule, SecurityGroupRuleId } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import type { SecurityGroupRuleTable } from './schema/vpcs.ts'
import type { MarkerPage } from './vpcs.ts'

/** Which rules a list shows: those that match one value of each member that is there, exactly. */
export interface SecurityGroupRuleFilter extends MarkerPage {
  readonly ids?: readonly string[] | undefined
  readonly securityGroupIds?: readonly string[] | undefined
  readonly protocols?: readonly string[] | undefined
  readonly descriptions?: readonly string[] | undefined
  readonly remoteGroupIds?: readonly string[] | undefined
  readonly remoteIpPrefixes?: readonly string[] | undefined
  readonly direction?: string | undefined
  readonly action?: string | undefined
}

/** Reads and writes rules of security groups. */
export class SecurityGroupRules {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** In one project; another project's rule is not there. */
  async find(projectId: ProjectId, id: string): Promise<SecurityGroupRule | undefined> {
    const row = await this.#db
      .selectFrom('security_group_rules')
      .selectAll()
      .where('id', '=', id)
      .where('project_id', '=', projectId)
      .executeTakeFirst()
    return row === undefined ? undefined : toRule(row)
  }

  /** By id. */
  async list(projectId: ProjectId, page: SecurityGroupRuleFilter): Promise<readonly SecurityGroupRule[]> {
    let rows = this.#db.selectFrom('security_group_rules').selectAll().where('project_id', '=', projectId)
    if (page.id !== undefined) rows = rows.where('id', '=', page.id)
    if (page.ids !== undefined) rows = rows.where('id', 'in', page.ids)
    if (page.securityGroupIds !== undefined) rows = rows.where('security_group_id', 'in', page.securityGroupIds)
    if (page.protocols !== undefined) rows = rows.where('protocol', 'in', page.protocols)
    if (page.descriptions !== undefined) rows = rows.where('description', 'in', page.descriptions)
    if (page.remoteGroupIds !== undefined) rows = rows.where('remote_group_id', 'in', page.remoteGroupIds)
    if (page.remoteIpPrefixes !== undefined) rows = rows.where('remote_ip_prefix', 'in', page.remoteIpPrefixes)
    if (page.direction !== undefined) rows = rows.where('direction', '=', page.direction)
    if (page.action !== undefined) rows = rows.where('action', '=', page.action)
    if (page.marker !== undefined) rows = rows.where('id', '>', page.marker)
    return (await rows.orderBy('id').limit(page.limit).execute()).map(toRule)
  }

  /** Every rule of these groups, by group; the rules of a group are few by rule. */
  async listOf(groupIds: readonly SecurityGroupId[]): Promise<ReadonlyMap<SecurityGroupId, readonly SecurityGroupRule[]>> {
    if (groupIds.length === 0) return new Map()
    const rows = await this.#db
      .selectFrom('security_group_rules')
      .selectAll()
      .where('security_group_id', 'in', groupIds)
      .orderBy('created_at')
      .orderBy('direction')
      .orderBy('ethertype')
      .orderBy('id')
      .execute()
    return Map.groupBy(rows.map(toRule), ({ securityGroupId }) => securityGroupId)
  }

  /** Rules of whatever group that name a group as their other side, at most 1,000. */
  async listNaming(groupId: SecurityGroupId): Promise<readonly SecurityGroupRule[]> {
    const rows = await this.#db
      .selectFrom('security_group_rules')
      .selectAll()
      .where('remote_group_id', '=', groupId)
      .orderBy('id')
      .limit(1000)
      .execute()
    return rows.map(toRule)
  }

  /** The caller has checked them. */
  async insert(rules: readonly SecurityGroupRule[]): Promise<void> {
    await this.#db
      .insertInto('security_group_rules')
      .values(
        rules.map((rule) => ({
          id: rule.id,
          project_id: rule.projectId,
          security_group_id: rule.securityGroupId,
          direction: rule.direction,
          ethertype: rule.ethertype,
          protocol: rule.protocol ?? null,
          ports: rule.ports ?? null,
          remote_ip_prefix: rule.remoteIpPrefix ?? null,
          remote_group_id: rule.remoteGroupId ?? null,
          action: rule.action,
          priority: rule.priority,
          description: rule.description,
          created_at: rule.createdAt,
          updated_at: rule.updatedAt,
        })),
      )
      .execute()
  }

  /** One that is gone stays gone. */
  async remove(id: SecurityGroupRuleId): Promise<void> {
    await this.#db.deleteFrom('security_group_rules').where('id', '=', id).execute()
  }
}

function toRule(row: SecurityGroupRuleTable): SecurityGroupRule {
  return {
    id: row.id as SecurityGroupRuleId,
    projectId: row.project_id as ProjectId,
    securityGroupId: row.security_group_id as SecurityGroupId,
    direction: row.direction as SecurityGroupRule['direction'],
    ethertype: row.ethertype as SecurityGroupRule['ethertype'],
    protocol: row.protocol ?? undefined,
    ports: row.ports ?? undefined,
    remoteIpPrefix: row.remote_ip_prefix ?? undefined,
    remoteGroupId: (row.remote_group_id ?? undefined) as SecurityGroupId | undefined,
    action: row.action as SecurityGroupRule['action'],
    priority: row.priority,
    description: row.description,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
