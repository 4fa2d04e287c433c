// The door of the room: how SQL runs.

export type { ProbeDepth } from './connectors/connector.ts'
export type { EngineHostOptions, EngineQueue, NetworkMember } from './engines/duckdb/host.ts'
export { EngineHost } from './engines/duckdb/host.ts'
export type { PeeringTraffic, Planned, PlannedScan, Probed, Progress, Ran } from './engines/duckdb/messages.ts'
export type { Credentials, JdbcSettings, OpenableTable, SourceTable, TableName } from './source.ts'
export { readSourceOptions, type SourceOptions } from './sources/jdbc.ts'
export type { Statement } from './statement.ts'
