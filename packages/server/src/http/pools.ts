// Elastic resource pools: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import type { Control, PoolQueueView, PoolView } from '@tributary/control'
import type { ScaleRecord } from '@tributary/rules'
import type { Door } from './door.ts'
import { success } from './envelope.ts'
import { tagsOf } from './tag-pairs.ts'

/** Routes of elastic resource pools. */
export function poolRoutes(door: Door, control: Control): void {
  door.on(operations.createPool, async ({ caller, body }) => {
    const pool = await control.pools.create(caller, {
      name: body.elastic_resource_pool_name,
      description: body.description,
      cidr: body.cidr_in_vpc,
      minCu: body.min_cu,
      maxCu: body.max_cu,
      chargingMode: body.charging_mode,
      enterpriseProjectId: body.enterprise_project_id,
      label: body.label,
      ipv6Enable: body.ipv6_enable,
      tags: body.tags,
    })
    return success({ elastic_resource_pool_name: pool.name })
  })
  door.on(operations.listPools, async ({ caller, query }) => {
    const { tags, ...listing } = query
    const { total, pools } = await control.pools.list(caller, { ...listing, tags: tagsOf(tags) })
    return success({ count: total, elastic_resource_pools: pools.map(listed) })
  })
  door.on(operations.updatePool, async ({ caller, params, body }) => {
    await control.pools.update(caller, params.name, { description: body.description, minCu: body.min_cu, maxCu: body.max_cu })
    return success({})
  })
  door.on(operations.deletePool, async ({ caller, params }) => {
    await control.pools.remove(caller, params.name)
    return success({})
  })
  door.on(operations.listScaleRecords, async ({ caller, params, query }) => {
    const { start_time: from, end_time: until, ...listing } = query
    const { total, records } = await control.pools.scaleRecords(caller, params.name, { from, until, ...listing })
    return { count: total, items: records.map(recorded) }
  })
  queueRoutes(door, control)
}

function queueRoutes(door: Door, control: Control): void {
  door.on(operations.addPoolQueue, async ({ caller, params, body }) => {
    await control.pools.addQueue(caller, params.name, body.queue_name)
    return success({})
  })
  door.on(operations.listPoolQueues, async ({ caller, params, query }) => {
    const { queue_name: name, limit, offset } = query
    const { total, queues } = await control.pools.listQueues(caller, params.name, { name, limit, offset })
    return success({ count: total, queues: queues.map(pooled) })
  })
  door.on(operations.putPoolQueuePolicies, async ({ caller, params, body }) => {
    const policies = body.queue_scaling_policies.map((policy) => ({
      priority: policy.priority,
      start: policy.impact_start_time,
      stop: policy.impact_stop_time,
      minCu: policy.min_cu,
      maxCu: policy.max_cu,
      inheritMaxCu: policy.inherit_elastic_resource_pool_max_cu ?? false,
    }))
    await control.pools.putPolicies(caller, params.name, params.queue_name, policies)
    return success({})
  })
}

function listed({ pool, queues }: PoolView): ResultOf<typeof operations.listPools>['elastic_resource_pools'][number] {
  return {
    id: pool.number,
    elastic_resource_pool_name: pool.name,
    owner: pool.owner,
    manager: '',
    description: pool.description,
    max_cu: pool.maxCu,
    min_cu: pool.minCu,
    actual_cu: pool.actualCu,
    current_cu: pool.actualCu,
    prepay_cu: 0,
    cidr_in_vpc: pool.cidr,
    create_time: pool.createdAt,
    update_time: pool.updatedAt,
    status: pool.state,
    resource_id: pool.id,
    fail_reason: '',
    enterprise_project_id: pool.enterpriseProjectId,
    charging_mode: pool.chargingMode,
    queues: [...queues],
    label: { ...pool.label },
    ipv6_enable: pool.ipv6Enable,
    ipv6_cidr_in_subnet: '',
  }
}

function pooled({ queue, policies }: PoolQueueView): ResultOf<typeof operations.listPoolQueues>['queues'][number] {
  return {
    queue_name: queue.name,
    enterprise_project_id: queue.enterpriseProjectId,
    queue_type: queue.type,
    owner: queue.owner,
    create_time: queue.createdAt,
    engine: queue.engine,
    queue_scaling_policies: policies.map((policy) => ({
      priority: policy.priority,
      impact_start_time: policy.start,
      impact_stop_time: policy.stop,
      min_cu: policy.minCu,
      max_cu: policy.maxCu,
      inherit_elastic_resource_pool_max_cu: policy.inheritMaxCu,
    })),
  }
}

function recorded(record: ScaleRecord): ResultOf<typeof operations.listScaleRecords>['items'][number] {
  return {
    max_cu: record.maxCu,
    min_cu: record.minCu,
    current_cu: record.currentCu,
    origin_cu: record.originCu,
    target_cu: record.targetCu,
    record_time: record.recordedAt,
    status: record.state,
    fail_reason: record.failReason,
  }
}
