// Intervals as DuckDB writes them, and dates and timestamps moved by them.

import { ServiceError, say } from '@tributary/rules'
import { compose, type Bound } from './bound.ts'
import { typeName } from './spark-types.ts'
import type { ExpressionSyntax } from './syntax.ts'

type IntervalSyntax = Extract<ExpressionSyntax, { kind: 'interval' }>

const monthUnits = new Set(['year', 'quarter', 'month'])
const dayUnits = new Set(['week', 'day'])

/** An interval as text for DuckDB, and as Spark names it. @throws {ServiceError} `unsupported` for forms that are not offered */
export function intervalSql(syntax: IntervalSyntax): { readonly sql: string; readonly name: string } {
  const { parts, to } = syntax
  if (to !== undefined) throw new ServiceError('unsupported', say`an interval with TO is not offered; write its parts with their units`)
  for (const { text, unit } of parts)
    if (!/^-?\d{1,9}$/.test(text))
      throw new ServiceError('unsupported', say`the interval ${text} ${unit} is not offered; write whole numbers`)
  const sql = parts.map(({ text, unit }) => `${text} ${unit}`).join(' ')
  return { sql: `INTERVAL '${sql}'`, name: nameOf(syntax) }
}

/** Spark brings the parts together: years and months to months, the others to days and seconds. */
function nameOf({ parts }: IntervalSyntax): string {
  const [first, ...others] = parts
  if (first === undefined || others.length > 0) return `INTERVAL ${parts.map(({ text, unit }) => `${text} ${unit}`).join(' ')}`
  const unit = first.unit === 'week' ? 'DAY' : first.unit === 'quarter' ? 'MONTH' : first.unit.toUpperCase()
  const factor = first.unit === 'week' ? 7 : first.unit === 'quarter' ? 3 : 1
  const padded = String(Number(first.text) * factor)
  return `INTERVAL '${/^(?:HOUR|MINUTE|SECOND)$/.test(unit) && padded.length === 1 ? `0${padded}` : padded}' ${unit}`
}

/**
 * A date or timestamp some time later or earlier. A date stays one when whole days, months or years are added; a shorter month ends earlier, as in Spark.
 * @throws {ServiceError} `semantic` for another type; `unsupported`
 */
export function moveByInterval(op: '+' | '-', value: Bound, syntax: IntervalSyntax): Bound {
  const { sql, name } = intervalSql(syntax)
  const { kind } = value.type
  if (kind !== 'date' && kind !== 'timestamp')
    throw new ServiceError(
      'unsupported',
      say`an interval ${op} ${typeName(value.type)} (${value.name}) is not offered; cast it to date or timestamp`,
    )
  const isMixed = new Set(syntax.parts.map(({ unit }) => (monthUnits.has(unit) ? 'months' : 'days'))).size > 1
  if (isMixed) throw new ServiceError('unsupported', say`an interval of months and days together is not offered; add one after the other`)
  const isDate = kind === 'date' && syntax.parts.every(({ unit }) => monthUnits.has(unit) || dayUnits.has(unit))
  const moved = `(${value.sql} ${op} ${sql})`
  return compose(
    { sql: isDate ? `CAST(${moved} AS DATE)` : `CAST(${moved} AS TIMESTAMP)`, type: { kind: isDate ? 'date' : 'timestamp' } },
    `${value.name} ${op} ${name}`,
    [value],
  )
}
