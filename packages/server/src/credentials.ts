// First start: writes what the first account, project and key are into credentials.json, before they are stored.

import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BootstrapCredentials } from '@tributary/control'
import { writePrivate } from './sealing-key.ts'
import type { Settings } from './settings.ts'

/** What a caller needs to sign in. */
export type Credentials = BootstrapCredentials

/** Where they are written. */
export function credentialsPath(dataDir: string): string {
  return join(dataDir, 'credentials.json')
}

/**
 * Writes the credentials of a first start, for their owner alone to read. Secrets that came from the settings are known already and not written.
 * A file of a start that never finished is replaced.
 */
export function writeCredentials(dataDir: string, credentials: Credentials, given: Pick<Settings, 'adminPassword' | 'secretKey'>): void {
  const path = credentialsPath(dataDir)
  const fresh = `${path}.new`
  rmSync(fresh, { force: true })
  writePrivate(fresh, `${JSON.stringify(toFile(credentials, given), undefined, 2)}\n`)
  renameSync(fresh, path)
}

function toFile(credentials: Credentials, given: Pick<Settings, 'adminPassword' | 'secretKey'>): Readonly<Record<string, string>> {
  return {
    domain_id: credentials.domainId,
    domain_name: credentials.domainName,
    user_id: credentials.userId,
    user_name: credentials.adminUser,
    ...(given.adminPassword === undefined ? { password: credentials.adminPassword } : {}),
    project_id: credentials.projectId,
    project_name: credentials.projectName,
    access_key: credentials.accessKey,
    ...(given.secretKey === undefined ? { secret_key: credentials.secretKey } : {}),
  }
}
