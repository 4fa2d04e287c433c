// VPCs, subnets, security groups, their rules and route tables, as the provider makes, reads, changes and deletes them.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTributary, type TributaryServer } from '../../../servers/tributary.ts'
import { Applied } from './lifecycle.ts'
import { readAllByMarker, readAllByOffset } from './pager.ts'
import { Provider, Refused } from './provider.ts'
import { routeTable, routeTables } from './route-table.ts'
import { securityGroup } from './security-group.ts'
import { securityGroupRule } from './security-group-rule.ts'
import { subnet } from './subnet.ts'
import { vpc } from './vpc.ts'

let server: TributaryServer
let provider: Provider
beforeAll(async () => {
  server = await startTributary()
  provider = new Provider(server)
})
afterAll(async () => {
  provider[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
})

describe('huaweicloud_vpc', () => {
  const before = { name: 'sales', cidr: '10.71.0.0/16', description: 'first', tags: { stage: 'before' }, secondary_cidrs: ['10.91.0.0/16'] }
  const after = { name: 'sales_2', cidr: '10.71.0.0/16', tags: { stage: 'after', owner: 'eve' }, secondary_cidrs: ['10.92.0.0/16'] }

  it('is made, changed in place, imported and deleted, and each second plan is empty', async () => {
    provider.takeCalls()
    const applied = await Applied.create(provider, vpc, before)
    expect(provider.takeCalls()).toEqual([
      'POST v1/{project_id}/vpcs',
      'GET v1/{project_id}/vpcs/{id}',
      'POST v2.0/{project_id}/vpcs/{id}/tags/action',
      'PUT v3/{project_id}/vpc/vpcs/{id}/add-extend-cidr',
      'GET v1/{project_id}/vpcs/{id}',
      'GET v2.0/{project_id}/vpcs/{id}/tags',
      'GET v3/{project_id}/vpc/vpcs/{id}',
    ])
    expect(await applied.plan(before)).toEqual([])
    expect(await applied.update(after)).toEqual(['description', 'name', 'secondary_cidrs', 'tags'])
    expect(await applied.plan(after)).toEqual([])
    expect(await applied.import(String(applied.state['id']), after)).toEqual([])
    expect(await applied.destroy()).toBe(true)
  })

  it('is listed whole without a limit, and a delete of one in use is tried again', async () => {
    const applied = await Applied.create(provider, vpc, { name: 'busy', cidr: '10.72.0.0/16' })
    const inside = { name: 'in_use', cidr: '10.72.1.0/24', gateway_ip: '10.72.1.1', vpc_id: applied.state['id'], dhcp_enable: true }
    const held = await Applied.create(provider, subnet, inside)
    const listed = await provider.read({ method: 'GET', path: 'v1/{project_id}/vpcs' }, { vpcs: [{ id: 'string', name: 'string' }] })
    expect(listed.vpcs.map(({ name }) => name)).toContain('busy')
    const path = `v1/{project_id}/vpcs/${String(applied.state['id'])}`
    const refused = await provider.send({ method: 'DELETE', path }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Refused)
    expect((refused as Refused).status).toBe(409)
    const gone = applied.destroy()
    expect(await held.destroy()).toBe(true)
    expect(await gone).toBe(true)
  })
})

describe('what lies in a VPC', () => {
  let vpcId: unknown
  let home: Applied
  beforeAll(async () => {
    home = await Applied.create(provider, vpc, { name: 'home', cidr: '10.73.0.0/16' })
    vpcId = home.state['id']
  })

  it('a subnet is made with its options, changed in place, imported and deleted', async () => {
    const fixed = { cidr: '10.73.0.0/24', gateway_ip: '10.73.0.1', vpc_id: vpcId, dhcp_enable: true }
    const options = { dhcp_lease_time: '48h', ntp_server_address: '10.73.0.9' }
    const before = {
      ...fixed,
      ...options,
      name: 'first',
      description: 'one',
      primary_dns: '10.73.0.2',
      secondary_dns: '10.73.0.3',
      tags: { a: '1' },
    }
    const after = { ...fixed, name: 'second', dhcp_lease_time: '24h', dns_list: ['10.73.0.5', '10.73.0.4'], tags: { b: '2' } }
    const applied = await Applied.create(provider, subnet, before)
    expect(await applied.plan(before)).toEqual([])
    expect(await applied.update(after)).toEqual(['description', 'dhcp_lease_time', 'dns_list', 'name', 'ntp_server_address', 'tags'])
    expect(await applied.plan(after)).toEqual([])
    expect(await applied.import(String(applied.state['id']), after)).toEqual([])
    provider.takeCalls()
    expect(await applied.destroy()).toBe(true)
    expect(provider.takeCalls()).toEqual([
      'GET v1/{project_id}/subnets/{id}',
      'DELETE v1/{project_id}/vpcs/{id}/subnets/{id}',
      'GET v1/{project_id}/subnets/{id}',
      'GET v1/{project_id}/subnets/{id}',
    ])
  })

  it('a subnet without DNS servers asks for some, and lives without an answer', async () => {
    const configuration = { name: 'plain', cidr: '10.73.1.0/24', gateway_ip: '10.73.1.1', vpc_id: vpcId, dhcp_enable: true }
    const applied = await Applied.create(provider, subnet, configuration)
    expect(await applied.plan(configuration)).toEqual([])
    expect(applied.state['dns_list']).toEqual(['8.8.8.8', '114.114.114.114'])
    expect(await applied.destroy()).toBe(true)
  })

  it('a route table takes routes and subnets in and lets them go', async () => {
    const inside = { name: 'routed', cidr: '10.73.2.0/24', gateway_ip: '10.73.2.1', vpc_id: vpcId, dhcp_enable: true }
    const routed = await Applied.create(provider, subnet, inside)
    const route = (destination: string, nexthop: string) => ({ destination, type: 'vip', nexthop, description: '' })
    const subnets = [String(routed.state['id'])]
    const before = {
      vpc_id: vpcId,
      name: 'rtb',
      description: 'one',
      subnets,
      route: [route('10.81.0.0/24', '10.73.2.9'), route('10.82.0.0/24', '10.73.2.9')],
    }
    const after = { vpc_id: vpcId, name: 'rtb_2', route: [route('10.82.0.0/24', '10.73.2.8'), route('10.83.0.0/24', '10.73.2.9')] }
    const applied = await Applied.create(provider, routeTable, before)
    expect(await applied.plan(before)).toEqual([])
    expect(await applied.update(after)).toEqual(['description', 'name', 'route', 'subnets'])
    expect(await applied.plan(after)).toEqual([])
    expect(await applied.update(before)).toEqual(['description', 'name', 'route', 'subnets'])
    expect(await applied.import(String(applied.state['id']), before)).toEqual([])
    const listed = (await readAllByMarker(provider, `${routeTables}?vpc_id=${String(vpcId)}`)) as readonly {
      name: string
      default: boolean
    }[]
    expect(listed.map(({ name, default: isDefault }) => `${name} ${isDefault}`).sort()).toEqual(['rtb false', 'rtb-home true'])
    expect(await applied.destroy()).toBe(true)
    expect(await routed.destroy()).toBe(true)
  })

  it('the VPC goes when all in it is gone', async () => {
    expect(await home.destroy()).toBe(true)
  })
})

describe('huaweicloud_networking_secgroup', () => {
  const before = { name: 'databases', description: 'first', delete_default_rules: true, tags: { stage: 'before' } }

  it('is made, changed in place, imported and deleted', async () => {
    provider.takeCalls()
    const applied = await Applied.create(provider, securityGroup, before)
    expect(provider.takeCalls()).toEqual([
      'POST v3/{project_id}/vpc/security-groups',
      'PUT v3/{project_id}/vpc/security-groups/{id}',
      ...Array.from({ length: 4 }, () => 'DELETE v3/{project_id}/vpc/security-group-rules/{id}'),
      'POST v2.0/{project_id}/security-groups/{id}/tags/action',
      'GET v1/{project_id}/security-groups/{id}',
      'GET v3/{project_id}/vpc/security-groups/{id}',
      'GET v2.0/{project_id}/security-groups/{id}/tags',
    ])
    expect(applied.state['rules']).toEqual([])
    expect(await applied.plan(before)).toEqual([])
    const after = { name: 'sources', delete_default_rules: true, tags: { stage: 'after' } }
    expect(await applied.update(after)).toEqual(['description', 'name', 'tags'])
    expect(await applied.plan(after)).toEqual([])
    expect(await applied.import(String(applied.state['id']), after)).toEqual(['delete_default_rules'])
    const listed = (await readAllByMarker(provider, 'v3/{project_id}/vpc/security-groups')) as readonly { name: string }[]
    expect(listed.map(({ name }) => name)).toContain('sources')
    expect(await applied.destroy()).toBe(true)
  })

  it('keeps its default rules unless told', async () => {
    const applied = await Applied.create(provider, securityGroup, { name: 'usual' })
    expect(await applied.plan({ name: 'usual' })).toEqual([])
    expect(applied.state['rules']).toHaveLength(4)
    expect(await applied.destroy()).toBe(true)
  })

  it('has rules of the older and the newer form', async () => {
    const group = await Applied.create(provider, securityGroup, { name: 'ruled', delete_default_rules: true })
    const usual = { security_group_id: group.state['id'], direction: 'ingress', ethertype: 'IPv4' }
    const configurations = [
      { ...usual, protocol: 'tcp', ports: '22,3389,8000-8010', remote_ip_prefix: '172.16.0.0/18', description: 'newer' },
      { ...usual, protocol: 'tcp', ports: '5432', remote_group_id: group.state['id'], action: 'deny', priority: 50 },
      { ...usual, direction: 'egress', protocol: 'udp', port_range_min: 1024, port_range_max: 65_535, remote_ip_prefix: '0.0.0.0/0' },
      { ...usual, protocol: 'icmp' },
      usual,
    ]
    const rules: Applied[] = []
    for (const configuration of configurations) {
      const applied = await Applied.create(provider, securityGroupRule, configuration)
      expect(await applied.plan(configuration)).toEqual([])
      expect(await applied.import(String(applied.state['id']), configuration)).toEqual([])
      rules.push(applied)
    }
    const path = `v3/{project_id}/vpc/security-group-rules?security_group_id=${String(group.state['id'])}&limit=2`
    expect(await readAllByMarker(provider, path)).toHaveLength(configurations.length)
    for (const applied of rules) expect(await applied.destroy()).toBe(true)
    expect(await group.destroy()).toBe(true)
  })
})

describe('lists of the project', () => {
  it('hold one array, also when they are empty', async () => {
    for (const list of ['vpc/security-groups', 'vpc/security-group-rules'])
      expect(Array.isArray(await readAllByMarker(provider, `v3/{project_id}/${list}`))).toBe(true)
    expect(await readAllByOffset(provider, 'v3/{project_id}/datasource/auth-infos')).toEqual([])
  })
})
