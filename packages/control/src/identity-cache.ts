// What was read of identities, kept for exactly as long as no identity changes: see docs/decisions/0011-identity-version.md.

import type { Soon } from '@tributary/rules'
import type { Store } from '@tributary/store'

// Some hundred bytes each.
const mostEntries = 10_000

/** Answers to one question about identities, by its key. That something is not there is never kept. */
export class IdentityCache<Value extends object> {
  readonly #store: Pick<Store, 'identityVersion'>
  readonly #values = new Map<string, Value>()
  #version: number

  constructor(store: Pick<Store, 'identityVersion'>) {
    this.#store = store
    this.#version = store.identityVersion
  }

  /** What is known, or what `load` reads now. What was read while an identity changed is answered, and not kept. */
  find(key: string, load: () => Promise<Value | undefined>): Soon<Value | undefined> {
    if (this.#version !== this.#store.identityVersion) this.#forget()
    return this.#values.get(key) ?? this.#load(key, load)
  }

  async #load(key: string, load: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const version = this.#store.identityVersion
    const value = await load()
    if (value === undefined || this.#store.identityVersion !== version) return value
    if (this.#version !== version || this.#values.size >= mostEntries) this.#forget()
    this.#values.set(key, value)
    return value
  }

  #forget(): void {
    this.#values.clear()
    this.#version = this.#store.identityVersion
  }
}
