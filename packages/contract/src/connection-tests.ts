// Connectivity tests on the wire.

import { Type } from 'typebox'
import { answer, inProject } from './envelope.ts'
import { operation } from './operation.ts'

const base = '/v1.0/{project_id}/queues/{queue_name}/connection-test'
const queueParams = { ...inProject, queue_name: Type.String({ description: 'in any case' }) }
const witness = 'a connectivity test answers at once and tells later whether the queue reaches the address'

/** `POST /v1.0/{project_id}/queues/{queue_name}/connection-test` */
const createConnectionTest = operation({
  id: 'createConnectionTest',
  noun: 'connection-tests',
  method: 'POST',
  path: base,
  summary: 'Test whether a queue reaches an address, through the connections that it is bound to.',
  action: 'dli:queue:submitJob',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(queueParams),
  body: Type.Object({
    address: Type.String({
      description: 'IPv4 or domain name, with or without :port; IPv6, [IPv6]:port. Without a port TCP is not tried',
    }),
  }),
  response: {
    status: 200,
    schema: answer({ task_id: Type.Integer({ description: 'what the result is asked for by; results are kept for a day' }) }),
  },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v1.0/{project_id}/queues/{queue_name}/connection-test/{task_id}` */
const getConnectionTest = operation({
  id: 'getConnectionTest',
  noun: 'connection-tests',
  method: 'GET',
  path: `${base}/{task_id}`,
  summary: 'Read what a connectivity test has found.',
  action: 'dli:queue:getQueue',
  needs: 'reader',
  family: 'dli',
  params: Type.Object({ ...queueParams, task_id: Type.String({ description: 'a whole number' }) }),
  response: {
    status: 200,
    schema: answer({
      connectivity: Type.String({ description: 'REACHABLE, UNREACHABLE, or empty while the test runs; message says why' }),
    }),
  },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of connectivity tests, by id. */
export const connectionTestOperations = { createConnectionTest, getConnectionTest }
