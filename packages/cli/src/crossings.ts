// What crossed for a job, for people: a line for each reading and writing, and below it what was asked and what stays here.

import type { operations, ResultOf } from '@tributary/contract'
import { column, printRows } from './show.ts'
import { counted, onOneLine } from './table.ts'
import type { Terminal } from './terminal.ts'

/** One reading or writing of a source, as the server tells it. */
export type Crossing = ResultOf<typeof operations.getJobCrossings>['crossings'][number]

const columns = [
  column('kind'),
  column('tables'),
  column('connection'),
  column('state'),
  column('rows'),
  column('in'),
  column('out'),
  column('connect'),
  column('first row'),
  column('total'),
]

/** Prints the crossings of a job, or that none is known: a killed server had no time to keep what it knew. */
export function printCrossings(terminal: Terminal, crossings: readonly Crossing[]): void {
  if (crossings.length === 0) return terminal.out('nothing is known to have crossed to or from a source\n')
  printRows(terminal, crossings.map(rowOf), columns)
  for (const crossing of crossings) terminal.out(`\n${linesOf(crossing).join('\n')}\n`)
}

function rowOf({ kind, tables, state, rows, ...more }: Crossing): Readonly<Record<string, unknown>> {
  return {
    kind,
    tables,
    state,
    rows,
    connection: more.connection_name,
    in: sizeOf(more.bytes_in),
    out: sizeOf(more.bytes_out),
    connect: timeOf(more.connect_ms),
    'first row': timeOf(more.first_row_ms),
    total: timeOf(more.total_ms),
  }
}

/** The words of EXPLAIN. */
function linesOf({ kind, tables, source, endpoint, text, statements, readers, notes, ...more }: Crossing): readonly string[] {
  const verb = kind === 'write' ? 'written to' : 'asked of'
  const unsaid = statements === 0 ? 'nothing so far' : 'what, is told to those who may read its result'
  const asked = `${verb} ${source} at ${endpoint}: ${text === '' ? unsaid : text}`
  const often = statements > 1 ? [`${statements} such statements, ${counted(readers, 'reader')} side by side`] : []
  const waited = more.wait_ms > 0 ? [`waited ${timeOf(more.wait_ms)} for its turn over the connection`] : []
  return [tables.join(', '), ...[asked, ...often, ...waited, ...notes].map((line) => `  ${line}`)].map(onOneLine)
}

function timeOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : `${ms < 100 ? ms : Math.round(ms)} ms`
}

const units = ['kB', 'MB', 'GB', 'TB'] as const

/** Bytes with three digits or so: `812 B`, `12.3 kB`. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  let size = bytes / 1000
  let at = 0
  while (size >= 999.5 && at + 1 < units.length) {
    size /= 1000
    at += 1
  }
  return `${size.toFixed(size < 99.95 ? 1 : 0)} ${units[at]}`
}
