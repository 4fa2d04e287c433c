// Groups of transactions on a real file: each stands or falls alone, none is answered before the sync, and a commit that fails fails them all.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { GroupCommit, type GroupLimits } from './group-commit.ts'
import { SqliteFile } from './sqlite.ts'

/** A table of numbers in a file, what was run on it, and a second connection that sees what is committed. */
class Ground implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tributary-groups-'))
  readonly path = join(this.#folder, 'store.db')
  readonly #writer = new SqliteFile(this.path)
  readonly #reader: SqliteFile
  readonly groups: GroupCommit
  /** How many transactions each commit has brought. */
  readonly sizes: number[] = []
  #released = 0

  constructor(limits?: GroupLimits) {
    this.#writer.run('create table parents (id integer primary key)')
    this.#writer.run('create table n (x integer primary key, parent integer references parents (id) deferrable initially deferred)')
    this.#reader = new SqliteFile(this.path)
    this.groups = new GroupCommit({ run: (script) => this.run(script) }, true, limits)
  }

  run(script: string): void {
    this.#writer.run(script)
    if (script === 'release member') this.#released += 1
    if (script !== 'commit') return
    this.sizes.push(this.#released)
    this.#released = 0
  }

  insert(x: number): void {
    this.#writer.prepare('insert into n (x) values (?)').run([x])
  }

  /** What another connection sees. */
  seen(): readonly number[] {
    return this.#reader
      .prepare('select x from n order by x')
      .all([])
      .map((row) => (row as { x: number }).x)
  }

  [Symbol.dispose](): void {
    this.#reader.close()
    this.#writer.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

const grounds: Ground[] = []

function newGround(limits?: GroupLimits): Ground {
  const ground = new Ground(limits)
  grounds.push(ground)
  return ground
}

afterEach(() => {
  for (const ground of grounds.splice(0)) ground[Symbol.dispose]()
})

/** What one transaction of the property does: comes after some turns, writes, may wait for a turn, and may fail. */
const step = fc.record({
  comesAfter: fc.nat(4),
  writes: fc.array(fc.nat(30), { maxLength: 3 }),
  waits: fc.boolean(),
  fails: fc.boolean(),
})

describe('a group of transactions', () => {
  it('leaves what the same transactions leave one after another, and answers each when it is on disk', async () => {
    let largest = 0
    const steps = fc.array(step, { minLength: 1, maxLength: 20 })
    const holds = fc.asyncProperty(steps, fc.integer({ min: 1, max: 6 }), async (planned, transactions) => {
      using ground = new Ground({ transactions, ms: 1000 })
      const model = new Set<number>()
      const run = async ({ comesAfter, writes, waits, fails }: (typeof planned)[number]): Promise<void> => {
        for (let turn = 0; turn < comesAfter; turn++) await nextTurn()
        const before = new Set<number>()
        const work = async (): Promise<void> => {
          for (const x of model) before.add(x)
          for (const x of writes) {
            ground.insert(x)
            if (waits) await nextTurn()
          }
          if (fails) throw new Error('wanted to')
          // The turn ends here: what follows in the queue finds this in place.
          for (const x of writes) model.add(x)
        }
        const outcome = await ground.groups.run(work).then(
          () => 'done',
          (error: Error) => error.message,
        )
        const isTaken = writes.some((x, at) => before.has(x) || writes.indexOf(x) < at)
        expect(outcome).toBe(isTaken ? 'UNIQUE constraint failed: n.x' : fails ? 'wanted to' : 'done')
        const seen = new Set(ground.seen())
        // On disk by the time it is answered.
        expect(outcome !== 'done' || writes.every((x) => seen.has(x))).toBe(true)
      }
      await Promise.all(planned.map(run))
      expect(ground.seen()).toEqual([...model].sort((a, b) => a - b))
      largest = Math.max(largest, ...ground.sizes)
      expect(Math.max(...ground.sizes)).toBeLessThanOrEqual(transactions)
    })
    await fc.assert(holds, { numRuns: 30 })
    expect(largest).toBeGreaterThan(1)
  })

  it('shares one commit among those that come together, and shows nothing of it before', async () => {
    const ground = newGround()
    const seen: (readonly number[])[] = []
    const insert = (x: number) =>
      ground.groups.run(async () => {
        ground.insert(x)
        seen.push(ground.seen())
      })
    await Promise.all([1, 2, 3, 4].map(insert))
    expect([ground.sizes, seen.flat(), ground.seen()]).toEqual([[4], [], [1, 2, 3, 4]])
  })

  it('takes in who comes while the event loop goes round, and goes on without them after', async () => {
    const ground = newGround()
    const first = ground.groups.run(async () => ground.insert(1))
    await new Promise((resolve) => process.nextTick(resolve))
    const second = ground.groups.run(async () => ground.insert(2))
    await Promise.all([first, second])
    await ground.groups.run(async () => ground.insert(3))
    expect(ground.sizes).toEqual([2, 1])
  })

  it('is no larger and no older than it may be', async () => {
    const small = newGround({ transactions: 2, ms: 1000 })
    await Promise.all([1, 2, 3, 4, 5].map((x) => small.groups.run(async () => small.insert(x))))
    expect(small.sizes).toEqual([2, 2, 1])
    const short = newGround({ transactions: 100, ms: 0 })
    await Promise.all([1, 2, 3].map((x) => short.groups.run(async () => short.insert(x))))
    expect(short.sizes).toEqual([1, 1, 1])
  })

  it('lets others have their turn between groups, however many keep coming', async () => {
    const ground = newGround({ transactions: 2, ms: 1000 })
    const goOn = async (first: number): Promise<void> => {
      for (let x = first; x < 60; x += 4) await ground.groups.run(async () => ground.insert(x))
    }
    const all = Promise.all([0, 1, 2, 3].map(goOn))
    await nextTurn()
    await nextTurn()
    expect(ground.seen().length).toBeLessThan(60)
    await all
    expect(ground.seen()).toHaveLength(60)
  })

  it('fails as a whole when its commit fails, also who was refused for what is not there now, and the next one is fine', async () => {
    const ground = newGround()
    const answers = await Promise.allSettled([
      ground.groups.run(async () => ground.insert(1)),
      // Found only at the commit.
      ground.groups.run(async () => ground.run('insert into n (x, parent) values (2, 99)')),
      ground.groups.run(async () => ground.insert(1)),
    ])
    const reasons = answers.map((answer) => (answer.status === 'rejected' ? (answer.reason as Error).message : 'done'))
    expect(reasons).toEqual(Array.from({ length: 3 }, () => 'FOREIGN KEY constraint failed'))
    expect(ground.seen()).toEqual([])
    await ground.groups.run(async () => ground.insert(1))
    expect(ground.seen()).toEqual([1])
  })

  it('fails as a whole when the database has undone it, as a full disk does', async () => {
    const ground = newGround()
    const answers = await Promise.allSettled([
      ground.groups.run(async () => ground.insert(1)),
      ground.groups.run(async () => {
        ground.run('rollback')
        throw new Error('database or disk is full')
      }),
    ])
    expect(answers.map((answer) => (answer.status === 'rejected' ? (answer.reason as Error).message : 'done'))).toEqual([
      'database or disk is full',
      'database or disk is full',
    ])
    await ground.groups.run(async () => ground.insert(2))
    expect(ground.seen()).toEqual([2])
  })

  it('that cannot begin fails alone', async () => {
    const ground = newGround()
    ground.run('pragma busy_timeout = 0')
    const other = new SqliteFile(ground.path)
    other.run('begin immediate')
    await expect(ground.groups.run(async () => ground.insert(1))).rejects.toThrow('database is locked')
    other.run('rollback')
    other.close()
    await ground.groups.run(async () => ground.insert(2))
    await ground.groups.idle()
    expect(ground.seen()).toEqual([2])
  })
})
