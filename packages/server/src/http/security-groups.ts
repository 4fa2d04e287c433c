// Security groups of v1 and v3: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import type { Control, SecurityGroupView } from '@tributary/control'
import type { Door } from './door.ts'
import { pageInfo, vpcDate } from './envelope.ts'
import { ruleToWire, ruleToWireV3 } from './security-group-rules.ts'

/** Routes of security groups. */
export function securityGroupRoutes(door: Door, control: Control): void {
  const { securityGroups } = control
  door.on(operations.createSecurityGroup, async ({ caller, body: { security_group: group } }) => ({
    security_group: toWire(await securityGroups.create(caller, { name: group.name, description: group.description, tags: group.tags })),
  }))
  door.on(operations.listSecurityGroups, async ({ caller, query: { id, limit, marker } }) => ({
    security_groups: (await securityGroups.list(caller, { id, limit, marker })).map(toWire),
  }))
  door.on(operations.getSecurityGroup, async ({ caller, params }) => ({
    security_group: toWire(await securityGroups.get(caller, params.security_group_id)),
  }))
  door.on(operations.deleteSecurityGroup, async ({ caller, params }) => {
    await securityGroups.remove(caller, params.security_group_id)
    return undefined
  })
  securityGroupRoutesV3(door, control)
}

function securityGroupRoutesV3(door: Door, { securityGroups }: Control): void {
  door.on(operations.createSecurityGroupV3, async ({ caller, requestId, body: { security_group: group } }) => ({
    request_id: requestId,
    security_group: toWireV3(await securityGroups.create(caller, { name: group.name, description: group.description, tags: group.tags })),
  }))
  door.on(operations.listSecurityGroupsV3, async ({ caller, requestId, query }) => {
    const { id: ids, name: names, description: descriptions, limit, marker } = query
    const found = await securityGroups.list(caller, { ids, names, descriptions, limit, marker })
    const page = found.map(({ group }) => group.id)
    return { request_id: requestId, security_groups: found.map(toWireV3), page_info: pageInfo(page, limit) }
  })
  door.on(operations.getSecurityGroupV3, async ({ caller, requestId, params }) => ({
    request_id: requestId,
    security_group: toWireV3(await securityGroups.get(caller, params.security_group_id)),
  }))
  door.on(operations.updateSecurityGroup, async ({ caller, requestId, params, body: { security_group: changes } }) => ({
    request_id: requestId,
    security_group: toWireV3(await securityGroups.update(caller, params.security_group_id, changes)),
  }))
  door.on(operations.deleteSecurityGroupV3, async ({ caller, params }) => {
    await securityGroups.remove(caller, params.security_group_id)
    return undefined
  })
}

function toWire({ group, rules }: SecurityGroupView): ResultOf<typeof operations.getSecurityGroup>['security_group'] {
  return {
    id: group.id,
    name: group.name,
    description: group.description,
    vpc_id: '',
    enterprise_project_id: '0',
    security_group_rules: rules.map(ruleToWire),
  }
}

function toWireV3({ group, rules, tags }: SecurityGroupView): ResultOf<typeof operations.getSecurityGroupV3>['security_group'] {
  return {
    id: group.id,
    name: group.name,
    description: group.description,
    project_id: group.projectId,
    enterprise_project_id: '0',
    tags: [...tags],
    created_at: `${vpcDate(group.createdAt)}Z`,
    updated_at: `${vpcDate(group.updatedAt)}Z`,
    security_group_rules: rules.map(ruleToWireV3),
  }
}
