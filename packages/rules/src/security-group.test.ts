// What rules of security groups may say, and whom they admit.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProjectId, SecurityGroupId, SecurityGroupRuleId } from './ids.ts'
import {
  admits,
  checkNewSecurityGroupRule,
  checkRemoveSecurityGroup,
  checkSecurityGroupRuleDraft,
  defaultSecurityGroupRules,
  noSecurityGroupRule,
  parsePorts,
  portSpan,
  type SecurityGroupRule,
  type SecurityGroupRuleDraft,
} from './security-group.ts'

const id = 'g1' as SecurityGroupId
const queue = '10.248.3.0/24'
const subject = { kind: 'securityGroup', name: id }

function rule(draft: Partial<SecurityGroupRuleDraft>): SecurityGroupRule {
  const parts = checkSecurityGroupRuleDraft({ direction: 'ingress', ...draft })
  return { ...parts, id: 'r1' as SecurityGroupRuleId, projectId: 'p' as ProjectId, securityGroupId: id, createdAt: 1, updatedAt: 1 }
}

describe('a new group', () => {
  it('lets everything out and in only what is of itself', () => {
    const rules = defaultSecurityGroupRules(id).map((parts) => ({ ...rule({}), ...parts }))
    expect(rules.map(({ direction, ethertype, remoteGroupId }) => [direction, ethertype, remoteGroupId])).toEqual([
      ['egress', 'IPv4', undefined],
      ['egress', 'IPv6', undefined],
      ['ingress', 'IPv4', 'g1'],
      ['ingress', 'IPv6', 'g1'],
    ])
    expect(admits(rules, queue, 5432)).toBe(false)
  })
})

describe('a group admits a queue', () => {
  const tcp = { protocol: 'tcp' }
  it.each<[string, readonly Partial<SecurityGroupRuleDraft>[], boolean]>([
    ['with nothing', [], false],
    ['by a rule about everything', [{}], true],
    ['by TCP at large', [tcp], true],
    ['by TCP as a number', [{ protocol: '6', ports: '5432' }], true],
    ['by the port', [{ ...tcp, ports: '5432' }], true],
    ['by the lowest port of a range', [{ ...tcp, ports: '5432-6000' }], true],
    ['by the highest port of a range', [{ ...tcp, ports: '5000-5432' }], true],
    ['by one of several', [{ ...tcp, ports: '22,3306,5400-5500' }], true],
    ['not by its neighbours', [{ ...tcp, ports: '5431,5433-5500' }], false],
    ['by the older form', [{ ...tcp, lowestPort: 5432, highestPort: 5432 }], true],
    ['by its own range', [{ ...tcp, remoteIpPrefix: queue }], true],
    ['by a wider range', [{ ...tcp, remoteIpPrefix: '10.248.0.0/13' }], true],
    ['by everybody', [{ ...tcp, remoteIpPrefix: '0.0.0.0/0' }], true],
    ['not by a part of it', [{ ...tcp, remoteIpPrefix: '10.248.3.0/25' }], false],
    ['not by its second half', [{ ...tcp, remoteIpPrefix: '10.248.3.128/25' }], false],
    ['beside a range below it', [{ remoteIpPrefix: '10.248.1.0/24' }, { remoteIpPrefix: queue }], true],
    ['beside a range above it', [{ remoteIpPrefix: '10.248.5.0/24' }, { remoteIpPrefix: queue }], true],
    ['by two parts that make it whole', [{ remoteIpPrefix: '10.248.3.0/25' }, { remoteIpPrefix: '10.248.3.128/25' }], true],
    ['not by another range', [{ remoteIpPrefix: '10.248.4.0/24' }], false],
    ['not by UDP', [{ protocol: 'udp', ports: '5432' }], false],
    ['not by ICMP', [{ protocol: 'icmp' }], false],
    ['not by egress', [{ direction: 'egress' }], false],
    ['not by IPv6', [{ ethertype: 'IPv6' }], false],
    ['not by a group', [{ remoteGroupId: 'g2' }], false],
    ['not where it is denied', [{ action: 'deny' }], false],
    ['not where it is denied at the same priority', [{}, { action: 'deny' }], false],
    ['not where it is denied before', [{ priority: 2 }, { action: 'deny', priority: 1 }], false],
    ['where it is denied only later', [{ action: 'deny', priority: 2 }, { priority: 1 }], true],
    ['not where a part is denied before', [{ priority: 2 }, { action: 'deny', priority: 1, remoteIpPrefix: '10.248.3.7/32' }], false],
    ['not where its first address is denied', [{ priority: 2 }, { action: 'deny', remoteIpPrefix: '10.248.3.0/32' }], false],
    [
      'not where a part is denied of what others left over',
      [{ remoteIpPrefix: '10.248.3.64/26' }, { action: 'deny', priority: 2, remoteIpPrefix: '10.248.3.7/32' }, { priority: 3 }],
      false,
    ],
    ['where another port is denied', [{ priority: 2 }, { ...tcp, action: 'deny', priority: 1, ports: '22' }], true],
    ['where another range is denied', [{ priority: 2 }, { action: 'deny', priority: 1, remoteIpPrefix: '10.248.4.0/24' }], true],
    [
      'where the denied part is let in before',
      [{ remoteIpPrefix: '10.248.3.7/32' }, { action: 'deny', priority: 2, remoteIpPrefix: '10.248.3.7/32' }, { priority: 3 }],
      true,
    ],
  ])('%s', (_title, drafts, expected) => {
    expect(admits(drafts.map(rule), queue, 5432)).toBe(expected)
  })

  it('whole or not at all: as address by address', () => {
    const drafts = fc.record({
      remoteIpPrefix: fc.tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 28, max: 32 })).map(([n, mask]) => `10.0.0.${n}/${mask}`),
      action: fc.constantFrom('allow', 'deny'),
      priority: fc.integer({ min: 1, max: 3 }),
    })
    const seen = new Set<boolean>()
    fc.assert(
      fc.property(fc.array(drafts, { maxLength: 8 }), (all) => {
        const rules = all.map(rule)
        const each = Array.from({ length: 4 }, (_, n) => admits(rules, `10.0.0.${n}/32`, 80))
        const whole = admits(rules, '10.0.0.0/30', 80)
        seen.add(whole)
        expect(whole).toBe(each.every(Boolean))
      }),
    )
    expect(seen).toEqual(new Set([true, false]))
  })

  it('not while a single address is left', () => {
    expect(admits([rule({ remoteIpPrefix: '10.0.0.1/32' })], '10.0.0.0/31', 80)).toBe(false)
    expect(admits([rule({ remoteIpPrefix: '10.0.0.0/32' })], '10.0.0.0/31', 80)).toBe(false)
  })

  it('never where the range is not one', () => {
    expect(admits([rule({})], 'x', 5432)).toBe(false)
    expect(admits([{ ...rule({}), remoteIpPrefix: 'x' }], queue, 5432)).toBe(false)
  })
})

describe('a rule', () => {
  it('gets what is absent', () => {
    expect(checkSecurityGroupRuleDraft({ direction: 'INGRESS', ethertype: '', protocol: '', remoteIpPrefix: '', action: '' })).toEqual({
      direction: 'ingress',
      ethertype: 'IPv4',
      protocol: undefined,
      ports: undefined,
      remoteIpPrefix: undefined,
      remoteGroupId: undefined,
      action: 'allow',
      priority: 1,
      description: '',
    })
  })

  it.each<[Partial<SecurityGroupRuleDraft>, string]>([
    [{ direction: 'both' }, 'direction is one of'],
    [{ ethertype: 'IPv5' }, 'ethertype is one of'],
    [{ action: 'drop' }, 'action is one of'],
    [{ priority: 0 }, 'from 1 to 100'],
    [{ priority: 101 }, 'from 1 to 100'],
    [{ priority: 1.5 }, 'from 1 to 100'],
    [{ protocol: '256' }, 'protocol is'],
    [{ protocol: 'gre' }, 'protocol is'],
    [{ protocol: '+25' }, 'protocol is'],
    [{ protocol: '0025' }, 'protocol is'],
    [{ protocol: '1.5' }, 'protocol is'],
    [{ ports: '22' }, 'need the protocol'],
    [{ protocol: '47', ports: '22' }, 'need the protocol'],
    [{ protocol: 'tcp', ports: '0' }, 'ports are'],
    [{ protocol: 'tcp', ports: '65536' }, 'ports are'],
    [{ protocol: 'tcp', ports: '30-1' }, 'ports are'],
    [{ protocol: 'tcp', ports: '22, 80' }, 'ports are'],
    [{ protocol: 'tcp', ports: Array(21).fill('1').join(',') }, 'ports are'],
    [{ protocol: 'tcp', highestPort: 22 }, 'needs port_range_min'],
    [{ protocol: 'tcp', lowestPort: 22, ports: '22' }, 'exclude each other'],
    [{ protocol: 'tcp', lowestPort: 23, highestPort: 22 }, 'ports are'],
    [{ protocol: 'icmp', lowestPort: 256 }, 'ICMP'],
    [{ protocol: 'icmp', ports: '+8' }, 'ICMP'],
    [{ protocol: 'icmp', ports: '8.5' }, 'ICMP'],
    [{ protocol: 'icmp', ports: '8-0-0' }, 'ICMP'],
    [{ protocol: 'icmp', ports: '8-256' }, 'ICMP'],
    [{ protocol: 'icmp', ports: '256-8' }, 'ICMP'],
    [{ remoteIpPrefix: '10.0.0.0/33' }, 'not an IPv4 block'],
    [{ remoteIpPrefix: 'fd00::/8' }, 'not an IPv4 block'],
    [{ ethertype: 'IPv6', remoteIpPrefix: '10.0.0.0/8' }, 'not an IPv6 block'],
    [{ ethertype: 'IPv6', remoteIpPrefix: 'fd00::/129' }, 'not an IPv6 block'],
    [{ remoteIpPrefix: '10.0.0.0/8', remoteGroupId: 'g2' }, 'exclude each other'],
    [{ remoteAddressGroupId: 'a' }, 'address groups are not offered'],
    [{ description: 'x'.repeat(256) }, 'at most 255'],
    [{ description: '<' }, 'none of them'],
  ])('%o is refused', (draft, text) => {
    expect(() => rule(draft)).toThrow(text)
  })

  it.each<[Partial<SecurityGroupRuleDraft>, string | undefined, unknown]>([
    [{}, undefined, undefined],
    [{ protocol: 'tcp', ports: '5432' }, '5432', { min: 5432, max: 5432 }],
    [{ protocol: 'tcp', ports: '1-30' }, '1-30', { min: 1, max: 30 }],
    [{ protocol: 'udp', ports: '3389,22,80-90' }, '3389,22,80-90', { min: 22, max: 3389 }],
    [{ protocol: 'tcp', lowestPort: 3306, highestPort: 3310 }, '3306-3310', { min: 3306, max: 3310 }],
    [{ protocol: 'tcp', lowestPort: 1, highestPort: 65535 }, '1-65535', { min: 1, max: 65535 }],
    [{ protocol: 'tcp', lowestPort: 22 }, '22', { min: 22, max: 22 }],
    [{ protocol: 'tcp', lowestPort: 22, highestPort: 22 }, '22', { min: 22, max: 22 }],
    [{ protocol: 'tcp', ports: Array(20).fill('1').join(',') }, Array(20).fill('1').join(','), { min: 1, max: 1 }],
    [{ protocol: 'icmp', lowestPort: 8, highestPort: 0 }, '8-0', { min: 8, max: 0 }],
    [{ protocol: 'icmp', lowestPort: 8, highestPort: 8 }, '8-8', { min: 8, max: 8 }],
    [{ protocol: 'icmp', lowestPort: 13 }, '13', { min: 13, max: 13 }],
    [{ protocol: 'icmp', ports: '3-13' }, '3-13', { min: 3, max: 13 }],
    [{ protocol: 'icmpv6', ports: '255-255' }, '255-255', { min: 255, max: 255 }],
  ])('%o has the ports %s in both forms', (draft, ports, span) => {
    expect(rule(draft).ports).toBe(ports)
    expect(portSpan(rule(draft))).toEqual(span)
  })

  it.each([{ protocol: 'icmpv6' }, { protocol: '255' }, { protocol: '0' }, { priority: 100 }, { description: 'x'.repeat(255) }])(
    '%j is kept as it is',
    (draft) => expect(rule(draft)).toMatchObject(draft),
  )

  it.each<[Partial<SecurityGroupRuleDraft>, string]>([
    [{ direction: 'both' }, 'direction is one of ingress, egress'],
    [{ remoteIpPrefix: 'x' }, 'remote_ip_prefix is not an IPv4 block: write it like 10.71.0.0/24'],
    [{ ethertype: 'IPv6', remoteIpPrefix: 'x' }, 'remote_ip_prefix is not an IPv6 block: write it like fd00::/8'],
  ])('%j is refused with the way out', (draft, message) => {
    const details = { subject: { kind: 'securityGroup', name: '' } }
    expect(() => rule(draft)).toThrow(expect.objectContaining({ kind: 'invalid', message, details }))
  })

  it('that is not there is named by 64 characters at most', () => {
    expect(noSecurityGroupRule('r'.repeat(65))).toMatchObject({
      kind: 'notFound',
      message: `Query resource by id ${'r'.repeat(64)} fail.the security group rule could not be found.`,
      details: { subject: { kind: 'securityGroup', name: 'r'.repeat(64) } },
    })
  })

  it('takes an IPv6 block where it is about IPv6', () => {
    expect(rule({ ethertype: 'IPv6', remoteIpPrefix: 'fd00::/8' }).remoteIpPrefix).toBe('fd00::/8')
  })

  it('comes once in a group, and a group has at most 500', () => {
    const one = rule({ protocol: 'tcp', ports: '22' })
    checkNewSecurityGroupRule(id, rule({ protocol: 'tcp', ports: '23' }), [one])
    expect(() => checkNewSecurityGroupRule(id, one, [one])).toThrow(
      expect.objectContaining({ kind: 'conflict', message: 'security group g1 has this rule already: r1', details: { subject } }),
    )
    checkNewSecurityGroupRule(id, rule({}), Array(499).fill(one))
    expect(() => checkNewSecurityGroupRule(id, rule({}), Array(500).fill(one))).toThrow(
      expect.objectContaining({ kind: 'exhausted', message: 'a security group has at most 500 rules', details: { subject } }),
    )
  })

  it('of another group keeps the group that it names', () => {
    checkRemoveSecurityGroup(id, [{ securityGroupId: id }])
    expect(() => checkRemoveSecurityGroup(id, [{ securityGroupId: 'g2' as SecurityGroupId }])).toThrow(
      expect.objectContaining({
        kind: 'conflict',
        message: 'security group g1 is named by a rule of security group g2: delete that rule first',
        details: { subject },
      }),
    )
  })
})

describe('ports', () => {
  it('are ranges in order of writing', () => {
    expect(parsePorts('22,3389,80-90')).toEqual([
      { first: 22, last: 22 },
      { first: 3389, last: 3389 },
      { first: 80, last: 90 },
    ])
    expect(parsePorts('1-65535')).toEqual([{ first: 1, last: 65535 }])
    for (const text of ['', ',', '1-', '-1', '1,,2', '1-2-3', 'x', '70000']) expect(parsePorts(text), text).toBeUndefined()
  })
})
