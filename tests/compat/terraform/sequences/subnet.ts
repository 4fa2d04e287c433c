// huaweicloud_vpc_subnet: v1 for itself, v2.0 for its tags; without DNS servers in the configuration the DNS service is asked for some.

import { filled, hasChanged, textOf } from './attributes.ts'
import type { Resource } from './lifecycle.ts'
import { type Attributes, computed, given } from './plan.ts'
import { isGone, type Provider, Refused } from './provider.ts'
import { removeInRounds } from './vpc.ts'
import { addTags, readTags, replaceTags } from './vpc-tags.ts'

/** The resource. */
export const subnet: Resource = {
  schema: {
    name: given('string'),
    cidr: given('string'),
    gateway_ip: given('string'),
    vpc_id: given('string'),
    availability_zone: computed('string'),
    description: given('string'),
    ipv6_enable: given('bool'),
    dhcp_enable: given('bool'),
    primary_dns: computed('string'),
    secondary_dns: computed('string'),
    dns_list: computed({ list: 'string' }),
    ntp_server_address: given('string'),
    dhcp_lease_time: computed('string'),
    dhcp_domain_name: given('string'),
    ipv4_subnet_id: computed('string'),
    tags: given('map'),
  },
  create,
  read,
  update,
  remove,
  importState: (id) => ({ id }),
}

const all = 'v1/{project_id}/subnets'
const one = (id: unknown) => `${all}/${String(id)}`
const inVpc = (attributes: Attributes) => `v1/{project_id}/vpcs/${textOf(attributes, 'vpc_id')}/subnets/${textOf(attributes, 'id')}`
const shape = {
  subnet: {
    id: 'string',
    name: 'string',
    description: 'string',
    cidr: 'string',
    dnsList: ['string'],
    status: 'string',
    gateway_ip: 'string',
    ipv6_enable: 'bool',
    cidr_v6: 'string',
    gateway_ip_v6: 'string',
    dhcp_enable: 'bool',
    primary_dns: 'string',
    secondary_dns: 'string',
    availability_zone: 'string',
    vpc_id: 'string',
    neutron_subnet_id: 'string',
    neutron_subnet_id_v6: 'string',
    extra_dhcp_opts: [{ opt_name: 'string', opt_value: 'string' }],
  },
} as const
const options = { addresstime: 'dhcp_lease_time', ntp: 'ntp_server_address', domainname: 'dhcp_domain_name' } as const

async function create(provider: Provider, configuration: Attributes): Promise<string> {
  const { name, cidr, gateway_ip, vpc_id, description, primary_dns, secondary_dns } = configuration
  const given = filled({ name, cidr, gateway_ip, vpc_id, description, primary_dns, secondary_dns })
  const chosen = filled({ dnsList: await dnsServers(provider, configuration), extra_dhcp_opts: dhcpOptions(configuration) })
  const flags = { dhcp_enable: configuration['dhcp_enable'], ipv6_enable: configuration['ipv6_enable'] ?? false }
  const call = { method: 'POST', path: all, body: { subnet: { ...given, ...chosen, ...flags } }, statuses: [200] } as const
  const { subnet: made } = await provider.read(call, shape)
  await provider.poll({ firstMs: 5_000, nextMs: 5_000 }, async () => {
    const { status } = (await provider.read({ method: 'GET', path: one(made.id) }, shape)).subnet
    if (status === 'DOWN' || status === 'ERROR') throw new Error(`the subnet is ${status}`)
    return status === 'ACTIVE' ? status : undefined
  })
  await addTags(provider, { type: 'subnets', id: made.id }, configuration)
  return made.id
}

/** What the configuration says, else what the DNS service says, else two public ones. */
async function dnsServers(provider: Provider, configuration: Attributes): Promise<unknown> {
  if (configuration['dns_list'] !== undefined) return configuration['dns_list']
  if (configuration['primary_dns'] !== undefined) return undefined
  await provider.send({ method: 'GET', path: 'v2/nameservers?region=local' }).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error
  })
  return ['8.8.8.8', '114.114.114.114']
}

function dhcpOptions(attributes: Attributes): readonly object[] {
  const set = Object.entries(options).filter(([, name]) => attributes[name] !== undefined)
  return set.map(([opt_name, name]) => ({ opt_name, opt_value: attributes[name] }))
}

async function read(provider: Provider, { id }: Attributes): Promise<Attributes | undefined> {
  const found = await provider.read({ method: 'GET', path: one(id) }, shape).catch((error: unknown) => {
    if (!isGone(error)) throw error
  })
  if (found === undefined) return undefined
  const { name, description, cidr, gateway_ip, ipv6_enable, dhcp_enable, primary_dns, secondary_dns, vpc_id } = found.subnet
  const shown = { name, description, cidr, gateway_ip, ipv6_enable, dhcp_enable, primary_dns, secondary_dns, vpc_id }
  const { dnsList: dns_list, availability_zone, neutron_subnet_id: ipv4_subnet_id } = found.subnet
  const extra = found.subnet.extra_dhcp_opts.map(({ opt_name, opt_value }) => [options[opt_name as keyof typeof options], opt_value])
  const tags = await readTags(provider, { type: 'subnets', id: String(id) })
  return { ...shown, dns_list, availability_zone, ipv4_subnet_id, ...Object.fromEntries(extra), tags }
}

const changeable = ['name', 'description', 'dhcp_enable', 'primary_dns', 'secondary_dns', 'dns_list', ...Object.values(options)]

async function update(provider: Provider, before: Attributes, after: Attributes): Promise<void> {
  if (hasChanged(before, after, ...changeable)) {
    const changed = (name: string, member: string) => (hasChanged(before, after, name) ? { [member]: after[name] ?? '' } : {})
    const body = {
      name: after['name'],
      dhcp_enable: after['dhcp_enable'],
      ...changed('description', 'description'),
      ...changed('primary_dns', 'primary_dns'),
      ...changed('secondary_dns', 'secondary_dns'),
      ...changed('dns_list', 'dnsList'),
      ...(hasChanged(before, after, ...Object.values(options)) ? { extra_dhcp_opts: changedOptions(after) } : {}),
    }
    await provider.read({ method: 'PUT', path: inVpc(before), body: { subnet: body }, statuses: [200] }, shape)
  }
  await replaceTags(provider, { type: 'subnets', id: textOf(before, 'id') }, [before, after])
}

/** An option that is to go is sent with a null. */
function changedOptions(after: Attributes): readonly object[] {
  const gone = (['ntp', 'domainname'] as const).filter((name) => after[options[name]] === undefined)
  return [...dhcpOptions(after), ...gone.map((opt_name) => ({ opt_name, opt_value: null }))]
}

async function remove(provider: Provider, state: Attributes): Promise<void> {
  // A 400 counts as deleted here: a subnet that is in use must not be refused so.
  const round = { shown: one(state['id']), deleted: inVpc(state), firstMs: 5_000, retried: [403, 409, 500], done: [400] }
  await removeInRounds(provider, round)
}
