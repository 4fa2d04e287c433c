// Expression syntax to DuckDB text with a Spark type: names are resolved, types are brought together, nothing unknown passes.
//
//   amount > 100   (amount decimal(12,2))   →   (r0.c2 > CAST('100' AS DECIMAL(12,2)))

import { ServiceError, type ColumnType, say, type TextValue } from '@tributary/rules'
import { compose, constantOf, type Bound } from './bound.ts'
import { castTo, plainDate, plainTimestamp } from './casts.ts'
import { aggregates, countedRow, functions } from './functions.ts'
import { arithmetic, comparable, comparableList, comparison } from './operators.ts'
import { columnOf, findColumn, unknownColumn, type Scope } from './scope.ts'
import { commonType, decimalOfText, isIntegral, quoteString, typeName, type SparkType } from './spark-types.ts'
import type { CaseBranch, ExpressionSyntax, QuerySyntax } from './syntax.ts'

/** A subquery of an expression, resolved. */
export interface ResolvedSubquery {
  readonly sql: string
  readonly columns: readonly { readonly name: string; readonly type: SparkType }[]
  /** What of the select around it the subquery depends on. */
  readonly loose: Bound['loose']
}

/** Where an expression stands. */
export interface Surroundings {
  readonly scope: Scope
  /** For messages: `WHERE`, `GROUP BY` .. */
  readonly clause: TextValue
  readonly aggregates: 'allowed' | 'forbidden'
  /** Aliases of the select list that the clause may name; `first` when they hide columns. */
  readonly aliases: { readonly find: (name: string) => Bound | undefined; readonly areFirst: boolean } | undefined
  /** Absent where subqueries are not offered. */
  readonly subquery: ((query: QuerySyntax, use: 'exists' | 'in' | 'scalar', around: Scope) => ResolvedSubquery) | undefined
}

type Resolve = (syntax: ExpressionSyntax) => Bound

/**
 * Resolves an expression.
 * @throws {ServiceError} `semantic` for names and types that do not fit, `unsupported` for what is not offered
 */
export function resolveExpression(syntax: ExpressionSyntax, at: Surroundings): Bound {
  const bound = resolveAny(syntax, at)
  return at.scope.groups.has(bound.sql) ? { ...bound, loose: [] } : bound
}

/** Resolves an expression that has to be true or false. */
export function resolveCondition(syntax: ExpressionSyntax, at: Surroundings): Bound {
  const bound = resolveExpression(syntax, at)
  if (bound.type.kind !== 'boolean')
    throw new ServiceError('semantic', say`${at.clause} expression '${bound.name}' of type ${typeName(bound.type)} is not a boolean.`)
  return bound
}

function resolveAny(syntax: ExpressionSyntax, at: Surroundings): Bound {
  const resolve: Resolve = (part) => resolveExpression(part, at)
  switch (syntax.kind) {
    case 'literal':
      return literal(syntax.type, syntax.text)
    case 'column':
      return column(syntax.parts, at)
    case 'star':
      throw new ServiceError('semantic', say`* stands where a single value is expected (${at.clause})`)
    case 'binary':
      return binary(syntax, resolve)
    case 'negative':
      return negative(syntax.operand, resolve)
    case 'not':
      return not(boolean('NOT', resolve(syntax.operand)))
    case 'isNull':
      return isNull(resolve(syntax.operand), syntax.negated)
    case 'isBoolean':
      return isBoolean(resolve(syntax.operand), syntax.value, syntax.negated)
    case 'between':
      return between(syntax, resolve)
    case 'inList':
      return inList(syntax, resolve)
    case 'inQuery':
      return inQuery(syntax, resolve, at)
    case 'like':
      return like(resolve(syntax.operand), resolve(syntax.pattern))
    case 'case':
      return choice(syntax.operand, syntax.whens, syntax.otherwise, resolve)
    case 'cast':
      return cast(resolve(syntax.operand), syntax.type)
    case 'call':
      return call(syntax, resolve, at)
    case 'exists':
    case 'scalarQuery':
      return subquery(syntax.kind, syntax.query, at)
  }
}

function literal(type: Extract<ExpressionSyntax, { kind: 'literal' }>['type'], text: string): Bound {
  switch (type) {
    case 'null':
      return constantOf({ kind: 'null' }, 'NULL')
    case 'boolean':
      return constantOf({ kind: 'boolean' }, text)
    case 'string':
      return constantOf({ kind: 'string' }, text)
    case 'number':
      return numberLiteral(text)
    default:
      return timeLiteral(type, text)
  }
}

function timeLiteral(type: 'date' | 'timestamp', text: string): Bound {
  const plain = type === 'date' ? plainDate(text) : plainTimestamp(text)
  if (plain === undefined)
    throw new ServiceError(
      'unsupported',
      say`${type.toUpperCase()} constants are written as ${type === 'date' ? 'yyyy-MM-dd' : 'yyyy-MM-dd HH:mm:ss'}; '${text}' is not`,
    )
  return constantOf({ kind: type }, plain, `${type.toUpperCase()} '${plain.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}'`)
}

const suffixes: Readonly<Record<string, ColumnType['kind']>> = {
  y: 'tinyint',
  s: 'smallint',
  l: 'bigint',
  f: 'float',
  d: 'double',
  bd: 'decimal',
}

/** `1` is an int, `1L` a bigint, `1.5` a decimal(2,1), `1e3` a double. */
function numberLiteral(text: string): Bound {
  const parts = /^(-?[0-9.]+(?:[eE][+-]?[0-9]+)?)([A-Za-z]*)$/.exec(text)
  const digits = parts?.[1] ?? text
  const suffix = suffixes[parts?.[2]?.toLowerCase() ?? '']
  const hasExponent = /e/i.test(digits)
  if (suffix === 'double' || suffix === 'float' || (hasExponent && suffix === undefined))
    return fractionalLiteral(digits, suffix === 'float' ? 'float' : 'double')
  if (hasExponent) throw new ServiceError('unsupported', say`the number ${text} is not offered; write it without an exponent`)
  if (suffix !== undefined && suffix !== 'decimal') return integralLiteral(digits, suffix)
  if (suffix === undefined && !digits.includes('.')) {
    const value = BigInt(digits)
    if (value < 2n ** 31n && value >= -(2n ** 31n)) return constantOf({ kind: 'int' }, String(value))
    if (value < 2n ** 63n && value >= -(2n ** 63n)) return constantOf({ kind: 'bigint' }, String(value))
  }
  return decimalLiteral(digits)
}

function integralLiteral(digits: string, kind: ColumnType['kind']): Bound {
  const type = { kind } as ColumnType & { kind: 'int' }
  const bits = { tinyint: 7n, smallint: 15n, int: 31n, bigint: 63n }[kind as 'int']
  if (!/^-?\d+$/.test(digits) || BigInt(digits) >= 2n ** bits || BigInt(digits) < -(2n ** bits))
    throw new ServiceError('syntax', say`the number ${digits} is not a ${kind}`)
  return constantOf(type, String(BigInt(digits)))
}

function fractionalLiteral(digits: string, kind: 'float' | 'double'): Bound {
  const value = Number(digits)
  if (!Number.isFinite(value) || kind === 'float') throw new ServiceError('unsupported', say`the ${kind} constant ${digits} is not offered`)
  return constantOf({ kind }, digits, javaText(value))
}

/** A double as Java prints it: `1.0E10`, `0.001`, `2.0`. */
function javaText(value: number): string {
  const size = Math.abs(value)
  if (value === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`
}

function decimalLiteral(digits: string): Bound {
  const [whole = '', fraction] = digits.replace(/^-/, '').split('.')
  const sign = digits.startsWith('-') ? '-' : ''
  const plain = `${sign}${whole.replace(/^0+(?=\d)/, '') || '0'}${fraction === undefined || fraction === '' ? '' : `.${fraction}`}`
  const type = decimalOfText(plain)
  if (type.precision > 38) throw new ServiceError('syntax', say`the number ${digits} has more than 38 digits`)
  return constantOf(type, plain)
}

function column(parts: readonly string[], at: Surroundings): Bound {
  const alias = parts.length === 1 ? at.aliases?.find(parts[0] as string) : undefined
  if (alias !== undefined && at.aliases?.areFirst === true) return alias
  const found = findColumn(at.scope, parts)
  if (found !== undefined) return columnOf(found.field, found.scope, parts.at(-1))
  if (alias !== undefined) return alias
  throw unknownColumn(at.scope, parts)
}

function binary(syntax: Extract<ExpressionSyntax, { kind: 'binary' }>, resolve: Resolve): Bound {
  const { op } = syntax
  if (op === 'AND' || op === 'OR') return logical(op, syntax, resolve)
  const left = resolve(syntax.left)
  const right = resolve(syntax.right)
  if (op === '||') {
    const sql = `(${castTo(left, { kind: 'string' }).sql} || ${castTo(right, { kind: 'string' }).sql})`
    return compose({ sql, type: { kind: 'string' } }, `concat(${left.name}, ${right.name})`, [left, right])
  }
  if (op === '+' || op === '-' || op === '*' || op === '/' || op === '%') return arithmetic(op, left, right)
  return comparison(op, left, right)
}

/** A chain of one operator becomes one flat list: DuckDB limits nesting, not length. */
function logical(op: 'AND' | 'OR', syntax: ExpressionSyntax, resolve: Resolve): Bound {
  const operands: Bound[] = []
  const pending: ExpressionSyntax[] = [syntax]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'binary' && next.op === op) pending.push(next.right, next.left)
    else operands.push(boolean(op, resolve(next)))
  }
  const name = operands.map((operand) => operand.name).reduce((left, right) => `(${left} ${op} ${right})`)
  return compose({ sql: `(${operands.map((operand) => operand.sql).join(` ${op} `)})`, type: { kind: 'boolean' } }, name, operands, true)
}

function boolean(op: string, value: Bound): Bound {
  if (value.type.kind === 'boolean') return value
  if (value.type.kind === 'null') return castTo(value, { kind: 'boolean' })
  throw new ServiceError(
    'semantic',
    say`cannot resolve '${op}' over ${value.name} due to data type mismatch: a boolean is required, and it is of ${typeName(value.type)} type`,
  )
}

function not(value: Bound): Bound {
  return compose({ sql: `(NOT ${value.sql})`, type: { kind: 'boolean' } }, `(NOT ${value.name})`, [value], true)
}

function negative(operand: ExpressionSyntax, resolve: Resolve): Bound {
  if (operand.kind === 'literal' && operand.type === 'number' && !operand.text.startsWith('-')) return numberLiteral(`-${operand.text}`)
  const value = resolve(operand)
  const zero = isIntegral(value.type) ? constantOf(value.type, '0') : undefined
  if (zero !== undefined) return { ...arithmetic('-', zero, value), name: `(- ${value.name})` }
  if (value.type.kind !== 'double' && value.type.kind !== 'float' && value.type.kind !== 'decimal')
    throw new ServiceError('unsupported', say`- before ${typeName(value.type)} (${value.name}) is not offered`)
  return compose({ sql: `(- ${value.sql})`, type: value.type }, `(- ${value.name})`, [value])
}

function isNull(value: Bound, negated: boolean): Bound {
  const words = negated ? 'IS NOT NULL' : 'IS NULL'
  return compose({ sql: `(${value.sql} ${words})`, type: { kind: 'boolean' } }, `(${value.name} ${words})`, [value])
}

function isBoolean(value: Bound, wanted: boolean, negated: boolean): Bound {
  const tested = boolean('IS', value)
  const same = compose(
    { sql: `(${tested.sql} IS NOT DISTINCT FROM ${wanted})`, type: { kind: 'boolean' } },
    `(${value.name} <=> ${wanted})`,
    [value],
  )
  return negated ? not(same) : same
}

function between(syntax: Extract<ExpressionSyntax, { kind: 'between' }>, resolve: Resolve): Bound {
  const value = resolve(syntax.operand)
  const low = comparison('>=', value, resolve(syntax.low))
  const high = comparison('<=', value, resolve(syntax.high))
  const both = compose(
    { sql: `(${low.sql} AND ${high.sql})`, type: { kind: 'boolean' } },
    `(${low.name} AND ${high.name})`,
    [low, high],
    true,
  )
  return syntax.negated ? not(both) : both
}

function inList(syntax: Extract<ExpressionSyntax, { kind: 'inList' }>, resolve: Resolve): Bound {
  const value = resolve(syntax.operand)
  const items = syntax.items.map(resolve)
  const [one, others] = comparableList(value, items)
  const name = `(${value.name} IN (${items.map((item) => item.name).join(', ')}))`
  const found = compose(
    { sql: `(${one.sql} IN (${others.map((item) => item.sql).join(', ')}))`, type: { kind: 'boolean' } },
    name,
    [value, ...items],
    true,
  )
  return syntax.negated ? not(found) : found
}

function inQuery(syntax: Extract<ExpressionSyntax, { kind: 'inQuery' }>, resolve: Resolve, at: Surroundings): Bound {
  const value = resolve(syntax.operand)
  const query = openSubquery(syntax.query, 'in', at)
  const wanted = query.columns[0]
  if (query.columns.length !== 1 || wanted === undefined)
    throw new ServiceError('semantic', say`IN takes a subquery of one column; this one has ${query.columns.length}`)
  const other: Bound = {
    sql: 'q.c0',
    type: wanted.type,
    name: wanted.name,
    constant: undefined,
    loose: [],
    hasAggregate: false,
    columnName: undefined,
  }
  const [one, same] = comparable('IN', value, other)
  const found = compose(
    { sql: `(${one.sql} IN (SELECT ${same.sql} FROM (${query.sql}) AS q))`, type: { kind: 'boolean' } },
    `(${value.name} IN (listquery()))`,
    [value],
  )
  const bound = { ...found, loose: [...found.loose, ...query.loose] }
  return syntax.negated ? not(bound) : bound
}

function subquery(kind: 'exists' | 'scalarQuery', syntax: QuerySyntax, at: Surroundings): Bound {
  const query = openSubquery(syntax, kind === 'exists' ? 'exists' : 'scalar', at)
  if (kind === 'exists')
    return { ...compose({ sql: `EXISTS (${query.sql})`, type: { kind: 'boolean' } }, 'exists()', []), loose: query.loose }
  const column = query.columns[0]
  if (query.columns.length !== 1 || column === undefined)
    throw new ServiceError('semantic', say`Scalar subquery must return only one column, but got ${query.columns.length}`)
  return { ...compose({ sql: `(${query.sql})`, type: column.type }, 'scalarsubquery()', []), loose: query.loose }
}

function openSubquery(syntax: QuerySyntax, use: 'exists' | 'in' | 'scalar', at: Surroundings): ResolvedSubquery {
  if (at.subquery === undefined) throw new ServiceError('unsupported', say`a subquery in ${at.clause} is not offered`)
  return at.subquery(syntax, use, at.scope)
}

/** Only constant patterns: a bad escape in one is an error in Spark, and is found while planning. */
function like(value: Bound, pattern: Bound): Bound {
  if (pattern.constant === undefined || pattern.type.kind !== 'string')
    throw new ServiceError('unsupported', say`LIKE takes a string constant as its pattern; others are not offered`)
  if (/\\(?:[^%_\\]|$)/.test(pattern.constant.replaceAll('\\\\', '')))
    throw new ServiceError(
      'semantic',
      say`the pattern '${pattern.constant}' is invalid, the escape character is not allowed to precede or end it so`,
    )
  const escape = pattern.constant.includes('\\') ? ` ESCAPE '\\'` : ''
  const sql = `(${castTo(value, { kind: 'string' }).sql} LIKE ${quoteString(pattern.constant)}${escape})`
  return compose({ sql, type: { kind: 'boolean' } }, `${value.name} LIKE ${pattern.name}`, [value, pattern])
}

function choice(
  operand: ExpressionSyntax | undefined,
  branches: readonly CaseBranch[],
  otherwise: ExpressionSyntax | undefined,
  resolve: Resolve,
): Bound {
  const subject = operand === undefined ? undefined : resolve(operand)
  const conditions = branches.map(({ when }) =>
    subject === undefined ? boolean('CASE WHEN', resolve(when)) : comparison('=', subject, resolve(when)),
  )
  const results = branches.map(({ result }) => resolve(result))
  const last = otherwise === undefined ? undefined : resolve(otherwise)
  const values = last === undefined ? results : [...results, last]
  const type = values
    .map((value) => value.type)
    .reduce<SparkType | undefined>((one, other) => (one === undefined ? undefined : commonType(one, other)), { kind: 'null' })
  if (type === undefined)
    throw new ServiceError(
      'unsupported',
      say`CASE over ${values.map((value) => typeName(value.type)).join(', ')} is not offered; cast the results to one type`,
    )
  const sqlOf = (value: Bound): string => (type.kind === 'null' ? value.sql : castTo(value, type).sql)
  const whens = conditions.map((condition, index) => `WHEN ${condition.sql} THEN ${sqlOf(results[index] as Bound)}`)
  const names = conditions.map((condition, index) => `WHEN ${condition.name} THEN ${results[index]?.name}`)
  const sql = `CASE ${whens.join(' ')}${last === undefined ? '' : ` ELSE ${sqlOf(last)}`} END`
  return compose({ sql, type }, `CASE ${names.join(' ')}${last === undefined ? '' : ` ELSE ${last.name}`} END`, [...conditions, ...values])
}

/** The cast of a column keeps the column's name, as in Spark. */
function cast(value: Bound, type: ColumnType): Bound {
  const name = `CAST(${value.name} AS ${typeName(type).toUpperCase()})`
  return { ...castTo(value, type), name, columnName: value.columnName === value.name ? value.columnName : undefined }
}

function call(syntax: Extract<ExpressionSyntax, { kind: 'call' }>, resolve: Resolve, at: Surroundings): Bound {
  const { name } = syntax
  if (Object.hasOwn(aggregates, name)) return aggregate(syntax, at)
  const entry = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (entry === undefined) throw new ServiceError('unsupported', say`function ${name} is not offered`)
  if (syntax.distinct) throw new ServiceError('semantic', say`DISTINCT specified, but ${name} is not an aggregate function`)
  const [least, most] = entry.arity
  if (syntax.args.length < least || syntax.args.length > most) {
    const wanted = least === most ? least : say`${least} to ${most}`
    throw new ServiceError(
      'semantic',
      say`Invalid number of arguments for function ${name}. Expected: ${wanted}; Found: ${syntax.args.length}`,
    )
  }
  const args = syntax.args.map(resolve)
  const title = entry.title?.(args) ?? `${name}(${args.map((arg) => arg.name).join(', ')})`
  return compose(entry.rewrite(args), title, args)
}

function aggregate(syntax: Extract<ExpressionSyntax, { kind: 'call' }>, at: Surroundings): Bound {
  const { name, distinct } = syntax
  if (at.aggregates === 'forbidden') throw new ServiceError('semantic', say`aggregate function ${name} is not allowed in ${at.clause}`)
  if (syntax.args.length !== 1)
    throw new ServiceError('unsupported', say`${name} of ${syntax.args.length} arguments is not offered; it takes one`)
  const arg = aggregateArgument(syntax.args[0] as ExpressionSyntax, name, at)
  const rewritten = (aggregates[name] as (typeof aggregates)[string]).rewrite(arg, distinct)
  const outer = arg.loose.filter((entry) => entry.scope !== at.scope.fields)
  if (outer.length > 0)
    throw new ServiceError('unsupported', say`an aggregate over a column of the query around it (${arg.name}) is not offered`)
  // Every aggregate reads rows of its own select: its arguments are no longer loose.
  return { ...compose(rewritten, `${name}(${distinct ? 'DISTINCT ' : ''}${arg.name})`, []), hasAggregate: true }
}

function aggregateArgument(syntax: ExpressionSyntax, name: string, at: Surroundings): Bound {
  if (syntax.kind === 'star') {
    if (name === 'count' && syntax.table === undefined) return countedRow
    throw new ServiceError('unsupported', say`${name}(${syntax.table ?? ''}*) is not offered`)
  }
  // Grouping does not reach inside an aggregate, and an alias that hides a column would be read differently by different rules of Spark.
  const inner: Surroundings = { ...at, aggregates: 'forbidden', clause: say`the argument of ${name}`, aliases: hiddenAliases(at) }
  return resolveExpression(syntax, inner)
}

function hiddenAliases(at: Surroundings): Surroundings['aliases'] {
  const { aliases } = at
  if (aliases === undefined) return undefined
  const find = (name: string): Bound | undefined => {
    const alias = aliases.find(name)
    const field = findColumn(at.scope, [name])
    if (alias !== undefined && field !== undefined && alias.sql !== field.field.sql)
      throw new ServiceError('unsupported', say`${name} is both a column and an alias here; give the alias another name`)
    return field === undefined ? undefined : columnOf(field.field, field.scope, name)
  }
  return { find, areFirst: true }
}
