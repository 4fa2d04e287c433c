// Casts of arrays, maps and structs: part by part, and to the text that Spark prints.
//
//   CAST(array(1, NULL) AS STRING)   →   '[1, null]'

import { partType, quoteName, quoteString, type SparkType } from './spark-types.ts'

type Cast = (sql: string, from: SparkType, to: SparkType) => string

/**
 * The text of a cast from or to a nested type.
 * @param cast - of the parts
 * @returns `undefined` for a pair that has none
 */
export function nestedCast(sql: string, from: SparkType, to: SparkType, cast: Cast): string | undefined {
  if (to.kind === 'string') return nestedText(sql, from, cast)
  if (from.kind === 'array' && to.kind === 'array') {
    if (from.element.kind === 'null') return `CAST(${sql} AS ${partType(to)})`
    const name = variable('ca', from)
    return `list_transform(${sql}, lambda ${name}: ${cast(name, from.element, to.element)})`
  }
  if (from.kind === 'map' && to.kind === 'map') {
    const name = variable('cm', from)
    const key = from.key.kind === 'null' ? `CAST(NULL AS ${partType(to.key)})` : cast(`${name}.key`, from.key, to.key)
    return `CAST(map_from_entries(list_transform(map_entries(${sql}), lambda ${name}: {'key': ${key}, 'value': ${cast(`${name}.value`, from.value, to.value)}})) AS ${partType(to)})`
  }
  if (from.kind !== 'struct' || to.kind !== 'struct' || from.fields.length !== to.fields.length) return undefined
  return onValue(sql, variable('cs', from), (value) => {
    const fields = to.fields.map((field, index) => {
      const own = from.fields[index] as (typeof from.fields)[number]
      return `${quoteName(field.name)} := ${cast(`${value}.${quoteName(own.name)}`, own.type, field.type)}`
    })
    return `CASE WHEN ${value} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END`
  })
}

/** Variables of casts inside of each other have to differ: the depth of the type tells them apart. */
function variable(name: string, type: SparkType): string {
  return `${name}${depthOf(type)}`
}

function depthOf(type: SparkType): number {
  if (type.kind === 'array') return 1 + depthOf(type.element)
  if (type.kind === 'map') return 1 + Math.max(depthOf(type.key), depthOf(type.value))
  return type.kind === 'struct' ? 1 + Math.max(0, ...type.fields.map((field) => depthOf(field.type))) : 0
}

function onValue(sql: string, name: string, write: (value: string) => string): string {
  return `list_transform([${sql}], lambda ${name}: ${write(name)})[1]`
}

/** `[1, null]`, `{a -> 1}`, `{1, x}`: NULL is `null` inside, and NULL outside. */
function nestedText(sql: string, from: SparkType, cast: Cast): string | undefined {
  const text = (part: string, type: SparkType): string =>
    type.kind === 'null' ? `'null'` : `coalesce(${cast(part, type, { kind: 'string' })}, 'null')`
  const name = variable('ct', from)
  if (from.kind === 'array')
    return `('[' || array_to_string(list_transform(${sql}, lambda ${name}: ${text(name, from.element)}), ', ') || ']')`
  if (from.kind === 'map') {
    const entry = `${text(`${name}.key`, from.key)} || ' -> ' || ${text(`${name}.value`, from.value)}`
    return `('{' || array_to_string(list_transform(map_entries(${sql}), lambda ${name}: ${entry}), ', ') || '}')`
  }
  if (from.kind !== 'struct') return undefined
  return onValue(sql, name, (value) => {
    const fields = from.fields.map((field) => text(`${value}.${quoteName(field.name)}`, field.type))
    return `CASE WHEN ${value} IS NOT NULL THEN ${quoteString('{')} || ${fields.length === 0 ? `''` : fields.join(` || ', ' || `)} || '}' END`
  })
}
