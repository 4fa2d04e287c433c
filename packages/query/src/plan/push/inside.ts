// What a subquery of an expression is at the one source that it reads: the query around it may ask for it together with itself.
//
//   EXISTS (SELECT 1 FROM lines l WHERE l.id = o.id AND l.paid)   →   from lines, where (lines.id = ⟦-1⟧), lines.paid; ⟦-1⟧ is o.id

import { say, type Text } from '@tributary/rules'
import type { Field, Scope } from '../scope.ts'
import { type Block, havingOf, targetOfItem } from './block.ts'
import type { Reading } from './reading.ts'
import { conjuncts, readConditions, readExpression } from './read-expression.ts'
import { type Inside, type RemotePart, tablesOf } from './remote-part.ts'
import { distinctExpressions, operandsOf, type RemoteExpression, sameExpression } from './remote-query.ts'
import { type Built, building, Stays } from './stays.ts'

/** @param outer - what the block may name besides its own columns */
export function insideOf(block: Block, outer: Scope): Built<Inside> {
  return building(() => {
    const part = block.relation?.remote
    if (part === undefined) throw new Stays(say`a subquery over several sources is computed here`)
    if (block.syntax.limit !== undefined || block.hasSets)
      throw new Stays(say`a subquery with ${'LIMIT'} or several groupings is computed here`)
    return read(block, part, outer)
  })
}

function read(block: Block, part: RemotePart, outer: Scope): Inside {
  const around: string[] = []
  const reading: Reading = {
    at: { ...block.at, scope: { ...block.at.scope, outer } },
    columns: part.columns,
    allowsAggregates: false,
    around: (field) => columnAround(field, around),
  }
  const filter = readConditions(block.body.where, reading)
  const groupBy = block.isGrouped ? distinctExpressions(block.keys.map(({ sql, name }) => keyOf(part, sql, name))) : undefined
  const overGroups = { ...reading, allowsAggregates: block.isGrouped }
  const having = conjuncts(havingOf(block)).map((condition) => readExpression(condition, overGroups))
  const output = building(() => outputOf(block, part, overGroups))
  const outputs = output.is === 'pushed' ? [output.thing] : []
  if (groupBy !== undefined && ![...having, ...outputs].every((value) => standsOverGroups(value, groupBy)))
    throw new Stays(say`${'GROUP BY'} is not asked of a source`)
  return {
    tables: part.tables,
    inside: { from: part.from, filter: [...part.filter, ...filter], groupBy, having },
    output: outputs[0],
    around,
  }
}

/** Each column of the query around it once. */
function columnAround({ sql, type }: Field, around: string[]): RemoteExpression {
  if (!around.includes(sql)) around.push(sql)
  return { kind: 'column', relation: -1 - around.indexOf(sql), column: 0, type: type as RemoteExpression['type'] }
}

function keyOf({ columns }: RemotePart, sql: string, name: string): RemoteExpression {
  const key = columns.get(sql)
  if (key === undefined || key.kind === 'literal') throw new Stays(say`${name} is not a column of its source`)
  return key
}

function outputOf({ items }: Block, { columns }: RemotePart, reading: Reading): RemoteExpression {
  const [item, ...others] = items
  if (item === undefined || others.length > 0) throw new Stays(say`a subquery of several columns is computed here`)
  const target = targetOfItem(item)
  if (target.is === 'syntax') return readExpression(target.syntax, reading)
  const column = columns.get(target.sql)
  if (column === undefined) throw new Stays(say`a subquery of several columns is computed here`)
  return column
}

/** What is made of keys, as they stand, and of aggregates alone. */
function standsOverGroups(value: RemoteExpression, keys: readonly RemoteExpression[]): boolean {
  if (value.kind === 'aggregate' || value.kind === 'literal' || keys.some((key) => sameExpression(key, value))) return true
  if (value.kind === 'column') return value.relation < 0
  return operandsOf(value).every((operand) => standsOverGroups(operand, keys))
}

/** Whether an equality ties its rows to those around it: without one a source might look at every pair. */
export function isTied({ inside, around }: Inside): boolean {
  return around.length === 0 || inside.filter.some(ties)
}

function ties(condition: RemoteExpression): boolean {
  if (condition.kind !== 'comparison' || condition.op !== '=') return false
  const [one, other] = [condition.left, condition.right].map((side) => [...tablesOf(side)]) as [number[], number[]]
  const isAround = (tables: readonly number[]): boolean => tables.length > 0 && tables.every((table) => table < 0)
  const isOwn = (tables: readonly number[]): boolean => tables.length > 0 && tables.every((table) => table >= 0)
  return (isAround(one) && isOwn(other)) || (isAround(other) && isOwn(one))
}

/** Why a subquery is not asked of the source of the query around it. */
export function whyNot(inside: Built<Inside> | undefined): Text {
  return inside?.is === 'stays' ? inside.why : say`a subquery over several sources is computed here`
}
