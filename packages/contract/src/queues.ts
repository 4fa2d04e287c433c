// Queues on the wire.

import { Type } from 'typebox'
import { answer, envelope, inProject, members, milliseconds, tags } from './envelope.ts'
import { operation } from './operation.ts'

const queueParams = Type.Object({ ...inProject, queue_name: Type.String({ description: 'in any case' }) })
const versions = (of: string) => Type.Array(Type.String(), { description: `${of} versions that the queue can run` })

const versionMembers = {
  support_spark_versions: versions('Spark'),
  default_spark_version: Type.String(),
  support_hetu_engine_versions: versions('HetuEngine'),
  default_hetu_engine_version: Type.String(),
  support_flink_sql_versions: versions('Flink SQL'),
  default_flink_sql_version: Type.String(),
  support_flink_jar_versions: versions('Flink jar'),
  default_flink_jar_version: Type.String(),
  support_opensource_flink_versions: versions('Flink OpenSource'),
}

/** `POST /v1.0/{project_id}/queues` */
const createQueue = operation({
  id: 'createQueue',
  noun: 'queues',
  method: 'POST',
  path: '/v1.0/{project_id}/queues',
  summary: 'Create a queue. Only a dedicated one (resource_mode 1) or a prepaid one can use connections.',
  action: 'dli:queue:createQueue',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(inProject),
  body: Type.Object({
    queue_name: Type.String({ description: '1 to 128 letters, digits, _; not only digits, not starting with _; stored in lower case' }),
    queue_type: Type.Optional(Type.String({ description: 'sql (default); general is not offered' })),
    description: Type.Optional(Type.String()),
    cu_count: Type.Integer({ description: 'compute units, 4 or more; 1 CU = 1 vCPU and 4 GB' }),
    charging_mode: Type.Optional(Type.Integer({ description: '1 by CU-hour (default), 2 prepaid' })),
    enterprise_project_id: Type.Optional(Type.String()),
    platform: Type.Optional(Type.String({ description: 'x86_64 (default) or aarch64' })),
    resource_mode: Type.Optional(Type.Integer({ description: '0 shared (default), 1 dedicated' })),
    labels: Type.Optional(Type.Array(Type.String())),
    feature: Type.Optional(Type.String({ description: 'basic or ai; reads back as it was sent' })),
    tags: Type.Optional(tags),
    elastic_resource_pool_name: Type.Optional(Type.String({ description: 'an AVAILABLE pool; the queue takes its range' })),
    properties: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'known ones are kept as by the properties calls, others passed over' }),
    ),
    engine: Type.Optional(Type.String({ description: 'spark (default); hetuEngine is not offered' })),
  }),
  response: { status: 200, schema: answer({ queue_name: Type.String() }) },
  fidelity: {
    state: 'partial',
    note: 'SQL queues of Spark; general queues and HetuEngine are refused with DLI.0007',
    witness: 'a queue is created, listed, read and deleted as published',
  },
})

const listedQueue = members({
  queue_id: Type.Integer(),
  queue_name: Type.String(),
  description: Type.String(),
  owner: Type.String(),
  create_time: milliseconds('creation'),
  queue_type: Type.String(),
  cu_count: Type.Integer({ description: 'what it has now; in a pool its scaling policies and the other queues decide' }),
  charging_mode: Type.Integer(),
  resource_id: Type.String({ description: 'UUID' }),
  enterprise_project_id: Type.String(),
  cidr_in_vpc: Type.String({ description: 'the block that must not overlap a data source' }),
  cidr_in_subnet: Type.String(),
  cidr_in_mgntsubnet: Type.String(),
  resource_mode: Type.Integer(),
  platform: Type.String(),
  is_restarting: Type.Boolean(),
  labels: Type.String({ description: 'comma separated' }),
  feature: Type.String(),
  engine: Type.String(),
  used_cu: Type.Number(),
  resource_type: Type.String(),
  queue_resource_type: Type.String(),
  cu_spec: Type.Integer({ description: 'what was asked for' }),
  cu_scale_out_limit: Type.Integer(),
  cu_scale_in_limit: Type.Integer(),
  elastic_resource_pool_name: Type.String({ description: 'empty when none' }),
  ...versionMembers,
})

/** `GET /v1.0/{project_id}/queues` */
const listQueues = operation({
  id: 'listQueues',
  noun: 'queues',
  method: 'GET',
  path: '/v1.0/{project_id}/queues',
  summary: 'List the queues of a project, the system queue default among them.',
  action: 'dli:queue:listQueues',
  needs: 'reader',
  family: 'dli',
  params: Type.Object(inProject),
  query: Type.Object({
    queue_type: Type.Optional(Type.String({ description: 'sql (default), general or all' })),
    'with-priv': Type.Optional(Type.Boolean()),
    'with-charge-info': Type.Optional(Type.Boolean()),
    tags: Type.Optional(Type.String({ description: 'k1=v1,k2=v2; all must match' })),
    'page-size': Type.Optional(Type.Integer({ minimum: 1, description: 'default: all' })),
    'current-page': Type.Optional(Type.Integer({ minimum: 1, description: 'from 1, the default' })),
    order: Type.Optional(Type.String({ description: 'queue_name_asc (default), queue_name_desc, cu_asc or cu_desc' })),
  }),
  response: { status: 200, schema: answer({ queues: Type.Array(listedQueue) }) },
  fidelity: { state: 'real', note: '', witness: 'a queue is created, listed, read and deleted as published' },
})

/** `GET /v1.0/{project_id}/queues/{queue_name}` */
const getQueue = operation({
  id: 'getQueue',
  noun: 'queues',
  method: 'GET',
  path: '/v1.0/{project_id}/queues/{queue_name}',
  summary: 'Read one queue; some members are in camel case here, as published.',
  action: 'dli:queue:getQueue',
  needs: 'reader',
  family: 'dli',
  params: queueParams,
  response: {
    status: 200,
    schema: answer({
      queue_id: Type.Integer(),
      queueName: Type.String(),
      description: Type.String(),
      owner: Type.String(),
      create_time: milliseconds('creation'),
      queueType: Type.String(),
      cuCount: Type.Integer({ description: 'what it has now; in a pool its scaling policies and the other queues decide' }),
      chargingMode: Type.Integer(),
      resource_id: Type.String({ description: 'UUID' }),
      resource_mode: Type.Integer(),
      enterprise_project_id: Type.String(),
      resource_type: Type.String(),
      cu_spec: Type.Integer({ description: 'what was asked for' }),
      cu_scale_out_limit: Type.Integer(),
      cu_scale_in_limit: Type.Integer(),
      elastic_resource_pool_name: Type.String({ description: 'empty when none' }),
      ...versionMembers,
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'a queue is created, listed, read and deleted as published' },
})

/** `DELETE /v1.0/{project_id}/queues/{queue_name}` */
const deleteQueue = operation({
  id: 'deleteQueue',
  noun: 'queues',
  method: 'DELETE',
  path: '/v1.0/{project_id}/queues/{queue_name}',
  summary: 'Delete a queue; its peerings go from every connection. Refused while jobs run on it.',
  action: 'dli:queue:dropQueue',
  needs: 'editor',
  family: 'dli',
  params: queueParams,
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: 'a queue is created, listed, read and deleted as published' },
})

/** `PUT /v1.0/{project_id}/queues/{queue_name}/action` */
const actOnQueue = operation({
  id: 'actOnQueue',
  noun: 'queues',
  method: 'PUT',
  path: '/v1.0/{project_id}/queues/{queue_name}/action',
  summary: 'Restart a queue, or add CU to it or take some away.',
  action: 'dli:queue:scaleQueue',
  needs: 'editor',
  family: 'dli',
  params: queueParams,
  body: Type.Object({
    action: Type.String({ description: 'restart, scale_out or scale_in' }),
    force: Type.Optional(Type.Boolean({ description: 'of a restart: cancels the jobs that run; default false' })),
    cu_count: Type.Optional(Type.Integer({ description: 'of a scale: how many CU to add or to take away, a multiple of 16' })),
  }),
  response: {
    status: 200,
    schema: answer({
      queue_name: Type.String(),
      result: Type.Boolean(),
      job_id: Type.Optional(Type.String({ description: 'a job that the restart cancelled' })),
    }),
  },
  fidelity: {
    state: 'partial',
    note: 'a restart ends the jobs of the queue; its idle engine processes stay',
    witness: 'a queue grows, shrinks and restarts',
  },
})

/** `PUT /v1.0/{project_id}/queues/{queue_name}` */
const changeQueueCidr = operation({
  id: 'changeQueueCidr',
  noun: 'queues',
  method: 'PUT',
  path: '/v1.0/{project_id}/queues/{queue_name}',
  summary: 'Give a queue another range; refused while jobs run, while enhanced connections are bound, and in a pool.',
  action: 'dli:queue:updateQueue',
  needs: 'editor',
  family: 'dli',
  params: queueParams,
  body: Type.Object({ cidr_in_vpc: Type.String({ description: 'a private block, large enough for the CU of the queue' }) }),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: 'the range of a queue changes while nothing stands on it' },
})

/** Operations of queues, by id. */
export const queueOperations = { createQueue, listQueues, getQueue, deleteQueue, actOnQueue, changeQueueCidr }
