// huaweicloud_dli_queue: four minutes of sleep after the create, then its range, policies and properties; read from lists alone.

import { type Block, blocksOf, filled, hasChanged, numberOf, textOf, tagsOf } from './attributes.ts'
import { decode } from './decode.ts'
import type { Resource } from './lifecycle.ts'
import { readAllByOffset } from './pager.ts'
import { type Attributes, computed, given } from './plan.ts'
import type { Provider } from './provider.ts'

/** The resource. */
export const queue: Resource = {
  schema: {
    elastic_resource_pool_name: computed('string'),
    resource_mode: computed('int'),
    name: given('string'),
    queue_type: given('string'),
    description: computed('string'),
    cu_count: given('int'),
    enterprise_project_id: computed('string'),
    platform: given('string'),
    feature: given('string'),
    tags: computed('map'),
    scaling_policies: computed({
      set: { priority: 'int', impact_start_time: 'string', impact_stop_time: 'string', min_cu: 'int', max_cu: 'int' },
    }),
    spark_driver: given({ list: { max_instance: 'int', max_concurrent: 'int', max_prefetch_instance: 'string' } }),
    create_time: computed('int'),
    owner: computed('string'),
    resource_id: computed('string'),
    vpc_cidr: computed('string'),
  },
  create,
  read,
  update,
  remove,
  importState,
}

/** What Terraform fills in where a configuration does not say. */
export const queueDefaults = { queue_type: 'sql', platform: 'x86_64' } as const

const all = 'v1.0/{project_id}/queues'
const policy = { priority: 'int', impact_start_time: 'string', impact_stop_time: 'string', min_cu: 'int', max_cu: 'int' } as const
const item = {
  queue_name: 'string',
  description: 'string',
  owner: 'string',
  create_time: 'int',
  queue_type: 'string',
  cu_count: 'int',
  charging_mode: 'int',
  resource_id: 'string',
  enterprise_project_id: 'string',
  cidr_in_vpc: 'string',
  cidr_in_mgntsubnet: 'string',
  cidr_in_subnet: 'string',
  resource_mode: 'int',
  platform: 'string',
  is_restarting: 'bool',
  feature: 'string',
  queue_resource_type: 'string',
  elastic_resource_pool_name: 'string',
} as const

async function create(provider: Provider, configuration: Attributes): Promise<string> {
  const { name: queue_name, queue_type, description, cu_count, enterprise_project_id, platform, feature } = configuration
  const chosen = { queue_name, queue_type, description, cu_count, enterprise_project_id, platform, feature, tags: tagsOf(configuration) }
  const elastic_resource_pool_name = textOf(configuration, 'elastic_resource_pool_name')
  const body = { ...filled({ ...chosen, elastic_resource_pool_name }), resource_mode: numberOf(configuration, 'resource_mode') }
  await provider.send({ method: 'POST', path: all, body, statuses: [200] })
  await provider.pause(4 * 60_000)
  if (textOf(configuration, 'vpc_cidr') !== '') await setRange(provider, configuration)
  if (blocksOf(configuration, 'scaling_policies').length > 0) await setPolicies(provider, configuration)
  if (blocksOf(configuration, 'spark_driver').length > 0) await setDriver(provider, configuration)
  return textOf(configuration, 'name')
}

async function setRange(provider: Provider, attributes: Attributes): Promise<void> {
  const path = `${all}/${textOf(attributes, 'name')}`
  await provider.tell({ method: 'PUT', path, body: { cidr_in_vpc: textOf(attributes, 'vpc_cidr') } })
}

async function setPolicies(provider: Provider, attributes: Attributes): Promise<void> {
  const path = `${poolQueues(attributes)}/${textOf(attributes, 'name')}`
  await provider.tell({ method: 'PUT', path, body: { queue_scaling_policies: blocksOf(attributes, 'scaling_policies') } })
}

function poolQueues(attributes: Attributes): string {
  return `v3/{project_id}/elastic-resource-pools/${textOf(attributes, 'elastic_resource_pool_name')}/queues`
}

function propertiesOf(attributes: Attributes): string {
  return `v3/{project_id}/queues/${textOf(attributes, 'name')}/properties`
}

async function setDriver(provider: Provider, attributes: Attributes): Promise<void> {
  const { max_instance, max_concurrent, max_prefetch_instance: prefetch = '' } = driverOf(attributes)
  const properties = {
    ...filled({ 'computeEngine.maxInstance': max_instance, 'job.maxConcurrent': max_concurrent }),
    ...(prefetch === '' ? {} : { 'computeEngine.maxPrefetchInstance': Number(prefetch) }),
  }
  await provider.tell({ method: 'PUT', path: propertiesOf(attributes), body: { properties } })
}

function driverOf(attributes: Attributes): Block {
  return blocksOf(attributes, 'spark_driver')[0] ?? {}
}

async function read(provider: Provider, state: Attributes): Promise<Attributes | undefined> {
  const type = textOf(state, 'queue_type')
  const call = { method: 'GET', path: type === '' ? all : `${all}?queue_type=${type}`, statuses: [200] } as const
  const listed = await provider.read(call, { is_success: 'bool', message: 'string', queues: [item] })
  if (!listed.is_success) throw new Error(listed.message)
  const found = listed.queues.find(({ queue_name }) => queue_name === state['name'])
  if (found === undefined) return undefined
  const { queue_name: name, queue_type, description, cu_count, enterprise_project_id, platform, resource_mode, feature } = found
  const { create_time, owner, resource_id, cidr_in_vpc: vpc_cidr, elastic_resource_pool_name } = found
  const shown = { name, queue_type, description, cu_count, enterprise_project_id, platform, resource_mode, feature }
  const settled = { id: resource_id, create_time, owner, resource_id, vpc_cidr, elastic_resource_pool_name }
  const policies = elastic_resource_pool_name === '' ? {} : { scaling_policies: await readPolicies(provider, { ...shown, ...settled }) }
  return { ...shown, ...settled, ...policies, spark_driver: await readDriver(provider, state) }
}

async function readPolicies(provider: Provider, state: Attributes): Promise<unknown> {
  const path = `${poolQueues(state)}?limit=100&queue_name=${textOf(state, 'name')}`
  const shape = [{ queue_name: 'string', queue_scaling_policies: [policy], create_time: 'int' }] as const
  const found = decode(shape, await readAllByOffset(provider, path)).find(({ queue_name }) => queue_name === state['name'])
  if (found === undefined) throw new Error('the pool does not list the queue')
  return found.queue_scaling_policies
}

/** Nothing is set when the service names none of the three. */
async function readDriver(provider: Provider, state: Attributes): Promise<unknown> {
  const listed = decode([{ key: 'string', value: 'string' }], await readAllByOffset(provider, propertiesOf(state)))
  const values = new Map(listed.map(({ key, value }) => [key, value]))
  const number = (key: string) => (values.has(key) ? Number(values.get(key)) : undefined)
  const [max_instance, max_concurrent] = [number('computeEngine.maxInstance'), number('job.maxConcurrent')]
  const driver = filled({ max_instance, max_concurrent, max_prefetch_instance: values.get('computeEngine.maxPrefetchInstance') })
  return Object.keys(driver).length === 0 ? [] : [driver]
}

async function update(provider: Provider, before: Attributes, after: Attributes): Promise<void> {
  if (hasChanged(before, after, 'cu_count')) await scale(provider, before, after)
  if (hasChanged(before, after, 'vpc_cidr')) await setRange(provider, after)
  if (hasChanged(before, after, 'elastic_resource_pool_name'))
    await provider.tell({ method: 'POST', path: poolQueues(after), body: { queue_name: after['name'] } })
  if (hasChanged(before, after, 'scaling_policies')) await setPolicies(provider, after)
  if (hasChanged(before, after, 'spark_driver')) await changeDriver(provider, after)
}

async function scale(provider: Provider, before: Attributes, after: Attributes): Promise<void> {
  const path = `${all}/${textOf(after, 'name')}`
  const change = numberOf(after, 'cu_count') - numberOf(before, 'cu_count')
  const body = { action: change > 0 ? 'scale_out' : 'scale_in', cu_count: Math.abs(change) }
  await provider.send({ method: 'PUT', path: `${path}/action`, body, statuses: [200] })
  const shape = { queueName: 'string', queueType: 'string', cuCount: 'int', chargingMode: 'int', resource_type: 'string' } as const
  await provider.poll({ firstMs: 30_000, nextMs: 20_000 }, async () => {
    const { cuCount } = await provider.read({ method: 'GET', path, statuses: [200] }, shape)
    return cuCount === after['cu_count'] ? cuCount : undefined
  })
}

/** What is no longer named is deleted first; then, where anything is left, everything is set. */
async function changeDriver(provider: Provider, after: Attributes): Promise<void> {
  const { max_instance = 0, max_concurrent = 0, max_prefetch_instance = '' } = driverOf(after)
  const keys = [
    ...(max_instance === 0 ? ['computeEngine.maxInstance'] : []),
    ...(max_concurrent === 0 ? ['job.maxConcurrent'] : []),
    ...(max_prefetch_instance === '' ? ['computeEngine.maxPrefetchInstance'] : []),
  ]
  if (keys.length > 0) await provider.tell({ method: 'DELETE', path: propertiesOf(after), body: { keys } })
  if (((await readDriver(provider, after)) as readonly unknown[]).length > 0) await setDriver(provider, after)
}

async function remove(provider: Provider, state: Attributes): Promise<void> {
  await provider.send({ method: 'DELETE', path: `${all}/${textOf(state, 'name')}`, statuses: [200] })
}

/** `<queue_type>/<name>`, or the name alone. */
function importState(id: string): Attributes {
  const [type, name] = id.split('/')
  return name === undefined ? { name: type } : { queue_type: type, name }
}
