// The Chinese catalogue is complete: what any room can say has an entry, every entry is said somewhere, and both have the same places.

import { readdirSync } from 'node:fs'
import { isSaidAlike } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { zhCn } from '../../packages/server/src/http/messages/zh-cn.ts'
import { repositoryRoot } from '../../tools/launch.mjs'
import { templatesIn } from '../../tools/said-templates.ts'
import { readTree } from '../../tools/tidy.ts'

const sources = readTree(`${repositoryRoot}/packages`).filter(
  ({ path }) => /^[^/]+\/src\/.*[.]ts$/.test(path) && !/[.]test[.]ts$|-suite[.]ts$|\/sample-[^/]+$/.test(path),
)
const said = sources.map(({ path, text }) => ({ path, ...templatesIn(text) }))
const templates = new Set(said.flatMap((source) => source.templates))

const placesOf = (text: string): readonly string[] => [...new Set(text.match(/\{\d+\}/g))].toSorted()

describe('what a source can say', () => {
  it('is found in every form, and nothing else is', () => {
    const planted = [
      "const name = 'q'; // say`not this one`",
      "const text = 'say`nor this one`'",
      'raise(say`queue ${name} has ${cu(say`inner ${1}`)} CU`)',
      'const told: Readonly<Record<string, Text>> = { a: say`plain words`, b: other`not ours ${1}` }',
      'say`over',
      '${2} lines \\` and ticks`',
    ]
    expect(templatesIn(planted.join('\n')).templates.toSorted()).toEqual(
      ['queue {0} has {1} CU', 'inner {0}', 'plain words', 'over\n{0} lines ` and ticks'].toSorted(),
    )
  })

  it('is told apart from words that slip past it', () => {
    expect(templatesIn("joined(texts, '; '); joined(texts, ' and '); joined(texts, between)").worded).toEqual([
      ' and ',
      'a separator that is no literal',
    ])
    expect(templatesIn("const text: Text = { template: 'a {0}', values: [1] }").untagged).toBe(1)
  })

  it('is all that callers are told: no words between joined texts, no template past the tag', () => {
    expect(said.filter(({ worded }) => worded.length > 0).map(({ path, worded }) => `${path}: ${worded.join()}`)).toEqual([])
    expect(said.filter(({ untagged }) => untagged > 0).map(({ path }) => path)).toEqual(['rules/src/text.ts'])
  })
})

describe('the Chinese catalogue', () => {
  it('has an entry for every template that has words', () => {
    expect(templates.size).toBeGreaterThan(400)
    expect([...templates].filter((template) => !isSaidAlike(template) && !Object.hasOwn(zhCn, template))).toEqual([])
  })

  it('has no entry without a template, and none twice', async () => {
    expect(Object.keys(zhCn).filter((template) => !templates.has(template))).toEqual([])
    const folder = `${repositoryRoot}/packages/server/src/http/messages/zh-cn`
    const parts = await Promise.all(readdirSync(folder).map(async (file) => Object.values(await import(`${folder}/${file}`))))
    const entries = parts.flat().flatMap((part) => Object.keys(part as object))
    expect(entries.toSorted()).toEqual(Object.keys(zhCn).toSorted())
  })

  it('says each with the same places, in Chinese, and parts advice by a colon where English does', () => {
    const faulty = Object.entries(zhCn).filter(
      ([english, chinese]) =>
        placesOf(chinese).join() !== placesOf(english).join() ||
        !/\p{Script=Han}/u.test(chinese) ||
        // Behind it stands what to do, which checks of connections show apart.
        chinese.includes('：') !== english.includes(': '),
    )
    expect(faulty).toEqual([])
  })
})
