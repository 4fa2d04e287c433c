// Prints rows as a table for a terminal.

/** What a preview holds: text where a number would lose digits. */
export type Cell = string | number | boolean | null

/** Columns are as wide as their widest cell; numbers stand to the right. */
export function formatTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? 'NULL' : String(cell))))
  const widths = columns.map((column, at) => Math.max(column.length, ...cells.map((row) => (row[at] ?? '').length)))
  const isNumber = columns.map((_, at) => cells.every((row) => /^-?[\d.]+$/.test(row[at] ?? '')))
  const line = (row: readonly string[]) =>
    row.map((cell, at) => (isNumber[at] ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join(' | ')
  return [line(columns), widths.map((width) => '-'.repeat(width)).join('-+-'), ...cells.map(line)].map((text) => `   ${text}`).join('\n')
}
