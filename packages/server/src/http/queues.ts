// Queues: wire in, one use case, wire out.

import { type BodyOf, operations, type ResultOf } from '@tributary/contract'
import type { Control } from '@tributary/control'
import { type Caller, type Queue, ServiceError, say } from '@tributary/rules'
import type { Door } from './door.ts'
import { success } from './envelope.ts'
import { tagsOf } from './tag-pairs.ts'

// What the queues of this installation run: the standard that engines are held to.
const versions = {
  support_spark_versions: ['3.3.1'],
  default_spark_version: '3.3.1',
  support_hetu_engine_versions: [],
  default_hetu_engine_version: '',
  support_flink_sql_versions: [],
  default_flink_sql_version: '',
  support_flink_jar_versions: [],
  default_flink_jar_version: '',
  support_opensource_flink_versions: [],
}

/** Routes of queues. */
export function queueRoutes(door: Door, control: Control): void {
  door.on(operations.createQueue, async ({ caller, body }) => {
    const queue = await control.queues.create(caller, {
      name: body.queue_name,
      cu: body.cu_count,
      type: body.queue_type,
      description: body.description,
      chargingMode: body.charging_mode,
      enterpriseProjectId: body.enterprise_project_id,
      platform: body.platform,
      resourceMode: body.resource_mode,
      labels: body.labels,
      feature: body.feature,
      engine: body.engine,
      pool: body.elastic_resource_pool_name,
      properties: body.properties,
      tags: body.tags,
    })
    return success({ queue_name: queue.name })
  })
  door.on(operations.listQueues, async ({ caller, query }) => {
    const found = await control.queues.list(caller, {
      type: query.queue_type,
      tags: tagsOf(query.tags),
      order: query.order,
      pageSize: query['page-size'],
      currentPage: query['current-page'],
    })
    return success({ queues: found.map(listed) })
  })
  door.on(operations.getQueue, async ({ caller, params }) => detail(await control.queues.get(caller, params.queue_name)))
  door.on(operations.deleteQueue, async ({ caller, params }) => {
    await control.queues.remove(caller, params.queue_name)
    return success({})
  })
  changeRoutes(door, control)
}

function changeRoutes(door: Door, control: Control): void {
  door.on(operations.actOnQueue, async ({ caller, params, body }) => act(control, caller, params.queue_name, body))
  door.on(operations.changeQueueCidr, async ({ caller, params, body }) => {
    await control.queues.changeCidr(caller, params.queue_name, body.cidr_in_vpc)
    return success({})
  })
}

const cancellingText = 'Submit restart job success, it need some time to cancel jobs, please wait for a while and check job status'

async function act(
  control: Control,
  caller: Caller,
  name: string,
  { action, force = false, cu_count: cu = 0 }: BodyOf<typeof operations.actOnQueue>,
): Promise<ResultOf<typeof operations.actOnQueue>> {
  if (action === 'restart') {
    const { queue, cancelled } = await control.queues.restart(caller, name, { force })
    const [first] = cancelled
    if (first === undefined) return success({ queue_name: queue.name, result: true }, 'Restart success')
    return success({ queue_name: queue.name, result: true, job_id: first }, cancellingText)
  }
  if (action !== 'scale_out' && action !== 'scale_in') throw new ServiceError('invalid', say`action is restart, scale_out or scale_in`)
  if (cu <= 0) throw new ServiceError('invalid', say`cu_count is the number of CU to add or to take away: send a multiple of 16`)
  const queue = await control.queues.scale(caller, name, action === 'scale_out' ? cu : -cu)
  return success({ queue_name: queue.name, result: true })
}

type ListedQueue = ResultOf<typeof operations.listQueues>['queues'][number]

function listed(queue: Queue): ListedQueue {
  return {
    queue_id: queue.number,
    queue_name: queue.name,
    description: queue.description,
    owner: queue.owner,
    create_time: queue.createdAt,
    queue_type: queue.type,
    cu_count: queue.cu,
    charging_mode: queue.chargingMode,
    resource_id: queue.id,
    enterprise_project_id: queue.enterpriseProjectId,
    cidr_in_vpc: queue.cidr,
    cidr_in_subnet: queue.cidr,
    cidr_in_mgntsubnet: '',
    resource_mode: queue.resourceMode,
    platform: queue.platform,
    is_restarting: false,
    labels: queue.labels.join(','),
    feature: queue.feature,
    engine: queue.engine,
    used_cu: 0,
    resource_type: 'container',
    queue_resource_type: 'container',
    cu_spec: queue.cuSpec,
    cu_scale_out_limit: queue.cu,
    cu_scale_in_limit: queue.cu,
    elastic_resource_pool_name: queue.pool?.name ?? '',
    ...versions,
  }
}

function detail(queue: Queue): ResultOf<typeof operations.getQueue> {
  return success({
    queue_id: queue.number,
    queueName: queue.name,
    description: queue.description,
    owner: queue.owner,
    create_time: queue.createdAt,
    queueType: queue.type,
    cuCount: queue.cu,
    chargingMode: queue.chargingMode,
    resource_id: queue.id,
    resource_mode: queue.resourceMode,
    enterprise_project_id: queue.enterpriseProjectId,
    resource_type: 'container',
    cu_spec: queue.cuSpec,
    cu_scale_out_limit: queue.cu,
    cu_scale_in_limit: queue.cu,
    elastic_resource_pool_name: queue.pool?.name ?? '',
    ...versions,
  })
}
