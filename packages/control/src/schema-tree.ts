// Columns as the tree that Spark prints of a schema, nested parts below their columns.

import { formatColumnType, type ResultColumn, type ValueType } from '@tributary/rules'

/** The lines of the tree, without its root: ` |-- a: array (nullable = true)`. */
export function schemaTree(columns: readonly ResultColumn[]): readonly string[] {
  return columns.flatMap(({ name, type }) => branch(' |', `${name}: ${wordOf(type)} (nullable = true)`, type))
}

function branch(indent: string, text: string, type: ValueType): readonly string[] {
  return [`${indent}-- ${text}`, ...partsOf(`${indent}    |`, type)]
}

function partsOf(indent: string, type: ValueType): readonly string[] {
  switch (type.kind) {
    case 'array':
      return branch(indent, `element: ${wordOf(type.element)} (containsNull = true)`, type.element)
    case 'map':
      return [
        ...branch(indent, `key: ${wordOf(type.key)}`, type.key),
        ...branch(indent, `value: ${wordOf(type.value)} (valueContainsNull = true)`, type.value),
      ]
    case 'struct':
      return type.fields.flatMap((field) => branch(indent, `${field.name}: ${wordOf(field.type)} (nullable = true)`, field.type))
    default:
      return []
  }
}

/** Some types are called by longer words than in SQL, nested ones by a word alone. */
function wordOf(type: ValueType): string {
  const words: Readonly<Record<string, string>> = { tinyint: 'byte', smallint: 'short', int: 'integer', bigint: 'long' }
  if (type.kind === 'array' || type.kind === 'map' || type.kind === 'struct') return type.kind
  return words[type.kind] ?? formatColumnType(type)
}
