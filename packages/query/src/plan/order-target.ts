// What may be ordered by: values of one kind that have an order in both engines.

import { ServiceError, say } from '@tributary/rules'
import type { Bound } from './bound.ts'
import { isNested, typeName } from './spark-types.ts'

/** @throws {ServiceError} `unsupported` for a type without an order here */
export function checkedTarget(bound: Bound): Bound {
  if (bound.type.kind === 'binary') throw new ServiceError('unsupported', say`ordering by a binary column is not offered`)
  if (isNested(bound.type)) throw new ServiceError('unsupported', say`ordering by ${typeName(bound.type)} is not offered`)
  return bound
}
