// Enhanced connections on the wire.

import { Type } from 'typebox'
import { answer, envelope, inProject, members, milliseconds, offset, tags } from './envelope.ts'
import { operation } from './operation.ts'

const base = '/v2.0/{project_id}/datasource/enhanced-connections'
const connectionParams = Type.Object({ ...inProject, connection_id: Type.String() })
const names = (what: string) => Type.Optional(Type.Array(Type.String(), { description: `${what}; one string is taken as one name` }))

/** At most 20,000 of them, counted by the rules; either member may be absent. */
const hosts = Type.Array(
  Type.Object({
    name: Type.Optional(Type.String({ description: '1 to 128 letters, digits, _ - . and first a letter' })),
    ip: Type.Optional(Type.String({ description: 'dotted IPv4' })),
  }),
  { description: 'at most 20,000; order is kept, a name listed twice keeps both addresses' },
)

const peering = members({
  peer_id: Type.String({ description: 'UUID of connection x queue' }),
  status: Type.String({ description: 'CREATING, ACTIVE or FAILED' }),
  name: Type.String({ description: 'name of the queue, or of the pool' }),
  err_msg: Type.String({ description: 'empty unless FAILED' }),
  update_time: milliseconds('last change'),
})

const connectionMembers = {
  id: Type.String({ description: 'UUID' }),
  name: Type.String(),
  status: Type.String({ description: 'ACTIVE or DELETED' }),
  available_queue_info: Type.Array(peering, { description: 'one per bound queue' }),
  elastic_resource_pools: Type.Array(peering, { description: 'one per bound pool, and per pool of a bound queue' }),
  dest_vpc_id: Type.String(),
  dest_network_id: Type.String({ description: 'network id of the subnet' }),
  isPrivis: Type.Boolean({ description: 'false once the connection has been granted to another project' }),
  create_time: milliseconds('creation'),
  hosts: Type.Array(members({ name: Type.Optional(Type.String()), ip: Type.Optional(Type.String()) })),
  routes: Type.Array(members({ name: Type.String(), cidr: Type.String(), create_time: milliseconds('creation') })),
  ipv6_enable: Type.Boolean(),
}

/** What a create takes, and the check of it. */
const connectionDraft = Type.Object({
  name: Type.String({ description: '1 to 64 letters, digits, _' }),
  dest_vpc_id: Type.String({ description: 'VPC of the data source' }),
  dest_network_id: Type.String({ description: 'network id of its subnet (the id of the VPC API’s subnet)' }),
  queues: names('queues to bind'),
  elastic_resource_pools: names('pools to bind'),
  routetable_id: Type.Optional(Type.String()),
  hosts: Type.Optional(hosts),
  tags: Type.Optional(tags),
})

/** `POST /v2.0/{project_id}/datasource/enhanced-connections` */
const createConnection = operation({
  id: 'createConnection',
  noun: 'connections',
  method: 'POST',
  path: base,
  summary: 'Create an enhanced connection to one subnet, with host records, and bind queues to it.',
  action: 'dli:edsconnection:create',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(inProject),
  headers: ['idempotency-key'],
  body: connectionDraft,
  response: { status: 201, schema: answer({ connection_id: Type.String({ description: 'UUID' }) }) },
  fidelity: { state: 'real', note: '', witness: 'an enhanced connection is created, read, listed and deleted as published' },
})

/** `GET /v2.0/{project_id}/datasource/enhanced-connections` */
const listConnections = operation({
  id: 'listConnections',
  noun: 'connections',
  method: 'GET',
  path: base,
  summary: 'List enhanced connections by creation time; deleted ones only with status=DELETED.',
  action: 'dli:edsconnection:list',
  needs: 'reader',
  family: 'dli',
  params: Type.Object(inProject),
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 0, description: 'default 100; 0 = all' })),
    offset: Type.Optional(offset),
    status: Type.Optional(Type.String({ description: 'ACTIVE or DELETED, in any case' })),
    name: Type.Optional(Type.String({ description: 'exact' })),
    tags: Type.Optional(Type.String({ description: 'k1=v1,k2=v2; all must match' })),
  }),
  response: {
    status: 200,
    schema: answer({ count: Type.Integer({ description: 'matches before paging' }), connections: Type.Array(members(connectionMembers)) }),
  },
  fidelity: { state: 'real', note: '', witness: 'an enhanced connection is created, read, listed and deleted as published' },
})

/** `GET /v2.0/{project_id}/datasource/enhanced-connections/{connection_id}` */
const getConnection = operation({
  id: 'getConnection',
  noun: 'connections',
  method: 'GET',
  path: `${base}/{connection_id}`,
  summary: 'Read one enhanced connection with its peerings and host records; a deleted one reads as DELETED for seven days.',
  action: 'dli:edsconnection:get',
  needs: 'reader',
  family: 'dli',
  params: connectionParams,
  response: { status: 200, schema: answer(connectionMembers) },
  fidelity: { state: 'real', note: '', witness: 'an enhanced connection is created, read, listed and deleted as published' },
})

/** `PUT /v2.0/{project_id}/datasource/enhanced-connections/{connection_id}` */
const replaceHosts = operation({
  id: 'replaceHosts',
  noun: 'connections',
  method: 'PUT',
  path: `${base}/{connection_id}`,
  summary: 'Replace the host records of a connection as a whole; an absent, null or empty list removes all.',
  action: 'dli:edsconnection:updateHostInfo',
  needs: 'editor',
  family: 'dli',
  params: connectionParams,
  body: Type.Object({ hosts: Type.Optional(hosts) }),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: 'host records are replaced as a whole' },
})

/** `DELETE /v2.0/{project_id}/datasource/enhanced-connections/{connection_id}` */
const deleteConnection = operation({
  id: 'deleteConnection',
  noun: 'connections',
  method: 'DELETE',
  path: `${base}/{connection_id}`,
  summary: 'Delete an enhanced connection; every path of it is cut.',
  action: 'dli:edsconnection:delete',
  needs: 'editor',
  family: 'dli',
  params: connectionParams,
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: 'an enhanced connection is created, read, listed and deleted as published' },
})

const bindingBody = Type.Object({ queues: names('queue names'), elastic_resource_pools: names('pool names') })

/** `POST …/enhanced-connections/{connection_id}/associate-queue` */
const associateQueue = operation({
  id: 'associateQueue',
  noun: 'connections',
  method: 'POST',
  path: `${base}/{connection_id}/associate-queue`,
  summary: 'Bind queues to a connection; binding twice changes nothing.',
  action: 'dli:edsconnection:bindQueue',
  needs: 'editor',
  family: 'dli',
  params: connectionParams,
  body: bindingBody,
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: 'queues are bound and unbound, twice without harm' },
})

/** `POST …/enhanced-connections/{connection_id}/disassociate-queue` */
const disassociateQueue = operation({
  id: 'disassociateQueue',
  noun: 'connections',
  method: 'POST',
  path: `${base}/{connection_id}/disassociate-queue`,
  summary: 'Unbind queues from a connection: dials stop and open sockets are closed.',
  action: 'dli:edsconnection:unbindQueue',
  needs: 'editor',
  family: 'dli',
  params: connectionParams,
  body: bindingBody,
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: 'queues are bound and unbound, twice without harm' },
})

/** `GET /tributary/v1/projects/{project_id}/connections/{connection_id}/peerings` */
const listPeerings = operation({
  id: 'listPeerings',
  noun: 'connections',
  method: 'GET',
  path: '/tributary/v1/projects/{project_id}/connections/{connection_id}/peerings',
  summary: 'List the peerings of a connection with what is known of their reachability, who reads over it, and what is not tried for now.',
  action: 'tributary:peering:list',
  needs: 'reader',
  family: 'tributary',
  params: connectionParams,
  response: {
    status: 200,
    schema: answer({
      peerings: Type.Array(
        members({
          peer_id: Type.String(),
          queue: Type.String({ description: 'name of the queue, or of the pool' }),
          status: Type.String({ description: 'CREATING, ACTIVE or FAILED' }),
          err_msg: Type.String(),
          reachability: members({
            state: Type.String({ description: 'unknown, reachable or unreachable' }),
            at: Type.Integer({ description: 'when, ms since 1970-01-01 UTC; 0 when unknown' }),
            rung: Type.String({ description: 'the step that failed, or empty' }),
            message: Type.String(),
          }),
          open_sockets: Type.Integer({ description: 'of running jobs, now' }),
          bytes_in: Type.Integer({ description: 'over the sockets that are open now' }),
          bytes_out: Type.Integer({ description: 'over the sockets that are open now' }),
        }),
      ),
      readers: Type.Integer({ description: 'sessions that read over the connection now, those of all its queues' }),
      waiting: Type.Integer({ description: 'jobs that wait to read over it (connection-readers)' }),
      breakers: Type.Array(
        members({
          address: Type.String({ description: 'host:port as tables name it' }),
          auth_info_name: Type.String({ description: 'whose logins are refused there; empty where the address does not answer' }),
          state: Type.String({ description: 'open: jobs fail at once; half-open: one is let through' }),
          failures: Type.Integer({ description: 'in a row' }),
          next_try_at: Type.Integer({ description: 'ms since 1970-01-01 UTC' }),
        }),
        { description: 'what is not tried for now because it failed again and again' },
      ),
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'the peerings of a connection are shown with their state' },
})

/** `POST /tributary/v1/projects/{project_id}/connections/check` */
const checkConnection = operation({
  id: 'checkConnection',
  noun: 'connections',
  method: 'POST',
  path: '/tributary/v1/projects/{project_id}/connections/check',
  summary: 'Say what would come of a create, with every fault at once and what to do; changes nothing.',
  action: 'tributary:connection:check',
  needs: 'editor',
  family: 'tributary',
  params: Type.Object(inProject),
  body: members(connectionDraft.properties),
  response: {
    status: 200,
    schema: answer({
      ok: Type.Boolean({ description: 'true when no finding is an error' }),
      findings: Type.Array(
        members({
          severity: Type.String({ description: 'error: refused, or a peering would be FAILED; warning: something of it will not work' }),
          field: Type.String({ description: 'member of the body' }),
          message: Type.String(),
          remedy: Type.String({ description: 'what to do' }),
        }),
      ),
      free_cidr: Type.Optional(Type.String({ description: 'a range for a queue that meets nothing, where ranges meet' })),
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'a connection is checked before it exists, and nothing changes' },
})

/** Operations of connections, by id. */
export const connectionOperations = {
  createConnection,
  listConnections,
  getConnection,
  replaceHosts,
  deleteConnection,
  associateQueue,
  disassociateQueue,
  listPeerings,
  checkConnection,
}
