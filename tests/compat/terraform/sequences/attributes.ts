// Attributes as the provider takes them out of a configuration: zero values for what is not there.

import { isDeepStrictEqual } from 'node:util'
import type { Attributes } from './plan.ts'

/** A tag as requests carry it. */
export interface Tag {
  readonly key: string
  readonly value: string
}

/** A block of a configuration, such as one host. */
export type Block = Readonly<Record<string, string | number>>

/** A text, or empty. */
export function textOf(attributes: Attributes, name: string): string {
  return (attributes[name] ?? '') as string
}

/** A number, or 0. */
export function numberOf(attributes: Attributes, name: string): number {
  return (attributes[name] ?? 0) as number
}

/** A list or set of texts, in the order of the configuration. */
export function textsOf(attributes: Attributes, name: string): readonly string[] {
  return (attributes[name] ?? []) as readonly string[]
}

/** A list or set of blocks. */
export function blocksOf(attributes: Attributes, name: string): readonly Block[] {
  return (attributes[name] ?? []) as readonly Block[]
}

/** The tags of a resource as a request carries them; `undefined` without any. */
export function tagsOf(attributes: Attributes): readonly Tag[] | undefined {
  const tags = Object.entries((attributes['tags'] ?? {}) as Readonly<Record<string, string>>)
  return tags.length === 0 ? undefined : tags.map(([key, value]) => ({ key, value }))
}

/** Tags of an answer as an attribute. */
export function tagMap(tags: readonly Tag[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]))
}

/** Whether an attribute differs between two sets of them. */
export function hasChanged(before: Attributes, after: Attributes, ...names: readonly string[]): boolean {
  return names.some((name) => !isDeepStrictEqual(before[name] ?? null, after[name] ?? null))
}

/** The items of `left` that `right` has not. */
export function difference<Item>(left: readonly Item[], right: readonly Item[]): readonly Item[] {
  return left.filter((item) => !right.some((other) => isDeepStrictEqual(item, other)))
}

/** A body without the members that a Go struct leaves out when they are empty. */
export function filled(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const isEmpty = (value: unknown) => value === undefined || value === '' || value === 0 || (Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !isEmpty(value)))
}
