// Tags of VPCs, subnets and security groups, read and replaced as the provider does it: the old ones go, then the new ones come.

import { hasChanged, tagMap, tagsOf } from './attributes.ts'
import type { Attributes } from './plan.ts'
import { inEnglish, type Provider } from './provider.ts'

/** What is tagged. */
export interface Tagged {
  readonly type: 'vpcs' | 'subnets' | 'security-groups'
  readonly id: string
}

/** The tags as an attribute. */
export async function readTags(provider: Provider, { type, id }: Tagged): Promise<Readonly<Record<string, string>>> {
  const call = { method: 'GET', path: `v2.0/{project_id}/${type}/${id}/tags`, headers: inEnglish, statuses: [202, 200] } as const
  const { tags } = await provider.read(call, { tags: [{ key: 'string', value: 'string' }] })
  return tagMap(tags)
}

/** Adds the tags of a configuration, where it has any. */
export async function addTags(provider: Provider, tagged: Tagged, configuration: Attributes): Promise<void> {
  await act(provider, tagged, 'create', configuration)
}

/** Replaces the tags where they differ. */
export async function replaceTags(provider: Provider, tagged: Tagged, [before, after]: readonly [Attributes, Attributes]): Promise<void> {
  if (!hasChanged(before, after, 'tags')) return
  await act(provider, tagged, 'delete', before)
  await act(provider, tagged, 'create', after)
}

async function act(provider: Provider, { type, id }: Tagged, action: string, attributes: Attributes): Promise<void> {
  const tags = tagsOf(attributes)
  if (tags === undefined) return
  const path = `v2.0/{project_id}/${type}/${id}/tags/action`
  await provider.send({ method: 'POST', path, body: { action, tags }, statuses: [200, 204] })
}
