// The process: reads settings, starts the server, says when it is ready, and stops it when told.

import { ServiceError } from '@tributary/rules'
import type { Logger } from 'pino'
import type { Credentials } from './credentials.ts'
import { exitCodes, serveHelp } from './help.ts'
import { InUseError } from './in-use.ts'
import { openLog } from './log.ts'
import type { RunningServer } from './serve.ts'
import { readSettings, unknownVariables } from './read-settings.ts'
import { UsageError } from './settings.ts'
import { isVerb, runVerb } from './verbs.ts'

/** @returns the exit code, or `undefined` while the server runs */
async function main(args: readonly string[]): Promise<number | undefined> {
  const [verb, ...rest] = args
  if (isVerb(verb)) {
    process.stdout.write(await runVerb(verb, rest, process.env))
    return exitCodes.done.code
  }
  if (verb !== 'serve') throw new UsageError(`tributary ${verb ?? ''} is not offered yet; tributary serve runs the service`)
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(serveHelp())
    return exitCodes.done.code
  }
  const settings = readSettings(rest, process.env)
  // Engine children with users of their own pass through the data directory: whatever is written there is for this user alone.
  process.umask(0o077)
  const log = openLog(settings.logLevel)
  for (const name of unknownVariables(process.env))
    log.warn({ name }, 'a variable looks like a setting and is none; tributary serve --help lists them')
  // Loaded only now: a wrong flag is answered at once.
  const { startServer } = await import('./serve.ts')
  const server = await startServer(settings, log)
  if (server.firstCredentials !== undefined) tellCredentials(server, server.firstCredentials, log)
  stopOnSignal(server, log)
  // Whoever waited for the line may be gone; the server stays.
  process.stdout.on('error', () => {})
  const trusted = server.caPath === undefined ? '' : ` (clients trust it by ${server.caPath})`
  process.stdout.write(`Tributary is ready at ${server.url}${trusted}\n`)
  return undefined
}

/** The path for everybody; the values only where a person looks on. */
function tellCredentials({ credentialsPath: path }: RunningServer, credentials: Credentials, log: Logger): void {
  log.info({ path }, 'first start: account, administrator, project and access key were made, and written to a file')
  if (!process.stderr.isTTY || !process.stdout.isTTY) return
  const { domainName, adminUser, adminPassword, projectId, accessKey, secretKey } = credentials
  process.stderr.write(
    `\n  account ${domainName}, user ${adminUser}, password ${adminPassword}\n  project ${projectId}\n  access key ${accessKey}, secret key ${secretKey}\n  (all in ${path})\n\n`,
  )
}

// One Ctrl-C reaches a process several times: from the terminal and from each launcher above it that forwards what it got.
const sameWishMs = 1000

function stopOnSignal(server: RunningServer, log: Logger): void {
  let stoppingSince: number | undefined
  const stop = (signal: string): void => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince < sameWishMs) return
      log.warn({ signal }, 'told to stop twice: ended at once')
      process.exit(exitCodes.failed.code)
    }
    stoppingSince = performance.now()
    log.info({ signal }, 'stopping: nothing new is taken, what runs may finish')
    server[Symbol.asyncDispose]().then(
      () => {
        log.info({}, 'stopped')
        process.exit(exitCodes.done.code)
      },
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed')
        process.exit(exitCodes.failed.code)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** What went wrong, for a person at a terminal, and the exit code that goes with it. */
function explainFailure(error: unknown): number {
  const isExpected = error instanceof UsageError || error instanceof InUseError || error instanceof ServiceError || isBackupError(error)
  process.stderr.write(
    `tributary: ${isExpected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  if (error instanceof UsageError) return exitCodes.usage.code
  return error instanceof InUseError ? exitCodes.inUse.code : exitCodes.failed.code
}

/** By name: its class comes with the store, which a wrong flag does not load. */
function isBackupError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'BackupError'
}

main(process.argv.slice(2)).then(
  (code) => {
    if (code !== undefined) process.exitCode = code
  },
  (error: unknown) => {
    process.exitCode = explainFailure(error)
  },
)
