// Functions of text: lengths, parts, padding, search and replacement. Positions count from 1, letters are code points.

import { ServiceError, say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { isNested } from '../spark-types.ts'
import { ofText, argument, nullWhereNull, once, textConstant, textOf, titled, typed, wholeConstant } from './arguments.ts'
import { anyCount, type Named, type SparkFunction } from './function.ts'
import { refusalSql } from '../refusal.ts'

const stringType = { kind: 'string' } as const

/** Positions count from 1, 0 is 1, negative ones from the end; what lies before the start is cut off. */
function substring(args: readonly Bound[]): Rewritten {
  const [source, position, length] = args as readonly [Bound, Bound, Bound | undefined]
  if (position.constant !== undefined && (length === undefined || length.constant !== undefined))
    return constantSubstring(textOf(source), wholeConstant(position, say`the position of substring`), length)
  const from = argument(position, 'int').sql
  const count = length === undefined ? 'CAST(2147483647 AS INTEGER)' : argument(length, 'int').sql
  const sql = once(textOf(source), 'sub_t', (text) =>
    once(`CAST(${from} AS BIGINT)`, 'sub_p', (at) => {
      const start = `CASE WHEN ${at} > 0 THEN ${at} - 1 WHEN ${at} < 0 THEN length(${text}) + ${at} ELSE 0 END`
      return once(start, 'sub_s', (zero) => {
        const end = `greatest(${zero} + ${count}, 0)`
        return nullWhereNull(
          [text, at, count],
          `substring(${text}, greatest(${zero}, 0) + 1, greatest(${end} - greatest(${zero}, 0), 0))`,
          'VARCHAR',
        )
      })
    }),
  )
  return { sql, type: stringType }
}

function constantSubstring(source: string, position: number, size: Bound | undefined): Rewritten {
  const length = size === undefined ? undefined : wholeConstant(size, say`the length of substring`)
  if (length !== undefined && length <= 0) return { sql: `substring(${source}, 1, 0)`, type: stringType }
  if (position >= 0)
    return { sql: `substring(${source}, ${Math.max(position, 1)}${length === undefined ? '' : `, ${length}`})`, type: stringType }
  const start = `(length(${source}) ${position})`
  const from = `greatest(${start}, 0) + 1`
  if (length === undefined) return { sql: `substring(${source}, ${from})`, type: stringType }
  return {
    sql: `substring(${source}, ${from}, greatest(least(${start} + ${length}, length(${source})) - greatest(${start}, 0), 0))`,
    type: stringType,
  }
}

/** Filled to a length; a text that is longer is cut, and one without a pad stays as it is. */
function pad(side: 'lpad' | 'rpad'): SparkFunction {
  return typed(
    { takes: ['string', 'int', 'string'], gives: 'string', least: 2, title: titled(side, undefined, undefined, ' ') },
    (text, size, fill = `' '`) =>
      nullWhereNull(
        [fill],
        `CASE WHEN ${fill} = '' THEN substring(${text}, 1, greatest(${size}, ${size} * 0)) ELSE ${side}(${text}, greatest(${size}, ${size} * 0), ${fill}) END`,
        'VARCHAR',
      ),
  )
}

/** Texts joined by another; NULLs are left out, arrays give their elements. */
function joinWith(args: readonly Bound[]): Rewritten {
  const [separator, ...parts] = args as readonly [Bound, ...Bound[]]
  const sides = parts.map((part) => (part.type.kind === 'array' ? part.sql : `[${textOf(part)}]`))
  if (parts.some((part) => isNested(part.type) && !(part.type.kind === 'array' && ['string', 'null'].includes(part.type.element.kind))))
    throw new ServiceError('unsupported', say`concat_ws takes texts and arrays of texts; others are not offered`)
  if (parts.length === 0) return { sql: `CASE WHEN ${textOf(separator)} IS NOT NULL THEN '' END`, type: stringType }
  const hasArrays = parts.some((part) => part.type.kind === 'array')
  const plain = `concat_ws(${textOf(separator)}, ${parts.map((part) => (part.type.kind === 'array' ? part.sql : textOf(part))).join(', ')})`
  const list = sides.length === 1 ? sides[0] : `list_concat(${sides.map((side) => `coalesce(CAST(${side} AS VARCHAR[]), [])`).join(', ')})`
  const joined = `coalesce(array_to_string(list_filter(CAST(${list} AS VARCHAR[]), lambda cw: cw IS NOT NULL), ${textOf(separator)}), '')`
  return { sql: hasArrays ? nullWhereNull([textOf(separator)], joined, 'VARCHAR') : plain, type: stringType }
}

function element(args: readonly Bound[]): Rewritten {
  const [index, ...texts] = args as readonly [Bound, ...Bound[]]
  const whens = texts.map((text, at) => `WHEN ${at + 1} THEN ${textOf(text)}`)
  return { sql: `CASE ${argument(index, 'int').sql} ${whens.join(' ')} END`, type: stringType }
}

/** The place of a text in another from a position on; positions before the first find nothing. */
function locate(wanted: string, text: string, from: string): string {
  return once(from, 'loc_p', (start) => {
    const found = `instr(substring(${text}, CAST(${start} AS BIGINT)), ${wanted})`
    return `CASE WHEN ${start} IS NULL THEN CAST(0 AS INTEGER) WHEN ${wanted} IS NULL OR ${text} IS NULL THEN NULL WHEN ${start} < 1 THEN CAST(0 AS INTEGER) WHEN ${wanted} = '' THEN CAST(1 AS INTEGER) WHEN ${found} = 0 THEN CAST(0 AS INTEGER) ELSE CAST(${found} + ${start} - 1 AS INTEGER) END`
  })
}

function located(name: string): SparkFunction {
  return typed(
    { takes: ['string', 'string', 'int'], gives: 'int', least: 2, title: titled(name, undefined, undefined, '1') },
    (wanted, text, from) => (from === undefined ? `CAST(instr(${text}, ${wanted}) AS INTEGER)` : locate(wanted, text, from)),
  )
}

/** Everything before (or behind, counted from the end) the nth separator. */
function substringIndex(text: string, separator: string, count: string): string {
  return once(count, 'si_n', (number) => {
    const parts = `string_split(${text}, ${separator})`
    const first = `list_slice(${parts}, 1, ${number})`
    const last = `list_slice(${parts}, greatest(len(${parts}) + ${number} + 1, 1), len(${parts}))`
    return nullWhereNull(
      [text, separator, number],
      `CASE WHEN ${separator} = '' OR ${number} = 0 THEN '' WHEN ${number} > 0 THEN array_to_string(${first}, ${separator}) ELSE array_to_string(${last}, ${separator}) END`,
      'VARCHAR',
    )
  })
}

function splitPart(args: readonly Bound[]): Rewritten {
  const [text, separator, number] = args as readonly [Bound, Bound, Bound]
  if (Number(number.constant) === 0 && number.constant !== undefined)
    throw new ServiceError('semantic', say`the index 0 is invalid: parts count from 1, or from -1 at the end`)
  const [whole, mark, index] = [textOf(text), textOf(separator), argument(number, 'int').sql]
  const parts = `CASE WHEN ${mark} = '' THEN [${whole}] ELSE string_split(${whole}, ${mark}) END`
  const zero = `CASE WHEN ${index} = 0 THEN ${refusalSql(say`split_part with index 0 is not offered`)} ELSE ${index} END`
  return {
    sql: nullWhereNull([whole, mark, index], `coalesce((${parts})[${number.constant === undefined ? zero : index}], '')`, 'VARCHAR'),
    type: stringType,
  }
}

/** Some letters from a place on give way to others. */
function overlay(text: string, other: string, from: string, size?: string): string {
  const count = size === undefined ? `length(${other})` : `CASE WHEN ${size} < 0 THEN length(${other}) ELSE ${size} END`
  return once(text, 'ov_t', (source) =>
    nullWhereNull(
      [source, other, from],
      `(substring(${source}, 1, greatest(${from} - 1, 0)) || ${other} || substring(${source}, greatest(CAST(${from} AS BIGINT) + ${count}, 1)))`,
      'VARCHAR',
    ),
  )
}

function findInSet(wanted: string, list: string): string {
  return nullWhereNull(
    [wanted, list],
    `CASE WHEN contains(${wanted}, ',') THEN CAST(0 AS INTEGER) ELSE CAST(coalesce(list_position(string_split(${list}, ','), ${wanted}), 0) AS INTEGER) END`,
    'INTEGER',
  )
}

function character(code: string): string {
  return `CASE WHEN ${code} < 0 THEN '' ELSE chr(CAST(${code} & 255 AS INTEGER)) END`
}

/** Bytes as UTF-8, the one encoding on offer. */
function utf8(args: readonly Bound[], name: string): void {
  const charset = textConstant(args[1] as Bound, say`the character set of ${name}`)
  if (!/^utf-?8$/i.test(charset))
    throw new ServiceError('unsupported', say`${name} with the character set ${charset} is not offered; use UTF-8`)
}

function edit(distance: string, ...texts: readonly string[]): string {
  // DuckDB counts bytes: each letter is given a code of one byte first where any letter has more.
  const [one = '', other = ''] = texts
  const refusal = refusalSql(say`levenshtein of text with letters beyond ASCII is not offered`)
  return `CASE WHEN octet_length(encode(${one})) <> length(${one}) OR octet_length(encode(${other})) <> length(${other}) THEN ${refusal} ELSE CAST(${distance}(${one}, ${other}) AS INTEGER) END`
}

function trimmed(letters: string, text: string, name = 'trim'): string {
  return nullWhereNull([letters], `CASE WHEN ${letters} = '' THEN ${text} ELSE ${name}(${text}, ${letters}) END`, 'VARCHAR')
}

/** `ltrim(text)`, and `TRIM(LEADING letters FROM text)`, which is `ltrim(letters, text)`. */
function trimEnd(name: 'trim' | 'ltrim' | 'rtrim', end: string): SparkFunction {
  return {
    arity: [1, 2],
    title: ([first, text]) => (text === undefined ? `${name}(${first?.name})` : `TRIM(${end} ${first?.name} FROM ${text.name})`),
    rewrite: (args) => {
      const [first, text] = args as readonly [Bound, Bound?]
      const sql = text === undefined ? `${name}(${textOf(first)}, ' ')` : trimmed(textOf(first), textOf(text), name)
      return { sql, type: stringType }
    },
  }
}

function lengthOf(args: readonly Bound[]): Rewritten {
  const [value] = args as readonly [Bound]
  const sql = value.type.kind === 'binary' ? `octet_length(${value.sql})` : `length(${textOf(value)})`
  return { sql: `CAST(${sql} AS INTEGER)`, type: { kind: 'int' } }
}

function bytesOf(args: readonly Bound[], factor: number): Rewritten {
  const [value] = args as readonly [Bound]
  const bytes = value.type.kind === 'binary' ? value.sql : `encode(${textOf(value)})`
  return { sql: `CAST(octet_length(${bytes}) * ${factor} AS INTEGER)`, type: { kind: 'int' } }
}

const lengthFunction: SparkFunction = { arity: [1, 1], rewrite: lengthOf }

/** Letters from the last to the first, code point by code point. DuckDB keeps together what looks like one letter, which no two of ASCII do, and is fast. */
export function reversedText(value: Bound): Rewritten {
  const write = (text: string): string =>
    `CASE WHEN strlen(${text}) = length(${text}) THEN reverse(${text}) ELSE array_to_string(list_reverse(regexp_extract_all(${text}, '(?s).')), '') END`
  return { sql: once(textOf(value), 'rv_t', write), type: stringType }
}

/**
 * Bytes as text.
 * @throws {ServiceError} `unsupported` for an encoding other than UTF-8
 */
export function decodedText(args: readonly Bound[]): Rewritten {
  utf8(args, 'decode')
  return { sql: `decode(${argument(args[0] as Bound, 'binary').sql})`, type: stringType }
}

const functionsOfText: Named<SparkFunction> = {
  ascii: typed({ takes: ['string'], gives: 'int' }, (text) => `CAST(CASE WHEN ${text} = '' THEN 0 ELSE unicode(${text}) END AS INTEGER)`),
  bit_length: { arity: [1, 1], rewrite: (args) => bytesOf(args, 8) },
  btrim: typed({ takes: ['string', 'string'], gives: 'string', least: 1 }, (text, letters) =>
    letters === undefined ? `trim(${text}, ' ')` : trimmed(letters, text),
  ),
  char: typed({ takes: ['bigint'], gives: 'string' }, (code) => character(code)),
  char_length: lengthFunction,
  character_length: lengthFunction,
  chr: typed({ takes: ['bigint'], gives: 'string' }, (code) => character(code)),
  concat_ws: { arity: [1, anyCount], rewrite: joinWith },
  contains: typed({ takes: ['string', 'string'], gives: 'boolean' }, (text, part) => `contains(${text}, ${part})`),
  elt: { arity: [2, anyCount], rewrite: element },
  encode: {
    arity: [2, 2],
    rewrite: (args) => (utf8(args, 'encode'), { sql: `encode(${textOf(args[0] as Bound)})`, type: { kind: 'binary' } }),
  },
  endswith: typed({ takes: ['string', 'string'], gives: 'boolean' }, (text, part) => `ends_with(${text}, ${part})`),
  find_in_set: typed({ takes: ['string', 'string'], gives: 'int' }, (wanted, list) => findInSet(wanted, list)),
  instr: typed({ takes: ['string', 'string'], gives: 'int' }, (text, part) => `CAST(instr(${text}, ${part}) AS INTEGER)`),
  left: typed({ takes: ['string', 'int'], gives: 'string' }, (text, count) => `substring(${text}, 1, greatest(${count}, ${count} * 0))`),
  length: lengthFunction,
  levenshtein: typed({ takes: ['string', 'string'], gives: 'int' }, (one, other) => edit('levenshtein', one, other)),
  locate: located('locate'),
  lpad: pad('lpad'),
  ltrim: trimEnd('ltrim', 'LEADING'),
  octet_length: { arity: [1, 1], rewrite: (args) => bytesOf(args, 1) },
  overlay: typed(
    {
      takes: ['string', 'string', 'int', 'int'],
      gives: 'string',
      least: 3,
      title: titled('overlay', undefined, undefined, undefined, '-1'),
    },
    (text, other, from, size) => overlay(text, other, from, size),
  ),
  position: located('position'),
  repeat: typed({ takes: ['string', 'int'], gives: 'string' }, (text, count) => `repeat(${text}, greatest(${count}, ${count} * 0))`),
  replace: typed(
    { takes: ['string', 'string', 'string'], gives: 'string', least: 2, title: titled('replace', undefined, undefined, '') },
    (text, part, other = `''`) => `replace(${text}, ${part}, ${other})`,
  ),
  right: typed({ takes: ['string', 'int'], gives: 'string' }, (text, count) =>
    nullWhereNull([text, count], `CASE WHEN ${count} <= 0 THEN '' ELSE right(${text}, ${count}) END`, 'VARCHAR'),
  ),
  rpad: pad('rpad'),
  rtrim: trimEnd('rtrim', 'TRAILING'),
  space: typed({ takes: ['int'], gives: 'string' }, (count) => `repeat(' ', greatest(${count}, ${count} * 0))`),
  split_part: { arity: [3, 3], rewrite: splitPart },
  startswith: typed({ takes: ['string', 'string'], gives: 'boolean' }, (text, part) => `starts_with(${text}, ${part})`),
  substr: { arity: [2, 3], rewrite: substring, title: titled('substr', undefined, undefined, '2147483647') },
  substring: { arity: [2, 3], rewrite: substring, title: titled('substring', undefined, undefined, '2147483647') },
  substring_index: typed({ takes: ['string', 'string', 'int'], gives: 'string' }, (text, separator, count) =>
    substringIndex(text, separator, count),
  ),
  translate: typed({ takes: ['string', 'string', 'string'], gives: 'string' }, (text, from, to) => `translate(${text}, ${from}, ${to})`),
  trim: trimEnd('trim', 'BOTH'),
}

/** Those that take bytes for bytes in Spark. */
const byteWise = ['contains', 'elt', 'endswith', 'left', 'lpad', 'overlay', 'right', 'rpad', 'startswith', 'substr', 'substring']

/** Functions of text, by name. */
export const textFunctions: Named<SparkFunction> = {
  ...functionsOfText,
  ...Object.fromEntries(byteWise.map((name) => [name, ofText(name, functionsOfText[name] as SparkFunction)])),
}
