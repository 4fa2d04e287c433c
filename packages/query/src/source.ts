// Source tables as the engine sees them: who they are, what they hold, where their rows live.

import type { Column, Endpoint, ImportFormat, ResultColumn, TableId } from '@tributary/rules'

/** `database.table`, both lower case. */
export interface TableName {
  readonly database: string
  readonly name: string
}

/** The places and names of a JDBC source; no secret is ever in here. */
export interface JdbcSettings {
  readonly endpoint: Endpoint
  readonly database: string
  /** Schema-qualified name at the source, as `dbtable` gave it. */
  readonly schema: string | undefined
  readonly table: string
  /** `disable` sends plain text, `require` encrypts, `verify-full` also checks the certificate. */
  readonly tls: 'disable' | 'prefer' | 'require' | 'verify-full'
  /** Rows per batch read, from `fetchsize`. */
  readonly fetchSize: number
  /** Whether an overwrite empties the table by TRUNCATE, which locks readers out, rather than by DELETE; from `truncate`. */
  readonly truncate?: boolean | undefined
  /** How the table may be read side by side: `lower` inclusive, `upper` exclusive, the range split evenly. */
  readonly partitions?: { readonly column: string; readonly lower: bigint; readonly upper: bigint; readonly count: number } | undefined
}

/** What planning knows of a table: what it is called and what it holds. */
export interface CatalogTable {
  readonly id: TableId
  readonly name: TableName
  readonly columns: readonly ResultColumn[]
}

/** A catalog entry whose rows live behind a connection. */
export interface SourceTable extends CatalogTable {
  readonly columns: readonly Column[]
  /** Which connector reads it, for instance `postgresql`. */
  readonly connector: string
  readonly settings: JdbcSettings
  /** The auth-info that opens it: tables with the same one can be read by one session. Absent where credentials are its own. */
  readonly login?: string | undefined
}

/** A catalog entry whose rows lie in the warehouse, as one job reads it: the files of one version, which never change. */
export interface WarehouseTable extends CatalogTable {
  /** Names of columns, outermost first. */
  readonly partitionColumns: readonly string[]
  readonly files: readonly WarehouseFile[]
  /** Whether others wrote the files, whose types may be near to those of the columns and not the same. */
  readonly isForeign?: true
}

/** A Parquet file with every column of its table, those of its partition too. */
export interface WarehouseFile {
  /** Where the engine reads it: in a directory of this job alone. */
  readonly path: string
  /** The one value that each partition column has in it. */
  readonly partition: readonly (string | null)[]
  readonly rows: number
  readonly bytes: number
  /** How many columns the table had when it was written; absent: all. */
  readonly columnCount?: number | undefined
}

/** A view: it has no rows of its own, and stands in a query for its text. */
export interface CatalogView {
  readonly name: TableName
  /** As written. */
  readonly query: string
  /** Where names without a database are looked up in it. */
  readonly currentDatabase: string
  /** What it gives, with the types of when it was made. */
  readonly columns: readonly ResultColumn[]
  /** The names under which its query gives them. */
  readonly queryColumns: readonly string[]
}

/** What opens a source; it arrives by IPC for one job and is dropped with it. */
export interface Credentials {
  readonly user: string
  readonly password: string
}

/** A file of an import, for one job; `name` is how its owner knows it. */
export interface ImportFile {
  /** Where the engine reads it: in a directory of this job alone. */
  readonly path: string
  readonly name: string
  readonly compress: 'none' | 'gzip' | 'deflate'
  /** As it lies there, compressed or not. */
  readonly bytes: number
}

/** Files of records of text, and how they are read. */
export interface FileSettings {
  readonly format: ImportFormat
  readonly files: readonly ImportFile[]
  /** Those that the records have values for: of CSV by their order, of JSON by their names. */
  readonly columns: readonly ResultColumn[]
}

/** Files as a relation, for one job. */
export interface ImportedFiles {
  /** Its columns are those of `fileColumns`. */
  readonly table: CatalogTable
  readonly settings: FileSettings
}

/** A source table together with what opens it, for one job. */
export interface OpenableTable {
  readonly table: SourceTable
  readonly credentials: Credentials | undefined
  /** The gateway's word on whether a password may cross it unencrypted. */
  readonly allowCleartextPasswords: boolean
  /** How long a login may take once TCP stands, in ms; absent: ten seconds. */
  readonly loginTimeoutMs?: number
}
