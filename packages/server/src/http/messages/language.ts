// Which language a caller reads, by the headers that were sent, and how a text is put into it.

import type { IncomingHttpHeaders } from 'node:http'
import { type Catalogue, inWords, type Text } from '@tributary/rules'
import { zhCn } from './zh-cn.ts'

/** The published values of `X-Language`, in lower case. */
export type Language = 'en-us' | 'zh-cn'

/** Puts texts into one language. */
export type Words = (text: Text) => string

const catalogues: Readonly<Record<Language, Catalogue>> = { 'en-us': {}, 'zh-cn': zhCn }

const allWords: Readonly<Record<Language, Words>> = {
  'en-us': (text) => inWords(text, catalogues['en-us']),
  'zh-cn': (text) => inWords(text, catalogues['zh-cn']),
}

/** The words of a language. */
export function wordsIn(language: Language): Words {
  return allWords[language]
}

/**
 * The language of `X-Language` (`zh-cn` or `en-us` in any case, also `zh_CN` or `zh`); without that header, the first of the two that
 * `Accept-Language` names. English otherwise, and for every other value.
 */
export function languageOf(headers: IncomingHttpHeaders): Language {
  const sent = headers['x-language']
  if (typeof sent === 'string') return known(sent) ?? 'en-us'
  const accepts = headers['accept-language']
  if (accepts === undefined) return 'en-us'
  for (const accepted of accepts.split(',')) {
    const language = known(accepted.split(';')[0] ?? '')
    if (language !== undefined) return language
  }
  return 'en-us'
}

/** Traditional characters are another language. */
function known(tag: string): Language | undefined {
  const [primary, ...rest] = tag.trim().toLowerCase().split(/[-_]/)
  if (primary === 'en') return 'en-us'
  return primary === 'zh' && !rest.some((part) => ['hant', 'tw', 'hk', 'mo'].includes(part)) ? 'zh-cn' : undefined
}
