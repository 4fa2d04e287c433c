// What several parts of the grammar share: how expressions are reached from calls, and which words begin a clause.

import type { ExpressionSyntax } from '../syntax.ts'
import type { QueryReader } from './query-reader.ts'

/** The two levels of expressions that other parts ask for. */
export interface Expressions {
  readonly expression: (reader: QueryReader) => ExpressionSyntax
  /** Without AND, OR, NOT and predicates. */
  readonly operand: (reader: QueryReader) => ExpressionSyntax
}

const alone = new Set(['FROM', 'WHERE', 'HAVING', 'LIMIT', 'QUALIFY', 'OFFSET'])
const withBy = new Set(['GROUP', 'ORDER', 'SORT', 'CLUSTER', 'DISTRIBUTE'])
const setWords = new Set(['UNION', 'EXCEPT', 'INTERSECT', 'MINUS'])

/** True when a clause begins here: Spark reserves no words, so the ones behind a word decide. */
export function startsClause(reader: QueryReader): boolean {
  const word = reader.word()
  const next = reader.word(1)
  if (alone.has(word))
    return !reader.isSymbol('.', 1) && !(reader.isSymbol('(', 1) && word !== 'FROM' && word !== 'WHERE' && word !== 'HAVING')
  if (withBy.has(word)) return next === 'BY'
  if (setWords.has(word)) return reader.isSymbol('(', 1) || /^(?:ALL|DISTINCT|SELECT|VALUES|TABLE|FROM|WITH)$/.test(next)
  if (word === 'WINDOW') return reader.word(2) === 'AS' && reader.isSymbol('(', 3)
  if (word === 'LATERAL') return next === 'VIEW' || next === 'SUBQUERY' || reader.isSymbol('(', 1)
  return (word === 'PIVOT' || word === 'UNPIVOT') && reader.isSymbol('(', 1)
}
