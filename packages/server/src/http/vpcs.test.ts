// VPCs, subnets and security groups over HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type Received, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)

describe('the VPC service', () => {
  it('a VPC, its subnet and a security group are created, read and deleted as published', async () => {
    const vpc_id = await walkVpc()
    const subnet_id = await walkSubnet(vpc_id)
    await walkGroups()
    const inUse = await server.ask('deleteVpc', { params: { vpc_id } })
    expect([inUse.status, inUse.body.code]).toEqual([409, 'VPC.0104'])
    expect((await server.ask('deleteSubnet', { params: { vpc_id, subnet_id } })).status).toBe(204)
    expect((await server.ask('deleteVpc', { params: { vpc_id } })).status).toBe(204)
    const gone = await server.ask('getVpc', { params: { vpc_id } })
    expect([gone.status, gone.body.code, typeof gone.body.message]).toEqual([404, 'VPC.0105', 'string'])
    const goneV3 = await server.ask('getVpcV3', { params: { vpc_id } })
    expect(goneV3.body).toEqual({ error_code: 'VPC.0105', error_msg: expect.any(String), request_id: goneV3.headers.get('x-request-id') })
    const goneSubnet = await server.ask('getSubnet', { params: { subnet_id } })
    expect([goneSubnet.status, goneSubnet.body.code]).toEqual([404, 'VPC.0202'])
  })

  it('a VPC is changed, extended and listed as Terraform and the SDKs ask', async () => {
    const first = await createVpc({ name: 'changing', cidr: '10.80.0.0/16', tags: ['team*a', 'bare'] })
    await createVpc({ name: 'other', cidr: '10.81.0.0/16' })
    const params = { vpc_id: first.id }
    const update = async (vpc: unknown) => server.ask('updateVpc', { params, body: { vpc } })
    const routes = [{ destination: '10.9.0.0/16', nexthop: 'x' }]
    const changed = await update({ name: 'changed', cidr: '10.80.0.0/15', description: 'd', enhanced_local_route: true, routes })
    expect(changed.body.vpc).toMatchObject({ name: 'changed', cidr: '10.80.0.0/15', description: 'd', enhanced_local_route: true, routes })
    expect((await update({ name: 'changed', description: '' })).body.vpc).toMatchObject({ description: '', cidr: '10.80.0.0/15' })
    expect(refusal(await update({ name: 'other' }))).toEqual([400, 'VPC.0115'])
    await createSubnet(first.id, '10.80.4.0/24')
    expect(refusal(await update({ cidr: '10.80.0.0/22' }))).toEqual([400, 'VPC.0117'])
    const vpc = { extend_cidrs: ['168.10.0.0/16'] }
    expect((await server.ask('extendVpc', { params, body: { vpc } })).body.vpc.extend_cidrs).toEqual(['168.10.0.0/16'])
    expect((await server.ask('getVpcV3', { params })).body.vpc).toMatchObject({
      extend_cidrs: ['168.10.0.0/16'],
      tags: [
        { key: 'bare', value: '' },
        { key: 'team', value: 'a' },
      ],
    })
    expect((await server.ask('shrinkVpc', { params, body: { vpc } })).body.vpc.extend_cidrs).toEqual([])
    expect(refusal(await server.ask('extendVpc', { params, body: { vpc: { extend_cidrs: ['127.0.0.0/8'] } } }))[0]).toBe(400)
    const named = await server.send('GET', `/v3/${publishedProject}//vpc/vpcs?name=changed&name=other&cidr=10.81.0.0/16`)
    expect(named.body.vpcs.map(({ name }: { name: string }) => name)).toEqual(['other'])
    const page = await server.ask('listVpcsV3', { query: { limit: 1 } })
    expect(page.body.page_info).toEqual({ previous_marker: page.body.vpcs[0].id, next_marker: page.body.vpcs[0].id, current_count: 1 })
    const next = await server.ask('listVpcsV3', { query: { limit: 1, marker: page.body.page_info.next_marker } })
    expect(next.body.vpcs[0].id > page.body.vpcs[0].id).toBe(true)
    const end = await server.ask('listVpcsV3', { query: { marker: 'ffffffff-ffff-ffff-ffff-ffffffffffff' } })
    expect([end.body.vpcs, end.body.page_info]).toEqual([[], { current_count: 0 }])
  })

  it('a subnet is changed and keeps every member that Terraform reads back', async () => {
    const vpc = await createVpc({ name: 'subnets', cidr: '10.82.0.0/16' })
    const options = [{ opt_name: 'ntp', opt_value: '10.82.0.9' }]
    const sent = { availability_zone: 'az1', extra_dhcp_opts: options, ipv6_enable: false, tags: ['a*b'] }
    const id = await createSubnet(vpc.id, '10.82.0.0/24', sent)
    const params = { vpc_id: vpc.id, subnet_id: id }
    const read = async () => (await server.ask('getSubnet', { params })).body.subnet
    expect(await read()).toMatchObject({ availability_zone: 'az1', extra_dhcp_opts: options, ipv6_enable: false })
    const update = async (subnet: unknown) => server.ask('updateSubnet', { params, body: { subnet } })
    const unset = [{ opt_name: 'ntp' }, { opt_name: 'domainname', opt_value: null }, { opt_name: 'addresstime', opt_value: '24h' }]
    const answer = await update({ name: 'renamed', description: '', dhcp_enable: true, dnsList: ['8.8.8.8'], extra_dhcp_opts: unset })
    expect([answer.status, answer.body]).toEqual([200, { subnet: { id, status: 'ACTIVE' } }])
    expect(await read()).toMatchObject({
      name: 'renamed',
      description: '',
      primary_dns: '8.8.8.8',
      secondary_dns: '',
      dnsList: ['8.8.8.8'],
      extra_dhcp_opts: [{ opt_name: 'addresstime', opt_value: '24h' }],
    })
    await update({ name: 'renamed', primary_dns: '1.1.1.1', secondary_dns: '9.9.9.9' })
    expect((await read()).dnsList).toEqual(['1.1.1.1', '9.9.9.9'])
    expect(refusal(await update({ name: 'a b' }))).toEqual([400, 'VPC.0201'])
    expect(refusal(await update({ ipv6_enable: true }))).toEqual([400, 'VPC.0201'])
    for (const id of ['updateSubnet', 'deleteSubnet'] as const) {
      const foreign = await server.ask(id, { params: { ...params, vpc_id: 'other' }, body: { subnet: {} } })
      expect(refusal(foreign)).toEqual([400, 'VPC.0207'])
    }
  })

  it('a subnet that does not fit is refused with the code for it', async () => {
    const vpc = await createVpc({ name: 'fitting', cidr: '10.83.0.0/16' })
    await createSubnet(vpc.id, '10.83.0.0/24')
    const codes = []
    for (const cidr of ['10.84.0.0/24', '10.83.0.0/25', '10.83.1.0/29', 'x']) {
      const subnet = { name: 's', cidr, gateway_ip: '', vpc_id: vpc.id }
      codes.push(refusal(await server.ask('createSubnet', { body: { subnet } })))
    }
    expect(codes).toEqual(['VPC.0203', 'VPC.0204', 'VPC.0212', 'VPC.0212'].map((code) => [400, code]))
  })

  it('lists are paged by marker until they are empty', async () => {
    for (const name of ['a', 'b', 'c']) await server.ask('createSecurityGroup', { body: { security_group: { name } } })
    const seen: string[] = []
    for (let marker: string | undefined; seen.length < 10; ) {
      const { body } = await server.ask('listSecurityGroupsV3', { query: { limit: 2, ...(marker === undefined ? {} : { marker }) } })
      if (body.security_groups.length === 0) break
      seen.push(...body.security_groups.map(({ name }: { name: string }) => name))
      marker = body.security_groups.at(-1).id
    }
    expect(seen.sort()).toEqual(['a', 'b', 'c'])
  })

  it('wrong members are refused in the form of their version', async () => {
    const bad = await server.ask('createVpc', { body: { vpc: { name: 'v', cidr: '8.8.8.0/24' } } })
    expect([bad.status, bad.body.code]).toEqual([400, 'VPC.0101'])
    const missing = await server.ask('createSubnet', { body: { subnet: { name: 's' } } })
    expect([missing.status, missing.body.code]).toEqual([400, 'VPC.0201'])
    expect(missing.body.message).toMatch(/^subnet\.cidr is missing/)
    expect((await server.ask('createSecurityGroupV3', { body: {} })).body).toMatchObject({ error_code: 'VPC.0601' })
  })
})

function refusal({ status, body }: Received): readonly [number, string] {
  return [status, body.code ?? body.error_code]
}

async function createVpc(vpc: { name: string; cidr: string; tags?: readonly string[] }) {
  const { body, text, status } = await server.ask('createVpc', { body: { vpc } })
  if (status !== 200) throw new Error(text)
  return body.vpc
}

async function createSubnet(vpc_id: string, cidr: string, more: object = {}): Promise<string> {
  const subnet = { name: 's', cidr, gateway_ip: '', vpc_id, ...more }
  const { body, text, status } = await server.ask('createSubnet', { body: { subnet } })
  if (status !== 200) throw new Error(text)
  return body.subnet.id
}

async function walkVpc(): Promise<string> {
  const created = await server.ask('createVpc', {
    body: { vpc: { name: 'vpc', description: 'test', cidr: '192.168.0.0/16', enterprise_project_id: '0' } },
  })
  expect(created.status).toBe(200)
  expect(created.body.vpc).toMatchObject({
    name: 'vpc',
    description: 'test',
    cidr: '192.168.0.0/16',
    tenant_id: publishedProject,
    created_at: date,
  })
  const { id: vpc_id } = created.body.vpc
  expect((await server.ask('getVpc', { params: { vpc_id } })).body.vpc.status).toBe('OK')
  expect((await server.ask('getVpcV3', { params: { vpc_id } })).body.vpc).toMatchObject({ status: 'ACTIVE', project_id: publishedProject })
  expect((await server.ask('listVpcs', { query: { enterprise_project_id: 'all_granted_eps' } })).body.vpcs).toHaveLength(1)
  expect((await server.ask('listVpcs', { query: { marker: vpc_id } })).body.vpcs).toEqual([])
  return vpc_id
}

async function walkSubnet(vpc_id: string): Promise<string> {
  const subnet = {
    name: 'subnet',
    cidr: '192.168.20.0/24',
    gateway_ip: '192.168.20.1',
    vpc_id,
    dhcp_enable: 'true',
    dnsList: ['100.125.4.25', '8.8.8.8'],
  }
  const created = await server.ask('createSubnet', { body: { subnet } })
  expect(created.status).toBe(200)
  const { id, neutron_network_id, neutron_subnet_id } = created.body.subnet
  expect(neutron_network_id).toBe(id)
  expect(neutron_subnet_id).not.toBe(id)
  expect(created.body.subnet).toMatchObject({ primary_dns: '100.125.4.25', secondary_dns: '8.8.8.8', gateway_ip: '192.168.20.1' })
  expect((await server.ask('getSubnet', { params: { subnet_id: id } })).body.subnet.status).toBe('ACTIVE')
  expect((await server.ask('listSubnets', { query: { vpc_id } })).body.subnets).toHaveLength(1)
  expect((await server.ask('listSubnets', { path: 1, params: { vpc_id } })).body.subnets).toHaveLength(1)
  const overlapping = await server.ask('createSubnet', { body: { subnet: { ...subnet, name: 'other' } } })
  expect([overlapping.status, overlapping.body.code.slice(0, 5)]).toEqual([400, 'VPC.0'])
  return id
}

async function walkGroups(): Promise<void> {
  for (const version of ['', 'V3'] as const) {
    const created = await server.ask(`createSecurityGroup${version}`, { body: { security_group: { name: 'group', description: 'd' } } })
    expect(created.status).toBe(version === '' ? 200 : 201)
    const security_group_id = created.body.security_group.id
    const params = { security_group_id }
    expect((await server.ask('getSecurityGroup', { params })).body.security_group).toMatchObject({ name: 'group', description: 'd' })
    expect((await server.ask('getSecurityGroupV3', { params })).body.security_group).toMatchObject({
      name: 'group',
      project_id: publishedProject,
    })
    expect((await server.ask('listSecurityGroups')).body.security_groups).toHaveLength(1)
    expect((await server.ask(`deleteSecurityGroup${version}`, { params })).status).toBe(204)
    expect((await server.ask('getSecurityGroup', { params })).body.code).toBe('VPC.0603')
  }
}
