// The catalog: databases, tables of every kind and their files, logins of sources, grants and tags.

/** A row of `auth_infos`; times are ms since the epoch. */
export interface AuthInfoTable {
  readonly id: string
  readonly project_id: string
  readonly name: string
  readonly type: string
  readonly user_name: string
  readonly certificate_location: string
  readonly krb5_conf: string
  readonly keytab: string
  readonly truststore_location: string
  readonly keystore_location: string
  readonly sealed_secrets: string
  readonly allowed_addresses: string
  readonly owner_name: string
  readonly owner_id: string | null
  readonly created_at: number
  readonly updated_at: number
}

/** A row of `tags`. */
export interface TagTable {
  readonly resource_id: string
  readonly key: string
  readonly resource_kind: string
  readonly project_id: string
  readonly value: string
}

/** A row of `databases`; times are ms since the epoch. */
export interface DatabaseTable {
  readonly id: string
  readonly project_id: string
  readonly name: string
  readonly description: string
  readonly owner_name: string
  readonly owner_id: string | null
  readonly enterprise_project_id: string
  readonly created_at: number
}

/** A row of `source_tables`; `options`, `columns` and `properties` are JSON, times are ms since the epoch. */
export interface SourceTableTable {
  readonly id: string
  readonly database_id: string
  readonly name: string
  readonly using_kind: string
  readonly options: string
  readonly columns: string
  readonly sealed_credentials: string | null
  readonly comment: string
  readonly owner_name: string
  readonly owner_id: string | null
  readonly created_at: number
  readonly properties: string
}

/** A row of `views`; `tables` and `query_columns` are JSON. */
export interface ViewTable {
  readonly table_id: string
  readonly query: string
  readonly current_database: string
  readonly tables: string
  readonly query_columns: string
}

/** A row of `managed_tables`; `partition_columns` is JSON, times are ms since the epoch. */
export interface ManagedTableTable {
  readonly table_id: string
  readonly partition_columns: string
  readonly version: number
  readonly changed_at: number
}

/** A row of `table_files`; `partition_values` is JSON, times are ms since the epoch. */
export interface TableFileTable {
  readonly id: string
  readonly project_id: string
  readonly table_id: string
  readonly added_in: number
  readonly removed_in: number | null
  readonly partition_values: string
  readonly row_count: number
  readonly size_bytes: number
  readonly created_at: number
  readonly removed_at: number | null
  readonly column_count: number | null
}

/** A row of `object_grants`; `privileges` is JSON. */
export interface ObjectGrantTable {
  readonly project_id: string
  readonly object_id: string
  readonly user_id: string
  readonly privileges: string
}

/** Their names in the database. */
export interface CatalogSchema {
  readonly auth_infos: AuthInfoTable
  readonly tags: TagTable
  readonly databases: DatabaseTable
  readonly source_tables: SourceTableTable
  readonly views: ViewTable
  readonly managed_tables: ManagedTableTable
  readonly table_files: TableFileTable
  readonly object_grants: ObjectGrantTable
}
