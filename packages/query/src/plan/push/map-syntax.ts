// Expressions with parts of them replaced: one way down through every form of syntax.

import type { ExpressionSyntax } from '../syntax.ts'

/** Members of syntax that hold no expressions. */
const plain = new Set(['type', 'parts', 'argNames', 'kind', 'name', 'op', 'text', 'escape', 'negated', 'query', 'over'])

/** The same form with its operands changed. */
export function mapOperands(syntax: ExpressionSyntax, change: (operand: ExpressionSyntax) => ExpressionSyntax): ExpressionSyntax {
  const members = (value: object): object =>
    Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain.has(key) ? part : mapped(part)]))
  // Branches of CASE have operands and are no expressions themselves.
  const mapped = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(mapped)
    if (typeof value !== 'object' || value === null) return value
    return 'kind' in value ? change(value as ExpressionSyntax) : members(value)
  }
  return members(syntax) as ExpressionSyntax
}

/** Whether a subquery stands anywhere in it. */
export function hasQuery(syntax: ExpressionSyntax): boolean {
  if (syntax.kind === 'exists' || syntax.kind === 'inQuery' || syntax.kind === 'scalarQuery') return true
  let isFound = false
  mapOperands(syntax, (operand) => {
    isFound ||= hasQuery(operand)
    return operand
  })
  return isFound
}
