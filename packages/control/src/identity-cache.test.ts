// What is kept of identities never lets anybody in who has lost a right: single changes, and changes and calls in any order.

import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Identity, ProjectId, Role, UserId } from '@tributary/rules'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { IdentityCache } from './identity-cache.ts'
import { SampleControl, sampleDirectory } from './sample-control.ts'

describe('the cache', () => {
  it('reads once under one version, and again under the next', async () => {
    const store = { identityVersion: 1 }
    const cache = new IdentityCache<{ read: number }>(store)
    let reads = 0
    const ask = async () => cache.find('key', async () => ({ read: ++reads }))
    expect([await ask(), await ask()]).toEqual([{ read: 1 }, { read: 1 }])
    store.identityVersion = 2
    expect([await ask(), await ask()]).toEqual([{ read: 2 }, { read: 2 }])
  })

  it('keeps nothing that was read while the version moved, and no absence', async () => {
    const store = { identityVersion: 1 }
    const cache = new IdentityCache<{ read: number }>(store)
    let reads = 0
    const slow = async () => {
      const read = ++reads
      await nextTurn()
      return { read }
    }
    const early = cache.find('key', slow)
    store.identityVersion = 2
    await cache.find('another', async () => ({ read: 0 }))
    expect(await early).toEqual({ read: 1 })
    expect(await cache.find('key', slow)).toEqual({ read: 2 })
    expect(await cache.find('other', async () => undefined)).toBeUndefined()
    expect(await cache.find('other', slow)).toEqual({ read: 3 })
  })
})

/** A user with a role, a token and a key, and the ways to take each of them away and give it back. */
class Person {
  readonly #sample: SampleControl
  readonly #id: UserId
  readonly #accessKey: string
  readonly #token = randomUUID()
  #passwordVersion = 1

  private constructor(sample: SampleControl, id: UserId) {
    this.#sample = sample
    this.#id = id
    this.#accessKey = `AK${id}`
  }

  static async make(sample: SampleControl): Promise<Person> {
    const name = randomUUID()
    const { user } = await sample.enterAs(name, 'reader')
    const person = new Person(sample, user.id)
    await sample.store.accessKeys.insert({ accessKey: person.#accessKey, secretKey: 'sk', userId: user.id, createdAt: 1 })
    await person.issue()
    return person
  }

  /** By token and by key: whether each is let in as a reader. */
  async call(): Promise<Entered> {
    const { control, caller } = this.#sample
    const enters = async (identify: () => Promise<Identity | undefined>): Promise<boolean> => {
      try {
        const identity = await identify()
        if (identity === undefined) return false
        await control.access.enter(identity, caller.project, 'reader')
        return true
      } catch {
        return false
      }
    }
    return {
      token: await enters(async () => control.tokens.authenticate(this.#token)),
      key: await enters(async () => (await control.accessKeys.find(this.#accessKey))?.identity),
    }
  }

  async put(role: Role | undefined): Promise<void> {
    const { roles } = this.#sample.store
    await (role === undefined ? roles.remove(this.#id, this.#project) : roles.put(this.#id, this.#project, role))
  }

  async enable(isEnabled: boolean): Promise<void> {
    const found = await this.#sample.store.users.findProfile(this.#id)
    if (found === undefined) throw new Error('the user is gone')
    await this.#sample.store.transaction((tx) => tx.users.update({ ...found, isEnabled }))
  }

  async activate(isActive: boolean): Promise<void> {
    const found = await this.#sample.store.accessKeys.findRecord(this.#accessKey)
    if (found === undefined) throw new Error('the key is gone')
    await this.#sample.store.accessKeys.update({ ...found, isActive })
  }

  /** The same token under the password of now. */
  async issue(): Promise<void> {
    const { store, now } = this.#sample
    await store.tokens.insert({
      hash: this.#hash,
      userId: this.#id,
      projectId: this.#project,
      method: 'password',
      passwordVersion: this.#passwordVersion,
      issuedAt: now,
      expiresAt: now + 3_600_000,
    })
  }

  async revoke(): Promise<void> {
    await this.#sample.store.tokens.remove(this.#hash)
  }

  async changePassword(): Promise<void> {
    await this.#sample.store.users.updatePassword(this.#id, 'another hash')
    this.#passwordVersion += 1
  }

  get #hash(): string {
    return createHash('sha256').update(this.#token).digest('base64url')
  }

  get #project(): ProjectId {
    return this.#sample.caller.project
  }
}

interface Entered {
  readonly token: boolean
  readonly key: boolean
}

/** What a person has at one moment, and so who is let in. */
interface Held {
  readonly hasRole: boolean
  readonly isEnabled: boolean
  readonly isActive: boolean
  readonly hasToken: boolean
}

function entered({ hasRole, isEnabled, isActive, hasToken }: Held): Entered {
  return { token: hasRole && isEnabled && hasToken, key: hasRole && isEnabled && isActive }
}

/** Every write turns one thing to the other state; a password change ends the token alone. */
const writes: Readonly<Record<string, (person: Person, held: Held) => readonly [Held, () => Promise<void>]>> = {
  role: (person, held) => [{ ...held, hasRole: !held.hasRole }, () => person.put(held.hasRole ? undefined : 'reader')],
  user: (person, held) => [{ ...held, isEnabled: !held.isEnabled }, () => person.enable(!held.isEnabled)],
  key: (person, held) => [{ ...held, isActive: !held.isActive }, () => person.activate(!held.isActive)],
  token: (person, held) => [{ ...held, hasToken: !held.hasToken }, () => reissue(person, held.hasToken)],
  password: (person, held) => [{ ...held, hasToken: false }, () => person.changePassword()],
}

async function reissue(person: Person, hasToken: boolean): Promise<void> {
  await person.revoke()
  if (!hasToken) await person.issue()
}

const everything: Held = { hasRole: true, isEnabled: true, isActive: true, hasToken: true }

const places = {
  'in memory': async () => ({ path: ':memory:', [Symbol.asyncDispose]: async () => {} }),
  'on disk': async () => {
    const directory = await sampleDirectory()
    return { path: join(directory.path, 'tributary.db'), [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() }
  },
}

describe.each(Object.entries(places))('rights %s', (_, openPlace) => {
  let stack: AsyncDisposableStack
  let sample: SampleControl

  beforeEach(async () => {
    stack = new AsyncDisposableStack()
    const { path } = stack.use(await openPlace())
    sample = stack.use(await SampleControl.open({ path, isStarted: false }))
  })

  afterEach(() => stack.disposeAsync())

  it.each(Object.keys(writes))('end and begin with the very next call after a write of: %s', async (name) => {
    const person = await Person.make(sample)
    expect(await person.call()).toEqual({ token: true, key: true })
    const [taken, take] = writes[name]?.(person, everything) ?? []
    if (taken === undefined || take === undefined) throw new Error('no such write')
    await take()
    expect(await person.call()).toEqual(entered(taken))
    expect(entered(taken)).not.toEqual(entered(everything))
    const [given, give] = writes[name === 'password' ? 'token' : name]?.(person, taken) ?? []
    await give?.()
    expect(await person.call()).toEqual(entered(given as Held))
  })

  it('are never those of before a write that has been answered, whatever runs beside it', async () => {
    let refused = 0
    let admitted = 0
    const step = fc.record({
      write: fc.constantFrom(...Object.keys(writes)),
      callsBefore: fc.nat(2),
      callsBeside: fc.nat(2),
      turns: fc.nat(2),
    })
    const steps = fc.array(step, { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const person = await Person.make(sample)
        const states: Held[] = [everything]
        let answered = 0
        const calls: Promise<void>[] = []
        const call = (): void => {
          const since = answered
          calls.push(
            person.call().then((seen) => {
              const possible = states.slice(since).map(entered)
              expect(possible.map(({ token }) => token)).toContain(seen.token)
              expect(possible.map(({ key }) => key)).toContain(seen.key)
              if (seen.token) admitted += 1
              else refused += 1
            }),
          )
        }
        for (const { write, callsBefore, callsBeside, turns } of all) {
          for (let index = 0; index < callsBefore; index++) call()
          const [next, run] = writes[write]?.(person, states.at(-1) as Held) ?? []
          if (next === undefined || run === undefined) throw new Error('no such write')
          states.push(next)
          const writing = run()
          for (let index = 0; index < callsBeside; index++) call()
          for (let index = 0; index < turns; index++) await nextTurn()
          for (let index = 0; index < callsBeside; index++) call()
          await writing
          answered = states.length - 1
        }
        call()
        await Promise.all(calls)
      }),
      { numRuns: 60 },
    )
    expect(refused).toBeGreaterThan(10)
    expect(admitted).toBeGreaterThan(10)
  })
})
