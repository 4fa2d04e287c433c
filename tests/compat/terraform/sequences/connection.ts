// huaweicloud_dli_datasource_connection: one create, one more call for each route, no wait for a peering; changed by differences alone.

import { blocksOf, difference, filled, hasChanged, textOf, textsOf, tagsOf } from './attributes.ts'
import type { Resource } from './lifecycle.ts'
import { type Attributes, computed, given } from './plan.ts'
import { isGone, type Provider } from './provider.ts'

/** The resource. */
export const connection: Resource = {
  schema: {
    name: given('string'),
    vpc_id: given('string'),
    subnet_id: given('string'),
    route_table_id: computed('string'),
    queues: computed({ set: 'string' }),
    hosts: computed({ list: { name: 'string', ip: 'string' } }),
    routes: computed({ set: { name: 'string', cidr: 'string' } }),
    tags: computed('map'),
    status: computed('string'),
  },
  create,
  read,
  update,
  remove,
  importState: (id) => ({ id }),
}

/** Where enhanced connections are listed and made. */
export const connections = 'v2.0/{project_id}/datasource/enhanced-connections'
const one = (id: unknown) => `${connections}/${String(id)}`

async function create(provider: Provider, configuration: Attributes): Promise<string> {
  const { name, vpc_id: dest_vpc_id, subnet_id: dest_network_id, route_table_id: routetable_id } = configuration
  const chosen = filled({ name, dest_vpc_id, dest_network_id, routetable_id, hosts: configuration['hosts'] })
  // No queue is an empty list, no tag is a null.
  const body = { ...chosen, queues: textsOf(configuration, 'queues'), tags: tagsOf(configuration) ?? null }
  const call = { method: 'POST', path: connections, body, statuses: [201] } as const
  const made = await provider.read(call, { is_success: 'bool', message: 'string', connection_id: 'string' })
  if (!made.is_success || made.connection_id === '') throw new Error(`no connection was made: ${made.message}`)
  await addRoutes(provider, made.connection_id, blocksOf(configuration, 'routes'))
  return made.connection_id
}

async function addRoutes(provider: Provider, id: string, routes: readonly object[]): Promise<void> {
  for (const route of routes) await provider.tell({ method: 'POST', path: `${one(id)}/routes`, body: { ...route }, statuses: [200] })
}

/** What the provider looks at in a connection. */
export const connectionShape = {
  is_success: 'bool',
  id: 'string',
  name: 'string',
  dest_vpc_id: 'string',
  dest_network_id: 'string',
  available_queue_info: [{ name: 'string', peer_id: 'string', status: 'string', err_msg: 'string', update_time: 'int' }],
  elastic_resource_pools: [{ name: 'string', peer_id: 'string', status: 'string', err_msg: 'string', update_time: 'int' }],
  hosts: [{ name: 'string', ip: 'string' }],
  routes: [{ name: 'string', cidr: 'string' }],
  isPrivis: 'bool',
  status: 'string',
  create_time: 'int',
} as const

async function read(provider: Provider, { id }: Attributes): Promise<Attributes | undefined> {
  const found = await provider.read({ method: 'GET', path: one(id) }, connectionShape).catch((error: unknown) => {
    if (!isGone(error)) throw error
  })
  if (found === undefined || found.status === 'DELETED') return undefined
  const { name, dest_vpc_id: vpc_id, dest_network_id: subnet_id, hosts, routes, status } = found
  return { name, vpc_id, subnet_id, queues: found.available_queue_info.map((peering) => peering.name), hosts, routes, status }
}

async function update(provider: Provider, before: Attributes, after: Attributes): Promise<void> {
  const id = textOf(before, 'id')
  // Without hosts the body is an empty object, and that clears them.
  if (hasChanged(before, after, 'hosts'))
    await provider.tell({ method: 'PUT', path: one(id), body: filled({ hosts: after['hosts'] }), statuses: [200] })
  await bind(provider, id, { name: 'associate', queues: difference(textsOf(after, 'queues'), textsOf(before, 'queues')) })
  await bind(provider, id, { name: 'disassociate', queues: difference(textsOf(before, 'queues'), textsOf(after, 'queues')) })
  const [old, wanted] = [blocksOf(before, 'routes'), blocksOf(after, 'routes')]
  await addRoutes(provider, id, difference(wanted, old))
  for (const { name } of difference(old, wanted))
    await provider.tell({ method: 'DELETE', path: `${one(id)}/routes/${String(name)}`, statuses: [200] })
}

async function bind(provider: Provider, id: string, { name, queues }: { name: string; queues: readonly string[] }): Promise<void> {
  if (queues.length === 0) return
  await provider.tell({ method: 'POST', path: `${one(id)}/${name}-queue`, body: { queues }, statuses: [200] })
}

async function remove(provider: Provider, { id }: Attributes): Promise<void> {
  await provider.tell({ method: 'DELETE', path: one(id), statuses: [200] })
}
