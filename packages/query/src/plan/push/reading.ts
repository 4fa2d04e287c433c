// What expressions of a block are read with on their way to a source.

import type { Bound } from '../bound.ts'
import { resolveExpression } from '../resolve-expression.ts'
import type { Field } from '../scope.ts'
import type { Surroundings } from '../surroundings.ts'
import type { ExpressionSyntax, QuerySyntax } from '../syntax.ts'
import type { RemoteExpression, RemoteInside } from './remote-query.ts'

/** A query inside of an expression, with its tables among those of the query around it. */
export interface OpenInside {
  readonly inside: RemoteInside
  /** The one column that it gives; absent where only its rows count. */
  readonly output: RemoteExpression | undefined
}

/** Names, and what they are at the source. */
export interface Reading {
  /** Names of the block; no aliases. */
  readonly at: Surroundings
  /** What each column of the block is at its source, by its text. */
  readonly columns: ReadonlyMap<string, RemoteExpression>
  readonly allowsAggregates: boolean
  /** What a column of the query around it is; where absent, nothing of that is seen. */
  readonly around?: (field: Field) => RemoteExpression
  /** Opens a query inside of an expression; where absent, none is asked of a source. @throws {Stays} */
  readonly open?: (query: QuerySyntax, use: 'exists' | 'in' | 'scalar') => OpenInside
}

/** A part of an expression as it is computed here: it has the type that the source's has to have. */
export function boundOf(syntax: ExpressionSyntax, { at, allowsAggregates }: Reading): Bound {
  return resolveExpression(syntax, { ...at, aggregates: allowsAggregates ? 'allowed' : 'forbidden' })
}
