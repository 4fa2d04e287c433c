// Functions of JSON text: parts by path, sizes and keys, and values written as JSON.

import { ServiceError, say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { castSql } from '../casts.ts'
import { quoteName, quoteString, typeName, type SparkType } from '../spark-types.ts'
import { once, textConstant, textOf, typed } from './arguments.ts'
import type { Named, SparkFunction } from './function.ts'

const stringType = { kind: 'string' } as const

/** One step of a path: a key or a place. A wildcard has other rules in Spark and is not offered. */
const step = /\.([A-Za-z_][\w-]*)|\['([^'*?\]]+)'\]|\[(\d+)\]/y

/** @returns a pointer as DuckDB takes it, or `undefined` for a path that Spark does not read */
function pointerOf(path: string): string | undefined {
  if (!path.startsWith('$')) return undefined
  if (/[*"]/.test(path)) throw new ServiceError('unsupported', say`a wildcard or a quote in the path ${path} is not offered`)
  let pointer = ''
  let at = 1
  while (at < path.length) {
    step.lastIndex = at
    const found = step.exec(path)
    if (found === null) throw new ServiceError('unsupported', say`the JSON path ${path} is not offered; use $.name and [0]`)
    const name = found[1] ?? found[2]
    pointer += name === undefined ? `[${found[3]}]` : `."${name}"`
    at += found[0].length
  }
  return `$${pointer}`
}

/** A part of a document: text without quotes, anything else as JSON; null and what is absent are NULL. */
function getObject(args: readonly Bound[]): Rewritten {
  const [document, path] = args as readonly [Bound, Bound]
  const pointer = path.type.kind === 'null' ? undefined : pointerOf(textConstant(path, say`the path of get_json_object`))
  if (pointer === undefined) return { sql: 'CAST(NULL AS VARCHAR)', type: stringType }
  const sql = once(
    textOf(document),
    'gj_t',
    (text) => `CASE WHEN json_valid(${text}) THEN json_extract_string(${text}, ${quoteString(pointer)}) END`,
  )
  return { sql, type: stringType }
}

function arrayLength(text: string): string {
  return once(
    text,
    'ja_t',
    (json) => `CASE WHEN json_valid(${json}) AND json_type(${json}) = 'ARRAY' THEN CAST(json_array_length(${json}) AS INTEGER) END`,
  )
}

function objectKeys(args: readonly Bound[]): Rewritten {
  const sql = once(
    textOf(args[0] as Bound),
    'jk_t',
    (json) => `CASE WHEN json_valid(${json}) AND json_type(${json}) = 'OBJECT' THEN json_keys(${json}) END`,
  )
  return { sql, type: { kind: 'array', element: stringType } }
}

/** A value as JSON text. Fields that are NULL are left out of structs; elements stay. */
function written(sql: string, type: SparkType, depth: number): string {
  const name = `tj${depth}`
  const quoted = (text: string): string => `CAST(to_json(${text}) AS VARCHAR)`
  switch (type.kind) {
    case 'null':
      return `'null'`
    case 'array':
      return `('[' || array_to_string(list_transform(${sql}, lambda ${name}: coalesce(${written(name, type.element, depth + 1)}, 'null')), ',') || ']')`
    case 'map': {
      const key = quoted(castSql(`${name}.key`, type.key, stringType))
      return `('{' || array_to_string(list_transform(map_entries(${sql}), lambda ${name}: ${key} || ':' || coalesce(${written(`${name}.value`, type.value, depth + 1)}, 'null')), ',') || '}')`
    }
    case 'struct': {
      const members = type.fields.map(
        (field) =>
          `${quoteString(`${JSON.stringify(field.name)}:`)} || ${written(`${name}.${quoteName(field.name)}`, field.type, depth + 1)}`,
      )
      const present = type.fields.map((field, index) => (field.type.kind === 'null' ? 'NULL' : members[index]))
      return `list_transform([${sql}], lambda ${name}: CASE WHEN ${name} IS NOT NULL THEN '{' || array_to_string(list_filter([${present.join(', ')}], lambda ${name}m: ${name}m IS NOT NULL), ',') || '}' END)[1]`
    }
    case 'string':
      return quoted(sql)
    case 'date':
      return `('"' || ${castSql(sql, type, stringType)} || '"')`
    case 'timestamp':
      return `('"' || strftime(${sql}, '%Y-%m-%dT%H:%M:%S.%g') || 'Z"')`
    case 'float':
    case 'double': {
      const text = castSql(sql, type, stringType)
      return `CASE WHEN isfinite(${sql}) THEN ${text} ELSE '"' || ${text} || '"' END`
    }
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
    case 'decimal':
      return castSql(sql, type, stringType)
    default:
      throw new ServiceError('unsupported', say`${typeName(type)} as JSON is not offered; cast it to a string or a decimal`)
  }
}

function toJson(args: readonly Bound[]): Rewritten {
  const [value] = args as readonly [Bound]
  if (!['array', 'map', 'struct'].includes(value.type.kind))
    throw new ServiceError('semantic', say`to_json takes a struct, an array or a map, and ${value.name} is of ${typeName(value.type)} type`)
  return { sql: written(value.sql, value.type, 0), type: stringType }
}

/** Functions of JSON, by name. */
export const jsonFunctions: Named<SparkFunction> = {
  get_json_object: { arity: [2, 2], rewrite: getObject },
  json_array_length: typed({ takes: ['string'], gives: 'int' }, (text = '') => arrayLength(text)),
  json_object_keys: { arity: [1, 1], rewrite: objectKeys },
  to_json: { arity: [1, 1], rewrite: toJson },
}
