// What statements answer that only tell: SHOW and DESCRIBE from the catalog, EXPLAIN from the planner.

import type { ExplainStatement } from '@tributary/query'
import { redactStatement } from '@tributary/rules'
import type { Deps } from './deps.ts'
import { describe, describeColumns } from './describe.ts'
import { type Answer, getRelation, type Place, textColumns } from './look.ts'
import { type Order, planReading, requireRights } from './plan-reading.ts'
import { show } from './show.ts'
import { type Look, mainTable } from './statement-names.ts'

/** Answers a statement that only tells. @throws {ServiceError} `notFound` database, `semantic`, `forbidden`, `unsupported`, `unavailable` */
export async function answerLook(deps: Deps, order: Order, look: Look): Promise<Answer> {
  const place: Place = { store: deps.store, projectId: order.caller.project, currentDatabase: order.currentDatabase }
  switch (look.kind) {
    case 'show':
      return show(place, look)
    case 'describe':
      return look.what === 'query' ? describeColumns((await planReading(deps, order, look)).columns) : describe(place, look)
    case 'explain':
      return { columns: textColumns('plan'), rows: [[await explain(deps, order, look)]] }
    case 'upkeep':
      await getRelation(place, look.table)
      return { columns: [], rows: [] }
  }
}

/** The plan of a statement's query; of what has none, the statement's own name. */
async function explain(deps: Deps, asked: Order, { statement, mode, sql }: ExplainStatement): Promise<string> {
  const order = { ...asked, draft: { ...asked.draft, sql } }
  if (!('tables' in statement)) {
    await requireRights(deps, order.caller, statement)
    return `== Physical Plan ==\n${statement.kind}: no plan, it is done by the catalog\n`
  }
  const { explained = '' } = await planReading(deps, order, statement, { isExplained: true })
  const { database, name } = mainTable(statement) ?? { database: '', name: '' }
  const head = statement.kind === 'query' ? '' : `${statement.kind} ${database}.${name}\n`
  const logical = mode === 'extended' || mode === 'cost' ? `== Statement ==\n${redactStatement(sql)}\n\n` : ''
  return `${logical}== Physical Plan ==\n${head}${explained}\n`
}
