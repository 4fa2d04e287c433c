// huaweicloud_dli_elastic_resource_pool: there is no call that reads one, so every look is a walk through the whole list.

import { filled, textOf, tagsOf } from './attributes.ts'
import type { Resource } from './lifecycle.ts'
import { type Attributes, computed, given } from './plan.ts'
import { type Decoded } from './decode.ts'
import { isGone, type Provider } from './provider.ts'

/** The resource. */
export const pool: Resource = {
  schema: {
    name: { ...given('string'), ignoresCase: true },
    max_cu: given('int'),
    min_cu: given('int'),
    description: given('string'),
    cidr: computed('string'),
    enterprise_project_id: computed('string'),
    tags: computed('map'),
    label: given('map'),
    charging_mode: computed('string'),
    status: computed('string'),
    current_cu: computed('int'),
    actual_cu: computed('int'),
    prepay_cu: computed('int'),
    created_at: computed('string'),
  },
  create,
  read,
  update,
  remove,
  importState: (name) => ({ name }),
}

const all = 'v3/{project_id}/elastic-resource-pools'
const item = {
  elastic_resource_pool_name: 'string',
  resource_id: 'string',
  max_cu: 'int',
  min_cu: 'int',
  description: 'string',
  cidr_in_vpc: 'string',
  enterprise_project_id: 'string',
  label: { '*': 'string' },
  charging_mode: 'int',
  status: 'string',
  current_cu: 'int',
  actual_cu: 'int',
  prepay_cu: 'int',
  create_time: 'int',
} as const
const chargingModes: Readonly<Record<number, string>> = { 1: 'postPaid', 2: 'prePaid' }

/** The pool of a name in any case; `undefined` when there is none. */
async function find(provider: Provider, name: string): Promise<Decoded<typeof item> | undefined> {
  const pools: Decoded<typeof item>[] = []
  for (;;) {
    const call = { method: 'GET', path: `${all}?offset=${pools.length}&limit=100`, statuses: [200] } as const
    const page = await provider.read(call, { is_success: 'bool', elastic_resource_pools: [item] })
    if (!page.is_success) throw new Error('the pools cannot be listed')
    if (page.elastic_resource_pools.length === 0) break
    pools.push(...page.elastic_resource_pools)
  }
  return pools.find((found) => found.elastic_resource_pool_name === name.toLowerCase())
}

async function create(provider: Provider, configuration: Attributes): Promise<string> {
  const { name, description, cidr: cidr_in_vpc, enterprise_project_id, label, max_cu, min_cu } = configuration
  const chosen = filled({ description, cidr_in_vpc, enterprise_project_id, label, tags: tagsOf(configuration) })
  const call = { method: 'POST', path: all, body: { elastic_resource_pool_name: name, max_cu, min_cu, ...chosen } } as const
  const made = await provider.read(call, { is_success: 'bool', elastic_resource_pool_name: 'string' })
  const found = await find(provider, made.elastic_resource_pool_name)
  if (!made.is_success || found === undefined) throw new Error('the pool was not made')
  await settled(provider, textOf(configuration, 'name'))
  return found.resource_id
}

async function settled(provider: Provider, name: string): Promise<void> {
  await provider.poll({ firstMs: 10_000, nextMs: 20_000 }, async () => {
    const found = await find(provider, name)
    if (found === undefined || found.status === 'FAILED') throw new Error(`the pool ${name} failed`)
    return found.status === 'AVAILABLE' ? found : undefined
  })
}

async function read(provider: Provider, state: Attributes): Promise<Attributes | undefined> {
  const found = await find(provider, textOf(state, 'name'))
  if (found === undefined) return undefined
  const { elastic_resource_pool_name: name, resource_id: id, cidr_in_vpc: cidr, charging_mode, create_time, ...shown } = found
  return { ...shown, id, name, cidr, charging_mode: chargingModes[charging_mode], created_at: new Date(create_time).toISOString() }
}

async function update(provider: Provider, before: Attributes, after: Attributes): Promise<void> {
  const name = textOf(before, 'name')
  const body = { description: textOf(after, 'description'), max_cu: after['max_cu'], min_cu: after['min_cu'] }
  await provider.tell({ method: 'PUT', path: `${all}/${name}`, body })
  await settled(provider, name)
}

async function remove(provider: Provider, state: Attributes): Promise<void> {
  const name = textOf(state, 'name')
  await provider.tell({ method: 'DELETE', path: `${all}/${name}` }).catch((error: unknown) => {
    if (!isGone(error, 'DLI.0002')) throw error
  })
  await provider.poll({ firstMs: 10_000, nextMs: 10_000 }, async () => ((await find(provider, name)) === undefined ? true : undefined))
}
