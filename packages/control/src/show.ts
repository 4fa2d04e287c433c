// SHOW: databases, tables, views, columns, partitions, properties and functions, in Spark's columns and order.

import type { ShowStatement } from '@tributary/query'
import {
  checkIsTable,
  isView,
  type ManagedTable,
  matchesNamePattern,
  partitionName,
  readPartition,
  ServiceError,
  say,
  type Table,
} from '@tributary/rules'
import { type Answer, catalogName, getRelation, type Place, textColumns } from './look.ts'
import { schemaTree } from './schema-tree.ts'
import { detailsOf, isPartitioned } from './table-details.ts'
import { createStatement } from './table-text.ts'

/** Answers a SHOW. @throws {ServiceError} `notFound` database, `semantic` for a table that is not there or has nothing of the kind */
export async function show(place: Place, statement: ShowStatement): Promise<Answer> {
  switch (statement.what) {
    case 'databases':
      return showDatabases(place, statement)
    case 'tables':
      return listed('tableName', await findTables(place, statement))
    case 'views':
      return listed('viewName', (await findTables(place, statement)).filter(isView))
    case 'tableExtended':
      return showExtended(place, statement)
    case 'currentDatabase':
      return { columns: textColumns('catalog', 'namespace'), rows: [[catalogName, place.currentDatabase]] }
    case 'catalogs':
      return { columns: textColumns('catalog'), rows: matching([catalogName], statement).map((name) => [name]) }
    case 'functions':
      return { columns: textColumns('function'), rows: matching(statement.names ?? [], statement).map((name) => [name]) }
    default:
      return showTable(place, statement)
  }
}

async function showDatabases({ store, projectId }: Place, statement: ShowStatement): Promise<Answer> {
  const { databases } = await store.databases.list(projectId, {})
  const names = matching(
    databases.map(({ name }) => name),
    statement,
  )
  return { columns: textColumns('namespace'), rows: names.map((name) => [name]) }
}

async function findTables({ store, projectId, currentDatabase }: Place, statement: ShowStatement): Promise<readonly Table[]> {
  const { id } = await store.databases.get(projectId, statement.database ?? currentDatabase)
  const { tables } = await store.tables.list(id, {})
  return tables.filter(({ name }) => statement.pattern === undefined || matchesNamePattern(statement.pattern, name))
}

function listed(title: string, tables: readonly Table[]): Answer {
  const columns = [...textColumns('namespace', title), { name: 'isTemporary', type: { kind: 'boolean' } } as const]
  return { columns, rows: tables.map(({ databaseName, name }) => [databaseName, name, 'false']) }
}

async function showExtended(place: Place, statement: ShowStatement): Promise<Answer> {
  if (statement.partition !== undefined)
    throw new ServiceError('unsupported', say`${'PARTITION'} in ${'SHOW TABLE EXTENDED'} is not offered`)
  const tables = await findTables(place, statement)
  const { columns, rows } = listed('tableName', tables)
  const texts = await Promise.all(tables.map((table) => informationOf(place, table)))
  return { columns: [...columns, ...textColumns('information')], rows: rows.map((row, index) => [...row, texts[index] ?? null]) }
}

async function informationOf(place: Place, table: Table): Promise<string> {
  const details = (await detailsOf(place, table)).map(([word, value]) => `${word}: ${value}`)
  if (isPartitioned(table))
    details.push(`Partition Columns: [${(table.managed?.partitionColumns ?? []).map((name) => `\`${name}\``).join(', ')}]`)
  return `${[...details, 'Schema: root', ...schemaTree(table.columns)].join('\n')}\n\n`
}

async function showTable(place: Place, statement: ShowStatement): Promise<Answer> {
  if (statement.table === undefined) throw new Error(`SHOW of ${statement.what} names no table`)
  const table = await getRelation(place, statement.table)
  switch (statement.what) {
    case 'columns':
      return { columns: textColumns('col_name'), rows: table.columns.map(({ name }) => [name]) }
    case 'createTable':
      return { columns: textColumns('createtab_stmt'), rows: [[createStatement(table)]] }
    case 'partitions':
      return showPartitions(place, table, statement)
    default:
      return showProperties(table, statement)
  }
}

function showProperties({ databaseName, name, properties = {} }: Table, { key }: ShowStatement): Answer {
  const columns = textColumns('key', 'value')
  const entries = Object.entries(properties).toSorted(([one], [other]) => (one < other ? -1 : 1))
  if (key === undefined) return { columns, rows: entries }
  const missing = `Table ${catalogName}.${databaseName}.${name} does not have property: ${key}`
  return { columns, rows: [[key, Object.hasOwn(properties, key) ? (properties[key] ?? null) : missing]] }
}

async function showPartitions({ store }: Place, table: Table, { partition = [] }: ShowStatement): Promise<Answer> {
  const name = `${table.databaseName}.${table.name}`
  checkIsTable(table, 'SHOW PARTITIONS')
  if (!isPartitioned(table))
    throw new ServiceError('semantic', say`SHOW PARTITIONS is not allowed on a table that is not partitioned: ${name}`)
  const { managed } = table as ManagedTable
  const wanted = readPartition(name, managed.partitionColumns, partition)
  const files = (await store.tableVersions.listFiles(table.id)).filter((file) =>
    wanted.every(({ value }, index) => value === undefined || value === (file.partition[index] ?? null)),
  )
  const names = new Set(files.map((file) => partitionName(managed.partitionColumns, file.partition)))
  return { columns: textColumns('partition'), rows: [...names].toSorted().map((each) => [each]) }
}

function matching(names: readonly string[], { pattern }: ShowStatement): readonly string[] {
  return names.filter((name) => pattern === undefined || matchesNamePattern(pattern, name)).toSorted()
}
