// An expression as written to one that a source may be asked: only what means the same everywhere has a form there, all else stays.
//
//   c.region = 'north' AND o.amount * 2 > 10   →   and(region = 'north', (amount * 2) > 10.00)

import { type ColumnType, isColumnType, say } from '@tributary/rules'
import type { Bound } from '../bound.ts'
import { castTo } from '../casts.ts'
import { comparable, comparableList } from '../operators.ts'
import type { Literal } from '../literal.ts'
import { aggregates } from '../functions/offered.ts'
import { scopeOf } from '../resolving.ts'
import { columnOf, type Field, findColumn } from '../scope.ts'
import { isUtc } from '../session-zone.ts'
import {
  commonType,
  decimalOf,
  decimalOfText,
  isFractional,
  isIntegral,
  isNumeric,
  sameType,
  typeName,
  type SparkType,
} from '../spark-types.ts'
import type { ExpressionSyntax } from '../syntax.ts'
import { hasQuery } from './map-syntax.ts'
import { readAggregate } from './read-aggregate.ts'
import { readCall, readExtract } from './read-call.ts'
import { boundOf, type Reading } from './reading.ts'
import { operandsOf, type RemoteComparison, type RemoteExpression, type RemoteInside } from './remote-query.ts'
import { Stays } from './stays.ts'

type Of<Kind extends ExpressionSyntax['kind']> = Extract<ExpressionSyntax, { kind: Kind }>

const boolean = { kind: 'boolean' } as const

const reads = {
  read: (syntax: ExpressionSyntax, reading: Reading) => readExpression(syntax, reading),
  asType: (syntax: ExpressionSyntax, wanted: Bound, reading: Reading) => asType(syntax, wanted, reading),
}

/** Reads an expression. @throws {Stays} where a source might mean something else by it */
export function readExpression(syntax: ExpressionSyntax, reading: Reading): RemoteExpression {
  switch (syntax.kind) {
    case 'column':
      return readColumn(syntax.parts, reading)
    case 'literal':
      return literalOf(boundOf(syntax, reading))
    case 'negative':
      return readNegative(syntax, syntax.operand, reading)
    case 'binary':
      return readBinary(syntax, reading)
    case 'not':
      return { kind: 'not', operand: readExpression(syntax.operand, reading), type: boolean }
    case 'isNull':
      return { kind: syntax.negated ? 'isNotNull' : 'isNull', operand: readExpression(syntax.operand, reading), type: boolean }
    case 'between': {
      const within: readonly RemoteExpression[] = [
        readComparison('>=', [syntax.operand, syntax.low], reading),
        readComparison('<=', [syntax.operand, syntax.high], reading),
      ]
      return negatedIf(syntax.negated, { kind: 'and', operands: within, type: boolean })
    }
    case 'inList':
      return readList(syntax, reading)
    case 'like':
      return readLike(syntax, reading)
    case 'case':
      return readCase(syntax, reading)
    case 'cast':
      return asType(syntax.operand, boundOf(syntax, reading), reading)
    case 'isBoolean':
      return readIsBoolean(syntax, reading)
    case 'call':
      return Object.hasOwn(aggregates, syntax.name) ? readAggregate(syntax, reading, readExpression) : readCall(syntax, reading, reads)
    case 'extract':
      return readExtract(syntax, reading, reads)
    case 'exists':
    case 'inQuery':
    case 'scalarQuery':
      return readInside(syntax, reading)
    default:
      throw new Stays(say`${wordOf(syntax)} is not asked of a source`)
  }
}

function wordOf({ kind }: ExpressionSyntax): string {
  return { tryCast: 'TRY_CAST', exists: 'EXISTS', inQuery: 'IN (SELECT …)', scalarQuery: '(SELECT …)' }[kind as string] ?? kind
}

/** Splits a condition at its ANDs. */
export function conjuncts(syntax: ExpressionSyntax | undefined): readonly ExpressionSyntax[] {
  const parts: ExpressionSyntax[] = []
  const rest = syntax === undefined ? [] : [syntax]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (next.kind === 'binary' && next.op === 'AND') rest.push(next.right, next.left)
    else parts.push(next)
  }
  return parts
}

function readColumn(parts: readonly string[], { at, columns, around }: Reading): RemoteExpression {
  const found = findColumn({ ...at.scope, outer: around === undefined ? undefined : at.scope.outer }, parts)
  if (found !== undefined && found.scope === at.scope.outer && around !== undefined) return around(found.field)
  const expression = found === undefined ? undefined : columns.get(found.field.sql)
  if (expression === undefined) throw new Stays(say`${parts.join('.')} is not a column of its source`)
  return expression
}

/** Conditions that all hold, none of which has a subquery. @throws {Stays} */
export function readConditions(where: ExpressionSyntax | undefined, reading: Reading): readonly RemoteExpression[] {
  return conjuncts(where).map((condition) => {
    if (hasQuery(condition)) throw new Stays(say`${'(SELECT …)'} is not asked of a source`)
    return readExpression(condition, reading)
  })
}

/** A constant of one of the types that every source writes alike. @throws {Stays} */
export function literalOf({ type, constant, name }: Bound): RemoteExpression & { readonly kind: 'literal' } {
  if (constant === undefined || !isColumnType(type) || isFractional(type) || type.kind === 'binary')
    throw new Stays(say`the constant ${name} is not asked of a source`)
  return { kind: 'literal', value: { type, value: valueOf(type, constant) }, type }
}

function valueOf(type: ColumnType, text: string): Literal['value'] {
  if (type.kind === 'bigint') return BigInt(text)
  if (isIntegral(type)) return Number(text)
  if (type.kind === 'boolean') return text === 'true'
  if (type.kind === 'string' && (text.includes('\0') || !text.isWellFormed())) throw new Stays(say`a text that no source holds`)
  return text
}

/** An operand in the type that Spark brings it to, where nothing can be lost on the way. @throws {Stays} */
export function asType(syntax: ExpressionSyntax, wanted: Bound, reading: Reading): RemoteExpression {
  return wanted.constant === undefined ? widened(readExpression(syntax, reading), wanted.type) : literalOf(wanted)
}

function widened(operand: RemoteExpression, to: SparkType): RemoteExpression {
  if (sameType(operand.type, to)) return operand
  if (!isColumnType(to) || !holds(operand.type, to))
    throw new Stays(say`${typeName(operand.type)} is converted to ${typeName(to)} here alone`)
  return { kind: 'widen', operand, type: to }
}

/** Whether each value of a type is one of another. */
function holds(from: ColumnType, to: ColumnType): boolean {
  // Midnight is another moment in another zone than UTC.
  if (from.kind === 'date') return to.kind === 'timestamp' && isUtc()
  if (!isExact(from) || !isExact(to)) return false
  const [one, other] = [decimalOf(from), decimalOf(to)]
  if (isIntegral(from) && isIntegral(to)) return one.precision <= other.precision
  return to.kind === 'decimal' && other.scale >= one.scale && other.precision - other.scale >= one.precision - one.scale
}

function isExact(type: SparkType): boolean {
  return isNumeric(type) && !isFractional(type)
}

function readNegative(syntax: ExpressionSyntax, operand: ExpressionSyntax, reading: Reading): RemoteExpression {
  const bound = boundOf(syntax, reading)
  if (bound.constant !== undefined) return literalOf(bound)
  const right = readExpression(operand, reading)
  const { type } = right
  if (!isExact(type)) throw new Stays(floating())
  return { kind: 'arithmetic', op: '-', left: { kind: 'literal', value: { type, value: valueOf(type, '0') }, type }, right, type }
}

function floating(): Stays['why'] {
  return say`floating point is compared and computed here alone`
}

function readBinary(syntax: Of<'binary'>, reading: Reading): RemoteExpression {
  const { op, left, right } = syntax
  switch (op) {
    case 'AND':
    case 'OR':
      return { kind: op === 'AND' ? 'and' : 'or', operands: chain(op, syntax).map((part) => readExpression(part, reading)), type: boolean }
    case '+':
    case '-':
    case '*':
      return readArithmetic(op, syntax, reading)
    case '=':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '<=>':
      return readComparison(op, [left, right], reading)
    default:
      throw new Stays(say`${op} is not asked of a source`)
  }
}

function chain(op: 'AND' | 'OR', syntax: ExpressionSyntax): readonly ExpressionSyntax[] {
  const parts: ExpressionSyntax[] = []
  let next = syntax
  for (; next.kind === 'binary' && next.op === op; next = next.left) parts.unshift(next.right)
  return [next, ...parts]
}

function readComparison(
  op: RemoteComparison,
  [left, right]: readonly [ExpressionSyntax, ExpressionSyntax],
  reading: Reading,
): RemoteExpression {
  const [one, other] = comparable(op, boundOf(left, reading), boundOf(right, reading))
  for (const { type } of [one, other]) if (isColumnType(type)) checkComparable(type)
  const sides = [asType(left, one, reading), asType(right, other, reading)] as const
  return { kind: 'comparison', op, left: sides[0], right: sides[1], type: boolean }
}

/** That two columns are equal, as USING has it. @throws {Stays} */
export function readEquality([left, right]: readonly [Field, Field], { columns }: Pick<Reading, 'columns'>): RemoteExpression {
  const [one, other] = comparable('=', columnOf(left, scopeOf([])), columnOf(right, scopeOf([])))
  const [here, there] = [columns.get(left.sql), columns.get(right.sql)]
  if (here === undefined || there === undefined) throw new Stays(say`${left.name} is not a column of its source`)
  for (const { type } of [here, there]) checkComparable(type)
  return { kind: 'comparison', op: '=', left: widened(here, one.type), right: widened(there, other.type), type: boolean }
}

/** Equal and smaller are the same everywhere, but for floating point (-0, digits of constants) and bytes. @throws {Stays} */
export function checkComparable(type: ColumnType): void {
  if (isFractional(type)) throw new Stays(floating())
  if (type.kind === 'binary') throw new Stays(say`${typeName(type)} is compared here alone`)
}

/** Whole numbers and decimals, where the result has every digit that it needs. */
function readArithmetic(op: '+' | '-' | '*', { left, right, ...syntax }: Of<'binary'>, reading: Reading): RemoteExpression {
  const [one, other] = [boundOf(left, reading), boundOf(right, reading)]
  const { type } = boundOf({ ...syntax, left, right }, reading)
  if (!isColumnType(type) || ![type, one.type, other.type].every(isExact))
    throw new Stays(isFractional(type) ? floating() : say`${op} is not asked of a source`)
  const [digits, others] = [digitsOf(one), digitsOf(other)]
  const isLong = type.kind === 'decimal' && op === '*' && digits.precision + others.precision + 1 > 38
  const result = { kind: 'arithmetic', op, left: readOperand(left, one, reading), right: readOperand(right, other, reading), type } as const
  if (!isLong) return result
  // What may have no place is written twice: never within another such thing.
  if (type.scale < digits.scale + others.scale || mayNotFit(result))
    throw new Stays(say`a product of more than 38 digits is computed here alone`)
  return { kind: 'fitted', operand: result, type }
}

function mayNotFit(expression: RemoteExpression): boolean {
  return expression.kind === 'fitted' || operandsOf(expression).some(mayNotFit)
}

function digitsOf({ type, constant }: Bound) {
  return constant !== undefined && isIntegral(type) ? decimalOfText(constant) : decimalOf(type)
}

function readOperand(syntax: ExpressionSyntax, bound: Bound, reading: Reading): RemoteExpression {
  return bound.constant === undefined ? readExpression(syntax, reading) : literalOf(bound)
}

function readList(syntax: Of<'inList'>, reading: Reading): RemoteExpression {
  if (syntax.operand.kind === 'row') throw new Stays(say`${'(…) IN'} is not asked of a source`)
  const [one, items] = comparableList(
    boundOf(syntax.operand, reading),
    syntax.items.map((item) => boundOf(item, reading)),
  )
  const operand = asType(syntax.operand, one, reading)
  checkComparable(operand.type)
  return negatedIf(syntax.negated, { kind: 'in', operand, values: items.map((item) => literalOf(item).value), type: boolean })
}

function negatedIf(isNegated: boolean, operand: RemoteExpression): RemoteExpression {
  return isNegated ? { kind: 'not', operand, type: boolean } : operand
}

function readLike({ operand, pattern, escape = '\\' }: Of<'like'>, reading: Reading): RemoteExpression {
  const value = readExpression(operand, reading)
  const { value: wanted } = literalOf(boundOf(pattern, reading))
  if (value.type.kind !== 'string' || typeof wanted.value !== 'string') throw new Stays(say`${'LIKE'} is not asked of a source`)
  return { kind: 'like', operand: value, pattern: wanted.value, escape, type: boolean }
}

function readIsBoolean({ operand, value, negated }: Of<'isBoolean'>, reading: Reading): RemoteExpression {
  const left = readExpression(operand, reading)
  if (left.type.kind !== 'boolean') throw new Stays(say`${'IS'} is not asked of a source`)
  const right = { kind: 'literal', value: { type: boolean, value }, type: boolean } as const
  return negatedIf(negated, { kind: 'comparison', op: '<=>', left, right, type: boolean })
}

/** A subquery, where what stands around it lets the source look into it. */
function readInside(syntax: Of<'exists' | 'scalarQuery'> | Of<'inQuery'>, reading: Reading): RemoteExpression {
  const { open } = reading
  if (open === undefined) throw notAsked(syntax)
  if (syntax.kind === 'exists') return { kind: 'exists', inside: open(syntax.query, 'exists').inside, type: boolean }
  const { inside, output } = open(syntax.query, syntax.kind === 'scalarQuery' ? 'scalar' : 'in')
  if (output === undefined) throw notAsked(syntax)
  if (syntax.kind !== 'inQuery') return { kind: 'scalarQuery', inside, output, type: output.type }
  return readIn(syntax, { inside, output }, reading)
}

function notAsked(syntax: ExpressionSyntax): Stays {
  return new Stays(say`${wordOf(syntax)} is not asked of a source`)
}

function readIn(
  syntax: Of<'inQuery'>,
  { inside, output }: { readonly inside: RemoteInside; readonly output: RemoteExpression },
  reading: Reading,
): RemoteExpression {
  if (syntax.operand.kind === 'row') throw notAsked(syntax)
  const value = boundOf(syntax.operand, reading)
  const [one, other] = comparable('IN', value, { ...value, sql: 'q.c0', type: output.type, constant: undefined, columnName: undefined })
  const operand = asType(syntax.operand, one, reading)
  checkComparable(operand.type)
  return negatedIf(syntax.negated, { kind: 'inQuery', operand, inside, output: widened(output, other.type), type: boolean })
}

function readCase({ operand, whens, otherwise }: Of<'case'>, reading: Reading): RemoteExpression {
  const results = [...whens.map(({ result }) => result), ...(otherwise === undefined ? [] : [otherwise])]
  const bounds = results.map((result) => boundOf(result, reading))
  const type = bounds
    .map((bound) => bound.type)
    .reduce<SparkType | undefined>((one, other) => (one === undefined ? undefined : commonType(one, other)), { kind: 'null' })
  if (type === undefined || !isColumnType(type)) throw new Stays(say`${'CASE'} is not asked of a source`)
  if (isFractional(type)) throw new Stays(floating())
  const values = results.map((result, index) => asType(result, castTo(bounds[index] as Bound, type), reading))
  const branches = whens.map(({ when }, index) => ({
    when: operand === undefined ? readExpression(when, reading) : readComparison('=', [operand, when], reading),
    result: values[index] as RemoteExpression,
  }))
  return { kind: 'case', branches, otherwise: otherwise === undefined ? undefined : values.at(-1), type }
}
