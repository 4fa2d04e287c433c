// Filters as PostgreSQL's SQL, where PostgreSQL means the same by them as Spark.

import type { Column, ColumnType } from '@tributary/rules'
import type { Filter, Literal } from '../../plan/plan.ts'
import type { Offer } from '../connector.ts'
import { keyWords } from '../../plan/push/remote-text.ts'
import type { KeyOrigin } from '../../plan/push/remote-query.ts'
import { offerOfParts } from '../filter-parts.ts'
import { quoteIdentifier, quoteText, readExpression, type SourceColumn, textOf } from './types.ts'

/** A column of the table beside the source's own; `source` is absent while planning, when only the declaration is known. */
export interface KnownColumn {
  readonly declared: Column
  readonly source: SourceColumn | undefined
}

/** What the meaning of a filter depends on. */
export interface Meaning {
  readonly table: string
  readonly columns: readonly KnownColumn[]
  /** Byte order is Spark's string order in UTF-8 alone. */
  readonly isUtf8: boolean
}

const families: Readonly<Record<ColumnType['kind'], 'exact' | 'approximate' | 'boolean' | 'string' | 'date' | 'timestamp' | 'binary'>> = {
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

/** Judges a filter by the declared types alone. Floating point is inexact: rows that pass are all sent, and the engine has the last word. */
export function offerOf(filter: Filter, columns: readonly Column[]): Offer {
  return offerOfParts(filter, columns, (type, values) => {
    if (!values.every((value) => isComparable(type, value))) return 'none'
    return families[type.kind] === 'approximate' ? 'inexact' : 'exact'
  })
}

/** A condition that every row passing the filter passes too, or `undefined` when there is none but "all rows". */
export function translate(filter: Filter, meaning: Meaning): string | undefined {
  switch (filter.kind) {
    case 'and': {
      const parts = filter.filters.map((part) => translate(part, meaning)).filter((part) => part !== undefined)
      return parts.length === 0 ? undefined : `(${parts.join(' AND ')})`
    }
    case 'or': {
      const parts = filter.filters.map((part) => translate(part, meaning))
      return parts.length === 0 || parts.includes(undefined) ? undefined : `(${parts.join(' OR ')})`
    }
    case 'isNull':
    case 'isNotNull': {
      const source = meaning.columns[filter.column]?.source
      return source === undefined ? undefined : `${quoteIdentifier(source.name)} IS ${filter.kind === 'isNull' ? '' : 'NOT '}NULL`
    }
    case 'comparison':
      return translateComparison(filter.column, filter.op, [filter.value], meaning)
    case 'in':
      return filter.values.length === 0 ? 'false' : translateComparison(filter.column, 'in', filter.values, meaning)
    case 'keys':
      return translateKeys(filter, meaning)
  }
}

/** One constant, which the server makes a table of: it hashes it or looks each key up in an index, whichever is cheaper, in every version. */
function translateKeys({ column: position, values, from }: Extract<Filter, { kind: 'keys' }>, meaning: Meaning): string | undefined {
  const column = meaning.columns[position]
  if (column?.source === undefined || !values.every((value) => isComparable(column.declared.type, value))) return undefined
  const left = comparedExpression(column.declared, column.source, 'in', meaning)
  return left === undefined ? undefined : keysText(left, { values, from, type: column.declared.type })
}

/** What a list of keys is made of. */
interface KeyParts {
  /** Of the type. */
  readonly values: readonly Literal[]
  readonly from: KeyOrigin
  readonly type: ColumnType
}

/** That an expression is one of the keys. */
export function keysText(left: string, { values, from, type }: KeyParts): string {
  const [least, greatest] = values
  if (from.isRange !== true || least === undefined || greatest === undefined) return `(${left} IN (${keyTable(values, from, type)}))`
  return `(${left} BETWEEN ${printLiteral(least, type, undefined)} AND ${printLiteral(greatest, type, undefined)})`
}

function keyTable(values: readonly Literal[], from: KeyOrigin, type: ColumnType): string {
  if (values.length === 0) return keyWords(from)
  const element = keyTypes[type.kind] ?? 'text'
  const texts = values.map(({ value }) => (element === 'text' ? `"${String(value).replaceAll(/["\\]/g, '\\$&')}"` : String(value)))
  return `SELECT pg_catalog.unnest(${quoteText(`{${texts.join(',')}}`)}::${element}[])`
}

const keyTypes: Readonly<Partial<Record<ColumnType['kind'], string>>> = {
  tinyint: 'int8',
  smallint: 'int8',
  int: 'int8',
  bigint: 'int8',
  decimal: 'numeric',
  date: 'date',
}

function translateComparison(position: number, op: string, values: readonly Literal[], meaning: Meaning): string | undefined {
  const column = meaning.columns[position]
  if (column?.source === undefined || !values.every((value) => isComparable(column.declared.type, value))) return undefined
  const left = comparedExpression(column.declared, column.source, op, meaning)
  if (left === undefined) return undefined
  const constants = values.map((value) => printLiteral(value, column.declared.type, column.source?.type))
  return op === 'in' ? `${left} IN (${constants.join(', ')})` : `${left} ${op} ${constants[0]}`
}

/** Padded strings compare without their padding at the source, and with it in Spark: never sent. Order is byte order only where we say so. */
function comparedExpression(declared: Column, source: SourceColumn, op: string, meaning: Meaning): string | undefined {
  if (source.type === 'bpchar') return undefined
  const expression = readExpression(meaning.table, source, declared.type)
  if (declared.type.kind !== 'string') return expression
  const isEquality = op === '=' || op === '<>' || op === 'in'
  if (!isEquality && !meaning.isUtf8) return undefined
  const isText = source.type === 'text' || source.type === 'varchar'
  return isEquality && isText && source.isDeterministic
    ? expression
    : `${isText ? expression : textOf(source.type, quoteIdentifier(source.name))} COLLATE "C"`
}

const numberText = /^-?\d+(\.\d+)?$/
const dateText = /^\d{4}-\d{2}-\d{2}$/
const timestampText = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?$/

/** Both sides of one family, and a constant that both sides read alike. */
function isComparable(type: ColumnType, literal: Literal): boolean {
  const { value } = literal
  if (families[type.kind] !== families[literal.type.kind]) return false
  switch (families[type.kind]) {
    case 'exact':
      return numberText.test(String(value))
    case 'approximate':
      return typeof value === 'number' && Number.isFinite(value)
    case 'boolean':
      return typeof value === 'boolean'
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

function printLiteral(literal: Literal, type: ColumnType, sourceType: string | undefined): string {
  const text = String(literal.value)
  switch (families[type.kind]) {
    case 'exact':
    case 'boolean':
      return text
    case 'approximate':
      return `'${text}'::float8`
    case 'date':
      return `'${text}'::date`
    case 'timestamp':
      return sourceType === 'timestamptz' ? `'${text}+00'::timestamptz` : `'${text}'::timestamp`
    case 'string':
    case 'binary':
      return quoteText(text)
  }
}
