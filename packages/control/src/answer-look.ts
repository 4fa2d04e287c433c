// What statements answer that only tell: SHOW and DESCRIBE from the catalog, EXPLAIN from the planner.

import type { ExplainStatement, Planned, Statement } from '@tributary/query'
import { formatColumnType, formatEndpoint, isManaged, isView, redactStatement, type Table } from '@tributary/rules'
import type { Deps } from './deps.ts'
import { describe, describeColumns } from './describe.ts'
import { type Answer, getRelation, type Place, textColumns } from './look.ts'
import { type Order, planReading, requireRights } from './plan-reading.ts'
import { relationsOf } from './relations.ts'
import { show } from './show.ts'
import { catalogSource } from './sources.ts'
import { type Look, mainTable, namesRead } from './statement-names.ts'

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

/** The plan of a statement's query, and what its mode tells besides; of what has none, the statement's own name. */
async function explain(deps: Deps, asked: Order, { statement, mode, sql }: ExplainStatement): Promise<string> {
  const order = { ...asked, draft: { ...asked.draft, sql } }
  if (!('tables' in statement)) {
    await requireRights(deps, order.caller, statement)
    return `== Physical Plan ==\n${statement.kind}: no plan, it is done by the catalog\n`
  }
  const planned = await planReading(deps, order, statement, { isExplained: true })
  const head = await headOf(deps, order, statement)
  const plan = `== Physical Plan ==\n${head}${planned.explained ?? ''}\n`
  switch (mode) {
    case 'extended':
      return `== Statement ==\n${redactStatement(sql)}\n\n== Analyzed Columns ==\n${columnLines(planned)}\n\n${plan}`
    case 'formatted':
      return `${plan}\n== Scans ==\n${scanLines(planned)}\n`
    case 'cost':
      return `== Statistics ==\n${await costLines(deps, order, statement)}\n\n${plan}`
    default:
      return plan
  }
}

/** What a statement does with the rows of its query: `insert overwrite shop.orders, at postgresql 10.71.0.5:5432`. */
async function headOf({ store }: Deps, { caller }: Order, statement: Statement): Promise<string> {
  if (statement.kind === 'query') return ''
  const { database, name } = mainTable(statement) ?? { database: '', name: '' }
  if (statement.kind !== 'insert') return `${statement.kind} ${database}.${name}\n`
  const target = await store.tables.find(caller.project, database, name)
  const place = target === undefined || isManaged(target) || isView(target) ? '' : placeOf(target)
  return `insert ${statement.overwrite ? 'overwrite' : 'into'} ${database}.${name}${place}\n`
}

function placeOf(target: Table): string {
  const { connector, settings } = catalogSource(target).table
  return `, at ${connector} ${formatEndpoint(settings.endpoint)}`
}

function columnLines({ columns }: Planned): string {
  return columns.map(({ name, type }) => `${name}: ${formatColumnType(type)}`).join('\n')
}

function scanLines({ scans }: Planned): string {
  const lines = scans.map(({ table, columns, filters }, index) => {
    const details = [`(${index + 1}) ${table}`, `Columns [${columns.length}]: ${columns.join(', ')}`, `Filters: ${filters}`]
    return details.join('\n')
  })
  return lines.length === 0 ? 'none: no table is read' : lines.join('\n\n')
}

/** What is known of the tables before anything is read. */
async function costLines({ store }: Deps, { caller }: Order, statement: Statement): Promise<string> {
  const { managed, sources } = await relationsOf(store, caller.project, namesRead(statement))
  const lines: string[] = []
  for (const { id, databaseName, name } of managed) {
    const { rows, files, bytes } = await store.tableVersions.measure(id)
    lines.push(`${databaseName}.${name}: sizeInBytes=${bytes}, rowCount=${rows}, files=${files}`)
  }
  for (const { table } of sources) lines.push(`${table.name.database}.${table.name.name}: unknown, it lies at its source`)
  return lines.length === 0 ? 'none: no table is read' : lines.join('\n')
}
