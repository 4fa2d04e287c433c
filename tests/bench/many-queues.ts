// Two hundred queues with a job a minute each, whether the last has ended or not: what jobs wait, and whether engines stay in the memory they may use together.

import { mkdir } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, type Figure, percentile } from './harness.ts'
import { type Installation, startInstallation } from './installation.ts'
import { Jobs } from './jobs.ts'
import { unpackServer } from './packaged.ts'
import { canWeigh, childrenOf, weigh } from './processes.ts'
import { Wire } from './wire.ts'

const queues = 200
// A call that waits for the end of its job keeps its socket.
const sockets = 200
const weighEveryMs = 2000
const mebibyte = 2 ** 20
// What engines may use together unless told.
const budgetMiB = Math.floor(totalmem() / 2 / mebibyte)

interface Weighing {
  readonly memoryMiB: number[]
  readonly children: number[]
}

/** As many minutes as `--minutes` says, on the server as it is installed; a job that fails fails the bench. */
export async function benchManyQueues(bench: Bench): Promise<readonly Figure[]> {
  const { say, lifetimes, minutes } = bench
  const home = join(bench.directory, 'many-queues')
  await mkdir(home)
  const installation = await startInstallation(bench, 'many-queues', await unpackServer(home))
  const { server, steps } = installation
  say(`sql: making ${queues} queues`)
  for (let number = 0; number < queues; number += 1) await steps.createQueue(`many_${number}`)
  const wire = await lifetimes.start(() => Wire.signIn(server, sockets))
  await steps.createDatabase('many')
  await new Jobs(wire, server.account.projectId, 'many_0').run('CREATE TABLE many.numbers AS SELECT id FROM range(1000000)')
  const weighing: Weighing = { memoryMiB: [], children: [] }
  const stop = new AbortController()
  const weighed = weighUntil(installation, weighing, stop.signal)
  const latencies = await runOpenLoop(bench, installation, wire)
  stop.abort()
  await weighed
  await server.stop()
  say(`sql: ${latencies.length} jobs on ${queues} queues in ${minutes} min, ${Math.max(0, ...weighing.children)} children at most`)
  return figuresOf(latencies, weighing)
}

/** Jobs begin when they are due, and their time counts from then. @throws {Error} when any failed, with how many and why the first did */
async function runOpenLoop({ say, minutes }: Bench, { server }: Installation, wire: Wire): Promise<readonly number[]> {
  const everyMs = 60_000 / queues
  const begun = performance.now()
  const latencies: number[] = []
  const failures: unknown[] = []
  const runs: Promise<unknown>[] = []
  for (let number = 0; number < queues * minutes; number += 1) {
    const dueMs = begun + number * everyMs
    await sleep(Math.max(0, dueMs - performance.now()))
    const jobs = new Jobs(wire, server.account.projectId, `many_${number % queues}`)
    const run = jobs.run(`SELECT count(*) AS n, sum(id) AS s FROM many.numbers WHERE id % 7 = ${number % 7}`)
    runs.push(
      run.then(
        () => latencies.push(performance.now() - dueMs),
        (error: unknown) => failures.push(error),
      ),
    )
    if (number % queues === queues - 1)
      say(`sql: many queues: minute ${(number + 1) / queues} of ${minutes}, ${latencies.length} jobs done`)
  }
  await Promise.all(runs)
  if (failures.length > 0) throw new Error(`${failures.length} of ${runs.length} jobs failed; the first: ${String(failures[0])}`)
  return latencies
}

async function weighUntil({ server }: Installation, { memoryMiB, children }: Weighing, signal: AbortSignal): Promise<void> {
  if (!canWeigh) return
  while (!signal.aborted) {
    const pids = childrenOf(server.pid)
    // A child may end while it is weighed.
    const weights = pids.flatMap((pid) => {
      try {
        return [weigh(pid).proportional]
      } catch {
        return []
      }
    })
    children.push(weights.length)
    memoryMiB.push(weights.reduce((all, weight) => all + weight, 0))
    await sleep(weighEveryMs, undefined, { signal }).catch(() => undefined)
  }
}

function figuresOf(latencies: readonly number[], { memoryMiB }: Weighing): readonly Figure[] {
  const what = `${queues} queues with a job a minute each`
  const share = (name: string, at: number): Figure => ({
    what: `${what}: ${name} to its end`,
    unit: 'ms',
    ours: [percentile(latencies, at)],
  })
  const most: Figure = {
    what: `${what}: most memory of all engine children`,
    unit: 'MiB',
    ours: [Math.max(0, ...memoryMiB)],
    goal: { value: budgetMiB },
  }
  return [share('p50', 0.5), share('p95', 0.95), share('p99', 0.99), share('slowest', 1), ...(memoryMiB.length === 0 ? [] : [most])]
}
