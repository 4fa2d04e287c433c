// A query that a source answers whole, as tests of connectors need it.

import type { Column } from '@tributary/rules'
import type { SourceScan } from '../plan/plan.ts'
import type { SourceTable } from '../source.ts'

/** Asks the source for the largest value of a table's only column; the answer's column has a name of planning's, as always. */
export function largestOf(table: SourceTable): SourceScan {
  const { type } = table.columns[0] as Column
  const operand = { kind: 'column', relation: 0, column: 0, type } as const
  const remote = {
    tables: [table],
    from: [{ kind: 'table', relation: 0 }],
    filter: [],
    groupBy: [],
    having: [],
    outputs: [{ name: 'c0', expression: { kind: 'aggregate', name: 'max', operand, isDistinct: false, type } }],
    orderBy: [],
    limit: undefined,
  } as const
  return { handle: 'h', table: { ...table, columns: [{ name: 'c0', type }] }, columns: [0], filters: [], remote }
}
