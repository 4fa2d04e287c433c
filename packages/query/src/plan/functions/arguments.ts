// Arguments of functions: what each has to be, how Spark converts it quietly, and how a text that needs a value twice names it.

import { ServiceError, type ColumnType, say, type Text } from '@tributary/rules'
import type { Bound, Rewritten } from '../bound.ts'
import { asNumber, castTo } from '../casts.ts'
import { commonType, isIntegral, isNested, isNumeric, typeName, type SparkType } from '../spark-types.ts'
import type { SparkFunction } from './function.ts'

/** What an argument has to be: a type that others convert to quietly, `number` for any of numbers, `any` for all. */
export type Parameter = Exclude<ColumnType['kind'], 'decimal'> | 'number' | 'any'

/** Kinds that convert quietly to each, besides NULL. A number may lose digits on the way, as in Spark. */
const accepted: Readonly<Record<Exclude<Parameter, 'any' | 'number' | 'string'>, readonly SparkType['kind'][]>> = {
  boolean: ['boolean'],
  tinyint: ['string'],
  smallint: ['string'],
  int: ['string'],
  bigint: ['string'],
  float: ['string'],
  double: ['string'],
  binary: ['binary', 'string'],
  date: ['date', 'timestamp', 'string'],
  timestamp: ['timestamp', 'date', 'string'],
}

/**
 * An argument as the function wants it.
 * @throws {ServiceError} `semantic` for a type that Spark does not convert
 */
export function argument(value: Bound, parameter: Parameter): Bound {
  if (parameter === 'any') return value
  const { kind } = value.type
  if (parameter === 'number') return kind === 'null' ? castTo(value, { kind: 'double' }) : asNumber(value)
  const isFit =
    kind === 'null' ||
    (parameter === 'string' ? !isNested(value.type) : accepted[parameter].includes(kind)) ||
    (isNumeric(value.type) && isNumeric({ kind: parameter }))
  if (!isFit) throw wrongType(value, parameter)
  return castTo(value, { kind: parameter })
}

/** The error of an argument whose type does not convert. */
export function wrongType(value: Bound, wanted: string): ServiceError {
  return new ServiceError('semantic', say`an argument of type ${wanted} is required, and ${value.name} is of ${typeName(value.type)} type`)
}

/** The error of a function that Spark has for intervals too. */
export function intervalsNotOffered(name: string): ServiceError {
  return new ServiceError('unsupported', say`${name} of intervals is not offered`)
}

/**
 * For functions that answer bytes for bytes in Spark, which are not offered here: reading them as text would count letters.
 * @throws {ServiceError} `unsupported` where one of the arguments is binary
 */
export function refuseBytes(name: string, args: readonly Bound[]): void {
  if (args.some((arg) => arg.type.kind === 'binary'))
    throw new ServiceError('unsupported', say`${name} over binary is not offered; cast it to string where it holds text`)
}

/** A function of text that refuses bytes. */
export function ofText(name: string, made: SparkFunction): SparkFunction {
  return {
    ...made,
    rewrite: (args) => {
      refuseBytes(name, args)
      return made.rewrite(args)
    },
  }
}

/** What a table row needs to know of a function. */
export interface Typed {
  /** The last is repeated where the function takes any number. */
  readonly takes: readonly Parameter[]
  readonly gives: Parameter | SparkType
  /** Arguments that must be there; all, when absent. */
  readonly least?: number
  /** Most arguments; as many as `takes`, when absent. */
  readonly most?: number
  readonly title?: SparkFunction['title']
}

/** A function whose arguments convert one by one and whose result has one type. */
export function typed(about: Typed, write: (...args: readonly string[]) => string): SparkFunction {
  const { takes, gives, least = takes.length, most = takes.length } = about
  const type = typeof gives === 'string' ? ({ kind: gives } as ColumnType) : gives
  return {
    arity: [least, most],
    rewrite: (args) => ({
      sql: write(...args.map((arg, index) => argument(arg, takes[Math.min(index, takes.length - 1)] as Parameter).sql)),
      type,
    }),
    ...(about.title === undefined ? {} : { title: about.title }),
  }
}

/** Text of an argument; numbers and dates are printed as Spark prints them. */
export function textOf(value: Bound): string {
  return argument(value, 'string').sql
}

/** Names in a title stand as they are; absent arguments are shown with what they default to. */
export function titled(name: string, ...defaults: readonly (string | undefined)[]): (args: readonly Bound[]) => string {
  return (args) => {
    const names = Array.from({ length: Math.max(args.length, defaults.length) }, (_none, index) => args[index]?.name ?? defaults[index])
    return `${name}(${names.filter((part) => part !== undefined).join(', ')})`
  }
}

/** Longest text that is repeated rather than named. */
const shortText = 60

/**
 * Writes a text that needs a value several times. A long value is worked out once, under a name.
 * @param name - of the variable; those of nested uses have to differ
 */
export function once(sql: string, name: string, write: (value: string) => string): string {
  return sql.length <= shortText ? write(sql) : `list_transform([${sql}], lambda ${name}: ${write(name)})[1]`
}

/** NULL where any of the values is NULL: for texts whose DuckDB functions would answer something else. */
export function nullWhereNull(values: readonly string[], sql: string, type: string): string {
  return `CASE WHEN ${values.map((value) => `${value} IS NULL`).join(' OR ')} THEN CAST(NULL AS ${type}) ELSE ${sql} END`
}

/**
 * One type for all arguments.
 * @throws {ServiceError} `unsupported` where they have none
 */
export function unified(name: string, args: readonly Bound[]): readonly [readonly Bound[], SparkType] {
  const type = args
    .map((arg) => arg.type)
    .reduce<SparkType | undefined>((one, other) => (one === undefined ? undefined : commonType(one, other)), { kind: 'null' })
  if (type === undefined)
    throw new ServiceError(
      'unsupported',
      say`${name} over ${args.map((arg) => typeName(arg.type)).join(', ')} is not offered; cast the arguments to one type`,
    )
  return [type.kind === 'null' ? args : args.map((arg) => castTo(arg, type)), type]
}

/** A function over arguments of one type, which is its own. */
export function overUnified(
  name: string,
  arity: readonly [number, number],
  write: (args: readonly string[], type: SparkType) => string,
): SparkFunction {
  return {
    arity,
    rewrite: (args): Rewritten => {
      const [same, type] = unified(name, args)
      return {
        sql: write(
          same.map((arg) => arg.sql),
          type,
        ),
        type,
      }
    },
  }
}

/** @throws {ServiceError} `unsupported` unless the argument is a whole number written out */
export function wholeConstant(value: Bound, what: Text): number {
  const number = value.constant !== undefined && isIntegral(value.type) ? Number(value.constant) : Number.NaN
  if (!Number.isSafeInteger(number))
    throw new ServiceError('unsupported', say`${what} has to be a whole number written out; ${value.name} is not`)
  return number
}

/** @throws {ServiceError} `unsupported` unless the argument is a text written out */
export function textConstant(value: Bound, what: Text): string {
  if (value.constant === undefined || value.type.kind !== 'string')
    throw new ServiceError('unsupported', say`${what} has to be a string written out; ${value.name} is not`)
  if (value.constant.includes('\0')) throw new ServiceError('unsupported', say`${what} with a NUL character is not offered`)
  return value.constant
}

/** @returns whether a truth is written out, and which; `undefined` where it is not */
export function truthConstant(value: Bound, what: Text): boolean {
  if (value.constant === undefined || value.type.kind !== 'boolean')
    throw new ServiceError('unsupported', say`${what} has to be true or false, written out; ${value.name} is not`)
  return value.constant === 'true'
}
