// The readings of a join one after the other where that is cheaper: the small one first, and the large one for its keys alone.
//
//   all sessions open, each source says how many rows it would send
//   people: read ahead, 10,000 rows, whole   →   orders: asked for 10,000 keys   →   the rest asks as planned; DuckDB runs the statement
//
// A list without keys ends its taker without a question. What is wrong with the way there or its login is told all the same, as its session was opened;
// what only reading would have told is not.

import type { Estimate } from '../../connectors/connector.ts'
import type { Scan } from '../../plan/plan.ts'
import { type Keys, originOf, withKeys } from '../../plan/push/key-list.ts'
import { quoteName } from '../../plan/spark-types.ts'
import type { WarehouseScan } from '../../warehouse/read-sql.ts'
import type { Ahead, GatherRequest, OwnKeysRequest } from './duckdb-thread.ts'
import type { KeyEstimates } from './key-estimates.ts'
import { type KeyLink, type KeyRule, nextGiver, unneeded } from './key-order.ts'
import { filteredSql } from './key-own.ts'
import type { Reading } from './scan-function.ts'
import type { HeldTask } from './source-threads.ts'

/** A reading of a source that waits. */
export interface HeldReading {
  readonly scan: Scan
  readonly reading: Reading
  readonly task: HeldTask
}

/** What phases work with. */
export interface KeyWork {
  readonly links: readonly KeyLink[]
  readonly held: readonly HeldReading[]
  /** Readings of ours that give keys. */
  readonly own: readonly { readonly scan: Scan; readonly files: WarehouseScan }[]
  readonly rule: KeyRule
  readonly estimates: KeyEstimates
  readonly askDuckdb: (request: GatherRequest | OwnKeysRequest) => Promise<unknown>
}

/** What became of a reading. */
export interface Settled {
  /** What it asks for; absent where it asks for nothing. */
  readonly scan: Scan | undefined
  readonly expectedRows: number | undefined
  /** Whether rows of it were read ahead: DuckDB knows it by then. */
  readonly isAhead: boolean
}

/** Of the rows that were expected, keys have to save this much where the source says what they save. */
const leastSaved = 0.3
/** A table of ours of more rows is not looked through for keys. */
const mostOwnRows = 2_000_000

/** Where readings are. */
interface Places {
  readonly isOurs: (scan: Scan) => boolean
  readonly isSource: (scan: Scan) => boolean
}

/** The links of a plan whose both ends can be kept: takers are behind connections, givers may be ours. */
export function linksOf(scans: readonly Scan[], { isOurs, isSource }: Places): readonly KeyLink[] {
  return scans.filter(isSource).flatMap(({ handle, keysFrom = [] }) =>
    keysFrom.flatMap(({ column, giver }) => {
      const from = scans.find((scan) => scan.handle === giver.handle)
      if (from === undefined || !(isOurs(from) || isSource(from)) || !from.columns.includes(giver.column)) return []
      return [{ taker: handle, giver: giver.handle, takerColumn: column, giverColumn: giver.column }]
    }),
  )
}

/** Lets every reading ask, in the order that pays. @throws {ServiceError} what a source failed with that was read ahead */
export async function settleKeys(work: KeyWork): Promise<ReadonlyMap<string, Settled>> {
  return await new Phases(work).run()
}

class Phases {
  readonly #work: KeyWork
  readonly #held: ReadonlyMap<string, HeldReading>
  readonly #waiting = new Map<string, Estimate | undefined>()
  readonly #asked = new Map<string, Scan | undefined>()
  readonly #settled = new Map<string, Settled>()

  constructor(work: KeyWork) {
    this.#work = work
    this.#held = new Map(work.held.map((each) => [each.scan.handle, each]))
    for (const { scan } of work.held) this.#asked.set(scan.handle, scan)
  }

  async run(): Promise<ReadonlyMap<string, Settled>> {
    const { links, rule, held, own } = this.#work
    for (const { scan, files } of own)
      if (files.rows <= mostOwnRows) this.#waiting.set(scan.handle, { rows: files.rows, isCeiling: scan.filters.length > 0 })
    const estimates = await Promise.all(held.map((each) => this.#estimate(each)))
    held.forEach(({ scan }, index) => this.#waiting.set(scan.handle, estimates[index]))
    for (;;) {
      for (const handle of unneeded(links, this.#waiting, rule)) this.#release(handle)
      const giver = nextGiver(links, this.#waiting, rule)
      if (giver === undefined) return this.#settled
      await this.#give(giver)
    }
  }

  async #estimate({ scan, task }: HeldReading): Promise<Estimate | undefined> {
    const { estimates } = this.#work
    const known = estimates.find(scan)
    if (known !== undefined) return known.estimate
    const estimate = await task.estimate()
    estimates.keep(scan, estimate)
    return estimate
  }

  /** Lets a reading ask; one of ours needs no word. */
  #release(handle: string, isAhead = false): void {
    const scan = this.#asked.get(handle)
    this.#settled.set(handle, { scan, expectedRows: this.#waiting.get(handle)?.rows, isAhead })
    this.#waiting.delete(handle)
    this.#held.get(handle)?.task.proceed(scan)
  }

  async #give(handle: string): Promise<void> {
    const links = this.#work.links.filter(({ giver, taker }) => giver === handle && this.#waiting.has(taker))
    const columns = [...new Set(links.map(({ giverColumn }) => giverColumn))]
    const held = this.#held.get(handle)
    this.#release(handle, held !== undefined)
    const keys = held === undefined ? await this.#ownKeys(handle, columns) : await this.#gather(held, columns)
    if (keys === undefined) return
    for (const link of links) await this.#take(link, keys[columns.indexOf(link.giverColumn)] as Keys)
  }

  /** @returns nothing where there are more rows than can be waited for: those that came stand in for the beginning of the scan */
  async #gather({ scan, reading }: HeldReading, columns: readonly number[]): Promise<readonly Keys[] | undefined> {
    const { rule, askDuckdb } = this.#work
    const keyColumns = columns.map((column) => scan.columns.indexOf(column))
    const ahead = (await askDuckdb({ kind: 'gather', reading, limits: rule, keyColumns, mostKeys: rule.mostKeys })) as Ahead
    return ahead.keys
  }

  async #ownKeys(handle: string, columns: readonly number[]): Promise<readonly Keys[]> {
    const { own, rule, askDuckdb } = this.#work
    const { scan, files } = own.find((each) => each.scan.handle === handle) as KeyWork['own'][number]
    const relation = filteredSql(scan, files.sql)
    const keys: Keys[] = []
    for (const position of columns) {
      const column = quoteName(scan.table.columns[position]?.name ?? '')
      keys.push((await askDuckdb({ kind: 'ownKeys', relation, column, mostKeys: rule.mostKeys })) as Keys)
    }
    return keys
  }

  async #take({ taker, takerColumn, giver }: KeyLink, keys: Keys): Promise<void> {
    const scan = this.#asked.get(taker)
    const from = [...this.#work.held, ...this.#work.own].find((each) => each.scan.handle === giver)?.scan
    if (scan === undefined || from === undefined) return
    const asked = withKeys(scan, takerColumn, keys, originOf(from))
    if (asked === undefined) return
    const before = this.#waiting.get(taker)
    if (asked === 'nothing') {
      this.#asked.set(taker, undefined)
      this.#waiting.set(taker, { rows: 0, isCeiling: false })
      return
    }
    const after = await this.#held.get(taker)?.task.estimate(asked)
    if (after?.isCeiling === false && before !== undefined && after.rows > before.rows * (1 - leastSaved)) return
    this.#asked.set(taker, asked)
    this.#waiting.set(taker, after ?? (before === undefined ? undefined : { rows: before.rows, isCeiling: true }))
  }
}
