// huaweicloud_networking_secgroup: made over v3, read over v1, v3 and v2.0 (tags), deleted over v1.

import { filled, textOf } from './attributes.ts'
import type { Resource } from './lifecycle.ts'
import { type Attributes, computed, given } from './plan.ts'
import { isGone, type Provider } from './provider.ts'
import { removeInRounds } from './vpc.ts'
import { addTags, readTags, replaceTags } from './vpc-tags.ts'

const rule = { id: 'string', direction: 'string', protocol: 'string', ethertype: 'string', description: 'string' } as const
const remote = { remote_ip_prefix: 'string', remote_group_id: 'string' } as const
const shownRule = { ...rule, ...remote, ports: 'string', action: 'string', priority: 'int' } as const

/** The resource. */
export const securityGroup: Resource = {
  schema: {
    name: given('string'),
    description: given('string'),
    enterprise_project_id: computed('string'),
    delete_default_rules: given('bool'),
    rules: computed({ list: shownRule }),
    created_at: computed('string'),
    updated_at: computed('string'),
    tags: given('map'),
  },
  create,
  read,
  update,
  remove,
  importState: (id) => ({ id }),
}

const newer = 'v3/{project_id}/vpc/security-groups'
const older = (id: unknown) => `v1/{project_id}/security-groups/${String(id)}`
const group = { id: 'string', name: 'string', description: 'string', vpc_id: 'string', enterprise_project_id: 'string' } as const
const olderRule = { ...rule, ...remote, security_group_id: 'string', port_range_min: 'int', port_range_max: 'int' } as const
const newerRule = { ...rule, ...remote, multiport: 'string', action: 'string', priority: 'int' } as const
const olderShape = { security_group: { ...group, security_group_rules: [olderRule] } } as const
const newerShape = {
  security_group: { ...group, project_id: 'string', created_at: 'string', updated_at: 'string', security_group_rules: [newerRule] },
} as const

async function create(provider: Provider, configuration: Attributes): Promise<string> {
  const { name, enterprise_project_id, description } = configuration
  const body = { security_group: filled({ name, enterprise_project_id }) }
  const { security_group: made } = await provider.read({ method: 'POST', path: newer, body }, newerShape)
  if (description !== undefined)
    await provider.read({ method: 'PUT', path: `${newer}/${made.id}`, body: { security_group: { description } } }, newerShape)
  if (configuration['delete_default_rules'] === true)
    for (const { id } of made.security_group_rules)
      await provider.send({ method: 'DELETE', path: `v3/{project_id}/vpc/security-group-rules/${id}` })
  await addTags(provider, { type: 'security-groups', id: made.id }, configuration)
  return made.id
}

async function read(provider: Provider, { id }: Attributes): Promise<Attributes | undefined> {
  const found = await provider.read({ method: 'GET', path: older(id), statuses: [200] }, olderShape).catch((error: unknown) => {
    if (!isGone(error)) throw error
  })
  if (found === undefined) return undefined
  const { security_group: shown } = await provider.read({ method: 'GET', path: `${newer}/${String(id)}` }, newerShape)
  const { name, description, created_at, updated_at } = shown
  const rules = shown.security_group_rules.map(({ multiport: ports, ...other }) => ({ ...other, ports }))
  const tags = await readTags(provider, { type: 'security-groups', id: String(id) })
  const { enterprise_project_id } = found.security_group
  return { name, description, enterprise_project_id, rules, created_at, updated_at, tags }
}

async function update(provider: Provider, before: Attributes, after: Attributes): Promise<void> {
  const id = textOf(before, 'id')
  const body = { security_group: { name: after['name'], description: textOf(after, 'description') } }
  await provider.read({ method: 'PUT', path: `${newer}/${id}`, body }, newerShape)
  await replaceTags(provider, { type: 'security-groups', id }, [before, after])
}

async function remove(provider: Provider, { id }: Attributes): Promise<void> {
  await removeInRounds(provider, { shown: older(id), deleted: older(id), firstMs: 5_000, retried: [409] })
}
