// Queues and pools, with what is set, granted, planned and recorded of them.

/** A row of `queues`; `labels` is JSON, times are ms since the epoch. */
export interface QueueTable {
  readonly id: string
  readonly number: number
  readonly project_id: string
  readonly name: string
  readonly description: string
  readonly type: string
  readonly engine: string
  readonly cu: number
  readonly resource_mode: number
  readonly charging_mode: number
  readonly platform: string
  readonly feature: string
  readonly enterprise_project_id: string
  readonly labels: string
  readonly owner_name: string
  readonly owner_id: string | null
  readonly cidr: string
  readonly network_version: number
  readonly network_digest: string
  readonly created_at: number
  readonly pool_id: string | null
  readonly pool_name: string
  readonly scaling_policies: string
  readonly cu_spec: number
}

/** A row of `queue_properties`. */
export interface QueuePropertyTable {
  readonly queue_id: string
  readonly key: string
  readonly value: string
}

/** A row of `queue_grants`; `privileges` is JSON. */
export interface QueueGrantTable {
  readonly queue_id: string
  readonly user_id: string
  readonly privileges: string
}

/** A row of `queue_plans`; `repeat_days` is JSON, `is_active` 0 or 1, times are ms since the epoch. */
export interface QueuePlanTable {
  readonly id: number
  readonly queue_id: string
  readonly name: string
  readonly target_cu: number
  readonly start_hour: number
  readonly start_minute: number
  readonly repeat_days: string
  readonly valid_from: number | null
  readonly valid_until: number | null
  readonly is_active: number
  readonly last_executed_at: number | null
  readonly next_at: number | null
}

/** A row of `pools`; `label` is JSON, `ipv6_enable` 0 or 1, times are ms since the epoch. */
export interface PoolTable {
  readonly id: string
  readonly number: number
  readonly project_id: string
  readonly name: string
  readonly description: string
  readonly cidr: string
  readonly min_cu: number
  readonly max_cu: number
  readonly actual_cu: number
  readonly charging_mode: number
  readonly enterprise_project_id: string
  readonly label: string
  readonly ipv6_enable: number
  readonly owner_name: string
  readonly owner_id: string | null
  readonly state: string
  readonly created_at: number
  readonly updated_at: number
}

/** A row of `pool_peerings`; times are ms since the epoch. */
export interface PoolPeeringTable {
  readonly id: string
  readonly connection_id: string
  readonly pool_id: string
  readonly project_id: string
  readonly vpc_id: string
  readonly subnet_id: string
  readonly state: string
  readonly err_msg: string
  readonly created_at: number
  readonly updated_at: number
}

/** A row of `pool_scale_records`; times are ms since the epoch. */
export interface PoolScaleRecordTable {
  readonly pool_id: string
  readonly recorded_at: number
  readonly number: number
  readonly min_cu: number
  readonly max_cu: number
  readonly origin_cu: number
  readonly target_cu: number
  readonly current_cu: number
  readonly state: string
  readonly fail_reason: string
}

/** Their names in the database. */
export interface QueueSchema {
  readonly queues: QueueTable
  readonly queue_properties: QueuePropertyTable
  readonly queue_grants: QueueGrantTable
  readonly queue_plans: QueuePlanTable
  readonly pools: PoolTable
  readonly pool_peerings: PoolPeeringTable
  readonly pool_scale_records: PoolScaleRecordTable
}
