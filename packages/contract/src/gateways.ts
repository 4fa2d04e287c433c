// Gateways on the wire: how packets of one VPC really travel; the installation owner attaches them.

import { Type } from 'typebox'
import { answer, envelope, inProject } from './envelope.ts'
import { operation } from './operation.ts'

const path = '/tributary/v1/projects/{project_id}/vpcs/{vpc_id}/gateway'
const params = Type.Object({ ...inProject, vpc_id: Type.String() })
const witness = 'a gateway is attached, read and removed by the owner'
const mapping = Type.Object({ from: Type.String(), to: Type.String() }, { additionalProperties: false })
const knownName = Type.Object({ name: Type.String(), ip: Type.String() }, { additionalProperties: false })

const shown = answer({
  kind: Type.String(),
  ranges: Type.Array(Type.String()),
  map: Type.Array(mapping),
  names: Type.Array(knownName),
  dns: Type.Optional(Type.String()),
  allow_cleartext_passwords: Type.Boolean(),
  version: Type.Integer({ description: 'counts the changes of this gateway, from 1' }),
})

/** `PUT /tributary/v1/projects/{project_id}/vpcs/{vpc_id}/gateway` */
const putGateway = operation({
  id: 'putGateway',
  noun: 'gateways',
  method: 'PUT',
  path,
  summary: 'Attach the gateway of a VPC, or replace it; peerings through it settle again.',
  action: 'tributary:gateway:put',
  needs: 'owner',
  family: 'tributary',
  params,
  body: Type.Object(
    {
      kind: Type.String({ description: 'none, direct or map; socks5 and ssh are known and not offered yet' }),
      ranges: Type.Optional(Type.Array(Type.String(), { description: 'IPv4 blocks that may finally be dialled; none = nothing' })),
      map: Type.Optional(
        Type.Array(mapping, { description: 'address[:port] to address[:port], or block to block of equal length; first match wins' }),
      ),
      names: Type.Optional(Type.Array(knownName)),
      dns: Type.Optional(Type.String({ description: 'ip:port of a resolver, asked through the gateway' })),
      allow_cleartext_passwords: Type.Optional(Type.Boolean({ description: 'default: true for a map to loopback, else false' })),
      address: Type.Optional(Type.String({ description: 'of a bastion' })),
      user: Type.Optional(Type.String()),
      auth_info_name: Type.Optional(Type.String()),
      host_key: Type.Optional(Type.String()),
    },
    { additionalProperties: false },
  ),
  response: { status: 200, schema: shown },
  fidelity: { state: 'partial', note: 'none, direct and map; socks5 and ssh are refused', witness },
})

/** `GET /tributary/v1/projects/{project_id}/vpcs/{vpc_id}/gateway` */
const getGateway = operation({
  id: 'getGateway',
  noun: 'gateways',
  method: 'GET',
  path,
  summary: 'Read the gateway of a VPC: the installation owner, and administrators of the project.',
  action: 'tributary:gateway:get',
  needs: 'identity',
  family: 'tributary',
  params,
  response: { status: 200, schema: shown },
  fidelity: { state: 'real', note: '', witness },
})

/** `DELETE /tributary/v1/projects/{project_id}/vpcs/{vpc_id}/gateway` */
const deleteGateway = operation({
  id: 'deleteGateway',
  noun: 'gateways',
  method: 'DELETE',
  path,
  summary: 'Remove the gateway of a VPC; peerings through it turn FAILED.',
  action: 'tributary:gateway:delete',
  needs: 'owner',
  family: 'tributary',
  params,
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of gateways, by id. */
export const gatewayOperations = { putGateway, getGateway, deleteGateway }
