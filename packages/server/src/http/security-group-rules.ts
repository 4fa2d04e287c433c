// Rules of security groups of v1 and v3: wire in, one use case, wire out.

import { type BodyOf, operations, type ResultOf } from '@tributary/contract'
import type { Control } from '@tributary/control'
import { portSpan, type SecurityGroupRule, type SecurityGroupRuleDraft } from '@tributary/rules'
import type { Door } from './door.ts'
import { pageInfo, vpcDate } from './envelope.ts'

/** Routes of rules of security groups. */
export function securityGroupRuleRoutes(door: Door, control: Control): void {
  const { securityGroupRules } = control
  door.on(operations.createSecurityGroupRule, async ({ caller, body: { security_group_rule: rule } }) => {
    const draft = { ...draftOf(rule), lowestPort: rule.port_range_min, highestPort: rule.port_range_max }
    return { security_group_rule: ruleToWire(await securityGroupRules.create(caller, rule.security_group_id, draft)) }
  })
  door.on(operations.listSecurityGroupRules, async ({ caller, query }) => {
    const found = await securityGroupRules.list(caller, {
      id: query.id,
      limit: query.limit,
      marker: query.marker,
      securityGroupIds: listOf(query.security_group_id),
      protocols: listOf(query.protocol),
      remoteGroupIds: listOf(query.remote_group_id),
      direction: query.direction,
    })
    return { security_group_rules: found.map(ruleToWire) }
  })
  door.on(operations.getSecurityGroupRule, async ({ caller, params }) => ({
    security_group_rule: ruleToWire(await securityGroupRules.get(caller, params.rule_id)),
  }))
  door.on(operations.deleteSecurityGroupRule, async ({ caller, params }) => {
    await securityGroupRules.remove(caller, params.rule_id)
    return undefined
  })
  securityGroupRuleRoutesV3(door, control)
}

function securityGroupRuleRoutesV3(door: Door, { securityGroupRules }: Control): void {
  door.on(operations.createSecurityGroupRuleV3, async ({ caller, requestId, body: { security_group_rule: rule } }) => {
    const draft = { ...draftOf(rule), ports: rule.multiport, action: rule.action, priority: rule.priority }
    const created = await securityGroupRules.create(caller, rule.security_group_id, draft)
    return { request_id: requestId, security_group_rule: ruleToWireV3(created) }
  })
  door.on(operations.listSecurityGroupRulesV3, async ({ caller, requestId, query }) => {
    const found = await securityGroupRules.list(caller, {
      ids: query.id,
      limit: query.limit,
      marker: query.marker,
      securityGroupIds: query.security_group_id,
      protocols: query.protocol,
      descriptions: query.description,
      remoteGroupIds: query.remote_group_id,
      remoteIpPrefixes: query.remote_ip_prefix,
      direction: query.direction,
      action: query.action,
    })
    const page = found.map(({ id }) => id)
    return { request_id: requestId, security_group_rules: found.map(ruleToWireV3), page_info: pageInfo(page, query.limit) }
  })
  door.on(operations.getSecurityGroupRuleV3, async ({ caller, requestId, params }) => ({
    request_id: requestId,
    security_group_rule: ruleToWireV3(await securityGroupRules.get(caller, params.rule_id)),
  }))
  door.on(operations.deleteSecurityGroupRuleV3, async ({ caller, params }) => {
    await securityGroupRules.remove(caller, params.rule_id)
    return undefined
  })
}

type Sent = BodyOf<typeof operations.createSecurityGroupRule | typeof operations.createSecurityGroupRuleV3>['security_group_rule']

function draftOf(rule: Sent): SecurityGroupRuleDraft {
  return {
    direction: rule.direction,
    ethertype: rule.ethertype,
    protocol: rule.protocol,
    description: rule.description,
    remoteIpPrefix: rule.remote_ip_prefix,
    remoteGroupId: rule.remote_group_id,
    remoteAddressGroupId: rule.remote_address_group_id,
  }
}

function listOf(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [value]
}

function shown(rule: SecurityGroupRule) {
  return {
    id: rule.id,
    description: rule.description,
    security_group_id: rule.securityGroupId,
    direction: rule.direction,
    ethertype: rule.ethertype,
    protocol: rule.protocol ?? null,
    remote_ip_prefix: rule.remoteIpPrefix ?? null,
    remote_group_id: rule.remoteGroupId ?? null,
    remote_address_group_id: null,
  }
}

/** A rule as v1 shows it. */
export function ruleToWire(rule: SecurityGroupRule): ResultOf<typeof operations.getSecurityGroupRule>['security_group_rule'] {
  const span = portSpan(rule)
  return { ...shown(rule), port_range_min: span?.min ?? null, port_range_max: span?.max ?? null, tenant_id: rule.projectId }
}

/** A rule as v3 shows it. */
export function ruleToWireV3(rule: SecurityGroupRule): ResultOf<typeof operations.getSecurityGroupRuleV3>['security_group_rule'] {
  return {
    ...shown(rule),
    multiport: rule.ports ?? null,
    action: rule.action,
    priority: rule.priority,
    project_id: rule.projectId,
    created_at: `${vpcDate(rule.createdAt)}Z`,
    updated_at: `${vpcDate(rule.updatedAt)}Z`,
  }
}
