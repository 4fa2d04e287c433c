// Where the server is: as somebody says, or as the server of a data directory on this machine says itself while it runs.

import { join, resolve } from 'node:path'
import { Failure } from './failure.ts'
import type { Given } from './given.ts'
import { readIfThere } from './values.ts'
import type { Terminal } from './terminal.ts'

/** Where a server is. */
export interface Place {
  /** `http://HOST:PORT` or `https://HOST:PORT`. */
  readonly endpoint: string
  /** File with the one authority that its certificate may come from; without it those that the system trusts. */
  readonly caPath?: string | undefined
  /** The data directory whose server ended without a word, killed most likely, where the address is only the usual one for want of another. */
  readonly endedIn?: string | undefined
}

/** Where `serve` listens and keeps its data unless told otherwise. */
export const defaultEndpoint = 'http://127.0.0.1:8080'

/** Where `serve` keeps its data unless told otherwise. */
export const defaultDataDir = 'data'

/** The data directory that a command line means, absolute: `--data-dir`, its variable, `./data`. */
export function dataDirOf({ env, cwd }: Terminal, given: Given): string {
  return resolve(cwd, given.text('data-dir') ?? env['TRIBUTARY_DATA_DIR'] ?? defaultDataDir)
}

/**
 * The server that a command line means: `--endpoint`, its variable, the one that runs on the data directory, the usual address.
 * @param dataDir - absolute
 * @throws {Failure} `usage` for an address that is none
 */
export function placeOf(terminal: Terminal, given: Given, dataDir: string = dataDirOf(terminal, given)): Place {
  const local = localServerOf(dataDir)
  const named = endpointOf(terminal, given)
  const found = named ?? local ?? { endpoint: defaultEndpoint, ...(isLeftBehind(dataDir) ? { endedIn: dataDir } : {}) }
  const ca = given.text('ca')
  const caPath = ca === undefined ? caOf(found, local) : resolve(terminal.cwd, ca)
  return { ...found, ...(caPath === undefined ? {} : { caPath }) }
}

/** Under any of its names the local server has the same authority. */
function caOf({ endpoint }: Pick<Place, 'endpoint'>, local: Place | undefined): string | undefined {
  return local !== undefined && new URL(endpoint).port === new URL(local.endpoint).port ? local.caPath : undefined
}

/** The address as it is used: no slash at the end. */
function endpointOf({ env }: Terminal, given: Given): Place | undefined {
  const text = given.text('endpoint') ?? env['TRIBUTARY_ENDPOINT']
  if (text === undefined) return undefined
  if (!/^https?:\/\/[^/\s@]+\/*$/.test(text)) throw new Failure('usage', `"${text}" is no address of a server: write ${defaultEndpoint}`)
  return { endpoint: text.replace(/\/+$/, '') }
}

/** The server of a data directory; `undefined` where none runs, whatever a killed one left behind. */
export function localServerOf(dataDir: string): Place | undefined {
  const { pid, endpoint, ca_path: caPath } = readAnnouncement(join(dataDir, 'server.json'))
  if (typeof pid !== 'number' || typeof endpoint !== 'string' || !isRunning(pid)) return undefined
  return { endpoint, ...(typeof caPath === 'string' ? { caPath } : {}) }
}

/** A server that ends takes its announcement along; one that is killed cannot. */
function isLeftBehind(dataDir: string): boolean {
  const { pid } = readAnnouncement(join(dataDir, 'server.json'))
  return typeof pid === 'number' && !isRunning(pid)
}

function readAnnouncement(path: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readIfThere(path) ?? '{}') as Readonly<Record<string, unknown>>
  } catch {
    // A file that cannot be read announces nothing.
    return {}
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's process is one too.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
