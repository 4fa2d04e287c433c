// Writes of paths: enhanced connections with their hosts, routes and bindings, classic connections, connectivity tests.

import { createQueue } from './stories-queues.ts'
import type { Json, Writer } from './writer.ts'

/** A connection is one write of many parts: itself, its hosts, a peering per queue; one look reads them all. */
export async function connectionStory(writer: Writer): Promise<void> {
  const { vpcId, subnetId } = writer.ground
  const queue = await createQueue(writer, writer.fresh())
  const bound = queue.params.queue_name
  const name = writer.fresh()
  const found = (body: Json): Json => body.connections.find((connection: Json) => connection.name === name)
  const list = writer.reads('listConnections', { query: { name } }, found)
  const look = async () => {
    const seen: Json = await list()
    return seen === undefined ? undefined : { ...seen, hosts: hostsOf(seen), queues: queuesOf(seen), routes: namesOf(seen.routes) }
  }
  const same = { subject: `connection ${name}`, look }
  const first = [{ name: 'orders-db', ip: '10.71.0.5' }]
  const second = [{ name: 'orders-db', ip: '10.71.0.6' }]
  const whole = { name, dest_vpc_id: vpcId, dest_network_id: subnetId, hosts: first, queues: [bound] }
  const draft = { name, dest_vpc_id: vpcId, dest_network_id: subnetId, hosts: first, queues: [bound] }
  const { connection_id } = await writer.write({
    ...same,
    operation: 'createConnection',
    body: draft,
    shows: (answer) => ({ ...whole, ...(answer && { id: answer.connection_id }) }),
  })
  const params = { connection_id: connection_id as string }
  const body = { queues: [bound] }
  const rehosted = { ...whole, hosts: second }
  await writer.write({ ...same, operation: 'replaceHosts', params, body: { hosts: second }, shows: () => rehosted })
  const route = { name: 'office', cidr: `10.${200 + writer.chance.below(50)}.${writer.chance.below(250)}.0/24` }
  await writer.write({ ...same, operation: 'createRoute', params, body: route, shows: () => ({ ...rehosted, routes: ['office'] }) })
  const unrouted = { ...rehosted, routes: [] }
  await writer.write({ ...same, operation: 'deleteRoute', params: { ...params, name: 'office' }, shows: () => unrouted })
  await writer.write({ ...same, operation: 'disassociateQueue', params, body, shows: () => ({ ...unrouted, queues: [] }) })
  await writer.write({ ...same, operation: 'associateQueue', params, body, shows: () => unrouted })
  await writer.write({ ...same, operation: 'deleteConnection', params, shows: () => undefined })
  await queue.drop()
}

const namesOf = (members: Json): Json => (members ?? []).map((member: Json) => member.name)
const queuesOf = (seen: Json): Json => namesOf(seen.available_queue_info)
const hostsOf = (seen: Json): Json => seen.hosts?.map(({ name, ip }: Json) => ({ name, ip }))

/** A classic connection that one queue uses; its group is unknown at first, so that it fails and can be reactivated. */
export async function classicStory(writer: Writer): Promise<void> {
  const { subnetId, securityGroupId } = writer.ground
  const queue = await createQueue(writer, writer.fresh())
  const bound = queue.params.queue_name
  const name = writer.fresh()
  const found = (body: Json): Json =>
    body.connections.find((connection: Json) => connection.name === name && connection.state !== 'DELETED')
  const list = writer.reads('listClassicConnections', {}, found)
  const look = async () => {
    const seen: Json = await list()
    return seen === undefined ? undefined : { ...seen, queues: queuesOf(seen) }
  }
  const same = { subject: `classic ${name}`, look }
  const draft = {
    name,
    service: 'rds',
    security_group_id: securityGroupId,
    network_id: subnetId,
    url: '10.71.0.5:5432',
    cluster_name: bound,
  }
  const whole = { name, destination: '10.71.0.5:5432', cluster_name: bound }
  const { connection_id } = await writer.write({
    ...same,
    operation: 'createClassicConnection',
    body: draft,
    shows: (answer) => ({ ...whole, ...(answer && { connection_id: answer.connection_id }) }),
  })
  const params = { connection_id: connection_id as string }
  const body = { queues: [bound] }
  await writer.write({ ...same, operation: 'disassociateClassicQueue', params, body, shows: () => ({ ...whole, queues: [] }) })
  await writer.write({ ...same, operation: 'associateClassicQueue', params, body, shows: () => ({ ...whole, queues: [bound] }) })
  await writer.write({ ...same, operation: 'deleteClassicConnection', params, shows: () => undefined })
  await queue.drop()
}

/** A connection into a subnet that does not exist fails; when it is reactivated it is still there, and fails again. */
export async function reactivationStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const found = (body: Json): Json =>
    body.connections.find((connection: Json) => connection.name === name && connection.state !== 'DELETED')
  const same = { subject: `classic ${name}`, look: writer.reads('listClassicConnections', {}, found) }
  const draft = {
    name,
    service: 'rds',
    security_group_id: writer.ground.securityGroupId,
    network_id: `missing-${name}`,
    url: '10.71.0.5:5432',
    cluster_name: 'kept',
  }
  const made = await writer.write({ ...same, operation: 'createClassicConnection', body: draft, shows: () => ({ name }) })
  const params = { connection_id: made.connection_id as string }
  await writer.write({ ...same, operation: 'reactivateClassicConnection', params, body: {}, shows: () => ({ name }) })
  await writer.write({ ...same, operation: 'deleteClassicConnection', params, shows: () => undefined })
}

/** A test that was acknowledged is told of for a day, and ends, also when the server was killed while it ran. */
export async function connectionTestStory(writer: Writer): Promise<void> {
  const queue = await createQueue(writer, writer.fresh())
  const subject = `test on ${queue.params.queue_name}`
  const answer = await writer.call('createConnectionTest', { params: queue.params, body: { address: '10.71.0.5:5432' } })
  if (answer.status === 200) {
    const look = writer.reads('getConnectionTest', { params: { ...queue.params, task_id: String(answer.body.task_id) } })
    writer.ledger.acknowledge({ operation: 'createConnectionTest', subject, look, expected: { is_success: true } })
  }
}
