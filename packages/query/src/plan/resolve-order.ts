// ORDER BY and LIMIT: positions, aliases, and NULL as the smallest value.

import { ServiceError, say } from '@tributary/rules'
import type { Bound } from './bound.ts'
import { checkedTarget } from './order-target.ts'
import { resolveExpression, type Surroundings } from './resolve-expression.ts'
import { clause } from './resolving.ts'
import type { ExpressionSyntax, OrderItem } from './syntax.ts'

/** The place that a bare number in ORDER BY or GROUP BY points to, counted from 0. @throws {ServiceError} `semantic` outside of the list */
export function positionOf(syntax: ExpressionSyntax, count: number, where: string): number | undefined {
  if (syntax.kind !== 'literal' || syntax.type !== 'number' || !/^\d+$/.test(syntax.text)) return undefined
  const position = Number(syntax.text)
  if (position < 1 || position > count)
    throw new ServiceError('semantic', say`${where} position ${syntax.text} is not in select list (valid range is [1, ${count}])`)
  return position - 1
}

/** What an item of ORDER BY orders by: an output by its position, or an expression. */
export function orderTarget(item: OrderItem, outputs: readonly Bound[], at: Surroundings): Bound {
  const position = positionOf(item.expression, outputs.length, 'ORDER BY')
  return checkedTarget(position === undefined ? resolveExpression(item.expression, at) : (outputs[position] as Bound))
}

/** One item as text; an output that is ordered by is named by its position. NULL is the smallest value in Spark, so it leads ascending and ends descending order. */
export function orderText(item: OrderItem, bound: Bound, outputs: readonly Bound[] = []): string {
  const nullsFirst = item.nullsFirst ?? !item.descending
  const position = outputs.findIndex((output) => output.sql === bound.sql)
  const sql = position >= 0 ? String(position + 1) : bound.constant === undefined ? bound.sql : `(SELECT ${bound.sql})`
  return `${sql} ${item.descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`
}

/** ORDER BY and LIMIT as they end a query. */
export function orderTail(order: readonly string[], limit: number | undefined): string {
  return clause('ORDER BY', order.join(', ')) + clause('LIMIT', limit === undefined ? undefined : String(limit))
}
