// `npm run pushdown-differences -- --count 3000 --seed 7 --source mysql` (or `both`: joins over the two, with keys of one side): random queries over real servers, each run with all that sources can answer and with nothing but rows of tables.

import { readFlags, refuse, seedFlag } from '../../../tools/flags.ts'
import { compare } from './compare.ts'
import { randomFrom, randomQuery } from './queries.ts'
import { openKeysStage } from './keys-stage.ts'
import { openMariadbStage } from './mariadb-stage.ts'
import { openStage } from './stage.ts'

const openers = { postgresql: openStage, mysql: openMariadbStage, both: openKeysStage }
const script = {
  start: 'npm run pushdown-differences --',
  flags: {
    count: { value: 'N', usual: '1000', says: 'how many queries' },
    seed: seedFlag,
    source: { value: 'KIND', usual: 'postgresql', says: `which of ${Object.keys(openers).join(', ')} answers` },
  },
} as const
const { flags: values } = readFlags(script)
if (!Object.hasOwn(openers, values.source)) refuse(script, `there is no source ${values.source}`)
const random = randomFrom(Number(values.seed))
console.log(`seed ${values.seed}: the same seed makes the same queries`)
const counts = { same: 0, refused: 0, different: 0, pushed: 0, keyed: 0 }
const open = openers[values.source as keyof typeof openers]
{
  await using stage = await open()
  for (let made = 0; made < Number(values.count); made += 1) {
    const query = randomQuery(random)
    const { kind, words, isPushed, isKeyed } = await compare(stage, query)
    counts[kind] += 1
    if (isPushed) counts.pushed += 1
    if (isKeyed) counts.keyed += 1
    if (kind === 'different') console.log(`DIFFERENT ${query.sql}\n    ${words}`)
  }
}
console.log(
  `${values.count} queries: ${counts.same} the same, ${counts.refused} refused, ${counts.different} different; ${counts.pushed} of them asked whole, ${counts.keyed} with keys`,
)
const hasSeen = counts.pushed > 0 && (values.source !== 'both' || counts.keyed > 0)
process.exit(counts.different > 0 || !hasSeen ? 1 : 0)
