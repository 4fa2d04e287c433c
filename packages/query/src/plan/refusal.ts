// Refusals that only the rows can bring about: the generated text raises them while it runs, and whoever hears the engine's error knows them again.

import { type Text, textToJson } from '@tributary/rules'
import { quoteString } from './spark-types.ts'

/** Stands in front of such a message, and of nothing that the engine says itself. A statement cannot raise it: `error` is not on offer. */
export const refusalMark = 'refused-by-plan: '

/** SQL that ends the query with a message for its owner, as `unsupported`; behind the mark it is JSON. */
export function refusalSql(message: Text): string {
  return `error(${quoteString(refusalMark + textToJson(message))})`
}

/** Stands in front of what is wrong with a value on its way into a table. */
export const misfitMark = 'misfit-by-plan: '

/** SQL that ends the statement because of a value, as `semantic`; behind the mark it is JSON. */
export function misfitSql(message: Text): string {
  return `error(${quoteString(misfitMark + textToJson(message))})`
}
