// Whether two systems have answered the same: rows in any order, numbers as far as both say them, times by their digits.

/** Ours come from a preview, which has no more rows. */
const mostCompared = 1_000

type Rows = readonly (readonly unknown[])[]

/** @returns where two answers differ, in words; nothing where they do not */
export function differenceOf(ours: Rows, theirs: Rows): string | undefined {
  const [one, other] = [comparable(ours), comparable(theirs)]
  if (one.length !== other.length) return `${other.length} rows beside ${one.length} of ours`
  const at = one.findIndex((row, index) => !isSameRow(row, other[index] ?? []))
  return at < 0 ? undefined : `${(other[at] ?? []).join(' | ')} beside ${(one[at] ?? []).join(' | ')} of ours`
}

function comparable(rows: Rows): readonly (readonly string[])[] {
  return rows
    .slice(0, mostCompared)
    .map((row) => row.map(textOf))
    .toSorted(inOrder)
}

function isSameRow(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((cell, at) => isSameCell(cell, other[at] ?? ''))
}

/** Systems keep different numbers of digits of a quotient of decimals: they may differ by one of the last digit that both have. */
function isSameCell(one: string, other: string): boolean {
  if (one === other) return true
  const [left, right] = [numberOf(one), numberOf(other)]
  if (left === undefined || right === undefined) return false
  const fractions = [one, other].map((text) => text.split('.')[1]?.length ?? 0)
  const lastDigit = fractions.some((digits) => digits === 0) ? 0 : 10 ** -Math.min(...fractions)
  return Math.abs(left - right) <= Math.max(lastDigit * 1.000001, 1e-9 * Math.max(Math.abs(left), Math.abs(right)))
}

function numberOf(text: string): number | undefined {
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined
}

/** Each system writes times in its own way, and some a date as its first moment. */
function textOf(cell: unknown): string {
  const text = cell instanceof Date ? cell.toISOString() : String(cell)
  const instant = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)/.exec(text)
  if (instant === null) return text
  return instant[2] === '00:00:00' ? (instant[1] as string) : `${instant[1]} ${instant[2]}`
}

/** Cells that may be written otherwise count last: rows of two systems come into the same order by the others. */
function inOrder(one: readonly string[], other: readonly string[]): number {
  return compare(keyOf(one), keyOf(other))
}

function keyOf(row: readonly string[]): readonly (string | number)[] {
  const numbers = row.map((cell) => numberOf(cell))
  const isWhole = (cell: string): boolean => /^-?\d+$/.test(cell)
  return [
    ...row.filter((cell, at) => numbers[at] === undefined || isWhole(cell)),
    ...numbers.filter((number, at) => number !== undefined && !isWhole(row[at] ?? '')).map((number) => Number(number?.toPrecision(6))),
  ]
}

function compare(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  for (const [at, left] of one.entries()) {
    const right = other[at]
    if (right === undefined || left === right) continue
    return left < right ? -1 : 1
  }
  return 0
}
