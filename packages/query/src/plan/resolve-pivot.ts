// PIVOT: a grouping by every column that it does not name, with one set of aggregates for each value.
//
//   FROM t PIVOT (sum(v) FOR k IN ('a'))   →   FROM (SELECT id AS c0, … sum(v) FILTER (WHERE k IS NOT DISTINCT FROM 'a') … AS c1 FROM t GROUP BY id)

import { ServiceError, say } from '@tributary/rules'
import type { Bound } from './bound.ts'
import { castTo } from './casts.ts'
import { comparison } from './operators.ts'
import { resolveExpression, type Surroundings } from './resolve-expression.ts'
import { checkWidth, clause, fieldsOf, scopeOf, type OutputColumn, type Relation, type Resolving } from './resolving.ts'
import { columnOf, findColumn, unknownColumn, type Field, type Scope } from './scope.ts'
import { duckType, typeName, type SparkType } from './spark-types.ts'
import type { ExpressionSyntax, PivotValue, RelationSyntax, SelectItem } from './syntax.ts'

type PivotRelation = Extract<RelationSyntax, { kind: 'pivot' }>

/** Resolves PIVOT over a relation. @throws {ServiceError} `semantic`, `unsupported` */
export function resolvePivot(syntax: PivotRelation, input: Relation, resolving: Resolving): Relation {
  const scope = scopeOf(input.fields)
  const pivoted = syntax.columns.map((column) => fieldNamed(column, scope))
  const named = new Set([...pivoted, ...columnsIn(syntax.aggregates).map((column) => findColumn(scope, column)?.field)])
  const groups = input.fields.filter((field) => field.isHidden !== true && !named.has(field))
  checkWidth(groups.length + syntax.values.length * syntax.aggregates.length)
  const cells = syntax.values.flatMap((value) => cellsOf(syntax, { value, pivoted, scope }))
  const columns = [...groups.map(({ name, type }) => ({ name, type })), ...cells]
  const items = [...groups, ...cells].map(({ sql }, index) => `${sql} AS c${index}`)
  const relation = resolving.newAlias()
  return {
    sql: `(SELECT ${items.join(', ')} FROM ${input.sql}${clause('GROUP BY', groups.map(({ sql }) => sql).join(', '))}) AS ${relation}`,
    fields: fieldsOf(columns, relation, []),
  }
}

function fieldNamed(syntax: ExpressionSyntax, scope: Scope): Field {
  const parts = syntax.kind === 'column' ? syntax.parts : []
  const found = findColumn(scope, parts)
  if (found === undefined) throw unknownColumn(scope, parts)
  return found.field
}

interface About {
  readonly value: PivotValue
  readonly pivoted: readonly Field[]
  readonly scope: Scope
}

interface Cell extends OutputColumn {
  readonly sql: string
}

/** A value that no row has gives NULL, of a count, too. */
function cellsOf({ aggregates }: PivotRelation, { value, pivoted, scope }: About): readonly Cell[] {
  const constants = constantsOf(value, pivoted)
  const same = constants.map((constant, index) => comparison('<=>', columnOf(pivoted[index] as Field, scope), constant).sql).join(' AND ')
  const at: Surroundings = {
    scope,
    clause: 'PIVOT',
    aggregates: 'allowed',
    aliases: undefined,
    subquery: undefined,
    filter: same,
  }
  const label = value.alias ?? labelOf(constants)
  return aggregates.map((item) => {
    const bound = aggregateOf(item, at)
    const name = aggregates.length === 1 ? label : `${label}_${item.alias ?? bound.name}`
    const sql = `CASE WHEN count(*) FILTER (WHERE ${same}) > 0 THEN ${bound.sql} END`
    return { name, type: bound.type, sql: `CAST(${sql} AS ${duckType(bound.type)})` }
  })
}

function aggregateOf({ expression }: SelectItem, at: Surroundings): Bound {
  const bound = resolveExpression(expression, at)
  if (!bound.hasAggregate || bound.loose.length > 0)
    throw new ServiceError(
      'semantic',
      say`Aggregate expression required for pivot, but '${bound.name}' did not appear in any aggregate function.`,
    )
  return bound
}

function constantsOf({ items }: PivotValue, pivoted: readonly Field[]): readonly Bound[] {
  if (items.length !== pivoted.length)
    throw new ServiceError('semantic', say`a value of PIVOT has ${items.length} parts, and FOR names ${pivoted.length} columns`)
  const at = { scope: scopeOf([]), clause: 'PIVOT', aggregates: 'forbidden', aliases: undefined, subquery: undefined } as const
  return items.map((item, index) => {
    const bound = resolveExpression(item, at)
    const { type } = pivoted[index] as Field
    if (bound.constant === undefined)
      throw new ServiceError('unsupported', say`a value of PIVOT has to be written out; ${bound.name} is not`)
    checkValueType(bound.type, type)
    return type.kind === 'null' ? bound : { ...castTo(bound, type), constant: bound.constant }
  })
}

function checkValueType(given: SparkType, wanted: SparkType): void {
  if (given.kind !== 'null' && given.kind !== wanted.kind && (given.kind === 'string' || wanted.kind === 'string'))
    throw new ServiceError('semantic', say`a value of PIVOT is of type ${typeName(given)}, and its column of type ${typeName(wanted)}`)
}

/** As Spark prints the value: `a`, `1`, `{a, 1}`, `null`. */
function labelOf(constants: readonly Bound[]): string {
  const labels = constants.map(({ constant }) => (constant === 'NULL' ? 'null' : String(constant)))
  return labels.length === 1 ? (labels[0] as string) : `{${labels.join(', ')}}`
}

/** Names of columns anywhere in a piece of syntax. */
function columnsIn(syntax: unknown): readonly (readonly string[])[] {
  if (typeof syntax !== 'object' || syntax === null) return []
  const node = syntax as Partial<Extract<ExpressionSyntax, { kind: 'column' }>>
  return node.kind === 'column' && node.parts !== undefined ? [node.parts] : Object.values(syntax).flatMap(columnsIn)
}
