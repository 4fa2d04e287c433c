// Every table of the database as the migrations write it: rows, and their names. JSON is text, flags are 0 or 1, times are ms since the epoch.

import type { Generated } from 'kysely'

/** A row of `domains`; times are ms since the epoch. */
export interface DomainTable {
  readonly id: string
  readonly name: string
  readonly created_at: number
}

/** A row of `projects`; times are ms since the epoch. */
export interface ProjectTable {
  readonly id: string
  readonly domain_id: string
  readonly name: string
  readonly created_at: number
  readonly description: string
}

/** A row of `users`; flags are 0 or 1, times are ms since the epoch. */
export interface UserTable {
  readonly id: string
  readonly domain_id: string
  readonly name: string
  readonly password_hash: string
  readonly password_version: number
  readonly is_owner: number
  readonly is_domain_admin: number
  readonly created_at: number
  readonly description: string
  readonly is_enabled: number
}

/** A row of `roles`. */
export interface RoleTable {
  readonly user_id: string
  readonly project_id: string
  readonly role: string
}

/** A row of `access_keys`; times are ms since the epoch. */
export interface AccessKeyTable {
  readonly access_key: string
  readonly user_id: string
  readonly sealed_secret: string
  readonly created_at: number
  readonly description: string
  readonly is_active: number
}

/** A row of `tokens`; times are ms since the epoch. */
export interface TokenTable {
  readonly hash: string
  readonly user_id: string
  readonly project_id: string | null
  readonly method: string
  readonly password_version: number
  readonly issued_at: number
  readonly expires_at: number
}

/** A row of `installation`. */
export interface InstallationTable {
  readonly name: string
  readonly value: number
}

/** A row of `vpcs`; `extend_cidrs` and `routes` are JSON, `enhanced_local_route` 0 or 1, times are ms since the epoch. */
export interface VpcTable {
  readonly id: string
  readonly project_id: string
  readonly name: string
  readonly cidr: string
  readonly extend_cidrs: string
  readonly description: string
  readonly routes: string
  readonly enhanced_local_route: number
  readonly created_at: number
  readonly updated_at: number
}

/** A row of `subnets`; `dns_list` and `dhcp_options` are JSON, `dhcp_enable` 0 or 1, times are ms since the epoch. */
export interface SubnetTable {
  readonly id: string
  readonly project_id: string
  readonly vpc_id: string
  readonly name: string
  readonly cidr: string
  readonly gateway_ip: string
  readonly description: string
  readonly dns_list: string
  readonly dhcp_enable: number
  readonly dhcp_options: string
  readonly availability_zone: string
  readonly neutron_subnet_id: string
  readonly created_at: number
  readonly updated_at: number
}

/** A row of `security_groups`; times are ms since the epoch. */
export interface SecurityGroupTable {
  readonly id: string
  readonly project_id: string
  readonly name: string
  readonly description: string
  readonly created_at: number
  readonly updated_at: number
}

/** A row of `security_group_rules`; null stands for all, times are ms since the epoch. */
export interface SecurityGroupRuleTable {
  readonly id: string
  readonly project_id: string
  readonly security_group_id: string
  readonly direction: string
  readonly ethertype: string
  readonly protocol: string | null
  readonly ports: string | null
  readonly remote_ip_prefix: string | null
  readonly remote_group_id: string | null
  readonly action: string
  readonly priority: number
  readonly description: string
  readonly created_at: number
  readonly updated_at: number
}

/** A row of `vpc_route_tables`; `is_default` is 0 or 1, `routes` JSON, times are ms since the epoch. */
export interface VpcRouteTableTable {
  readonly id: string
  readonly project_id: string
  readonly vpc_id: string
  readonly name: string
  readonly description: string
  readonly is_default: number
  readonly routes: string
  readonly created_at: number
  readonly updated_at: number
}

/** A row of `vpc_route_table_subnets`. */
export interface VpcRouteTableSubnetTable {
  readonly subnet_id: string
  readonly route_table_id: string
}

/** A row of `gateways`; `body` is JSON, times are ms since the epoch. */
export interface GatewayTable {
  readonly project_id: string
  readonly vpc_id: string
  readonly body: string
  readonly version: number
  readonly updated_at: number
}

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

/** A row of `audit`; `at` is ms since the epoch, ids grow. */
export interface AuditTable {
  readonly id: Generated<number>
  readonly at: number
  readonly kind: string
  readonly user_id: string
  readonly user_name: string
  readonly action: string
  readonly project_id: string
  readonly resource: string
  readonly outcome: string
  readonly request_id: string
  readonly address: string
}

/** A row of `quotas`. */
export interface QuotaTable {
  readonly project_id: string
  readonly kind: string
  readonly most: number
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

/** A row of `classic_exclusions`. */
export interface ClassicExclusionTable {
  readonly connection_id: string
  readonly queue_id: string
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

/** A row of `auth_infos`; times are ms since the epoch. */
export interface AuthInfoTable {
  readonly id: string
  readonly project_id: string
  readonly name: string
  readonly type: string
  readonly user_name: string
  readonly certificate_location: string
  readonly krb5_conf: string
  readonly keytab: string
  readonly truststore_location: string
  readonly keystore_location: string
  readonly sealed_secrets: string
  readonly allowed_addresses: string
  readonly owner_name: string
  readonly owner_id: string | null
  readonly created_at: number
  readonly updated_at: number
}

/** A row of `tags`. */
export interface TagTable {
  readonly resource_id: string
  readonly key: string
  readonly resource_kind: string
  readonly project_id: string
  readonly value: string
}

/** A row of `databases`; times are ms since the epoch. */
export interface DatabaseTable {
  readonly id: string
  readonly project_id: string
  readonly name: string
  readonly description: string
  readonly owner_name: string
  readonly owner_id: string | null
  readonly enterprise_project_id: string
  readonly created_at: number
}

/** A row of `source_tables`; `options`, `columns` and `properties` are JSON, times are ms since the epoch. */
export interface SourceTableTable {
  readonly id: string
  readonly database_id: string
  readonly name: string
  readonly using_kind: string
  readonly options: string
  readonly columns: string
  readonly sealed_credentials: string | null
  readonly comment: string
  readonly owner_name: string
  readonly owner_id: string | null
  readonly created_at: number
  readonly properties: string
}

/** A row of `views`; `tables` and `query_columns` are JSON. */
export interface ViewTable {
  readonly table_id: string
  readonly query: string
  readonly current_database: string
  readonly tables: string
  readonly query_columns: string
}

/** A bucket of the export directory and the project that exported to it first. */
export interface ExportBucketTable {
  readonly name: string
  readonly project_id: string
}

/** A row of `jobs`; `columns`, `tags`, `settings`, `export` and `import_order` are JSON, times are ms since the epoch. */
export interface JobTable {
  readonly id: string
  readonly project_id: string
  readonly queue_id: string
  readonly queue_name: string
  readonly type: string
  readonly mode: string
  readonly state: string
  readonly statement: string
  readonly sealed_sql: string | null
  readonly current_database: string
  readonly sent_database: string
  readonly table_name: string
  readonly time_limit_ms: number | null
  readonly tags: string
  readonly owner_name: string
  readonly owner_id: string | null
  readonly owner: string | null
  readonly message: string
  readonly started_at: number
  readonly ended_at: number | null
  readonly columns: string
  readonly result_rows: number
  readonly input_rows: number
  readonly input_bytes: number
  readonly progress: number
  readonly settings: string
  readonly export: string | null
  readonly import_order: string | null
  readonly output_bytes: number
  readonly cpu_ms: number
  readonly bad_rows: number
  readonly tasks: number
  readonly finished_tasks: number
}

/** A row of `job_crossings`; `crossings` is JSON. */
export interface JobCrossingsTable {
  readonly job_id: string
  readonly crossings: string
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

/** A row of `object_grants`; `privileges` is JSON. */
export interface ObjectGrantTable {
  readonly project_id: string
  readonly object_id: string
  readonly user_id: string
  readonly privileges: string
}

/** A row of `managed_tables`; `partition_columns` is JSON, times are ms since the epoch. */
export interface ManagedTableTable {
  readonly table_id: string
  readonly partition_columns: string
  readonly version: number
  readonly changed_at: number
}

/** A row of `table_files`; `partition_values` is JSON, times are ms since the epoch. */
export interface TableFileTable {
  readonly id: string
  readonly project_id: string
  readonly table_id: string
  readonly added_in: number
  readonly removed_in: number | null
  readonly partition_values: string
  readonly row_count: number
  readonly size_bytes: number
  readonly created_at: number
  readonly removed_at: number | null
  readonly column_count: number | null
}

/** The tables as Kysely sees them; names are those of the migrations. */
export interface Schema {
  readonly domains: DomainTable
  readonly projects: ProjectTable
  readonly users: UserTable
  readonly roles: RoleTable
  readonly access_keys: AccessKeyTable
  readonly tokens: TokenTable
  readonly installation: InstallationTable
  readonly object_grants: ObjectGrantTable
  readonly vpcs: VpcTable
  readonly subnets: SubnetTable
  readonly security_groups: SecurityGroupTable
  readonly security_group_rules: SecurityGroupRuleTable
  readonly vpc_route_tables: VpcRouteTableTable
  readonly vpc_route_table_subnets: VpcRouteTableSubnetTable
  readonly gateways: GatewayTable
  readonly queues: QueueTable
  readonly queue_properties: QueuePropertyTable
  readonly queue_grants: QueueGrantTable
  readonly queue_plans: QueuePlanTable
  readonly pools: PoolTable
  readonly quotas: QuotaTable
  readonly audit: AuditTable
  readonly pool_peerings: PoolPeeringTable
  readonly pool_scale_records: PoolScaleRecordTable
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
  readonly auth_infos: AuthInfoTable
  readonly tags: TagTable
  readonly databases: DatabaseTable
  readonly source_tables: SourceTableTable
  readonly views: ViewTable
  readonly managed_tables: ManagedTableTable
  readonly table_files: TableFileTable
  readonly jobs: JobTable
  readonly job_crossings: JobCrossingsTable
  readonly export_buckets: ExportBucketTable
}
