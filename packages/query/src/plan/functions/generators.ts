// Generators: functions that make several rows of one. They stand behind LATERAL VIEW, or once in a select list.

import { ServiceError, say } from '@tributary/rules'
import type { Bound } from '../bound.ts'
import { castTo } from '../casts.ts'
import type { OutputColumn } from '../resolving.ts'
import { quoteName, quoteString, sameType, typeName, type SparkType } from '../spark-types.ts'
import { once, textConstant, textOf } from './arguments.ts'
import type { Named } from './function.ts'

/** The rows that a generator makes of one row. */
export interface Generated {
  /** DuckDB text of a list with one element for each row. */
  readonly rows: string
  /** What each row gives; `sql` takes the text of an element. */
  readonly columns: readonly GeneratedColumn[]
}

/** A column of a generator, under the name that Spark gives it. */
export interface GeneratedColumn extends OutputColumn {
  readonly sql: (element: string) => string
}

/** One generator. */
export interface SparkGenerator {
  /** True where a row without values stays, as with OUTER. */
  readonly isOuter: boolean
  /** @throws {ServiceError} `semantic` for arguments that Spark refuses */
  readonly rewrite: (args: readonly Bound[]) => Generated
}

const itself = (element: string): string => element
const partOf =
  (name: string) =>
  (element: string): string =>
    `struct_extract(${element}, ${quoteString(name)})`

function explode(args: readonly Bound[]): Generated {
  const value = onlyArgument('explode', args)
  const { type } = value
  if (type.kind === 'array') return { rows: value.sql, columns: [{ name: 'col', type: type.element, sql: itself }] }
  if (type.kind !== 'map') throw wrongInput('explode', 'array or map', value)
  return { rows: `map_entries(${value.sql})`, columns: entryColumns(type) }
}

function entryColumns(type: Extract<SparkType, { kind: 'map' }>): readonly GeneratedColumn[] {
  return [
    { name: 'key', type: type.key, sql: partOf('key') },
    { name: 'value', type: type.value, sql: partOf('value') },
  ]
}

/** Positions count from 0. */
function explodeWithPosition(args: readonly Bound[]): Generated {
  const value = onlyArgument('posexplode', args)
  const { rows, columns } = explode([value])
  const position: GeneratedColumn = { name: 'pos', type: { kind: 'int' }, sql: partOf('p') }
  return {
    rows: `list_transform(${rows}, lambda e, i: {'p': CAST(i - 1 AS INTEGER), 'e': e})`,
    columns: [position, ...columns.map((column) => ({ ...column, sql: (element: string) => column.sql(partOf('e')(element)) }))],
  }
}

function inline(args: readonly Bound[]): Generated {
  const value = onlyArgument('inline', args)
  const element = value.type.kind === 'array' ? value.type.element : undefined
  if (element?.kind !== 'struct') throw wrongInput('inline', 'array of struct', value)
  return { rows: value.sql, columns: element.fields.map(({ name, type }) => ({ name, type, sql: partOf(name) })) }
}

/** The members of a JSON object by their names, as text; what is no object has none. */
function jsonTuple(args: readonly Bound[]): Generated {
  const [document, ...names] = args
  if (document === undefined || names.length === 0)
    throw new ServiceError('semantic', say`json_tuple takes a text of JSON and names of its members behind it`)
  const columns = names.map((_name, at): GeneratedColumn => ({ name: `c${at}`, type: { kind: 'string' }, sql: partOf(`c${at}`) }))
  const cells = names.map((name, at) => {
    const key = textConstant(name, say`the name of a member in json_tuple`)
    if (key.includes('"')) throw new ServiceError('unsupported', say`a wildcard or a quote in the path ${key} is not offered`)
    return `'c${at}': json_extract_string(jt_d, ${quoteString(`$."${key}"`)})`
  })
  const readable = (text: string): string => `CASE WHEN json_valid(${text}) AND json_type(${text}) = 'OBJECT' THEN ${text} END`
  return { rows: `list_transform([${once(textOf(document), 'jt_t', readable)}], lambda jt_d: {${cells.join(', ')}})`, columns }
}

/** `stack(2, a, b, c)` is (a, b), (c, NULL). */
function stack(args: readonly Bound[]): Generated {
  const [first, ...values] = args
  const count = first?.constant !== undefined && first.type.kind === 'int' ? Number(first.constant) : 0
  if (count < 1 || values.length === 0)
    throw new ServiceError('semantic', say`stack takes a number of rows, written out and positive, and values behind it`)
  const width = Math.ceil(values.length / count)
  const columns = Array.from({ length: width }, (_none, at) =>
    stackColumn(
      at,
      values.filter((_value, index) => index % width === at),
    ),
  )
  const row = (from: number): string =>
    columns.map(({ type }, at) => `${quoteName(`c${at}`)}: ${stackCell(values[from + at], type)}`).join(', ')
  const rows = Array.from({ length: count }, (_none, index) => `{${row(index * width)}}`)
  return { rows: `[${rows.join(', ')}]`, columns }
}

function stackColumn(at: number, values: readonly Bound[]): GeneratedColumn {
  const type = values
    .map((value) => value.type)
    .reduce<SparkType>(
      (one, other) => {
        if (one.kind !== 'null' && other.kind !== 'null' && !sameType(one, other))
          throw new ServiceError(
            'semantic',
            say`stack gives column col${at} both ${typeName(one)} and ${typeName(other)}; cast them to one type`,
          )
        return one.kind === 'null' ? other : one
      },
      { kind: 'null' },
    )
  return { name: `col${at}`, type, sql: partOf(`c${at}`) }
}

function stackCell(value: Bound | undefined, type: SparkType): string {
  if (value === undefined) return type.kind === 'null' ? 'NULL' : castTo({ ...nothing }, type).sql
  return type.kind === 'null' ? value.sql : castTo(value, type).sql
}

const nothing: Bound = {
  sql: 'NULL',
  type: { kind: 'null' },
  name: 'NULL',
  constant: 'NULL',
  loose: [],
  hasAggregate: false,
  columnName: undefined,
}

function onlyArgument(name: string, args: readonly Bound[]): Bound {
  const [value] = args
  if (value === undefined || args.length !== 1)
    throw new ServiceError('semantic', say`Invalid number of arguments for function ${name}. Expected: ${1}; Found: ${args.length}`)
  return value
}

function wrongInput(name: string, wanted: string, value: Bound): ServiceError {
  return new ServiceError(
    'semantic',
    say`cannot resolve '${name}(${value.name})' due to data type mismatch: input to function ${name} should be ${wanted} type, not ${typeName(value.type)}`,
  )
}

/** Generators by name, in lower case. */
export const generators: Named<SparkGenerator> = {
  explode: { isOuter: false, rewrite: explode },
  explode_outer: { isOuter: true, rewrite: explode },
  json_tuple: { isOuter: false, rewrite: jsonTuple },
  inline: { isOuter: false, rewrite: inline },
  inline_outer: { isOuter: true, rewrite: inline },
  posexplode: { isOuter: false, rewrite: explodeWithPosition },
  posexplode_outer: { isOuter: true, rewrite: explodeWithPosition },
  stack: { isOuter: false, rewrite: stack },
}
