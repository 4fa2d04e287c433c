// Saved sign-ins: one private file with a profile for each server, and which of them is in use.

import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Failure } from './failure.ts'
import type { Place } from './place.ts'
import type { Terminal } from './terminal.ts'
import { readIfThere } from './values.ts'

/** How a profile signs in: an access key, or a token that ends (ISO time). A password is never kept. */
export type Login =
  | { readonly kind: 'key'; readonly accessKey: string; readonly secretKey: string }
  | { readonly kind: 'token'; readonly token: string; readonly expiresAt: string; readonly domain: string; readonly user: string }

/** One server, one project, one sign-in. `endpoint` has no slash at the end. */
export interface Profile extends Place {
  readonly projectId: string
  readonly login: Login
}

/** Everything in the file. */
export interface Profiles {
  readonly current: string | undefined
  readonly profiles: Readonly<Record<string, Profile>>
}

/** Where profiles are kept: below `XDG_CONFIG_HOME`, or `~/.config`. */
export function profilesPath({ env }: Pick<Terminal, 'env'>): string {
  const base = env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? homedir(), '.config')
  return join(base, 'tributary', 'profiles.json')
}

/** Reads the file; without one there are no profiles. @throws {Failure} `usage` when it is not what this writes */
export function readProfiles(terminal: Pick<Terminal, 'env'>): Profiles {
  const path = profilesPath(terminal)
  const text = readIfThere(path)
  if (text === undefined) return { current: undefined, profiles: {} }
  try {
    const { current, profiles } = JSON.parse(text) as Partial<Profiles>
    if (typeof profiles === 'object') return { current, profiles }
  } catch {
    // said below
  }
  throw new Failure('usage', `${path} cannot be read as profiles`, {
    next: 'mend or remove that file, then sign in again: tributary login',
  })
}

/** Writes the file for its owner alone; a reader sees the old one or the new one. */
export function writeProfiles(terminal: Pick<Terminal, 'env'>, profiles: Profiles): void {
  const path = profilesPath(terminal)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${path}.${process.pid}.new`
  writeFileSync(fresh, `${JSON.stringify(profiles, undefined, 2)}\n`, { mode: 0o600 })
  chmodSync(fresh, 0o600)
  renameSync(fresh, path)
}

/** Adds or replaces a profile and makes it the current one. @throws {Failure} `usage` for a name that would be hard to type */
export function saveProfile(terminal: Pick<Terminal, 'env'>, name: string, profile: Profile): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
    throw new Failure('usage', `"${name}" is no name for a profile: use 1 to 64 letters, digits, . _ -`)
  const { profiles } = readProfiles(terminal)
  writeProfiles(terminal, { current: name, profiles: { ...profiles, [name]: { ...profile, endedIn: undefined } } })
}
