// What writers were promised: one entry per resource, and what reading it must give, whether or not the server was killed in between.

import { isDeepStrictEqual } from 'node:util'

/** A part of what a read gives, or nothing where the resource is gone. */
export type Seen = Readonly<Record<string, unknown>> | undefined

/** How to read a resource from the running server. Throws nothing but what the connection throws. */
export type Look = () => Promise<Seen>

/** One promise: what was asked for, and what reading must show of it. */
export interface Promised {
  readonly operation: string
  readonly subject: string
  readonly look: Look
  /** Members that are named must be as they are here; others are not looked at. */
  readonly expected: Seen
}

interface Pending {
  readonly before: Promised | undefined
  readonly asked: Promised
}

/** A promise that was broken; `expected` lists every state that would have been right. */
export interface Breach {
  readonly operation: string
  readonly subject: string
  readonly expected: readonly Seen[]
  readonly seen: Seen
}

/** The book of one writer: what was acknowledged, and the one write that may be under way. */
export class Ledger {
  readonly #kept = new Map<string, Promised>()
  readonly #unread = new Map<string, Promised>()
  #pending: Pending | undefined
  /** Acknowledged writes by operation. */
  readonly acknowledged = new Map<string, number>()
  /** Writes by operation that were under way when the server was killed. */
  readonly interrupted = new Map<string, number>()

  /** Notes a write that is about to be sent. */
  begin(asked: Promised): void {
    this.#pending = { before: this.#unread.get(asked.subject) ?? this.#kept.get(asked.subject), asked }
  }

  /** Notes what came along with a write of another subject. */
  assume(promised: Promised): void {
    this.#unread.set(promised.subject, promised)
  }

  /** Notes that the write under way was answered with success. */
  acknowledge(promised: Promised): void {
    this.#pending = undefined
    this.#unread.set(promised.subject, promised)
    this.acknowledged.set(promised.operation, (this.acknowledged.get(promised.operation) ?? 0) + 1)
  }

  /** Notes that the write under way was refused, and so changed nothing. */
  refuse(): void {
    this.#pending = undefined
  }

  /**
   * Reads what was promised since the last time, and the write that was cut off: that one must be whole or absent.
   * What is still there is kept for {@link verifyKept}; what was deleted is forgotten once it has been seen to be gone.
   */
  async verify(): Promise<readonly Breach[]> {
    const breaches: Breach[] = []
    const pending = this.#pending
    this.#pending = undefined
    if (pending !== undefined) {
      const { asked, before } = pending
      this.interrupted.set(asked.operation, (this.interrupted.get(asked.operation) ?? 0) + 1)
      const seen = await asked.look()
      this.#unread.delete(asked.subject)
      if (shows(seen, asked.expected)) this.#keep(asked)
      else if (shows(seen, before?.expected)) this.#keep({ ...asked, expected: before?.expected })
      else breaches.push({ operation: asked.operation, subject: asked.subject, expected: [before?.expected, asked.expected], seen })
    }
    for (const promised of this.#unread.values()) {
      this.#keep(promised)
      breaches.push(...(await read(promised)))
    }
    this.#unread.clear()
    return breaches
  }

  /** Reads everything that was promised from the start and not deleted since. */
  async verifyKept(): Promise<{ readonly read: number; readonly breaches: readonly Breach[] }> {
    const breaches: Breach[] = []
    for (const promised of this.#kept.values()) breaches.push(...(await read(promised)))
    return { read: this.#kept.size, breaches }
  }

  /** Reads everything that was promised and not deleted since, what was promised just now too. */
  async verifyAll(): Promise<{ readonly read: number; readonly breaches: readonly Breach[] }> {
    const breaches = await this.verify()
    const kept = await this.verifyKept()
    return { read: kept.read, breaches: [...breaches, ...kept.breaches] }
  }

  #keep(promised: Promised): void {
    if (promised.expected === undefined) this.#kept.delete(promised.subject)
    else this.#kept.set(promised.subject, promised)
  }
}

async function read({ operation, subject, look, expected }: Promised): Promise<readonly Breach[]> {
  const seen = await look()
  return shows(seen, expected) ? [] : [{ operation, subject, expected: [expected], seen }]
}

/** True where everything that is expected can be seen; nothing is expected of what is gone but that it is. */
export function shows(seen: Seen, expected: Seen): boolean {
  if (seen === undefined || expected === undefined) return seen === expected
  return Object.entries(expected).every(([member, value]) => isDeepStrictEqual(seen[member], value))
}
