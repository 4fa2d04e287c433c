// What a setting is: its name on every floor, its schema, unit, default and sentence.

import type { Static, TSchema } from 'typebox'

/** One setting. Its name is the flag without dashes, the key in the file, and `TRIBUTARY_…` in capitals in the environment. */
export interface Setting<Schema extends TSchema = TSchema> {
  readonly name: string
  readonly schema: Schema
  /** `seconds`, `bytes`; absent for plain values. */
  readonly unit?: string
  /** Absent: nothing is assumed, and the sentence says what then happens. */
  readonly default?: Static<Schema>
  readonly sentence: string
  readonly group: 'serve' | 'first start' | 'limits' | 'tuning'
  /** Secrets have no flag, because other users of the machine see arguments, and print as `***`. */
  readonly secret?: boolean
}

/** Keeps what a declaration says of its default, so that the value's type knows whether it can be missing. */
export function setting<Schema extends TSchema, const Declared extends Setting<Schema>>(
  declared: Declared & { readonly schema: Schema },
): Declared {
  return declared
}

/** The variable of a setting: `data-dir` is `TRIBUTARY_DATA_DIR`. */
export function variableOf({ name }: Setting): string {
  return `TRIBUTARY_${name.replaceAll('-', '_').toUpperCase()}`
}
