// Security groups on the wire, in the forms of v1 and v3.

import { Type } from 'typebox'
import { inProject, members, tags } from './envelope.ts'
import { operation } from './operation.ts'
import { ruleV1, ruleV3 } from './security-group-rules.ts'
import { markerQuery, markerQueryV3, pageInfo, wireTags } from './vpcs.ts'

const v1 = '/v1/{project_id}/security-groups'
const v3 = '/v3/{project_id}/vpc/security-groups'
const params = Type.Object({ ...inProject, security_group_id: Type.String() })
const witness = 'a VPC, its subnet and a security group are created, read and deleted as published'
const ruled = 'a security group starts with four rules, is changed, and keeps what is sent'

const group = members({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  vpc_id: Type.String({ description: 'empty' }),
  enterprise_project_id: Type.String(),
  security_group_rules: Type.Array(ruleV1),
})

const groupV3 = members({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  project_id: Type.String(),
  enterprise_project_id: Type.String(),
  tags: wireTags,
  created_at: Type.String({ description: 'like 2022-12-15T02:25:11Z' }),
  updated_at: Type.String(),
  security_group_rules: Type.Array(ruleV3),
})

const body = Type.Object({
  security_group: Type.Object({
    name: Type.String(),
    description: Type.Optional(Type.String()),
    vpc_id: Type.Optional(Type.String()),
    enterprise_project_id: Type.Optional(Type.String()),
    tags: Type.Optional(tags),
  }),
})

/** `POST /v1/{project_id}/security-groups` */
const createSecurityGroup = operation({
  id: 'createSecurityGroup',
  noun: 'security-groups',
  method: 'POST',
  path: v1,
  summary: 'Create a security group.',
  action: 'vpc:securityGroups:create',
  needs: 'editor',
  family: 'vpc',
  params: Type.Object(inProject),
  body,
  response: { status: 200, schema: members({ security_group: group }) },
  fidelity: { state: 'real', note: '', witness: ruled },
})

/** `GET /v1/{project_id}/security-groups` */
const listSecurityGroups = operation({
  id: 'listSecurityGroups',
  noun: 'security-groups',
  method: 'GET',
  path: v1,
  summary: 'List security groups.',
  action: 'vpc:securityGroups:list',
  needs: 'reader',
  family: 'vpc',
  params: Type.Object(inProject),
  query: Type.Object({ ...markerQuery, vpc_id: Type.Optional(Type.String()) }),
  response: { status: 200, schema: members({ security_groups: Type.Array(group) }) },
  fidelity: { state: 'real', note: '', witness: ruled },
})

/** `GET /v1/{project_id}/security-groups/{security_group_id}` */
const getSecurityGroup = operation({
  id: 'getSecurityGroup',
  noun: 'security-groups',
  method: 'GET',
  path: `${v1}/{security_group_id}`,
  summary: 'Read a security group.',
  action: 'vpc:securityGroups:get',
  needs: 'reader',
  family: 'vpc',
  params,
  response: { status: 200, schema: members({ security_group: group }) },
  fidelity: { state: 'real', note: '', witness: ruled },
})

/** `DELETE /v1/{project_id}/security-groups/{security_group_id}` */
const deleteSecurityGroup = operation({
  id: 'deleteSecurityGroup',
  noun: 'security-groups',
  method: 'DELETE',
  path: `${v1}/{security_group_id}`,
  summary: 'Delete a security group; one that a live classic connection or a rule of another group names answers 409.',
  action: 'vpc:securityGroups:delete',
  needs: 'editor',
  family: 'vpc',
  params,
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** `POST /v3/{project_id}/vpc/security-groups` */
const createSecurityGroupV3 = operation({
  id: 'createSecurityGroupV3',
  noun: 'security-groups',
  method: 'POST',
  path: v3,
  summary: 'Create a security group in the form of v3.',
  action: 'vpc:securityGroups:create',
  needs: 'editor',
  family: 'vpc3',
  params: Type.Object(inProject),
  body,
  response: { status: 201, schema: members({ request_id: Type.String(), security_group: groupV3 }) },
  fidelity: { state: 'real', note: '', witness: ruled },
})

/** `GET /v3/{project_id}/vpc/security-groups` */
const listSecurityGroupsV3 = operation({
  id: 'listSecurityGroupsV3',
  noun: 'security-groups',
  method: 'GET',
  path: v3,
  summary: 'List security groups in the form of v3.',
  action: 'vpc:securityGroups:list',
  needs: 'reader',
  family: 'vpc3',
  params: Type.Object(inProject),
  query: Type.Object(markerQueryV3),
  response: { status: 200, schema: members({ request_id: Type.String(), security_groups: Type.Array(groupV3), page_info: pageInfo }) },
  fidelity: { state: 'real', note: '', witness: ruled },
})

/** `GET /v3/{project_id}/vpc/security-groups/{security_group_id}` */
const getSecurityGroupV3 = operation({
  id: 'getSecurityGroupV3',
  noun: 'security-groups',
  method: 'GET',
  path: `${v3}/{security_group_id}`,
  summary: 'Read a security group in the form of v3.',
  action: 'vpc:securityGroups:get',
  needs: 'reader',
  family: 'vpc3',
  params,
  response: { status: 200, schema: members({ request_id: Type.String(), security_group: groupV3 }) },
  fidelity: { state: 'real', note: '', witness: ruled },
})

/** `PUT /v3/{project_id}/vpc/security-groups/{security_group_id}` */
const updateSecurityGroup = operation({
  id: 'updateSecurityGroup',
  noun: 'security-groups',
  method: 'PUT',
  path: `${v3}/{security_group_id}`,
  summary: 'Change the name and the description of a security group.',
  action: 'vpc:securityGroups:update',
  needs: 'editor',
  family: 'vpc3',
  params,
  body: Type.Object({
    security_group: Type.Object({ name: Type.Optional(Type.String()), description: Type.Optional(Type.String()) }),
  }),
  response: { status: 200, schema: members({ request_id: Type.String(), security_group: groupV3 }) },
  fidelity: { state: 'real', note: '', witness: ruled },
})

/** `DELETE /v3/{project_id}/vpc/security-groups/{security_group_id}` */
const deleteSecurityGroupV3 = operation({
  id: 'deleteSecurityGroupV3',
  noun: 'security-groups',
  method: 'DELETE',
  path: `${v3}/{security_group_id}`,
  summary: 'Delete a security group in the form of v3.',
  action: 'vpc:securityGroups:delete',
  needs: 'editor',
  family: 'vpc3',
  params,
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of security groups, by id. */
export const securityGroupOperations = {
  createSecurityGroup,
  listSecurityGroups,
  getSecurityGroup,
  deleteSecurityGroup,
  createSecurityGroupV3,
  listSecurityGroupsV3,
  getSecurityGroupV3,
  updateSecurityGroup,
  deleteSecurityGroupV3,
}
