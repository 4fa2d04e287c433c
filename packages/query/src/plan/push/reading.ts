// What expressions of a block are read with on their way to a source.

import type { Surroundings } from '../surroundings.ts'
import type { RemoteExpression } from './remote-query.ts'

/** Names, and what they are at the source. */
export interface Reading {
  /** Names of the block; no aliases, and nothing of a query around it. */
  readonly at: Surroundings
  /** What each column of the block is at its source, by its text. */
  readonly columns: ReadonlyMap<string, RemoteExpression>
  readonly allowsAggregates: boolean
}
