// Whole queries as PostgreSQL's SQL. Columns are read by the expressions that a scan of their table would use, so that what is computed is computed of the same values.
//
//   sum of a bigint   →   sum(…) is a numeric there, whose low 64 bits are Spark's sum
//   max of a string   →   max(… COLLATE "C"): byte order is Spark's order

import { type ColumnType, ServiceError, say, type Text } from '@tributary/rules'
import type { Literal } from '../../plan/literal.ts'
import { decimalOf } from '../../plan/spark-types.ts'
import { NotAskable } from '../connector.ts'
import { notInQuery, rowsThatGive, rowsWithoutValue } from '../in-query.ts'
import { selectText } from '../select-text.ts'
import {
  type RemoteAggregate,
  type RemoteExpression,
  type RemoteInside,
  type RemoteOrder,
  type RemoteQuery,
  type RemoteRelation,
  sameExpression,
} from '../../plan/push/remote-query.ts'
import { keysText } from './translate.ts'
import { castTarget, quoteIdentifier, quoteText, readingOf, type SourceColumn } from './types.ts'
import { findSource, getSource, relationOf, shownName } from './source-columns.ts'

/** What the meaning of a query depends on. */
export interface QueryMeaning {
  /** The source's own columns of each table of the query; absent while planning, when only the declarations are known. */
  readonly sources: readonly (readonly SourceColumn[] | undefined)[]
  /** Byte order is Spark's string order in UTF-8 alone. */
  readonly isUtf8: boolean
  /** A condition besides the query's own. */
  readonly part?: string | undefined
}

/** Every query that has a form is asked of PostgreSQL; what only a session can tell makes {@link NotAskable}. */
export function offerQuery(_query: RemoteQuery): Text | undefined {
  return undefined
}

/**
 * A query as SELECT.
 * @param columns - positions of its outputs, in the order in which they are delivered
 * @throws {ServiceError} `semantic` for a column that is not there, or is not what the table declares; {@link NotAskable}
 */
export function queryText(query: RemoteQuery, columns: readonly number[], meaning: QueryMeaning): string {
  const writer = new QueryWriter(query, meaning)
  return writer.select(columns)
}

/** `t0`, `t1` .. by the position of the table. */
const aliasOf = (relation: number): string => `t${relation}`

class QueryWriter {
  readonly #query: RemoteQuery
  readonly #meaning: QueryMeaning

  constructor(query: RemoteQuery, meaning: QueryMeaning) {
    this.#query = query
    this.#meaning = meaning
  }

  select(columns: readonly number[]): string {
    const { from, filter, groupBy = [], having, outputs, orderBy, limit } = this.#query
    const { part } = this.#meaning
    return selectText({
      list: columns.map((position) => this.#output((outputs[position] as (typeof outputs)[number]).expression)),
      from: from.map((relation) => this.#relation(relation)),
      where: [...this.#conditions(filter), ...(part === undefined ? [] : [part])],
      groupBy: groupBy.map((key) => this.#key(key)),
      having: this.#conditions(having),
      orderBy: orderBy.map((item) => this.#order(item)),
      limit,
    })
  }

  #relation(relation: RemoteRelation): string {
    if (relation.kind === 'table') {
      const table = this.#query.tables[relation.relation]
      if (table === undefined) throw new ServiceError('internal', say`a query reads table ${relation.relation}, which it does not have`)
      return `${relationOf(table)} AS ${aliasOf(relation.relation)}`
    }
    const side = (parts: readonly RemoteRelation[]): string =>
      parts.map((part) => this.#relation(part)).reduce((left, right) => `(${left} CROSS JOIN ${right})`)
    return `(${side(relation.left)} LEFT JOIN ${side(relation.right)} ON ${this.#conditions(relation.on).join(' AND ')})`
  }

  #conditions(conditions: readonly RemoteExpression[]): readonly string[] {
    return [...new Set(conditions.map((condition) => this.#condition(condition)))]
  }

  /** Where unknown counts as false. What a subquery gives is met as in a join: PostgreSQL would go through all of it for each row where it may hold nulls. */
  #condition(expression: RemoteExpression): string {
    if (expression.kind === 'inQuery') return this.#exists(rowsThatGive(expression))
    const none = notInQuery(expression)
    if (none === undefined) return this.#value(expression)
    const [given, unknown] = [this.#exists(rowsThatGive(none)), this.#exists(rowsWithoutValue(none))]
    return `(NOT ${given} AND NOT ${unknown} AND (${this.#value(none.operand)} IS NOT NULL OR NOT ${this.#exists(none.inside)}))`
  }

  #exists(inside: RemoteInside): string {
    return `EXISTS (${this.#inside(inside, inside.groupBy?.length === 0 ? 'count(*)' : '1')})`
  }

  #inside({ from, filter, groupBy = [], having }: RemoteInside, list: string): string {
    return selectText({
      list: [list],
      from: from.map((relation) => this.#relation(relation)),
      where: this.#conditions(filter),
      groupBy: groupBy.map((key) => this.#key(key)),
      having: this.#conditions(having),
    })
  }

  #order({ expression, descending, nullsFirst }: RemoteOrder): string {
    return `${this.#sorted(expression)} ${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`
  }

  /** What is delivered has the binary form of its declared type. */
  #output(expression: RemoteExpression): string {
    const isKey = this.#query.groupBy?.some((key) => sameExpression(key, expression)) === true
    const text = isKey ? this.#key(expression) : this.#value(expression)
    return expression.kind === 'column' ? text : `(${text})::${castTarget(expression.type)}`
  }

  /** What is equal here is equal bytes. */
  #key(expression: RemoteExpression): string {
    return expression.type.kind === 'string' ? this.#text(expression, 'equality') : this.#value(expression)
  }

  /** What is smaller here is smaller in Spark. */
  #sorted(expression: RemoteExpression): string {
    return expression.type.kind === 'string' ? this.#text(expression, 'order') : this.#value(expression)
  }

  #text(expression: RemoteExpression, use: 'equality' | 'order'): string {
    if (use === 'order') this.#requireUtf8()
    const source = this.#sourceOf(expression)
    const isText = source?.type === 'text' || source?.type === 'varchar'
    if (use === 'equality' && isText && source.isDeterministic) return this.#value(expression)
    return `${this.#unpadded(expression, source)} COLLATE "C"`
  }

  /** The whole text of a padded string, as the server prints it: a cast would drop the padding. */
  #unpadded(expression: RemoteExpression, source: SourceColumn | undefined): string {
    const value = this.#value(expression)
    if (source?.type === 'bpchar') return `pg_catalog.textin(pg_catalog.bpcharout(${value}))`
    return source === undefined || source.type === 'text' || source.type === 'varchar' ? `(${value})` : `(${value}::text)`
  }

  #requireUtf8(): void {
    if (!this.#meaning.isUtf8) throw new NotAskable(say`the order of strings in a database that is not encoded in UTF-8 is not Spark's`)
  }

  #sourceOf(expression: RemoteExpression): SourceColumn | undefined {
    if (expression.kind !== 'column') return undefined
    const declared = this.#query.tables[expression.relation]?.columns[expression.column]
    return declared === undefined ? undefined : findSource(declared, this.#meaning.sources[expression.relation])
  }

  #value(expression: RemoteExpression): string {
    switch (expression.kind) {
      case 'column':
        return this.#column(expression)
      case 'literal':
        return literalText(expression.value)
      case 'comparison':
        return this.#comparison(expression)
      case 'and':
      case 'or':
        return `(${expression.operands.map((operand) => this.#value(operand)).join(expression.kind === 'and' ? ' AND ' : ' OR ')})`
      case 'not':
        return `(NOT ${this.#value(expression.operand)})`
      case 'isNull':
        return `(${this.#value(expression.operand)} IS NULL)`
      case 'isNotNull':
        return `(${this.#value(expression.operand)} IS NOT NULL)`
      case 'in':
        return this.#in(expression)
      case 'keys':
        return keysText(this.#key(expression.operand), { ...expression, type: expression.operand.type })
      case 'like':
        this.#requireUtf8()
        return `(${this.#key(expression.operand)} LIKE ${quoteText(expression.pattern)} ESCAPE ${quoteText(expression.escape)})`
      case 'arithmetic':
        return this.#arithmetic(expression)
      case 'widen':
        return `(${this.#value(expression.operand)})::${castTarget(expression.type)}`
      case 'case':
        return this.#case(expression)
      case 'fitted':
        return fitted(this.#value(expression.operand), expression.type)
      case 'call':
        return this.#call(expression)
      case 'exists':
        return this.#exists(expression.inside)
      case 'inQuery':
        return `(${this.#sorted(expression.operand)} IN (${this.#inside(expression.inside, this.#sorted(expression.output))}))`
      case 'scalarQuery':
        return `(${this.#inside(expression.inside, this.#value(expression.output))})`
      case 'aggregate':
        return this.#aggregate(expression)
    }
  }

  #in({ operand, values }: Extract<RemoteExpression, { kind: 'in' }>): string {
    return values.length === 0 ? 'false' : `(${this.#key(operand)} IN (${values.map(literalText).join(', ')}))`
  }

  #column({ relation, column }: Extract<RemoteExpression, { kind: 'column' }>): string {
    const table = this.#query.tables[relation]
    const declared = table?.columns[column]
    if (table === undefined || declared === undefined)
      throw new ServiceError('internal', say`a query reads column ${column} of table ${relation}, which is not there`)
    const source = getSource(table, declared, this.#meaning.sources[relation])
    return readingOf(shownName(table), source, declared.type)(`${aliasOf(relation)}.${quoteIdentifier(source.name)}`)
  }

  /** Two columns may have collations that disagree: one that is named settles it. */
  #comparison({ op, left, right }: Extract<RemoteExpression, { kind: 'comparison' }>): string {
    const isEquality = op === '=' || op === '<>' || op === '<=>'
    const sign = op === '<=>' ? 'IS NOT DISTINCT FROM' : op
    if (left.type.kind !== 'string') return `(${this.#value(left)} ${sign} ${this.#value(right)})`
    const isPlain = left.kind === 'literal' || right.kind === 'literal'
    const isConstant = left.kind === 'literal' && right.kind === 'literal'
    const side = (expression: RemoteExpression): string =>
      expression.kind === 'literal' && !isConstant
        ? literalText(expression.value)
        : this.#text(expression, isEquality && isPlain ? 'equality' : 'order')
    return `(${side(left)} ${sign} ${side(right)})`
  }

  #arithmetic({ op, left, right, type }: Extract<RemoteExpression, { kind: 'arithmetic' }>): string {
    if (type.kind === 'decimal') return `(${this.#value(left)} ${op} ${this.#value(right)})`
    const wide = type.kind === 'bigint' ? 'numeric' : 'int8'
    const exact = `((${this.#value(left)})::${wide} ${op} (${this.#value(right)})::${wide})`
    return type.kind === 'bigint' ? lowBits(exact) : lowBitsOf(exact, type)
  }

  /** A padded string would lose its padding where the branches become one type. */
  #case({ branches, otherwise, type }: Extract<RemoteExpression, { kind: 'case' }>): string {
    const whens = branches.map((branch) => `WHEN ${this.#value(branch.when)} THEN ${this.#result(branch.result, type)}`)
    return `(CASE ${whens.join(' ')}${otherwise === undefined ? '' : ` ELSE ${this.#result(otherwise, type)}`} END)`
  }

  #result(expression: RemoteExpression, type: ColumnType): string {
    return type.kind === 'string' ? this.#unpadded(expression, this.#sourceOf(expression)) : this.#value(expression)
  }

  #call({ name, args, type }: Extract<RemoteExpression, { kind: 'call' }>): string {
    const [first, ...others] = args as readonly [RemoteExpression, ...RemoteExpression[]]
    switch (name) {
      case 'year':
      case 'quarter':
      case 'month':
      case 'day':
        return `EXTRACT(${name.toUpperCase()} FROM ${this.#value(first)})::int4`
      case 'days':
        return `(${args.map((arg) => this.#value(arg)).join(' - ')})`
      case 'length':
        return `char_length(${this.#whole(first)})`
      case 'substring':
        return `substr(${[this.#whole(first), ...others.map((arg) => this.#value(arg))].join(', ')})`
      case 'round':
        return `round(${args.map((arg) => this.#value(arg)).join(', ')})`
      case 'abs':
        return this.#absolute(first, type)
      case 'coalesce':
        return `COALESCE(${args.map((arg) => this.#result(arg, type)).join(', ')})`
      case 'nullif':
        return `NULLIF(${args.map((arg) => this.#sorted(arg)).join(', ')})`
    }
  }

  /** All characters of a text, in an encoding in which they are Spark's. */
  #whole(expression: RemoteExpression): string {
    this.#requireUtf8()
    return this.#unpadded(expression, this.#sourceOf(expression))
  }

  /** The least whole number has no counterpart: it stays what it is. */
  #absolute(operand: RemoteExpression, type: ColumnType): string {
    const value = this.#value(operand)
    if (type.kind === 'decimal') return `abs(${value})`
    return type.kind === 'bigint' ? lowBits(`abs((${value})::numeric)`) : lowBitsOf(`abs((${value})::int8)`, type)
  }

  #aggregate({ name, operand, isDistinct, type }: RemoteAggregate): string {
    if (operand === undefined) return 'count(*)'
    if (name === 'min' || name === 'max') return `${name}(${this.#sorted(operand)})`
    const values = isDistinct ? `DISTINCT ${this.#key(operand)}` : this.#value(operand)
    if (name === 'avg') return `round((sum(${values}) + 0e-${dividedTo}) / count(${values}), ${decimalOf(type).scale})`
    const call = `${name}(${values})`
    return name === 'sum' && operand.type.kind === 'bigint' ? lowBits(call) : call
  }
}

/** Digits behind the point to which averages are divided before they are rounded. */
const dividedTo = 30

/** Null where a decimal has no place in its type. */
function fitted(sql: string, type: ColumnType): string {
  const { precision, scale } = decimalOf(type)
  return `(CASE WHEN abs(${sql}) < 1${'0'.repeat(precision - scale)} THEN ${sql} END)`
}

/** A numeric as the bigint of its low 64 bits. */
function lowBits(sql: string): string {
  const [half, whole] = [2n ** 63n, 2n ** 64n]
  return `(mod(mod(${sql} + ${half}, ${whole}) + ${whole}, ${whole}) - ${half})::int8`
}

const bits: Readonly<Partial<Record<ColumnType['kind'], bigint>>> = { tinyint: 8n, smallint: 16n, int: 32n }

/** An int8 as a smaller whole number of its low bits. */
function lowBitsOf(sql: string, type: ColumnType): string {
  const half = 2n ** ((bits[type.kind] ?? 32n) - 1n)
  return `(((${sql} + ${half}) & ${2n * half - 1n}) - ${half})::${castTarget(type)}`
}

function literalText({ type, value }: Literal): string {
  const text = String(value)
  switch (type.kind) {
    case 'string':
      return quoteText(text)
    case 'date':
      return `'${text}'::date`
    case 'timestamp':
      return `'${text}'::timestamp`
    case 'decimal':
      return text.includes('.') ? signed(text) : `${signed(text)}::numeric`
    default:
      return signed(text)
  }
}

/** A sign of its own could meet the operator in front of it. */
function signed(text: string): string {
  return text.startsWith('-') ? `(${text})` : text
}
