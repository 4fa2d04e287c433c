// What use cases and reconcilers are given: the store, the driver, the engine, time, and a way to wake what settles later.

import type { Driver } from '@tributary/fabric'
import type { EngineHost } from '@tributary/query'
import type { BreakerLimits, Endpoint, QueueId, QueueNetwork, Timing } from '@tributary/rules'
import type { Store } from '@tributary/store'
import type { Rehearsal } from './rehearsal.ts'
import type { ConnectionBreakers } from './connection-breakers.ts'
import type { ExportFolders } from './export-folders.ts'
import type { ImportFolders } from './import-folders.ts'
import type { Observer } from './observer.ts'
import type { ReaderBudget } from './reader-budget.ts'
import type { Results } from './results.ts'
import type { Warehouse } from './warehouse.ts'

/** The kinds of resources that settle on their own time; ids are a QueueId, a PoolId, the number of a plan, a ConnectionId, a JobId and a ConnectionTestId. */
export type ReconcileKind = 'network' | 'pool' | 'queuePlan' | 'classicConnection' | 'job' | 'connectionTest'

/** Constant sentences and named fields; no field holds a secret. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** What the installation has settled; durations in ms. */
export interface ControlSettings {
  /** `direct` for the private ranges is attached to each new VPC: the laptop's default, see trust.md. */
  readonly defaultGateway: boolean
  /** `cloud` answers before a peering has settled, and replays the documented delays. */
  readonly timing: Timing
  /** Whether the installation owner may set the clock of rehearsals ahead. */
  readonly allowClock: boolean
  /** How long a deleted connection still reads as DELETED. */
  readonly tombstoneMs: number
  readonly tokenTtlMs: number
  /** The block from which queues get their /24. */
  readonly queueBlock: string
  /** How long a call waits for its resource to settle before it answers. */
  readonly settleTimeoutMs: number
  /** How often everything is looked at, woken or not. */
  readonly sweepMs: number
  /** How long the result of a finished query can be read. */
  readonly resultTtlMs: number
  /** How much one result may be; absent: as much as it takes. */
  readonly resultLimit?: { readonly rows: number; readonly bytes: number } | undefined
  /** Where exports go; absent: `exports` in the data directory. */
  readonly exportDir?: string | undefined
  /** What all exports may take together, in bytes; `Infinity` for no limit. */
  readonly exportBytes: number
  /** Where imports come from; absent: `imports` in the data directory. */
  readonly importDir?: string | undefined
  /** What the files of one import may be together, in bytes. */
  readonly importBytes: number
  /** How long a job is listed once it has ended; `Infinity` for ever. */
  readonly jobsMs: number
  /** What the managed tables of all projects may take together, in bytes; `Infinity` for no limit. */
  readonly warehouseBytes: number
  /** How long the files of a managed table are kept that its newest version does not need. */
  readonly oldVersionsMs: number
  /** What sources are spared. */
  readonly sourceLimits: SourceLimits
  /** How long the audit is kept. */
  readonly auditMs: number
}

/** What holds for each connection by itself. */
export interface SourceLimits {
  /** Sessions that read over it at once. */
  readonly readers: number
  /** What one job may read over it; `undefined` for as much as it asks for. */
  readonly rows: number | undefined
  readonly bytes: number | undefined
  /** When what does not answer is left alone. */
  readonly breaker: BreakerLimits
}

/** The host of the engine children, as far as use cases know it. */
export type Engine = Pick<
  EngineHost,
  'parse' | 'plan' | 'describe' | 'run' | 'page' | 'explainWait' | 'shapes' | 'exportResult' | 'probe' | 'traffic'
>

/** The part of {@link Deps} that the caller of `openControl` provides. */
export interface Surroundings {
  readonly store: Store
  /** ms since the epoch. */
  readonly clock: () => number
  /** The clock that delays and plans go by. */
  readonly rehearsal: Rehearsal
  readonly driver: Driver
  readonly engine: Engine
  /** The installation's own listeners and databases, which no queue may dial. */
  readonly forbidden: () => readonly Endpoint[]
  readonly dataDir: string
  readonly settings: ControlSettings
  readonly log: Log
  /** Counts what happens. */
  readonly observer: Observer
  /** A UUID. */
  readonly newId: () => string
}

/** What every use case is given. */
export interface Deps extends Surroundings {
  /** Has a resource looked at soon; never throws, never waits. */
  readonly wake: (kind: ReconcileKind, id: string) => void
  /** Wakes, and waits until a look that began after this call has ended, at most `settleTimeoutMs`. */
  readonly settle: (kind: ReconcileKind, id: string) => Promise<void>
  /** The network that a queue should have now, as the store says; what is in force may be a moment behind. */
  readonly networkOf: (id: QueueId) => Promise<QueueNetwork>
  readonly results: Results
  readonly exportFolders: ExportFolders
  readonly importFolders: ImportFolders
  readonly warehouse: Warehouse
  readonly readers: ReaderBudget
  readonly breakers: ConnectionBreakers
}
