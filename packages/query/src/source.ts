// Source tables as the engine sees them: who they are, what they hold, where their rows live.

import type { Column, Endpoint, TableId } from '@tributary/rules'

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
  /** How the table may be read side by side: `lower` inclusive, `upper` exclusive, the range split evenly. */
  readonly partitions?: { readonly column: string; readonly lower: bigint; readonly upper: bigint; readonly count: number } | undefined
}

/** A catalog entry whose rows live behind a connection. */
export interface SourceTable {
  readonly id: TableId
  readonly name: TableName
  /** Which connector reads it, for instance `postgresql`. */
  readonly connector: string
  readonly settings: JdbcSettings
  readonly columns: readonly Column[]
}

/** What opens a source; it arrives by IPC for one job and is dropped with it. */
export interface Credentials {
  readonly user: string
  readonly password: string
}

/** A source table together with what opens it, for one job. */
export interface OpenableTable {
  readonly table: SourceTable
  readonly credentials: Credentials | undefined
  /** The gateway's word on whether a password may cross it unencrypted. */
  readonly allowCleartextPasswords: boolean
}
