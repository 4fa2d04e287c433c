// Capital and small letters as Java 17 writes them; what would differ is refused while it runs, never changed wrongly.

import { say } from '@tributary/rules'
import { refusalSql } from '../refusal.ts'
import { once, typed } from './arguments.ts'
import type { Named, SparkFunction } from './function.ts'

/**
 * Letters whose other case Java 17 writes differently from DuckDB, found by comparing all code points with Spark 3.3.1 (special casings, and letters of newer
 * Unicode tables); the capital sigma is here because its small form depends on its place.
 */
const specialSmall =
  String.raw`\x{149}\x{1f0}\x{390}\x{3b0}\x{587}\x{1e96}-\x{1e9a}\x{1f50}\x{1f52}\x{1f54}\x{1f56}\x{1f80}-\x{1faf}\x{1fb2}-\x{1fb4}\x{1fb6}\x{1fb7}\x{1fbc}\x{1fc2}-\x{1fc4}\x{1fc6}\x{1fc7}\x{1fcc}\x{1fd2}\x{1fd3}` +
  String.raw`\x{1fd6}\x{1fd7}\x{1fe2}-\x{1fe4}\x{1fe6}\x{1fe7}\x{1ff2}-\x{1ff4}\x{1ff6}\x{1ff7}\x{1ffc}\x{2c5f}\x{a7c1}\x{a7d1}\x{a7d7}\x{a7d9}\x{fb13}-\x{fb17}\x{10597}-\x{105bc}`
const specialCapital = String.raw`\x{3a3}\x{2c2f}\x{a7c0}\x{a7d0}\x{a7d6}\x{a7d8}\x{10570}-\x{10595}`

/** Letters that become several, in every place alike: they are written out first. */
const written: Readonly<Record<'upper' | 'lower', readonly (readonly [letter: string, letters: string])[]>> = {
  upper: [
    ['\u00DF', 'SS'],
    ['\uFB00', 'FF'],
    ['\uFB01', 'FI'],
    ['\uFB02', 'FL'],
    ['\uFB03', 'FFI'],
    ['\uFB04', 'FFL'],
    ['\uFB05', 'ST'],
    ['\uFB06', 'ST'],
  ],
  lower: [['\u0130', 'i\u0307']],
}

function changed(name: 'upper' | 'lower', text: string): string {
  return written[name].reduce((sql, [letter, letters]) => `replace(${sql}, '${letter}', '${letters}')`, text)
}

function changeCase(name: 'upper' | 'lower', different: string): SparkFunction {
  const refusal = refusalSql(
    say`${name} of text with letters whose other case depends on their place, or is several letters, is not offered`,
  )
  return typed({ takes: ['string'], gives: 'string' }, (text = '') =>
    once(
      text,
      'case_t',
      (sql) => `CASE WHEN regexp_matches(${sql}, '[${different}]') THEN ${refusal} ELSE ${name}(${changed(name, sql)}) END`,
    ),
  )
}

/** The first letter of each word large, the others small; words end at blanks alone. Letters with a title case of their own are refused. */
function capitalised(text: string): string {
  const refusal = refusalSql(
    say`initcap of text with letters whose other case depends on their place, or is several letters, is not offered`,
  )
  const special = String.raw`${specialSmall}${specialCapital}\x{df}\x{fb00}-\x{fb06}\x{130}\x{1c4}-\x{1cc}\x{1f1}-\x{1f3}\x{10d0}-\x{10ff}`
  const words = `list_transform(string_split(lower(${text}), ' '), lambda ic_w: upper(substring(ic_w, 1, 1)) || substring(ic_w, 2))`
  return `CASE WHEN regexp_matches(${text}, '[${special}]') THEN ${refusal} ELSE array_to_string(${words}, ' ') END`
}

const upper = changeCase('upper', specialSmall)
const lower = changeCase('lower', specialCapital)

/** Functions that change letters, by name. */
export const caseFunctions: Named<SparkFunction> = {
  initcap: typed({ takes: ['string'], gives: 'string' }, (text = '') => once(text, 'ic_t', capitalised)),
  lcase: lower,
  lower,
  ucase: upper,
  upper,
}
