// LATERAL VIEW: the rows that a generator makes of each row, beside that row.
//
//   FROM t LATERAL VIEW explode(a) e AS x   →   FROM (SELECT r0.c0 AS c0, unnest(r0.c1) AS u FROM t AS r0) AS r1, where x is r1.u

import { ServiceError, say } from '@tributary/rules'
import { generators, type Generated } from './functions/generators.ts'
import { resolveExpression } from './resolve-expression.ts'
import { scopeOf, type Relation, type Resolving } from './resolving.ts'
import type { Field } from './scope.ts'
import type { CallSyntax, ExpressionSyntax, RelationSyntax } from './syntax.ts'

/** True for a call that makes rows. */
export function isGenerator(syntax: ExpressionSyntax): syntax is CallSyntax {
  return syntax.kind === 'call' && Object.hasOwn(generators, syntax.name)
}

/** Puts the rows of a generator beside those of its input; without an input it stands alone. @throws {ServiceError} `semantic`, `unsupported` */
export function resolveLateralView(
  syntax: Extract<RelationSyntax, { kind: 'lateralView' }>,
  input: Relation | undefined,
  resolving: Resolving,
): Relation {
  const { call, alias, columnAliases } = syntax
  const generator = isGenerator(call) ? generators[call.name] : undefined
  if (generator === undefined) throw new ServiceError('unsupported', say`function ${call.name} is not offered behind LATERAL VIEW`)
  const fields = input?.fields ?? []
  const at = { scope: scopeOf(fields), clause: 'LATERAL VIEW', aggregates: 'forbidden', aliases: undefined, subquery: undefined } as const
  const generated = generator.rewrite(call.args.map((arg) => resolveExpression(arg, at)))
  const relation = resolving.newAlias()
  const isOuter = syntax.isOuter || generator.isOuter
  const items = [...fields.map((field, index) => `${field.sql} AS c${index}`), `unnest(${rowsText(generated, isOuter)}) AS u`]
  const kept = fields.map((field, index): Field => ({ ...field, sql: `${relation}.c${index}` }))
  const made = generatedFields(generated, { element: `${relation}.u`, alias, columnAliases })
  return {
    sql: `(SELECT ${items.join(', ')}${input === undefined ? '' : ` FROM ${input.sql}`}) AS ${relation}`,
    fields: [...kept, ...made],
  }
}

function rowsText({ rows }: Generated, isOuter: boolean): string {
  return isOuter ? `CASE WHEN coalesce(len(${rows}), 0) = 0 THEN [NULL] ELSE ${rows} END` : rows
}

interface Naming {
  readonly element: string
  readonly alias: string | undefined
  readonly columnAliases: readonly string[]
}

function generatedFields({ columns }: Generated, { element, alias, columnAliases }: Naming): readonly Field[] {
  if (columnAliases.length > 0 && columnAliases.length !== columns.length)
    throw new ServiceError(
      'semantic',
      say`The number of aliases supplied in the AS clause does not match the number of columns output by the UDTF expected ${columns.length} aliases but got ${columnAliases.join(',')}`,
    )
  const qualifiers = alias === undefined ? [] : [alias.toLowerCase()]
  return columns.map(({ name, type, sql }, index) => ({ name: columnAliases[index] ?? name, type, sql: sql(element), qualifiers }))
}
