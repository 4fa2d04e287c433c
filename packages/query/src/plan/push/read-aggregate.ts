// Aggregates that sources compute as Spark does: counts, sums of exact numbers, extremes of what has one order everywhere.

import { type ColumnType, say } from '@tributary/rules'
import { isFractional, isIntegral } from '../spark-types.ts'
import type { CallSyntax, ExpressionSyntax } from '../syntax.ts'
import type { Reading } from './reading.ts'
import type { RemoteAggregate, RemoteExpression } from './remote-query.ts'
import { Stays } from './stays.ts'

type Read = (syntax: ExpressionSyntax, reading: Reading) => RemoteExpression

/** Reads a call of an aggregate function. @throws {Stays} for every other call, and where values have to be added up here */
export function readAggregate(syntax: CallSyntax, reading: Reading, read: Read): RemoteExpression {
  const { name, args, distinct: isDistinct } = syntax
  const isPlain = syntax.over === undefined && syntax.ignoreNulls === undefined && args.length === 1
  if (!reading.allowsAggregates || !isPlain) throw staying(name)
  const ofRows = { ...reading, allowsAggregates: false }
  const value = args[0]?.kind === 'star' ? undefined : read(args[0] as ExpressionSyntax, ofRows)
  const when = syntax.filter === undefined ? undefined : read(syntax.filter, ofRows)
  if (name === 'count') return countOf(value, when, isDistinct)
  if (value === undefined) throw staying(name)
  if (name === 'count_if')
    return countOf(undefined, when === undefined ? value : { kind: 'and', operands: [when, value], type: boolean }, false)
  return ofValues(name, { operand: value, isDistinct }, when)
}

const boolean = { kind: 'boolean' } as const

function ofValues(
  name: string,
  { operand: value, isDistinct }: Pick<RemoteAggregate, 'isDistinct'> & { readonly operand: RemoteExpression },
  when: RemoteExpression | undefined,
): RemoteExpression {
  const operand = when === undefined ? value : onlyWhen(when, value)
  switch (name) {
    case 'sum':
      return sumOf(operand, isDistinct)
    case 'min':
    case 'max':
      return { kind: 'aggregate', name, operand, isDistinct, type: extremeType(value.type, name) }
    case 'avg':
    case 'mean':
      return { kind: 'aggregate', name: 'avg', operand, isDistinct, type: averageType(value.type) }
    default:
      throw staying(name)
  }
}

/** FILTER (WHERE …): what does not pass is null, and counts for nothing. */
function onlyWhen(when: RemoteExpression, result: RemoteExpression): RemoteExpression {
  if (isFractional(result.type) || result.type.kind === 'binary') throw staying('FILTER')
  return { kind: 'case', branches: [{ when, result }], otherwise: undefined, type: result.type }
}

const one = { kind: 'literal', value: { type: { kind: 'int' }, value: 1 }, type: { kind: 'int' } } as const

function countOf(value: RemoteExpression | undefined, when: RemoteExpression | undefined, isDistinct: boolean): RemoteAggregate {
  const operand = counted(value, isDistinct)
  const count = { kind: 'aggregate', name: 'count', isDistinct, type: { kind: 'bigint' } } as const
  if (when === undefined) return { ...count, operand }
  if (operand !== undefined && isDistinct) return { ...count, operand: onlyWhen(when, operand) }
  const isThere = operand === undefined ? [] : [{ kind: 'isNotNull', operand, type: boolean } as const]
  return { ...count, operand: onlyWhen({ kind: 'and', operands: [when, ...isThere], type: boolean }, one) }
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

/** A sum of more than 38 digits is null, whatever the order of adding. */
function sumOf(operand: RemoteExpression, isDistinct: boolean): RemoteExpression {
  const { type } = operand
  const sum = { kind: 'aggregate', name: 'sum', operand, isDistinct } as const
  if (isIntegral(type)) return { ...sum, type: { kind: 'bigint' } }
  if (type.kind !== 'decimal') throw new Stays(say`floating point is compared and computed here alone`)
  const wide = { ...type, precision: Math.min(38, type.precision + 10) }
  const exact = { ...sum, type: wide }
  return type.precision + 10 <= 38 ? exact : { kind: 'fitted', operand: exact, type: wide }
}

/** Sources divide to thirty digits before they round: enough for as many rows as there can be, unless the values have many digits themselves. */
function averageType(type: ColumnType): ColumnType {
  if (type.kind !== 'decimal' || type.precision > 23 || type.scale > 10) throw staying('avg')
  return { ...type, precision: type.precision + 4, scale: type.scale + 4 }
}

function extremeType(type: ColumnType, name: string): ColumnType {
  if (isFractional(type) || type.kind === 'binary' || type.kind === 'boolean') throw staying(name)
  return type
}
