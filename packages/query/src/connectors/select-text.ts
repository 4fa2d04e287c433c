// The text of a SELECT from its parts, as every source that speaks SQL reads it.

/** Each part as the source writes it; of one that has nothing its word is left out. */
export interface SelectParts {
  readonly list: readonly string[]
  readonly from: readonly string[]
  readonly where: readonly string[]
  readonly groupBy: readonly string[]
  readonly having: readonly string[]
  readonly orderBy?: readonly string[]
  readonly limit?: number | undefined
}

/** `SELECT … FROM … [WHERE …] [GROUP BY …] [HAVING …] [ORDER BY …] [LIMIT …]`. */
export function selectText({ list, from, where, groupBy, having, orderBy = [], limit }: SelectParts): string {
  return [
    `SELECT ${list.join(', ')} FROM ${from.join(', ')}`,
    clause('WHERE', where, ' AND '),
    clause('GROUP BY', groupBy, ', '),
    clause('HAVING', having, ' AND '),
    clause('ORDER BY', orderBy, ', '),
    limit === undefined ? '' : ` LIMIT ${limit}`,
  ].join('')
}

function clause(word: string, parts: readonly string[], separator: string): string {
  return parts.length === 0 ? '' : ` ${word} ${parts.join(separator)}`
}
