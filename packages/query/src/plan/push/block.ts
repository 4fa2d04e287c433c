// One SELECT as the rewrites of this folder see it: already resolved for its names, types and errors, and not yet text.

import { say } from '@tributary/rules'
import type { Bound } from '../bound.ts'
import { aggregates } from '../functions/offered.ts'
import { positionOf } from '../resolve-order.ts'
import type { OpenItem } from '../resolve-groups.ts'
import type { Relation, Resolving } from '../resolving.ts'
import { findColumn } from '../scope.ts'
import type { Surroundings } from '../surroundings.ts'
import type { ExpressionSyntax, OrderItem, QuerySyntax, SelectSyntax } from '../syntax.ts'
import { readConditions, readExpression } from './read-expression.ts'
import type { Reading } from './reading.ts'
import { mapOperands } from './map-syntax.ts'
import type { RemotePart } from './remote-part.ts'
import type { RemoteExpression, RemoteOrder } from './remote-query.ts'
import { Stays } from './stays.ts'

/** One output of the select list. */
export interface BlockOutput {
  readonly bound: Bound
  readonly name: string
}

/** A select with what its resolution found. */
export interface Block {
  readonly syntax: QuerySyntax
  readonly body: SelectSyntax
  readonly relation: Relation | undefined
  readonly items: readonly OpenItem[]
  readonly outputs: readonly BlockOutput[]
  readonly keys: readonly Bound[]
  readonly isGrouped: boolean
  readonly hasSets: boolean
  /** Names of the relation alone, without aliases and without a query around it. */
  readonly at: Surroundings
  /** Resolves subqueries of what is computed over its groups. */
  readonly subquery: Surroundings['subquery']
  /** Whether it looks at a query around it. */
  readonly isLoose: boolean
  /** How the outputs are called in the text, and whether they are the result of the statement. */
  readonly list: (outputs: readonly BlockOutput[]) => string
  readonly resolving: Resolving
}

/** How expressions of a block are read. */
export function readingIn({ at }: Block, { columns }: RemotePart, allowsAggregates: boolean): Reading {
  return { at, columns, allowsAggregates }
}

/** WHERE as conditions of the source. @throws {Stays} where a part of it has to be looked at here */
export function readWhere(block: Block, part: RemotePart): readonly RemoteExpression[] {
  return readConditions(block.body.where, readingIn(block, part, false))
}

/** ORDER BY as the source would order; null is where Spark has it. @throws {Stays} */
export function readOrder(block: Block, part: RemotePart): readonly RemoteOrder[] {
  return block.syntax.orderBy.flatMap((item) => {
    const target = targetOf(item, block)
    const expression =
      target.is === 'field' ? part.columns.get(target.sql) : readExpression(target.syntax, readingIn(block, part, block.isGrouped))
    if (expression === undefined || expression.type.kind === 'binary') throw new Stays(say`${'ORDER BY'} is not asked of a source`)
    // All rows have the same constant.
    return expression.kind === 'literal'
      ? []
      : [{ expression, descending: item.descending, nullsFirst: item.nullsFirst ?? !item.descending }]
  })
}

/** What an item of ORDER BY, or of the select list, stands for. */
export type Target = { readonly is: 'field'; readonly sql: string } | { readonly is: 'syntax'; readonly syntax: ExpressionSyntax }

/** An output by its position or its alias, or an expression. */
export function targetOf({ expression }: Pick<OrderItem, 'expression'>, { items }: Block): Target {
  const position = positionOf(expression, items.length, 'ORDER BY')
  const item = position === undefined ? itemNamed(expression, items) : items[position]
  return item === undefined ? { is: 'syntax', syntax: withoutAliases(expression, (part) => itemNamed(part, items)) } : targetOfItem(item)
}

/** HAVING with its aliases written out; a column of the same name comes first. */
export function havingOf({ body, items, at }: Block): ExpressionSyntax | undefined {
  const isColumn = (syntax: ExpressionSyntax): boolean =>
    syntax.kind === 'column' && findColumn({ ...at.scope, outer: undefined }, syntax.parts) !== undefined
  const find = (syntax: ExpressionSyntax): OpenItem | undefined => (isColumn(syntax) ? undefined : itemNamed(syntax, items))
  return body.having === undefined ? undefined : withoutAliases(body.having, find)
}

/** Arguments of aggregates are rows, which have no aliases yet. */
function withoutAliases(syntax: ExpressionSyntax, find: (syntax: ExpressionSyntax) => OpenItem | undefined): ExpressionSyntax {
  if (syntax.kind === 'call' && Object.hasOwn(aggregates, syntax.name)) return syntax
  const item = find(syntax)
  if (item !== undefined && 'expression' in item) return item.expression
  return mapOperands(syntax, (operand) => withoutAliases(operand, find))
}

/** What an entry of the select list gives. */
export function targetOfItem(item: OpenItem): Target {
  return 'field' in item ? { is: 'field', sql: item.field.sql } : { is: 'syntax', syntax: item.expression }
}

function itemNamed(syntax: ExpressionSyntax, items: readonly OpenItem[]): OpenItem | undefined {
  const name = syntax.kind === 'column' && syntax.parts.length === 1 ? syntax.parts[0]?.toLowerCase() : undefined
  const found = name === undefined ? [] : items.filter(({ alias }) => alias?.toLowerCase() === name)
  if (found.length > 1) throw new Stays(say`several outputs are called ${name ?? ''}`)
  return found[0]
}
