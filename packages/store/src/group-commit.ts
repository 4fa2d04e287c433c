// Runs transactions one after another and brings those that come together to disk with one sync: each stands or falls alone, none is answered before.

import { setImmediate as nextTurn } from 'node:timers/promises'

/** The database file that a group is committed to; scripts are run at once. */
export interface Committed {
  run(script: string): void
}

/** How large a group may grow before it is committed. */
export interface GroupLimits {
  readonly transactions: number
  /** Measured from its beginning; a transaction that runs is not broken off. */
  readonly ms: number
}

const usualLimits: GroupLimits = { transactions: 100, ms: 10 }

interface Member {
  readonly work: () => Promise<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Groups of transactions on one file:
 *
 *     begin ─ savepoint A ok ─ savepoint B failed, undone ─ savepoint C ok ─ commit, one sync ─ A, B and C are answered
 *
 * A failed one waits as well: what it was refused for may be the work of another that is not on disk yet. When the commit fails, all of them have.
 */
export class GroupCommit {
  readonly #file: Committed
  readonly #waits: boolean
  readonly #limits: GroupLimits
  readonly #waiting: Member[] = []
  #draining: Promise<void> | undefined

  /** @param waits - false where nothing is synced: each transaction is then committed by itself */
  constructor(file: Committed, waits: boolean, limits: GroupLimits = usualLimits) {
    this.#file = file
    this.#waits = waits
    this.#limits = limits
  }

  /** Runs work between others, never beside them. When this resolves, what it wrote is on disk; when it rejects, nothing of it is there. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as Member['resolve'], reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Resolves when nothing runs or waits. */
  async idle(): Promise<void> {
    await this.#draining
  }

  async #drain(): Promise<void> {
    for (let first = this.#waiting.shift(); first !== undefined; first = this.#waiting.shift()) {
      await this.#commitGroup(first)
      // Those who wait may go on coming from what is answered here: readers and sockets have their turn between groups.
      if (this.#waiting.length > 0) await nextTurn()
    }
    this.#draining = undefined
  }

  async #commitGroup(first: Member): Promise<void> {
    const group: Member[] = [first]
    const answers: (() => void)[] = []
    try {
      this.#file.run('begin immediate')
      const until = performance.now() + this.#limits.ms
      for (let member: Member | undefined = first; member !== undefined; member = await this.#another(group, until)) {
        answers.push(await this.#runAlone(member))
      }
      this.#file.run('commit')
    } catch (error) {
      this.#rollBack()
      for (const { reject } of group) reject(error)
      return
    }
    for (const answer of answers) answer()
  }

  /** Whoever has come while the event loop went round once comes along: of callers on several sockets most have. */
  async #another(group: Member[], until: number): Promise<Member | undefined> {
    if (!this.#waits || group.length >= this.#limits.transactions || performance.now() >= until) return undefined
    if (this.#waiting.length === 0) await nextTurn()
    const member = this.#waiting.shift()
    if (member !== undefined) group.push(member)
    return member
  }

  /** @returns what to answer once the group is on disk. @throws {Error} when the database has undone the group: a full disk does that */
  async #runAlone({ work, resolve, reject }: Member): Promise<() => void> {
    this.#file.run('savepoint member')
    try {
      const result = await work()
      this.#file.run('release member')
      return () => resolve(result)
    } catch (error) {
      this.#undo(error)
      return () => reject(error)
    }
  }

  #undo(cause: unknown): void {
    try {
      this.#file.run('rollback to member; release member')
    } catch {
      throw cause
    }
  }

  #rollBack(): void {
    try {
      this.#file.run('rollback')
    } catch {
      // The database has rolled back by itself, or never began.
    }
  }
}
