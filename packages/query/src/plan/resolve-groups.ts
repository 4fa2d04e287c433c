// GROUP BY: positions, aliases and expressions, and the sets of ROLLUP, CUBE and GROUPING SETS written out.
//
//   GROUP BY a, ROLLUP(b, c)   →   GROUP BY GROUPING SETS ((a, b, c), (a, b), (a))

import { ServiceError, say } from '@tributary/rules'
import type { Bound } from './bound.ts'
import { resolveExpression, type Surroundings } from './resolve-expression.ts'
import { positionOf } from './resolve-order.ts'
import { columnOf, findColumn, type Field } from './scope.ts'
import type { ExpressionSyntax, GroupBySyntax, GroupingElement, GroupingSyntax, SelectItem } from './syntax.ts'

/** An entry of a select list with its stars opened. */
export type OpenItem = SelectItem | { readonly field: Field; readonly alias: string | undefined }

/** What GROUP BY means. */
export interface Groups {
  /** Every expression that is grouped by, once each, in order of appearance. */
  readonly keys: readonly Bound[]
  /** What stands behind GROUP BY; empty where nothing does. */
  readonly sql: string
  /** True for ROLLUP, CUBE and GROUPING SETS. */
  readonly hasSets: boolean
}

/** Most sets of one GROUP BY: CUBE doubles them with each column. */
const maxSets = 4_096

/** Resolves GROUP BY. @throws {ServiceError} `semantic`, `exhausted` */
export function resolveGroups(groupBy: GroupBySyntax | undefined, items: readonly OpenItem[], at: Surroundings): Groups {
  if (groupBy === undefined) return { keys: [], sql: '', hasSets: false }
  const keys: Bound[] = []
  const keyOf = (syntax: ExpressionSyntax): string => {
    const bound = resolveKey(syntax, items, at)
    if (!keys.some((key) => key.sql === bound.sql)) keys.push(bound)
    return bound.sql
  }
  groupBy.first.forEach(keyOf)
  if (groupBy.items.every((item) => item.kind === 'plain')) {
    for (const item of groupBy.items) keyOf(item.expression)
    return { keys, sql: keys.map(keyText).join(', '), hasSets: false }
  }
  const sets = groupBy.items.map((item) => setsOf(item, keyOf)).reduce(crossed)
  const texts = new Map(keys.map((key) => [key.sql, keyText(key)]))
  const written = sets.map((set) => `(${[...new Set(set)].map((key) => texts.get(key)).join(', ')})`)
  return { keys, sql: `GROUPING SETS (${written.join(', ')})`, hasSets: true }
}

/** A number is the position of an output, a name that is no column may be an alias. */
function resolveKey(syntax: ExpressionSyntax, items: readonly OpenItem[], at: Surroundings): Bound {
  const position = positionOf(syntax, items.length, 'GROUP BY')
  const isAlias = syntax.kind === 'column' && syntax.parts.length === 1 && findColumn(at.scope, syntax.parts) === undefined
  const item = position === undefined ? (isAlias ? itemNamed(items, syntax.parts[0] as string) : undefined) : items[position]
  if (item === undefined) return resolveExpression(syntax, at)
  return 'field' in item ? columnOf(item.field, at.scope) : resolveExpression(item.expression, at)
}

function itemNamed(items: readonly OpenItem[], name: string): OpenItem | undefined {
  const found = items.filter((item) => item.alias?.toLowerCase() === name.toLowerCase())
  if (found.length > 1) throw new ServiceError('semantic', say`Reference '${name}' is ambiguous: several outputs have this alias`)
  return found[0]
}

/** DuckDB would read a bare number as a position. */
function keyText(key: Bound): string {
  return key.constant === undefined ? key.sql : `(SELECT ${key.sql})`
}

type Sets = readonly (readonly string[])[]

function setsOf(item: GroupingSyntax | GroupingElement, keyOf: (syntax: ExpressionSyntax) => string): Sets {
  switch (item.kind) {
    case 'plain':
      return [[keyOf(item.expression)]]
    case 'set':
      return [item.expressions.map(keyOf)]
    case 'sets':
      return checked(item.elements.flatMap((element) => setsOf(element, keyOf)))
    case 'rollup': {
      const parts = item.sets.map((set) => set.map(keyOf))
      return checked(Array.from({ length: parts.length + 1 }, (_none, index) => parts.slice(0, parts.length - index).flat()))
    }
    case 'cube': {
      const parts = item.sets.map((set) => set.map(keyOf))
      if (parts.length > 12) throw tooManySets()
      return parts.reduceRight<Sets>((rest, part) => [...rest.map((set) => [...part, ...set]), ...rest], [[]])
    }
  }
}

/** Several entries of GROUP BY mean every set of one with every set of the other. */
function crossed(left: Sets, right: Sets): Sets {
  if (left.length * right.length > maxSets) throw tooManySets()
  return left.flatMap((one) => right.map((other) => [...one, ...other]))
}

function checked(sets: Sets): Sets {
  if (sets.length > maxSets) throw tooManySets()
  return sets
}

function tooManySets(): ServiceError {
  return new ServiceError('exhausted', say`GROUP BY has more than ${maxSets} grouping sets; group by fewer columns`)
}
