// huaweicloud_vpc_route_table: v1 throughout; subnets are taken in and let go by an action of their own.

import { type Block, blocksOf, difference, filled, hasChanged, textOf, textsOf } from './attributes.ts'
import type { Resource } from './lifecycle.ts'
import { type Attributes, computed, given } from './plan.ts'
import { isGone, type Provider } from './provider.ts'

/** The resource. */
export const routeTable: Resource = {
  schema: {
    vpc_id: given('string'),
    name: given('string'),
    description: given('string'),
    subnets: given({ set: 'string' }),
    route: computed({ set: { destination: 'string', type: 'string', nexthop: 'string', description: 'string' } }),
  },
  create,
  read,
  update,
  remove,
  importState: (id) => ({ id }),
}

/** Where route tables are listed and made. */
export const routeTables = 'v1/{project_id}/routetables'
const one = (id: unknown) => `${routeTables}/${String(id)}`
const shape = {
  routetable: {
    id: 'string',
    name: 'string',
    description: 'string',
    default: 'bool',
    vpc_id: 'string',
    tenant_id: 'string',
    routes: [{ type: 'string', destination: 'string', nexthop: 'string', description: 'string' }],
    subnets: [{ id: 'string' }],
  },
} as const

async function create(provider: Provider, configuration: Attributes): Promise<string> {
  const { vpc_id, name, description } = configuration
  const routes = blocksOf(configuration, 'route').map(described)
  const body = { routetable: filled({ vpc_id, name, description, routes }) }
  const { routetable: made } = await provider.read({ method: 'POST', path: routeTables, body }, shape)
  await act(provider, made.id, { associate: textsOf(configuration, 'subnets') })
  return made.id
}

async function act(provider: Provider, id: string, subnets: Readonly<Record<string, readonly string[]>>): Promise<void> {
  if (Object.values(subnets).every((ids) => ids.length === 0)) return
  await provider.read({ method: 'POST', path: `${one(id)}/action`, body: { routetable: { subnets } } }, shape)
}

/** The description of a route goes along even when it is empty. */
function described({ type = '', destination = '', nexthop = '', description = '' }: Block): Block {
  return { type, destination, nexthop, description }
}

async function read(provider: Provider, { id }: Attributes): Promise<Attributes | undefined> {
  const found = await provider.read({ method: 'GET', path: one(id) }, shape).catch((error: unknown) => {
    if (!isGone(error)) throw error
  })
  if (found === undefined) return undefined
  const { vpc_id, name, description, routes, subnets } = found.routetable
  return { vpc_id, name, description, route: routes.filter(({ type }) => type !== 'local'), subnets: subnets.map((member) => member.id) }
}

async function update(provider: Provider, before: Attributes, after: Attributes): Promise<void> {
  const id = textOf(before, 'id')
  const named = hasChanged(before, after, 'name', 'description') ? { name: after['name'], description: textOf(after, 'description') } : {}
  const routes = changedRoutes(blocksOf(before, 'route').map(described), blocksOf(after, 'route').map(described))
  const body = { ...named, ...(Object.keys(routes).length === 0 ? {} : { routes }) }
  if (Object.keys(body).length > 0)
    await provider.read({ method: 'PUT', path: one(id), body: { routetable: body }, statuses: [200] }, shape)
  const [old, wanted] = [textsOf(before, 'subnets'), textsOf(after, 'subnets')]
  await act(provider, id, { disassociate: difference(old, wanted) })
  await act(provider, id, { associate: difference(wanted, old) })
}

/** Routes to one destination that differ are changed, others go or come. */
function changedRoutes(before: readonly Block[], after: readonly Block[]): Readonly<Record<string, unknown>> {
  const [gone, come] = [difference(before, after), difference(after, before)]
  const isIn = (routes: readonly Block[]) => (route: Block) => routes.some(({ destination }) => destination === route['destination'])
  const bare = ({ type = '', destination = '', nexthop = '' }: Block) => ({ type, destination, nexthop })
  return filled({
    del: gone.filter((route) => !isIn(come)(route)).map(bare),
    add: come.filter((route) => !isIn(gone)(route)),
    mod: come.filter(isIn(gone)),
  })
}

async function remove(provider: Provider, state: Attributes): Promise<void> {
  await act(provider, textOf(state, 'id'), { disassociate: textsOf(state, 'subnets') })
  await provider.send({ method: 'DELETE', path: one(state['id']) })
}
