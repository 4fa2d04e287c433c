// Statements that take long to plan, on real threads: each ends alone, wherever it is when it is given up, and the next is planned.

import { type ServiceError, say, ServiceError as Reason } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import type { Planned, PlanRequest } from './messages.ts'
import { Planner } from './planner.ts'

/** Each expression stands for twice as many readings as the one before it. */
function doubling(times: number): string {
  const steps = Array.from({ length: times }, (_, at) => `, c${at + 1} AS (SELECT a.x FROM c${at} a JOIN c${at} b ON a.x = b.x)`)
  return `WITH c0 AS (SELECT 1 AS x)${steps.join('')} SELECT x FROM c${times}`
}

const planOf = (sql: string): PlanRequest => ({ kind: 'plan', sql, currentDatabase: 'default', tables: [] })
const roomy = { ms: 60_000, memoryMiB: 512 }

async function namesOf(planner: Planner, sql: string, signal?: AbortSignal): Promise<readonly string[]> {
  return ((await planner.ask(planOf(sql), signal)) as Planned).columns.map(({ name }) => name)
}

const failure = (work: Promise<unknown>): Promise<ServiceError | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => error as ServiceError,
  )

describe('a statement', () => {
  it('that takes no longer than it may is planned', async () => {
    const planner = new Planner(roomy)
    expect(await namesOf(planner, doubling(6))).toEqual(['x'])
  }, 60_000)

  it('that takes too long ends with the reason; who waits behind it is planned by the next thread', async () => {
    const planner = new Planner({ ...roomy, ms: 1_000 })
    await planner.ready
    const late = failure(namesOf(planner, doubling(20)))
    const next = failure(namesOf(planner, 'SELECT 1 AS one'))
    expect(await late).toMatchObject({ kind: 'exhausted', message: expect.stringContaining('took longer than 1 s: make it smaller') })
    expect(await next).toBeUndefined()
    expect(await namesOf(planner, 'SELECT 2 AS two')).toEqual(['two'])
  }, 60_000)

  it('that takes too much memory ends with the reason, and the next is planned', async () => {
    const planner = new Planner({ ...roomy, memoryMiB: 48 })
    const large = await failure(namesOf(planner, doubling(20)))
    expect(large).toMatchObject({ kind: 'exhausted', message: expect.stringContaining('took more than 48 MiB of memory') })
    expect(await namesOf(planner, 'SELECT 1 AS one')).toEqual(['one'])
  }, 120_000)

  it('is given up at any moment of its planning, in DuckDB too, and leaves nothing in the way', async () => {
    const planner = new Planner(roomy)
    const gone = new Reason('conflict', say`nobody wants it any more`)
    for (const ms of [0, 30, 100, 300, 900, 2_500]) {
      await namesOf(planner, 'SELECT 1 AS one')
      const controller = new AbortController()
      setTimeout(() => controller.abort(gone), ms)
      expect(await failure(namesOf(planner, doubling(12), controller.signal))).toSatisfy((error) => error === gone || error === undefined)
      expect(await namesOf(planner, 'SELECT 1 AS one')).toEqual(['one'])
    }
  }, 120_000)

  it('leaves the line when it is given up before its turn, and at once when it was before it came', async () => {
    const planner = new Planner(roomy)
    const first = namesOf(planner, doubling(8))
    const controller = new AbortController()
    const second = failure(namesOf(planner, 'SELECT 2 AS two', controller.signal))
    const third = namesOf(planner, 'SELECT 3 AS three')
    const gone = new Reason('conflict', say`nobody wants it any more`)
    controller.abort(gone)
    expect(await second).toBe(gone)
    expect(await failure(namesOf(planner, 'SELECT 4 AS four', controller.signal))).toBe(gone)
    expect([await first, await third]).toEqual([['x'], ['three']])
  }, 60_000)
})
