// Queries that are asked often: Kysely builds and compiles each once, afterwards it is only given values.

import { type Soon, whenThere } from '@tributary/rules'
import { type Compilable, type CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from './database.ts'
import type { Schema } from './schema.ts'

/** Where a value goes. */
class Slot {
  readonly name: PropertyKey

  constructor(name: PropertyKey) {
    this.name = name
  }
}

/** Stands for a value while the query is built; `null` must be said in the type of the value. */
export type SlotOf<Values> = <Name extends keyof Values>(name: Name) => RawBuilder<Values[Name]>

/**
 * A query that is built at its first use; its text must depend on nothing but `build`.
 * @returns runs it with values on a store or in a transaction, and answers its rows: at once where nothing has to be waited for
 */
export function compiled<Values extends object, Row>(
  build: (db: Kysely<Schema>, slot: SlotOf<Values>) => Compilable<Row>,
): (db: Database, values: Values) => Soon<readonly Row[]> {
  let query: CompiledQuery<Row> | undefined
  return (db, values) => {
    query ??= build(db, (name) => sql`${new Slot(name)}`).compile()
    const parameters = query.parameters.map((value) => (value instanceof Slot ? values[value.name as keyof Values] : value))
    return whenThere(db.run(query, parameters), ({ rows }) => rows as Row[])
  }
}
