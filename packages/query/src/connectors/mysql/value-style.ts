// What MySQL has for values of ours, and for which it has none.

import { type Column, ServiceError, say } from '@tributary/rules'
import type { TextStyle } from '../text-values.ts'

/** How values of a column are written as text. What it answers throws ServiceError `semantic` for what MySQL has no value for. */
export function styleOf(column: Column): TextStyle {
  return {
    boolean: (value) => (value ? '1' : '0'),
    year: (year, rest) => `${String(checkYear(column, year)).padStart(4, '0')}${rest}`,
    special: (word) => refuseSpecial(column, word),
    // As floating point; MariaDB keeps such a literal as 0 all the same.
    negativeZero: '-0e0',
  }
}

/** @returns the year. @throws {ServiceError} `semantic` for one before 0 or after 9999 */
export function checkYear({ name }: Column, year: number): number {
  if (year >= 0 && year <= 9999) return year
  throw new ServiceError('semantic', say`column ${name}: MySQL has no date in the year ${year}; leave such rows out`)
}

/** @param word - `NaN`, `Infinity` or `-Infinity`. @throws {ServiceError} `semantic`, always */
export function refuseSpecial({ name }: Column, word: string): never {
  throw new ServiceError('semantic', say`column ${name}: MySQL has no ${word}; leave such rows out`)
}
