// The rules of tags.

import { describe, expect, it } from 'vitest'
import { checkAddedTags, checkTags, checkTagSearch, taggableKindOf } from './tag.ts'

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
    [Array.from({ length: 21 }, (_, at) => ({ key: `k${at}` })), 'send at most 20'],
  ])('%j are refused', (tags, text) => {
    expect(() => checkTags(tags)).toThrow(text)
  })
})

describe('tags that are added', () => {
  const existing = Array.from({ length: 19 }, (_, at) => ({ key: `k${at}`, value: '' }))

  it('replace those of the same key, up to 20 in all', () => {
    expect(checkAddedTags(existing, [{ key: 'k0', value: 'new' }, { key: 'k20' }])).toEqual([
      { key: 'k0', value: 'new' },
      { key: 'k20', value: '' },
    ])
    expect(() => checkAddedTags(existing, [{ key: 'k20' }, { key: 'k21' }])).toThrow(expect.objectContaining({ kind: 'exhausted' }))
    expect(() => checkAddedTags(existing, [])).toThrow('tags is empty')
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

  it.each([
    { tags: Array.from({ length: 21 }, (_, at) => ({ key: `k${at}` })) },
    { tags: [{ key: 'a', values: Array.from({ length: 21 }, String) }] },
    { tags: [{ key: 'a' }, { key: 'a' }] },
    { matches: [{ key: 'owner', value: 'x' }] },
  ])('is refused: %j', (draft) => {
    expect(() => checkTagSearch(draft)).toThrow(expect.objectContaining({ kind: 'invalid' }))
  })
})
