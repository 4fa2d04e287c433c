// Answers for people: lists as tables, one resource as names and values, times as this machine has them; or JSON as it came.

import pc from 'picocolors'
import { printExactly } from './exact-numbers.ts'
import { kebabOf } from './operation-names.ts'
import { drawTable, pad } from './table.ts'
import type { Terminal } from './terminal.ts'
import stringWidth from 'string-width'

/** An object of an answer. */
export type Row = Readonly<Record<string, unknown>>

/** One column: a member by its wire name, or what a function makes of the row. */
export interface Column {
  readonly title: string
  readonly of: (row: Row) => unknown
}

// Members that say nothing about the resource.
const around: ReadonlySet<string> = new Set(['is_success', 'message', 'links', 'page_info'])
const mostColumns = 7

/** Prints JSON, as every `--json` does. */
export function printJson({ out }: Terminal, value: unknown): void {
  out(`${printExactly(value ?? {}, 2)}\n`)
}

/** A column that shows a member under its own name, in words. */
export function column(member: string, title = wordsOfMember(member)): Column {
  return { title, of: (row) => row[member] }
}

/** Prints rows as a table, or `none`. */
export function printRows(terminal: Terminal, rows: readonly Row[], columns: readonly Column[] = columnsFound(rows)): void {
  if (rows.length === 0) return terminal.out('none\n')
  const values = rows.map((row) => columns.map(({ of }) => of(row)))
  const cells = values.map((row) => row.map((value, at) => cellOf(value, columns[at]?.title ?? '')))
  terminal.out(
    drawTable(
      columns.map(({ title }) => title.toUpperCase()),
      cells,
      {
        right: (at) =>
          values.every((row) => typeof row[at] === 'number') && !values.some((row) => isTime(row[at], columns[at]?.title ?? '')),
        paintHeader: pc.createColors(terminal.isTTY.stdout && terminal.env['NO_COLOR'] === undefined).bold,
      },
    ),
  )
}

/** Prints one resource: a line for each plain member, a table for each list of objects. */
export function printRecord(terminal: Terminal, answer: unknown): void {
  const record = openedOf(answer)
  const plain = Object.entries(record).filter(([, value]) => !isListOfObjects(value) && value !== '' && value !== null)
  const names = plain.map(([name]) => wordsOfMember(name))
  const width = Math.max(0, ...names.map((name) => stringWidth(name)))
  terminal.out(plain.map(([name, value], at) => `${pad(names[at] ?? '', width)}  ${cellOf(value, name)}`.trimEnd()).join('\n'))
  if (plain.length > 0) terminal.out('\n')
  for (const [name, value] of Object.entries(record)) {
    if (!isListOfObjects(value)) continue
    terminal.out(`\n${wordsOfMember(name)}\n`)
    printRows(terminal, value)
  }
}

/** The list of an answer: its first member that is an array of objects; `undefined` where it has none. */
export function listIn(answer: unknown): readonly Row[] | undefined {
  const record = openedOf(answer)
  return Object.values(record).find((value): value is readonly Row[] => Array.isArray(value) && value.every(isObject))
}

/** Without what is around it: `{"vpc": {...}}` is opened. */
function openedOf(answer: unknown): Row {
  const entries = Object.entries(isObject(answer) ? answer : {}).filter(([name]) => !around.has(name) && name !== 'request_id')
  const [only] = entries
  return entries.length === 1 && only !== undefined && isObject(only[1]) ? openedOf(only[1]) : Object.fromEntries(entries)
}

/** The plain members that say something in at least one row, at most seven. */
function columnsFound(rows: readonly Row[]): readonly Column[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !around.has(name))
  const isPlain = (value: unknown): boolean => !isObject(value) && !isListOfObjects(value)
  const isTelling = (value: unknown): boolean => value !== undefined && value !== null && value !== '' && !isEmptyList(value)
  return names
    .filter((name) => rows.every((row) => isPlain(row[name])) && rows.some((row) => isTelling(row[name])))
    .slice(0, mostColumns)
    .map((name) => column(name))
}

/** `queue_name` and `queueName` as `queue name`. */
function wordsOfMember(member: string): string {
  return kebabOf(member).replaceAll('-', ' ')
}

/** One value as text: times as {@link localTime}, lists with commas, nothing as `-`. */
export function cellOf(value: unknown, name: string): string {
  if (value === undefined || value === null || value === '' || isEmptyList(value)) return '-'
  if (isTime(value, name)) return localTime(value as number)
  if (Array.isArray(value) && !value.some(isObject)) return value.map(String).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** ISO 8601 with a blank for the T, in the zone of this machine: `2026-11-21 17:00:00+01:00`, or `…Z` where that is UTC. @param ms - since the epoch */
export function localTime(ms: number): string {
  const offset = -new Date(ms).getTimezoneOffset()
  const shown = new Date(ms + offset * 60_000).toISOString().replace('T', ' ').slice(0, 19)
  if (offset === 0) return `${shown}Z`
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) => String(part).padStart(2, '0'))
  return `${shown}${offset < 0 ? '-' : '+'}${hours}:${minutes}`
}

/** Members of time are ms since the epoch. */
function isTime(value: unknown, name: string): boolean {
  return typeof value === 'number' && value > 1e11 && /time|created|date|^at$/.test(name)
}

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isListOfObjects(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject)
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
