// The door of the room: how SQL runs.

export type { ProbeDepth } from './connectors/connector.ts'
export { sourceKinds } from './connectors/index.ts'
export type { Admit, Asked } from './engines/duckdb/admission.ts'
export type { EngineHostOptions, EngineQueue, NetworkMember } from './engines/duckdb/host.ts'
export { EngineHost } from './engines/duckdb/host.ts'
export { memoryHere } from './engines/duckdb/host-memory.ts'
export { badRecordsQuery, fileColumns, filesRelation, importQuery, parquetQuery } from './files/import-query.ts'
export type {
  Exported,
  PeeringTraffic,
  Planned,
  PlannedScan,
  Probed,
  Progress,
  Ran,
  SilentSource,
  SourceWrite,
} from './engines/duckdb/messages.ts'
export type {
  CatalogTable,
  CatalogView,
  Credentials,
  ImportedFiles,
  JdbcSettings,
  OpenableTable,
  SourceTable,
  TableName,
  WarehouseTable,
} from './source.ts'
export type { ReadBudget } from './engines/duckdb/read-budget.ts'
export { readSourceOptions, type SourceOptions } from './sources/jdbc.ts'
export {
  type AlterTableStatement,
  type CreateTableLikeStatement,
  type CreateTableStatement,
  type DescribeStatement,
  type ExplainStatement,
  managedFormat,
  type ShowStatement,
  type Statement,
  type TableChange,
} from './statement.ts'
export type { WriteOrder } from './warehouse/write-sql.ts'
