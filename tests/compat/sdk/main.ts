// Installs what the SDK tests need, ahead of them: `node tools/run.mjs tests/compat/sdk/main.ts`. The first time takes a minute or two, the next ones nothing.

import { readFlags } from '../../../tools/flags.ts'
import { prepareGo, preparePython, whyNoGo, whyNoPython } from './programs.ts'

readFlags({ start: 'npm run sdks --', flags: {} })

const print = (text: string): void => void process.stdout.write(text)
for (const [why, prepare] of [
  [whyNoPython, preparePython],
  [whyNoGo, prepareGo],
] as const) {
  const reason = await why()
  console.log(reason === undefined ? `ready: ${await prepare(print)}` : `left out: ${reason}`)
  if (reason !== undefined && process.env['CI'] === 'true') process.exitCode = 1
}
