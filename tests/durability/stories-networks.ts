// Writes of the user's own network: declared networks, gateways, VPCs, subnets, route tables, security groups and their rules.

import { sampleAccount } from '../servers/tributary.ts'
import type { Json, Writer } from './writer.ts'

const { projectId } = sampleAccount
const tag = { key: 'durable', value: 'yes' }
const range = (writer: Writer) => `10.${80 + writer.chance.below(100)}`

/** Declared in one call, so whole or absent in one look; then a gateway comes and goes. */
export async function declaredStory(writer: Writer): Promise<void> {
  const id = writer.fresh()
  const base = range(writer)
  const look = async () => {
    const vpc = await writer.reads('getVpc', { params: { vpc_id: id } }, (body) => body.vpc)()
    const subnet = await writer.reads('getSubnet', { params: { subnet_id: id } }, (body) => body.subnet)()
    const group = await writer.reads('getSecurityGroup', { params: { security_group_id: id } }, (body) => body.security_group)()
    const parts = { vpc: vpc?.['name'], subnet: subnet?.['name'], group: group?.['name'] }
    return Object.values(parts).every((part) => part === undefined) ? undefined : parts
  }
  const declared = {
    vpcs: [{ id, project_id: projectId, name: id, cidr: `${base}.0.0/16` }],
    subnets: [{ id, vpc_id: id, name: id, cidr: `${base}.0.0/24`, gateway_ip: `${base}.0.1` }],
    security_groups: [{ id, project_id: projectId, name: id }],
  }
  const whole = { vpc: id, subnet: id, group: id }
  const same = { subject: `declared ${id}`, look }
  await writer.write({ ...same, operation: 'declareNetworks', body: declared, shows: () => whole })
  await gatewayWrites(writer, id)
  const params = { vpc_id: id, subnet_id: id, security_group_id: id }
  await writer.write({ ...same, operation: 'deleteSubnet', params, shows: () => ({ ...whole, subnet: undefined }) })
  await writer.write({ ...same, operation: 'deleteVpc', params, shows: () => ({ ...whole, subnet: undefined, vpc: undefined }) })
  await writer.write({ ...same, operation: 'deleteSecurityGroup', params, shows: () => undefined })
}

async function gatewayWrites(writer: Writer, id: string): Promise<void> {
  const params = { vpc_id: id }
  const same = { subject: `gateway of ${id}`, look: writer.reads('getGateway', { params }), params }
  // While there is one project, every VPC gets a gateway by itself.
  const given = await same.look()
  const expected = given === undefined ? undefined : { kind: given['kind'] }
  writer.ledger.assume({ operation: 'declareNetworks', subject: same.subject, look: same.look, expected })
  const map = { kind: 'map', ranges: ['127.0.0.1/32'], map: [{ from: '10.71.0.5:5432', to: '127.0.0.1:1' }] }
  await writer.write({ ...same, operation: 'putGateway', body: map, shows: () => ({ kind: 'map', map: map.map }) })
  await writer.write({ ...same, operation: 'deleteGateway', shows: () => undefined })
}

/** A VPC with everything inside it, made, changed and taken apart. */
export async function vpcStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const base = range(writer)
  const found = (body: Json): Json => body.vpcs.find((vpc: Json) => vpc.name === name)
  const same = { subject: `vpc ${name}`, look: writer.reads('listVpcsV3', { query: { limit: 2000 } }, found) }
  const cidr = `${base}.0.0/16`
  const { vpc } = await writer.write({
    ...same,
    operation: 'createVpc',
    body: { vpc: { name, cidr } },
    shows: (answer) => ({ name, cidr, ...(answer && { id: answer.vpc.id }) }),
  })
  const params = { vpc_id: vpc.id as string }
  const described = { id: vpc.id, cidr, description: 'second', extend_cidrs: [] }
  const extend = { vpc: { extend_cidrs: ['192.168.0.0/24'] } }
  await writer.write({ ...same, operation: 'updateVpc', params, body: { vpc: { description: 'second' } }, shows: () => described })
  const extended = { ...described, extend_cidrs: ['192.168.0.0/24'] }
  await writer.write({ ...same, operation: 'extendVpc', params, body: extend, shows: () => extended })
  await writer.write({ ...same, operation: 'shrinkVpc', params, body: extend, shows: () => described })
  await subnetWrites(writer, vpc.id, base)
  await tagWrites(writer, 'Vpc', params)
  await writer.write({ ...same, operation: 'deleteVpc', params, shows: () => undefined })
}

async function subnetWrites(writer: Writer, vpcId: string, base: string): Promise<void> {
  const query = { vpc_id: vpcId }
  const same = { subject: `subnet of ${vpcId}`, look: writer.reads('listSubnets', { query }, (body) => body.subnets[0]) }
  const draft = { subnet: { name: 'first', cidr: `${base}.3.0/24`, gateway_ip: `${base}.3.1`, vpc_id: vpcId } }
  const { subnet } = await writer.write({
    ...same,
    operation: 'createSubnet',
    body: draft,
    shows: (answer) => ({ ...draft.subnet, ...(answer && { id: answer.subnet.id }) }),
  })
  const params = { vpc_id: vpcId, subnet_id: subnet.id as string }
  const change = { subnet: { name: 'second' } }
  const changed = { ...draft.subnet, id: subnet.id, name: 'second' }
  await writer.write({ ...same, operation: 'updateSubnet', params, body: change, shows: () => changed })
  await tagWrites(writer, 'Subnet', params)
  await tableWrites(writer, vpcId, subnet.id)
  await writer.write({ ...same, operation: 'deleteSubnet', params, shows: () => undefined })
}

async function tableWrites(writer: Writer, vpcId: string, subnetId: string): Promise<void> {
  const own = (body: Json): Json => body.routetables.find((table: Json) => !table.default)
  const same = { subject: `route table of ${vpcId}`, look: writer.reads('listRouteTables', { query: { vpc_id: vpcId } }, own) }
  const routes = [{ type: 'ecs', destination: '10.200.0.0/24', nexthop: 'instance-1', description: '' }]
  const { routetable } = await writer.write({
    ...same,
    operation: 'createRouteTable',
    body: { routetable: { name: 'first', vpc_id: vpcId } },
    shows: (answer) => ({ name: 'first', subnets: [], ...(answer && { id: answer.routetable.id }) }),
  })
  const params = { routetable_id: routetable.id as string }
  const added = { routetable: { name: 'second', routes: { add: routes } } }
  const move = (verb: string) => ({ routetable: { subnets: { [verb]: [subnetId] } } })
  const one = { id: routetable.id, name: 'second' }
  await writer.write({ ...same, operation: 'updateRouteTable', params, body: added, shows: () => ({ ...one, subnets: [] }) })
  await writer.write({
    ...same,
    operation: 'moveSubnets',
    params,
    body: move('associate'),
    shows: () => ({ ...one, subnets: [{ id: subnetId }] }),
  })
  await writer.write({ ...same, operation: 'moveSubnets', params, body: move('disassociate'), shows: () => ({ ...one, subnets: [] }) })
  await writer.write({ ...same, operation: 'deleteRouteTable', params, shows: () => undefined })
}

async function tagWrites(
  writer: Writer,
  kind: 'Vpc' | 'Subnet' | 'SecurityGroup',
  params: Readonly<Record<string, string>>,
): Promise<void> {
  const look = writer.reads(`list${kind}Tags`, { params }, (body) => body.tags[0])
  const same = { subject: `tags of ${kind} ${Object.values(params).join()}`, look, operation: `change${kind}Tags` as const, params }
  await writer.write({ ...same, body: { action: 'create', tags: [tag] }, shows: () => tag })
  await writer.write({ ...same, body: { action: 'delete', tags: [tag] }, shows: () => undefined })
}

/** A security group of the older calls, with a rule and tags. */
export async function groupStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const found = (body: Json): Json => body.security_groups.find((group: Json) => group.name === name)
  const look = writer.reads('listSecurityGroups', { query: { limit: 2000 } }, found)
  const same = { subject: `group ${name}`, look }
  const { security_group: group } = await writer.write({
    ...same,
    operation: 'createSecurityGroup',
    body: { security_group: { name } },
    shows: (answer) => ({ name, ...(answer && { id: answer.security_group.id }) }),
  })
  const params = { security_group_id: group.id as string }
  await tagWrites(writer, 'SecurityGroup', params)
  const draft = { security_group_id: group.id, direction: 'ingress', protocol: 'tcp', port_range_min: 4000, port_range_max: 4001 }
  const own = (body: Json): Json => body.security_group_rules.find((rule: Json) => rule.port_range_min === 4000)
  const rule = { subject: `rule of ${name}`, look: writer.reads('listSecurityGroupRules', { query: params }, own) }
  const made = await writer.write({
    ...rule,
    operation: 'createSecurityGroupRule',
    body: { security_group_rule: draft },
    shows: (answer) => ({ ...draft, ...(answer && { id: answer.security_group_rule.id }) }),
  })
  const ruleParams = { rule_id: made.security_group_rule.id as string }
  await writer.write({ ...rule, operation: 'deleteSecurityGroupRule', params: ruleParams, shows: () => undefined })
  await writer.write({ ...same, operation: 'deleteSecurityGroup', params, shows: () => undefined })
}

/** The same over the newer calls. */
export async function newerGroupStory(writer: Writer): Promise<void> {
  const name = writer.fresh()
  const found = (body: Json): Json => body.security_groups.find((group: Json) => group.name === name)
  const same = { subject: `group ${name}`, look: writer.reads('listSecurityGroupsV3', { query: { limit: 2000 } }, found) }
  const { security_group: group } = await writer.write({
    ...same,
    operation: 'createSecurityGroupV3',
    body: { security_group: { name, description: 'first' } },
    shows: (answer) => ({ name, description: 'first', ...(answer && { id: answer.security_group.id }) }),
  })
  const params = { security_group_id: group.id as string }
  const second = { security_group: { description: 'second' } }
  await writer.write({ ...same, operation: 'updateSecurityGroup', params, body: second, shows: () => ({ name, description: 'second' }) })
  const draft = { security_group_id: group.id, direction: 'ingress', protocol: 'tcp', multiport: '4000', action: 'allow', priority: 7 }
  const own = (body: Json): Json => body.security_group_rules.find((rule: Json) => rule.priority === 7)
  const rule = { subject: `rule of ${name}`, look: writer.reads('listSecurityGroupRulesV3', { query: params }, own) }
  const made = await writer.write({
    ...rule,
    operation: 'createSecurityGroupRuleV3',
    body: { security_group_rule: draft },
    shows: (answer) => ({ ...draft, ...(answer && { id: answer.security_group_rule.id }) }),
  })
  const ruleParams = { rule_id: made.security_group_rule.id as string }
  await writer.write({ ...rule, operation: 'deleteSecurityGroupRuleV3', params: ruleParams, shows: () => undefined })
  await writer.write({ ...same, operation: 'deleteSecurityGroupV3', params, shows: () => undefined })
}
