// A scan's filter in DuckDB's plan to a typed filter; what cannot be read is left out, which only means that a source sends more.
//
//   { filter_type: 'CONSTANT_COMPARISON', comparison_type: 'COMPARE_GREATERTHAN', constant: … }   →   { kind: 'comparison', op: '>', column, value }

import type { ColumnType } from '@tributary/rules'
import type { Filter, Literal } from './plan.ts'
import { duckType } from './spark-types.ts'

type Node = Readonly<Record<string, unknown>>
type Operator = Extract<Filter, { kind: 'comparison' }>['op']

const operators: Readonly<Record<string, Operator>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHAN: '>',
  COMPARE_GREATERTHANOREQUALTO: '>=',
}
const flipped: Readonly<Record<Operator, Operator>> = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/** @returns the filter, or a weaker one that holds for every row the filter lets pass; `undefined` when nothing of it can be read */
export function readFilter(raw: unknown, column: number, type: ColumnType): Filter | undefined {
  const node = raw as Node
  switch (node['filter_type']) {
    case 'CONSTANT_COMPARISON':
      return compare(operators[String(node['comparison_type'])], column, readConstant(node['constant'], type))
    case 'IS_NULL':
      return { kind: 'isNull', column }
    case 'IS_NOT_NULL':
      return { kind: 'isNotNull', column }
    case 'IN_FILTER':
      return oneOf(
        column,
        list(node['values']).map((value) => readConstant(value, type)),
      )
    case 'OPTIONAL_FILTER':
      return readFilter(node['child_filter'], column, type)
    case 'CONJUNCTION_AND':
      return all(list(node['child_filters']).map((child) => readFilter(child, column, type)))
    case 'CONJUNCTION_OR':
      return any(list(node['child_filters']).map((child) => readFilter(child, column, type)))
    case 'EXPRESSION_FILTER':
      return readExpression(node['expr'], column, type)
    default:
      return undefined
  }
}

/** An expression over the one column of its scan, which it names `BOUND_REF`. */
function readExpression(raw: unknown, column: number, type: ColumnType): Filter | undefined {
  const node = raw as Node
  const children = list(node['children'])
  switch (node['type']) {
    case 'CONJUNCTION_AND':
      return all(children.map((child) => readExpression(child, column, type)))
    case 'CONJUNCTION_OR':
      return any(children.map((child) => readExpression(child, column, type)))
    case 'OPERATOR_IS_NULL':
      return isColumn(children[0], type) ? { kind: 'isNull', column } : undefined
    case 'OPERATOR_IS_NOT_NULL':
      return isColumn(children[0], type) ? { kind: 'isNotNull', column } : undefined
    case 'COMPARE_IN':
      return isColumn(children[0], type)
        ? oneOf(
            column,
            children.slice(1).map((child) => readValue(child, type)),
          )
        : undefined
    default:
      return readComparison(node, column, type)
  }
}

function readComparison(node: Node, column: number, type: ColumnType): Filter | undefined {
  const op = operators[String(node['type'])]
  const { left, right } = node
  if (op === undefined) return undefined
  if (isColumn(left, type)) return compare(op, column, readValue(right, type))
  return isColumn(right, type) ? compare(flipped[op], column, readValue(left, type)) : undefined
}

function isColumn(raw: unknown, type: ColumnType): boolean {
  const node = raw as Node | undefined
  return node?.['expression_class'] === 'BOUND_REF' && nameOfType(node['return_type']) === duckType(type)
}

function readValue(raw: unknown, type: ColumnType): Literal | undefined {
  const node = raw as Node
  return node['expression_class'] === 'BOUND_CONSTANT' ? readConstant(node['value'], type) : undefined
}

/** Only constants of exactly the column's type are taken. */
function readConstant(raw: unknown, type: ColumnType): Literal | undefined {
  const node = raw as Node | undefined
  if (node === undefined || node['is_null'] !== false || nameOfType(node['type']) !== duckType(type)) return undefined
  const value = toValue(node['value'], type)
  return value === undefined ? undefined : { type, value }
}

function toValue(value: unknown, type: ColumnType): Literal['value'] | undefined {
  switch (type.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'float':
    case 'double':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined
    case 'binary':
      return undefined
    default:
      return whole(value, type)
  }
}

/** DuckDB keeps dates as days, timestamps as microseconds, decimals without their point. */
function whole(value: unknown, type: ColumnType): Literal['value'] | undefined {
  const isWhole = (typeof value === 'number' && Number.isSafeInteger(value)) || (typeof value === 'string' && /^-?\d+$/.test(value))
  if (!isWhole) return undefined
  if (type.kind === 'bigint') return BigInt(value)
  if (type.kind === 'decimal') return pointed(BigInt(value), type.scale)
  if (type.kind === 'date') return dateText(Number(value))
  return type.kind === 'timestamp' ? timestampText(BigInt(value)) : Number(value)
}

function pointed(digits: bigint, scale: number): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  const split = text.length - scale
  return `${digits < 0n ? '-' : ''}${text.slice(0, split)}${scale === 0 ? '' : `.${text.slice(split)}`}`
}

/** Years 1 to 9999 alone have a text that every source reads alike. */
function dateText(days: number): string | undefined {
  const date = new Date(days * 86_400_000)
  const year = date.getUTCFullYear()
  return year >= 1 && year <= 9999 ? date.toISOString().slice(0, 10) : undefined
}

function timestampText(microseconds: bigint): string | undefined {
  const micros = ((microseconds % 86_400_000_000n) + 86_400_000_000n) % 86_400_000_000n
  const date = dateText(Number((microseconds - micros) / 86_400_000_000n))
  if (date === undefined) return undefined
  const time = new Date(Number(micros / 1000n)).toISOString().slice(11, 19)
  return `${date} ${time}.${(micros % 1_000_000n).toString().padStart(6, '0')}`
}

function nameOfType(raw: unknown): string {
  const node = raw as { readonly id?: string; readonly type_info?: { readonly width?: number; readonly scale?: number } | null } | undefined
  return node?.id === 'DECIMAL' ? `DECIMAL(${node.type_info?.width},${node.type_info?.scale})` : String(node?.id)
}

function compare(op: Operator | undefined, column: number, value: Literal | undefined): Filter | undefined {
  return op === undefined || value === undefined ? undefined : { kind: 'comparison', op, column, value }
}

function oneOf(column: number, values: readonly (Literal | undefined)[]): Filter | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === values.length && known.length > 0 ? { kind: 'in', column, values: known } : undefined
}

/** Parts that cannot be read may be dropped: fewer conditions let more rows pass. */
function all(filters: readonly (Filter | undefined)[]): Filter | undefined {
  const known = filters.filter((filter) => filter !== undefined)
  return known.length <= 1 ? known[0] : { kind: 'and', filters: known }
}

/** Every part has to be readable: a missing alternative would lose rows. */
function any(filters: readonly (Filter | undefined)[]): Filter | undefined {
  const known = filters.filter((filter) => filter !== undefined)
  if (known.length !== filters.length || known.length === 0) return undefined
  return known.length === 1 ? known[0] : { kind: 'or', filters: known }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
