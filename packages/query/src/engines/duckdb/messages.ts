// What the server and an engine child say to each other over IPC (structured clone); every request is answered once, progress aside.

import type { ExportFormat, PeeringReach, PeerId, QueueNetwork, ResultColumn, Rung, Traffic, Text } from '@tributary/rules'
import type { ProbeDepth } from '../../connectors/connector.ts'
import type { CatalogTable, CatalogView, OpenableTable, WarehouseTable } from '../../source.ts'
import type { ResultLimit } from './result-limit.ts'
import type { WrittenFile } from '../../warehouse/write-files.ts'
import type { WriteOrder } from '../../warehouse/write-sql.ts'

/** What a child may use; settled when it is given to a queue, locked before any user SQL. */
export interface EngineLimits {
  readonly memoryBytes: number
  readonly threads: number
  /** What spilling to disk may take. */
  readonly spillBytes: number
  /** A directory of this child alone, on the file system of the jobs' directories. */
  readonly scratchDirectory: string
}

/** Gives a child to a queue: its instance is built and locked. Once in a child's life. */
export interface AssignRequest {
  readonly kind: 'assign'
  readonly network: QueueNetwork
  readonly limits: EngineLimits
  /** The socket file at which the child asks for streams; absent where it dials by itself. */
  readonly door?: string | undefined
}

/** A newer network: answered when every thread that dials runs by it. */
export interface NetworkRequest {
  readonly kind: 'network'
  readonly network: QueueNetwork
}

/** Answered with a `Statement`, also while a job runs. */
export interface ParseRequest {
  readonly kind: 'parse'
  readonly sql: string
  readonly currentDatabase: string
}

/** Answered with {@link Planned}, also while a job runs. */
export interface PlanRequest {
  readonly kind: 'plan'
  readonly sql: string
  readonly currentDatabase: string
  readonly tables: readonly CatalogTable[]
  /** The views that it and other views name, none where absent. */
  readonly views?: readonly CatalogView[] | undefined
  /** Whether the result goes into a table, whose columns give a bare NULL its type. */
  readonly isWritten?: boolean | undefined
  /** Whether the answer has {@link Planned.explained}. */
  readonly isExplained?: boolean | undefined
}

/** Answered with the source's columns, also while a job runs. */
export interface DescribeRequest {
  readonly kind: 'describe'
  readonly source: OpenableTable
}

/** Climbs to a source for the doctor: answered with the rungs in the order in which they were told, {@link Probed}, also while a job runs. */
export interface ProbeRequest {
  readonly kind: 'probe'
  readonly source: OpenableTable
  readonly depth: ProbeDepth
}

/** Asks what moves over each peering: answered with {@link PeeringTraffic}s, also while a job runs. */
export interface TrafficRequest {
  readonly kind: 'traffic'
}

/** Answered with {@link Ran}. One at a time. */
export interface RunRequest {
  readonly kind: 'run'
  readonly jobId: string
  readonly sql: string
  readonly currentDatabase: string
  readonly tables: readonly OpenableTable[]
  /** The views that it and other views name, none where absent. */
  readonly views?: readonly CatalogView[] | undefined
  /** The managed tables among those it names, none where absent. */
  readonly managed?: readonly WarehouseTable[] | undefined
  /** How much the result may be; absent: as much as it takes. */
  readonly resultLimit?: ResultLimit | undefined
  /** What becomes of the rows; absent: they are the job's result. */
  readonly write?: WriteOrder | undefined
  /** Made by the server for this job alone; result.parquet and preview.json go there. */
  readonly directory: string
}

/** Reads rows of a kept result; answered with JSON text as a preview has it, also while a job runs. */
export interface PageRequest {
  readonly kind: 'page'
  /** The file of the result. */
  readonly path: string
  readonly columns: readonly ResultColumn[]
  readonly offset: number
  readonly limit: number
}

/** Writes the rows of a kept result into a file for others; answered with {@link Exported}. One at a time, and none beside a run. */
export interface ExportRequest {
  readonly kind: 'export'
  /** The file of the result. */
  readonly path: string
  readonly columns: readonly ResultColumn[]
  /** How many rows it has. */
  readonly rowCount: number
  readonly format: ExportFormat
  /** Made by the server for this job alone; the file goes there. */
  readonly directory: string
  /** A part of the file's name: the id of the job. */
  readonly name: string
}

/** Stops a describe, a probe, an export or a run by the id of its request; answered with nothing, and the request itself with an error. */
export interface CancelRequest {
  readonly kind: 'cancel'
  readonly request: number
}

/** What the server may ask. */
export type EngineRequest =
  | AssignRequest
  | NetworkRequest
  | ParseRequest
  | PlanRequest
  | DescribeRequest
  | ProbeRequest
  | TrafficRequest
  | RunRequest
  | PageRequest
  | ExportRequest
  | CancelRequest

/** Rows and bytes read so far, and the fraction done where it is known (0 to 1). */
export interface Progress {
  readonly inputRows: number
  readonly inputBytes: number
  readonly fraction: number
}

/** What a child says without being asked. */
export type EngineNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reach'; readonly reach: PeeringReach }
  | { readonly kind: 'progress'; readonly request: number; readonly progress: Progress }

/** One scan of a planned query, for EXPLAIN. */
export interface PlannedScan {
  readonly table: string
  readonly columns: readonly string[]
  readonly filters: number
}

/** Answer to `probe`; `failure` is what ended the climb before its end. */
export interface Probed {
  readonly rungs: readonly Rung[]
  readonly failure: Text | undefined
}

/** One line of the answer to `traffic`. */
export interface PeeringTraffic extends Traffic {
  readonly peerId: PeerId
}

/** Answer to `plan`. */
export interface Planned {
  readonly columns: readonly ResultColumn[]
  readonly scans: readonly PlannedScan[]
  /** The plan as an indented tree, where it was asked for. */
  readonly explained?: string | undefined
}

/** Answer to `run`: the result is on disk, synced, before this is said. */
export interface Ran {
  readonly rowCount: number
  readonly columns: readonly ResultColumn[]
  readonly inputRows: number
  readonly inputBytes: number
  /** What a write left in the job's directory; empty for a query. */
  readonly files: readonly WrittenFile[]
  /** What the child took of the processors meanwhile. */
  readonly cpuMs: number
}

/** Answer to `export`: the file is on disk before this is said. */
export interface Exported {
  readonly rowCount: number
  readonly bytes: number
  /** What the child took of the processors meanwhile. */
  readonly cpuMs: number
}
