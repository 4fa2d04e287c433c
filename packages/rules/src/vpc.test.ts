// The rules of VPCs, subnets and declared ids.

import { describe, expect, it } from 'vitest'
import type { ProjectId, SubnetId, VpcId } from './ids.ts'
import {
  changeSubnet,
  changeVpc,
  checkDeclaredId,
  checkRemoveNetworkPart,
  checkSubnetDraft,
  checkSubnetOf,
  checkVpcDraft,
  checkVpcName,
  extendVpc,
  shrinkVpc,
  type Subnet,
  type Vpc,
} from './vpc.ts'

const parts = { name: 'v', description: '', cidr: '10.71.0.0/16', extendCidrs: [], routes: [], enhancedLocalRoute: false }
const vpc: Vpc = { ...parts, id: 'v1' as VpcId, projectId: 'p' as ProjectId, createdAt: 1, updatedAt: 1 }
const other = { id: 's9' as SubnetId, cidr: '10.71.9.0/24' } as Subnet

describe('a VPC', () => {
  it('lies in a private range', () => {
    expect(
      ['10.0.0.0/8', '172.16.0.0/12', '192.168.3.0/24', '10.71.0.0/16'].map((cidr) => checkVpcDraft({ name: 'v', cidr }).cidr),
    ).toHaveLength(4)
    expect(checkVpcDraft({})).toMatchObject({ name: '', cidr: '192.168.0.0/16', description: '', extendCidrs: [] })
    for (const cidr of ['11.0.0.0/8', '10.0.0.0/7', '172.0.0.0/8', '10.0.0.0/25', '100.64.0.0/16', '10.0.0.0', 'x/8']) {
      expect(() => checkVpcDraft({ name: 'v', cidr }), cidr).toThrow(/is not possible for a VPC|is not a range/)
    }
  })

  it('has a plain name and description', () => {
    expect(() => checkVpcDraft({ name: 'a b' })).toThrow('name has 1 to 64')
    expect(() => checkVpcDraft({ name: 'v', description: '<b>' })).toThrow('none of them < or >')
  })
})

describe('a change of a VPC', () => {
  it('keeps what is absent and takes what is there', () => {
    expect(changeVpc(vpc, {}, [other])).toEqual(vpc)
    const changed = changeVpc(vpc, { name: 'w', description: '', cidr: '10.71.8.0/22', enhancedLocalRoute: true }, [other])
    expect(changed).toMatchObject({ name: 'w', description: '', cidr: '10.71.8.0/22', enhancedLocalRoute: true })
    expect(changeVpc(vpc, { routes: [{ destination: '10.0.0.0/8', nexthop: 'x' }] }, []).routes).toHaveLength(1)
  })

  it('is refused where a subnet would lie outside, or values are wrong', () => {
    expect(() => changeVpc(vpc, { cidr: '10.71.0.0/21' }, [other])).toThrow('subnet s9, would lie outside')
    expect(() => changeVpc(vpc, { cidr: '11.0.0.0/16' }, [])).toThrow('is not possible')
    expect(() => changeVpc(vpc, { name: 'a b' }, [])).toThrow('name has')
    expect(() => changeVpc(vpc, { routes: [{ destination: 'x', nexthop: 'x' }] }, [])).toThrow('is not a range')
    expect(() => changeVpc(vpc, { routes: [{ destination: '10.0.0.0/8', nexthop: '' }] }, [])).toThrow('nexthop')
    const routes = (count: number) => Array.from({ length: count }, () => ({ destination: '10.0.0.0/8', nexthop: 'x' }))
    expect(changeVpc(vpc, { routes: routes(200) }, []).routes).toHaveLength(200)
    expect(() => changeVpc(vpc, { routes: routes(201) }, [])).toThrow('at most 200')
  })

  it('gives it a name of its own', () => {
    checkVpcName('', { id: vpc.id })
    checkVpcName('v', undefined)
    expect(() => checkVpcName('v', { id: vpc.id })).toThrow('VPC v1 has the name v already')
  })
})

describe('further ranges of a VPC', () => {
  it('come once, at most five, and hold subnets', () => {
    const extended = extendVpc(vpc, ['168.10.0.0/16', '168.10.5.0/16', '100.64.0.0/28'])
    expect(extended.extendCidrs).toEqual(['168.10.0.0/16', '100.64.0.0/28'])
    const inside = { vpcId: 'v1', name: 's', cidr: '168.10.4.0/24' }
    expect(checkSubnetDraft(inside, extended, []).cidr).toBe('168.10.4.0/24')
    const subnet = { ...other, cidr: '168.10.4.0/24' }
    expect(() => shrinkVpc(extended, ['168.10.0.0/16'], [subnet])).toThrow('would lie outside')
    expect(shrinkVpc(extended, ['168.10.0.0/16', '9.0.0.0/8'], []).extendCidrs).toEqual(['100.64.0.0/28'])
    const many = (count: number) => Array.from({ length: count }, (_, index) => `20.${index}.0.0/16`)
    expect(extendVpc(vpc, many(5)).extendCidrs).toHaveLength(5)
    expect(() => extendVpc(vpc, many(6))).toThrow('at most 5')
  })

  it.each(['127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/8', '0.0.0.0/3', '20.0.0.0/29', '10.71.5.0/24', '10.0.0.0/8', '20.0.0.0', 'x'])(
    '%s is refused',
    (cidr) => {
      expect(() => extendVpc(vpc, [cidr])).toThrow(/is not possible here|overlaps|is not a range/)
    },
  )
})

describe('a change of a subnet', () => {
  const subnet = { ...other, name: 's', description: 'd', dhcpEnable: true, dnsList: ['10.0.0.1', '10.0.0.2', '10.0.0.3'], dhcpOptions: [] }

  it('keeps what is absent and takes what is there', () => {
    expect(changeSubnet(subnet, {})).toEqual(subnet)
    expect(changeSubnet(subnet, { name: 't', description: '', dhcpEnable: false })).toMatchObject({ name: 't', description: '' })
    expect(changeSubnet(subnet, { primaryDns: '10.0.0.9' }).dnsList).toEqual(['10.0.0.9', '10.0.0.2', '10.0.0.3'])
    expect(changeSubnet(subnet, { secondaryDns: '' }).dnsList).toEqual(['10.0.0.1', '10.0.0.3'])
    expect(changeSubnet(subnet, { dnsList: [], primaryDns: '10.0.0.9' }).dnsList).toEqual([])
  })

  it('puts and removes DHCP options by name', () => {
    const both = changeSubnet(subnet, {
      dhcpOptions: [
        { name: 'ntp', value: '10.0.0.1' },
        { name: 'addresstime', value: '24h' },
      ],
    })
    expect(changeSubnet(both, { dhcpOptions: [{ name: 'ntp' }, { name: 'domainname' }] }).dhcpOptions).toEqual([
      { name: 'addresstime', value: '24h' },
    ])
    expect(() => changeSubnet(subnet, { dhcpOptions: [{ name: 'x', value: 'y' }] })).toThrow('opt_name is one of')
    expect(() => changeSubnet(subnet, { dhcpOptions: [{ name: 'ntp', value: 'x'.repeat(256) }] })).toThrow('at most 255')
  })

  it('is refused for wrong values and for the wrong VPC', () => {
    expect(() => changeSubnet(subnet, { dnsList: Array(5).fill('10.0.0.1') })).toThrow('at most 4')
    expect(() => changeSubnet(subnet, { primaryDns: 'x' })).toThrow('dnsList')
    expect(() => checkSubnetOf({ id: other.id, vpcId: vpc.id }, 'v2')).toThrow('does not belong to VPC v2')
    checkSubnetOf({ id: other.id, vpcId: vpc.id }, 'v1')
  })
})

describe('removing a part of a network', () => {
  it('is refused while something stands on it', () => {
    checkRemoveNetworkPart('vpc', 'v1', 0)
    expect(() => checkRemoveNetworkPart('vpc', 'v1', 0, 1)).toThrow('still has subnets (1)')
    expect(() => checkRemoveNetworkPart('vpc', 'v1', 0, 0, true)).toThrow('custom route tables')
    expect(() => checkRemoveNetworkPart('subnet', 's1', 2)).toThrow('in use by 2 connections')
  })
})

describe('a subnet', () => {
  const draft = { vpcId: 'v1', name: 's', cidr: '10.71.4.0/24' }

  it('gets the first address as its gateway', () => {
    expect(checkSubnetDraft(draft, vpc, [other])).toMatchObject({ cidr: '10.71.4.0/24', gatewayIp: '10.71.4.1', dhcpEnable: true })
  })

  it.each([
    [{ cidr: '10.72.0.0/24' }, 'is not inside 10.71.0.0/16'],
    [{ cidr: '10.71.0.0/29' }, '/28 or shorter'],
    [{ cidr: '10.71.8.0/23' }, 'overlaps 10.71.9.0/24, subnet s9'],
    [{ gatewayIp: '10.71.5.1' }, 'gateway_ip'],
    [{ gatewayIp: 'x' }, 'gateway_ip'],
    [{ dnsList: ['dns.example.com'] }, 'dnsList'],
    [{ name: '' }, 'name has'],
  ])('%o is refused', (change, text) => {
    expect(() => checkSubnetDraft({ ...draft, ...change }, vpc, [other])).toThrow(text)
  })
})

describe('declared ids', () => {
  it('are plain', () => {
    expect(checkDeclaredId('vpc', '22094d8f-c310-4621-913d-4c4d655d8495')).toBe('22094d8f-c310-4621-913d-4c4d655d8495')
    for (const id of ['', 'a/b', 'a b', 'x'.repeat(65)]) expect(() => checkDeclaredId('vpc', id)).toThrow('is no id')
  })
})
