// `npm run fuzz`: every operation of the OpenAPI document with sensible and hostile values; totals per operation. `-- --calls N --seed N`.

import { readFlags, seedFlag } from '../../../tools/flags.ts'
import { startPostgres } from '../../servers/postgres.ts'
import { startTributary } from '../../servers/tributary.ts'
import { fuzz, openTallies, successes, tellScenarios } from './fuzz.ts'
import { scenariosOf } from './scenarios.ts'
import { setStage } from './stage.ts'

const leastSuccesses = 5
const { flags: values } = readFlags({
  start: 'npm run fuzz --',
  flags: {
    calls: { value: 'N', usual: '20000', says: 'how many calls' },
    seed: seedFlag,
  },
})
const seed = Number(values.seed)
console.log(`seed ${seed}: the same seed makes the same calls`)
await using source = await startPostgres({
  databases: {
    site: `create table public.visits (page text, hits int); insert into public.visits values ('/a', 2); create view public.slow as select pg_sleep(0.01)::text as nap from generate_series(1, 100000)`,
  },
})
await using server = await startTributary({ args: ['--allow-clock'] })
const fixed = await setStage(server, source)
const tallies = await openTallies(server.endpoint)
await tellScenarios(scenariosOf(server.endpoint, fixed), tallies, leastSuccesses)
const violations = await fuzz(server, tallies, {
  seed,
  calls: Number(values.calls),
  fixed,
  onProgress: (done) => console.error(`${done} of ${values.calls} calls`),
})
for (const tally of tallies) {
  const counts = [...tally.statuses].toSorted(([one], [other]) => one - other).map(([status, count]) => `${status}: ${count}`)
  console.log(`${tally.operation.id.padEnd(36)} ${counts.join('  ')}`)
}
for (const { call, status, why, body } of violations.slice(0, 40)) console.log(`VIOLATION ${status} ${why}\n  ${call}\n  ${body}`)
const poor = tallies.filter((tally) => successes(tally) < leastSuccesses)
for (const tally of poor) console.log(`TOO FEW successes: ${tally.operation.id}\n  ${tally.refused}`)
const failures = violations.length + poor.length
console.log(
  `${values.calls} calls, ${tallies.length} operations, ${violations.length} violations, ${poor.length} operations with fewer than ${leastSuccesses} successes`,
)
if (failures > 0) process.exitCode = 1
