// Which parts of a table the options partitionColumn, lowerBound, upperBound and numPartitions ask for: conditions that every row meets exactly one of.

import type { JdbcSettings } from '../source.ts'

/** Sessions that read one table side by side, however many partitions were asked for. */
export const mostReaders = 8

/**
 * As Spark parts a table: the bounds say where to cut and leave no row out, and rows without a value are in the first part.
 * @param column - as SQL names it
 * @returns SQL, in parentheses where needed; none where the table is read as one
 */
export function columnConditions(column: string, { lower, upper, count }: NonNullable<JdbcSettings['partitions']>): readonly string[] {
  const inner = Array.from({ length: Math.max(0, count - 1) }, (_, index) => lower + ((upper - lower) * BigInt(index + 1)) / BigInt(count))
  const cuts = [...new Set(inner)]
  if (cuts.length === 0) return []
  const first = `(${column} < ${cuts[0]} OR ${column} IS NULL)`
  const middle = cuts.slice(1).map((cut, index) => `(${column} >= ${cuts[index]} AND ${column} < ${cut})`)
  return [first, ...middle, `${column} >= ${cuts.at(-1)}`]
}
