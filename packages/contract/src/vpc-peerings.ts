// Peerings of datasource connections on the wire of the VPC service, read only. Their paths name no project.

import { Type } from 'typebox'
import { members } from './envelope.ts'
import { operation } from './operation.ts'
import { markerQuery } from './vpcs.ts'

const base = '/v2.0/vpc/peerings'
const witness = 'a datasource peering shows as a peering and as a route of its VPC'
const headers = ['x-project-id'] as const
const side = members({ vpc_id: Type.String(), tenant_id: Type.String() })

const peering = members({
  id: Type.String({ description: 'the peer_id of a datasource connection' }),
  name: Type.String(),
  status: Type.String({ description: 'ACTIVE, PENDING_ACCEPTANCE or REJECTED' }),
  description: Type.String({ description: 'why it failed' }),
  request_vpc_info: side,
  accept_vpc_info: side,
  created_at: Type.String({ description: 'like 2022-12-15T02:56:40' }),
  updated_at: Type.String(),
})

/** `GET /v2.0/vpc/peerings` */
const listVpcPeerings = operation({
  id: 'listVpcPeerings',
  noun: 'vpc-peerings',
  method: 'GET',
  path: base,
  summary: 'List the peerings of datasource connections in the project of the token, or of the header X-Project-Id.',
  action: 'vpc:peerings:list',
  needs: 'identity',
  family: 'vpc',
  headers,
  query: Type.Object({
    ...markerQuery,
    name: Type.Optional(Type.String()),
    status: Type.Optional(Type.String()),
    tenant_id: Type.Optional(Type.String()),
    vpc_id: Type.Optional(Type.String({ description: 'of either side' })),
  }),
  response: { status: 200, schema: members({ peerings: Type.Array(peering) }) },
  fidelity: { state: 'partial', note: 'those of datasource connections; others cannot be made', witness },
})

/** `GET /v2.0/vpc/peerings/{peering_id}` */
const getVpcPeering = operation({
  id: 'getVpcPeering',
  noun: 'vpc-peerings',
  method: 'GET',
  path: `${base}/{peering_id}`,
  summary: 'Read the peering of a datasource connection.',
  action: 'vpc:peerings:get',
  needs: 'identity',
  family: 'vpc',
  headers,
  params: Type.Object({ peering_id: Type.String() }),
  response: { status: 200, schema: members({ peering }) },
  fidelity: { state: 'partial', note: 'those of datasource connections; others cannot be made', witness },
})

/** Operations of peerings of VPCs, by id. */
export const vpcPeeringOperations = { listVpcPeerings, getVpcPeering }
