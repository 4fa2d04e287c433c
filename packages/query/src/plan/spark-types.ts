// Spark's types while planning: which type an operation has, and what DuckDB calls it.

import { formatColumnType, ServiceError, type ColumnType, say } from '@tributary/rules'

/** A column type, or the type of a bare NULL. */
export type SparkType = ColumnType | { readonly kind: 'null' }

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

/** Same kind, same digits. */
export function sameType(one: SparkType, other: SparkType): boolean {
  return typeName(one) === typeName(other)
}

/** Spark's word for a type. */
export function typeName(type: SparkType): string {
  return type.kind === 'null' ? 'void' : formatColumnType(type)
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

function commonDecimal(one: DecimalType, other: DecimalType): DecimalType | undefined {
  const scale = Math.max(one.scale, other.scale)
  const precision = Math.max(one.precision - one.scale, other.precision - other.scale) + scale
  return precision <= 38 ? { kind: 'decimal', precision, scale } : undefined
}

/**
 * The type that values of several types share in CASE, COALESCE, UNION and the like.
 * @returns `undefined` where Spark has none, or one that is not offered
 */
export function commonType(one: SparkType, other: SparkType): SparkType | undefined {
  if (sameType(one, other) || other.kind === 'null') return one
  if (one.kind === 'null') return other
  if (isNumeric(one) && isNumeric(other)) return commonNumeric(one, other)
  const kinds = [one.kind, other.kind]
  if (kinds.includes('date') && kinds.includes('timestamp')) return { kind: 'timestamp' }
  return undefined
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

/** DuckDB's name of the type that carries a Spark type. */
export function duckType(type: SparkType): string {
  if (type.kind === 'null')
    throw new ServiceError('unsupported', say`a column of type void is not offered; give NULL a type, for instance CAST(NULL AS STRING)`)
  return type.kind === 'decimal' ? `DECIMAL(${type.precision},${type.scale})` : duckNames[type.kind]
}

/** A SQL string constant. */
export function quoteString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A SQL name, always in quotes. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
