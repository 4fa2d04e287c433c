// Security groups and their rules: kept and shown as published; classic connections name a group.

import { operationVerb } from '../operation-verb.ts'
import { column } from '../show.ts'
import type { Verb } from '../verb.ts'

const columns = [column('name'), column('id'), column('description')]
const ruleColumns = [
  column('id'),
  column('direction'),
  column('ethertype'),
  column('protocol'),
  column('remote_ip_prefix', 'from'),
  column('port_range_min', 'first port'),
  column('port_range_max', 'last port'),
]
const ofGroup = { security_group_id: { name: 'group', brief: 'security group, by name or id' } }

/** Verbs of `security-group`. */
export const securityGroupVerbs: readonly Verb[] = [
  operationVerb('createSecurityGroup', {
    positionals: ['name'],
    examples: [{ line: 'tributary security-group create databases', brief: 'A group for classic connections:' }],
  }),
  operationVerb('listSecurityGroups', { columns, examples: [{ line: 'tributary security-group list', brief: 'All of the project:' }] }),
  operationVerb('getSecurityGroup', { examples: [{ line: 'tributary security-group get databases', brief: 'With its rules:' }] }),
  operationVerb('deleteSecurityGroup', {
    said: () => 'security group deleted',
    examples: [{ line: 'tributary security-group delete old', brief: 'One that nothing uses:' }],
  }),
  operationVerb('createSecurityGroupV3', {
    positionals: ['name'],
    examples: [{ line: 'tributary security-group create-v3 caches', brief: 'By the newer call:' }],
  }),
  operationVerb('listSecurityGroupsV3', {
    columns,
    examples: [{ line: 'tributary security-group list-v3 --name databases', brief: 'By the newer call, which can filter:' }],
  }),
  operationVerb('getSecurityGroupV3', { examples: [{ line: 'tributary security-group get-v3 databases', brief: 'By the newer call:' }] }),
  operationVerb('updateSecurityGroup', {
    flags: { name: { brief: 'its name, which every update repeats' } },
    examples: [
      { line: 'tributary security-group update databases --name databases --description "of the shop"', brief: 'Say what it is for:' },
    ],
  }),
  operationVerb('deleteSecurityGroupV3', {
    said: () => 'security group deleted',
    examples: [{ line: 'tributary security-group delete-v3 older', brief: 'By the newer call:' }],
  }),
  operationVerb('changeSecurityGroupTags', {
    said: () => 'tags changed',
    flags: { action: { values: ['create', 'delete'] } },
    examples: [{ line: 'tributary security-group change-tags databases --action create --tags team=data', brief: 'Add a tag:' }],
  }),
  operationVerb('listSecurityGroupTags', { examples: [{ line: 'tributary security-group list-tags databases', brief: 'Its tags:' }] }),
]

/** Verbs of `security-group-rule`. */
export const securityGroupRuleVerbs: readonly Verb[] = [
  operationVerb('createSecurityGroupRule', {
    flags: { ...ofGroup, direction: { values: ['ingress', 'egress'] } },
    examples: [
      {
        line: 'tributary security-group-rule create --group databases --direction ingress --protocol tcp --port-range-min 5432 --port-range-max 5432 --remote-ip-prefix 10.71.0.0/24',
        brief: 'Let a subnet in on one port:',
      },
    ],
  }),
  operationVerb('listSecurityGroupRules', {
    flags: ofGroup,
    columns: ruleColumns,
    examples: [{ line: 'tributary security-group-rule list --group databases', brief: 'Those of one group:' }],
  }),
  operationVerb('getSecurityGroupRule', { examples: [{ line: 'tributary security-group-rule get RULE_ID', brief: 'By its id:' }] }),
  operationVerb('deleteSecurityGroupRule', {
    said: () => 'rule deleted',
    examples: [{ line: 'tributary security-group-rule delete RULE_ID', brief: 'By its id:' }],
  }),
  operationVerb('createSecurityGroupRuleV3', {
    flags: { ...ofGroup, direction: { values: ['ingress', 'egress'] } },
    examples: [
      {
        line: 'tributary security-group-rule create-v3 --group databases --direction ingress --protocol tcp --multiport 6379 --remote-ip-prefix 10.71.0.0/24',
        brief: 'By the newer call, which takes several ports:',
      },
    ],
  }),
  operationVerb('listSecurityGroupRulesV3', {
    flags: ofGroup,
    columns: [
      column('id'),
      column('direction'),
      column('protocol'),
      column('remote_ip_prefix', 'from'),
      column('multiport', 'ports'),
      column('action'),
    ],
    examples: [{ line: 'tributary security-group-rule list-v3 --direction ingress', brief: 'By the newer call, which can filter:' }],
  }),
  operationVerb('getSecurityGroupRuleV3', {
    examples: [{ line: 'tributary security-group-rule get-v3 RULE_ID', brief: 'By the newer call:' }],
  }),
  operationVerb('deleteSecurityGroupRuleV3', {
    said: () => 'rule deleted',
    examples: [{ line: 'tributary security-group-rule delete-v3 RULE_ID', brief: 'By the newer call:' }],
  }),
]
