// GROUP BY and aggregates over one part: the source groups, and here is computed what stands around the aggregates.
//
//   SELECT region, round(avg(amount), 1) FROM ⟦orders⟧ AS r0 GROUP BY region HAVING count(*) > 1
//   →   SELECT r5.c0, round(r5.c1 / r5.c2, 1) FROM ⟦orders group by region: region, sum(amount), count(amount), count(*) having count(*) > 1⟧ AS r5 WHERE r5.c3 > 1

import { say } from '@tributary/rules'
import type { Bound } from '../bound.ts'
import { placeholder } from '../placeholder.ts'
import { resolveCondition, resolveExpression } from '../resolve-expression.ts'
import { orderTail, orderText } from '../resolve-order.ts'
import { clause } from '../resolving.ts'
import { sameType } from '../spark-types.ts'
import { type Block, type BlockOutput, havingOf, readingIn, readOrder, readWhere, targetOf, targetOfItem } from './block.ts'
import { GroupedColumns } from './grouped-columns.ts'
import { conjuncts, readExpression } from './read-expression.ts'
import { queryOf, type RemotePart } from './remote-part.ts'
import type { RemoteExpression, RemoteQuery } from './remote-query.ts'
import { building, Stays } from './stays.ts'

/** Lets the source group where it can. @returns the block's text over the groups; nothing where rows are grouped here */
export function pushGroups(block: Block): string | undefined {
  const { relation, body, resolving, isGrouped } = block
  const { pushing } = resolving
  const part = relation?.remote
  if (pushing === undefined || part === undefined || !(isGrouped || body.distinct)) return undefined
  const built = building(() => groupedText(block, part))
  if (built.is === 'pushed') return built.thing
  pushing.note(part.handles, built.why)
  return undefined
}

/** @throws {Stays} */
function groupedText(block: Block, part: RemotePart): string {
  if (block.hasSets) throw new Stays(say`several groupings at once are computed here`)
  if (block.isLoose) throw new Stays(say`a subquery that looks at the query around it is computed here`)
  if (block.isGrouped && block.body.distinct) throw new Stays(say`${'DISTINCT'} is not asked of a source`)
  const alias = block.resolving.newAlias()
  const columns = new GroupedColumns(block, part, alias)
  const outputs = block.items.map((item, index): BlockOutput => {
    const { bound, name } = block.outputs[index] as BlockOutput
    const target = targetOfItem(item)
    const moved = target.is === 'field' ? columns.key(target.sql) : resolved(columns.replaced(target.syntax), columns, 'SELECT')
    if (!sameType(moved.type, bound.type)) throw new Stays(say`${name} has another type over groups`)
    return { name, bound: { ...moved, columnName: bound.columnName } }
  })
  const having = havingText(block, columns)
  const bounds = outputs.map(({ bound }) => bound)
  const order = block.syntax.orderBy.map((item) => orderText(item, orderBound(item, { block, columns, bounds }), bounds))
  const query = groupedQuery(block, part, columns)
  const why = block.resolving.pushing?.offer(query)
  if (why !== undefined) throw new Stays(why)
  const reading = placeholder((block.resolving.pushing as NonNullable<typeof block.resolving.pushing>).read(query))
  return `SELECT ${block.list(outputs)} FROM ${reading} AS ${alias}${clause('WHERE', having)}${orderTail(order, block.syntax.limit)}`
}

function havingText(block: Block, columns: GroupedColumns): string | undefined {
  const having = havingOf(block)
  return having === undefined ? undefined : resolveCondition(columns.replaced(having), columns.at('HAVING')).sql
}

function resolved(syntax: Parameters<typeof resolveExpression>[0], columns: GroupedColumns, clauseName: string): Bound {
  return resolveExpression(syntax, columns.at(clauseName))
}

interface Ordered {
  readonly block: Block
  readonly columns: GroupedColumns
  readonly bounds: readonly Bound[]
}

function orderBound(item: Block['syntax']['orderBy'][number], { block, columns }: Ordered): Bound {
  const target = targetOf(item, block)
  return target.is === 'field' ? columns.key(target.sql) : resolved(columns.replaced(target.syntax), columns, 'ORDER BY')
}

/** Order and limit go along where the source can say which groups come first. */
function groupedQuery(block: Block, part: RemotePart, columns: GroupedColumns): RemoteQuery {
  const having = readHaving(block, part)
  const order = block.syntax.limit === undefined || having === undefined ? undefined : building(() => readOrder(block, part))
  const isCut = order?.is === 'pushed'
  return {
    ...queryOf(part, []),
    filter: [...part.filter, ...readWhere(block, part)],
    groupBy: columns.groupBy,
    having: having ?? [],
    outputs: columns.outputs,
    orderBy: isCut ? order.thing : [],
    limit: isCut ? block.syntax.limit : undefined,
  }
}

/** Groups are looked at again here: what the source cannot say of them is left out. @returns `undefined` where something was */
function readHaving(block: Block, part: RemotePart): readonly RemoteExpression[] | undefined {
  const built = building(() => conjuncts(havingOf(block)).map((condition) => readExpression(condition, readingIn(block, part, true))))
  return built.is === 'pushed' ? built.thing : undefined
}
