// What the server and an engine child say to each other over IPC (structured clone); every request is answered once, progress aside.

import type {
  Crossing,
  ExportFormat,
  PeeringReach,
  PeerId,
  QueueNetwork,
  ResultColumn,
  Rung,
  TableId,
  Traffic,
  Text,
} from '@tributary/rules'
import type { ProbeDepth, WriteRequest } from '../../connectors/connector.ts'
import type { CatalogTable, CatalogView, ImportedFiles, ImportFile, OpenableTable, WarehouseTable } from '../../source.ts'
import type { Asked } from './admission.ts'
import type { LeftFile } from './berth.ts'
import type { Answer } from './calls.ts'
import type { ResultLimit } from './result-limit.ts'
import type { ReadBudget } from './read-budget.ts'
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
  /** What clocks show in it; UTC where absent. */
  readonly timeZone?: string | undefined
  /** Whether the rows are shown to somebody, times by clocks of the zone, rather than written; they are unless told. */
  readonly isShown?: boolean | undefined
  /** Whether the answer has {@link Planned.explained}. */
  readonly isExplained?: boolean | undefined
  /** Whether sources are asked whole queries, as a run does; what is asked for rights names every table and its columns. */
  readonly pushes?: boolean | undefined
  /** Whether the plan may compute in 64 bits and fail where those are too few; it may unless told. */
  readonly isQuick?: boolean | undefined
}

/** Plans what was planned as its run will, for a plan that is asked for next; answered with nothing, whatever comes of it. */
export interface ForeseeRequest extends Omit<PlanRequest, 'kind'> {
  readonly kind: 'foresee'
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

/** A source table that a job's rows are written to. */
export interface SourceWrite {
  readonly source: OpenableTable
  /** The columns that are given a value, each from one of the query's. */
  readonly rows: Pick<WriteOrder, 'columns' | 'assigned' | 'given'>
  /** Whether the rows that are there go first. */
  readonly overwrite: boolean
  readonly timeLimitMs: WriteRequest['timeLimitMs']
}

/** Answered with {@link Ran}. One at a time. */
export interface RunRequest {
  readonly kind: 'run'
  readonly jobId: string
  readonly sql: string
  /** False asks sources for rows of tables alone, whatever they could answer: for comparing both. */
  readonly pushes?: boolean | undefined
  readonly currentDatabase: string
  /** What clocks show in it; UTC where absent. */
  readonly timeZone?: string | undefined
  readonly tables: readonly OpenableTable[]
  /** The views that it and other views name, none where absent. */
  readonly views?: readonly CatalogView[] | undefined
  /** The managed tables among those it names, none where absent. */
  readonly managed?: readonly WarehouseTable[] | undefined
  /** What it may read over each connection, as much as it asks for where absent. */
  readonly budgets?: readonly ReadBudget[] | undefined
  /** The files that it reads as a relation, none where absent. */
  readonly imported?: ImportedFiles | undefined
  /** How much the result may be; absent: as much as it takes. */
  readonly resultLimit?: ResultLimit | undefined
  /** What becomes of the rows; absent: they are the job's result. */
  readonly write?: WriteOrder | undefined
  /** Where the rows go instead, beyond the installation. */
  readonly target?: SourceWrite | undefined
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

/** Asks what Parquet files hold: answered with a `ParquetShape` for each, also while a job runs. */
export interface ShapesRequest {
  readonly kind: 'shapes'
  readonly files: readonly Pick<ImportFile, 'path' | 'name'>[]
}

/** Stops a describe, a probe, an export or a run by the id of its request; answered with nothing, and the request itself with an error. */
export interface CancelRequest {
  readonly kind: 'cancel'
  readonly request: number
}

/** The server's answer to what the child asked ({@link EngineNews}); answered with nothing. */
export interface AnswerRequest {
  readonly kind: 'answer'
  readonly answer: Answer
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
  | ShapesRequest
  | CancelRequest
  | AnswerRequest

/** Rows and bytes read so far, and the fraction done as far as it is known (0 to 1). The last one comes when all sockets are closed, however the run ended. */
export interface Progress {
  readonly inputRows: number
  readonly inputBytes: number
  readonly fraction: number
  /** Scans that are read for the job, and the job itself; how many of them are done. */
  readonly tasks: number
  readonly finishedTasks: number
  /** What has crossed to and from sources; none where absent. */
  readonly crossings?: readonly Crossing[] | undefined
  /** Sources that are waited for. */
  readonly silent?: readonly SilentSource[] | undefined
}

/** A source from which nothing has come for a while although a scan of it is waited for. */
export interface SilentSource {
  readonly table: TableId
  readonly ms: number
}

/** What a child says without being asked. */
export type EngineNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reach'; readonly reach: PeeringReach }
  | { readonly kind: 'progress'; readonly request: number; readonly progress: Progress }
  /** A question of a run or a describe; the server answers by `answer`. */
  | { readonly kind: 'ask'; readonly id: number; readonly request: number; readonly asked: Asked }

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
  /** The files of a small result, which are nowhere on disk yet; none of a larger one, or of a write. */
  readonly small?: readonly LeftFile[]
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
