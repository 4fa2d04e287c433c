// Functions of JSON text: parts by path, sizes and keys, and values written as JSON.

import { type Column, type ColumnType, isColumnType, parseValueType, ServiceError, say } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { castSql } from '../casts.ts'
import { refusalSql } from '../refusal.ts'
import { isUtc, localOf } from '../session-zone.ts'
import { duckType, quoteName, quoteString, typeName, type SparkType } from '../spark-types.ts'
import { once, textConstant, textOf, typed } from './arguments.ts'
import type { Named, SparkFunction } from './function.ts'
import { ownNames } from './own-names.ts'

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
      return timestampJson(sql)
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

/** With the offset of the session's zone, to the minute. */
function timestampJson(sql: string): string {
  const text = (clock: string): string => `strftime(${clock}, '%Y-%m-%dT%H:%M:%S.%g')`
  if (isUtc()) return `('"' || ${text(sql)} || 'Z"')`
  const minutes = `(abs(epoch_us(tj_l) - epoch_us(tj_t)) // 60000000)`
  const sign = `CASE WHEN tj_l < tj_t THEN '-' ELSE '+' END`
  const offset = `CASE WHEN tj_l = tj_t THEN 'Z' ELSE ${sign} || printf('%02d:%02d', ${minutes} // 60, ${minutes} % 60) END`
  const body = `'"' || ${text('tj_l')} || ${offset} || '"'`
  return `list_transform([${sql}], lambda tj_t: list_transform([${localOf('tj_t')}], lambda tj_l: ${body})[1])[1]`
}

function toJson(args: readonly Bound[]): Rewritten {
  const [value] = args as readonly [Bound]
  if (!['array', 'map', 'struct'].includes(value.type.kind))
    throw new ServiceError('semantic', say`to_json takes a struct, an array or a map, and ${value.name} is of ${typeName(value.type)} type`)
  return { sql: written(value.sql, value.type, 0), type: stringType }
}

const fractionText = quoteString('[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?')
const base64Text = quoteString('(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?')

/** The text of a member as a value of its column; NULL where it is none. Readers of files take less than CAST does. */
function memberSql(text: string, type: ColumnType): string {
  const cast = castSql(text, stringType, type)
  switch (type.kind) {
    case 'boolean':
      return `CASE ${text} WHEN 'true' THEN true WHEN 'false' THEN false END`
    case 'decimal':
      return `CASE WHEN regexp_full_match(${text}, ${fractionText}) THEN ${cast} END`
    case 'date':
      return orOffCalendar(cast, text, type)
    case 'timestamp':
      // A time of no day would be one of today.
      return orOffCalendar(`CASE WHEN regexp_matches(${text}, '^ *[0-9]+-') THEN ${cast} END`, text, type)
    case 'binary':
      return binarySql(text)
    default:
      return cast
  }
}

/** What has the form of a date and is none ends a query in Spark. */
function orOffCalendar(value: string, text: string, type: ColumnType): string {
  const refusal = refusalSql(say`from_json of a date that is on no calendar is not offered`)
  return `coalesce(${value}, CASE WHEN regexp_matches(${text}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN CAST(${refusal} AS ${duckType(type)}) END)`
}

/** What is no base64 is NULL; blanks in it are left out by Spark, at some places. */
function binarySql(text: string): string {
  const refusal = refusalSql(say`from_json of base64 with blanks in it is not offered`)
  return `CASE WHEN regexp_full_match(${text}, ${base64Text}) THEN from_base64(${text}) WHEN regexp_matches(${text}, '[\\x00-\\x20]') AND NOT regexp_matches(${text}, '[^A-Za-z0-9+/=\\x00-\\x20]') THEN CAST(${refusal} AS BLOB) END`
}

/** @throws {ServiceError} `semantic` for what is no schema, `unsupported` for one with nested columns */
function schemaOf(text: string): readonly Column[] {
  const type = parseValueType(/^\s*(?:struct|array|map)\s*</i.test(text) ? text : `struct<${text}>`)
  if (type.kind !== 'struct')
    throw new ServiceError('unsupported', say`from_json to ${typeName(type)} is not offered; name the columns of an object`)
  const names = type.fields.map(({ name }) => name.toLowerCase())
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined || names.length === 0)
    throw new ServiceError('unsupported', say`from_json takes a schema of columns with names of their own, and not ${text}`)
  return type.fields.map(({ name, type: of }) => {
    if (isColumnType(of)) return { name, type: of }
    throw new ServiceError(
      'unsupported',
      say`from_json with column ${name} of ${typeName(of)} is not offered; read it as STRING, and that by from_json or get_json_object`,
    )
  })
}

/** A text as an object with the columns of a schema. What is no object has all of them NULL; a member of another kind is NULL. */
function fromJson(args: readonly Bound[]): Rewritten {
  const [document, schema] = args as readonly [Bound, Bound]
  if (document.type.kind !== 'string' && document.type.kind !== 'null')
    throw new ServiceError(
      'semantic',
      say`cannot resolve 'from_json(${document.name})' due to data type mismatch: argument 1 requires string type, and it is of ${typeName(document.type)} type`,
    )
  const columns = schemaOf(textConstant(schema, say`the schema of from_json`))
  const type = { kind: 'struct', fields: columns } as const
  const fields = columns.map((column, index) => `${quoteName(column.name)} := ${memberSql(`fj_m[${index + 1}]`, column.type)}`)
  const members = `${ownNames.fromJson}(${textOf(document)}, ${quoteString(JSON.stringify(columns))})`
  return {
    sql: `list_transform([${members}], lambda fj_m: CASE WHEN fj_m IS NOT NULL THEN struct_pack(${fields.join(', ')}) END)[1]`,
    type,
  }
}

/** Functions of JSON, by name. */
export const jsonFunctions: Named<SparkFunction> = {
  from_json: { arity: [2, 2], rewrite: fromJson, title: ([document]) => `from_json(${(document as Bound).name})` },
  get_json_object: { arity: [2, 2], rewrite: getObject },
  json_array_length: typed({ takes: ['string'], gives: 'int' }, (text = '') => arrayLength(text)),
  json_object_keys: { arity: [1, 1], rewrite: objectKeys },
  to_json: { arity: [1, 1], rewrite: toJson },
}
