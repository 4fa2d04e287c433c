// Rows as lines of CSV or of JSON, every value with all its digits. Nested values stand in JSON alone, as Spark's writer has them.

import type { DuckDBValue } from '@duckdb/node-api'
import type { ExportFormat, ResultColumn, ValueType } from '@tributary/rules'
import { printCell } from './preview.ts'

/** The signs that CSV is written with. */
export type CsvSigns = Pick<ExportFormat, 'quote' | 'escape'>

/**
 * Writes rows as lines of CSV that end in a line feed. NULL is empty, an empty text is quoted; a quotation mark inside a text has the escape sign before
 * it, and so has that sign itself.
 */
export function csvLineOf(columns: readonly ResultColumn[], signs: CsvSigns): (row: readonly DuckDBValue[]) => string {
  const fieldOf = csvField(signs)
  return (row) =>
    `${row.map((value, at) => (value === null ? '' : fieldOf(textOf(value, (columns[at] as ResultColumn).type)))).join(',')}\n`
}

/** The line of names. */
export function csvHeader(names: readonly string[], signs: CsvSigns): string {
  return `${names.map(csvField(signs)).join(',')}\n`
}

/** Writes rows as objects, one to a line; a member that is NULL is left out, as Spark does. */
export function jsonLineOf(columns: readonly ResultColumn[], names: readonly string[]): (row: readonly DuckDBValue[]) => string {
  const keys = names.map((name) => JSON.stringify(name))
  return (row) => {
    const parts = row.map((value, at) =>
      value === null ? '' : `${keys[at]}:${printCell(value, (columns[at] as ResultColumn).type, 'file')}`,
    )
    return `{${parts.filter((part) => part !== '').join(',')}}\n`
  }
}

function csvField({ quote, escape }: CsvSigns): (text: string) => string {
  const unsafe = new RegExp(
    `[,\\r\\n${[quote, escape].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}]|^\\s|\\s$|^$`,
  )
  return (text) => {
    if (!unsafe.test(text)) return text
    const escaped = escape === quote ? text : text.replaceAll(escape, () => escape + escape)
    return `${quote}${escaped.replaceAll(quote, () => escape + quote)}${quote}`
  }
}

/** What JSON puts between quotation marks stands alone in CSV. */
function textOf(value: DuckDBValue, type: ValueType): string {
  if (typeof value === 'string') return value
  const printed = printCell(value, type, 'file')
  // Numbers, moments and base64: nothing in them that JSON writes otherwise.
  return printed.startsWith('"') ? printed.slice(1, -1) : printed
}
