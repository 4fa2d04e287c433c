// Aggregates that sources compute as Spark does: counts, sums of exact numbers, extremes of what has one order everywhere.

import { type ColumnType, say } from '@tributary/rules'
import { isFractional, isIntegral } from '../spark-types.ts'
import type { CallSyntax, ExpressionSyntax } from '../syntax.ts'
import type { Reading } from './reading.ts'
import type { RemoteAggregate, RemoteExpression } from './remote-query.ts'
import { Stays } from './stays.ts'

type Read = (syntax: ExpressionSyntax, reading: Reading) => RemoteExpression

/** Reads a call of an aggregate function. @throws {Stays} for every other call, and where values have to be added up here */
export function readAggregate(syntax: CallSyntax, reading: Reading, read: Read): RemoteAggregate {
  const { name, args, distinct: isDistinct } = syntax
  const isPlain = syntax.filter === undefined && syntax.over === undefined && syntax.ignoreNulls === undefined && args.length === 1
  if (!reading.allowsAggregates || !isPlain) throw staying(name)
  const operand = args[0]?.kind === 'star' ? undefined : read(args[0] as ExpressionSyntax, { ...reading, allowsAggregates: false })
  if (name === 'count') return { kind: 'aggregate', name, operand: counted(operand, isDistinct), isDistinct, type: { kind: 'bigint' } }
  if (operand === undefined) throw staying(name)
  if (name === 'sum') return { kind: 'aggregate', name, operand, isDistinct, type: sumType(operand.type) }
  if (name === 'min' || name === 'max') return { kind: 'aggregate', name, operand, isDistinct, type: extremeType(operand.type, name) }
  throw staying(name)
}

function staying(name: string): Stays {
  return new Stays(say`${name} is not asked of a source`)
}

/** A constant is there in every row. */
function counted(operand: RemoteExpression | undefined, isDistinct: boolean): RemoteExpression | undefined {
  if (operand === undefined || (operand.kind === 'literal' && !isDistinct)) return undefined
  if (isDistinct && (isFractional(operand.type) || operand.type.kind === 'binary')) throw staying('count(DISTINCT …)')
  return operand
}

/** Sums past 38 digits depend on the order of adding in Spark itself. */
function sumType(type: ColumnType): ColumnType {
  if (isIntegral(type)) return { kind: 'bigint' }
  if (type.kind === 'decimal' && type.precision <= 28) return { ...type, precision: type.precision + 10 }
  throw new Stays(
    type.kind === 'decimal'
      ? say`a sum of more than 38 digits is computed here alone`
      : say`floating point is compared and computed here alone`,
  )
}

function extremeType(type: ColumnType, name: string): ColumnType {
  if (isFractional(type) || type.kind === 'binary' || type.kind === 'boolean') throw staying(name)
  return type
}
