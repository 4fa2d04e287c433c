// The book itself: it sees a lost write, a half one and one that came back, and accepts the two ends of a write that was cut off.

import { describe, expect, it } from 'vitest'
import { Ledger, type Promised, type Seen } from './ledger.ts'

/** A resource that can be made to read as anything. */
class Resource {
  seen: Seen

  readonly look = async (): Promise<Seen> => this.seen

  promise(expected: Seen): Promised {
    return { operation: 'put', subject: 'one', look: this.look, expected }
  }
}

/** A book in which `first` was acknowledged and read, and `second` may be under way. */
async function opened(second?: Seen): Promise<{ readonly ledger: Ledger; readonly resource: Resource }> {
  const resource = new Resource()
  const ledger = new Ledger()
  resource.seen = { name: 'first', size: 1, more: true }
  ledger.acknowledge(resource.promise({ name: 'first', size: 1 }))
  expect(await ledger.verify()).toEqual([])
  if (second !== undefined) ledger.begin(resource.promise(second))
  return { ledger, resource }
}

describe('a ledger', () => {
  it('sees an acknowledged write that is lost, changed, or was deleted and is back', async () => {
    for (const seen of [undefined, { name: 'first' }, { name: 'first', size: 2 }]) {
      const { ledger, resource } = await opened()
      resource.seen = seen
      expect((await ledger.verifyKept()).breaches).toMatchObject([{ subject: 'one', expected: [{ name: 'first', size: 1 }] }])
    }
    const { ledger, resource } = await opened()
    ledger.acknowledge(resource.promise(undefined))
    expect(await ledger.verify()).toHaveLength(1)
  })

  it('accepts a write that was cut off as it was before or as it was asked for, and nothing in between', async () => {
    const asked = { name: 'second', size: 2 }
    const cases: readonly (readonly [Seen, number])[] = [
      [{ name: 'first', size: 1 }, 0],
      [{ name: 'second', size: 2 }, 0],
      [{ name: 'second', size: 1 }, 1],
      [undefined, 1],
    ]
    for (const [seen, breaches] of cases) {
      const { ledger, resource } = await opened(asked)
      resource.seen = seen
      expect([seen, (await ledger.verify()).length]).toEqual([seen, breaches])
      expect(ledger.interrupted).toEqual(new Map([['put', 1]]))
    }
  })

  it('holds a write that was cut off to the end at which it was seen', async () => {
    const { ledger, resource } = await opened({ name: 'second', size: 2 })
    resource.seen = { name: 'second', size: 2 }
    expect(await ledger.verify()).toEqual([])
    resource.seen = { name: 'first', size: 1 }
    expect((await ledger.verifyKept()).breaches).toHaveLength(1)
  })

  it('changes nothing for a write that was refused', async () => {
    const { ledger, resource } = await opened({ name: 'second', size: 2 })
    ledger.refuse()
    resource.seen = { name: 'second', size: 2 }
    expect((await ledger.verifyAll()).breaches).toHaveLength(1)
  })
})
