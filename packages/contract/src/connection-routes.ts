// Custom routes of enhanced connections on the wire; they are read with their connection.

import { Type } from 'typebox'
import { envelope, inProject } from './envelope.ts'
import { operation } from './operation.ts'

const path = '/{project_id}/datasource/enhanced-connections/{connection_id}/routes'
const connectionParams = { ...inProject, connection_id: Type.String() }
const witness = 'routes are added and removed by both versions, and read with their connection'

/** `POST …/enhanced-connections/{connection_id}/routes` of v3 and v2.0 */
const createRoute = operation({
  id: 'createRoute',
  noun: 'connection-routes',
  method: 'POST',
  path: [`/v3${path}`, `/v2.0${path}`],
  summary: 'Add a route to a connection: its bound queues reach that block through it too.',
  action: 'dli:edsconnection:addRoute',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(connectionParams),
  body: Type.Object({
    name: Type.String({ description: '1 to 64 letters, digits, _ -; unique in the connection' }),
    cidr: Type.String({
      description: 'an IPv4 block such as 10.1.0.0/16; a bare address is a block of one; may overlap others, not equal them',
    }),
  }),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness },
})

/** `DELETE …/enhanced-connections/{connection_id}/routes/{name}` of v3 and v2.0 */
const deleteRoute = operation({
  id: 'deleteRoute',
  noun: 'connection-routes',
  method: 'DELETE',
  path: [`/v3${path}/{name}`, `/v2.0${path}/{name}`],
  summary: 'Remove a route from a connection: dials by it stop and its open sockets are closed.',
  action: 'dli:edsconnection:deleteRoute',
  needs: 'editor',
  family: 'dli',
  params: Type.Object({ ...connectionParams, name: Type.String({ description: 'name of the route' }) }),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of routes, by id. */
export const connectionRouteOperations = { createRoute, deleteRoute }
