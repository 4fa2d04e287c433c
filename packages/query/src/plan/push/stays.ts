// Why a part of a query is not asked of its source whole: thrown where it is found, caught where the part is built, shown by EXPLAIN.

import { ServiceError, type Text } from '@tributary/rules'

/** Ends the building of a remote query. It is no failure: what it stopped is done here. */
export class Stays extends Error {
  readonly why: Text

  constructor(why: Text) {
    super(why.template)
    this.why = why
  }
}

/** What came of building: the thing, or why there is none. */
export type Built<Thing> = { readonly is: 'pushed'; readonly thing: Thing } | { readonly is: 'stays'; readonly why: Text }

/** Builds something, and answers why not where a part of it has to stay. */
export function building<Thing>(work: () => Thing): Built<Thing> {
  try {
    return { is: 'pushed', thing: work() }
  } catch (error) {
    if (error instanceof Stays) return { is: 'stays', why: error.why }
    // A part that has no meaning by itself (INTERVAL), or is refused: the reading of the whole query tells which.
    if (error instanceof ServiceError) return { is: 'stays', why: error.text }
    throw error
  }
}
