// What the fuzzer has seen in answers: ids and names that later calls may use, so that they mean something.

import type { Chance } from './random.ts'

const mostKept = 60

/** Values by member name, the newest ones. */
export class Memory {
  readonly #seen = new Map<string, (string | number)[]>()
  readonly #kept: ReadonlySet<unknown>

  /** @param kept - values that no later call may delete, and so are never remembered */
  constructor(kept: Iterable<unknown> = []) {
    this.#kept = new Set(kept)
  }

  /** Takes every id and name out of an answer; `noun` tells whose plain `id` and `name` they are. */
  learn(noun: string, value: unknown): void {
    if (Array.isArray(value)) for (const item of value.slice(0, 20)) this.learn(noun, item)
    if (typeof value !== 'object' || value === null) return
    for (const [member, inner] of Object.entries(value)) {
      if ((typeof inner === 'string' && inner !== '') || typeof inner === 'number') this.add(member, noun, inner)
      else this.learn(noun, inner)
    }
  }

  /** Remembers one value under its own name and under its noun's. */
  add(member: string, noun: string, value: string | number): void {
    if (this.#kept.has(value) || !/(^|_)(id|ids|name|key|access|token)$|Name$/.test(member)) return
    for (const key of [member, `${noun}.${member}`]) {
      const kept = this.#seen.get(key) ?? []
      if (kept.includes(value)) continue
      kept.push(value)
      this.#seen.set(key, kept.slice(-mostKept))
    }
  }

  /** A value seen under one of the names, the first that has any. */
  recall(chance: Chance, names: readonly string[]): string | number | undefined {
    const kept = names.map((name) => this.#seen.get(name)).find((values) => values !== undefined && values.length > 0)
    return kept === undefined ? undefined : chance.pick(kept)
  }
}
