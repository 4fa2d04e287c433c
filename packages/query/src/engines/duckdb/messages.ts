// What the server and an engine child say to each other over IPC (structured clone); every request is answered once, progress aside.

import type { Column, PeeringReach, PeerId, QueueNetwork, Rung, Traffic, Text } from '@tributary/rules'
import type { ProbeDepth } from '../../connectors/connector.ts'
import type { OpenableTable, SourceTable } from '../../source.ts'

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
  readonly tables: readonly SourceTable[]
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
  /** Made by the server for this job alone; result.parquet and preview.json go there. */
  readonly directory: string
}

/** Stops a describe, a probe or a run by the id of its request; answered with nothing, and the request itself with an error. */
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
  readonly columns: readonly Column[]
  readonly scans: readonly PlannedScan[]
}

/** Answer to `run`: the result is on disk, synced, before this is said. */
export interface Ran {
  readonly rowCount: number
  readonly columns: readonly Column[]
  readonly inputRows: number
  readonly inputBytes: number
}
