// Connections of both kinds, their peerings, and what is known of the ways that they open.

/** A row of `connections`; times are ms since the epoch. */
export interface ConnectionTable {
  readonly id: string
  readonly project_id: string
  readonly name: string
  readonly state: string
  readonly vpc_id: string
  readonly subnet_id: string
  readonly route_table_id: string | null
  readonly created_at: number
  readonly deleted_at: number | null
}

/** A row of `connection_counts`. */
export interface ConnectionCountTable {
  readonly project_id: string
  readonly state: string
  readonly total: number
}

/** A row of `connection_hosts`; `entries` is JSON, `digest` its SHA-256. */
export interface ConnectionHostsTable {
  readonly connection_id: string
  readonly digest: string
  readonly entries: string
}

/** A row of `connection_routes`; times are ms since the epoch. */
export interface ConnectionRouteTable {
  readonly connection_id: string
  readonly name: string
  readonly cidr: string
  readonly block: string
  readonly created_at: number
}

/** A row of `idempotency_keys`; times are ms since the epoch. */
export interface IdempotencyKeyTable {
  readonly project_id: string
  readonly operation: string
  readonly key: string
  readonly body_digest: string
  readonly resource_id: string
  readonly created_at: number
}

/** A row of `peerings`; times are ms since the epoch. */
export interface PeeringTable {
  readonly id: string
  readonly connection_id: string
  readonly queue_id: string
  readonly project_id: string
  readonly vpc_id: string
  readonly subnet_id: string
  readonly state: string
  readonly err_msg: string
  readonly created_at: number
  readonly updated_at: number
}

/** A row of `connection_tests`; times are ms since the epoch. */
export interface ConnectionTestTable {
  readonly id: string
  readonly number: number
  readonly project_id: string
  readonly queue_id: string
  readonly address: string
  readonly connectivity: string
  readonly message: string
  readonly created_at: number
  readonly ended_at: number | null
}

/** A row of `reachability`; `observed_at` is ms since the epoch. */
export interface ReachabilityTable {
  readonly peer_id: string
  readonly state: string
  readonly rung: string
  readonly message: string
  readonly observed_at: number
}

/** A row of `classic_connections`; `addresses` is JSON, times are ms since the epoch. */
export interface ClassicConnectionTable {
  readonly id: string
  readonly project_id: string
  readonly name: string
  readonly service: string
  readonly security_group_id: string
  readonly subnet_id: string
  readonly url: string
  readonly cluster_name: string | null
  readonly state: string
  readonly err_msg: string
  readonly addresses: string
  readonly created_at: number
  readonly updated_at: number
}

/** A row of `classic_bindings`; times are ms since the epoch. */
export interface ClassicBindingTable {
  readonly id: string
  readonly connection_id: string
  readonly queue_id: string
  readonly state: string
  readonly err_msg: string
  readonly created_at: number
  readonly updated_at: number
}

/** A row of `classic_exclusions`. */
export interface ClassicExclusionTable {
  readonly connection_id: string
  readonly queue_id: string
}

/** Their names in the database. */
export interface ConnectionSchema {
  readonly connections: ConnectionTable
  readonly connection_counts: ConnectionCountTable
  readonly connection_hosts: ConnectionHostsTable
  readonly connection_routes: ConnectionRouteTable
  readonly idempotency_keys: IdempotencyKeyTable
  readonly peerings: PeeringTable
  readonly connection_tests: ConnectionTestTable
  readonly reachability: ReachabilityTable
  readonly classic_connections: ClassicConnectionTable
  readonly classic_bindings: ClassicBindingTable
  readonly classic_exclusions: ClassicExclusionTable
}
