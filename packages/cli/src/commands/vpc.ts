// VPCs: address ranges of the user's own networks.

import { operationVerb } from '../operation-verb.ts'
import { column } from '../show.ts'
import type { Verb } from '../verb.ts'

const columns = [column('name'), column('id'), column('cidr'), column('status')]

/** Verbs of `vpc`. */
export const vpcVerbs: readonly Verb[] = [
  operationVerb('createVpc', {
    positionals: ['name'],
    examples: [
      { line: 'tributary vpc create shop --cidr 10.71.0.0/16', brief: 'A network with the range that the data source stands in:' },
    ],
  }),
  operationVerb('listVpcs', { columns, examples: [{ line: 'tributary vpc list', brief: 'All of the project:' }] }),
  operationVerb('getVpc', { examples: [{ line: 'tributary vpc get shop', brief: 'By name or id:' }] }),
  operationVerb('updateVpc', {
    examples: [{ line: 'tributary vpc update shop --description "where orders are"', brief: 'Say what it is for:' }],
  }),
  operationVerb('deleteVpc', {
    said: () => 'VPC deleted',
    examples: [{ line: 'tributary vpc delete old', brief: 'One that nothing stands in:' }],
  }),
  operationVerb('listVpcsV3', {
    columns,
    examples: [{ line: 'tributary vpc list-v3 --name shop', brief: 'By the newer call, which can filter:' }],
  }),
  operationVerb('getVpcV3', { examples: [{ line: 'tributary vpc get-v3 shop', brief: 'With its further ranges:' }] }),
  operationVerb('extendVpc', {
    examples: [{ line: 'tributary vpc extend shop --extend-cidrs 10.81.0.0/16', brief: 'A further range:' }],
  }),
  operationVerb('shrinkVpc', {
    examples: [{ line: 'tributary vpc shrink shop --extend-cidrs 10.81.0.0/16', brief: 'Take a further range away:' }],
  }),
  operationVerb('changeVpcTags', {
    said: () => 'tags changed',
    flags: { action: { values: ['create', 'delete'] } },
    examples: [{ line: 'tributary vpc change-tags shop --action create --tags team=data', brief: 'Add a tag:' }],
  }),
  operationVerb('listVpcTags', { examples: [{ line: 'tributary vpc list-tags shop', brief: 'Its tags:' }] }),
]
