// Tags: labels on resources of every kind.

import { ServiceError } from './errors.ts'
import { say } from './text.ts'

/** A label: a key that is unique on its resource, and a value that may be empty. */
export interface Tag {
  readonly key: string
  readonly value: string
}

/** A label as it is sent; without a value it is empty. */
export interface TagDraft {
  readonly key: string
  readonly value?: string | undefined
}

const most = 20
// The newest published rule, and the letters of any script that the older one allows.
const keyPattern = /^(?! )(?!_sys_)[\p{L}\p{N} _.:+\-@]{1,128}(?<! )$/u
const valuePattern = /^[\p{L}\p{N} _.:+\-@=/]{0,255}$/u

/**
 * Checks the tags of a new resource.
 * @throws {ServiceError} `invalid` naming the entry: more than 20, a key twice, or a key or value that is not allowed
 */
export function checkTags(tags: readonly TagDraft[]): readonly Tag[] {
  if (tags.length > most) throw new ServiceError('invalid', say`there are ${tags.length} tags: send at most ${most}`)
  const keys = new Set<string>()
  return tags.map(({ key, value = '' }, index) => {
    if (!keyPattern.test(key)) {
      throw new ServiceError(
        'invalid',
        say`the key of tag ${index + 1} is not allowed: use 1 to 128 letters, digits, blanks and _ . : + - @, no blank at either end, not starting with _sys_`,
      )
    }
    if (!valuePattern.test(value)) {
      throw new ServiceError(
        'invalid',
        say`the value of tag ${index + 1} is not allowed: use up to 255 letters, digits, blanks and _ . : / = + - @`,
      )
    }
    if (keys.has(key)) throw new ServiceError('invalid', say`tag ${key} comes twice: send each key once`)
    keys.add(key)
    return { key, value }
  })
}

/** Resources that the tag calls know, by the token in their path. */
const taggedTypes = {
  dli_queue: 'queue',
  dli_elastic_resource_pool: 'pool',
  dli_enhanced_connection: 'connection',
  dli_datasource_connection: 'classicConnection',
  dli_database: 'database',
} as const

/** A kind of resource whose tags can be changed and searched. */
export type TaggableKind = (typeof taggedTypes)[keyof typeof taggedTypes]

/** @returns the kind behind `dli_queue`, `dli_enhanced_connection` ..; `undefined` for a token of which nothing exists here */
export function taggableKindOf(resourceType: string): TaggableKind | undefined {
  return Object.hasOwn(taggedTypes, resourceType) ? taggedTypes[resourceType as keyof typeof taggedTypes] : undefined
}

/**
 * Checks tags that are added to a resource; a key that is there gets the new value.
 * @throws {ServiceError} `invalid` as {@link checkTags}, or when there are none; `exhausted` when the resource would have more than 20
 */
export function checkAddedTags(existing: readonly Tag[], added: readonly TagDraft[]): readonly Tag[] {
  if (added.length === 0) throw new ServiceError('invalid', say`tags is empty: send at least one`)
  const tags = checkTags(added)
  const total = new Set([...existing, ...tags].map(({ key }) => key)).size
  if (total > most) throw new ServiceError('exhausted', say`the resource would have ${total} tags, ${most} are allowed: delete some first`)
  return tags
}

/** A key, and the values that it may have; none: any value. */
export interface TagCondition {
  readonly key: string
  readonly values: readonly string[]
}

/** Which resources of a kind are looked for; every condition must hold. */
export interface TagSearch {
  /** Those that carry no tag at all; conditions on tags are not looked at then. */
  readonly withoutAnyTag: boolean
  readonly tags: readonly TagCondition[]
  /** Part of the name, in any case. */
  readonly namePart: string | undefined
  readonly id: string | undefined
}

/** A search as it is sent. */
export interface TagSearchDraft {
  readonly withoutAnyTag?: boolean | undefined
  readonly tags?: readonly { readonly key: string; readonly values?: readonly string[] | undefined }[] | undefined
  readonly matches?: readonly { readonly key: string; readonly value: string }[] | undefined
}

/** @throws {ServiceError} `invalid` for more than 20 keys or values, a key twice, and a match that is neither resource_name nor resource_id */
export function checkTagSearch({ withoutAnyTag = false, tags = [], matches = [] }: TagSearchDraft): TagSearch {
  if (tags.length > most || tags.some(({ values = [] }) => values.length > most))
    throw new ServiceError('invalid', say`a search has at most ${most} keys, with at most ${most} values each`)
  if (new Set(tags.map(({ key }) => key)).size < tags.length) throw new ServiceError('invalid', say`each key of tags may come once`)
  const unknown = matches.find(({ key }) => key !== 'resource_name' && key !== 'resource_id')
  if (unknown !== undefined) {
    throw new ServiceError('invalid', say`matches has the key ${unknown.key.slice(0, 64)}: it is resource_name or resource_id`)
  }
  const valueOf = (wanted: string) => matches.findLast(({ key }) => key === wanted)?.value
  return {
    withoutAnyTag,
    tags: tags.map(({ key, values = [] }) => ({ key, values })),
    namePart: valueOf('resource_name'),
    id: valueOf('resource_id'),
  }
}

const subjects = {
  queue: 'queue',
  pool: 'queue',
  connection: 'connection',
  classicConnection: 'classicConnection',
  database: 'database',
} as const satisfies Readonly<Record<TaggableKind, string>>

/** The error of a resource that is not there; `kind` is absent for a type of which nothing exists. */
export function noTaggedResource(resourceType: string, kind: TaggableKind | undefined, id: string): ServiceError {
  const name = id.slice(0, 64)
  const subject = { kind: kind === undefined ? 'connection' : subjects[kind], name } as const
  return new ServiceError('notFound', say`There is no ${resourceType.slice(0, 64)} with the id ${name}`, { subject })
}
