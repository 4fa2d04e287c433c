// Functions of arrays. Elements keep their order; NULL equals NULL where values are compared as members, as in Spark.

import { ServiceError, say, type Text } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { castTo } from '../casts.ts'
import { commonType, isIntegral, isNested, partType, quoteName, typeName, type SparkType } from '../spark-types.ts'
import { refusalSql } from '../refusal.ts'
import { refuseBytes, argument, nullWhereNull, once, textOf, titled, unified, wrongType } from './arguments.ts'
import { anyCount, type Named, type SparkFunction } from './function.ts'
import { reversedText } from './text.ts'

type ArrayType = Extract<SparkType, { kind: 'array' }>
type BoundArray = Bound & { readonly type: ArrayType }

const stringType = { kind: 'string' } as const
const arrayOf = (element: SparkType): ArrayType => ({ kind: 'array', element })

/**
 * An argument that has to be an array.
 * @throws {ServiceError} `semantic` for anything else
 */
export function arrayArgument(value: Bound | undefined): BoundArray {
  if (value?.type.kind === 'array') return { ...value, type: value.type }
  throw wrongType(value as Bound, 'array')
}

/** Values side by side, in one type. */
export function makeArray(args: readonly Bound[]): Rewritten {
  const [same, element] = unified('array', args)
  return { sql: `CAST([${same.map((arg) => arg.sql).join(', ')}] AS ${partType(element)}[])`, type: arrayOf(element) }
}

/** An array and a value of its elements' type, or both in a wider one. */
function withElement(name: string, args: readonly Bound[]): readonly [array: string, value: string, element: SparkType] {
  const array = arrayArgument(args[0])
  const value = args[1] as Bound
  const element = value.type.kind === 'null' ? undefined : commonType(array.type.element, value.type)
  if (element === undefined)
    throw new ServiceError(
      'semantic',
      say`${name} takes an array and a value of its elements' type, not ${typeName(array.type)} and ${typeName(value.type)}`,
    )
  return [castTo(array, arrayOf(element)).sql, castTo(value, element).sql, element]
}

/** Two arrays in one type. */
function pair(name: string, args: readonly Bound[]): readonly [one: string, other: string, type: ArrayType] {
  const [left, right] = [arrayArgument(args[0]), arrayArgument(args[1])]
  const type = commonType(left.type, right.type)
  if (type?.kind !== 'array')
    throw new ServiceError('semantic', say`${name} takes two arrays of one type, not ${typeName(left.type)} and ${typeName(right.type)}`)
  return [castTo(left, type).sql, castTo(right, type).sql, type]
}

const hasNull = (array: string): string => `len(list_filter(${array}, lambda hn_e: hn_e IS NULL)) > 0`
const isMember = (array: string, value: string): string => `coalesce(list_position(${array}, ${value}), 0) > 0`

function contains(args: readonly Bound[]): Rewritten {
  const [array, value] = withElement('array_contains', args)
  const sql = once(
    array,
    'ac_a',
    (list) =>
      `CASE WHEN ${value} IS NULL THEN NULL WHEN list_contains(${list}, ${value}) THEN true WHEN ${hasNull(list)} THEN NULL WHEN ${list} IS NOT NULL THEN false END`,
  )
  return { sql, type: { kind: 'boolean' } }
}

function position(args: readonly Bound[]): Rewritten {
  const [array, value] = withElement('array_position', args)
  return {
    sql: nullWhereNull([array, value], `CAST(coalesce(list_position(${array}, ${value}), 0) AS BIGINT)`, 'BIGINT'),
    type: { kind: 'bigint' },
  }
}

function distinct(array: string): string {
  return once(array, 'ad_a', (list) => `list_filter(${list}, lambda ad_e, ad_i: list_position(${list}, ad_e) = ad_i)`)
}

function remove(args: readonly Bound[]): Rewritten {
  const [array, value, element] = withElement('array_remove', args)
  const kept = `list_filter(${array}, lambda ar_e: ar_e IS NULL OR ar_e <> ${value})`
  return { sql: nullWhereNull([value], kept, `${partType(element)}[]`), type: arrayOf(element) }
}

function repeat(args: readonly Bound[]): Rewritten {
  const [value, count] = args as readonly [Bound, Bound]
  const times = argument(count, 'int').sql
  const type = `${partType(value.type)}[]`
  const all = `list_transform(range(greatest(${times}, 0)), lambda rp_i: ${value.type.kind === 'null' ? 'CAST(NULL AS INTEGER)' : value.sql})`
  const list = `CASE WHEN ${times} > ${mostMade} THEN CAST(${refusalSql(tooLong('array_repeat'))} AS ${type}) ELSE ${all} END`
  return { sql: nullWhereNull([times], list, type), type: arrayOf(value.type) }
}

/** An array that is made takes its memory at once, and one of constants already while the statement is planned: no cancel would end that. */
const mostMade = 10_000_000

function tooLong(name: string): Text {
  return say`${name}: the array would have more than ${mostMade} elements`
}

/** Members of one that are, or are not, members of the other, each once. */
function compared(name: string, write: (one: string, other: string) => string): SparkFunction {
  return {
    arity: [2, 2],
    rewrite: (args) => {
      const [one, other, type] = pair(name, args)
      return { sql: nullWhereNull([one, other], write(one, other), partType(type)), type }
    },
  }
}

function overlap(args: readonly Bound[]): Rewritten {
  const [left, right] = pair('arrays_overlap', args)
  const sql = once(left, 'ao_l', (one) =>
    once(right, 'ao_r', (other) => {
      const shares = `len(list_filter(${one}, lambda ao_e: ao_e IS NOT NULL AND ${isMember(other, 'ao_e')})) > 0`
      return `CASE WHEN ${one} IS NULL OR ${other} IS NULL THEN NULL WHEN ${shares} THEN true WHEN len(${one}) > 0 AND len(${other}) > 0 AND (${hasNull(one)} OR ${hasNull(other)}) THEN NULL ELSE false END`
    }),
  )
  return { sql, type: { kind: 'boolean' } }
}

/** Texts, or arrays, one behind the other; NULL where any is. */
function concat(args: readonly Bound[]): Rewritten {
  refuseBytes('concat', args)
  if (!args.some((arg) => arg.type.kind === 'array')) return { sql: `(${args.map(textOf).join(' || ')})`, type: stringType }
  const [same, type] = unified('concat', args)
  const lists = same.map((arg) => arg.sql)
  const joined = lists.reduce((one, other) => `list_concat(${one}, ${other})`)
  return { sql: nullWhereNull(lists, joined, partType(type)), type }
}

function flatten(args: readonly Bound[]): Rewritten {
  const array = arrayArgument(args[0])
  const { element } = array.type
  if (element.kind !== 'array') throw wrongType(array, 'array of arrays')
  return { sql: once(array.sql, 'fl_a', (list) => `CASE WHEN NOT (${hasNull(list)}) THEN flatten(${list}) END`), type: element }
}

function slice(args: readonly Bound[]): Rewritten {
  const array = arrayArgument(args[0])
  const [start, count] = [argument(args[1] as Bound, 'int').sql, argument(args[2] as Bound, 'int').sql]
  const wrong = `CAST(${refusalSql(say`slice takes a start other than 0 and a length that is not negative`)} AS ${partType(array.type)})`
  const sql = once(array.sql, 'sl_a', (list) =>
    once(`CASE WHEN ${start} < 0 THEN len(${list}) + ${start} + 1 ELSE ${start} END`, 'sl_s', (from) => {
      const part = `CASE WHEN ${from} < 1 THEN [] ELSE list_slice(${list}, ${from}, ${from} + ${count} - 1) END`
      return nullWhereNull(
        [list, start, count],
        `CASE WHEN ${start} = 0 OR ${count} < 0 THEN ${wrong} WHEN ${count} = 0 THEN [] ELSE ${part} END`,
        partType(array.type),
      )
    }),
  )
  return { sql, type: array.type }
}

function reverse(args: readonly Bound[]): Rewritten {
  const [value] = args as readonly [Bound]
  return value.type.kind === 'array' ? { sql: `list_reverse(${value.sql})`, type: value.type } : reversedText(value)
}

/** NULLs lead ascending and end descending order. */
function sortArray(args: readonly Bound[]): Rewritten {
  const array = arrayArgument(args[0])
  checkSortable(array)
  const isUp = args[1] === undefined || args[1].constant === 'true'
  if (args[1] !== undefined && args[1].constant === undefined)
    throw new ServiceError('unsupported', say`the order of sort_array has to be true or false, written out; ${args[1].name} is not`)
  return { sql: `list_sort(${array.sql}, '${isUp ? 'ASC' : 'DESC'}', '${isUp ? 'NULLS FIRST' : 'NULLS LAST'}')`, type: array.type }
}

function join(args: readonly Bound[]): Rewritten {
  const [value] = args as readonly [Bound]
  const array = castTo(value.type.kind === 'null' ? value : arrayArgument(value), arrayOf(stringType)).sql
  const [separator = '', other] = args.slice(1).map(textOf)
  const members =
    other === undefined
      ? `list_filter(${array}, lambda aj_e: aj_e IS NOT NULL)`
      : `list_transform(${array}, lambda aj_e: coalesce(aj_e, ${other}))`
  const sql = nullWhereNull(
    [array, separator, ...(other === undefined ? [] : [other])],
    `coalesce(array_to_string(${members}, ${separator}), '')`,
    'VARCHAR',
  )
  return { sql, type: stringType }
}

/** Whole numbers or days from one to another, both included; downwards where the end is below. */
function sequence(args: readonly Bound[]): Rewritten {
  const [[start, end], type] = unified('sequence', args.slice(0, 2)) as readonly [readonly [Bound, Bound], SparkType]
  const step = args[2]
  if (type.kind === 'date' && step === undefined) {
    const days = `CAST(datediff('day', ${start.sql}, ${end.sql}) AS BIGINT)`
    const list = `list_transform(generate_series(0, ${days}, CASE WHEN ${days} < 0 THEN -1 ELSE 1 END), lambda sq_i: ${start.sql} + CAST(sq_i AS INTEGER))`
    return { sql: nullWhereNull([start.sql, end.sql], list, 'DATE[]'), type: arrayOf(type) }
  }
  if (!isIntegral(type))
    throw new ServiceError('unsupported', say`sequence over ${typeName(type)} is not offered; use whole numbers, or dates without a step`)
  const [from, to] = [`CAST(${start.sql} AS BIGINT)`, `CAST(${end.sql} AS BIGINT)`]
  const by = step === undefined ? `CASE WHEN ${to} < ${from} THEN -1 ELSE 1 END` : `CAST(${argument(step, 'bigint').sql} AS BIGINT)`
  const wrong = `CAST(${refusalSql(say`sequence: the step leads away from the end`)} AS BIGINT[])`
  const long = `CAST(${refusalSql(tooLong('sequence'))} AS BIGINT[])`
  const distance = `abs(CAST(${to} AS HUGEINT) - ${from})`
  const series = `CASE WHEN (${by} > 0 AND ${from} > ${to}) OR (${by} < 0 AND ${from} < ${to}) OR (${by} = 0 AND ${from} <> ${to}) THEN ${wrong} WHEN ${from} = ${to} THEN [${from}] WHEN ${distance} >= ${mostMade} * abs(CAST(${by} AS HUGEINT)) THEN ${long} ELSE generate_series(${from}, ${to}, ${by}) END`
  const list = nullWhereNull([start.sql, end.sql, ...(step === undefined ? [] : [step.sql])], series, 'BIGINT[]')
  return { sql: `CAST(${list} AS ${partType(type)}[])`, type: arrayOf(type) }
}

/** Structs of the elements at each place, as many as the longest array has. */
function zip(args: readonly Bound[]): Rewritten {
  const arrays = args.map(arrayArgument)
  const fields = arrays.map((array, index) => ({
    name: (array.columnName ?? String(index)).replaceAll('\0', ''),
    type: array.type.element,
  }))
  const cells = arrays.map((array, index) => `${quoteName(fields[index]?.name as string)} := ${array.sql}[az_i]`)
  const length = arrays.length === 1 ? `len(${arrays[0]?.sql})` : `greatest(${arrays.map((array) => `len(${array.sql})`).join(', ')})`
  const type = arrayOf({ kind: 'struct', fields })
  const list = `list_transform(range(1, ${length} + 1), lambda az_i: struct_pack(${cells.join(', ')}))`
  return {
    sql: nullWhereNull(
      arrays.map((array) => array.sql),
      list,
      partType(type),
    ),
    type,
  }
}

function extreme(name: 'list_min' | 'list_max'): SparkFunction {
  return {
    arity: [1, 1],
    rewrite: (args) => {
      const array = arrayArgument(args[0])
      checkSortable(array)
      return { sql: `${name}(${array.sql})`, type: array.type.element }
    },
  }
}

const overArray = (write: (array: string) => string): SparkFunction => ({
  arity: [1, 1],
  rewrite: (args) => {
    const array = arrayArgument(args[0])
    return { sql: write(array.sql), type: array.type }
  },
})

/** Ascending with NULLs last; an order of one's own is not offered. */
const sorted: SparkFunction = {
  arity: [1, 1],
  rewrite: (args) => {
    const array = arrayArgument(args[0])
    checkSortable(array)
    return { sql: `list_sort(${array.sql}, 'ASC', 'NULLS LAST')`, type: array.type }
  },
  title: ([value]) => `array_sort(${value?.name}, ${usualOrder})`,
}

function checkSortable(array: BoundArray): void {
  if (isNested(array.type.element) || array.type.element.kind === 'binary')
    throw new ServiceError('unsupported', say`sorting ${typeName(array.type)} is not offered`)
}

/** How Spark names the order of its own. */
const usualOrder = (() => {
  const v = 'namedlambdavariable()'
  const compare = `(IF((${v} < ${v}), -1, (IF((${v} > ${v}), 1, 0))))`
  const leftNull = `(IF((${v} IS NULL), 1, (IF((${v} IS NULL), -1, ${compare}))))`
  return `lambdafunction((IF(((${v} IS NULL) AND (${v} IS NULL)), 0, ${leftNull})), ${v}, ${v})`
})()

/** Functions of arrays, by name. */
export const arrayFunctions: Named<SparkFunction> = {
  array: { arity: [0, anyCount], rewrite: makeArray },
  array_contains: { arity: [2, 2], rewrite: contains },
  array_distinct: overArray(distinct),
  array_except: compared('array_except', (one, other) => distinct(`list_filter(${one}, lambda ax_e: NOT (${isMember(other, 'ax_e')}))`)),
  array_intersect: compared('array_intersect', (one, other) => distinct(`list_filter(${one}, lambda ax_e: ${isMember(other, 'ax_e')})`)),
  array_join: { arity: [2, 3], rewrite: join },
  array_max: extreme('list_max'),
  array_min: extreme('list_min'),
  array_position: { arity: [2, 2], rewrite: position },
  array_remove: { arity: [2, 2], rewrite: remove },
  array_repeat: { arity: [2, 2], rewrite: repeat },
  array_size: {
    arity: [1, 1],
    rewrite: (args) => ({
      sql: args[0]?.type.kind === 'null' ? 'CAST(NULL AS INTEGER)' : `CAST(len(${arrayArgument(args[0]).sql}) AS INTEGER)`,
      type: { kind: 'int' },
    }),
  },
  array_union: compared('array_union', (one, other) => distinct(`list_concat(${one}, ${other})`)),
  array_sort: sorted,
  arrays_overlap: { arity: [2, 2], rewrite: overlap },
  arrays_zip: { arity: [1, anyCount], rewrite: zip },
  concat: { arity: [1, anyCount], rewrite: concat },
  flatten: { arity: [1, 1], rewrite: flatten },
  reverse: { arity: [1, 1], rewrite: reverse },
  sequence: { arity: [2, 3], rewrite: sequence },
  slice: { arity: [3, 3], rewrite: slice },
  sort_array: { arity: [1, 2], rewrite: sortArray, title: titled('sort_array', undefined, 'true') },
}
