// The rules of VPCs, subnets and declared ids.

import { describe, expect, it } from 'vitest'
import { ServiceError } from './errors.ts'
import type { ProjectId, SubnetId, VpcId } from './ids.ts'
import {
  changeSubnet,
  changeVpc,
  checkDeclaredId,
  checkRemoveNetworkPart,
  checkSecurityGroupDraft,
  checkSubnetDraft,
  checkSubnetOf,
  checkVpcDraft,
  checkVpcName,
  extendVpc,
  noNetworkPart,
  shrinkVpc,
  type Subnet,
  type Vpc,
} from './vpc.ts'

const parts = { name: 'v', description: '', cidr: '10.71.0.0/16', extendCidrs: [], routes: [], enhancedLocalRoute: false }
const vpc: Vpc = { ...parts, id: 'v1' as VpcId, projectId: 'p' as ProjectId, createdAt: 1, updatedAt: 1 }
const other = { id: 's9' as SubnetId, cidr: '10.71.9.0/24' } as Subnet

function refusal(call: () => unknown): Pick<ServiceError, 'kind' | 'message' | 'details'> {
  try {
    call()
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return { kind: error.kind, message: error.message, details: error.details }
  }
  throw new Error('it was taken')
}

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

describe('what is absent', () => {
  it('is filled in', () => {
    expect(checkVpcDraft({})).toEqual({ ...parts, name: '', cidr: '192.168.0.0/16' })
    expect(checkSubnetDraft({ vpcId: 'v1', name: 's', cidr: '10.71.4.9/24', gatewayIp: '' }, vpc, [])).toEqual({
      name: 's',
      cidr: '10.71.4.0/24',
      gatewayIp: '10.71.4.1',
      description: '',
      dhcpEnable: true,
      dnsList: [],
      dhcpOptions: [],
      availabilityZone: '',
    })
    expect(checkSecurityGroupDraft({ name: 'g' })).toEqual({ name: 'g', description: '' })
    expect(checkSecurityGroupDraft({ name: 'g', description: 'd' })).toEqual({ name: 'g', description: 'd' })
  })

  it('may be the name of a VPC, also after a change, and every server of a subnet', () => {
    expect(changeVpc(vpc, { name: '' }, []).name).toBe('')
    const bare = { ...other, name: 's', description: '', dhcpEnable: true, dnsList: [], dhcpOptions: [] }
    expect(changeSubnet(bare, { name: 't' }).dnsList).toEqual([])
    expect(changeSubnet(bare, { secondaryDns: '10.0.0.2' }).dnsList).toEqual(['10.0.0.2'])
  })
})

describe('the last value that is taken', () => {
  const draft = { vpcId: 'v1', name: 's', cidr: '10.71.4.0/28' }
  const longest = 'x'.repeat(255)
  const servers = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']

  it.each([
    ['a name', { name: '网络_1.a-'.repeat(8) }],
    ['a description', { description: longest }],
    ['a zone', { availabilityZone: 'z'.repeat(64) }],
    ['servers', { dnsList: servers }],
    ['an option', { dhcpOptions: [{ name: 'domainname', value: longest }] }],
    ['the first address as the gateway', { gatewayIp: '10.71.4.0' }],
    ['the last address as the gateway', { gatewayIp: '10.71.4.15' }],
  ])('%s of a subnet of /28 is kept as sent', (_what, change) => {
    expect(checkSubnetDraft({ ...draft, ...change }, vpc, [])).toMatchObject({ cidr: draft.cidr, ...change })
  })

  it('of a VPC: a nexthop of 64 characters, further ranges from /3', () => {
    const routes = [{ destination: '10.0.0.0/8', nexthop: 'x'.repeat(64) }]
    expect(changeVpc(vpc, { routes }, []).routes).toEqual(routes)
    expect(extendVpc(vpc, ['32.0.0.0/3']).extendCidrs).toEqual(['32.0.0.0/3'])
  })

  it('of a VPC with further ranges: subnets in each of them', () => {
    const extended = extendVpc(vpc, ['20.0.0.0/16', '21.0.0.0/16'])
    const subnets = [other, { ...other, cidr: '20.0.1.0/24' }]
    expect(changeVpc(extended, { name: 'w' }, subnets).name).toBe('w')
    expect(shrinkVpc(extended, ['21.0.0.0/16'], subnets).extendCidrs).toEqual(['20.0.0.0/16'])
  })
})

describe('a refusal names its cause, its part and the reason that the door has a code for', () => {
  const draft = { vpcId: 'v1', name: 's', cidr: '10.71.4.0/24' }
  const subnet: Subnet = { ...other, name: 's', description: '', dhcpEnable: true, dnsList: [], dhcpOptions: [] }
  const nameText = 'name has 1 to 64 letters, digits, _ . and -'
  const descriptionText = 'description has at most 255 characters, none of them < or >'
  const rangeText = (text: string) => `"${text}" is not a range: write it like 10.71.0.0/24`
  const hop = (nexthop: string, destination = '10.0.0.0/8') => ({ routes: [{ destination, nexthop }] })
  const hops = { routes: Array.from({ length: 201 }, () => ({ destination: '10.0.0.0/8', nexthop: 'x' })) }
  const many = Array.from({ length: 6 }, (_, index) => `20.${index}.0.0/16`)
  const vpcText = (range: string) =>
    `the range ${range} is not possible for a VPC: use one inside 10.0.0.0/8-24, 172.16.0.0/12-24 or 192.168.0.0/16-24`
  const extendText = (range: string) => `the range ${range} is not possible here: use one with a mask of /3 to /28 that hosts may have`

  it.each<[string, () => unknown, string]>([
    ['name', () => checkVpcDraft({ name: 'a b' }), nameText],
    ['long name', () => checkVpcDraft({ name: 'x'.repeat(65) }), nameText],
    ['description', () => checkVpcDraft({ description: 'a>' }), descriptionText],
    ['long description', () => checkVpcDraft({ description: 'x'.repeat(256) }), descriptionText],
    ['public range', () => checkVpcDraft({ cidr: '11.0.0.0/16' }), vpcText('11.0.0.0/16')],
    ['small range', () => checkVpcDraft({ cidr: '10.0.0.0/25' }), vpcText('10.0.0.0/25')],
    ['address as its range', () => checkVpcDraft({ cidr: '10.0.0.1' }), rangeText('10.0.0.1')],
    ['long range', () => checkVpcDraft({ cidr: 'x'.repeat(65) }), rangeText('x'.repeat(64))],
    ['changed name', () => changeVpc(vpc, { name: 'a b' }, []), nameText],
    ['nexthop', () => changeVpc(vpc, hop(''), []), 'the nexthop of a route has 1 to 64 characters'],
    ['long nexthop', () => changeVpc(vpc, hop('x'.repeat(65)), []), 'the nexthop of a route has 1 to 64 characters'],
    ['destination', () => changeVpc(vpc, hop('x', '10.0.0.0'), []), rangeText('10.0.0.0')],
    ['routes', () => changeVpc(vpc, hops, []), 'a VPC has at most 200 routes'],
    ['further address', () => extendVpc(vpc, ['20.0.0.0']), rangeText('20.0.0.0')],
    ['special range', () => extendVpc(vpc, ['127.0.0.0/16']), extendText('127.0.0.0/16')],
    ['further small range', () => extendVpc(vpc, ['20.0.0.0/29']), extendText('20.0.0.0/29')],
    [
      'overlapping range',
      () => extendVpc(vpc, ['10.71.5.0/24']),
      'the range 10.71.5.0/24 overlaps 10.71.0.0/16 of the same VPC: use another one',
    ],
    ['further ranges', () => extendVpc(vpc, many), 'a VPC has at most 5 further ranges'],
    ['range to go', () => shrinkVpc(vpc, ['x'], []), rangeText('x')],
  ])('%s of a VPC', (_what, call, message) => {
    expect(refusal(call)).toStrictEqual({ kind: 'invalid', message, details: { subject: { kind: 'vpc', name: '' } } })
  })

  it('VPC with a reason of its own', () => {
    const subject = { kind: 'vpc', name: '' }
    expect(refusal(() => checkVpcName('v', vpc))).toStrictEqual({
      kind: 'invalid',
      message: 'VPC v1 has the name v already: choose another one',
      details: { subject, reason: 'nameTaken' },
    })
    expect(refusal(() => changeVpc(vpc, { cidr: '10.71.0.0/21' }, [other]))).toStrictEqual({
      kind: 'invalid',
      message: '10.71.9.0/24, subnet s9, would lie outside the VPC: delete it first, or keep its range',
      details: { subject, reason: 'subnetsOutside' },
    })
  })

  it.each<[string, () => unknown, string]>([
    ['name', () => checkSubnetDraft({ ...draft, name: '' }, vpc, []), nameText],
    ['description', () => checkSubnetDraft({ ...draft, description: '<' }, vpc, []), descriptionText],
    [
      'zone',
      () => checkSubnetDraft({ ...draft, availabilityZone: 'z'.repeat(65) }, vpc, []),
      'availability_zone has at most 64 characters',
    ],
    ['servers', () => checkSubnetDraft({ ...draft, dnsList: ['x'] }, vpc, []), 'dnsList holds at most 4 IPv4 addresses'],
    [
      'gateway',
      () => checkSubnetDraft({ ...draft, gatewayIp: '10.71.5.0' }, vpc, []),
      'gateway_ip is not an address inside 10.71.4.0/24: use for instance its first one',
    ],
    ['changed name', () => changeSubnet(subnet, { name: '' }), nameText],
    [
      'option',
      () => changeSubnet(subnet, { dhcpOptions: [{ name: 'x' }] }),
      'opt_name is one of ntp, addresstime, ipv6_addresstime, domainname',
    ],
    [
      'long option',
      () => changeSubnet(subnet, { dhcpOptions: [{ name: 'ntp', value: 'x'.repeat(256) }] }),
      'the value of ntp has at most 255 characters',
    ],
  ])('%s of a subnet', (_what, call, message) => {
    expect(refusal(call)).toStrictEqual({ kind: 'invalid', message, details: { subject: { kind: 'subnet', name: '' } } })
  })

  const extended = extendVpc(vpc, ['20.0.0.0/16'])
  it.each([
    ['10.71.4.0', 'badRange', rangeText('10.71.4.0')],
    ['10.71.4.0/29', 'badRange', 'the range 10.71.4.0/29 is too small for a subnet: use a mask of /28 or shorter'],
    ['10.72.0.0/24', 'outsideVpc', 'the range 10.72.0.0/24 is not inside 10.71.0.0/16, 20.0.0.0/16, the range of VPC v1: use a part of it'],
    ['10.71.8.0/23', 'overlap', 'the range 10.71.8.0/23 overlaps 10.71.9.0/24, subnet s9 of the same VPC: use a free part of 10.71.0.0/16'],
  ])('range %s of a subnet: %s', (cidr, reason, message) => {
    expect(refusal(() => checkSubnetDraft({ ...draft, cidr }, extended, [other]))).toStrictEqual({
      kind: 'invalid',
      message,
      details: { subject: { kind: 'subnet', name: '' }, reason },
    })
  })

  it('subnet of another VPC', () => {
    expect(refusal(() => checkSubnetOf({ id: other.id, vpcId: vpc.id }, 'x'.repeat(65)))).toStrictEqual({
      kind: 'invalid',
      message: `subnet s9 does not belong to VPC ${'x'.repeat(64)}: name its own VPC`,
      details: { subject: { kind: 'subnet', name: '' }, reason: 'otherVpc' },
    })
  })

  it('name of a security group', () => {
    const details = { subject: { kind: 'securityGroup', name: '' } }
    expect(refusal(() => checkSecurityGroupDraft({ name: '' }))).toStrictEqual({ kind: 'invalid', message: nameText, details })
  })

  it('declared id, of which it shows the beginning', () => {
    expect(refusal(() => checkDeclaredId('project', 'x'.repeat(81)))).toStrictEqual({
      kind: 'invalid',
      message: `"${'x'.repeat(80)}" is no id: use 1 to 64 letters, digits, _ . and -`,
      details: { subject: { kind: 'project', name: 'x'.repeat(64) } },
    })
  })
})

describe('a part that stays', () => {
  it.each([
    ['vpc', 'VPC n1 is in use by 1 connection: delete them first'],
    ['subnet', 'subnet n1 is in use by 1 connection: delete them first'],
    ['securityGroup', 'security group n1 is in use by 1 connection: delete them first'],
  ] as const)('because a connection names it: %s', (kind, message) => {
    const details = { subject: { kind, name: 'n1' } }
    expect(refusal(() => checkRemoveNetworkPart(kind, 'n1', 1))).toStrictEqual({ kind: 'conflict', message, details })
  })

  it('because of what a VPC holds: subnets before routes', () => {
    const subject = { kind: 'vpc', name: 'v1' }
    expect(refusal(() => checkRemoveNetworkPart('vpc', 'v1', 1, 2, true))).toStrictEqual({
      kind: 'conflict',
      message: 'VPC v1 still has subnets (2): delete them first',
      details: { subject },
    })
    expect(refusal(() => checkRemoveNetworkPart('vpc', 'v1', 1, 0, true))).toStrictEqual({
      kind: 'conflict',
      message: 'VPC v1 still has custom route tables or routes: delete them first',
      details: { subject, reason: 'customRoutes' },
    })
  })
})

describe('a part that is not there', () => {
  it.each([
    ['vpc', 'the vpc could not be found.'],
    ['subnet', 'the subnet could not be found.'],
    ['securityGroup', 'the security group could not be found.'],
  ] as const)('is missed in the published words: %s', (kind, words) => {
    const name = 'x'.repeat(64)
    expect(noNetworkPart(kind, `${name}y`)).toMatchObject({
      kind: 'notFound',
      message: `Query resource by id ${name} fail.${words}`,
      details: { subject: { kind, name } },
    })
  })
})
