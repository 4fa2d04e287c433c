// Spark's types while planning: which type an operation has, and what DuckDB calls it.

import { commonInterval, countsMonths, formatColumnType, type ColumnType, type ValueType } from '@tributary/rules'

/** The type of an expression: a column's, that of a bare NULL, or a nested one. */
export type SparkType = ValueType

/** A decimal type. */
export type DecimalType = Extract<ColumnType, { kind: 'decimal' }>

/** Integral types from narrow to wide, with their bits and decimal digits. */
const integrals = {
  tinyint: { bits: 8, digits: 3 },
  smallint: { bits: 16, digits: 5 },
  int: { bits: 32, digits: 10 },
  bigint: { bits: 64, digits: 20 },
} as const

/** Kinds of whole numbers. */
export type IntegralKind = keyof typeof integrals

/** True for tinyint to bigint. */
export function isIntegral(type: SparkType): type is { readonly kind: IntegralKind } {
  return type.kind in integrals
}

/** True for float and double. */
export function isFractional(type: SparkType): boolean {
  return type.kind === 'float' || type.kind === 'double'
}

/** True for every type that arithmetic takes. */
export function isNumeric(type: SparkType): boolean {
  return isIntegral(type) || isFractional(type) || type.kind === 'decimal'
}

/** Bits of an integral type. */
export function bitsOf(kind: IntegralKind): number {
  return integrals[kind].bits
}

/** The decimal that holds every value of an integral type: `int` is `decimal(10,0)`. */
export function decimalOf(type: SparkType): DecimalType {
  if (type.kind === 'decimal') return type
  if (isIntegral(type)) return { kind: 'decimal', precision: integrals[type.kind].digits, scale: 0 }
  throw new TypeError(`${type.kind} has no decimal`)
}

/** The smallest decimal that holds a number written without exponent. */
export function decimalOfText(text: string): DecimalType {
  const [whole = '', fraction = ''] = text.replace(/^-/, '').split('.')
  const digits = `${whole}${fraction}`.replace(/^0+/, '').length
  return { kind: 'decimal', precision: Math.max(digits, fraction.length, 1), scale: fraction.length }
}

/** True for arrays, maps and structs. */
export function isNested(type: SparkType): boolean {
  return type.kind === 'array' || type.kind === 'map' || type.kind === 'struct'
}

/** Same kind, same digits, same parts. */
export function sameType(one: SparkType, other: SparkType): boolean {
  return typeName(one) === typeName(other)
}

/** Spark's word for a type. */
export function typeName(type: SparkType): string {
  return formatColumnType(type)
}

/** The type that both numbers are widened to before they are compared, united or added; `undefined` when no decimal holds both. */
export function commonNumeric(one: SparkType, other: SparkType): ColumnType | undefined {
  if (one.kind === 'decimal' || other.kind === 'decimal') {
    if (isFractional(one) || isFractional(other)) return { kind: 'double' }
    return commonDecimal(decimalOf(one), decimalOf(other))
  }
  const order = ['tinyint', 'smallint', 'int', 'bigint', 'float', 'double'] as const
  return { kind: order[Math.max(order.indexOf(one.kind as 'int'), order.indexOf(other.kind as 'int'))] ?? 'double' }
}

function commonDecimal(one: DecimalType, other: DecimalType): DecimalType {
  const scale = Math.max(one.scale, other.scale)
  const precision = Math.max(one.precision - one.scale, other.precision - other.scale) + scale
  // Past 38 digits those before the point give way, as in Spark: what does not fit any more is NULL.
  return { kind: 'decimal', precision: Math.min(precision, 38), scale }
}

/**
 * The type that values of several types share in CASE, COALESCE, UNION and the like.
 * @returns `undefined` where Spark has none, or one that is not offered
 */
export function commonType(one: SparkType, other: SparkType): SparkType | undefined {
  if (sameType(one, other) || other.kind === 'null') return one
  if (one.kind === 'null') return other
  if (isNumeric(one) && isNumeric(other)) return commonNumeric(one, other)
  if (isNested(one) || isNested(other)) return commonNested(one, other)
  if (one.kind === 'interval' || other.kind === 'interval')
    return one.kind === 'interval' && other.kind === 'interval' ? commonInterval(one, other) : undefined
  const kinds = [one.kind, other.kind]
  if (kinds.includes('date') && kinds.includes('timestamp')) return { kind: 'timestamp' }
  // Beside text every other single value is text, but for truth and bytes.
  const isText = kinds.includes('string') && !kinds.includes('binary') && !kinds.includes('boolean')
  return isText ? { kind: 'string' } : undefined
}

/** Arrays and maps meet part by part; structs only where their fields have the same names. */
function commonNested(one: SparkType, other: SparkType): SparkType | undefined {
  if (one.kind === 'array' && other.kind === 'array') {
    const element = commonType(one.element, other.element)
    return element === undefined ? undefined : { kind: 'array', element }
  }
  if (one.kind === 'map' && other.kind === 'map') {
    const [key, value] = [commonType(one.key, other.key), commonType(one.value, other.value)]
    return key === undefined || value === undefined ? undefined : { kind: 'map', key, value }
  }
  if (one.kind !== 'struct' || other.kind !== 'struct' || one.fields.length !== other.fields.length) return undefined
  const fields = one.fields.map((field, index) => {
    const match = other.fields[index]
    const type = match?.name.toLowerCase() === field.name.toLowerCase() ? commonType(field.type, match.type) : undefined
    return type === undefined ? undefined : { name: field.name, type }
  })
  const known = fields.filter((field) => field !== undefined)
  return known.length === fields.length ? { kind: 'struct', fields: known } : undefined
}

/** Caps a decimal of more than 38 digits the way Spark does: digits behind the point give way, down to 6. */
export function adjusted(precision: number, scale: number): DecimalType {
  if (precision <= 38) return { kind: 'decimal', precision, scale }
  const wholeDigits = precision - scale
  return { kind: 'decimal', precision: 38, scale: Math.max(38 - wholeDigits, Math.min(scale, 6)) }
}

const duckNames: Readonly<Record<Exclude<ColumnType['kind'], 'decimal'>, string>> = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  int: 'INTEGER',
  bigint: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
}

/** DuckDB's name of the type that carries a Spark type. Void is carried by INTEGER: only null has it. Intervals are carried by their count of months or microseconds. */
export function duckType(type: SparkType): string {
  switch (type.kind) {
    case 'null':
      return 'INTEGER'
    case 'interval':
      return countsMonths(type) ? 'INTEGER' : 'BIGINT'
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`
    case 'array':
      return `${partType(type.element)}[]`
    case 'map':
      return `MAP(${partType(type.key)}, ${partType(type.value)})`
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${quoteName(field.name)} ${partType(field.type)}`).join(', ')})`
    default:
      return duckNames[type.kind]
  }
}

/** DuckDB's name of the type that carries a part of a nested value. */
export function partType(type: SparkType): string {
  return duckType(type)
}

/** A SQL string constant. */
export function quoteString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A SQL name, always in quotes. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
