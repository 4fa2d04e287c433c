// Functions of maps and structs. Keys of a map are unique: making one with a key twice is an error, as in Spark.

import { ServiceError, say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { castTo } from '../casts.ts'
import { commonType, isIntegral, partType, quoteName, quoteString, typeName, type SparkType } from '../spark-types.ts'
import { refusalSql } from '../refusal.ts'
import { argument, nullWhereNull, once, textConstant, textOf, titled, unified, wrongType } from './arguments.ts'
import { arrayArgument } from './arrays.ts'
import { anyCount, type Named, type SparkFunction } from './function.ts'

type MapType = Extract<SparkType, { kind: 'map' }>
type BoundMap = Bound & { readonly type: MapType }

/**
 * An argument that has to be a map.
 * @throws {ServiceError} `semantic` for anything else
 */
export function mapArgument(value: Bound | undefined): BoundMap {
  if (value?.type.kind === 'map') return { ...value, type: value.type }
  throw wrongType(value as Bound, 'map')
}

function makeMap(args: readonly Bound[]): Rewritten {
  if (args.length % 2 === 1) throw new ServiceError('semantic', say`map takes keys and values in pairs; ${args.length} arguments are odd`)
  const [keys, key] = unified(
    'map',
    args.filter((_arg, index) => index % 2 === 0),
  )
  const [values, value] = unified(
    'map',
    args.filter((_arg, index) => index % 2 === 1),
  )
  const type: MapType = { kind: 'map', key, value }
  const list = (parts: readonly Bound[], part: SparkType): string =>
    `CAST([${parts.map((one) => one.sql).join(', ')}] AS ${partType(part)}[])`
  return { sql: `map(${list(keys, key)}, ${list(values, value)})`, type }
}

function fromArrays(args: readonly Bound[]): Rewritten {
  const [keys, values] = [arrayArgument(args[0]), arrayArgument(args[1])]
  const type: MapType = { kind: 'map', key: keys.type.element, value: values.type.element }
  return { sql: nullWhereNull([keys.sql, values.sql], `map(${keys.sql}, ${values.sql})`, partType(type)), type }
}

function fromEntries(args: readonly Bound[]): Rewritten {
  const entries = arrayArgument(args[0])
  const { element } = entries.type
  if (element.kind !== 'struct' || element.fields.length !== 2) throw wrongType(entries, 'array of pairs')
  const [key, value] = element.fields as readonly [(typeof element.fields)[number], (typeof element.fields)[number]]
  const part = (field: { readonly name: string }): string =>
    `list_transform(${entries.sql}, lambda me_e: struct_extract(me_e, ${quoteString(field.name)}))`
  const type: MapType = { kind: 'map', key: key.type, value: value.type }
  const sql = `CASE WHEN len(list_filter(${entries.sql}, lambda me_n: me_n IS NULL)) = 0 THEN map(${part(key)}, ${part(value)}) END`
  return { sql, type }
}

/** All entries of several maps; a key of two is an error. */
function concat(args: readonly Bound[]): Rewritten {
  if (args.length === 0) {
    const type: MapType = { kind: 'map', key: { kind: 'string' }, value: { kind: 'string' } }
    return { sql: `CAST(map([], []) AS ${partType(type)})`, type }
  }
  const [same, type] = unified('map_concat', args)
  const maps = same.map((arg) => mapArgument(arg).sql)
  const together = (part: string): string => maps.map((map) => `${part}(${map})`).reduce((one, other) => `list_concat(${one}, ${other})`)
  return { sql: nullWhereNull(maps, `map(${together('map_keys')}, ${together('map_values')})`, partType(type)), type }
}

/** A key in the type that the map's keys have. */
function keyOf(map: BoundMap, key: Bound): string {
  const common = commonType(map.type.key, key.type)
  if (common === undefined || key.type.kind === 'null' || typeName(common) !== typeName(map.type.key))
    throw new ServiceError(
      'semantic',
      say`a key of type ${typeName(key.type)} is looked up in ${typeName(map.type)}; cast it to ${typeName(map.type.key)}`,
    )
  return castTo(key, common).sql
}

const lookup = (map: BoundMap, key: Bound): Rewritten => ({
  sql: `map_extract_value(${map.sql}, ${keyOf(map, key)})`,
  type: map.type.value,
})

/** `value[index]`: of an array counted from 0, of a map by key; what is not there is NULL. */
export function subscript(value: Bound, index: Bound): Rewritten {
  if (value.type.kind === 'map') return lookup(mapArgument(value), index)
  const array = arrayArgument(value)
  if (!isIntegral(index.type) && index.type.kind !== 'null') throw wrongType(index, 'int')
  const place = `CAST(${argument(index, 'bigint').sql} AS BIGINT)`
  return { sql: `CASE WHEN ${place} >= 0 THEN list_extract(${array.sql}, ${place} + 1) END`, type: array.type.element }
}

/** Of an array counted from 1, or from -1 at its end; of a map by key. */
function elementAt(args: readonly Bound[]): Rewritten {
  const [value, index] = args as readonly [Bound, Bound]
  if (value.type.kind === 'map') return lookup(mapArgument(value), index)
  const array = arrayArgument(value)
  if (!isIntegral(index.type)) throw wrongType(index, 'int')
  if (Number(index.constant ?? Number.NaN) === 0) throw new ServiceError('semantic', say`SQL array indices start at 1`)
  const place = argument(index, 'int').sql
  const zero = `CAST(${refusalSql(say`SQL array indices start at 1`)} AS ${partType(array.type.element)})`
  const found = `list_extract(${array.sql}, ${place})`
  return { sql: index.constant === undefined ? `CASE WHEN ${place} = 0 THEN ${zero} ELSE ${found} END` : found, type: array.type.element }
}

/** Characters that mean themselves in a pattern. */
const plainMark = /^[^\\^$.|?*+()[\]{}]$/

function fromText(args: readonly Bound[]): Rewritten {
  const [pairs = ',', parts = ':'] = args.slice(1).map((arg) => textConstant(arg, say`a separator of str_to_map`))
  const strange = [pairs, parts].find((mark) => !plainMark.test(mark))
  if (strange !== undefined)
    throw new ServiceError('unsupported', say`str_to_map takes separators of one letter; '${strange}' is not offered`)
  const sql = once(textOf(args[0] as Bound), 'sm_t', (text) => {
    const entries = `string_split(${text}, ${quoteString(pairs)})`
    const at = `instr(sm_e, ${quoteString(parts)})`
    const key = `list_transform(${entries}, lambda sm_e: CASE WHEN ${at} = 0 THEN sm_e ELSE substring(sm_e, 1, ${at} - 1) END)`
    const value = `list_transform(${entries}, lambda sm_e: CASE WHEN ${at} > 0 THEN substring(sm_e, ${at} + 1) END)`
    return `CASE WHEN ${text} IS NOT NULL THEN map(${key}, ${value}) END`
  })
  return { sql, type: { kind: 'map', key: { kind: 'string' }, value: { kind: 'string' } } }
}

function containsKey(args: readonly Bound[]): Rewritten {
  const [map, key] = [mapArgument(args[0]), args[1] as Bound]
  const common = commonType(map.type.key, key.type)
  if (common === undefined || key.type.kind === 'null') return { sql: keyOf(map, key), type: { kind: 'boolean' } }
  const keys = castTo(
    { ...map, sql: `map_keys(${map.sql})`, type: { kind: 'array', element: map.type.key } },
    { kind: 'array', element: common },
  )
  return { sql: `list_contains(${keys.sql}, ${castTo(key, common).sql})`, type: { kind: 'boolean' } }
}

/** How many members an array or a map has; of NULL it is -1. */
function size(args: readonly Bound[]): Rewritten {
  const [value] = args as readonly [Bound]
  const type = { kind: 'int' } as const
  if (value.type.kind === 'null') return { sql: 'CAST(-1 AS INTEGER)', type }
  const sql = value.type.kind === 'map' ? `cardinality(${value.sql})` : `len(${arrayArgument(value).sql})`
  return { sql: `CAST(coalesce(${sql}, -1) AS INTEGER)`, type }
}

/**
 * A struct of named values.
 * @throws {ServiceError} `unsupported` where two names are alike
 */
export function makeStruct(names: readonly string[], values: readonly Bound[]): Rewritten {
  const twice = names.find((name, index) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) !== index)
  if (twice !== undefined) throw new ServiceError('unsupported', say`a struct with two fields called ${twice} is not offered`)
  const strange = names.find((name) => name.includes('\0') || name === '')
  if (names.length === 0 || strange !== undefined) throw new ServiceError('unsupported', say`a struct without fields is not offered`)
  const fields = values.map((value, index) => ({ name: names[index] as string, type: value.type }))
  const cells = values.map(
    (value, index) => `${quoteName(names[index] as string)} := ${value.type.kind === 'null' ? 'CAST(NULL AS INTEGER)' : value.sql}`,
  )
  return { sql: `struct_pack(${cells.join(', ')})`, type: { kind: 'struct', fields } }
}

/** A column names its field; other values are col1, col2 .. by their place. */
function struct(args: readonly Bound[]): Rewritten {
  return makeStruct(
    args.map((arg, index) => arg.columnName ?? `col${index + 1}`),
    args,
  )
}

function namedStruct(args: readonly Bound[]): Rewritten {
  if (args.length % 2 === 1)
    throw new ServiceError('semantic', say`named_struct takes names and values in pairs; ${args.length} arguments are odd`)
  const names = args.filter((_arg, index) => index % 2 === 0).map((name) => textConstant(name, say`a name of named_struct`))
  return makeStruct(
    names,
    args.filter((_arg, index) => index % 2 === 1),
  )
}

/**
 * A field of a struct, or of every struct of an array.
 * @throws {ServiceError} `semantic` for a value that has no such field
 */
export function fieldOf(value: Bound, name: string): Rewritten {
  const { type } = value
  const held = type.kind === 'array' ? type.element : type
  const field = held.kind === 'struct' ? held.fields.find((one) => one.name.toLowerCase() === name.toLowerCase()) : undefined
  if (field === undefined) throw new ServiceError('semantic', say`${value.name} is of ${typeName(type)} type and has no field ${name}`)
  const part = (sql: string): string => `struct_extract(${sql}, ${quoteString(field.name)})`
  if (type.kind !== 'array') return { sql: part(value.sql), type: field.type }
  return { sql: `list_transform(${value.sql}, lambda fd_e: ${part('fd_e')})`, type: { kind: 'array', element: field.type } }
}

const overMap = (write: (map: string) => string, type: (map: MapType) => SparkType): SparkFunction => ({
  arity: [1, 1],
  rewrite: (args) => {
    if (args[0]?.type.kind === 'null') throw wrongType(args[0], 'map')
    const map = mapArgument(args[0])
    return { sql: write(map.sql), type: type(map.type) }
  },
})

/** Functions of maps and structs, by name. */
export const mapFunctions: Named<SparkFunction> = {
  cardinality: { arity: [1, 1], rewrite: size },
  element_at: { arity: [2, 2], rewrite: elementAt },
  map: { arity: [0, anyCount], rewrite: makeMap },
  map_concat: { arity: [0, anyCount], rewrite: concat },
  map_contains_key: { arity: [2, 2], rewrite: containsKey },
  map_entries: overMap(
    (map) => `map_entries(${map})`,
    ({ key, value }) => ({
      kind: 'array',
      element: {
        kind: 'struct',
        fields: [
          { name: 'key', type: key },
          { name: 'value', type: value },
        ],
      },
    }),
  ),
  map_from_arrays: { arity: [2, 2], rewrite: fromArrays },
  map_from_entries: { arity: [1, 1], rewrite: fromEntries },
  map_keys: overMap(
    (map) => `map_keys(${map})`,
    ({ key }) => ({ kind: 'array', element: key }),
  ),
  map_values: overMap(
    (map) => `map_values(${map})`,
    ({ value }) => ({ kind: 'array', element: value }),
  ),
  named_struct: { arity: [2, anyCount], rewrite: namedStruct },
  size: { arity: [1, 1], rewrite: size },
  str_to_map: { arity: [1, 3], rewrite: fromText, title: titled('str_to_map', undefined, ',', ':') },
  struct: { arity: [1, anyCount], rewrite: struct },
  try_element_at: { arity: [2, 2], rewrite: elementAt },
}
