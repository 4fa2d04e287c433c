// Rules of security groups on the wire: v1 with a lowest and a highest port, v3 with a list of ports, an action and a priority.

import { type TSchema, Type } from 'typebox'
import { inProject, members } from './envelope.ts'
import { operation } from './operation.ts'
import { markerQuery, markerQueryV3, pageInfo } from './vpcs.ts'

const v1 = '/v1/{project_id}/security-group-rules'
const v3 = '/v3/{project_id}/vpc/security-group-rules'
const params = Type.Object({ ...inProject, rule_id: Type.String() })
const witness = 'a rule is created in either version and reads back in both'
const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])

const shown = {
  id: Type.String(),
  description: Type.String(),
  security_group_id: Type.String(),
  direction: Type.String({ description: 'ingress or egress' }),
  ethertype: Type.String({ description: 'IPv4 or IPv6' }),
  protocol: orNull(Type.String({ description: 'null is all' })),
  remote_ip_prefix: orNull(Type.String()),
  remote_group_id: orNull(Type.String()),
  remote_address_group_id: orNull(Type.String({ description: 'null' })),
}

/** A rule of v1. */
export const ruleV1 = members({
  ...shown,
  port_range_min: orNull(Type.Integer({ description: 'null is all; of ICMP the type' })),
  port_range_max: orNull(Type.Integer({ description: 'null is all; of ICMP the code' })),
  tenant_id: Type.String(),
})

/** A rule of v3. */
export const ruleV3 = members({
  ...shown,
  multiport: orNull(Type.String({ description: 'like 22,3389,80-90; null is all' })),
  action: Type.String({ description: 'allow or deny' }),
  priority: Type.Integer({ description: '1 to 100; 1 is looked at first' }),
  project_id: Type.String(),
  created_at: Type.String({ description: 'like 2022-12-15T02:25:11Z' }),
  updated_at: Type.String(),
})

const sent = {
  security_group_id: Type.String(),
  direction: Type.String({ description: 'ingress or egress' }),
  ethertype: Type.Optional(Type.String({ description: 'IPv4 (default) or IPv6' })),
  protocol: Type.Optional(Type.String({ description: 'tcp, udp, icmp, icmpv6 or a number; absent for all' })),
  description: Type.Optional(Type.String()),
  remote_ip_prefix: Type.Optional(Type.String({ description: 'absent for everybody' })),
  remote_group_id: Type.Optional(Type.String({ description: 'instead of remote_ip_prefix' })),
  remote_address_group_id: Type.Optional(Type.String({ description: 'not offered' })),
}

/** `POST /v1/{project_id}/security-group-rules` */
const createSecurityGroupRule = operation({
  id: 'createSecurityGroupRule',
  noun: 'security-group-rules',
  method: 'POST',
  path: v1,
  summary: 'Add a rule to a security group.',
  action: 'vpc:securityGroupRules:create',
  needs: 'editor',
  family: 'vpc',
  params: Type.Object(inProject),
  body: Type.Object({
    security_group_rule: Type.Object({
      ...sent,
      port_range_min: Type.Optional(Type.Integer({ description: 'of ICMP the type' })),
      port_range_max: Type.Optional(Type.Integer({ description: 'of ICMP the code' })),
    }),
  }),
  response: { status: 200, schema: members({ security_group_rule: ruleV1 }) },
  fidelity: { state: 'partial', note: 'without address groups', witness },
})

/** `GET /v1/{project_id}/security-group-rules` */
const listSecurityGroupRules = operation({
  id: 'listSecurityGroupRules',
  noun: 'security-group-rules',
  method: 'GET',
  path: v1,
  summary: 'List rules, of one security group or of all.',
  action: 'vpc:securityGroupRules:list',
  needs: 'reader',
  family: 'vpc',
  params: Type.Object(inProject),
  query: Type.Object({
    ...markerQuery,
    security_group_id: Type.Optional(Type.String()),
    direction: Type.Optional(Type.String()),
    protocol: Type.Optional(Type.String()),
    remote_group_id: Type.Optional(Type.String()),
  }),
  response: { status: 200, schema: members({ security_group_rules: Type.Array(ruleV1) }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v1/{project_id}/security-group-rules/{rule_id}` */
const getSecurityGroupRule = operation({
  id: 'getSecurityGroupRule',
  noun: 'security-group-rules',
  method: 'GET',
  path: `${v1}/{rule_id}`,
  summary: 'Read a rule of a security group.',
  action: 'vpc:securityGroupRules:get',
  needs: 'reader',
  family: 'vpc',
  params,
  response: { status: 200, schema: members({ security_group_rule: ruleV1 }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `DELETE /v1/{project_id}/security-group-rules/{rule_id}` */
const deleteSecurityGroupRule = operation({
  id: 'deleteSecurityGroupRule',
  noun: 'security-group-rules',
  method: 'DELETE',
  path: `${v1}/{rule_id}`,
  summary: 'Delete a rule of a security group.',
  action: 'vpc:securityGroupRules:delete',
  needs: 'editor',
  family: 'vpc',
  params,
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** `POST /v3/{project_id}/vpc/security-group-rules` */
const createSecurityGroupRuleV3 = operation({
  id: 'createSecurityGroupRuleV3',
  noun: 'security-group-rules',
  method: 'POST',
  path: v3,
  summary: 'Add a rule to a security group in the form of v3.',
  action: 'vpc:securityGroupRules:create',
  needs: 'editor',
  family: 'vpc3',
  params: Type.Object(inProject),
  body: Type.Object({
    security_group_rule: Type.Object({
      ...sent,
      multiport: Type.Optional(Type.String({ description: 'like 22,3389,80-90' })),
      action: Type.Optional(Type.String({ description: 'allow (default) or deny' })),
      priority: Type.Optional(Type.Integer({ description: '1 (default) to 100' })),
    }),
  }),
  response: { status: 201, schema: members({ request_id: Type.String(), security_group_rule: ruleV3 }) },
  fidelity: { state: 'partial', note: 'without address groups', witness },
})

/** `GET /v3/{project_id}/vpc/security-group-rules` */
const listSecurityGroupRulesV3 = operation({
  id: 'listSecurityGroupRulesV3',
  noun: 'security-group-rules',
  method: 'GET',
  path: v3,
  summary: 'List rules in the form of v3.',
  action: 'vpc:securityGroupRules:list',
  needs: 'reader',
  family: 'vpc3',
  params: Type.Object(inProject),
  query: Type.Object({
    ...markerQueryV3,
    security_group_id: Type.Optional(Type.Array(Type.String())),
    protocol: Type.Optional(Type.Array(Type.String())),
    remote_group_id: Type.Optional(Type.Array(Type.String())),
    remote_ip_prefix: Type.Optional(Type.Array(Type.String())),
    direction: Type.Optional(Type.String()),
    action: Type.Optional(Type.String()),
  }),
  response: { status: 200, schema: members({ request_id: Type.String(), security_group_rules: Type.Array(ruleV3), page_info: pageInfo }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v3/{project_id}/vpc/security-group-rules/{rule_id}` */
const getSecurityGroupRuleV3 = operation({
  id: 'getSecurityGroupRuleV3',
  noun: 'security-group-rules',
  method: 'GET',
  path: `${v3}/{rule_id}`,
  summary: 'Read a rule of a security group in the form of v3.',
  action: 'vpc:securityGroupRules:get',
  needs: 'reader',
  family: 'vpc3',
  params,
  response: { status: 200, schema: members({ request_id: Type.String(), security_group_rule: ruleV3 }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `DELETE /v3/{project_id}/vpc/security-group-rules/{rule_id}` */
const deleteSecurityGroupRuleV3 = operation({
  id: 'deleteSecurityGroupRuleV3',
  noun: 'security-group-rules',
  method: 'DELETE',
  path: `${v3}/{rule_id}`,
  summary: 'Delete a rule of a security group in the form of v3.',
  action: 'vpc:securityGroupRules:delete',
  needs: 'editor',
  family: 'vpc3',
  params,
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of rules of security groups, by id. */
export const securityGroupRuleOperations = {
  createSecurityGroupRule,
  listSecurityGroupRules,
  getSecurityGroupRule,
  deleteSecurityGroupRule,
  createSecurityGroupRuleV3,
  listSecurityGroupRulesV3,
  getSecurityGroupRuleV3,
  deleteSecurityGroupRuleV3,
}
