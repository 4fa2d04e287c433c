// Rows of a query for people and for programs: a table, CSV (RFC 4180) or JSON.

import pc from 'picocolors'
import { printExactly } from './exact-numbers.ts'
import { Failure } from './failure.ts'
import type { Result, ResultColumn } from './job.ts'
import type { ResultRow } from './result-rows.ts'
import { counted, drawTable, onOneLine } from './table.ts'
import type { Terminal } from './terminal.ts'

/** Ways to print rows. */
export const formats = ['table', 'csv', 'json'] as const

/** One of {@link formats}. */
export type Format = (typeof formats)[number]

/** Prints every row as CSV or JSON, piece by piece as they are read; a table has the first ones. */
export async function printAll(terminal: Terminal, result: Result, format: Format): Promise<void> {
  const { columns, rest } = result
  if (rest === undefined || format === 'table') return printResult(terminal, result, format)
  if (format === 'csv') terminal.out(csvOf(result))
  else terminal.out(`[\n${jsonItems(columns, result.rows)}`)
  for await (const rows of rest()) {
    if (terminal.signal.aborted) throw new Failure('interrupted', 'stopped before the last row')
    terminal.out(format === 'csv' ? csvLines(rows) : `,\n${jsonItems(columns, rows)}`)
  }
  if (format === 'json') terminal.out('\n]\n')
}

/** As they stand inside a list that is indented by two. */
function jsonItems(columns: readonly ResultColumn[], rows: readonly ResultRow[]): string {
  return printExactly(objectsOf({ columns, rows }), 2).slice(2, -2)
}

/** Prints the rows that are at hand on standard output; a table says where there are more. */
export function printResult(terminal: Terminal, result: Result, format: Format): void {
  if (format === 'csv') terminal.out(csvOf(result))
  else if (format === 'json') terminal.out(`${printExactly(objectsOf(result), 2)}\n`)
  else printTable(terminal, result)
}

function printTable(terminal: Terminal, result: Result): void {
  const { columns, rows, total } = result
  const text = wholeText(result)
  if (text !== undefined) return terminal.out(text)
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
  terminal.out(total > rows.length ? `(first ${rows.length} of ${total} rows)\n` : `(${counted(total, 'row')})\n`)
}

/** A result that is one text of several lines, as EXPLAIN and SHOW CREATE TABLE give it: line by line. `undefined` for every other. */
export function wholeText({ columns, rows }: Pick<Result, 'columns' | 'rows'>): string | undefined {
  const cell = columns.length === 1 && rows.length === 1 ? rows[0]?.[0] : undefined
  if (typeof cell !== 'string' || !cell.includes('\n')) return undefined
  return `${cell.trimEnd().split('\n').map(onOneLine).join('\n')}\n`
}

function isNumber(column: ResultColumn | undefined): boolean {
  return column !== undefined && /^(tinyint|smallint|int|integer|bigint|float|double|decimal)/i.test(column.type)
}

/** One line for each row, ended by CRLF; nothing for NULL, `""` for an empty text. @see RFC 4180, 2 */
export function csvOf({ columns, rows }: Pick<Result, 'columns' | 'rows'>): string {
  return `${columns.map(({ name }) => field(name)).join(',')}\r\n${csvLines(rows)}`
}

function csvLines(rows: readonly ResultRow[]): string {
  return rows.map((row) => `${row.map((cell) => (cell === null ? '' : field(textOf(cell, '')))).join(',')}\r\n`).join('')
}

function field(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** An object for each row; a second column of the same name is `name_2`. */
export function objectsOf({ columns, rows }: Pick<Result, 'columns' | 'rows'>): readonly Readonly<Record<string, unknown>>[] {
  const names = columns.map(({ name }, at) => {
    const before = columns.slice(0, at).filter((other) => other.name === name).length
    return before === 0 ? name : `${name}_${before + 1}`
  })
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])))
}

function textOf(cell: unknown, nothing: string): string {
  if (cell === null || cell === undefined) return nothing
  return typeof cell === 'string' ? cell : printExactly(cell)
}
