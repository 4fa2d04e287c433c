// NOT IN of a subquery as questions that are either true or false: what sources make of one that is unknown is not always the same, nor fast.
//
//   a NOT IN (SELECT b FROM t)   →   no row of t has b = a, none has b null, and a is not null unless t is empty

import { type RemoteExpression, type RemoteInside, sameExpression } from '../plan/push/remote-query.ts'

type InQuery = Extract<RemoteExpression, { kind: 'inQuery' }>

const boolean = { kind: 'boolean' } as const

/** The rows that give the operand. */
export function rowsThatGive({ operand, inside, output }: InQuery): RemoteInside {
  return narrowed(inside, output, { kind: 'comparison', op: '=', left: output, right: operand, type: boolean })
}

/** The rows that give null. */
export function rowsWithoutValue({ inside, output }: InQuery): RemoteInside {
  return narrowed(inside, output, { kind: 'isNull', operand: output, type: boolean })
}

/** What is said of a key of groups is said of all their rows. */
function narrowed(inside: RemoteInside, output: RemoteExpression, condition: RemoteExpression): RemoteInside {
  const isOfRows = inside.groupBy === undefined || inside.groupBy.some((key) => sameExpression(key, output))
  return isOfRows ? { ...inside, filter: [...inside.filter, condition] } : { ...inside, having: [...inside.having, condition] }
}

/** The subquery of a condition that is NOT IN and nothing else. */
export function notInQuery(expression: RemoteExpression): InQuery | undefined {
  return expression.kind === 'not' && expression.operand.kind === 'inQuery' ? expression.operand : undefined
}
