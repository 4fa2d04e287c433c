// Elastic resource pools on the wire.

import { Type } from 'typebox'
import { answer, envelope, inProject, members, milliseconds, offset, tags } from './envelope.ts'
import { operation } from './operation.ts'

const base = '/v3/{project_id}/elastic-resource-pools'
const poolParams = Type.Object({ ...inProject, name: Type.String({ description: 'name of the pool, in any case' }) })
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'default 100' }))

/** `POST /v3/{project_id}/elastic-resource-pools` */
const createPool = operation({
  id: 'createPool',
  noun: 'pools',
  method: 'POST',
  path: base,
  summary: 'Create an elastic resource pool: compute that several queues share, with one network.',
  action: 'dli:elasticresourcepool:create',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(inProject),
  body: Type.Object({
    elastic_resource_pool_name: Type.String({
      description: '1 to 128 letters, digits, _; not only digits, not starting with _; stored in lower case',
    }),
    description: Type.Optional(Type.String({ description: 'at most 256 characters' })),
    cidr_in_vpc: Type.Optional(Type.String({ description: 'default 172.16.0.0/12; never changes' })),
    min_cu: Type.Integer({ description: '16 or more, at most max_cu' }),
    max_cu: Type.Integer({ description: 'at most 32000' }),
    charging_mode: Type.Optional(Type.Integer({ description: '1 by CU-hour (default), 2 prepaid' })),
    enterprise_project_id: Type.Optional(Type.String()),
    tags: Type.Optional(tags),
    label: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'for instance {"spec": "basic"}' })),
    ipv6_enable: Type.Optional(Type.Boolean({ description: 'kept and shown; networks are IPv4' })),
  }),
  response: { status: 200, schema: answer({ elastic_resource_pool_name: Type.String() }) },
  fidelity: {
    state: 'partial',
    note: 'ipv6_enable is kept, no IPv6 block is given',
    witness: 'a pool is created, listed, resized and deleted as published',
  },
})

/** `GET /v3/{project_id}/elastic-resource-pools` */
const listPools = operation({
  id: 'listPools',
  noun: 'pools',
  method: 'GET',
  path: base,
  summary: 'List the elastic resource pools of a project by name; there is no call that reads one.',
  action: 'dli:elasticresourcepool:list',
  needs: 'reader',
  family: 'dli',
  params: Type.Object(inProject),
  query: Type.Object({
    limit,
    offset: Type.Optional(offset),
    name: Type.Optional(Type.String({ description: 'a part of the name' })),
    status: Type.Optional(Type.String({ description: 'AVAILABLE, SCALING, CREATING or FAILED' })),
    tags: Type.Optional(Type.String({ description: 'k1=v1,k2=v2; all must match' })),
  }),
  response: {
    status: 200,
    schema: answer({
      count: Type.Integer({ description: 'matches before paging' }),
      elastic_resource_pools: Type.Array(
        members({
          id: Type.Integer(),
          elastic_resource_pool_name: Type.String(),
          owner: Type.String(),
          manager: Type.String(),
          description: Type.String(),
          max_cu: Type.Integer(),
          min_cu: Type.Integer(),
          actual_cu: Type.Integer(),
          current_cu: Type.Integer(),
          prepay_cu: Type.Integer(),
          cidr_in_vpc: Type.String({ description: 'the one range of all its queues' }),
          create_time: milliseconds('creation'),
          update_time: milliseconds('last change'),
          status: Type.String({ description: 'CREATING, AVAILABLE or SCALING' }),
          resource_id: Type.String({ description: 'UUID' }),
          fail_reason: Type.String(),
          enterprise_project_id: Type.String(),
          charging_mode: Type.Integer(),
          queues: Type.Array(Type.String(), { description: 'names of its queues' }),
          label: Type.Record(Type.String(), Type.String()),
          ipv6_enable: Type.Boolean(),
          ipv6_cidr_in_subnet: Type.String(),
        }),
      ),
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'a pool is created, listed, resized and deleted as published' },
})

/** `PUT /v3/{project_id}/elastic-resource-pools/{name}` */
const updatePool = operation({
  id: 'updatePool',
  noun: 'pools',
  method: 'PUT',
  path: `${base}/{name}`,
  summary: 'Change the description or the size of a pool.',
  action: 'dli:elasticresourcepool:update',
  needs: 'editor',
  family: 'dli',
  params: poolParams,
  body: Type.Object({
    description: Type.Optional(Type.String({ description: 'at most 256 characters' })),
    max_cu: Type.Optional(Type.Integer()),
    min_cu: Type.Optional(Type.Integer()),
  }),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: 'a pool is created, listed, resized and deleted as published' },
})

/** `DELETE /v3/{project_id}/elastic-resource-pools/{name}` */
const deletePool = operation({
  id: 'deletePool',
  noun: 'pools',
  method: 'DELETE',
  path: `${base}/{name}`,
  summary: 'Delete a pool that has no queues; its bindings go with it.',
  action: 'dli:elasticresourcepool:drop',
  needs: 'editor',
  family: 'dli',
  params: poolParams,
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: 'a pool is created, listed, resized and deleted as published' },
})

/** `POST /v3/{project_id}/elastic-resource-pools/{name}/queues` */
const addPoolQueue = operation({
  id: 'addPoolQueue',
  noun: 'pools',
  method: 'POST',
  path: `${base}/{name}/queues`,
  summary: 'Move a dedicated queue into a pool: it takes the range of the pool, and its paths.',
  action: 'dli:elasticresourcepool:resourceManagement',
  needs: 'editor',
  family: 'dli',
  params: poolParams,
  body: Type.Object({ queue_name: Type.String({ description: 'in any case' }) }),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: 'a queue is moved into a pool and its policies are replaced' },
})

/** `GET /v3/{project_id}/elastic-resource-pools/{name}/queues` */
const listPoolQueues = operation({
  id: 'listPoolQueues',
  noun: 'pools',
  method: 'GET',
  path: `${base}/{name}/queues`,
  summary: 'List the queues of a pool with their scaling policies.',
  action: 'dli:elasticresourcepool:listQueues',
  needs: 'reader',
  family: 'dli',
  params: poolParams,
  query: Type.Object({
    limit,
    offset: Type.Optional(offset),
    queue_name: Type.Optional(Type.String({ description: 'a part of the name' })),
  }),
  response: {
    status: 200,
    schema: answer({
      count: Type.Integer({ description: 'matches before paging' }),
      queues: Type.Array(
        members({
          queue_name: Type.String(),
          enterprise_project_id: Type.String(),
          queue_type: Type.String(),
          owner: Type.String(),
          create_time: milliseconds('creation'),
          engine: Type.String(),
          queue_scaling_policies: Type.Array(
            members({
              priority: Type.Integer(),
              impact_start_time: Type.String(),
              impact_stop_time: Type.String(),
              min_cu: Type.Integer(),
              max_cu: Type.Integer(),
              inherit_elastic_resource_pool_max_cu: Type.Boolean(),
            }),
          ),
        }),
      ),
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'a queue is moved into a pool and its policies are replaced' },
})

/** `PUT /v3/{project_id}/elastic-resource-pools/{name}/queues/{queue_name}` */
const putPoolQueuePolicies = operation({
  id: 'putPoolQueuePolicies',
  noun: 'pools',
  method: 'PUT',
  path: `${base}/{name}/queues/{queue_name}`,
  summary: 'Replace the scaling policies of a queue in a pool; one of them covers the whole day.',
  action: 'dli:elasticresourcepool:scale',
  needs: 'editor',
  family: 'dli',
  params: Type.Object({ ...inProject, name: Type.String(), queue_name: Type.String() }),
  body: Type.Object({
    queue_scaling_policies: Type.Array(
      Type.Object({
        priority: Type.Integer({ description: '1 to 100, 100 first' }),
        impact_start_time: Type.String({ description: 'a whole hour like 08:00, inside the policy' }),
        impact_stop_time: Type.String({ description: 'a whole hour up to 24:00, outside the policy' }),
        min_cu: Type.Integer(),
        max_cu: Type.Integer({ description: 'a multiple of 16, in a basic pool of 4' }),
        inherit_elastic_resource_pool_max_cu: Type.Optional(Type.Boolean({ description: 'max_cu follows the pool; default false' })),
      }),
    ),
  }),
  response: { status: 200, schema: envelope },
  fidelity: {
    state: 'real',
    note: '',
    witness: 'a queue is moved into a pool and its policies are replaced',
  },
})

/** `GET /v3/{project_id}/elastic-resource-pools/{name}/scale-records` */
const listScaleRecords = operation({
  id: 'listScaleRecords',
  noun: 'pools',
  method: 'GET',
  path: `${base}/{name}/scale-records`,
  summary: 'List the changes of the size of a pool, oldest first.',
  action: 'dli:elasticresourcepool:listScaleRecords',
  needs: 'reader',
  family: 'dli',
  params: poolParams,
  query: Type.Object({
    start_time: Type.Optional(Type.Integer({ description: 'ms since 1970-01-01 UTC' })),
    end_time: Type.Optional(Type.Integer({ description: 'ms since 1970-01-01 UTC' })),
    status: Type.Optional(Type.String({ description: 'success or fail' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'default 100' })),
    offset: Type.Optional(offset),
  }),
  response: {
    status: 200,
    schema: members({
      count: Type.Integer({ description: 'matches before paging' }),
      items: Type.Array(
        members({
          max_cu: Type.Integer(),
          min_cu: Type.Integer(),
          current_cu: Type.Integer(),
          origin_cu: Type.Integer(),
          target_cu: Type.Integer(),
          record_time: milliseconds('change'),
          status: Type.String({ description: 'success or fail' }),
          fail_reason: Type.String(),
        }),
      ),
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'a pool is created, listed, resized and deleted as published' },
})

/** Operations of elastic resource pools, by id. */
export const poolOperations = {
  createPool,
  listPools,
  updatePool,
  deletePool,
  addPoolQueue,
  listPoolQueues,
  putPoolQueuePolicies,
  listScaleRecords,
}
