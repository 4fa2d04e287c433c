// `npm run pushdown-differences -- --count 3000 --seed 7 --source mysql` (or `both`: joins over the two, with keys of one side): random queries over real servers, each run with all that sources can answer and with nothing but rows of tables.

import { parseArgs } from 'node:util'
import { compare } from './compare.ts'
import { randomFrom, randomQuery } from './queries.ts'
import { openKeysStage } from './keys-stage.ts'
import { openMariadbStage } from './mariadb-stage.ts'
import { openStage } from './stage.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    source: { type: 'string', default: 'postgresql' },
  },
})
const random = randomFrom(Number(values.seed))
console.log(`seed ${values.seed}: the same seed makes the same queries`)
const counts = { same: 0, refused: 0, different: 0, pushed: 0, keyed: 0 }
const openers = { postgresql: openStage, mysql: openMariadbStage, both: openKeysStage }
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
