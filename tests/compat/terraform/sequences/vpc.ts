// huaweicloud_vpc: created and changed over v1, tagged over v2.0, its further ranges over v3.

import { difference, filled, hasChanged, textOf, textsOf } from './attributes.ts'
import type { Resource } from './lifecycle.ts'
import { type Attributes, computed, given } from './plan.ts'
import { isGone, type Provider, Refused } from './provider.ts'
import { addTags, readTags, replaceTags } from './vpc-tags.ts'

/** The resource. */
export const vpc: Resource = {
  schema: {
    name: given('string'),
    cidr: given('string'),
    description: given('string'),
    secondary_cidrs: computed({ set: 'string' }),
    enhanced_local_route: computed('string'),
    enterprise_project_id: computed('string'),
    status: computed('string'),
    routes: computed({ list: { destination: 'string', nexthop: 'string' } }),
    tags: given('map'),
  },
  create,
  read,
  update,
  remove,
  importState: (id) => ({ id }),
}

const all = 'v1/{project_id}/vpcs'
const one = (id: unknown) => `${all}/${String(id)}`
const shape = {
  vpc: {
    id: 'string',
    name: 'string',
    description: 'string',
    cidr: 'string',
    enhanced_local_route: 'bool',
    enterprise_project_id: 'string',
    status: 'string',
    routes: [{ destination: 'string', nexthop: 'string' }],
    enable_shared_snat: 'bool',
  },
} as const

async function create(provider: Provider, configuration: Attributes): Promise<string> {
  const { name, cidr, description, enterprise_project_id } = configuration
  const body = { vpc: filled({ name, cidr, description, enterprise_project_id }) }
  const { vpc: made } = await provider.read({ method: 'POST', path: all, body, statuses: [200] }, shape)
  await provider.poll({ firstMs: 5_000, nextMs: 3_000 }, async () => {
    const { vpc: found } = await provider.read({ method: 'GET', path: one(made.id) }, shape)
    if (found.status === 'DOWN') throw new Error('the VPC is down')
    return found.status === 'OK' ? found : undefined
  })
  await addTags(provider, { type: 'vpcs', id: made.id }, configuration)
  const extra = textsOf(configuration, 'secondary_cidrs')
  if (extra.length > 0) await extend(provider, made.id, { verb: 'add', cidrs: extra })
  return made.id
}

async function extend(provider: Provider, id: string, change: { verb: 'add' | 'remove'; cidrs: readonly string[] }): Promise<void> {
  const path = `v3/{project_id}/vpc/vpcs/${id}/${change.verb}-extend-cidr`
  await provider.send({ method: 'PUT', path, body: { vpc: { extend_cidrs: change.cidrs } } })
}

async function read(provider: Provider, { id }: Attributes): Promise<Attributes | undefined> {
  const found = await provider.read({ method: 'GET', path: one(id) }, shape).catch((error: unknown) => {
    if (!isGone(error)) throw error
  })
  if (found === undefined) return undefined
  const { name, cidr, description, enhanced_local_route: local, enterprise_project_id, status, routes } = found.vpc
  const tags = await readTags(provider, { type: 'vpcs', id: String(id) })
  const path = `v3/{project_id}/vpc/vpcs/${String(id)}`
  const { vpc: extended } = await provider.read({ method: 'GET', path }, { vpc: { extend_cidrs: ['string'] } })
  const shown = { name, cidr, description, enterprise_project_id, status, routes, tags }
  return { ...shown, enhanced_local_route: String(local), secondary_cidrs: extended.extend_cidrs }
}

async function update(provider: Provider, before: Attributes, after: Attributes): Promise<void> {
  const id = textOf(before, 'id')
  if (hasChanged(before, after, 'name', 'cidr', 'description')) {
    const description = hasChanged(before, after, 'description') ? { description: textOf(after, 'description') } : {}
    const body = { vpc: { name: after['name'], cidr: after['cidr'], ...description } }
    await provider.read({ method: 'PUT', path: one(id), body, statuses: [200] }, shape)
  }
  await replaceTags(provider, { type: 'vpcs', id }, [before, after])
  const [old, wanted] = [textsOf(before, 'secondary_cidrs'), textsOf(after, 'secondary_cidrs')]
  const [gone, added] = [difference(old, wanted), difference(wanted, old)]
  if (gone.length > 0) await extend(provider, id, { verb: 'remove', cidrs: gone })
  if (added.length > 0) await extend(provider, id, { verb: 'add', cidrs: added })
}

async function remove(provider: Provider, { id }: Attributes): Promise<void> {
  await removeInRounds(provider, { shown: one(id), deleted: one(id), firstMs: 5_000, retried: [409] })
}

/** A removal: asks whether it is there, deletes it, and so on until it is not; some refusals are tried again, some count as done. */
export async function removeInRounds(
  provider: Provider,
  round: { shown: string; deleted: string; firstMs: number; retried: readonly number[]; done?: readonly number[] },
): Promise<void> {
  const tolerate = (statuses: readonly number[], error: unknown) => {
    if (!(error instanceof Refused) || !statuses.includes(error.status)) throw error
  }
  await provider.poll({ firstMs: round.firstMs, nextMs: 5_000 }, async () => {
    try {
      await provider.send({ method: 'GET', path: round.shown })
    } catch (error) {
      if (isGone(error)) return true
      tolerate(round.retried, error)
      return undefined
    }
    try {
      await provider.send({ method: 'DELETE', path: round.deleted })
    } catch (error) {
      const done = [404, ...(round.done ?? [])]
      tolerate([...done, ...round.retried], error)
      if (done.includes((error as Refused).status)) return true
    }
    return undefined
  })
}
