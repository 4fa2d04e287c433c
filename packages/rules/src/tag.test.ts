// The rules of tags.

import { describe, expect, it } from 'vitest'
import {
  checkAddedTags,
  checkTags,
  checkTagSearch,
  noTaggedResource,
  type TaggableKind,
  type TagSearchDraft,
  taggableKindOf,
} from './tag.ts'

const keys = (count: number) => Array.from({ length: count }, (_, at) => ({ key: `k${at}` }))

describe('tags', () => {
  it('may lack a value and use any script', () => {
    expect(checkTags([{ key: 'team' }, { key: '环境 1', value: 'a=b/c' }])).toEqual([
      { key: 'team', value: '' },
      { key: '环境 1', value: 'a=b/c' },
    ])
  })

  it.each([
    [[{ key: '' }], 'the key of tag 1'],
    [[{ key: 'a' }, { key: '_sys_x' }], 'the key of tag 2'],
    [[{ key: ' a' }], 'the key of tag 1'],
    [[{ key: 'a ' }], 'the key of tag 1'],
    [[{ key: 'x'.repeat(129) }], 'the key of tag 1'],
    [[{ key: 'a', value: 'x'.repeat(256) }], 'the value of tag 1'],
    [[{ key: 'a', value: '<' }], 'the value of tag 1'],
    [[{ key: 'a' }, { key: 'a' }], 'tag a comes twice'],
    [keys(21), 'there are 21 tags: send at most 20'],
  ])('%j are refused', (tags, text) => {
    expect(() => checkTags(tags)).toThrow(expect.objectContaining({ kind: 'invalid', message: expect.stringContaining(text) }))
  })

  it('may be 20', () => {
    expect(checkTags(keys(20))).toHaveLength(20)
  })
})

describe('tags that are added', () => {
  const existing = Array.from({ length: 19 }, (_, at) => ({ key: `k${at}`, value: '' }))

  it('replace those of the same key, up to 20 in all', () => {
    expect(checkAddedTags(existing, [{ key: 'k0', value: 'new' }, { key: 'k20' }])).toEqual([
      { key: 'k0', value: 'new' },
      { key: 'k20', value: '' },
    ])
    expect(() => checkAddedTags(existing, [{ key: 'k20' }, { key: 'k21' }])).toThrow(
      expect.objectContaining({ kind: 'exhausted', message: 'the resource would have 21 tags, 20 are allowed: delete some first' }),
    )
    expect(() => checkAddedTags(existing, [])).toThrow(
      expect.objectContaining({ kind: 'invalid', message: 'tags is empty: send at least one' }),
    )
  })

  it.each([
    ['dli_queue', 'queue'],
    ['dli_enhanced_connection', 'connection'],
    ['dli_database', 'database'],
    ['dli_flink_job', undefined],
    ['constructor', undefined],
  ])('%s is a %s', (type, kind) => {
    expect(taggableKindOf(type)).toBe(kind)
  })
})

describe('a search by tags', () => {
  it('finds everything when nothing is sent', () => {
    expect(checkTagSearch({})).toEqual({ withoutAnyTag: false, tags: [], namePart: undefined, id: undefined })
  })

  it('takes keys with or without values, and a name or an id', () => {
    const matches = [
      { key: 'resource_name', value: 'x' },
      { key: 'resource_id', value: 'i' },
    ]
    expect(checkTagSearch({ tags: [{ key: 'a' }, { key: 'b', values: ['1', '2'] }], matches })).toEqual({
      withoutAnyTag: false,
      tags: [
        { key: 'a', values: [] },
        { key: 'b', values: ['1', '2'] },
      ],
      namePart: 'x',
      id: 'i',
    })
  })

  it('has at most 20 keys, with at most 20 values each', () => {
    const values = Array.from({ length: 20 }, String)
    expect(checkTagSearch({ tags: keys(20).map((tag) => ({ ...tag, values })) }).tags[19]).toEqual({ key: 'k19', values })
  })

  const tooMany = 'a search has at most 20 keys, with at most 20 values each'
  it.each<[TagSearchDraft, string]>([
    [{ tags: keys(21) }, tooMany],
    [{ tags: [{ key: 'a', values: Array.from({ length: 21 }, String) }] }, tooMany],
    [{ tags: [{ key: 'a' }, { key: 'a' }] }, 'each key of tags may come once'],
    [{ matches: [{ key: 'o'.repeat(65), value: 'x' }] }, `matches has the key ${'o'.repeat(64)}: it is resource_name or resource_id`],
  ])('is refused: %j', (draft, message) => {
    expect(() => checkTagSearch(draft)).toThrow(expect.objectContaining({ kind: 'invalid', message }))
  })
})

describe('a resource that is not there', () => {
  it.each<[string, TaggableKind | undefined, string]>([
    ['dli_queue', 'queue', 'queue'],
    ['dli_elastic_resource_pool', 'pool', 'queue'],
    ['dli_enhanced_connection', 'connection', 'connection'],
    ['dli_datasource_connection', 'classicConnection', 'classicConnection'],
    ['dli_database', 'database', 'database'],
    ['dli_flink_job', undefined, 'connection'],
  ])('of the type %s is told as %s', (type, kind, subject) => {
    expect(noTaggedResource(type, kind, 'i1')).toMatchObject({
      kind: 'notFound',
      message: `There is no ${type} with the id i1`,
      details: { subject: { kind: subject, name: 'i1' } },
    })
  })

  it('is named by 64 characters of its type and of its id at most', () => {
    expect(noTaggedResource('t'.repeat(65), undefined, 'i'.repeat(65))).toMatchObject({
      message: `There is no ${'t'.repeat(64)} with the id ${'i'.repeat(64)}`,
      details: { subject: { name: 'i'.repeat(64) } },
    })
  })
})
