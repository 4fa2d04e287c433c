// Functions of rows that sources compute as Spark does; what is missing here means another thing somewhere (upper case, trimming, floating point).
//
//   year(day) = 2024   →   (year(day) = 2024)        if(paid, amount, 0)   →   case when paid then amount else 0.00 end

import { type ColumnType, isColumnType, say } from '@tributary/rules'
import type { Bound } from '../bound.ts'
import { castTo } from '../casts.ts'
import { comparable } from '../operators.ts'
import { isFractional, isIntegral, isNumeric, sameType } from '../spark-types.ts'
import type { CallSyntax, ExpressionSyntax } from '../syntax.ts'
import { boundOf, type Reading } from './reading.ts'
import type { RemoteExpression, RemoteFunction } from './remote-query.ts'
import { Stays } from './stays.ts'

/** The way back to all of the language. */
export interface Reads {
  readonly read: (syntax: ExpressionSyntax, reading: Reading) => RemoteExpression
  /** As a value of the type that another form of it has. */
  readonly asType: (syntax: ExpressionSyntax, wanted: Bound, reading: Reading) => RemoteExpression
}

/** Calls that are other words for what has a form already. */
const forms: Readonly<Record<string, (args: readonly ExpressionSyntax[]) => ExpressionSyntax | undefined>> = {
  if: ([when, yes, no]) => chosen(when, yes, no),
  nvl2: ([value, yes, no]) => chosen(value === undefined ? undefined : { kind: 'isNull', operand: value, negated: true }, yes, no),
  isnull: ([operand]) => (operand === undefined ? undefined : { kind: 'isNull', operand, negated: false }),
  isnotnull: ([operand]) => (operand === undefined ? undefined : { kind: 'isNull', operand, negated: true }),
}

function chosen(when?: ExpressionSyntax, yes?: ExpressionSyntax, no?: ExpressionSyntax): ExpressionSyntax | undefined {
  if (when === undefined || yes === undefined || no === undefined) return undefined
  return { kind: 'case', operand: undefined, whens: [{ when, result: yes }], otherwise: no }
}

/** Each with what has to hold of its arguments. */
const calls: Readonly<Record<string, readonly [RemoteFunction, (args: readonly RemoteExpression[], type: ColumnType) => boolean]>> = {
  year: ['year', areDates],
  quarter: ['quarter', areDates],
  month: ['month', areDates],
  day: ['day', areDates],
  dayofmonth: ['day', areDates],
  datediff: ['days', areDates],
  length: ['length', areTexts],
  len: ['length', areTexts],
  char_length: ['length', areTexts],
  character_length: ['length', areTexts],
  substring: ['substring', isPlainPart],
  substr: ['substring', isPlainPart],
  round: ['round', isDecimalRounding],
  abs: ['abs', ([value]) => value !== undefined && isExact(value.type)],
  coalesce: ['coalesce', areAlike],
  nvl: ['coalesce', areAlike],
  ifnull: ['coalesce', areAlike],
  nullif: ['nullif', areAlike],
}

/** Reads a call of a function of rows. @throws {Stays} where a source might mean something else by it */
export function readCall(syntax: CallSyntax, reading: Reading, reads: Reads): RemoteExpression {
  const { name, args } = syntax
  const isPlain = !syntax.distinct && syntax.filter === undefined && syntax.over === undefined && syntax.ignoreNulls === undefined
  const [called, fits] = (Object.hasOwn(calls, name) ? calls[name] : undefined) ?? []
  const form = Object.hasOwn(forms, name) ? forms[name]?.(args) : undefined
  if (!isPlain || (called === undefined && form === undefined)) throw staying(name)
  const { type } = boundOf(syntax, reading)
  if (!isColumnType(type)) throw staying(name)
  const values = called === undefined ? [] : argumentsOf({ called, args, type }, reading, reads)
  const built: RemoteExpression =
    form === undefined ? { kind: 'call', name: called as RemoteFunction, args: values, type } : reads.read(form, reading)
  if (!sameType(built.type, type) || (fits !== undefined && !fits(values, type))) throw staying(name)
  return built
}

interface Called {
  readonly called: RemoteFunction
  readonly args: readonly ExpressionSyntax[]
  readonly type: ColumnType
}

/** Values of one type, where they have to be alike. */
function argumentsOf({ called, args, type }: Called, reading: Reading, { read, asType }: Reads): readonly RemoteExpression[] {
  if (called === 'coalesce') return args.map((arg) => asType(arg, castTo(boundOf(arg, reading), type), reading))
  if (called !== 'nullif') return args.map((arg) => read(arg, reading))
  const [one, other] = args as readonly [ExpressionSyntax, ExpressionSyntax]
  const sides = comparable('=', boundOf(one, reading), boundOf(other, reading))
  return [asType(one, sides[0], reading), asType(other, sides[1], reading)]
}

/** `extract(YEAR FROM day)` is `year(day)`. @throws {Stays} */
export function readExtract(syntax: Extract<ExpressionSyntax, { kind: 'extract' }>, reading: Reading, reads: Reads): RemoteExpression {
  const name = { YEAR: 'year', QUARTER: 'quarter', MONTH: 'month', DAY: 'day' }[syntax.field]
  if (name === undefined) throw staying('extract')
  const { type } = boundOf(syntax, reading)
  const call = readCall({ kind: 'call', name, args: [syntax.operand], distinct: false }, reading, reads)
  if (!sameType(call.type, type)) throw staying('extract')
  return call
}

function staying(name: string): Stays {
  return new Stays(say`${name} is not asked of a source`)
}

/** Days have no zone; those of a timestamp depend on the session's. */
function areDates(args: readonly RemoteExpression[]): boolean {
  return args.every(({ type }) => type.kind === 'date')
}

function areTexts(args: readonly RemoteExpression[]): boolean {
  return args.every(({ type }) => type.kind === 'string')
}

/** From a place that is there: Spark counts from the end, or from before the beginning, in its own way. */
function isPlainPart([text, from, count]: readonly RemoteExpression[]): boolean {
  return text?.type.kind === 'string' && isWhole(from, 1) && isWhole(count, 0)
}

function isWhole(value: RemoteExpression | undefined, least: number): boolean {
  return value?.kind === 'literal' && value.type.kind === 'int' && Number(value.value.value) >= least
}

/** Digits that the decimal has: fewer of them behind the point, never more. */
function isDecimalRounding([value, digits]: readonly RemoteExpression[], type: ColumnType): boolean {
  return value?.type.kind === 'decimal' && isWhole(digits, 0) && type.kind === 'decimal' && type.scale <= value.type.scale
}

/** What one column could hold; floating point is handed on as it is, and never chosen. */
function areAlike(args: readonly RemoteExpression[], type: ColumnType): boolean {
  return !isFractional(type) && type.kind !== 'binary' && args.every((arg) => sameType(arg.type, type))
}

function isExact(type: ColumnType): boolean {
  return isIntegral(type) || (isNumeric(type) && !isFractional(type))
}
