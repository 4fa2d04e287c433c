// The columns that a source gives for each group: keys and aggregates, each once, and expressions over rows rewritten over them.
//
//   round(sum(amount) / count(*), 2)   →   round(⟦1⟧ / ⟦2⟧, 2), where ⟦1⟧ is r5.c1 and ⟦2⟧ is r5.c2

import { say } from '@tributary/rules'
import type { Bound } from '../bound.ts'
import { aggregates } from '../functions/offered.ts'
import { resolveExpression } from '../resolve-expression.ts'
import { scopeOf } from '../resolving.ts'
import { columnOf, type Field } from '../scope.ts'
import { duckType, isIntegral } from '../spark-types.ts'
import type { Surroundings } from '../surroundings.ts'
import type { CallSyntax, ExpressionSyntax } from '../syntax.ts'
import { readingIn, targetOfItem, type Block } from './block.ts'
import { mapOperands } from './map-syntax.ts'
import { checkComparable, readExpression } from './read-expression.ts'
import type { RemotePart } from './remote-part.ts'
import { distinctExpressions, type RemoteAggregate, type RemoteExpression, type RemoteOutput, sameExpression } from './remote-query.ts'
import { building, Stays } from './stays.ts'

/** Stands for an argument while the text of an aggregate is looked at. */
const anyValue = '⟦x⟧'

/** Collects what is asked for while expressions are rewritten. One block, one life. */
export class GroupedColumns {
  readonly #block: Block
  readonly #part: RemotePart
  readonly #alias: string
  readonly #outputs: RemoteOutput[] = []
  readonly #fields: Field[] = []
  readonly groupBy: readonly RemoteExpression[]

  /** @throws {Stays} where the source would not make the same groups */
  constructor(block: Block, part: RemotePart, alias: string) {
    this.#block = block
    this.#part = part
    this.#alias = alias
    const keys = block.isGrouped
      ? block.keys.map(({ sql, name }) => this.#columnAt(sql, name))
      : block.items.map((item) => this.#itemOf(item))
    for (const { type } of keys) checkComparable(type)
    // A bare number would be read as a position.
    if (keys.some(({ kind }) => kind === 'literal')) throw new Stays(say`groups by a constant are made here`)
    this.groupBy = distinctExpressions(keys)
  }

  /** What is asked for so far; never nothing. */
  get outputs(): readonly RemoteOutput[] {
    if (this.#outputs.length === 0)
      this.#columnOf({ kind: 'aggregate', name: 'count', operand: undefined, isDistinct: false, type: { kind: 'bigint' } })
    return this.#outputs
  }

  /** Where rewritten expressions are resolved. */
  at(clause: string): Surroundings {
    const scope = scopeOf(this.#fields)
    return { scope, clause, aggregates: 'forbidden', aliases: undefined, subquery: clause === 'HAVING' ? this.#block.subquery : undefined }
  }

  /** An expression with a name of ours for each key and aggregate. @throws {Stays} for what cannot stand over groups of a source */
  replaced(syntax: ExpressionSyntax): ExpressionSyntax {
    if (!this.#block.isGrouped) return named(this.#distinctField(syntax))
    if (syntax.kind === 'call' && Object.hasOwn(aggregates, syntax.name)) return named(this.#aggregateField(syntax))
    if (syntax.kind === 'column') return named(this.#keyField(resolveExpression(syntax, this.#block.at).sql))
    checkOverGroups(syntax)
    // Names that a subquery does not know itself are none over groups: one that looks here is not resolved, and all of this stays.
    return mapOperands(syntax, (operand) => this.replaced(operand))
  }

  /** A column of the relation that is grouped by. @throws {Stays} for any other */
  key(sql: string): Bound {
    return columnOf(this.#keyField(sql), scopeOf([]))
  }

  #keyField(sql: string): Field {
    const expression = this.#part.columns.get(sql)
    if (expression === undefined) throw new Stays(say`${'GROUP BY'} is not asked of a source`)
    return this.#keyOf(expression)
  }

  #keyOf(expression: RemoteExpression): Field {
    if (!this.groupBy.some((key) => sameExpression(key, expression))) throw new Stays(say`${'GROUP BY'} is not asked of a source`)
    return this.#fieldOf(this.#columnOf(expression), expression)
  }

  /** Under DISTINCT each whole output is a key. */
  #distinctField(syntax: ExpressionSyntax): Field {
    return this.#keyOf(readExpression(syntax, readingIn(this.#block, this.#part, false)))
  }

  #itemOf(item: Block['items'][number]): RemoteExpression {
    const target = targetOfItem(item)
    return target.is === 'field'
      ? this.#columnAt(target.sql, target.sql)
      : readExpression(target.syntax, readingIn(this.#block, this.#part, false))
  }

  #columnAt(sql: string, name: string): RemoteExpression {
    const expression = this.#part.columns.get(sql)
    if (expression === undefined) throw new Stays(say`${name} is not a column of its source`)
    return expression
  }

  /** An average that no source computes is a sum and a count that are divided here, by the rule of the average itself. */
  #aggregateField(syntax: CallSyntax): Field {
    const isAverage = syntax.name === 'avg' || syntax.name === 'mean'
    const built = building(() => this.#read(syntax))
    if (built.is === 'pushed') return this.#fieldOf(this.#columnOf(built.thing), built.thing)
    if (!isAverage) throw new Stays(built.why)
    const [sum, count] = [this.#read({ ...syntax, name: 'sum' }), this.#read({ ...syntax, name: 'count' })]
    if (sum.kind !== 'aggregate') throw new Stays(built.why)
    const { sql, type } = averaged(sum, this.#columnOf(sum), this.#columnOf(count))
    return this.#addField(sql, type)
  }

  #read(syntax: CallSyntax): RemoteExpression {
    return readExpression(syntax, readingIn(this.#block, this.#part, true))
  }

  /** @returns the text of a column of the answer, which has each expression once */
  #columnOf(expression: RemoteExpression): string {
    const known = this.#outputs.findIndex((output) => sameExpression(output.expression, expression))
    if (known >= 0) return `${this.#alias}.c${known}`
    this.#outputs.push({ name: `c${this.#outputs.length}`, expression })
    return `${this.#alias}.c${this.#outputs.length - 1}`
  }

  #fieldOf(sql: string, { type }: RemoteExpression): Field {
    return this.#addField(sql, type)
  }

  #addField(sql: string, type: Field['type']): Field {
    const known = this.#fields.find((field) => field.sql === sql)
    if (known !== undefined) return known
    // No name of a query reaches these: every column of it has been replaced.
    const field: Field = { name: `⟦${this.#fields.length}⟧`, sql, type, qualifiers: [] }
    this.#fields.push(field)
    return field
  }
}

function named({ name }: Field): ExpressionSyntax {
  return { kind: 'column', parts: [name] }
}

/** @throws {Stays} */
function checkOverGroups(syntax: ExpressionSyntax): void {
  if (syntax.kind === 'lambda') throw new Stays(say`${'->'} is not asked of a source`)
  if (syntax.kind === 'call' && (syntax.over !== undefined || syntax.name === 'grouping' || syntax.name === 'grouping_id'))
    throw new Stays(say`${syntax.name} is not asked of a source`)
}

function averaged({ operand }: RemoteAggregate, sum: string, count: string): { readonly sql: string; readonly type: Field['type'] } {
  const type = operand?.type
  if (type === undefined || type.kind === 'bigint') throw new Stays(say`${'avg'} is not asked of a source`)
  const value: Bound = { sql: anyValue, type, name: 'x', constant: undefined, loose: [], hasAggregate: false, columnName: undefined }
  if (isIntegral(type)) return { sql: `(CAST(${sum} AS DOUBLE) / nullif(${count}, 0))`, type: { kind: 'double' } }
  const written = (aggregates['avg'] as (typeof aggregates)[string]).rewrite([value], { distinct: false, over: '' })
  const sql = written.sql
    .replaceAll(
      `sum(${anyValue})`,
      `CAST(${sum} AS ${duckType({ kind: 'decimal', precision: 38, scale: (type as { scale: number }).scale })})`,
    )
    .replaceAll(`count(${anyValue})`, count)
  if (sql.includes(anyValue)) throw new Stays(say`${'avg'} is not asked of a source`)
  return { sql, type: written.type }
}
