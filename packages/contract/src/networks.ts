// Declared networks on the wire: projects, VPCs, subnets and security groups with ids that existing code carries.

import { Type } from 'typebox'
import { envelope } from './envelope.ts'
import { operation } from './operation.ts'

/** The same shape is `networks:` in `tributary.yaml`. */
export const networksBody = Type.Object(
  {
    projects: Type.Optional(Type.Array(Type.Object({ id: Type.String(), name: Type.String() }, { additionalProperties: false }))),
    vpcs: Type.Optional(
      Type.Array(
        Type.Object(
          { id: Type.String(), project_id: Type.String(), name: Type.String(), cidr: Type.String() },
          { additionalProperties: false },
        ),
      ),
    ),
    subnets: Type.Optional(
      Type.Array(
        Type.Object(
          { id: Type.String(), vpc_id: Type.String(), name: Type.String(), cidr: Type.String(), gateway_ip: Type.Optional(Type.String()) },
          { additionalProperties: false },
        ),
      ),
    ),
    security_groups: Type.Optional(
      Type.Array(Type.Object({ id: Type.String(), project_id: Type.String(), name: Type.String() }, { additionalProperties: false })),
    ),
  },
  { additionalProperties: false },
)

/** `PUT /tributary/v1/networks` */
const declareNetworks = operation({
  id: 'declareNetworks',
  noun: 'networks',
  method: 'PUT',
  path: '/tributary/v1/networks',
  summary: 'Declare projects, VPCs, subnets and security groups with given ids: all or nothing, repeatable.',
  action: 'tributary:network:declare',
  needs: 'owner',
  family: 'tributary',
  body: networksBody,
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: 'networks are declared with given ids, all or nothing' },
})

/** Operations of networks, by id. */
export const networkOperations = { declareNetworks }
