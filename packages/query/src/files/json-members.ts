// The members of one line of JSON as texts for the columns that want them, as Spark 3.3.1 reads them: a value of another kind is no value.

import type { ResultColumn, ValueType } from '@tributary/rules'

/** What a member is for its column: its text, nothing, or something that the column cannot take. */
export type Member = string | null | undefined

/** The rows of a line; `undefined` where it is no JSON object, nor an array of them. */
export type JsonRows = readonly (readonly Member[])[] | undefined

/** A number with the digits with which it was written. */
class Digits {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Reads lines. */
export class JsonMembers {
  readonly #columns: readonly ResultColumn[]

  constructor(columns: readonly ResultColumn[]) {
    this.#columns = columns
  }

  /** Members are found by their exact names; those that are missing or null are null. */
  read(line: string): JsonRows {
    const value = parse(line)
    const objects = Array.isArray(value) ? (value as readonly unknown[]) : [value]
    if (!objects.every(isObject)) return undefined
    return objects.map((object) => this.#membersOf(object))
  }

  /** The row of a text that is one object, as `from_json` reads it: what stands behind the object does not count. `undefined` where it is none. */
  readOne(text: string): readonly Member[] | undefined {
    const whole = parse(text)
    const value = whole === undefined ? parse(objectAtStart(text)) : whole
    return isObject(value) ? this.#membersOf(value) : undefined
  }

  #membersOf(object: Readonly<Record<string, unknown>>): readonly Member[] {
    return this.#columns.map(({ name, type }) => memberOf(Object.hasOwn(object, name) ? object[name] : null, type))
  }
}

/** The object that a text begins with, up to the brace that closes it; the empty text where there is none. */
function objectAtStart(text: string): string {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === '{') depth += 1
    if (token === '}' && --depth <= 0) return depth === 0 ? text.slice(0, index + 1) : ''
  }
  return ''
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Digits)
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' ? new Digits(context?.source ?? String(value)) : value,
    )
  } catch {
    return undefined
  }
}

function memberOf(value: unknown, { kind }: ValueType): Member {
  if (value === null) return null
  switch (kind) {
    case 'string':
      return textOf(value)
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : undefined
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return wholeOf(value)
    case 'float':
    case 'double':
      return value instanceof Digits ? value.text : specialOf(value)
    case 'decimal':
      return value instanceof Digits ? value.text : stringOf(value)
    case 'timestamp':
      // Seconds since 1970 in Spark; as a moment that CAST reads.
      return value instanceof Digits ? momentOf(wholeOf(value)) : stringOf(value)
    default:
      return stringOf(value)
  }
}

function stringOf(value: unknown): Member {
  return typeof value === 'string' ? wellFormed(value) : undefined
}

function wholeOf(value: unknown): Member {
  return value instanceof Digits && /^-?\d+$/.test(value.text) ? value.text : undefined
}

const specials: Readonly<Record<string, string>> = {
  NaN: 'NaN',
  INF: 'Infinity',
  '+INF': 'Infinity',
  Infinity: 'Infinity',
  '+Infinity': 'Infinity',
  '-INF': '-Infinity',
  '-Infinity': '-Infinity',
}

function specialOf(value: unknown): Member {
  return typeof value === 'string' && Object.hasOwn(specials, value) ? specials[value] : undefined
}

/** Beyond the year 9999 there is no text that every reader takes. */
const lastMoment = 253_402_300_799

function momentOf(seconds: Member): Member {
  const since = Number(seconds ?? Number.NaN)
  const text = Math.abs(since) <= lastMoment ? new Date(since * 1000).toISOString() : '-'
  return text.startsWith('-') ? undefined : text
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return wellFormed(value)
  if (value instanceof Digits) return numberText(value.text)
  return JSON.stringify(value, (_key, inner: unknown) => (inner instanceof Digits ? rawJSON(numberText(inner.text)) : inner))
}

/** Part of the language since ES2025; the library of types does not know it yet. */
const { rawJSON } = JSON as unknown as { readonly rawJSON: (json: string) => object }

/** A whole number keeps its digits; another one is shown as Java shows a double. */
function numberText(digits: string): string {
  if (/^-?\d+$/.test(digits)) return digits
  const value = Number(digits)
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [mantissa = '', exponent = ''] = value.toExponential().split('e')
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent.replace('+', '')}`
  }
  return Number.isInteger(value) ? value.toFixed(1) : String(value)
}

/** Half of a pair is no character: Java writes a question mark for it. */
function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.replaceAll(/\p{Surrogate}/gu, '?')
}
