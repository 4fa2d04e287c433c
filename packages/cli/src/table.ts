// Rows as a table for a terminal: columns as wide as their widest cell, where a Chinese character counts for two.

import stringWidth from 'string-width'

/** How a table is drawn. */
export interface TableOptions {
  /** Columns of numbers stand to the right; by index. */
  readonly right?: (column: number) => boolean
  readonly paintHeader?: (text: string) => string
}

/**
 * Draws a table without lines: two blanks between columns, none at the end of a line.
 * @param header - names of the columns
 * @param rows - cells as text; line breaks and control characters are shown as `\n` and the like
 * @returns lines with a line break at the end of each
 */
export function drawTable(header: readonly string[], rows: readonly (readonly string[])[], options: TableOptions = {}): string {
  const cells = rows.map((row) => row.map(onOneLine))
  const widths = header.map((name, at) => cells.reduce((widest, row) => Math.max(widest, stringWidth(row[at] ?? '')), stringWidth(name)))
  const draw = (row: readonly string[]): string =>
    row
      .map((cell, at) => pad(cell, widths[at] ?? 0, options.right?.(at) === true))
      .join('  ')
      .trimEnd()
  const paint = options.paintHeader ?? ((text: string) => text)
  return [paint(draw(header)), ...cells.map(draw)].map((line) => `${line}\n`).join('')
}

/** Fills a cell with blanks up to a width in columns of the terminal. */
export function pad(text: string, width: number, isRight = false): string {
  const blanks = ' '.repeat(Math.max(0, width - stringWidth(text)))
  return isRight ? blanks + text : text + blanks
}

/** A value from a source or a file may hold anything: a control character must not move the cursor of whoever reads it. */
export function onOneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => {
    const known: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
    return known[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

/** `1 table`, `2 tables`. @param noun - singular, whose plural has an s */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
