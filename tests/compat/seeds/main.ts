// `npm run seeds`: the published pages, word for word, against a fresh server; prints each exchange. `-- --pages DIR` first compares the kept copy with the pages themselves.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { readFlags } from '../../../tools/flags.ts'
import kept from './pages.json' with { type: 'json' }
import { readPage } from './pages.ts'
import { playSeeds } from './play.ts'

const { flags } = readFlags({
  start: 'npm run seeds --',
  flags: { pages: { value: 'DIR', says: 'first compares the kept copy with the pages that lie there' } },
})
if (flags.pages !== undefined) comparePages(flags.pages)
const { exchanges, classic } = await playSeeds()
for (const exchange of exchanges) {
  console.log(`${exchange.status}  ${exchange.call}`)
  console.log(`     ${exchange.page}`)
  console.log(
    `     ${exchange.published.length} published members equal${exchange.added.length > 0 ? `; added: ${exchange.added.join(', ')}` : ''}`,
  )
}
console.log(`classic connection: ${classic.connectionUrl}`)
console.log(`  rows read through it: ${JSON.stringify(classic.rows)}; after delete: ${classic.stateAfterDelete}`)
console.log(`${exchanges.length} passed, 0 failed`)

function comparePages(directory: string): void {
  const files = readdirSync(directory).sort()
  const calls = files.map((file) => readPage(file, readFileSync(join(directory, file), 'utf8')).calls)
  if (
    calls.length !== kept.length ||
    !isDeepStrictEqual(
      calls,
      kept.map((page) => page.calls),
    )
  ) {
    throw new Error(`the kept copy in pages.json is not what the ${files.length} pages of ${directory} print`)
  }
  console.log(`${files.length} pages hold the same ${calls.flat().length} calls as the kept copy`)
}
