// How fast SQL on tables of ours is: SELECT 1, TPC-H beside bare DuckDB on the very same files, how soon a queue works again after its engine was killed, and many queues at once.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, type Figure, inTurn, medianOf, timed } from './harness.ts'
import { type Installation, startInstallation } from './installation.ts'
import { Jobs } from './jobs.ts'
import { benchManyQueues } from './many-queues.ts'
import { canWeigh, childrenOf } from './processes.ts'
import { benchTpch } from './tpch.ts'

const rounds = 5
const jobsPerRound = 10
const newQueues = 3
// A queue that gets the spare child leaves none until the next has loaded.
const untilSpareMs = 2000
const longestReturnMs = 20_000

/** TPC-H takes `--scale`; Spark is beside it with `--python`, the many queues come with `--minutes`. */
export async function benchSql(bench: Bench): Promise<readonly Figure[]> {
  const installation = await startInstallation(bench, 'sql')
  const { server, steps, wire } = installation
  await steps.createQueue('warm')
  const jobs = new Jobs(wire, server.account.projectId, 'warm')
  const figures = [
    ...(await benchReturn(bench, jobs, installation)),
    ...(await benchSelectOne(bench, jobs, installation)),
    ...(await benchTpch(bench, installation)),
  ]
  await server.stop()
  return [...figures, ...(bench.minutes > 0 ? await benchManyQueues(bench) : [])]
}

async function benchSelectOne({ say }: Bench, jobs: Jobs, { server, steps, wire }: Installation): Promise<readonly Figure[]> {
  const job = (): Promise<number> => medianOf(jobsPerRound, () => jobs.rows('SELECT 1 AS one'))
  await inTurn(say, 'sql: warming up', 1, { job })
  const { job: warm } = await inTurn(say, 'sql: SELECT 1 on a warm queue', rounds, { job })
  let number = 0
  const onNewQueue = async (): Promise<number> => {
    await sleep(untilSpareMs)
    const name = `new_${++number}`
    return timed(async () => {
      await steps.createQueue(name)
      await new Jobs(wire, server.account.projectId, name).rows('SELECT 1 AS one')
    })
  }
  const { job: fresh } = await inTurn(say, 'sql: SELECT 1 on a new queue', newQueues, { job: onNewQueue })
  return [
    { what: 'SELECT 1 on a warm queue, to rows', unit: 'ms', ours: warm, goal: { value: 30 } },
    { what: 'SELECT 1 on a new queue, from POST queues to rows', unit: 'ms', ours: fresh, goal: { value: 500 } },
  ]
}

/** While there is one queue, the oldest child is its own: each round gives it the spare, which is older than the next. */
async function benchReturn({ say }: Bench, jobs: Jobs, { server }: Installation): Promise<readonly Figure[]> {
  if (!canWeigh) return []
  const afterKill = async (): Promise<number> => {
    await sleep(untilSpareMs)
    await jobs.rows('SELECT 1 AS one')
    const before = childrenOf(server.pid)
    const [own] = before
    if (own === undefined) throw new Error('the queue has no engine child')
    process.kill(own, 'SIGKILL')
    const ms = await timed(() => rowsInTheEnd(jobs))
    if (childrenOf(server.pid).includes(own)) throw new Error(`the child ${own} lives on`)
    return ms
  }
  const { job } = await inTurn(say, 'sql: after SIGKILL of the child', newQueues, { job: afterKill })
  return [{ what: 'from SIGKILL of the child to the next job’s rows', unit: 'ms', ours: job, goal: { value: 1000 } }]
}

/** A job that meets the dying child fails with that reason, and whoever sent it sends it again. */
async function rowsInTheEnd(jobs: Jobs): Promise<void> {
  const until = performance.now() + longestReturnMs
  for (;;) {
    try {
      await jobs.rows('SELECT 1 AS one')
      return
    } catch (error) {
      if (performance.now() > until) throw error
      await sleep(1)
    }
  }
}
