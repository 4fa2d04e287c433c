// VPCs on the wire.

import { Type } from 'typebox'
import { inProject, members } from './envelope.ts'
import { operation } from './operation.ts'

const base = '/v1/{project_id}/vpcs'
const baseV3 = '/v3/{project_id}/vpc/vpcs'
const params = Type.Object({ ...inProject, vpc_id: Type.String() })
const witness = 'a VPC, its subnet and a security group are created, read and deleted as published'
const changed = 'a VPC is changed, extended and listed as Terraform and the SDKs ask'

/** Paging of the VPC service: everything without `limit`. */
export const markerQuery = {
  id: Type.Optional(Type.String()),
  limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 2000, description: 'default: all' })),
  marker: Type.Optional(Type.String({ description: 'last id of the page before' })),
  enterprise_project_id: Type.Optional(Type.String({ description: 'not filtered by' })),
}

/** The same for lists of v3, where a name may come several times. */
export const markerQueryV3 = {
  ...markerQuery,
  id: Type.Optional(Type.Array(Type.String(), { description: 'one of these' })),
  name: Type.Optional(Type.Array(Type.String(), { description: 'one of these, exactly' })),
  description: Type.Optional(Type.Array(Type.String(), { description: 'one of these, exactly' })),
}

/** Where a page of v3 stands: `next_marker` is absent on the last one. */
export const pageInfo = members({
  previous_marker: Type.Optional(Type.String({ description: 'first id of this page' })),
  current_count: Type.Integer(),
  next_marker: Type.Optional(Type.String({ description: 'last id of this page, where more may follow' })),
})

/** Tags of v3 answers. */
export const wireTags = Type.Array(members({ key: Type.String(), value: Type.String() }))

/** Tags as creates of v1 carry them. */
export const starredTags = Type.Array(Type.String(), { description: 'like key*value' })

const vpc = members({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  cidr: Type.String(),
  status: Type.String({ description: 'OK' }),
  enterprise_project_id: Type.String(),
  routes: Type.Array(members({ destination: Type.String(), nexthop: Type.String() })),
  enable_shared_snat: Type.Boolean(),
  enhanced_local_route: Type.Boolean(),
  tenant_id: Type.String(),
  created_at: Type.String({ description: 'like 2022-12-15T02:25:11' }),
  updated_at: Type.String(),
})

/** `POST /v1/{project_id}/vpcs` */
const createVpc = operation({
  id: 'createVpc',
  noun: 'vpcs',
  method: 'POST',
  path: base,
  summary: 'Create a VPC: an address range of the user’s own network.',
  action: 'vpc:vpcs:create',
  needs: 'editor',
  family: 'vpc',
  params: Type.Object(inProject),
  body: Type.Object({
    vpc: Type.Object({
      name: Type.Optional(Type.String()),
      cidr: Type.Optional(Type.String({ description: 'inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16' })),
      description: Type.Optional(Type.String()),
      enhanced_local_route: Type.Optional(Type.Boolean({ description: 'kept and shown' })),
      enterprise_project_id: Type.Optional(Type.String({ description: 'taken as 0' })),
      tags: Type.Optional(starredTags),
    }),
  }),
  response: { status: 200, schema: members({ vpc }) },
  fidelity: { state: 'partial', note: 'without enterprise projects', witness },
})

/** `GET /v1/{project_id}/vpcs` */
const listVpcs = operation({
  id: 'listVpcs',
  noun: 'vpcs',
  method: 'GET',
  path: base,
  summary: 'List VPCs.',
  action: 'vpc:vpcs:list',
  needs: 'reader',
  family: 'vpc',
  params: Type.Object(inProject),
  query: Type.Object(markerQuery),
  response: { status: 200, schema: members({ vpcs: Type.Array(vpc) }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v1/{project_id}/vpcs/{vpc_id}` */
const getVpc = operation({
  id: 'getVpc',
  noun: 'vpcs',
  method: 'GET',
  path: `${base}/{vpc_id}`,
  summary: 'Read a VPC.',
  action: 'vpc:vpcs:get',
  needs: 'reader',
  family: 'vpc',
  params,
  response: { status: 200, schema: members({ vpc }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `PUT /v1/{project_id}/vpcs/{vpc_id}` */
const updateVpc = operation({
  id: 'updateVpc',
  noun: 'vpcs',
  method: 'PUT',
  path: `${base}/{vpc_id}`,
  summary: 'Change a VPC; its range must still hold every subnet.',
  action: 'vpc:vpcs:update',
  needs: 'editor',
  family: 'vpc',
  params,
  body: Type.Object({
    vpc: Type.Object({
      name: Type.Optional(Type.String()),
      cidr: Type.Optional(Type.String()),
      description: Type.Optional(Type.String()),
      enhanced_local_route: Type.Optional(Type.Boolean()),
      routes: Type.Optional(Type.Array(Type.Object({ destination: Type.String(), nexthop: Type.String() }))),
    }),
  }),
  response: { status: 200, schema: members({ vpc }) },
  fidelity: { state: 'partial', note: 'routes are kept and shown; packets travel by gateways', witness: changed },
})

const vpcV3 = members({
  id: Type.String(),
  name: Type.String(),
  cidr: Type.String(),
  extend_cidrs: Type.Array(Type.String()),
  status: Type.String({ description: 'ACTIVE' }),
  project_id: Type.String(),
  enterprise_project_id: Type.String(),
  description: Type.String(),
  cloud_resources: Type.Array(Type.Unknown()),
  tags: wireTags,
  created_at: Type.String({ description: 'like 2022-12-15T02:25:11Z' }),
  updated_at: Type.String(),
})

/** `GET /v3/{project_id}/vpc/vpcs` */
const listVpcsV3 = operation({
  id: 'listVpcsV3',
  noun: 'vpcs',
  method: 'GET',
  path: baseV3,
  summary: 'List VPCs in the form of v3.',
  action: 'vpc:vpcs:list',
  needs: 'reader',
  family: 'vpc3',
  params: Type.Object(inProject),
  query: Type.Object({ ...markerQueryV3, cidr: Type.Optional(Type.Array(Type.String(), { description: 'one of these' })) }),
  response: { status: 200, schema: members({ request_id: Type.String(), vpcs: Type.Array(vpcV3), page_info: pageInfo }) },
  fidelity: { state: 'real', note: '', witness: changed },
})

/** `GET /v3/{project_id}/vpc/vpcs/{vpc_id}` */
const getVpcV3 = operation({
  id: 'getVpcV3',
  noun: 'vpcs',
  method: 'GET',
  path: `${baseV3}/{vpc_id}`,
  summary: 'Read a VPC in the form of v3, which Terraform demands.',
  action: 'vpc:vpcs:get',
  needs: 'reader',
  family: 'vpc3',
  params,
  response: { status: 200, schema: members({ request_id: Type.String(), vpc: vpcV3 }) },
  fidelity: { state: 'real', note: '', witness },
})

const cidrs = Type.Object({ vpc: Type.Object({ extend_cidrs: Type.Array(Type.String({ description: 'a range' })) }) })

/** `PUT /v3/{project_id}/vpc/vpcs/{vpc_id}/add-extend-cidr` */
const extendVpc = operation({
  id: 'extendVpc',
  noun: 'vpcs',
  method: 'PUT',
  path: `${baseV3}/{vpc_id}/add-extend-cidr`,
  summary: 'Add ranges to a VPC, at most 5 in all.',
  action: 'vpc:vpcs:update',
  needs: 'editor',
  family: 'vpc3',
  params,
  body: cidrs,
  response: { status: 200, schema: members({ request_id: Type.String(), vpc: vpcV3 }) },
  fidelity: { state: 'real', note: '', witness: changed },
})

/** `PUT /v3/{project_id}/vpc/vpcs/{vpc_id}/remove-extend-cidr` */
const shrinkVpc = operation({
  id: 'shrinkVpc',
  noun: 'vpcs',
  method: 'PUT',
  path: `${baseV3}/{vpc_id}/remove-extend-cidr`,
  summary: 'Take ranges that were added away again; no subnet may lie in them.',
  action: 'vpc:vpcs:update',
  needs: 'editor',
  family: 'vpc3',
  params,
  body: cidrs,
  response: { status: 200, schema: members({ request_id: Type.String(), vpc: vpcV3 }) },
  fidelity: { state: 'real', note: '', witness: changed },
})

/** `DELETE /v1/{project_id}/vpcs/{vpc_id}` */
const deleteVpc = operation({
  id: 'deleteVpc',
  noun: 'vpcs',
  method: 'DELETE',
  path: `${base}/{vpc_id}`,
  summary: 'Delete a VPC; one that still has subnets or custom routes or carries a connection answers 409.',
  action: 'vpc:vpcs:delete',
  needs: 'editor',
  family: 'vpc',
  params,
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of vpcs, by id. */
export const vpcOperations = { createVpc, listVpcs, getVpc, updateVpc, deleteVpc, listVpcsV3, getVpcV3, extendVpc, shrinkVpc }
