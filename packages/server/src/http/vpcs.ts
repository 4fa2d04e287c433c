// VPCs in the forms of v1 and v3: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import type { Control, VpcView } from '@tributary/control'
import type { Vpc } from '@tributary/rules'
import type { Door } from './door.ts'
import { pageInfo, starredTags, vpcDate } from './envelope.ts'

/** Routes of VPCs. */
export function vpcRoutes(door: Door, control: Control): void {
  door.on(operations.createVpc, async ({ caller, body: { vpc } }) => {
    const { name, cidr, description, enhanced_local_route: enhancedLocalRoute } = vpc
    const tags = starredTags(vpc.tags)
    return { vpc: toWire(await control.vpcs.create(caller, { name, cidr, description, enhancedLocalRoute, tags })) }
  })
  door.on(operations.listVpcs, async ({ caller, query: { id, limit, marker } }) => ({
    vpcs: (await control.vpcs.list(caller, { id, limit, marker })).map(toWire),
  }))
  door.on(operations.getVpc, async ({ caller, params }) => ({ vpc: toWire(await control.vpcs.get(caller, params.vpc_id)) }))
  door.on(operations.updateVpc, async ({ caller, params, body: { vpc } }) => {
    const { name, cidr, description, enhanced_local_route: enhancedLocalRoute, routes } = vpc
    const changes = { name, cidr, description, enhancedLocalRoute, routes }
    return { vpc: toWire(await control.vpcs.update(caller, params.vpc_id, changes)) }
  })
  door.on(operations.deleteVpc, async ({ caller, params }) => {
    await control.vpcs.remove(caller, params.vpc_id)
    return undefined
  })
  vpcRoutesV3(door, control)
}

function vpcRoutesV3(door: Door, { vpcs }: Control): void {
  door.on(operations.listVpcsV3, async ({ caller, requestId, query }) => {
    const { id: ids, name: names, description: descriptions, cidr: cidrs, limit, marker } = query
    const found = await vpcs.listViews(caller, { ids, names, descriptions, cidrs, limit, marker })
    const page = found.map(({ vpc }) => vpc.id)
    return { request_id: requestId, vpcs: found.map(toWireV3), page_info: pageInfo(page, limit) }
  })
  door.on(operations.getVpcV3, async ({ caller, params, requestId }) => ({
    request_id: requestId,
    vpc: toWireV3(await vpcs.getView(caller, params.vpc_id)),
  }))
  door.on(operations.extendVpc, async ({ caller, params, requestId, body: { vpc } }) => ({
    request_id: requestId,
    vpc: toWireV3(await vpcs.extend(caller, params.vpc_id, vpc.extend_cidrs)),
  }))
  door.on(operations.shrinkVpc, async ({ caller, params, requestId, body: { vpc } }) => ({
    request_id: requestId,
    vpc: toWireV3(await vpcs.shrink(caller, params.vpc_id, vpc.extend_cidrs)),
  }))
}

function toWire(vpc: Vpc): ResultOf<typeof operations.getVpc>['vpc'] {
  return {
    id: vpc.id,
    name: vpc.name,
    description: vpc.description,
    cidr: vpc.cidr,
    status: 'OK',
    enterprise_project_id: '0',
    routes: vpc.routes.map(({ destination, nexthop }) => ({ destination, nexthop })),
    enable_shared_snat: false,
    enhanced_local_route: vpc.enhancedLocalRoute,
    tenant_id: vpc.projectId,
    created_at: vpcDate(vpc.createdAt),
    updated_at: vpcDate(vpc.updatedAt),
  }
}

function toWireV3({ vpc, tags }: VpcView): ResultOf<typeof operations.getVpcV3>['vpc'] {
  return {
    id: vpc.id,
    name: vpc.name,
    cidr: vpc.cidr,
    extend_cidrs: [...vpc.extendCidrs],
    status: 'ACTIVE',
    project_id: vpc.projectId,
    enterprise_project_id: '0',
    description: vpc.description,
    cloud_resources: [],
    tags: [...tags],
    created_at: `${vpcDate(vpc.createdAt)}Z`,
    updated_at: `${vpcDate(vpc.updatedAt)}Z`,
  }
}
