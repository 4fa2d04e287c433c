// Starts a script of this repository on the packaged Node, from any Node >= 20: `node tools/run.mjs <script> [arguments]`.

import { launch } from './launch.mjs'

const [script, ...args] = process.argv.slice(2)

if (script === undefined) {
  console.error('tributary: say which script to run: node tools/run.mjs <script> [arguments]')
  process.exitCode = 2
} else {
  await launch(script, args).catch((error) => {
    console.error(`tributary: ${error.message}`)
    process.exitCode = 1
  })
}
