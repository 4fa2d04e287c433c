// Tags of VPCs, subnets and security groups on the wire.

import { Type } from 'typebox'
import { inProject, members, tags } from './envelope.ts'
import { operation } from './operation.ts'
import { wireTags } from './vpcs.ts'

const witness = 'tags of VPCs, subnets and security groups are put, read and taken away'
const body = Type.Object({ action: Type.String({ description: 'create or delete' }), tags })
const shown = members({ tags: wireTags })
const common = { noun: 'vpc-tags', family: 'vpc', fidelity: { state: 'real', note: '', witness } } as const
const list = { ...common, method: 'GET', needs: 'reader', response: { status: 200, schema: shown } } as const
const change = { ...common, method: 'POST', needs: 'editor', body, response: { status: 204 } } as const

const ofVpc = Type.Object({ ...inProject, vpc_id: Type.String() })
const ofSubnet = Type.Object({ ...inProject, subnet_id: Type.String() })
const ofGroup = Type.Object({ ...inProject, security_group_id: Type.String() })

/** `GET /v2.0/{project_id}/vpcs/{vpc_id}/tags` */
const listVpcTags = operation({
  ...list,
  id: 'listVpcTags',
  path: '/v2.0/{project_id}/vpcs/{vpc_id}/tags',
  summary: 'List the tags of a VPC.',
  action: 'vpc:vpcTags:get',
  params: ofVpc,
})

/** `POST /v2.0/{project_id}/vpcs/{vpc_id}/tags/action` */
const changeVpcTags = operation({
  ...change,
  id: 'changeVpcTags',
  path: '/v2.0/{project_id}/vpcs/{vpc_id}/tags/action',
  summary: 'Put tags on a VPC, or take them away.',
  action: 'vpc:vpcTags:create',
  params: ofVpc,
})

/** `GET /v2.0/{project_id}/subnets/{subnet_id}/tags` */
const listSubnetTags = operation({
  ...list,
  id: 'listSubnetTags',
  path: '/v2.0/{project_id}/subnets/{subnet_id}/tags',
  summary: 'List the tags of a subnet.',
  action: 'vpc:subnetTags:get',
  params: ofSubnet,
})

/** `POST /v2.0/{project_id}/subnets/{subnet_id}/tags/action` */
const changeSubnetTags = operation({
  ...change,
  id: 'changeSubnetTags',
  path: '/v2.0/{project_id}/subnets/{subnet_id}/tags/action',
  summary: 'Put tags on a subnet, or take them away.',
  action: 'vpc:subnetTags:create',
  params: ofSubnet,
})

/** `GET /v2.0/{project_id}/security-groups/{security_group_id}/tags` */
const listSecurityGroupTags = operation({
  ...list,
  id: 'listSecurityGroupTags',
  path: '/v2.0/{project_id}/security-groups/{security_group_id}/tags',
  summary: 'List the tags of a security group.',
  action: 'vpc:securityGroupTags:get',
  params: ofGroup,
})

/** `POST /v2.0/{project_id}/security-groups/{security_group_id}/tags/action` */
const changeSecurityGroupTags = operation({
  ...change,
  id: 'changeSecurityGroupTags',
  path: '/v2.0/{project_id}/security-groups/{security_group_id}/tags/action',
  summary: 'Put tags on a security group, or take them away.',
  action: 'vpc:securityGroupTags:create',
  params: ofGroup,
})

/** Operations of tags of the VPC service, by id. */
export const vpcTagOperations = {
  listVpcTags,
  changeVpcTags,
  listSubnetTags,
  changeSubnetTags,
  listSecurityGroupTags,
  changeSecurityGroupTags,
}
