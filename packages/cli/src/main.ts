// The command line as a process: arguments in, exit code out. What needs no command is answered before the commands are loaded.

import { readFileSync } from 'node:fs'
import { processTerminal } from './terminal.ts'

/** Runs one command line. @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const [word] = args
  if (word === '--version' || word === '-v' || word === 'version') {
    process.stdout.write(`tributary ${version()}\n`)
    return 0
  }
  const stopping = new AbortController()
  process.on('SIGINT', () => {
    // A second one ends what does not stop by itself.
    if (stopping.signal.aborted) process.exit(130)
    stopping.abort()
  })
  const { runCommandLine, proposalsFor } = await import('./run.ts')
  if (word === '--propose') {
    const proposals = await proposalsFor(args.slice(1), processTerminal(stopping.signal))
    // A server that did not answer in time is not waited for.
    process.stdout.write(proposals.map((proposal) => `${proposal}\n`).join(''), () => process.exit(0))
    return 0
  }
  return runCommandLine(args, processTerminal(stopping.signal))
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string }
  return manifest.version
}

// Whoever reads may stop early: `tributary job list | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

process.exitCode = await main(process.argv.slice(2))
