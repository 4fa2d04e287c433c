// `npm run durability`: eight writers over every kind of write and a SIGKILL, again and again. `-- --rounds N --seed N`.

import { readFlags, seedFlag } from '../../tools/flags.ts'
import { type KillReport, killRounds } from './kill-rounds.ts'

const { flags: values } = readFlags({
  start: 'npm run durability --',
  flags: {
    rounds: { value: 'N', usual: '100', says: 'how often the server is killed' },
    seed: seedFlag,
  },
})
const total = (counts: KillReport['acknowledged']): number => [...counts.values()].reduce((sum, count) => sum + count, 0)

console.log(`seed ${values.seed}: the same seed tells the same stories`)
const broken = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => broken.abort())
const report = await killRounds({
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  signal: broken.signal,
  onRound: ({ rounds, acknowledged, interrupted }) => {
    if (rounds % 10 === 0) console.error(`${rounds} rounds, ${total(acknowledged)} acknowledged, ${total(interrupted)} cut off`)
  },
}).catch((error: unknown) => {
  if (!broken.signal.aborted) throw error
  console.error('broken off: the server has ended and its directory is gone')
  process.exit(130)
})
for (const [operation, count] of [...report.acknowledged].toSorted(([one], [other]) => one.localeCompare(other)))
  console.log(`${operation.padEnd(30)} ${String(count).padStart(7)} acknowledged, ${report.interrupted.get(operation) ?? 0} cut off`)
for (const problem of report.problems.slice(0, 40)) console.log(`PROBLEM ${problem}`)
console.log(
  `${report.rounds} rounds, ${report.acknowledged.size} kinds of writes, ${total(report.acknowledged)} acknowledged, ${total(report.interrupted)} cut off, ` +
    `${report.problems.length} problems; peerings settled within ${Math.round(report.slowestSettleMs)} ms, ${report.endedChildren} engine processes ended with their server, ` +
    `${report.readAtEnd} promises read once more at the end`,
)
if (report.problems.length > 0) process.exitCode = 1
