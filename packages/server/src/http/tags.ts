// Tags of resources: wire in, one use case, wire out.

import { type BodyOf, operations } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { TagSearchDraft } from '@tributary/rules'
import type { Door } from './door.ts'

/** Routes of tags. */
export function tagRoutes(door: Door, control: Control): void {
  door.on(operations.createTags, async ({ caller, params, body }) => {
    await control.tags.add(caller, params.resource_type, params.resource_id, body.tags)
  })
  door.on(operations.deleteTags, async ({ caller, params, body }) => {
    await control.tags.remove(caller, params.resource_type, params.resource_id, body.tags)
  })
  door.on(operations.listResourceTags, async ({ caller, params, query }) => {
    const { total, tags } = await control.tags.list(caller, params.resource_type, params.resource_id, query)
    return { tags: tags.map(({ key, value }) => ({ key, value })), count: total }
  })
  door.on(operations.listTags, async ({ caller, params, query }) => {
    const { total, tags } = await control.tags.listKeys(caller, params.resource_type, query)
    return { tags: tags.map(({ key, values }) => ({ key, values: [...values] })), count: total }
  })
  door.on(operations.filterResources, async ({ caller, params, query, body }) => {
    const { total, resources } = await control.tags.search(caller, params.resource_type, searchOf(body), query)
    return {
      total_count: total,
      resources: resources.map(({ id, name, tags }) => ({
        resource_id: id,
        resource_name: name,
        resource_detail: {},
        tags: tags.map(({ key, value }) => ({ key, value })),
      })),
    }
  })
  door.on(operations.countResources, async ({ caller, params, body }) => {
    const { total } = await control.tags.search(caller, params.resource_type, searchOf(body), { limit: 1 })
    return { total_count: total }
  })
}

function searchOf({ without_any_tag: withoutAnyTag, tags, matches }: BodyOf<typeof operations.filterResources>): TagSearchDraft {
  return { withoutAnyTag, tags, matches }
}
