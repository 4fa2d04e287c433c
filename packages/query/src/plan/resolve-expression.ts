// Expression syntax to DuckDB text with a Spark type: names are resolved, types are brought together, nothing unknown passes.
//
//   amount > 100   (amount decimal(12,2))   →   (r0.c2 > CAST('100' AS DECIMAL(12,2)))

import { ServiceError, say } from '@tributary/rules'
import { compose, constantOf, type Bound } from './bound.ts'
import { castTo } from './casts.ts'
import { bitNot, bitwise } from './functions/bits.ts'
import { extracted } from './functions/dates.ts'
import { fieldOf, subscript } from './functions/maps.ts'
import { wholeQuotient } from './functions/numbers.ts'
import { functions } from './functions/offered.ts'
import { arithmetic, comparable, comparableList, comparison } from './operators.ts'
import { quickTexts } from './quick.ts'
import { resolveCall } from './resolve-call.ts'
import { columnOf, findColumn, unknownColumn } from './scope.ts'
import { isInterval, negatedInterval } from './interval-values.ts'
import { intervalValue } from './intervals.ts'
import { like, likeList } from './like.ts'
import { literal } from './literals.ts'
import { rowInList, rowInQuery } from './row-in.ts'
import { commonType, isIntegral, isNested, typeName, type SparkType } from './spark-types.ts'
import type { ResolvedSubquery, Resolving, Surroundings } from './surroundings.ts'
import type { CaseBranch, ExpressionSyntax, QuerySyntax } from './syntax.ts'
import { tryCastTo } from './try-cast.ts'

export type { ResolvedSubquery, Surroundings } from './surroundings.ts'

type Resolve = (syntax: ExpressionSyntax) => Bound

/**
 * Resolves an expression.
 * @throws {ServiceError} `semantic` for names and types that do not fit, `unsupported` for what is not offered
 */
export function resolveExpression(syntax: ExpressionSyntax, at: Surroundings): Bound {
  const bound = resolveAny(syntax, at)
  // DuckDB knows a grouping expression by its text alone.
  return at.scope.groups.has(bound.sql) ? { ...bound, loose: [], quick: undefined } : bound
}

/** Resolves an expression that has to be true or false. */
export function resolveCondition(syntax: ExpressionSyntax, at: Surroundings): Bound {
  const bound = resolveExpression(syntax, at)
  if (bound.type.kind !== 'boolean')
    throw new ServiceError('semantic', say`${at.clause} expression '${bound.name}' of type ${typeName(bound.type)} is not a boolean.`)
  return bound
}

const resolving: Resolving = { expression: resolveExpression, condition: resolveCondition }

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
      return like(resolve(syntax.operand), resolve(syntax.pattern), syntax.escape)
    case 'likeList':
      return likeList(resolve(syntax.operand), syntax.patterns.map(resolve), syntax)
    case 'case':
      return choice(syntax.operand, syntax.whens, syntax.otherwise, resolve)
    case 'cast':
    case 'tryCast':
      return cast(syntax.kind, resolve(syntax.operand), syntax.type)
    case 'call':
      return resolveCall(syntax, at, resolving)
    case 'exists':
    case 'scalarQuery':
      return subquery(syntax.kind, syntax.query, at)
    case 'bitNot': {
      const operand = resolve(syntax.operand)
      return compose(bitNot(operand), `~${operand.name}`, [operand])
    }
    case 'subscript': {
      const [operand, index] = [resolve(syntax.operand), resolve(syntax.index)]
      return compose(subscript(operand, index), `${operand.name}[${index.name}]`, [operand, index])
    }
    case 'field':
      return part(resolve(syntax.operand), syntax.name)
    case 'row': {
      const items = syntax.items.map(resolve)
      return compose(
        (functions['struct'] as (typeof functions)[string]).rewrite(items),
        `named_struct(${items.map((item, index) => `${item.columnName ?? `col${index + 1}`}, ${item.name}`).join(', ')})`,
        items,
      )
    }
    case 'extract': {
      const operand = resolve(syntax.operand)
      return compose(extracted(syntax.field, operand), `extract(${syntax.field} FROM ${operand.name})`, [operand])
    }
    case 'interval':
      return intervalValue(syntax)
    case 'lambda':
      throw new ServiceError('unsupported', say`${'the operator ->'} is not offered`)
  }
}

/** A field of a struct, named after the last of its names where it is a column of a result. */
function part(value: Bound, name: string): Bound {
  return {
    ...compose(fieldOf(value, name), `${value.name}.${name}`, [value]),
    columnName: value.columnName === undefined ? undefined : name,
  }
}

function column(parts: readonly string[], at: Surroundings): Bound {
  const alias = parts.length === 1 ? at.aliases?.find(parts[0] as string) : undefined
  if (alias !== undefined && at.aliases?.areFirst === true) return alias
  const found = findColumn(at.scope, parts)
  if (found !== undefined) return columnOf(found.field, found.scope, parts.at(-1))
  // Behind the name of a column stand names of fields.
  for (let count = parts.length - 1; count > 0; count -= 1) {
    const start = findColumn(at.scope, parts.slice(0, count))
    if (start !== undefined) return parts.slice(count).reduce(part, columnOf(start.field, start.scope, parts[count - 1]))
  }
  if (alias !== undefined) return alias
  const bare = parts.length === 1 ? (parts[0] as string).toLowerCase() : ''
  if (bareCalls.has(bare)) return compose((functions[bare] as (typeof functions)[string]).rewrite([]), `${bare}()`, [])
  throw unknownColumn(at.scope, parts)
}

/** Calls that are written without parentheses where no column has the name. */
const bareCalls = new Set(['current_date', 'current_timestamp'])

function binary(syntax: Extract<ExpressionSyntax, { kind: 'binary' }>, resolve: Resolve): Bound {
  const { op } = syntax
  if (op === 'AND' || op === 'OR') return logical(op, syntax, resolve)
  const left = resolve(syntax.left)
  const right = resolve(syntax.right)
  if (op === '||') {
    const sql = `(${castTo(left, { kind: 'string' }).sql} || ${castTo(right, { kind: 'string' }).sql})`
    return compose({ sql, type: { kind: 'string' } }, `concat(${left.name}, ${right.name})`, [left, right])
  }
  if (op === 'DIV') return compose(wholeQuotient(left, right), `(${left.name} div ${right.name})`, [left, right])
  if (op === '&' || op === '|' || op === '^') return compose(bitwise(op, left, right), `(${left.name} ${op} ${right.name})`, [left, right])
  if (op === '+' || op === '-' || op === '*' || op === '/' || op === '%') return arithmetic(op, left, right)
  return comparison(op, left, right)
}

/** A chain of one operator becomes one flat list: DuckDB limits nesting, not length. */
function logical(op: 'AND' | 'OR', syntax: ExpressionSyntax, resolve: Resolve): Bound {
  const operands: Bound[] = []
  let next = syntax
  for (; next.kind === 'binary' && next.op === op; next = next.left) operands.unshift(boolean(op, resolve(next.right)))
  operands.unshift(boolean(op, resolve(next)))
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
  const written = resolve(operand)
  if (isInterval(written)) return negatedInterval(written)
  const value = written.type.kind === 'string' || written.type.kind === 'null' ? castTo(written, { kind: 'double' }) : written
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
  if (syntax.operand.kind === 'row') {
    const rows = syntax.items.map((item) => (item.kind === 'row' ? item.items : [item]).map(resolve))
    const isFound = rowInList(syntax.operand.items.map(resolve), rows)
    return syntax.negated ? not(isFound) : isFound
  }
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
  const query = openSubquery(syntax.query, 'in', at)
  if (syntax.operand.kind === 'row') {
    const isFound = rowInQuery(syntax.operand.items.map(resolve), query)
    return syntax.negated ? not(isFound) : isFound
  }
  const value = resolve(syntax.operand)
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
  const quick = quickChoice(
    conditions,
    values.map((value) => castTo(value, type)),
  )
  return compose({ sql, type, quick }, `CASE ${names.join(' ')}${last === undefined ? '' : ` ELSE ${last.name}`} END`, [
    ...conditions,
    ...values,
  ])
}

function quickChoice(conditions: readonly Bound[], values: readonly Bound[]): string | undefined {
  const texts = quickTexts(values)
  if (texts === undefined) return undefined
  const whens = conditions.map((condition, index) => `WHEN ${condition.sql} THEN ${texts[index]}`)
  return `CASE ${whens.join(' ')}${texts.length > conditions.length ? ` ELSE ${texts.at(-1)}` : ''} END`
}

/** The cast of a column keeps the column's name, as in Spark; TRY_CAST is named after itself. */
function cast(kind: 'cast' | 'tryCast', value: Bound, type: SparkType): Bound {
  const written = `(${value.name} AS ${typeName(type).toUpperCase()})`
  if (kind === 'tryCast') return { ...tryCastTo(value, type), name: `TRY_CAST${written}`, columnName: undefined }
  // Casts to nested types leave no trace in the name.
  const name = isNested(type) ? value.name : `CAST${written}`
  return { ...castTo(value, type), name, columnName: value.columnName === value.name ? value.columnName : undefined }
}
