// The query that makes typed rows of imported records, in the words of Spark: a text that its column cannot read is NULL, and its record a bad one.
//
//   SELECT v0 AS `id`, …, problem IS NOT NULL OR (c0 IS NOT NULL AND v0 IS NULL) OR … FROM (SELECT CAST(c0 AS int) AS v0, …, c0, …, problem FROM files)

import { type Column, formatColumnType, type ImportFormat, type ResultColumn, type ValueType } from '@tributary/rules'
import { readPattern } from '../plan/functions/datetime-pattern.ts'
import type { FileSettings } from '../source.ts'

/** The relation that the query reads, as planning knows it. */
export const filesRelation = { database: 'import', name: 'files' } as const

/** What is read of each record beside its values: what is wrong with it, its text, and the name of its file. */
const recordColumns = ['problem', 'record', 'origin']

/** The columns of {@link filesRelation}, all of them text. */
export function fileColumns({ columns }: Pick<FileSettings, 'columns'>): readonly Column[] {
  const names = [...columns.map((_column, index) => `c${index}`), ...recordColumns]
  return names.map((name) => ({ name, type: { kind: 'string' } }))
}

/** Rows of Parquet files in the order of a table's columns, found by their names in any case; one that the files have not is NULL. */
export function parquetQuery(columns: readonly ResultColumn[], held: readonly ResultColumn[]): string {
  const values = columns.map(({ name, type }) => {
    const found = held.find((column) => column.name.toLowerCase() === name.toLowerCase())
    return found === undefined ? `CAST(NULL AS ${formatColumnType(type)}) AS ${quoted(name)}` : quoted(found.name)
  })
  return `SELECT ${values.join(', ')} FROM ${filesRelation.database}.${filesRelation.name}`
}

/**
 * Rows of text as rows of a table, and one column more: whether the record is a bad one.
 * @param columns - those that the records have values for
 */
export function importQuery(columns: readonly ResultColumn[], format: ImportFormat): string {
  const values = columns.map(({ name }, index) => `v${index} AS ${quoted(name)}`)
  return `SELECT ${[...values, `${badness(columns)} AS is_bad`].join(', ')} FROM (${readSql(columns, format)}) AS given`
}

/** The bad records: the file of each, its text, and what is wrong with it. */
export function badRecordsQuery(columns: readonly ResultColumn[], format: ImportFormat): string {
  const misfits = columns.map(
    ({ name, type }, index) => `WHEN ${isMisfit(index)} THEN ${textLiteral(`${name} is no ${formatColumnType(type)}`)}`,
  )
  const reason = `CASE WHEN problem IS NOT NULL THEN problem ${misfits.join(' ')} END`
  return `SELECT origin AS path, record, ${reason} AS reason FROM (${readSql(columns, format)}) AS given WHERE ${badness(columns)}`
}

function readSql(columns: readonly ResultColumn[], format: ImportFormat): string {
  const values = columns.map(({ type }, index) => `${valueSql(`c${index}`, type, format)} AS v${index}`)
  const texts = columns.map((_column, index) => `c${index}`)
  return `SELECT ${[...values, ...texts, 'problem', 'record', 'origin'].join(', ')} FROM ${filesRelation.database}.${filesRelation.name}`
}

function badness(columns: readonly ResultColumn[]): string {
  return ['problem IS NOT NULL', ...columns.map((_column, index) => isMisfit(index))].join(' OR ')
}

function isMisfit(index: number): string {
  return `(c${index} IS NOT NULL AND v${index} IS NULL)`
}

const numberText = '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?'

/** Spark's readers take less than its CAST does. */
function valueSql(text: string, type: ValueType, format: ImportFormat): string {
  const cast = `CAST(${text} AS ${formatColumnType(type)})`
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return `CASE WHEN ${text} RLIKE '^[+-]?[0-9]+$' THEN ${cast} END`
    case 'float':
    case 'double':
      return fractionSql(text, type)
    case 'decimal':
      return decimalSql(text, type, format)
    case 'boolean':
      return `CASE lower(${text}) WHEN 'true' THEN true WHEN 'false' THEN false END`
    case 'date':
      return byPattern('to_date', text, format.dateFormat, cast)
    case 'timestamp':
      // A time of no day would be one of today.
      return byPattern('to_timestamp', text, format.timestampFormat, `CASE WHEN ${text} RLIKE '^ *[0-9]+-' THEN ${cast} END`)
    case 'binary':
      return format.type === 'json' ? base64Sql(text) : cast
    default:
      return text
  }
}

function fractionSql(text: string, type: ValueType): string {
  const as = (value: string): string => `CAST(${value} AS ${formatColumnType(type)})`
  const named = ['NaN', 'Infinity', '-Infinity'].map((name) => {
    const names = name === 'NaN' ? [name] : [name, name.replace('inity', '')]
    return `WHEN ${text} IN (${names.map(textLiteral).join(', ')}) THEN ${as(textLiteral(name))}`
  })
  const number = `WHEN trim(${text}) RLIKE '^${numberText}[dDfF]?$' THEN ${as(`regexp_replace(trim(${text}), '[dDfF]$', '')`)}`
  return `CASE ${[...named, number].join(' ')} END`
}

/** Commas are left out wherever they stand, as Java reads decimals for Spark's CSV. */
function decimalSql(text: string, type: ValueType, { type: format }: ImportFormat): string {
  const plain = format === 'csv' ? `replace(${text}, ',', '')` : text
  return `CASE WHEN ${plain} RLIKE '^${numberText}$' THEN CAST(${plain} AS ${formatColumnType(type)}) END`
}

function base64Sql(text: string): string {
  return `CASE WHEN ${text} RLIKE '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$' THEN unbase64(${text}) END`
}

/** By the pattern first, then as CAST does. */
function byPattern(name: 'to_date' | 'to_timestamp', text: string, pattern: string | undefined, cast: string): string {
  if (pattern === undefined || pattern === usualPatterns[name]) return cast
  const { strict } = readPattern(pattern)
  const read = `CASE WHEN ${text} RLIKE ${textLiteral(strict)} THEN ${name}(${text}, ${textLiteral(pattern)}) END`
  return `coalesce(${read}, ${cast})`
}

/** CAST reads all that these do, and more. */
const usualPatterns = { to_date: 'yyyy-MM-dd', to_timestamp: 'yyyy-MM-dd HH:mm:ss' } as const

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

function textLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
