// The command line: says what there is and how to begin. Commands on resources come with their own issue.

import { readFileSync } from 'node:fs'
import { help } from './help.ts'

const usageError = 2
const asksHelp: ReadonlySet<string> = new Set(['help', '--help', '-h'])

/** Runs one command line. @returns the exit code */
function main(args: readonly string[]): number {
  const [word] = args
  if (word === undefined || asksHelp.has(word)) {
    process.stdout.write(help)
    return 0
  }
  if (word === '--version' || word === '-v' || word === 'version') {
    process.stdout.write(`tributary ${version()}\n`)
    return 0
  }
  process.stderr.write(`tributary: "${word}" is not a command. There is: tributary serve. For the API by curl, see tributary --help.\n`)
  return usageError
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string }
  return manifest.version
}

process.exitCode = main(process.argv.slice(2))
