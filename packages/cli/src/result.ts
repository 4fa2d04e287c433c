// Rows of a query for people and for programs: a table, CSV (RFC 4180) or JSON.

import pc from 'picocolors'
import type { Result, ResultColumn } from './job.ts'
import { drawTable } from './table.ts'
import type { Terminal } from './terminal.ts'

/** Ways to print rows. */
export const formats = ['table', 'csv', 'json'] as const

/** One of {@link formats}. */
export type Format = (typeof formats)[number]

/** Prints rows on standard output; what is not printed is said on standard error. */
export function printResult(terminal: Terminal, result: Result, format: Format): void {
  if (format === 'csv') terminal.out(csvOf(result))
  else if (format === 'json') terminal.out(`${JSON.stringify(objectsOf(result), undefined, 2)}\n`)
  else printTable(terminal, result)
  const { rows, total } = result
  if (total > rows.length) terminal.err(`the first ${rows.length} of ${total} rows\n`)
}

function printTable(terminal: Terminal, { columns, rows, total }: Result): void {
  const names = columns.map(({ name }) => name)
  terminal.out(
    drawTable(
      names,
      rows.map((row) => row.map((cell) => textOf(cell, 'NULL'))),
      {
        right: (at) => isNumber(columns[at]),
        paintHeader: pc.createColors(terminal.isTTY.stdout && terminal.env['NO_COLOR'] === undefined).bold,
      },
    ),
  )
  terminal.out(`(${total} ${total === 1 ? 'row' : 'rows'})\n`)
}

function isNumber(column: ResultColumn | undefined): boolean {
  return column !== undefined && /^(tinyint|smallint|int|integer|bigint|float|double|decimal)/i.test(column.type)
}

/** One line for each row, ended by CRLF; nothing for NULL, `""` for an empty text. @see RFC 4180, 2 */
export function csvOf({ columns, rows }: Result): string {
  const lines = [
    columns.map(({ name }) => field(name)),
    ...rows.map((row) => row.map((cell) => (cell === null ? '' : field(textOf(cell, ''))))),
  ]
  return lines.map((line) => `${line.join(',')}\r\n`).join('')
}

function field(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** An object for each row; a second column of the same name is `name_2`. */
export function objectsOf({ columns, rows }: Result): readonly Readonly<Record<string, unknown>>[] {
  const names = columns.map(({ name }, at) => {
    const before = columns.slice(0, at).filter((other) => other.name === name).length
    return before === 0 ? name : `${name}_${before + 1}`
  })
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])))
}

function textOf(cell: unknown, nothing: string): string {
  if (cell === null || cell === undefined) return nothing
  return typeof cell === 'string' ? cell : JSON.stringify(cell)
}
