// What must hold wherever a condition holds: its ANDs, and what all sides of an OR have in common.
//
//   (a = b AND x) OR (a = b AND y)   →   …, a = b

import type { ExpressionSyntax } from '../syntax.ts'
import { conjuncts } from './read-expression.ts'

/** Splits a condition at its ANDs; what stands in each side of an OR comes besides. */
export function commonConjuncts(syntax: ExpressionSyntax | undefined): readonly ExpressionSyntax[] {
  return conjuncts(syntax).flatMap((part) => (part.kind === 'binary' && part.op === 'OR' ? [part, ...inEachSide(part)] : [part]))
}

function inEachSide({ left, right }: Extract<ExpressionSyntax, { kind: 'binary' }>): readonly ExpressionSyntax[] {
  const others = new Set(commonConjuncts(right).map(keyOf))
  return commonConjuncts(left).filter((part) => others.has(keyOf(part)))
}

function keyOf(syntax: ExpressionSyntax): string {
  return JSON.stringify(syntax, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}
