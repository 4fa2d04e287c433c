// Functions that choose, test for NULL, and tell a value's type.

import { ServiceError, say } from '@tributary/rules'
import { constantOf, type Bound, type Rewritten } from '../bound.ts'
import { comparison } from '../operators.ts'
import { isNested, typeName, type SparkType } from '../spark-types.ts'
import { overUnified, unified } from './arguments.ts'
import { anyCount, type Named, type SparkFunction } from './function.ts'
import { decodedText } from './text.ts'

const stringType = { kind: 'string' } as const

const coalesce = (name: string, arity: readonly [number, number]): SparkFunction =>
  overUnified(name, arity, (args) => `coalesce(${args.join(', ')})`)

function nullIf(args: readonly Bound[]): Rewritten {
  const [value, other] = args as readonly [Bound, Bound]
  const same = comparison('=', value, other)
  return { sql: `CASE WHEN ${same.sql} THEN NULL ELSE ${value.sql} END`, type: value.type }
}

function choose(args: readonly Bound[]): Rewritten {
  const [condition, yes, no] = args as readonly [Bound, Bound, Bound]
  if (condition.type.kind !== 'boolean' && condition.type.kind !== 'null')
    throw new ServiceError(
      'semantic',
      say`cannot resolve '(IF(${condition.name}, ${yes.name}, ${no.name}))' due to data type mismatch: type of predicate expression in If should be boolean, not ${typeName(condition.type)}`,
    )
  const [[one, other], type] = unified('if', [yes, no]) as readonly [readonly [Bound, Bound], SparkType]
  return { sql: `CASE WHEN ${condition.sql} THEN ${one.sql} ELSE ${other.sql} END`, type }
}

function chooseNotNull(args: readonly Bound[]): Rewritten {
  const [tested, yes, no] = args as readonly [Bound, Bound, Bound]
  const [[one, other], type] = unified('nvl2', [yes, no]) as readonly [readonly [Bound, Bound], SparkType]
  return { sql: `CASE WHEN ${tested.sql} IS NOT NULL THEN ${one.sql} ELSE ${other.sql} END`, type }
}

/** `decode(value, key, result, ..., otherwise)`; of two arguments, bytes read as text. */
function decode(args: readonly Bound[]): Rewritten {
  if (args.length === 2) return decodedText(args)
  const [value, ...rest] = args as readonly [Bound, ...Bound[]]
  const pairs = Array.from({ length: rest.length >> 1 }, (_none, index) => [rest[index * 2], rest[index * 2 + 1]] as [Bound, Bound])
  const otherwise = rest.length % 2 === 1 ? rest.at(-1) : undefined
  // Without a value for the rest, NULL as text stands there, and all results are text.
  const last = otherwise ?? constantOf(stringType, '')
  const [results, type] = unified('decode', [...pairs.map(([, result]) => result), last])
  const whens = pairs.map(([key], index) => `WHEN ${comparison('=', value, key).sql} THEN ${results[index]?.sql}`)
  return { sql: `CASE ${whens.join(' ')}${otherwise === undefined ? '' : ` ELSE ${results.at(-1)?.sql}`} END`, type }
}

/** The largest or smallest value; NaN is larger than any number in both engines, NULLs are left out. */
function extreme(name: 'greatest' | 'least'): SparkFunction {
  const made = overUnified(name, [2, anyCount], (args, type) => {
    if (isNested(type) || type.kind === 'binary') throw new ServiceError('unsupported', say`${name} of ${typeName(type)} is not offered`)
    return `${name}(${args.join(', ')})`
  })
  const rewrite = (args: readonly Bound[]): Rewritten => {
    const types = args.map(({ type }) => type).filter(({ kind }) => kind !== 'null')
    // Unlike coalesce, Spark reads nothing as text here.
    if (types.some(({ kind }) => kind === 'string') && types.some(({ kind }) => kind !== 'string'))
      throw new ServiceError(
        'semantic',
        say`cannot resolve '${name}' due to data type mismatch: The expressions should all have the same type, got ${name.toUpperCase()}(${types.map(typeName).join(', ')})`,
      )
    return made.rewrite(args)
  }
  return { ...made, rewrite }
}

function nullTest(words: 'IS NULL' | 'IS NOT NULL'): SparkFunction {
  return {
    arity: [1, 1],
    rewrite: ([value]) => ({ sql: `(${(value as Bound).sql} ${words})`, type: { kind: 'boolean' } }),
    title: ([value]) => `(${value?.name} ${words})`,
  }
}

/** Functions that choose, by name. */
export const conditionFunctions: Named<SparkFunction> = {
  coalesce: coalesce('coalesce', [1, anyCount]),
  decode: { arity: [2, anyCount], rewrite: decode },
  greatest: extreme('greatest'),
  if: { arity: [3, 3], rewrite: choose, title: ([condition, yes, no]) => `(IF(${condition?.name}, ${yes?.name}, ${no?.name}))` },
  ifnull: coalesce('ifnull', [2, 2]),
  isnotnull: nullTest('IS NOT NULL'),
  isnull: nullTest('IS NULL'),
  least: extreme('least'),
  nullif: { arity: [2, 2], rewrite: nullIf },
  nvl: coalesce('nvl', [2, 2]),
  nvl2: { arity: [3, 3], rewrite: chooseNotNull },
  typeof: { arity: [1, 1], rewrite: ([value]) => ({ sql: constantOf(stringType, typeName((value as Bound).type)).sql, type: stringType }) },
}
