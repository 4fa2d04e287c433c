// How many sessions read over each connection, all its queues together: a job takes what it needs at once or waits, in the order in which jobs came.

import { type ConnectionId, ServiceError, say } from '@tributary/rules'

/** How many readers somebody needs over each connection; its name is for people. */
export type ReaderNeeds = ReadonlyMap<ConnectionId, { readonly name: string; readonly readers: number }>

/** How a connection stands: sessions that read over it now, and jobs that wait to. */
export interface ReaderCount {
  readonly connectionId: ConnectionId
  readonly readers: number
  readonly waiting: number
}

interface Waiting {
  readonly needs: ReaderNeeds
  readonly given: PromiseWithResolvers<void>
}

/** Counts readers. Whoever has some and wants more never waits for them, so that no two wait for each other. */
export class ReaderBudget {
  readonly #most: number
  readonly #readers = new Map<ConnectionId, number>()
  readonly #line = new Set<Waiting>()

  /** @param most - over one connection */
  constructor(most: number) {
    this.#most = most
  }

  /**
   * Takes all at once; resolves when they are there.
   * @param onWait - called once, with the names of the connections that have too few, where it has to wait
   * @throws {ServiceError} `exhausted` where there are never so many; the signal's reason when it is aborted meanwhile
   */
  async take(needs: ReaderNeeds, signal: AbortSignal, onWait: (names: readonly string[]) => void): Promise<void> {
    signal.throwIfAborted()
    this.#refuseImpossible(needs)
    const waiting: Waiting = { needs, given: Promise.withResolvers() }
    const giveUp = (): void => {
      if (this.#line.delete(waiting)) waiting.given.reject(signal.reason)
      this.#serve()
    }
    signal.addEventListener('abort', giveUp)
    this.#line.add(waiting)
    this.#serve()
    if (this.#line.has(waiting)) onWait(this.#lacking(waiting))
    await waiting.given.promise.finally(() => signal.removeEventListener('abort', giveUp))
  }

  /** Takes further readers, as many of `most` as are free and nobody waits for. @returns how many */
  more(connectionId: ConnectionId, most: number): number {
    const isWanted = [...this.#line].some(({ needs }) => needs.has(connectionId))
    const given = isWanted ? 0 : Math.max(0, Math.min(most, this.#most - this.#of(connectionId)))
    this.add(connectionId, given)
    return given
  }

  /** Counts readers that could not wait, whether there was room for them or not. */
  add(connectionId: ConnectionId, readers: number): void {
    if (readers > 0) this.#readers.set(connectionId, this.#of(connectionId) + readers)
  }

  /** Gives readers back. */
  give(connectionId: ConnectionId, readers: number): void {
    const left = this.#of(connectionId) - readers
    if (left > 0) this.#readers.set(connectionId, left)
    else this.#readers.delete(connectionId)
    this.#serve()
  }

  /** Connections over which somebody reads or waits to, in no order. */
  counts(): readonly ReaderCount[] {
    const waited = [...this.#line].flatMap(({ needs }) => [...needs.keys()])
    const ids = new Set([...this.#readers.keys(), ...waited])
    return [...ids].map((connectionId) => ({
      connectionId,
      readers: this.#of(connectionId),
      waiting: waited.filter((id) => id === connectionId).length,
    }))
  }

  /** In order: whoever needs a connection that somebody before them waits for waits too, or many small jobs would starve a large one. */
  #serve(): void {
    const waitedFor = new Set<ConnectionId>()
    for (const waiting of this.#line) {
      const ids = [...waiting.needs.keys()]
      if (ids.some((id) => waitedFor.has(id)) || this.#lacking(waiting).length > 0) {
        for (const id of ids) waitedFor.add(id)
        continue
      }
      this.#line.delete(waiting)
      for (const [id, { readers }] of waiting.needs) this.add(id, readers)
      waiting.given.resolve()
    }
  }

  #of(connectionId: ConnectionId): number {
    return this.#readers.get(connectionId) ?? 0
  }

  #lacking({ needs }: Waiting): readonly string[] {
    const all = [...needs]
    const lacking = all.filter(([id, { readers }]) => this.#of(id) + readers > this.#most)
    return lacking.map(([, { name }]) => name)
  }

  #refuseImpossible(needs: ReaderNeeds): void {
    for (const { name, readers } of needs.values())
      if (readers > this.#most)
        throw new ServiceError(
          'exhausted',
          say`the query reads by ${readers} sessions at once over connection ${name}, which ${this.#most} may use: split it, or ask the installation owner for more (connection-readers)`,
        )
  }
}
