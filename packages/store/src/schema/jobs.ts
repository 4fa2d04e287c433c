// Jobs, and what is kept of them.

/** A row of `jobs`; `columns`, `tags`, `settings`, `export` and `import_order` are JSON, times are ms since the epoch. */
export interface JobTable {
  readonly id: string
  readonly project_id: string
  readonly queue_id: string
  readonly queue_name: string
  readonly type: string
  readonly mode: string
  readonly state: string
  readonly statement: string
  readonly sealed_sql: string | null
  readonly current_database: string
  readonly sent_database: string
  readonly table_name: string
  readonly time_limit_ms: number | null
  readonly tags: string
  readonly owner_name: string
  readonly owner_id: string | null
  readonly owner: string | null
  readonly message: string
  readonly started_at: number
  readonly ended_at: number | null
  readonly columns: string
  readonly result_rows: number
  readonly input_rows: number
  readonly input_bytes: number
  readonly progress: number
  readonly settings: string
  readonly export: string | null
  readonly import_order: string | null
  readonly output_bytes: number
  readonly cpu_ms: number
  readonly bad_rows: number
  readonly tasks: number
  readonly finished_tasks: number
}

/** A row of `job_crossings`; `crossings` is JSON. */
export interface JobCrossingsTable {
  readonly job_id: string
  readonly crossings: string
}

/** A file of a small result. */
export interface SmallResultTable {
  readonly job_id: string
  readonly name: string
  readonly bytes: Uint8Array
}

/** A bucket of the export directory and the project that exported to it first. */
export interface ExportBucketTable {
  readonly name: string
  readonly project_id: string
}

/** Their names in the database. */
export interface JobSchema {
  readonly jobs: JobTable
  readonly job_crossings: JobCrossingsTable
  readonly small_results: SmallResultTable
  readonly export_buckets: ExportBucketTable
}
