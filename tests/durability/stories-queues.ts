// Writes of compute: queues with their grants, plans, properties and tags, and elastic resource pools.

import type { Json, Writer } from './writer.ts'

const privileges = ['SUBMIT_JOB']

/** Makes a dedicated queue. @returns what its last write needs */
export async function createQueue(writer: Writer, name: string) {
  const found = (body: Json): Json => body.queues.find((queue: Json) => queue.queue_name === name)
  const same = { subject: `queue ${name}`, look: writer.reads('listQueues', {}, found) }
  const draft = { queue_name: name, cu_count: 16, resource_mode: 1, description: 'first' }
  await writer.write({ ...same, operation: 'createQueue', body: draft, shows: () => draft })
  const params = { queue_name: name }
  return { same, params, drop: () => writer.write({ ...same, operation: 'deleteQueue', params, shows: () => undefined }) }
}

/** A queue and everything that hangs on it. */
export async function queueStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const { same, params, drop } = await createQueue(writer, name)
  const scaled = { queue_name: name, cu_count: 32, description: 'first' }
  const scale = { action: 'scale_out', cu_count: 16 }
  await writer.write({ ...same, operation: 'actOnQueue', params, body: scale, shows: () => scaled })
  const range = { cidr_in_vpc: `172.${16 + writer.chance.below(14)}.${writer.chance.below(250)}.0/24` }
  await writer.write({ ...same, operation: 'changeQueueCidr', params, body: range, shows: () => ({ ...scaled, ...range }) })
  await grantWrites(writer, name)
  await planWrites(writer, name)
  await propertyWrites(writer, name)
  await tagWrites(writer, name)
  await drop()
}

async function grantWrites(writer: Writer, name: string): Promise<void> {
  const { userName } = writer.ground
  const granted = (body: Json): Json => body.privileges.find((grant: Json) => grant.user_name === userName)
  const look = writer.reads('listQueueUsers', { params: { queue_name: name } }, granted)
  const same = { operation: 'authorizeQueueUser', subject: `grant on ${name}`, look } as const
  const body = { queue_name: name, user_name: userName, privileges }
  await writer.write({ ...same, body: { ...body, action: 'grant' }, shows: () => ({ privileges, is_admin: false }) })
  await writer.write({ ...same, body: { ...body, action: 'revoke' }, shows: () => undefined })
}

async function planWrites(writer: Writer, name: string): Promise<void> {
  const params = { queue_name: name }
  const same = { subject: `plan of ${name}`, look: writer.reads('listQueuePlans', { params }, (body) => body.plans[0]), params }
  const draft = { plan_name: 'first', target_cu: 64, start_hour: 20, start_minute: 30, repeat_day: ['MONDAY'] }
  const changed = { ...draft, target_cu: 32, start_hour: 3 }
  const idOf = async (): Promise<string> => String((await writer.call('listQueuePlans', { params })).body.plans[0].id)
  await writer.write({ ...same, operation: 'createQueuePlan', body: draft, shows: () => draft })
  const plan = { ...params, plan_id: await idOf() }
  await writer.write({ ...same, operation: 'updateQueuePlan', params: plan, body: changed, shows: () => changed })
  await writer.write({ ...same, operation: 'deleteQueuePlan', params: plan, shows: () => undefined })
  await writer.write({ ...same, operation: 'createQueuePlan', body: draft, shows: () => draft })
  const body = { plan_ids: [Number(await idOf())] }
  await writer.write({ ...same, operation: 'deleteQueuePlans', body, shows: () => undefined })
}

async function propertyWrites(writer: Writer, name: string): Promise<void> {
  const params = { queue_name: name }
  const key = 'job.maxConcurrent'
  const same = {
    subject: `properties of ${name}`,
    look: writer.reads('listQueueProperties', { params }, (body) => body.properties[0]),
    params,
  }
  const set = (value: number) => ({ properties: { [key]: value } })
  const reads = (value: number) => () => ({ key, value: String(value) })
  await writer.write({ ...same, operation: 'createQueueProperties', body: set(10), shows: reads(10) })
  await writer.write({ ...same, operation: 'updateQueueProperties', body: set(11), shows: reads(11) })
  await writer.write({ ...same, operation: 'deleteQueueProperties', body: { keys: [key] }, shows: () => undefined })
}

async function tagWrites(writer: Writer, name: string): Promise<void> {
  const params = { resource_type: 'dli_queue', resource_id: name }
  const tag = { key: 'durable', value: 'yes' }
  const same = { subject: `tags of ${name}`, look: writer.reads('listResourceTags', { params }, (body) => body.tags[0]), params }
  await writer.write({ ...same, operation: 'createTags', body: { tags: [tag] }, shows: () => tag })
  await writer.write({ ...same, operation: 'deleteTags', body: { tags: [{ key: tag.key }] }, shows: () => undefined })
}

/** A pool that takes a queue in; the queue leaves by being deleted. */
export async function poolStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const found = (body: Json): Json => body.elastic_resource_pools.find((pool: Json) => pool.elastic_resource_pool_name === name)
  const look = writer.reads('listPools', { query: { name, limit: 1000 } }, found)
  const same = { subject: `pool ${name}`, look }
  const draft = { elastic_resource_pool_name: name, min_cu: 64, max_cu: 128, cidr_in_vpc: '172.30.0.0/18', description: 'first' }
  await writer.write({ ...same, operation: 'createPool', body: draft, shows: () => draft })
  const params = { name }
  const changed = { ...draft, description: 'second' }
  await writer.write({ ...same, operation: 'updatePool', params, body: { description: 'second' }, shows: () => changed })
  await memberWrites(writer, name)
  await writer.write({ ...same, operation: 'deletePool', params, shows: () => undefined })
}

/** One look at both lists: a queue that has gone from one of them alone is half a write. */
async function memberWrites(writer: Writer, pool: string): Promise<void> {
  const name = writer.fresh()
  const named = (body: Json): Json => body.queues.find((queue: Json) => queue.queue_name === name)
  const inProject = writer.reads('listQueues', {}, named)
  const inPool = writer.reads('listPoolQueues', { params: { name: pool } }, named)
  const look = async () => {
    const [queue, member] = [await inProject(), await inPool()]
    const policies = member?.['queue_scaling_policies']
    return queue === undefined && member === undefined
      ? undefined
      : { queue: queue?.['queue_name'], pooled: member !== undefined, policies }
  }
  const same = { subject: `member ${name}`, look }
  const params = { name: pool, queue_name: name }
  const draft = { queue_name: name, cu_count: 16, resource_mode: 1 }
  const policy = { priority: 1, impact_start_time: '00:00', impact_stop_time: '24:00', min_cu: 16, max_cu: 64 }
  const policies = [{ ...policy, inherit_elastic_resource_pool_max_cu: false }]
  await writer.write({ ...same, operation: 'createQueue', body: draft, shows: () => ({ queue: name, pooled: false }) })
  await writer.write({
    ...same,
    operation: 'addPoolQueue',
    params,
    body: { queue_name: name },
    shows: () => ({ queue: name, pooled: true }),
  })
  const body = { queue_scaling_policies: policies }
  await writer.write({ ...same, operation: 'putPoolQueuePolicies', params, body, shows: () => ({ queue: name, pooled: true, policies }) })
  await writer.write({ ...same, operation: 'deleteQueue', params, shows: () => undefined })
}
