// Subnets: parts of VPCs; a connection leads to one of them.

import { operationVerb } from '../operation-verb.ts'
import { column } from '../show.ts'
import type { Verb } from '../verb.ts'

/** Verbs of `subnet`. */
export const subnetVerbs: readonly Verb[] = [
  operationVerb('createSubnet', {
    positionals: ['name'],
    flags: { vpc_id: { name: 'vpc', brief: 'VPC that it is a part of, by name or id' } },
    examples: [
      {
        line: 'tributary subnet create shop-net --vpc shop --cidr 10.71.0.0/24 --gateway-ip 10.71.0.1',
        brief: 'The part of a VPC that the data source stands in:',
      },
    ],
  }),
  operationVerb('listSubnets', {
    flags: { vpc_id: { name: 'vpc', brief: 'of this VPC' } },
    columns: [column('name'), column('id'), column('cidr'), column('vpc_id'), column('status')],
    examples: [{ line: 'tributary subnet list --vpc shop', brief: 'Those of one VPC:' }],
  }),
  operationVerb('getSubnet', { examples: [{ line: 'tributary subnet get shop-net', brief: 'By name or id:' }] }),
  operationVerb('updateSubnet', {
    flags: { name: { brief: 'its name, which every update repeats' } },
    examples: [{ line: 'tributary subnet update shop shop-net --name shop-net --description databases', brief: 'Say what stands in it:' }],
  }),
  operationVerb('deleteSubnet', {
    said: () => 'subnet deleted',
    examples: [{ line: 'tributary subnet delete old-net-vpc old-net', brief: 'One that no connection leads to:' }],
  }),
  operationVerb('changeSubnetTags', {
    said: () => 'tags changed',
    flags: { action: { values: ['create', 'delete'] } },
    examples: [{ line: 'tributary subnet change-tags shop-net --action create --tags team=data', brief: 'Add a tag:' }],
  }),
  operationVerb('listSubnetTags', { examples: [{ line: 'tributary subnet list-tags shop-net', brief: 'Its tags:' }] }),
]
