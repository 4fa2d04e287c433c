// Turns in the line for an engine child: between questions and jobs, queues, and the users of a queue.

import type { QueueId } from '@tributary/rules'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Waiting, WaitingLine } from './waiting-line.ts'

interface Wish extends Waiting {
  readonly name: string
}

const job = (queue: string, userId: string, name: string): Wish => ({ queueId: queue as QueueId, isJob: true, userId, name })
const question = (queue: string, name: string): Wish => ({ queueId: queue as QueueId, isJob: false, userId: '', name })

/** Serves one at a time, as one child that is free again and again would, until nobody is left. */
function orderOf(line: WaitingLine<Wish>): readonly string[] {
  const order: string[] = []
  while (!line.isEmpty) {
    let isFree = true
    line.serve((wish) => {
      if (!isFree) return false
      isFree = false
      order.push(wish.name)
      return true
    })
  }
  return order
}

function lineOf(...wishes: readonly Wish[]): WaitingLine<Wish> {
  const line = new WaitingLine<Wish>()
  for (const wish of wishes) line.add(wish)
  return line
}

describe('the line', () => {
  it('gives users of a queue turns, whoever has how many jobs', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => job('q', 'ann', `ann ${index}`))
    expect(orderOf(lineOf(...many, job('q', 'bob', 'bob 0'), job('q', 'bob', 'bob 1'))).slice(0, 5)).toEqual([
      'ann 0',
      'bob 0',
      'ann 1',
      'bob 1',
      'ann 2',
    ])
  })

  it('gives queues turns, and answers questions first', () => {
    const line = lineOf(job('q', 'ann', 'q 0'), job('q', 'ann', 'q 1'), job('r', 'ann', 'r 0'), question('q', 'what'))
    expect(orderOf(line)).toEqual(['what', 'q 0', 'r 0', 'q 1'])
  })

  it('passes a queue over that cannot be served, for the others', () => {
    const served: string[] = []
    const line = lineOf(job('q', 'ann', 'q 0'), job('r', 'ann', 'r 0'), job('r', 'ann', 'r 1'))
    line.serve((wish) => wish.queueId === 'r' && served.push(wish.name) > 0)
    expect(served).toEqual(['r 0', 'r 1'])
    expect(line.takeAll().map(({ name }) => name)).toEqual(['q 0'])
    expect(line.isEmpty).toBe(true)
  })

  it('lets go of those who leave, once', () => {
    const leaving = job('q', 'ann', 'q 0')
    const line = lineOf(leaving)
    expect([line.delete(leaving), line.delete(leaving)]).toEqual([true, false])
    expect(orderOf(line)).toEqual([])
  })

  it('serves everybody once, each user in order, and never one user twice while another of the queue waits', () => {
    const wishes = fc.array(fc.record({ queue: fc.constantFrom('q', 'r', 's'), user: fc.constantFrom('ann', 'bob', 'cy') }), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(wishes, (drafts) => {
        const all = drafts.map(({ queue, user }, index) => job(queue, user, `${queue} ${user} ${index}`))
        const order = orderOf(lineOf(...all))
        expect(order.toSorted()).toEqual(all.map(({ name }) => name).toSorted())
        for (const queue of ['q', 'r', 's']) {
          const users = order.filter((name) => name.startsWith(queue)).map((name) => name.split(' ')[1] ?? '')
          // Two turns in a row: nobody else was left by then.
          const twice = users.flatMap((user, at) => (at > 0 && users[at - 1] === user ? [new Set(users.slice(at)).size] : []))
          expect(twice).toEqual(twice.map(() => 1))
        }
      }),
    )
  })
})
