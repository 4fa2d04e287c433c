// Classic connections on the wire.

import { Type } from 'typebox'
import { answer, envelope, inProject, members, milliseconds, tags } from './envelope.ts'
import { operation } from './operation.ts'

const base = '/v2.0/{project_id}/datasource-connection'
const connectionParams = Type.Object({ ...inProject, connection_id: Type.String() })
const witness = 'a classic connection is created, read, listed and deleted as published'

const classicMembers = {
  connection_id: Type.String({ description: 'UUID' }),
  name: Type.String(),
  destination: Type.String({ description: 'the url of the request' }),
  service: Type.String(),
  state: Type.String({ description: 'CREATING, ACTIVE, FAILED or DELETED' }),
  process: Type.Number({ description: '0 to 1: the part of its queues that are done while it is CREATING, 1 when ACTIVE' }),
  connection_url: Type.String({ description: 'empty until ACTIVE; then what table definitions use as host:port' }),
  cluster_name: Type.String(),
  create_time: milliseconds('creation'),
  available_queue_info: Type.Array(
    members({
      peer_id: Type.String(),
      uuid: Type.String({ description: 'the same as peer_id' }),
      status: Type.String(),
      name: Type.String(),
      err_msg: Type.String(),
      update_time: milliseconds('last change'),
    }),
  ),
}

/** `POST /v2.0/{project_id}/datasource-connection` */
const createClassicConnection = operation({
  id: 'createClassicConnection',
  noun: 'classic-connections',
  method: 'POST',
  path: base,
  summary: 'Create a classic connection: a relay to the named addresses of one service.',
  action: 'dli:dsconnection:create',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(inProject),
  body: Type.Object({
    name: Type.String({ description: '1 to 64 letters, digits, _ -' }),
    service: Type.String({ description: 'ct, cloudtable, dws, rds, CloudTable.OpenTSDB, MRS.OpenTSDB or CSS, in any case' }),
    security_group_id: Type.String({ description: 'security group of the data source' }),
    network_id: Type.String({ description: 'network id of its subnet' }),
    url: Type.String({ description: 'host:port, several separated by commas; at most 512 characters' }),
    cluster_name: Type.Optional(Type.String({ description: 'the one queue that uses it; default: every dedicated queue' })),
    tags: Type.Optional(tags),
  }),
  response: { status: 201, schema: answer({ connection_id: Type.String({ description: 'UUID' }) }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v2.0/{project_id}/datasource-connection` */
const listClassicConnections = operation({
  id: 'listClassicConnections',
  noun: 'classic-connections',
  method: 'GET',
  path: base,
  summary: 'List classic connections, deleted ones included while they are remembered.',
  action: 'dli:dsconnection:list',
  needs: 'reader',
  family: 'dli',
  params: Type.Object(inProject),
  query: Type.Object({ tags: Type.Optional(Type.String({ description: 'k1=v1,k2=v2; all must match' })) }),
  response: {
    status: 200,
    schema: answer({
      count: Type.Integer(),
      connections: Type.Array(answer({ ...classicMembers, queue_list: Type.Array(Type.String()) })),
    }),
  },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v2.0/{project_id}/datasource-connection/{connection_id}` */
const getClassicConnection = operation({
  id: 'getClassicConnection',
  noun: 'classic-connections',
  method: 'GET',
  path: `${base}/{connection_id}`,
  summary: 'Read one classic connection with its connection_url.',
  action: 'dli:dsconnection:get',
  needs: 'reader',
  family: 'dli',
  params: connectionParams,
  response: { status: 200, schema: answer({ ...classicMembers, count: Type.Integer() }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `DELETE /v2.0/{project_id}/datasource-connection/{connection_id}` */
const deleteClassicConnection = operation({
  id: 'deleteClassicConnection',
  noun: 'classic-connections',
  method: 'DELETE',
  path: `${base}/{connection_id}`,
  summary: 'Delete a classic connection; its relays close.',
  action: 'dli:dsconnection:delete',
  needs: 'editor',
  family: 'dli',
  params: connectionParams,
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness },
})

const bindingBody = Type.Object({ queues: Type.Array(Type.String(), { description: 'queue names; one string is taken as one name' }) })
const bindingWitness = 'queues are taken off a classic connection and put back, and a failed one is reactivated'

/** `POST …/datasource-connection/{connection_id}/associate-queue` */
const associateClassicQueue = operation({
  id: 'associateClassicQueue',
  noun: 'classic-connections',
  method: 'POST',
  path: `${base}/{connection_id}/associate-queue`,
  summary: 'Bind queues to a classic connection; binding twice changes nothing.',
  action: 'dli:dsconnection:bindQueue',
  needs: 'editor',
  family: 'dli',
  params: connectionParams,
  body: bindingBody,
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: bindingWitness },
})

/** `POST …/datasource-connection/{connection_id}/disassociate-queue` */
const disassociateClassicQueue = operation({
  id: 'disassociateClassicQueue',
  noun: 'classic-connections',
  method: 'POST',
  path: `${base}/{connection_id}/disassociate-queue`,
  summary: 'Take queues off a classic connection: its relays close there, and they are not bound by themselves again.',
  action: 'dli:dsconnection:unbindQueue',
  needs: 'editor',
  family: 'dli',
  params: connectionParams,
  body: bindingBody,
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: bindingWitness },
})

/** `POST …/datasource-connection/{connection_id}/reactivate` */
const reactivateClassicConnection = operation({
  id: 'reactivateClassicConnection',
  noun: 'classic-connections',
  method: 'POST',
  path: `${base}/{connection_id}/reactivate`,
  summary: 'Try a failed classic connection again; others stay as they are.',
  action: 'dli:dsconnection:reactivate',
  needs: 'editor',
  family: 'dli',
  params: connectionParams,
  body: Type.Object({}),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: bindingWitness },
})

/** Operations of classic connections, by id. */
export const classicConnectionOperations = {
  createClassicConnection,
  listClassicConnections,
  getClassicConnection,
  deleteClassicConnection,
  associateClassicQueue,
  disassociateClassicQueue,
  reactivateClassicConnection,
}
