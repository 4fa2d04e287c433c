// Filters that sit in the scan of an answer become conditions of the query that gives it, where rows are neither grouped nor counted off.
//
//   ⟦orders join customers⟧, filter c3 > 100   →   ⟦orders join customers where amount > 100⟧

import type { Filter, Scan } from '../plan.ts'
import { isFractional } from '../spark-types.ts'
import type { RemoteExpression, RemoteQuery } from './remote-query.ts'

const boolean = { kind: 'boolean' } as const

/** The scan with its filters in its query; one of a table stays as it is. Filters that the query does not take are looked at here alone. */
export function narrowed(scan: Scan): Scan {
  const { remote, filters } = scan
  if (remote === undefined) return scan
  const isOpen = remote.groupBy === undefined && remote.limit === undefined
  const more = isOpen ? filters.map((filter) => conditionOf(filter, remote)).filter((condition) => condition !== undefined) : []
  return { ...scan, filters: [], remote: { ...remote, filter: [...remote.filter, ...more] } }
}

/** @returns nothing for floating point, whose constants sources read otherwise */
function conditionOf(filter: Filter, query: RemoteQuery): RemoteExpression | undefined {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const operands = filter.filters.map((part) => conditionOf(part, query))
      const known = operands.filter((operand) => operand !== undefined)
      return known.length === operands.length ? { kind: filter.kind, operands: known, type: boolean } : undefined
    }
    case 'isNull':
    case 'isNotNull': {
      const operand = query.outputs[filter.column]?.expression
      return operand === undefined ? undefined : { kind: filter.kind, operand, type: boolean }
    }
    case 'keys':
      return undefined
    case 'comparison':
    case 'in':
      return compared(filter, query.outputs[filter.column]?.expression)
  }
}

function compared(
  filter: Extract<Filter, { kind: 'comparison' | 'in' }>,
  operand: RemoteExpression | undefined,
): RemoteExpression | undefined {
  if (operand === undefined || isFractional(operand.type) || operand.type.kind === 'binary') return undefined
  if (filter.kind === 'in') return { kind: 'in', operand, values: filter.values, type: boolean }
  const right = { kind: 'literal', value: filter.value, type: operand.type } as const
  return { kind: 'comparison', op: filter.op, left: operand, right, type: boolean }
}
