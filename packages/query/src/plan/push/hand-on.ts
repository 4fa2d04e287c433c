// A subquery or view that only picks columns and rows: what stands around it may see through it to the source.
//
//   SELECT x FROM (SELECT amount * 2 AS x FROM orders WHERE paid) q   →   x is amount * 2 of orders, where paid

import type { Field } from '../scope.ts'
import { readingIn, readWhere, targetOfItem, type Block } from './block.ts'
import { readExpression } from './read-expression.ts'
import type { HandedOn, RemotePart } from './remote-part.ts'
import { building } from './stays.ts'

/** @returns nothing where rows are grouped, ordered out or counted off, or chosen by what only we can see */
export function handOn(block: Block): HandedOn | undefined {
  const { relation, syntax, body, items, isGrouped, isLoose } = block
  const part = relation?.remote
  if (part === undefined || isGrouped || isLoose || body.distinct || syntax.limit !== undefined) return undefined
  const where = building(() => readWhere(block, part))
  if (where.is === 'stays') return undefined
  const outputs = items.map((item) => {
    const target = targetOfItem(item)
    if (target.is === 'field') return part.columns.get(target.sql)
    const built = building(() => readExpression(target.syntax, readingIn(block, part, false)))
    return built.is === 'pushed' ? built.thing : undefined
  })
  return { ...part, filter: [...part.filter, ...where.thing], outputs }
}

/** The part that a relation is whose columns come from a block. */
export function partOfHandedOn(handed: HandedOn | undefined, fields: readonly Field[]): RemotePart | undefined {
  if (handed === undefined) return undefined
  const { outputs, ...part } = handed
  const columns = fields.flatMap(({ sql }, index) => {
    const expression = outputs[index]
    return expression === undefined ? [] : [[sql, expression] as const]
  })
  return { ...part, columns: new Map(columns) }
}
