// Sessions that a finished scan leaves open for the next: a login takes longer than finding a row.

import { createHash } from 'node:crypto'
import type { OpenableTable } from '../source.ts'

/** A session that may be kept. Disposing it closes its socket. */
export interface Keepable extends AsyncDisposable {
  /** False once the socket is gone. */
  readonly isOpen: boolean
  /** Lets nobody end it from now on, and forgets for whom it was open. */
  attend(nobody: undefined): void
  /** Ends the socket without a word. */
  destroy(): void
}

/** How long an unused session stays open. */
const idleMs = 5_000
/** How old a session may become: what its user may do is asked anew after that, however busy it is. */
const oldestMs = 60_000
/** Sessions kept by one thread. */
const mostKept = 2

interface Kept<Login> {
  readonly key: string
  readonly login: Login
  readonly timer: NodeJS.Timeout
}

/** The unused sessions of one thread at one kind of source. */
export class KeptLogins<Login extends Keepable> {
  readonly #born = new WeakMap<Login, number>()
  #kept: readonly Kept<Login>[] = []

  /** @returns an open session of the same login, which is the caller's from now on */
  take(source: OpenableTable): Login | undefined {
    const key = keyOf(source)
    const found = this.#kept.find((kept) => kept.key === key)
    if (found === undefined) return undefined
    this.#forget(found)
    return found.login.isOpen ? found.login : this.take(source)
  }

  /** Takes over a session on which nothing runs; one too many or too old is closed. */
  async keep(source: OpenableTable, login: Login): Promise<void> {
    const born = this.#born.get(login) ?? Date.now()
    this.#born.set(login, born)
    login.attend(undefined)
    if (!login.isOpen || Date.now() - born > oldestMs) return await login[Symbol.asyncDispose]()
    const [oldest] = this.#kept
    if (this.#kept.length >= mostKept && oldest !== undefined) this.#close(oldest)
    const kept: Kept<Login> = { key: keyOf(source), login, timer: setTimeout(() => this.#close(kept), idleMs).unref() }
    this.#kept = [...this.#kept, kept]
  }

  /** Closes all of them at once: their way may be gone. */
  destroyAll(): void {
    for (const { login, timer } of this.#kept) {
      clearTimeout(timer)
      login.destroy()
    }
    this.#kept = []
  }

  #close(kept: Kept<Login>): void {
    this.#forget(kept)
    void kept.login[Symbol.asyncDispose]()
  }

  #forget(kept: Kept<Login>): void {
    clearTimeout(kept.timer)
    this.#kept = this.#kept.filter((other) => other !== kept)
  }
}

/** Whoever has another password, or another way, logs in anew. A hash, so that no password is kept for it. */
function keyOf({ table, credentials, allowCleartextPasswords }: OpenableTable): string {
  const { endpoint, database, tls } = table.settings
  const who = [endpoint.host, endpoint.port, database, tls, credentials?.user, credentials?.password, allowCleartextPasswords]
  return createHash('sha256').update(JSON.stringify(who)).digest('base64')
}
