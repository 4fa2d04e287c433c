// Set operations and VALUES: columns of several sides brought to one type.
//
//   SELECT 1 UNION ALL SELECT 2.5   →   (SELECT CAST(r0.c0 AS DECIMAL(11,1)) …) UNION ALL (SELECT …)

import { ServiceError, say } from '@tributary/rules'
import type { Bound } from './bound.ts'
import { castTo } from './casts.ts'
import { resolveExpression } from './resolve-expression.ts'
import { checkWidth, fieldsOf, innerFrame, scopeOf, type Fragment, type Frame, type OutputColumn, type Resolving } from './resolving.ts'
import { columnOf } from './scope.ts'
import { commonType, sameType, typeName, type SparkType } from './spark-types.ts'
import type { ExpressionSyntax, SetOperationSyntax } from './syntax.ts'

const operationNames = { UNION: 'Union', INTERSECT: 'Intersect', EXCEPT: 'Except' } as const

/** Resolves UNION, INTERSECT and EXCEPT. @throws {ServiceError} `semantic` when the sides have different numbers of columns */
export function resolveSetOperation(syntax: SetOperationSyntax, frame: Frame, resolving: Resolving): Fragment {
  const [left, right] = sidesOf(syntax, frame, resolving)
  if (left.columns.length !== right.columns.length) {
    throw new ServiceError(
      'semantic',
      say`${operationNames[syntax.op]} can only be performed on tables with the same number of columns, but the first table has ${left.columns.length} columns and the second table has ${right.columns.length} columns`,
    )
  }
  const columns = left.columns.map(({ name, type, comment }, index) => {
    const shared = sharedType(index, type, (right.columns[index] as OutputColumn).type)
    return { name, type: shared, ...(comment === undefined || !sameType(shared, type) ? {} : { comment }) }
  })
  const sides = [left, right].map((side) => widened(side, columns, resolving))
  return { sql: sides.join(` ${syntax.op}${syntax.all ? ' ALL' : ''} `), columns, loose: [...left.loose, ...right.loose] }
}

function sidesOf({ left, right }: SetOperationSyntax, frame: Frame, resolving: Resolving): readonly [Fragment, Fragment] {
  const inner = innerFrame(frame, frame.outer)
  return [resolving.query(left, inner), resolving.query(right, inner)]
}

function widened(side: Fragment, columns: readonly OutputColumn[], resolving: Resolving): string {
  const relation = resolving.newAlias()
  const items = fieldsOf(side.columns, relation, []).map((field, index) => {
    const wanted = (columns[index] as OutputColumn).type
    return `${castOrNull(columnOf(field, scopeOf([])), wanted)} AS c${index}`
  })
  return `(SELECT ${items.join(', ')} FROM (${side.sql}) AS ${relation})`
}

/** Resolves the rows of VALUES. @throws {ServiceError} `semantic` for rows of different lengths; `unsupported` for types without a common one */
export function resolveValues(rows: readonly (readonly ExpressionSyntax[])[]): Fragment {
  const at = { scope: scopeOf([]), clause: 'VALUES', aggregates: 'forbidden', aliases: undefined, subquery: undefined } as const
  const bound = rows.map((row) => row.map((value) => resolveExpression(value, at)))
  const width = bound[0]?.length ?? 0
  checkWidth(width)
  if (bound.some((row) => row.length !== width))
    throw new ServiceError('semantic', say`the rows of VALUES have different numbers of columns`)
  const columns = Array.from({ length: width }, (_none, index) => ({
    name: `col${index + 1}`,
    type: bound.map((row) => (row[index] as Bound).type).reduce((one, other) => sharedType(index, one, other)),
  }))
  const texts = bound.map((row) => `(${row.map((value, index) => castOrNull(value, (columns[index] as OutputColumn).type)).join(', ')})`)
  return {
    sql: `SELECT * FROM (VALUES ${texts.join(', ')}) AS v(${columns.map((_column, index) => `c${index}`).join(', ')})`,
    columns,
    loose: [],
  }
}

function sharedType(index: number, one: SparkType, other: SparkType): SparkType {
  const type = commonType(one, other)
  if (type === undefined)
    throw new ServiceError(
      'unsupported',
      say`column ${index + 1} has ${typeName(one)} on one side and ${typeName(other)} on the other; cast them to one type`,
    )
  return type
}

function castOrNull(value: Bound, type: SparkType): string {
  return type.kind === 'null' ? value.sql : castTo(value, type).sql
}
