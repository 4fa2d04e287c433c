// huaweicloud_networking_secgroup_rule: made over v3 where it uses what only v3 knows, else over v1; read over both, never changed.

import { filled } from './attributes.ts'
import type { Resource } from './lifecycle.ts'
import { type Attributes, computed, given } from './plan.ts'
import { isGone, type Provider } from './provider.ts'
import { removeInRounds } from './vpc.ts'

/** The resource. */
export const securityGroupRule: Resource = {
  schema: {
    security_group_id: given('string'),
    direction: given('string'),
    ethertype: given('string'),
    description: given('string'),
    port_range_min: computed('int'),
    port_range_max: computed('int'),
    ports: computed('string'),
    protocol: computed('string'),
    remote_group_id: computed('string'),
    remote_address_group_id: computed('string'),
    remote_ip_prefix: computed('string'),
    action: computed('string'),
    priority: computed('int'),
  },
  create,
  read,
  remove,
  importState: (id) => ({ id }),
}

const newer = 'v3/{project_id}/vpc/security-group-rules'
const older = 'v1/{project_id}/security-group-rules'
const rule = {
  id: 'string',
  description: 'string',
  security_group_id: 'string',
  direction: 'string',
  ethertype: 'string',
  protocol: 'string',
  remote_ip_prefix: 'string',
  remote_group_id: 'string',
} as const
const olderShape = { security_group_rule: { ...rule, port_range_min: 'int', port_range_max: 'int' } } as const
const newerShape = {
  security_group_rule: { ...rule, multiport: 'string', action: 'string', priority: 'int', remote_address_group_id: 'string' },
} as const

async function create(provider: Provider, configuration: Attributes): Promise<string> {
  const { ports: multiport, ...members } = configuration
  const isNewer = ['ports', 'remote_address_group_id', 'action', 'priority'].some((name) => configuration[name] !== undefined)
  const call = { method: 'POST', path: isNewer ? newer : older, body: { security_group_rule: filled({ ...members, multiport }) } } as const
  const { security_group_rule: made } = await (isNewer ? provider.read(call, newerShape) : provider.read(call, olderShape))
  return made.id
}

async function read(provider: Provider, { id }: Attributes): Promise<Attributes | undefined> {
  const found = await provider.read({ method: 'GET', path: `${older}/${String(id)}` }, olderShape).catch((error: unknown) => {
    if (!isGone(error)) throw error
  })
  if (found === undefined) return undefined
  const { id: _, ...shown } = found.security_group_rule
  const { security_group_rule: extra } = await provider.read({ method: 'GET', path: `${newer}/${String(id)}` }, newerShape)
  const { multiport: ports, action, priority, remote_address_group_id } = extra
  return { ...shown, ports, action, priority, remote_address_group_id }
}

async function remove(provider: Provider, { id }: Attributes): Promise<void> {
  const path = `${older}/${String(id)}`
  await removeInRounds(provider, { shown: path, deleted: path, firstMs: 8_000, retried: [] })
}
