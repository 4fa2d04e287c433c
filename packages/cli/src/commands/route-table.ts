// Route tables of VPCs and peerings between VPCs, as Terraform reads them.

import { operationVerb } from '../operation-verb.ts'
import { column } from '../show.ts'
import type { Verb } from '../verb.ts'

/** Verbs of `route-table`. */
export const routeTableVerbs: readonly Verb[] = [
  operationVerb('createRouteTable', {
    positionals: ['name'],
    flags: { vpc_id: { name: 'vpc', brief: 'VPC that it belongs to, by name or id' } },
    examples: [{ line: 'tributary route-table create own --vpc shop', brief: 'One beside the default of a VPC:' }],
  }),
  operationVerb('listRouteTables', {
    flags: { vpc_id: { name: 'vpc', brief: 'of this VPC' }, subnet_id: { name: 'subnet', brief: 'the one of this subnet' } },
    columns: [column('name'), column('id'), column('default'), column('vpc_id')],
    examples: [{ line: 'tributary route-table list --vpc shop', brief: 'Those of one VPC:' }],
  }),
  operationVerb('getRouteTable', { examples: [{ line: 'tributary route-table get own', brief: 'With its routes and subnets:' }] }),
  operationVerb('updateRouteTable', {
    examples: [{ line: 'tributary route-table update own --description "of the shop"', brief: 'Say what it is for:' }],
  }),
  operationVerb('moveSubnets', {
    examples: [
      { line: `tributary route-table move-subnets own --subnets '{"associate": ["SUBNET_ID"]}'`, brief: 'Give a subnet this table:' },
    ],
  }),
  operationVerb('deleteRouteTable', {
    said: () => 'route table deleted',
    examples: [{ line: 'tributary route-table delete old', brief: 'One that no subnet uses:' }],
  }),
]

/** Verbs of `vpc-peering`. */
export const vpcPeeringVerbs: readonly Verb[] = [
  operationVerb('listVpcPeerings', {
    columns: [column('name'), column('id'), column('status')],
    examples: [{ line: 'tributary vpc-peering list', brief: 'What connections made:' }],
  }),
  operationVerb('getVpcPeering', { examples: [{ line: 'tributary vpc-peering get VPC_PEERING_ID', brief: 'By its id:' }] }),
]
