// What a SQL text asks for, once parsed: the kinds of statements on offer, as data.

import type { ResultColumn } from '@tributary/rules'
import type { TableName } from './source.ts'

/** A query inside another statement. */
export interface QueryPart {
  /** Its text alone, as written: what `plan` and `run` take. */
  readonly query: string
  /** The tables and views it names, once each, in order of appearance. */
  readonly tables: readonly TableName[]
}

/** One entry of `PARTITION (…)`: `null` is the partition of NULL, `undefined` stands for whatever the rows hold (dynamic). */
export interface PartitionValue {
  /** In lower case. */
  readonly column: string
  readonly value: string | null | undefined
}

/** `CREATE TABLE`: metadata alone, no row is written. */
export interface CreateTableStatement {
  readonly kind: 'createTable'
  readonly table: TableName
  readonly ifNotExists: boolean
  /** With those of PARTITIONED BY, which come last. Absent: read from the source; a managed table always has them. */
  readonly columns: readonly ResultColumn[] | undefined
  /** Lower case: `jdbc`, or {@link managedFormat} for a managed table, which is also what a missing USING means. */
  readonly using: string
  /** Keys in lower case. May hold a password: never logged, never kept in clear. */
  readonly options: Readonly<Record<string, string>>
  /** `TBLPROPERTIES`, keys as written. */
  readonly properties: Readonly<Record<string, string>>
  /** Names of columns, as those are spelled; empty for a table that is not partitioned. */
  readonly partitionedBy: readonly string[]
  readonly comment: string
}

/** `CREATE TABLE … AS query`: a managed table and its first rows. */
export interface CreateTableAsStatement extends QueryPart {
  readonly kind: 'createTableAs'
  readonly table: TableName
  readonly ifNotExists: boolean
  readonly using: string
  readonly options: Readonly<Record<string, string>>
  readonly properties: Readonly<Record<string, string>>
  /** As written; whether the query gives such columns is seen when it is planned. */
  readonly partitionedBy: readonly string[]
  readonly comment: string
}

/** `INSERT INTO` and `INSERT OVERWRITE`, from SELECT, VALUES or TABLE. */
export interface InsertStatement extends QueryPart {
  readonly kind: 'insert'
  readonly table: TableName
  readonly overwrite: boolean
  readonly partition: readonly PartitionValue[]
  /** `INSERT OVERWRITE … PARTITION (…) IF NOT EXISTS`: nothing happens where the partition is there. */
  readonly ifNotExists: boolean
  /** The columns that are given, in the order of the query's; absent: all. */
  readonly columns: readonly string[] | undefined
}

/** `TRUNCATE TABLE`, of the whole table where `partition` is empty. */
export interface TruncateStatement {
  readonly kind: 'truncate'
  readonly table: TableName
  readonly partition: readonly PartitionValue[]
}

/** One change of a table or a view. */
export type TableChange =
  | { readonly kind: 'rename'; readonly to: TableName }
  | { readonly kind: 'setProperties'; readonly properties: Readonly<Record<string, string>> }
  | { readonly kind: 'unsetProperties'; readonly keys: readonly string[]; readonly ifExists: boolean }
  | { readonly kind: 'addColumns'; readonly columns: readonly ResultColumn[] }
  | { readonly kind: 'commentColumn'; readonly column: string; readonly comment: string }
  | { readonly kind: 'dropPartitions'; readonly ifExists: boolean; readonly partitions: readonly (readonly PartitionValue[])[] }

/** `ALTER TABLE`, and `ALTER VIEW` where the view's query stays. */
export interface AlterTableStatement {
  readonly kind: 'alterTable'
  /** What the statement says that it is. */
  readonly of: 'table' | 'view'
  readonly table: TableName
  readonly change: TableChange
}

/** `CREATE TABLE … LIKE`: another table's columns and partitions without its rows. */
export interface CreateTableLikeStatement {
  readonly kind: 'createTableLike'
  readonly table: TableName
  readonly source: TableName
  readonly ifNotExists: boolean
  /** `TBLPROPERTIES`, keys as written. */
  readonly properties: Readonly<Record<string, string>>
}

/** `CREATE VIEW`. */
export interface CreateViewStatement extends QueryPart {
  readonly kind: 'createView'
  readonly view: TableName
  readonly orReplace: boolean
  readonly ifNotExists: boolean
  /** New names of the query's columns, with their comments; absent: as the query names them. */
  readonly columns: readonly ViewColumn[] | undefined
  readonly comment: string
  readonly properties: Readonly<Record<string, string>>
}

/** A column as `CREATE VIEW v (a COMMENT '…')` names it. */
export interface ViewColumn {
  readonly name: string
  readonly comment?: string
}

/** What SHOW may show. */
export type Shown =
  | 'databases'
  | 'tables'
  | 'tableExtended'
  | 'views'
  | 'columns'
  | 'partitions'
  | 'createTable'
  | 'functions'
  | 'tableProperties'
  | 'currentDatabase'
  | 'catalogs'

/** `SHOW …`. */
export interface ShowStatement {
  readonly kind: 'show'
  readonly what: Shown
  /** Of `tables`, `tableExtended` and `views`. */
  readonly database?: string
  /** Of `columns`, `partitions`, `createTable` and `tableProperties`. */
  readonly table?: TableName
  /** As Spark reads it: `*` any letters, `|` either, in any case. */
  readonly pattern?: string
  readonly partition?: readonly PartitionValue[]
  /** Of `tableProperties`: the one that is asked for. */
  readonly key?: string
  /** Of `functions`: all that there are; users have none of their own. */
  readonly names?: readonly string[]
}

/** `DESCRIBE …`; `table` with a `column` tells of that column. */
export type DescribeStatement =
  | {
      readonly kind: 'describe'
      readonly what: 'table'
      readonly extended: boolean
      readonly table: TableName
      readonly column?: string
      readonly partition?: readonly PartitionValue[]
    }
  | { readonly kind: 'describe'; readonly what: 'database'; readonly extended: boolean; readonly database: string }
  /** `lines` is what is told of the function. */
  | { readonly kind: 'describe'; readonly what: 'function'; readonly lines: readonly string[] }
  | ({ readonly kind: 'describe'; readonly what: 'query' } & QueryPart)

/** Forms of EXPLAIN, as Spark names them; there is no CODEGEN. */
export type ExplainMode = 'simple' | 'extended' | 'formatted' | 'cost'

/** `EXPLAIN statement`. */
export interface ExplainStatement {
  readonly kind: 'explain'
  readonly mode: ExplainMode
  readonly statement: Exclude<Statement, ExplainStatement>
  /** The text of that statement alone. */
  readonly sql: string
}

/** `REFRESH TABLE` and `ANALYZE TABLE`: what they would bring up to date always is, so that the table is looked for and nothing is done. */
export interface UpkeepStatement {
  readonly kind: 'upkeep'
  readonly verb: 'REFRESH TABLE' | 'ANALYZE TABLE'
  readonly table: TableName
}

/** What is parsed and checked against the list of what is offered; names are lower case, with the current database filled in. */
export type Statement =
  | { readonly kind: 'query'; readonly tables: readonly TableName[] }
  | CreateTableStatement
  | CreateTableAsStatement
  | CreateTableLikeStatement
  | AlterTableStatement
  | InsertStatement
  | TruncateStatement
  | { readonly kind: 'dropTable'; readonly table: TableName; readonly ifExists: boolean }
  | CreateViewStatement
  | ({ readonly kind: 'alterView'; readonly view: TableName } & QueryPart)
  | { readonly kind: 'dropView'; readonly view: TableName; readonly ifExists: boolean }
  | { readonly kind: 'createDatabase'; readonly database: string; readonly ifNotExists: boolean; readonly comment: string }
  | { readonly kind: 'dropDatabase'; readonly database: string; readonly ifExists: boolean; readonly cascade: boolean }
  | ShowStatement
  | DescribeStatement
  | ExplainStatement
  | UpkeepStatement

/** `USING` of a managed table: its rows live in the warehouse. */
export const managedFormat = 'parquet'
