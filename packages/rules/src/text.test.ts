// Texts: how they are made, said in English and in another language, kept, and compared.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  inWords,
  isSaidAlike,
  isSameText,
  isSilent,
  joined,
  mapWords,
  say,
  shortened,
  silence,
  type Text,
  textFromJson,
  textToJson,
  verbatim,
} from './text.ts'

const { text: anyText } = fc.letrec<{ text: Text }>((tie) => ({
  text: fc
    .array(fc.oneof({ maxDepth: 3 }, fc.string(), fc.integer(), tie('text')), { maxLength: 4 })
    .map((values) => ({ template: values.map((_value, index) => `{${index}}`).join(' and '), values })),
}))

describe('a text', () => {
  it('keeps the words as its key and the values beside them', () => {
    const name = 'q1'
    expect(say`queue ${name} has ${16} CU`).toEqual({ template: 'queue {0} has {1} CU', values: ['q1', 16] })
    expect(inWords(say`queue ${name} has ${16} CU`)).toBe('queue q1 has 16 CU')
  })

  it('may hold others, which are said in the same language', () => {
    const catalogue = { 'job {0} ended{1}': '作业 {0} 已结束{1}', ': {0}': '：{0}', 'cut by {0}': '被 {0} 中断' }
    const text = say`job ${'j'} ended${say`: ${say`cut by ${'owner'}`}`}`
    expect(inWords(text)).toBe('job j ended: cut by owner')
    expect(inWords(text, catalogue)).toBe('作业 j 已结束：被 owner 中断')
  })

  it('takes its values in the order of the language, and stays English where that has no words', () => {
    expect(inWords(say`${'a'} of ${'b'}`, { '{0} of {1}': '{1} 的 {0}' })).toBe('b 的 a')
    expect(inWords(say`${'a'} of ${'b'}`, { other: '其他' })).toBe('a of b')
    expect(inWords(say`toString`, {})).toBe('toString')
  })

  it('never takes a value for a template', () => {
    expect(inWords(say`${'{1}'} ${'x'}`)).toBe('{1} x')
    expect(inWords(verbatim('{0} {1}'), { '{0} {1}': '不' })).toBe('{0} {1}')
  })

  it('leaves what is no place, or has no value, as it is', () => {
    const odd = '{ {} {a} {1} {-1} {0 {0}} {00} {{0} {0'
    expect(inWords({ template: odd, values: ['x'] })).toBe('{ {} {a} {1} {-1} {0 x} x {x {0')
    const pattern = (template: string, value: string): string =>
      template.replaceAll(/\{(\d+)\}/g, (place, index: string) => (Number(index) === 0 ? value : place))
    const template = fc.array(fc.constantFrom('{', '}', '0', '1', '{0}', 'ä', ' '), { maxLength: 12 }).map((parts) => parts.join(''))
    const asPattern = fc.property(template, fc.string(), (words, value) => {
      expect(inWords({ template: words, values: [value] })).toBe(pattern(words, value))
    })
    fc.assert(asPattern)
  })

  it('needs no translation where it has no words', () => {
    expect(['{0}', '{0}: {1}', '({0})', '"{0}"', ''].every(isSaidAlike)).toBe(true)
    expect(['{0} is', '名 {0}'].some(isSaidAlike)).toBe(false)
    expect(joined([say`a`, say`b`], '; ')).toEqual({ template: '{0}; {1}', values: [say`a`, say`b`] })
  })

  it('may be silence', () => {
    for (const text of [silence, say``, verbatim('')]) expect([isSilent(text), inWords(text)]).toEqual([true, ''])
    expect(textToJson(silence)).toBe('')
  })
})

describe('a kept text', () => {
  it('comes back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const back = textFromJson(textToJson(text))
        expect(inWords(back)).toBe(inWords(text))
        expect(isSameText(back, text)).toBe(true)
      }),
    )
  })

  it('is the same only with the same words and values', () => {
    expect(isSameText(say`a ${1}`, say`a ${1}`)).toBe(true)
    expect(isSameText(say`a ${1}`, say`a ${2}`)).toBe(false)
    expect(isSameText(say`a ${1}`, say`a ${'1'}`)).toBe(false)
    expect(isSameText(say`a 1`, say`a ${1}`)).toBe(false)
  })

  it('is cut when it is longer than it may be', () => {
    const long = say`it is ${'x'.repeat(20)}`
    expect(shortened(long, 26)).toBe(long)
    expect(inWords(shortened(long, 8))).toBe('it is xx')
  })
})

describe('words of a text', () => {
  it('can be hidden wherever they were put in', () => {
    const text = say`login ${'s3cret'} at ${say`host ${'h-s3cret'} ${5432}`}`
    expect(inWords(mapWords(text, (words) => words.replaceAll('s3cret', '***')))).toBe('login *** at host h-*** 5432')
  })
})
