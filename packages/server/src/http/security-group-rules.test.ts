// Security groups and their rules over HTTP, in both versions.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type Received, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const refusal = ({ status, body }: Received) => [status, body.code ?? body.error_code]

async function createGroup(name: string, more: object = {}) {
  const { body, status, text } = await server.ask('createSecurityGroupV3', { body: { security_group: { name, ...more } } })
  if (status !== 201) throw new Error(text)
  return body.security_group
}

describe('security groups', () => {
  it('a security group starts with four rules, is changed, and keeps what is sent', async () => {
    const group = await createGroup('databases', { tags: [{ key: 'stage', value: 'test' }] })
    expect(group.tags).toEqual([{ key: 'stage', value: 'test' }])
    const heads = group.security_group_rules.map((rule: Record<string, string>) => [rule['direction'], rule['ethertype']])
    expect(heads).toEqual([
      ['egress', 'IPv4'],
      ['egress', 'IPv6'],
      ['ingress', 'IPv4'],
      ['ingress', 'IPv6'],
    ])
    const params = { security_group_id: group.id }
    const older = (await server.ask('getSecurityGroup', { params })).body.security_group
    expect(older.security_group_rules[2]).toMatchObject({
      protocol: null,
      port_range_min: null,
      remote_group_id: group.id,
      tenant_id: publishedProject,
    })
    const update = async (security_group: object) => server.ask('updateSecurityGroup', { params, body: { security_group } })
    expect((await update({ description: 'd' })).body.security_group).toMatchObject({ name: 'databases', description: 'd' })
    expect((await update({ name: 'renamed', description: '' })).body.security_group).toMatchObject({ name: 'renamed', description: '' })
    expect(refusal(await update({ name: 'a b' }))).toEqual([400, 'VPC.0601'])
    await createGroup('another')
    const named = await server.send('GET', `/v3/${publishedProject}/vpc/security-groups?name=renamed&name=none&enterprise_project_id=0`)
    expect(named.body.security_groups.map(({ id }: { id: string }) => id)).toEqual([group.id])
    for (const { id: rule_id } of group.security_group_rules) {
      expect((await server.ask('deleteSecurityGroupRuleV3', { params: { rule_id } })).status).toBe(204)
    }
    expect((await server.ask('getSecurityGroupV3', { params })).body.security_group.security_group_rules).toEqual([])
  })

  it('a group that another group’s rule names stays until that is gone', async () => {
    const [named, naming] = [await createGroup('named'), await createGroup('naming')]
    const rule = { security_group_id: naming.id, direction: 'ingress', remote_group_id: named.id }
    const { body } = await server.ask('createSecurityGroupRuleV3', { body: { security_group_rule: rule } })
    const params = { security_group_id: named.id }
    const refused = await server.ask('deleteSecurityGroupV3', { params })
    expect(refusal(refused)).toEqual([409, 'VPC.0602'])
    expect(refused.body.error_msg).toContain(naming.id)
    await server.ask('deleteSecurityGroupRuleV3', { params: { rule_id: body.security_group_rule.id } })
    expect((await server.ask('deleteSecurityGroupV3', { params })).status).toBe(204)
    expect((await server.ask('listSecurityGroupRules', { query: { security_group_id: named.id } })).body.security_group_rules).toEqual([])
  })
})

describe('rules of security groups', () => {
  it('a rule is created in either version and reads back in both', async () => {
    const { id: security_group_id } = await createGroup('rules')
    const common = { security_group_id, direction: 'ingress', ethertype: 'IPv4', protocol: 'tcp', remote_ip_prefix: '172.16.0.0/16' }
    const newer = { ...common, description: 'n', multiport: '5432', action: 'deny', priority: 7 }
    const created = await server.ask('createSecurityGroupRuleV3', { body: { security_group_rule: newer } })
    expect(created.status).toBe(201)
    expect(created.body.security_group_rule).toMatchObject({ ...newer, remote_group_id: null, project_id: publishedProject })
    const rule_id = created.body.security_group_rule.id
    expect((await server.ask('getSecurityGroupRule', { params: { rule_id } })).body.security_group_rule).toMatchObject({
      ...common,
      description: 'n',
      port_range_min: 5432,
      port_range_max: 5432,
    })
    const older = { ...common, description: 'o', port_range_min: '3306', port_range_max: 3310, remote_group_id: '' }
    const second = await server.ask('createSecurityGroupRule', { body: { security_group_rule: older } })
    expect([second.status, second.body.security_group_rule]).toMatchObject([200, { ...older, port_range_min: 3306, remote_group_id: null }])
    const other = second.body.security_group_rule.id
    const inV3 = (await server.ask('getSecurityGroupRuleV3', { params: { rule_id: other } })).body.security_group_rule
    expect(inV3).toMatchObject({ multiport: '3306-3310', action: 'allow', priority: 1 })
    await walkLists(security_group_id, [rule_id, other])
    expect((await server.ask('deleteSecurityGroupRule', { params: { rule_id: other } })).status).toBe(204)
    expect((await server.ask('deleteSecurityGroupRuleV3', { params: { rule_id } })).status).toBe(204)
    for (const id of ['getSecurityGroupRule', 'getSecurityGroupRuleV3', 'deleteSecurityGroupRule', 'deleteSecurityGroupRuleV3'] as const) {
      expect(refusal(await server.ask(id, { params: { rule_id } })), id).toEqual([404, 'VPC.0603'])
    }
  })

  it('a rule that cannot be is refused with the codes of its version', async () => {
    const { id: security_group_id } = await createGroup('refusals')
    const base = { security_group_id, direction: 'ingress', protocol: 'tcp' }
    const ask = async (rule: object) => server.ask('createSecurityGroupRuleV3', { body: { security_group_rule: rule } })
    expect(refusal(await ask({ ...base, multiport: '0' }))).toEqual([400, 'VPC.0601'])
    expect(refusal(await ask({ ...base, security_group_id: 'none' }))).toEqual([404, 'VPC.0603'])
    expect(refusal(await ask({ ...base, remote_group_id: 'none' }))).toEqual([404, 'VPC.0603'])
    expect(refusal(await ask({ ...base, remote_address_group_id: 'x' }))).toEqual([400, 'VPC.0601'])
    expect(refusal(await ask({ security_group_id }))).toEqual([400, 'VPC.0601'])
    expect((await ask(base)).status).toBe(201)
    expect(refusal(await ask(base))).toEqual([409, 'VPC.0602'])
    const older = await server.ask('createSecurityGroupRule', { body: { security_group_rule: { ...base, port_range_max: 1 } } })
    expect([older.status, older.body]).toEqual([400, { code: 'VPC.0601', message: expect.stringContaining('port_range_min') }])
  })
})

/** Both lists hold the rules of a group, and go on behind a marker. */
async function walkLists(security_group_id: string, ids: readonly string[]): Promise<void> {
  for (const version of ['', 'V3'] as const) {
    const seen: string[] = []
    for (let marker: string | undefined; ; marker = seen.at(-1)) {
      const query = { security_group_id, limit: 4, ...(marker === undefined ? {} : { marker }) }
      const { body } = await server.ask(`listSecurityGroupRules${version}`, { query })
      if (body.security_group_rules.length === 0) break
      seen.push(...body.security_group_rules.map(({ id }: { id: string }) => id))
    }
    expect(seen).toHaveLength(6)
    expect(seen).toEqual(expect.arrayContaining([...ids]))
  }
  const denied = await server.ask('listSecurityGroupRulesV3', {
    query: { security_group_id, action: 'deny', direction: 'ingress', protocol: 'tcp' },
  })
  expect(denied.body.security_group_rules.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 1))
}
