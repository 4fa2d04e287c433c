// What a long run leaves to be judged: every call with its time, every sample of the processes, and how it ended.

/** One call of one kind, or one of the control. Times are ms since the load began. */
export interface Call {
  readonly kind: string
  /** When the clock said that it was due; its latency counts from here, whatever held it up. */
  readonly dueMs: number
  readonly latencyMs: number
}

/** What some processes hold and have used at one moment. Memory is in MiB, processor time in ms since their start. */
export interface Held {
  readonly resident: number
  readonly proportional: number
  readonly descriptors: number
  readonly sockets: number
  readonly threads: number
  readonly processorMs: number
}

/** One look at the processes; the engines are all children of the server together. */
export interface Sample {
  readonly atMs: number
  readonly server: Held
  readonly engines: Held
  readonly engineCount: number
  readonly controlProcessorMs: number
  readonly generatorProcessorMs: number
}

/** Bytes below a data directory, by what they are. */
export interface DirectorySizes {
  /** As a reader sees it, whichever of the files it lies in. */
  readonly database: number
  /** The log that is written ahead of the database, and into it once it has grown. */
  readonly ahead: number
  readonly auditFile: number
  readonly results: number
  readonly resultCount: number
  readonly scratch: number
}

/** One look at the data directory and at the live heap, with the writes and jobs that had been answered by then. */
export interface Stock {
  readonly sizes: DirectorySizes
  /** Of the server after a forced collection, in MiB. */
  readonly liveHeap: number
  readonly calls: number
  readonly writes: number
  readonly jobs: number
}

/** How a run ended. */
export interface Ending {
  readonly exitCode: number | null
  /** Engine processes that were seen during the run and are alive after the server's end. */
  readonly orphans: readonly number[]
  /** How many engine processes were seen at all. */
  readonly engines: number
  /** Sessions that the source still had when nothing was running. */
  readonly sessions: number
}

/** A kind of call: how often it was due, on average, and whether its answer waits for the disk. */
export interface Rhythm {
  readonly name: string
  readonly perSecond: number
  readonly isDurable: boolean
}

/** The same clock, answered by a bare server: what the machine adds. `synced` waits for the disk besides. */
export interface Control {
  readonly answered: readonly Call[]
  readonly synced: readonly Call[]
}

/** A whole run. */
export interface LongRun {
  /** Of load, the warm-up included; the first is warm-up, the second is what the last is compared with. */
  readonly minutes: number
  /** How long a minute is: 60,000 but in tests of the run itself. */
  readonly minuteMs: number
  readonly processors: number
  readonly rhythms: readonly Rhythm[]
  readonly calls: readonly Call[]
  readonly control: Control
  readonly samples: readonly Sample[]
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>
  /** Calls that were not answered as they should be, in words. */
  readonly failures: readonly string[]
  /** After the warm-up and at the end. */
  readonly stocks: { readonly early: Stock; readonly late: Stock }
  readonly ending: Ending
}
