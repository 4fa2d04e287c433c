// Whole queries as MySQL's SQL. Columns are read as a scan of their table reads them, so that what is computed is computed of the same values.
//
//   a bit field          →   CAST(… AS UNSIGNED): MariaDB announces bits for what is computed of them, and sends digits
//   sum of a bigint      →   sum(…) is a decimal there, whose low 64 bits are Spark's sum
//   equal, ordered text  →   CAST(CONVERT(… USING utf8mb4) AS BINARY): byte order is Spark's order, whatever the collation
//   a date               →   CASE WHEN DAYOFMONTH(…) > 0 AND MONTH(…) > 0 THEN … END: what is no date is null

import { ServiceError, say, type Text } from '@tributary/rules'
import type { Literal } from '../../plan/literal.ts'
import type { Filter } from '../../plan/plan.ts'
import { decimalOf } from '../../plan/spark-types.ts'
import {
  operandsOf,
  type RemoteAggregate,
  type RemoteExpression,
  type RemoteInside,
  type RemoteOrder,
  type RemoteQuery,
  type RemoteRelation,
  sameExpression,
} from '../../plan/push/remote-query.ts'
import { NotAskable } from '../connector.ts'
import { notInQuery, rowsThatGive, rowsWithoutValue } from '../in-query.ts'
import { selectText } from '../select-text.ts'
import { getSource, relationOf, shownName } from './source-columns.ts'
import { keyWords } from '../../plan/push/remote-text.ts'
import { comparable, families, mayBeZero, offerOf, realDate, translate } from './translate.ts'
import { quoteIdentifier, quoteText, readExpression, type SourceColumn } from './types.ts'

/** Digits behind the point that MySQL computes; MariaDB has 38. */
const mostScale = 30
/** Digits of a decimal. */
const mostDigits = 65
/** Longer texts are sorted and grouped by their beginning: `max_sort_length`. */
const mostSortedBytes = 1024

/** Why a query is not asked of MySQL, as far as its form tells; what only a session can tell makes {@link NotAskable}. */
export function offerQuery(query: RemoteQuery): Text | undefined {
  const expressions = [...query.filter, ...query.having, ...query.outputs.map(({ expression }) => expression), ...(query.groupBy ?? [])]
  if (expressions.some((expression) => meetsTexts(expression, false))) return say`MySQL compares texts of a subquery in its own way`
  return expressions.some(hasFineDecimals) ? say`MySQL computes decimals with at most ${mostScale} digits behind the point` : undefined
}

/** MariaDB looks texts of a subquery up by their collation, even those that are cast to bytes. */
function meetsTexts(expression: RemoteExpression, isInside: boolean): boolean {
  if (expression.kind === 'inQuery' && expression.operand.type.kind === 'string') return true
  const isText = expression.kind === 'comparison' && expression.left.type.kind === 'string'
  if (isInside && isText && expression.left.kind !== 'literal' && expression.right.kind !== 'literal') return true
  const within = isInside || expression.kind === 'exists' || expression.kind === 'inQuery'
  return operandsOf(expression).some((operand) => meetsTexts(operand, within))
}

function hasFineDecimals(expression: RemoteExpression): boolean {
  const { type } = expression
  if (expression.kind === 'arithmetic' && type.kind === 'decimal' && (type.scale > mostScale || digitsOf(expression) > mostDigits))
    return true
  return operandsOf(expression).some(hasFineDecimals)
}

/** What a product may need. */
function digitsOf({ left, right }: Extract<RemoteExpression, { kind: 'arithmetic' }>): number {
  return decimalOf(left.type).precision + decimalOf(right.type).precision
}

/** The source's own columns of each table of a query; absent while planning, when only the declarations are known. */
export type QuerySources = readonly (readonly SourceColumn[] | undefined)[]

/**
 * A query as SELECT.
 * @param columns - positions of its outputs, in the order in which they are delivered
 * @throws {ServiceError} `semantic` for a column that is not there, or is not what the table declares; {@link NotAskable}
 */
export function queryText(query: RemoteQuery, columns: readonly number[], sources: QuerySources): string {
  return new QueryWriter(query, sources).select(columns)
}

type ColumnExpression = Extract<RemoteExpression, { kind: 'column' }>

class QueryWriter {
  readonly #query: RemoteQuery
  readonly #sources: QuerySources

  constructor(query: RemoteQuery, sources: QuerySources) {
    this.#query = query
    this.#sources = sources
  }

  select(columns: readonly number[]): string {
    const { from, filter, groupBy = [], having, outputs, orderBy, limit } = this.#query
    return selectText({
      list: columns.map((position) => this.#output((outputs[position] as (typeof outputs)[number]).expression)),
      from: from.map((relation) => this.#relation(relation)),
      where: this.#conditions(filter),
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
      return `${relationOf(table)} AS t${relation.relation}`
    }
    const side = (parts: readonly RemoteRelation[]): string =>
      parts.map((part) => this.#relation(part)).reduce((left, right) => `(${left} CROSS JOIN ${right})`)
    return `(${side(relation.left)} LEFT JOIN ${side(relation.right)} ON ${this.#conditions(relation.on).join(' AND ')})`
  }

  #conditions(conditions: readonly RemoteExpression[]): readonly string[] {
    return [...new Set(conditions.map((condition) => this.#condition(condition)))]
  }

  /** Where unknown counts as false: what a scan would send for the same filter, which can use an index. */
  #condition(expression: RemoteExpression): string {
    if (expression.kind === 'and' || expression.kind === 'or')
      return `(${expression.operands.map((operand) => this.#condition(operand)).join(expression.kind === 'and' ? ' AND ' : ' OR ')})`
    const none = notInQuery(expression)
    if (none !== undefined) return this.#noneOf(none)
    return this.#filter(expression) ?? this.#value(expression)
  }

  /** MariaDB takes an unknown NOT IN for true where it stands beside an outer join. */
  #noneOf(query: Extract<RemoteExpression, { kind: 'inQuery' }>): string {
    const [given, unknown] = [this.#exists(rowsThatGive(query)), this.#exists(rowsWithoutValue(query))]
    return `(NOT ${given} AND NOT ${unknown} AND (${this.#value(query.operand)} IS NOT NULL OR NOT ${this.#exists(query.inside)}))`
  }

  #exists(inside: RemoteInside): string {
    return `EXISTS (${this.#inside(inside, inside.groupBy?.length === 0 ? 'COUNT(*)' : '1')})`
  }

  #filter(expression: RemoteExpression): string | undefined {
    const [column, filter] = filterOf(expression) ?? []
    if (column === undefined || filter === undefined) return undefined
    const { declared, source } = this.#columnOf(column)
    if (offerOf(filter, [declared]) !== 'exact') return undefined
    return translate(filter, [{ declared, source, written: writtenColumn(column, source) }])
  }

  /** MySQL has nulls first, or last where the order descends. */
  #order({ expression, descending, nullsFirst }: RemoteOrder): string {
    const key = this.#key(expression)
    const nulls = nullsFirst === descending ? [`(${key} IS NULL) ${nullsFirst ? 'DESC' : 'ASC'}`] : []
    return [...nulls, `${key} ${descending ? 'DESC' : 'ASC'}`].join(', ')
  }

  /** A column that is handed on as it is comes as a scan reads it. */
  #output(expression: RemoteExpression): string {
    const isKey = this.#query.groupBy?.some((key) => sameExpression(key, expression)) === true
    if (isKey) return this.#key(expression)
    if (expression.kind !== 'column') return this.#value(expression)
    const { declared, source, table } = this.#columnOf(expression)
    return readExpression(shownName(table), source, declared.type).replace(quoteIdentifier(source.name), () =>
      writtenColumn(expression, source),
    )
  }

  /** What is equal here is equal in Spark, and what is smaller here is smaller there. */
  #key(expression: RemoteExpression): string {
    // A bare number would be the position of an output.
    if (expression.kind === 'literal') throw new NotAskable(say`the order by a constant is none`)
    if (expression.type.kind !== 'string') return this.#value(expression)
    if (this.#mostBytes(expression) > mostSortedBytes)
      throw new NotAskable(say`texts of more than ${mostSortedBytes} bytes are sorted by their beginning alone`)
    return this.#bytes(expression)
  }

  /** How long a text may be; what is computed of texts is no longer than they are. */
  #mostBytes(expression: RemoteExpression): number {
    if (expression.kind === 'column') return expression.type.kind === 'string' ? this.#columnOf(expression).source.mostBytes : 0
    return Math.max(0, ...operandsOf(expression).map((operand) => this.#mostBytes(operand)))
  }

  #bytes(expression: RemoteExpression): string {
    if (expression.kind === 'literal') return `_binary${quoteText(String(expression.value.value))}`
    return `CAST(CONVERT(${this.#value(expression)} USING utf8mb4) AS BINARY)`
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
      case 'isNotNull':
        return `(${this.#value(expression.operand)} IS ${expression.kind === 'isNull' ? '' : 'NOT '}NULL)`
      case 'in':
        return this.#in(expression)
      case 'keys':
        return this.#keys(expression)
      case 'like':
        return `(CONVERT(${this.#value(expression.operand)} USING utf8mb4) COLLATE utf8mb4_bin LIKE ${quoteText(expression.pattern)} ESCAPE ${quoteText(expression.escape)})`
      case 'arithmetic':
        return this.#arithmetic(expression)
      case 'widen':
        return this.#value(expression.operand)
      case 'case':
        return this.#case(expression)
      case 'fitted':
        return fitted(this.#value(expression.operand), expression.type)
      case 'call':
        return this.#call(expression)
      case 'exists':
        return this.#exists(expression.inside)
      case 'inQuery':
        return `(${this.#compared(expression.operand)} IN (${this.#inside(expression.inside, this.#compared(expression.output))}))`
      case 'scalarQuery':
        return `(${this.#inside(expression.inside, this.#compared(expression.output))})`
      case 'aggregate':
        return this.#aggregate(expression)
    }
  }

  #columnOf({ relation, column }: ColumnExpression) {
    const table = this.#query.tables[relation]
    const declared = table?.columns[column]
    if (table === undefined || declared === undefined)
      throw new ServiceError('internal', say`a query reads column ${column} of table ${relation}, which is not there`)
    return { table, declared, source: getSource(table, declared, this.#sources[relation]) }
  }

  /** What is read as another thing than it is there can be handed on, and not be computed with. */
  #column(expression: ColumnExpression): string {
    const { declared, source } = this.#columnOf(expression)
    if (!comparable[families[declared.type.kind]].includes(source.kind) || source.kind === 'json')
      throw new NotAskable(say`column ${declared.name} is ${source.shown} at the source, where it compares in its own way`)
    const name = writtenColumn(expression, source)
    if (declared.type.kind === 'boolean') return source.kind === 'bit' ? `(${name} = 1)` : `(${name} > 0 OR ${name} = -1)`
    if (source.kind === 'bit') return `CAST(${name} AS UNSIGNED)`
    return mayBeZero(source) ? `(CASE WHEN ${realDate(name)} THEN ${name} END)` : name
  }

  #comparison({ op, left, right }: Extract<RemoteExpression, { kind: 'comparison' }>): string {
    return `(${this.#compared(left)} ${op} ${this.#compared(right)})`
  }

  /** What is equal and smaller here is so in Spark. */
  #compared(expression: RemoteExpression): string {
    return expression.type.kind === 'string' ? this.#bytes(expression) : this.#value(expression)
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

  #call({ name, args, type }: Extract<RemoteExpression, { kind: 'call' }>): string {
    const [first, ...others] = args as readonly [RemoteExpression, ...RemoteExpression[]]
    switch (name) {
      case 'year':
      case 'quarter':
      case 'month':
      case 'day':
        return `${name.toUpperCase()}(${this.#value(first)})`
      case 'days':
        return `DATEDIFF(${args.map((arg) => this.#value(arg)).join(', ')})`
      case 'length':
        return `CHAR_LENGTH(CONVERT(${this.#value(first)} USING utf8mb4))`
      case 'substring':
        return `CAST(SUBSTRING(CONVERT(${this.#value(first)} USING utf8mb4), ${others.map((arg) => this.#value(arg)).join(', ')}) AS BINARY)`
      case 'round':
        return `ROUND(${args.map((arg) => this.#value(arg)).join(', ')})`
      case 'abs': {
        const value = this.#value(first)
        return type.kind === 'decimal' ? `ABS(${value})` : lowBits(`ABS(CAST(${value} AS DECIMAL(20,0)))`, bits[type.kind] ?? 64n)
      }
      case 'coalesce':
      case 'nullif':
        return `${name.toUpperCase()}(${args.map((arg) => this.#compared(arg)).join(', ')})`
    }
  }

  #keys({ operand, values, from, type }: Extract<RemoteExpression, { kind: 'keys' }>): string {
    if (values.length === 0) return `(${this.#value(operand)} IN (${keyWords(from)}))`
    if (from.isRange !== true) return this.#in({ kind: 'in', operand, values, type })
    const [least, greatest] = values.map(literalText)
    return `(${this.#value(operand)} BETWEEN ${least} AND ${greatest})`
  }

  #in({ operand, values }: Extract<RemoteExpression, { kind: 'in' }>): string {
    if (values.length === 0) return 'FALSE'
    if (operand.type.kind !== 'string') return `(${this.#value(operand)} IN (${values.map(literalText).join(', ')}))`
    return `(${this.#bytes(operand)} IN (${values.map(({ value }) => `_binary${quoteText(String(value))}`).join(', ')}))`
  }

  #arithmetic({ op, left, right, type }: Extract<RemoteExpression, { kind: 'arithmetic' }>): string {
    const isDecimal = type.kind === 'decimal'
    const [one, other] = [left, right].map((side) => {
      const value = this.#value(side)
      return !isDecimal || this.#isWhole(side) ? `CAST(${value} AS DECIMAL(20,0))` : value
    })
    const result = `(${one} ${op} ${other})`
    return isDecimal ? result : lowBits(result, bits[type.kind] ?? 64n)
  }

  /** Whether MySQL computes with it as with 64 bits, of which it makes an error where they are too few, or where an unsigned number would be below 0. */
  #isWhole(expression: RemoteExpression): boolean {
    switch (expression.kind) {
      case 'column':
        return wholeKinds.has(this.#columnOf(expression).source.kind)
      case 'literal':
        return /^-?\d{1,20}$/.test(String(expression.value.value))
      case 'widen':
        return this.#isWhole(expression.operand)
      case 'call':
        return expression.name === 'coalesce' || expression.name === 'nullif'
          ? expression.args.every((arg) => this.#isWhole(arg))
          : expression.type.kind === 'int' && expression.name !== 'abs'
      case 'scalarQuery':
        return this.#isWhole(expression.output)
      case 'case':
        return [
          ...expression.branches.map(({ result }) => result),
          ...(expression.otherwise === undefined ? [] : [expression.otherwise]),
        ].every((result) => this.#isWhole(result))
      case 'aggregate':
        return (
          expression.name !== 'sum' &&
          (expression.operand === undefined || expression.name === 'count' || this.#isWhole(expression.operand))
        )
      default:
        return false
    }
  }

  #case({ branches, otherwise, type }: Extract<RemoteExpression, { kind: 'case' }>): string {
    const result = (expression: RemoteExpression): string => (type.kind === 'string' ? this.#bytes(expression) : this.#value(expression))
    const whens = branches.map((branch) => `WHEN ${this.#value(branch.when)} THEN ${result(branch.result)}`)
    return `(CASE ${whens.join(' ')}${otherwise === undefined ? '' : ` ELSE ${result(otherwise)}`} END)`
  }

  #aggregate({ name, operand, isDistinct, type }: RemoteAggregate): string {
    if (operand === undefined) return 'COUNT(*)'
    const isCompared = isDistinct || name === 'min' || name === 'max'
    const values = `${isDistinct ? 'DISTINCT ' : ''}${isCompared ? this.#key(operand) : this.#value(operand)}`
    if (name === 'avg') return `ROUND(CAST(SUM(${values}) AS DECIMAL(65,30)) / COUNT(${values}), ${decimalOf(type).scale})`
    const call = `${name.toUpperCase()}(${values})`
    return name === 'sum' && operand.type.kind === 'bigint' ? lowBits(call, 64n) : call
  }
}

/** Null where a decimal has no place in its type. */
function fitted(sql: string, type: RemoteExpression['type']): string {
  const { precision, scale } = decimalOf(type)
  return `(CASE WHEN ABS(${sql}) < 1${'0'.repeat(precision - scale)} THEN ${sql} END)`
}

/** A comparison of one column with constants, as a scan has it. */
function filterOf(expression: RemoteExpression): readonly [ColumnExpression, Filter] | undefined {
  if (expression.kind === 'isNull' || expression.kind === 'isNotNull')
    return expression.operand.kind === 'column' ? [expression.operand, { kind: expression.kind, column: 0 }] : undefined
  if (expression.kind === 'in')
    return expression.operand.kind === 'column' ? [expression.operand, { kind: 'in', column: 0, values: expression.values }] : undefined
  if (expression.kind === 'keys')
    return expression.operand.kind === 'column' ? [expression.operand, { ...expression, column: 0 }] : undefined
  if (
    expression.kind !== 'comparison' ||
    expression.op === '<=>' ||
    expression.left.kind !== 'column' ||
    expression.right.kind !== 'literal'
  )
    return undefined
  return [expression.left, { kind: 'comparison', op: expression.op, column: 0, value: expression.right.value }]
}

function writtenColumn({ relation }: ColumnExpression, source: SourceColumn): string {
  return `t${relation}.${quoteIdentifier(source.name)}`
}

const wholeKinds: ReadonlySet<SourceColumn['kind']> = new Set(['boolean', 'integer', 'bit'])

const bits: Readonly<Partial<Record<RemoteExpression['type']['kind'], bigint>>> = { tinyint: 8n, smallint: 16n, int: 32n }

/** An exact whole number as that of its low bits. */
function lowBits(sql: string, count: bigint): string {
  const [half, whole] = [2n ** (count - 1n), 2n ** count]
  return `(MOD(MOD(${sql} + ${half}, ${whole}) + ${whole}, ${whole}) - ${half})`
}

function literalText({ type, value }: Literal): string {
  const text = String(value)
  switch (type.kind) {
    case 'string':
      return quoteText(text)
    case 'date':
      return `DATE ${quoteText(checkedDate(text))}`
    case 'timestamp':
      return `TIMESTAMP ${quoteText(checkedDate(text))}`
    case 'float':
    case 'double':
      throw new NotAskable(say`floating point is computed in its own way`)
    default:
      return text.startsWith('-') ? `(${text})` : text
  }
}

/** The dates that MySQL has. */
function checkedDate(text: string): string {
  if (/^(?!0000)\d{4}-/.test(text)) return text
  throw new NotAskable(say`MySQL has no dates before the year 1 or after 9999`)
}
