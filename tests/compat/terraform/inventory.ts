// What a project holds, as its lists tell: to see that everything was made, and that nothing is left.

import type { Api } from '../../../examples/quickstart/api.ts'

/** Names or ids by kind of resource, sorted. */
export type Inventory = Readonly<Record<string, readonly string[]>>

// Kind, path below the version with the project left out, the member of the answer that is the list, and what names an item.
const lists: readonly (readonly [kind: string, version: string, path: string, member: string, name: string])[] = [
  ['VPCs', 'v1', 'vpcs', 'vpcs', 'name'],
  ['subnets', 'v1', 'subnets', 'subnets', 'name'],
  ['route tables', 'v1', 'routetables', 'routetables', 'name'],
  ['security groups', 'v1', 'security-groups', 'security_groups', 'name'],
  ['security group rules', 'v3', 'vpc/security-group-rules', 'security_group_rules', 'id'],
  ['elastic resource pools', 'v3', 'elastic-resource-pools', 'elastic_resource_pools', 'elastic_resource_pool_name'],
  ['queues', 'v1.0', 'queues?queue_type=all', 'queues', 'queue_name'],
  ['enhanced connections', 'v2.0', 'datasource/enhanced-connections?limit=0', 'connections', 'name'],
  ['auth-infos', 'v3', 'datasource/auth-infos', 'auth_infos', 'auth_info_name'],
  ['databases', 'v1.0', 'databases', 'databases', 'database_name'],
]

/** Reads every list. @throws {Error} when one is refused or is no list */
export async function takeInventory(api: Api, project: string): Promise<Inventory> {
  const entries: [string, readonly string[]][] = []
  for (const [kind, version, path, member, name] of lists) {
    const items = (await api.get(`/${version}/${project}/${path}`))[member]
    if (!Array.isArray(items)) throw new Error(`the list of ${kind} holds no ${member}`)
    entries.push([kind, items.map((item: Record<string, unknown>) => String(item[name])).sort()])
  }
  return Object.fromEntries(entries)
}

/** The items of `after` that `before` had not, kind by kind; kinds without any are left out. */
export function added(before: Inventory, after: Inventory): Inventory {
  const more = Object.entries(after).map(([kind, names]) => [kind, names.filter((name) => !before[kind]?.includes(name))] as const)
  return Object.fromEntries(more.filter(([, names]) => names.length > 0))
}

/** How many kinds of resource an inventory asks for. */
export const kinds = lists.length
