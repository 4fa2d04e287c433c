// The networks of the users: VPCs, subnets, security groups, route tables and gateways.

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

/** Their names in the database. */
export interface VpcSchema {
  readonly vpcs: VpcTable
  readonly subnets: SubnetTable
  readonly security_groups: SecurityGroupTable
  readonly security_group_rules: SecurityGroupRuleTable
  readonly vpc_route_tables: VpcRouteTableTable
  readonly vpc_route_table_subnets: VpcRouteTableSubnetTable
  readonly gateways: GatewayTable
}
