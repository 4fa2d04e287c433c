// Route tables of VPCs on the wire.

import { Type } from 'typebox'
import { inProject, members } from './envelope.ts'
import { operation } from './operation.ts'
import { markerQuery } from './vpcs.ts'

const base = '/v1/{project_id}/routetables'
const params = Type.Object({ ...inProject, routetable_id: Type.String() })
const witness = 'a route table is created, changed, joined by a subnet and deleted'
const note = 'routes are kept and shown; packets travel by gateways'

const routetable = members({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  vpc_id: Type.String(),
  tenant_id: Type.String(),
  default: Type.Boolean({ description: 'the table of every subnet that has joined no other' }),
  routes: Type.Array(
    members({
      type: Type.String({ description: 'local and peering come by themselves' }),
      destination: Type.String(),
      nexthop: Type.String({ description: '- for local, the peer_id for peerings of datasource connections' }),
      description: Type.String(),
    }),
  ),
  subnets: Type.Array(members({ id: Type.String() })),
  created_at: Type.String({ description: 'like 2022-12-15T02:56:40' }),
  updated_at: Type.String(),
})

const answer = { status: 200, schema: members({ routetable }) } as const

const routes = Type.Array(
  Type.Object({
    type: Type.String({ description: 'ecs, eni, vip, nat, peering, vpn, dc, cc, egw, er, subeni or global' }),
    destination: Type.String({ description: 'a range' }),
    nexthop: Type.String({ description: 'an id or an address' }),
    description: Type.Optional(Type.String()),
  }),
)

/** `POST /v1/{project_id}/routetables` */
const createRouteTable = operation({
  id: 'createRouteTable',
  noun: 'vpc-route-tables',
  method: 'POST',
  path: base,
  summary: 'Create a route table of a VPC.',
  action: 'vpc:routeTables:create',
  needs: 'editor',
  family: 'vpc',
  params: Type.Object(inProject),
  body: Type.Object({
    routetable: Type.Object({
      name: Type.String(),
      vpc_id: Type.String(),
      description: Type.Optional(Type.String()),
      routes: Type.Optional(routes),
    }),
  }),
  response: answer,
  fidelity: { state: 'partial', note, witness },
})

/** `GET /v1/{project_id}/routetables` */
const listRouteTables = operation({
  id: 'listRouteTables',
  noun: 'vpc-route-tables',
  method: 'GET',
  path: base,
  summary: 'List route tables: of all VPCs, of one, or the one of a subnet.',
  action: 'vpc:routeTables:list',
  needs: 'reader',
  family: 'vpc',
  params: Type.Object(inProject),
  query: Type.Object({ ...markerQuery, vpc_id: Type.Optional(Type.String()), subnet_id: Type.Optional(Type.String()) }),
  response: { status: 200, schema: members({ routetables: Type.Array(routetable) }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v1/{project_id}/routetables/{routetable_id}` */
const getRouteTable = operation({
  id: 'getRouteTable',
  noun: 'vpc-route-tables',
  method: 'GET',
  path: `${base}/{routetable_id}`,
  summary: 'Read a route table.',
  action: 'vpc:routeTables:get',
  needs: 'reader',
  family: 'vpc',
  params,
  response: answer,
  fidelity: { state: 'real', note: '', witness },
})

/** `PUT /v1/{project_id}/routetables/{routetable_id}` */
const updateRouteTable = operation({
  id: 'updateRouteTable',
  noun: 'vpc-route-tables',
  method: 'PUT',
  path: `${base}/{routetable_id}`,
  summary: 'Change a route table; of its routes first del, then mod, then add.',
  action: 'vpc:routeTables:update',
  needs: 'editor',
  family: 'vpc',
  params,
  body: Type.Object({
    routetable: Type.Object({
      name: Type.Optional(Type.String()),
      description: Type.Optional(Type.String()),
      routes: Type.Optional(
        Type.Object({
          add: Type.Optional(routes),
          mod: Type.Optional(routes),
          del: Type.Optional(Type.Array(Type.Object({ destination: Type.String() }))),
        }),
      ),
    }),
  }),
  response: answer,
  fidelity: { state: 'partial', note, witness },
})

/** `POST /v1/{project_id}/routetables/{routetable_id}/action` */
const moveSubnets = operation({
  id: 'moveSubnets',
  noun: 'vpc-route-tables',
  method: 'POST',
  path: `${base}/{routetable_id}/action`,
  summary: 'Move subnets into a route table, or back into the default one.',
  action: 'vpc:routeTables:associate',
  needs: 'editor',
  family: 'vpc',
  params,
  body: Type.Object({
    routetable: Type.Object({
      subnets: Type.Object({
        associate: Type.Optional(Type.Array(Type.String())),
        disassociate: Type.Optional(Type.Array(Type.String())),
      }),
    }),
  }),
  response: answer,
  fidelity: { state: 'real', note: '', witness },
})

/** `DELETE /v1/{project_id}/routetables/{routetable_id}` */
const deleteRouteTable = operation({
  id: 'deleteRouteTable',
  noun: 'vpc-route-tables',
  method: 'DELETE',
  path: `${base}/{routetable_id}`,
  summary: 'Delete a route table; the default one, or one with subnets, answers 409.',
  action: 'vpc:routeTables:delete',
  needs: 'editor',
  family: 'vpc',
  params,
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of route tables, by id. */
export const vpcRouteTableOperations = {
  createRouteTable,
  listRouteTables,
  getRouteTable,
  updateRouteTable,
  moveSubnets,
  deleteRouteTable,
}
