// Truth against a number: Spark compares them for equality alone, 1 being true and 0 false.
//
//   b = 1   →   b          i = true   →   i = CAST(true AS INT)

import { compose, type Bound } from './bound.ts'
import { castTo } from './casts.ts'
import { isNumeric } from './spark-types.ts'

const booleanType = { kind: 'boolean' } as const

/**
 * The comparison of a boolean with a number.
 * @returns `undefined` for other types, and for an order, which such values do not have
 * @see Spark 3.3.1, TypeCoercion.BooleanEquality
 */
export function truthEquality(op: string, left: Bound, right: Bound): Bound | undefined {
  const [truth, number] = left.type.kind === 'boolean' ? [left, right] : [right, left]
  if (truth.type.kind !== 'boolean' || !isNumeric(number.type) || !['=', '<=>', '<>'].includes(op)) return undefined
  const safe = op === '<=>'
  const equal = asTruth(truth, number, safe) ?? asNumbers(safe ? '<=>' : '=', left, right)
  return op === '<>' ? compose({ sql: `(NOT ${equal.sql})`, type: booleanType }, `(NOT ${equal.name})`, [equal]) : equal
}

/** 1 and 0 written out are true and false. */
function asTruth(truth: Bound, number: Bound, safe: boolean): Bound | undefined {
  const written = number.constant === undefined ? undefined : Number(number.constant)
  if (written !== 0 && written !== 1) return undefined
  const isTrue = written === 1
  const [sql, name] = isTrue ? [truth.sql, truth.name] : [`(NOT ${truth.sql})`, `(NOT ${truth.name})`]
  if (!safe) return compose({ sql, type: booleanType }, name, [truth])
  return compose({ sql: `(${truth.sql} IS NOT NULL AND ${sql})`, type: booleanType }, `((${truth.name} IS NOT NULL) AND ${name})`, [truth])
}

function asNumbers(op: '=' | '<=>', left: Bound, right: Bound): Bound {
  const type = left.type.kind === 'boolean' ? right.type : left.type
  const sign = op === '<=>' ? 'IS NOT DISTINCT FROM' : op
  const sql = `(${castTo(left, type).sql} ${sign} ${castTo(right, type).sql})`
  return compose({ sql, type: booleanType }, `(${left.name} ${op} ${right.name})`, [left, right])
}
