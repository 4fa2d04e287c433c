// Says in the data directory where its server answers, so that the command line of this machine finds it: server.json, there while it runs.

import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivate } from './sealing-key.ts'

/** Where a server answers, and what its callers must trust. */
export interface Announced {
  /** `http://HOST:PORT`, as listened on. */
  readonly url: string
  /** File with the authority of a generated certificate; absent without one. */
  readonly caPath: string | undefined
}

/**
 * Writes `server.json` for its owner alone to read. One that a killed server left is replaced; whoever reads it asks whether its process still runs.
 * @returns what removes it
 */
export function announce(dataDir: string, { url, caPath }: Announced): Disposable {
  const path = join(dataDir, 'server.json')
  const fresh = `${path}.new`
  rmSync(fresh, { force: true })
  const says = { pid: process.pid, endpoint: dialable(url), ...(caPath === undefined ? {} : { ca_path: caPath }) }
  writePrivate(fresh, `${JSON.stringify(says, undefined, 2)}\n`)
  renameSync(fresh, path)
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) }
}

/** An address of this machine in place of one that means all of them. */
function dialable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
}
