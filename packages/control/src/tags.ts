// Tags of resources of every kind: added, removed, listed, searched by.

import {
  type Caller,
  checkAddedTags,
  checkTagSearch,
  noTaggedResource,
  type Tag,
  type TagCondition,
  type TagDraft,
  taggableKindOf,
  type TaggableKind,
  type TagSearchDraft,
} from '@tributary/rules'
import type { NamedResource, Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'

/** A part of a list; `limit` 0 is all. */
export interface TagPage {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** A resource that a search found. */
export interface TaggedResourceView extends NamedResource {
  readonly tags: readonly Tag[]
}

/** The use cases of tags; resource types are the tokens of the path, `dli_queue`, `dli_enhanced_connection`, `dli_database` .. */
export function tags({ store }: Deps) {
  return {
    /** A key that is there gets the new value. @throws {ServiceError} `invalid`, `exhausted` over 20 tags, `notFound` resource */
    async add(caller: Caller, resourceType: string, id: string, drafts: readonly TagDraft[]): Promise<void> {
      await store.transaction(async (tx) => {
        const { kind, resource } = await getResource(tx, caller, resourceType, id)
        const added = checkAddedTags(await tx.tags.list(resource.id), drafts)
        await tx.tags.put({ projectId: caller.project, kind, id: resource.id }, added)
      })
    },

    /** Tags that are not there are fine; one that is sent with a value goes only if it has that. @throws {ServiceError} `notFound` resource */
    async remove(caller: Caller, resourceType: string, id: string, drafts: readonly TagDraft[]): Promise<void> {
      await store.transaction(async (tx) => {
        const { resource } = await getResource(tx, caller, resourceType, id)
        await tx.tags.remove(resource.id, drafts)
      })
    },

    /** By key. @throws {ServiceError} `notFound` resource */
    async list(
      caller: Caller,
      resourceType: string,
      id: string,
      page: TagPage,
    ): Promise<{ readonly total: number; readonly tags: readonly Tag[] }> {
      const { resource } = await getResource(store, caller, resourceType, id)
      const found = await store.tags.list(resource.id)
      const { limit, offset } = pageOf(page)
      return { total: found.length, tags: found.slice(offset, offset + limit) }
    },

    /** Keys in use on resources of a type with their values; none for a type of which nothing exists. */
    async listKeys(
      caller: Caller,
      resourceType: string,
      page: TagPage,
    ): Promise<{ readonly total: number; readonly tags: readonly TagCondition[] }> {
      const kind = taggableKindOf(resourceType)
      return kind === undefined ? { total: 0, tags: [] } : store.tags.listKeys(caller.project, kind, pageOf(page))
    },

    /** Resources of a type, by name; none for a type of which nothing exists. @throws {ServiceError} `invalid` */
    async search(
      caller: Caller,
      resourceType: string,
      draft: TagSearchDraft,
      page: TagPage,
    ): Promise<{ readonly total: number; readonly resources: readonly TaggedResourceView[] }> {
      const search = checkTagSearch(draft)
      const kind = taggableKindOf(resourceType)
      return kind === undefined ? { total: 0, resources: [] } : store.tags.findTagged(caller.project, kind, search, pageOf(page))
    },
  }
}

/** @throws {ServiceError} `notFound` */
async function getResource(
  from: Pick<Transaction, 'tags'>,
  { project }: Caller,
  resourceType: string,
  id: string,
): Promise<{ readonly kind: TaggableKind; readonly resource: NamedResource }> {
  const kind = taggableKindOf(resourceType)
  const resource = kind === undefined ? undefined : await from.tags.findResource(project, kind, id)
  if (kind === undefined || resource === undefined) throw noTaggedResource(resourceType, kind, id)
  return { kind, resource }
}

function pageOf({ limit = 100, offset = 0 }: TagPage): { readonly limit: number; readonly offset: number } {
  return { limit: limit === 0 ? 10_000 : limit, offset }
}
