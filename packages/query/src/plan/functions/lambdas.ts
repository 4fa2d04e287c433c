// Functions that take a function: transform, filter, aggregate and the like. A lambda's variables are known by type before its body is resolved.
//
//   transform(a, x -> x + 1)   →   list_transform(a, lambda l0_0: …)

import { ServiceError, say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { castTo } from '../casts.ts'
import { refusalSql } from '../refusal.ts'
import { commonType, partType, sameType, typeName, type SparkType } from '../spark-types.ts'
import { arrayArgument } from './arrays.ts'
import { nullWhereNull, once } from './arguments.ts'
import type { Named } from './function.ts'
import { mapArgument } from './maps.ts'

/** A value that a lambda's variable stands for. */
export interface Variable {
  readonly sql: string
  readonly type: SparkType
}

/** A lambda whose body waits for the types of its variables. */
export interface Lambda {
  readonly kind: 'lambda'
  /** How many variables it was written with. */
  readonly count: number
  /** Names for DuckDB that no lambda around it uses; `name(n)` is the nth. */
  readonly name: (index: number) => string
  /** @throws {ServiceError} whatever is wrong with the body */
  readonly body: (variables: readonly Variable[]) => Bound
}

/** A function one of whose arguments is a lambda. */
export interface HigherOrderFunction {
  readonly arity: readonly [number, number]
  /** @throws {ServiceError} `semantic` for arguments that Spark refuses, `unsupported` for those that are not offered */
  readonly rewrite: (args: readonly (Bound | Lambda)[]) => Rewritten
}

/** True for a lambda among arguments. */
export function isLambda(arg: Bound | Lambda | undefined): arg is Lambda {
  return arg !== undefined && 'kind' in arg
}

function lambdaArgument(arg: Bound | Lambda | undefined, name: string, counts: readonly number[]): Lambda {
  if (!isLambda(arg)) throw new ServiceError('semantic', say`${name} takes a lambda there, for instance x -> x + 1`)
  if (!counts.includes(arg.count))
    throw new ServiceError('semantic', say`the lambda of ${name} takes ${counts.join(', ')} variables, and this one has ${arg.count}`)
  return arg
}

function value(arg: Bound | Lambda | undefined): Bound | undefined {
  if (isLambda(arg)) throw new ServiceError('semantic', say`a lambda stands where a value is expected`)
  return arg
}

/** An array and a lambda over its elements, with their places where it asks for them. */
function overElements(
  name: string,
  counts: readonly number[],
  args: readonly (Bound | Lambda)[],
): { readonly array: ReturnType<typeof arrayArgument>; readonly lambda: Lambda; readonly body: Bound } {
  const array = arrayArgument(value(args[0]))
  const lambda = lambdaArgument(args[1], name, counts)
  const place: Variable = { sql: `CAST(${lambda.name(1)} - 1 AS INTEGER)`, type: { kind: 'int' } }
  const element: Variable = { sql: lambda.name(0), type: array.type.element }
  return { array, lambda, body: lambda.body(lambda.count === 2 ? [element, place] : [element]) }
}

const heads = (lambda: Lambda): string => Array.from({ length: lambda.count }, (_none, index) => lambda.name(index)).join(', ')

function carried(bound: Bound): string {
  return bound.type.kind === 'null' ? 'CAST(NULL AS INTEGER)' : bound.sql
}

function transform(args: readonly (Bound | Lambda)[]): Rewritten {
  const { array, lambda, body } = overElements('transform', [1, 2], args)
  const type: SparkType = { kind: 'array', element: body.type }
  return { sql: `CAST(list_transform(${array.sql}, lambda ${heads(lambda)}: ${carried(body)}) AS ${partType(type)})`, type }
}

function condition(name: string, body: Bound): string {
  if (body.type.kind !== 'boolean' && body.type.kind !== 'null')
    throw new ServiceError('semantic', say`the lambda of ${name} has to be true or false, and is of ${typeName(body.type)} type`)
  return castTo(body, { kind: 'boolean' }).sql
}

function filter(args: readonly (Bound | Lambda)[]): Rewritten {
  const { array, lambda, body } = overElements('filter', [1, 2], args)
  return { sql: `list_filter(${array.sql}, lambda ${heads(lambda)}: coalesce(${condition('filter', body)}, false))`, type: array.type }
}

/** Three-valued: where no element decides, one that is unknown leaves the answer unknown. */
function quantified(name: 'exists' | 'forall'): HigherOrderFunction {
  return {
    arity: [2, 2],
    rewrite: (args) => {
      const { array, lambda, body } = overElements(name, [1], args)
      const answers = `list_transform(${array.sql}, lambda ${heads(lambda)}: ${condition(name, body)})`
      const decisive = name === 'exists'
      const sql = once(answers, `q${lambda.name(0)}`, (list) => {
        const unknown = `len(list_filter(${list}, lambda n${lambda.name(0)}: n${lambda.name(0)} IS NULL)) > 0`
        return `CASE WHEN ${list} IS NULL THEN NULL WHEN list_contains(${list}, ${decisive}) THEN ${decisive} WHEN ${unknown} THEN NULL ELSE ${!decisive} END`
      })
      return { sql, type: { kind: 'boolean' } }
    },
  }
}

/** The elements taken together one by one, from a start; at the end the whole may be changed once more. */
function aggregate(args: readonly (Bound | Lambda)[]): Rewritten {
  const array = arrayArgument(value(args[0]))
  const start = value(args[1]) as Bound
  const merge = lambdaArgument(args[2], 'aggregate', [2])
  const finish = args[3] === undefined ? undefined : lambdaArgument(args[3], 'aggregate', [1])
  const [state, next] = [merge.name(0), merge.name(1)]
  const body = merge.body([
    { sql: `${state}.s`, type: start.type },
    { sql: `${next}.e`, type: array.type.element },
  ])
  if (!sameType(body.type, start.type) && body.type.kind !== 'null')
    throw new ServiceError(
      'semantic',
      say`the lambda of aggregate gives ${typeName(body.type)} where it starts with ${typeName(start.type)}; cast one of them`,
    )
  const [stateType, elementType] = [partType(start.type), partType(array.type.element)]
  const first = `{'s': CAST(${start.sql} AS ${stateType}), 'e': CAST(NULL AS ${elementType})}`
  const steps = `list_transform(${array.sql}, lambda ${next}: {'s': CAST(NULL AS ${stateType}), 'e': CAST(${next} AS ${elementType})})`
  const folded = `list_reduce(list_prepend(${first}, ${steps}), lambda ${state}, ${next}: {'s': CAST(${body.sql} AS ${stateType}), 'e': CAST(NULL AS ${elementType})})`
  const result = nullWhereNull([array.sql], `struct_extract(${folded}, 's')`, stateType)
  if (finish === undefined) return { sql: result, type: start.type }
  const end = finish.body([{ sql: finish.name(0), type: start.type }])
  return { sql: `list_transform([${result}], lambda ${finish.name(0)}: ${carried(end)})[1]`, type: end.type }
}

/** Elements at the same place of two arrays; the shorter is filled with NULL. */
function zipWith(args: readonly (Bound | Lambda)[]): Rewritten {
  const [left, right] = [arrayArgument(value(args[0])), arrayArgument(value(args[1]))]
  const lambda = lambdaArgument(args[2], 'zip_with', [2])
  const at = lambda.name(0)
  const body = lambda.body([
    { sql: `list_extract(${left.sql}, ${at})`, type: left.type.element },
    { sql: `list_extract(${right.sql}, ${at})`, type: right.type.element },
  ])
  const type: SparkType = { kind: 'array', element: body.type }
  const list = `list_transform(range(1, greatest(len(${left.sql}), len(${right.sql})) + 1), lambda ${at}: ${carried(body)})`
  return { sql: nullWhereNull([left.sql, right.sql], list, partType(type)), type }
}

/** Entries of a map and a lambda over key and value. */
function overEntries(
  name: string,
  args: readonly (Bound | Lambda)[],
): { readonly map: ReturnType<typeof mapArgument>; readonly entry: string; readonly body: Bound } {
  const map = mapArgument(value(args[0]))
  const lambda = lambdaArgument(args[1], name, [2])
  const entry = lambda.name(0)
  const body = lambda.body([
    { sql: `${entry}.key`, type: map.type.key },
    { sql: `${entry}.value`, type: map.type.value },
  ])
  return { map, entry, body }
}

function mapFilter(args: readonly (Bound | Lambda)[]): Rewritten {
  const { map, entry, body } = overEntries('map_filter', args)
  return {
    sql: `map_from_entries(list_filter(map_entries(${map.sql}), lambda ${entry}: coalesce(${condition('map_filter', body)}, false)))`,
    type: map.type,
  }
}

function transformed(name: string, part: 'key' | 'value'): HigherOrderFunction {
  return {
    arity: [2, 2],
    rewrite: (args) => {
      const { map, entry, body } = overEntries(name, args)
      const type: SparkType = part === 'key' ? { ...map.type, key: body.type } : { ...map.type, value: body.type }
      const list = `list_transform(map_entries(${map.sql}), lambda ${entry}: ${carried(body)})`
      const sql = part === 'key' ? `map(${list}, map_values(${map.sql}))` : `map(map_keys(${map.sql}), ${list})`
      return { sql: nullWhereNull([map.sql], sql, partType(type)), type }
    },
  }
}

/** Every key of either map, with what both hold for it. */
function mapZipWith(args: readonly (Bound | Lambda)[]): Rewritten {
  const [left, right] = [mapArgument(value(args[0])), mapArgument(value(args[1]))]
  const lambda = lambdaArgument(args[2], 'map_zip_with', [3])
  const key = commonType(left.type.key, right.type.key)
  if (key === undefined || !sameType(left.type.key, right.type.key))
    throw new ServiceError(
      'semantic',
      say`map_zip_with takes two maps with keys of one type, not ${typeName(left.type)} and ${typeName(right.type)}`,
    )
  const at = lambda.name(0)
  const body = lambda.body([
    { sql: at, type: key },
    { sql: `map_extract_value(${left.sql}, ${at})`, type: left.type.value },
    { sql: `map_extract_value(${right.sql}, ${at})`, type: right.type.value },
  ])
  const keys = `list_concat(map_keys(${left.sql}), list_filter(map_keys(${right.sql}), lambda z${at}: NOT list_contains(map_keys(${left.sql}), z${at})))`
  const type: SparkType = { kind: 'map', key, value: body.type }
  return {
    sql: nullWhereNull([left.sql, right.sql], `map(${keys}, list_transform(${keys}, lambda ${at}: ${carried(body)}))`, partType(type)),
    type,
  }
}

/**
 * Elements in the order that a comparison gives: each is put before the first that it is less than, so that equal ones stay as they come.
 * As Spark, an answer of NULL ends the query.
 */
function arraySort(args: readonly (Bound | Lambda)[]): Rewritten {
  const array = arrayArgument(value(args[0]))
  const compare = lambdaArgument(args[1], 'array_sort', [2])
  const [state, next] = [compare.name(0), compare.name(1)]
  const other = `c${next}`
  const body = compare.body([
    { sql: `${next}.e`, type: array.type.element },
    { sql: other, type: array.type.element },
  ])
  if (body.type.kind !== 'int' && body.type.kind !== 'null')
    throw new ServiceError('semantic', say`the lambda of array_sort gives a whole number (int), and is of ${typeName(body.type)} type`)
  const unknown = `CAST(${refusalSql(say`the comparison of array_sort gave NULL: let it give a number for every pair`)} AS INTEGER)`
  const less = `list_transform(${state}.s, lambda ${other}: coalesce(${castTo(body, { kind: 'int' }).sql}, ${unknown}) < 0)`
  const place = `coalesce(nullif(list_position(${less}, true), 0), len(${state}.s) + 1)`
  const inserted = once(
    place,
    `p${next}`,
    (at) => `list_concat(list_append(list_slice(${state}.s, 1, ${at} - 1), ${next}.e), list_slice(${state}.s, ${at}, len(${state}.s)))`,
  )
  const [listType, elementType] = [partType(array.type), partType(array.type.element)]
  const first = `{'s': CAST([] AS ${listType}), 'e': CAST(NULL AS ${elementType})}`
  const steps = `list_transform(${array.sql}, lambda ${next}: {'s': CAST(NULL AS ${listType}), 'e': CAST(${next} AS ${elementType})})`
  const folded = `list_reduce(list_prepend(${first}, ${steps}), lambda ${state}, ${next}: {'s': CAST(${inserted} AS ${listType}), 'e': CAST(NULL AS ${elementType})})`
  return { sql: nullWhereNull([array.sql], `struct_extract(${folded}, 's')`, listType), type: array.type }
}

/** Functions that take a lambda, by name. */
export const higherOrderFunctions: Named<HigherOrderFunction> = {
  aggregate: { arity: [3, 4], rewrite: aggregate },
  array_sort: { arity: [2, 2], rewrite: arraySort },
  exists: quantified('exists'),
  filter: { arity: [2, 2], rewrite: filter },
  forall: quantified('forall'),
  map_filter: { arity: [2, 2], rewrite: mapFilter },
  map_zip_with: { arity: [3, 3], rewrite: mapZipWith },
  transform: { arity: [2, 2], rewrite: transform },
  transform_keys: transformed('transform_keys', 'key'),
  transform_values: transformed('transform_values', 'value'),
  zip_with: { arity: [3, 3], rewrite: zipWith },
}
