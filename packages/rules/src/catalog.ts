// The catalog: there is one, and it holds every database of a project.

import { ServiceError } from './errors.ts'
import { say } from './text.ts'

/** Its names, in lower case; the first is the one that answers give, the other is Spark's. */
export const catalogNames: readonly [string, string] = ['dli', 'spark_catalog']

/** @param name - in any case; empty where none was sent. @throws {ServiceError} `unsupported` for a catalog that there is not */
export function checkCatalog(name: string): void {
  if (name === '' || catalogNames.includes(name.toLowerCase())) return
  throw new ServiceError('unsupported', say`there is no catalog ${name.slice(0, 64)}: leave it out, or use ${catalogNames.join(', ')}`)
}
