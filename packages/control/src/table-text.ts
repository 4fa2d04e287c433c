// A catalog entry as the statement that makes it again: SHOW CREATE TABLE, in Spark's form, with *** in place of secrets.

import {
  declaredType,
  formatColumnType,
  isView,
  redactStatement,
  type ResultColumn,
  type Table,
  type ValueType,
  type View,
} from '@tributary/rules'

/** The statement, ending in a line break as Spark has it. A managed table or a view is the same again when it runs. */
export function createStatement(table: Table): string {
  return (isView(table) ? viewParts(table) : tableParts(table)).filter((part) => part !== '').join('\n') + '\n'
}

function tableParts(table: Table): readonly string[] {
  const columns = table.columns.map((column) => `${quoted(column.name)} ${typeText(column)}${commentOf(column.comment ?? '')}`)
  const partitions = table.managed?.partitionColumns ?? []
  return [
    `CREATE TABLE ${nameOf(table)} ${lines(columns)}`,
    `USING ${table.managed === undefined ? table.using.toUpperCase() : table.using}`,
    pairs('OPTIONS', table.options),
    partitions.length === 0 ? '' : `PARTITIONED BY (${partitions.map(quoted).join(', ')})`,
    commentOf(table.comment).trim(),
    pairs('TBLPROPERTIES', table.properties ?? {}),
  ]
}

function viewParts(table: View): readonly string[] {
  const columns = table.columns.map(({ name, comment = '' }) => `${quoted(name)}${commentOf(comment)}`)
  return [
    `CREATE VIEW ${nameOf(table)} ${lines(columns)}`,
    commentOf(table.comment).trim(),
    pairs('TBLPROPERTIES', table.properties ?? {}),
    `AS ${redactStatement(table.view.query)}`,
  ]
}

function lines(parts: readonly string[]): string {
  return `(\n${parts.map((part) => `  ${part}`).join(',\n')})`
}

function pairs(word: string, values: Readonly<Record<string, string>>): string {
  const entries = Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return entries.length === 0 ? '' : `${word} ${lines(entries.map(([key, value]) => `${literal(key)} = ${literal(value)}`))}`
}

function commentOf(comment: string): string {
  return comment === '' ? '' : ` COMMENT ${literal(comment)}`
}

function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}

function typeText(column: ResultColumn): string {
  const type = column.mostLetters === undefined ? typeSql(column.type) : declaredType(column).toUpperCase()
  return column.isRequired === true ? `${type} NOT NULL` : type
}

/** Spark's spelling of a type in SQL: `STRUCT<street: STRING, zip: INT>`. */
function typeSql(type: ValueType): string {
  switch (type.kind) {
    case 'array':
      return `ARRAY<${typeSql(type.element)}>`
    case 'map':
      return `MAP<${typeSql(type.key)}, ${typeSql(type.value)}>`
    case 'struct':
      return `STRUCT<${type.fields.map((field) => `${quoted(field.name)}: ${typeSql(field.type)}`).join(', ')}>`
    default:
      return formatColumnType(type).toUpperCase()
  }
}

function nameOf({ databaseName, name }: Table): string {
  return `${quoted(databaseName)}.${quoted(name)}`
}

/** In backticks where the bare word would not be read as a name. */
function quoted(name: string): string {
  return /^[A-Za-z0-9_]+$/.test(name) && !/^\d+$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``
}
