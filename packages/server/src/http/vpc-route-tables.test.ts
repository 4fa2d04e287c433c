// Route tables of VPCs and peerings of datasource connections over HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type Received, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const refusal = ({ status, body }: Received) => [status, body.code]

async function createNetwork(name: string, block: string): Promise<{ readonly vpc_id: string; readonly subnet_id: string }> {
  const vpc_id = (await server.ask('createVpc', { body: { vpc: { name, cidr: `${block}.0.0/16` } } })).body.vpc.id
  const subnet = { name, cidr: `${block}.0.0/24`, gateway_ip: `${block}.0.1`, vpc_id }
  return { vpc_id, subnet_id: (await server.ask('createSubnet', { body: { subnet } })).body.subnet.id }
}

async function list(query: Record<string, string | number>) {
  return (await server.ask('listRouteTables', { query })).body.routetables
}

const ids = (tables: readonly { readonly id: string }[]) => tables.map(({ id }) => id)

describe('route tables', () => {
  it('a route table is created, changed, joined by a subnet and deleted', async () => {
    const { vpc_id, subnet_id } = await createNetwork('sales', '10.71')
    const [first, ...others] = await list({ vpc_id })
    expect(others).toEqual([])
    expect(first).toMatchObject({ name: 'rtb-sales', default: true, tenant_id: publishedProject, subnets: [{ id: subnet_id }] })
    expect(first.routes).toEqual([{ type: 'local', destination: '10.71.0.0/24', nexthop: '-', description: '' }])
    const route = { type: 'ecs', destination: '10.9.0.0/16', nexthop: 'server-1', description: 'd' }
    const option = { name: 'own', vpc_id, description: 'd', routes: [route] }
    const created = (await server.ask('createRouteTable', { body: { routetable: option } })).body.routetable
    expect(created).toMatchObject({ name: 'own', vpc_id, description: 'd', default: false, subnets: [] })
    const params = { routetable_id: created.id }
    await walkRoutes(params, route)
    const move = async (subnets: object) => server.ask('moveSubnets', { params, body: { routetable: { subnets } } })
    expect((await move({ associate: [subnet_id] })).body.routetable.subnets).toEqual([{ id: subnet_id }])
    expect(ids(await list({ subnet_id }))).toEqual([created.id])
    expect((await server.ask('getRouteTable', { params: { routetable_id: first.id } })).body.routetable.subnets).toEqual([])
    expect(refusal(await server.ask('deleteRouteTable', { params }))).toEqual([409, 'VPC.0104'])
    expect((await move({ disassociate: [subnet_id] })).body.routetable.subnets).toEqual([])
    expect(ids(await list({ subnet_id }))).toEqual([first.id])
    await server.ask('deleteSubnet', { params: { vpc_id, subnet_id } })
    expect(refusal(await server.ask('deleteVpc', { params: { vpc_id } }))).toEqual([409, 'VPC.0120'])
    expect((await server.ask('deleteRouteTable', { params })).status).toBe(204)
    expect(refusal(await server.ask('getRouteTable', { params }))).toEqual([404, 'VPC.0003'])
    expect(refusal(await server.ask('deleteRouteTable', { params: { routetable_id: first.id } }))).toEqual([409, 'VPC.0104'])
    expect((await server.ask('deleteVpc', { params: { vpc_id } })).status).toBe(204)
    expect(await list({ vpc_id })).toEqual([])
  })

  it('the list goes on behind a marker, and a subnet joins tables of its own VPC alone', async () => {
    const [one, other] = [await createNetwork('one', '10.73'), await createNetwork('other', '10.74')]
    const everything = ids(await list({}))
    expect(everything.length).toBeGreaterThanOrEqual(2)
    const seen: string[] = []
    for (let page = ids(await list({ limit: 1 })); page.length > 0; page = ids(await list({ limit: 1, marker: seen.at(-1) as string }))) {
      seen.push(...page)
    }
    expect(seen).toEqual(everything)
    const [table] = await list({ vpc_id: one.vpc_id })
    const params = { routetable_id: table.id }
    const associate = (id: string) => server.ask('moveSubnets', { params, body: { routetable: { subnets: { associate: [id] } } } })
    expect(refusal(await associate(other.subnet_id))).toEqual([400, 'VPC.0101'])
    expect(refusal(await associate('none'))).toEqual([404, 'VPC.0202'])
    expect((await associate(one.subnet_id)).body.routetable.subnets).toEqual([{ id: one.subnet_id }])
    const missing = await server.ask('createRouteTable', { body: { routetable: { name: 't', vpc_id: 'none' } } })
    expect(refusal(missing)).toEqual([404, 'VPC.0105'])
  })
})

describe('peerings', () => {
  it('a datasource peering shows as a peering and as a route of its VPC', async () => {
    const { vpc_id, subnet_id } = await createNetwork('peered', '10.75')
    const queue = await server.ask('createQueue', { body: { queue_name: 'peered', cu_count: 16, resource_mode: 1 } })
    expect(queue.status).toBe(200)
    const body = { name: 'toPeered', dest_vpc_id: vpc_id, dest_network_id: subnet_id, queues: ['peered'] }
    const { connection_id } = (await server.ask('createConnection', { body })).body
    const peer = (await server.ask('getConnection', { params: { connection_id } })).body.available_queue_info[0]
    expect(peer.status).toBe('ACTIVE')
    const token = await server.token()
    const found = await server.ask('listVpcPeerings', { as: { token }, query: { vpc_id, status: 'ACTIVE', tenant_id: publishedProject } })
    expect(found.body.peerings).toMatchObject([
      { id: peer.peer_id, name: 'toPeered', status: 'ACTIVE', accept_vpc_info: { vpc_id, tenant_id: publishedProject } },
    ])
    const headers = { 'x-project-id': publishedProject }
    const params = { peering_id: peer.peer_id }
    expect((await server.ask('getVpcPeering', { params, headers })).body.peering).toEqual(found.body.peerings[0])
    expect(refusal(await server.ask('getVpcPeering', { params }))).toEqual([400, 'VPC.0101'])
    expect(refusal(await server.ask('getVpcPeering', { params: { peering_id: 'none' }, headers }))).toEqual([404, 'VPC.0003'])
    expect((await server.ask('getVpcPeering', { params, headers: { 'x-project-id': 'foreign' } })).status).toBe(403)
    for (const query of [
      { marker: peer.peer_id },
      { status: 'EXPIRED' },
      { tenant_id: 'x' },
      { name: 'x' },
      { vpc_id: 'x' },
      { limit: 0 },
    ]) {
      expect((await server.ask('listVpcPeerings', { headers, query })).body.peerings, JSON.stringify(query)).toEqual([])
    }
    const [table] = await list({ vpc_id })
    const peered = { type: 'peering', destination: expect.stringMatching(/\/24$/), nexthop: peer.peer_id }
    expect(table.routes).toMatchObject([{ type: 'local' }, peered])
    await server.ask('deleteConnection', { params: { connection_id } })
    expect((await list({ vpc_id }))[0].routes).toHaveLength(1)
    expect((await server.ask('listVpcPeerings', { headers })).body.peerings).toEqual([])
  })
})

/** Routes of a table change by destination. */
async function walkRoutes(params: { readonly routetable_id: string }, route: { readonly destination: string }): Promise<void> {
  const update = async (routetable: object) => server.ask('updateRouteTable', { params, body: { routetable } })
  const own = (received: Received) => received.body.routetable.routes.filter(({ type }: { type: string }) => type !== 'local')
  const other = { type: 'nat', destination: '0.0.0.0/0', nexthop: 'nat-1' }
  expect(own(await update({ name: 'renamed', description: '', routes: { add: [other] } }))).toHaveLength(2)
  const changed = await update({ routes: { mod: [{ ...other, nexthop: 'nat-2' }], del: [route] } })
  expect(changed.body.routetable).toMatchObject({ name: 'renamed', description: '' })
  expect(own(changed)).toMatchObject([{ nexthop: 'nat-2' }])
  expect(refusal(await update({ routes: { del: [route] } }))).toEqual([404, 'VPC.0003'])
  expect(refusal(await update({ routes: { add: [other] } }))).toEqual([409, 'VPC.0104'])
  expect(refusal(await update({ routes: { add: [{ ...other, type: 'local' }] } }))).toEqual([400, 'VPC.0101'])
  expect(own(await server.ask('getRouteTable', { params }))).toHaveLength(1)
}
