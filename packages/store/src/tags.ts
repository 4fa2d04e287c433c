// Labels on resources of every kind.

import type { ProjectId, Tag, TagCondition, TaggableKind, TagSearch } from '@tributary/rules'
import { type AliasedExpression, type Kysely, sql, type SqlBool } from 'kysely'
import type { Schema } from './schema.ts'

/** The kinds of resources that carry tags. */
export type TaggedKind = 'queue' | 'pool' | 'connection' | 'classicConnection' | 'database' | 'job' | 'vpc' | 'subnet' | 'securityGroup'

/** A resource that carries tags. */
export interface TaggedResource {
  readonly projectId: ProjectId
  readonly kind: TaggedKind
  readonly id: string
}

/** A resource that the tag calls find. */
export interface NamedResource {
  readonly id: string
  readonly name: string
}

/** Reads and writes tags. */
export class Tags {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** By key. */
  async list(resourceId: string): Promise<readonly Tag[]> {
    return this.#db.selectFrom('tags').select(['key', 'value']).where('resource_id', '=', resourceId).orderBy('key').execute()
  }

  /** Adds tags; a key that is there gets the new value. */
  async put({ projectId, kind, id }: TaggedResource, tags: readonly Tag[]): Promise<void> {
    if (tags.length === 0) return
    await this.#db
      .insertInto('tags')
      .values(tags.map(({ key, value }) => ({ resource_id: id, key, resource_kind: kind, project_id: projectId, value })))
      .onConflict((on) => on.columns(['resource_id', 'key']).doUpdateSet((of) => ({ value: of.ref('excluded.value') })))
      .execute()
  }

  /** The tags of several resources, by id of the resource. */
  async listOf(resourceIds: readonly string[]): Promise<ReadonlyMap<string, readonly Tag[]>> {
    if (resourceIds.length === 0) return new Map()
    if (resourceIds.length === 0) return new Map()
    const rows = await this.#db
      .selectFrom('tags')
      .select(['resource_id', 'key', 'value'])
      .where('resource_id', 'in', resourceIds)
      .orderBy('key')
      .execute()
    return new Map(
      [...Map.groupBy(rows, (row) => row.resource_id)].map(([id, tags]) => [id, tags.map(({ key, value }) => ({ key, value }))]),
    )
  }

  /** Removes tags by key; a key that is not there is fine. */
  async removeKeys(resourceId: string, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return
    await this.#db.deleteFrom('tags').where('resource_id', '=', resourceId).where('key', 'in', keys).execute()
  }

  /** Removes every tag of a resource. */
  async removeAll(resourceId: string): Promise<void> {
    await this.#db.deleteFrom('tags').where('resource_id', '=', resourceId).execute()
  }

  /** Removes tags by key; where a value is given, only if the tag has it. */
  async remove(resourceId: string, tags: readonly { readonly key: string; readonly value?: string | undefined }[]): Promise<void> {
    for (const { key, value } of tags) {
      let doomed = this.#db.deleteFrom('tags').where('resource_id', '=', resourceId).where('key', '=', key)
      if (value !== undefined && value !== '') doomed = doomed.where('value', '=', value)
      await doomed.execute()
    }
  }

  /** A live resource by its id, or by its name where that is unique. */
  async findResource(projectId: ProjectId, kind: TaggableKind, id: string): Promise<NamedResource | undefined> {
    return this.#db
      .selectFrom(this.#resources(projectId, kind))
      .selectAll()
      .where((of) => of.or([of('id', '=', id), ...(kind === 'classicConnection' ? [] : [of('name', '=', id)])]))
      .orderBy((of) => of.case().when('id', '=', id).then(0).else(1).end())
      .executeTakeFirst()
  }

  /** The keys on live resources of a kind with the values that each has, by key; `total` counts every key. */
  async listKeys(
    projectId: ProjectId,
    kind: TaggableKind,
    page: { readonly limit: number; readonly offset: number },
  ): Promise<{ readonly total: number; readonly tags: readonly TagCondition[] }> {
    const used = this.#db
      .selectFrom('tags')
      .innerJoin(this.#resources(projectId, kind), 'resource.id', 'tags.resource_id')
      .where('tags.project_id', '=', projectId)
      .where('tags.resource_kind', '=', kind)
    const keys = await used.select('tags.key').distinct().orderBy('tags.key').execute()
    const shown = keys.slice(page.offset, page.offset + page.limit).map(({ key }) => key)
    if (shown.length === 0) return { total: keys.length, tags: [] }
    const rows = await used.select(['tags.key', 'tags.value']).distinct().where('tags.key', 'in', shown).orderBy('tags.value').execute()
    const values = Map.groupBy(rows, ({ key }) => key)
    return {
      total: keys.length,
      tags: shown.map((key) => ({ key, values: (values.get(key) ?? []).map(({ value }) => value) })),
    }
  }

  /** Live resources of a kind that a search finds, by name; `total` counts every match, whatever the page. */
  async findTagged(
    projectId: ProjectId,
    kind: TaggableKind,
    search: TagSearch,
    page: { readonly limit: number; readonly offset: number },
  ): Promise<{ readonly total: number; readonly resources: readonly (NamedResource & { readonly tags: readonly Tag[] })[] }> {
    let matching = this.#db.selectFrom(this.#resources(projectId, kind))
    if (search.id !== undefined) matching = matching.where('resource.id', '=', search.id)
    if (search.namePart !== undefined) {
      const pattern = `%${search.namePart.replace(/[\\%_]/g, '\\$&')}%`
      matching = matching.where(sql<SqlBool>`lower(resource.name) like lower(${pattern}) escape '\\'`)
    }
    const ofKind = this.#db.selectFrom('tags').select('resource_id').where('project_id', '=', projectId).where('resource_kind', '=', kind)
    if (search.withoutAnyTag) matching = matching.where('resource.id', 'not in', ofKind)
    for (const { key, values } of search.withoutAnyTag ? [] : search.tags) {
      const tagged = ofKind.where('key', '=', key)
      matching = matching.where('resource.id', 'in', values.length === 0 ? tagged : tagged.where('value', 'in', values))
    }
    const { total } = await matching.select((of) => of.fn.countAll<number | string>().as('total')).executeTakeFirstOrThrow()
    const rows = await matching.selectAll().orderBy('resource.name').orderBy('resource.id').limit(page.limit).offset(page.offset).execute()
    const tags = await this.listOf(rows.map(({ id }) => id))
    return { total: Number(total), resources: rows.map(({ id, name }) => ({ id, name, tags: tags.get(id) ?? [] })) }
  }

  #resources(projectId: ProjectId, kind: TaggableKind): AliasedExpression<NamedResource, 'resource'> {
    const db = this.#db
    switch (kind) {
      case 'queue':
        return db.selectFrom('queues').select(['id', 'name']).where('project_id', '=', projectId).as('resource')
      case 'pool':
        return db.selectFrom('pools').select(['id', 'name']).where('project_id', '=', projectId).as('resource')
      case 'database':
        return db.selectFrom('databases').select(['id', 'name']).where('project_id', '=', projectId).as('resource')
      case 'connection':
        return db
          .selectFrom('connections')
          .select(['id', 'name'])
          .where('project_id', '=', projectId)
          .where('state', '!=', 'DELETED')
          .as('resource')
      case 'classicConnection':
        return db
          .selectFrom('classic_connections')
          .select(['id', 'name'])
          .where('project_id', '=', projectId)
          .where('state', '!=', 'DELETED')
          .as('resource')
    }
  }
}
