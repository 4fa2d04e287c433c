// Filters as MySQL's SQL, where MySQL means the same by them as Spark.

import type { Column, ColumnType } from '@tributary/rules'
import type { Filter, Literal } from '../../plan/plan.ts'
import type { Offer } from '../connector.ts'
import { keyWords } from '../../plan/push/remote-text.ts'
import { offerOfParts } from '../filter-parts.ts'
import { quoteIdentifier, quoteText, type SourceColumn, type SourceKind } from './types.ts'

/** A column of the table beside the source's own; `source` is absent where the source has none of that name. */
export interface KnownColumn {
  readonly declared: Column
  readonly source: SourceColumn | undefined
  /** How it is written in a statement, where that is more than its name. */
  readonly written?: string
}

type Family = 'exact' | 'approximate' | 'boolean' | 'string' | 'date' | 'timestamp' | 'binary'

/** Which types are compared with one another. */
export const families: Readonly<Record<ColumnType['kind'], Family>> = {
  tinyint: 'exact',
  smallint: 'exact',
  int: 'exact',
  bigint: 'exact',
  decimal: 'exact',
  float: 'approximate',
  double: 'approximate',
  boolean: 'boolean',
  string: 'string',
  date: 'date',
  timestamp: 'timestamp',
  binary: 'binary',
}

/** What a column may be at the source for its values to compare there as they do once they are read. */
export const comparable: Readonly<Record<Family, readonly SourceKind[]>> = {
  exact: ['integer', 'boolean', 'decimal', 'bit'],
  approximate: ['float', 'double', 'integer'],
  boolean: ['boolean', 'bit'],
  string: ['text', 'json'],
  date: ['date'],
  timestamp: ['datetime', 'date'],
  binary: [],
}

/** Judges a filter by the declared types alone. Floating point is inexact: rows that pass are all sent, and the engine has the last word. */
export function offerOf(filter: Filter, columns: readonly Column[]): Offer {
  return offerOfParts(filter, columns, (type, values, op) => {
    if (!values.every((value) => isComparable(type, op, value))) return 'none'
    return families[type.kind] === 'approximate' ? 'inexact' : 'exact'
  })
}

/** A condition that every row passing the filter passes too, or `undefined` when there is none but "all rows". */
export function translate(filter: Filter, columns: readonly KnownColumn[]): string | undefined {
  switch (filter.kind) {
    case 'and': {
      const parts = filter.filters.map((part) => translate(part, columns)).filter((part) => part !== undefined)
      return parts.length === 0 ? undefined : `(${parts.join(' AND ')})`
    }
    case 'or': {
      const parts = filter.filters.map((part) => translate(part, columns))
      return parts.length === 0 || parts.includes(undefined) ? undefined : `(${parts.join(' OR ')})`
    }
    case 'isNull':
    case 'isNotNull': {
      const column = columns[filter.column]
      return column?.source === undefined
        ? undefined
        : translateNull(writtenName(column, column.source), column.source, filter.kind === 'isNull')
    }
    case 'comparison':
      return translateComparison(columns[filter.column], filter.op, [filter.value])
    case 'in':
      return filter.values.length === 0 ? 'false' : translateComparison(columns[filter.column], 'in', filter.values)
    case 'keys':
      return translateKeys(filter, columns[filter.column])
  }
}

/** Keys are listed, or shown by where they come from. */
function translateKeys({ values, from }: Extract<Filter, { kind: 'keys' }>, column: KnownColumn | undefined): string | undefined {
  if (column?.source === undefined) return undefined
  if (values.length === 0) return `${writtenName(column, column.source)} IN (${keyWords(from)})`
  if (from.isRange !== true) return translateComparison(column, 'in', values)
  const ends = values.map((value, index) => translateComparison(column, index === 0 ? '>=' : '<=', [value]))
  return ends.includes(undefined) ? undefined : `(${ends.join(' AND ')})`
}

/** Dates without a year, month or day are null once they are read. */
function translateNull(name: string, source: SourceColumn, isNull: boolean): string {
  if (!mayBeZero(source)) return `${name} IS ${isNull ? '' : 'NOT '}NULL`
  return isNull ? `(${name} IS NULL OR DAYOFMONTH(${name}) = 0 OR MONTH(${name}) = 0)` : realDate(name)
}

function writtenName({ written }: KnownColumn, source: SourceColumn): string {
  return written ?? quoteIdentifier(source.name)
}

/** Whether dates of a column may be none. */
export function mayBeZero({ kind }: SourceColumn): boolean {
  return kind === 'date' || kind === 'datetime'
}

/** A condition that a date is one. */
export function realDate(name: string): string {
  return `(DAYOFMONTH(${name}) > 0 AND MONTH(${name}) > 0)`
}

function translateComparison(column: KnownColumn | undefined, op: string, values: readonly Literal[]): string | undefined {
  if (column?.source === undefined) return undefined
  const { declared, source } = column
  const family = families[declared.type.kind]
  const asked = op === 'in' ? '=' : op
  if (!comparable[family].includes(source.kind) || !values.every((value) => isComparable(declared.type, asked, value))) return undefined
  const name = writtenName(column, source)
  if (family === 'boolean') return translateBoolean(name, source, op === '<>' ? '<>' : '=', values)
  if (family === 'string') return translateText(name, source, op, values)
  const condition = compare(
    name,
    op,
    values.map((value) => printLiteral(value, declared.type)),
  )
  return mayBeZero(source) ? `(${condition} AND ${realDate(name)})` : condition
}

function compare(left: string, op: string, constants: readonly string[]): string {
  return op === 'in' ? `${left} IN (${constants.join(', ')})` : `${left} ${op} ${constants[0]}`
}

/** Drivers read more than 1 as true: see `builders.ts`. A null is neither. */
function translateBoolean(name: string, { kind }: SourceColumn, op: '=' | '<>', values: readonly Literal[]): string {
  const [isTrue, isFalse] =
    kind === 'bit' ? [`${name} = 1`, `${name} = 0`] : [`(${name} > 0 OR ${name} = -1)`, `(${name} <= 0 AND ${name} <> -1)`]
  const wanted = new Set(values.map(({ value }) => (op === '=' ? value : value !== true)))
  if (wanted.size === 2) return `${name} IS NOT NULL`
  return wanted.has(true) ? isTrue : isFalse
}

/**
 * Strings compare by their bytes in UTF-8, as Spark compares them, whatever the collation says of case, accents and spaces at the end. Equal bytes are equal
 * under every collation too: that condition stands beside, as it can use an index. Servers refuse it with a text that the column's character set has no place for.
 */
function translateText(name: string, { kind, takesAnyText }: SourceColumn, op: string, values: readonly Literal[]): string {
  const texts = values.map(({ value }) => quoteText(String(value)))
  const exact = compare(
    `CAST(CONVERT(${name} USING utf8mb4) AS BINARY)`,
    op,
    texts.map((text) => `_binary${text}`),
  )
  const isEquality = op === '=' || op === 'in'
  const isUnderstood = takesAnyText || values.every(({ value }) => isPlain(String(value)))
  return isEquality && kind === 'text' && isUnderstood ? `(${compare(name, op, texts)} AND ${exact})` : exact
}

/** Whether a text is in every character set. */
function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text)
}

/** Whether a filter compares with a text that not every character set has a place for. */
export function hasRareText(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.some(hasRareText)
    case 'comparison':
      return typeof filter.value.value === 'string' && !isPlain(filter.value.value)
    case 'in':
    case 'keys':
      return filter.values.some(({ value }) => typeof value === 'string' && !isPlain(value))
    case 'isNull':
    case 'isNotNull':
      return false
  }
}

const numberText = /^-?\d+(\.\d+)?$/
const dateText = /^(?!0000)\d{4}-\d{2}-\d{2}$/
const timestampText = /^(?!0000)\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?$/

/** Both sides of one family, and a constant that both sides read alike. */
function isComparable(type: ColumnType, op: string, literal: Literal): boolean {
  const { value } = literal
  if (families[type.kind] !== families[literal.type.kind]) return false
  switch (families[type.kind]) {
    case 'exact':
      return numberText.test(String(value))
    case 'approximate':
      return typeof value === 'number' && Number.isFinite(value)
    case 'boolean':
      return typeof value === 'boolean' && (op === '=' || op === '<>')
    case 'string':
      return typeof value === 'string' && !value.includes('\0') && value.isWellFormed()
    case 'date':
      return dateText.test(String(value))
    case 'timestamp':
      return timestampText.test(String(value))
    case 'binary':
      return false
  }
}

function printLiteral(literal: Literal, type: ColumnType): string {
  switch (families[type.kind]) {
    case 'approximate':
      // Without an exponent it would be a decimal.
      return Number(literal.value).toExponential()
    case 'date':
      return `DATE ${quoteText(String(literal.value))}`
    case 'timestamp':
      return `TIMESTAMP ${quoteText(String(literal.value))}`
    default:
      return String(literal.value)
  }
}
