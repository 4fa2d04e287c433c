// Signing in and out: a password becomes a token for a day, kept in a profile; the password is kept nowhere.

import { Failure } from '../failure.ts'
import type { Given } from '../given.ts'
import { type Profile, readProfiles, saveProfile, writeProfiles } from '../profiles.ts'
import { readSecret } from '../secret.ts'
import { clientOf, tokenOf } from '../caller.ts'
import { defaultEndpoint, placeOf } from '../place.ts'
import { localTime } from '../show.ts'
import type { Terminal } from '../terminal.ts'
import type { Flag, Verb } from '../verb.ts'

/** Flags of who signs in and where. */
export const whoFlags: readonly Flag[] = [
  { name: 'user', kind: 'text', brief: 'name of the user; admin unless given' },
  { name: 'domain', kind: 'text', brief: 'name of the account; tributary unless given' },
  { name: 'project', kind: 'text', brief: 'name or id of the project to work in; local unless given' },
]

/** Where a password comes from. */
export const passwordFlag: Flag = { name: 'password-from', kind: 'secret', brief: 'the password; asked for unless given' }

/** Where a server is, for verbs that have no profile yet. */
export const endpointFlag: Flag = {
  name: 'endpoint',
  kind: 'text',
  brief: `where the server is: that of ./data, or ${defaultEndpoint}, unless given; variable TRIBUTARY_ENDPOINT`,
}

/** Who signs in, as the client wants it: where nothing is said, by the names that a first start gives. */
export function whoOf(given: Given): { domain: string; user: string; project: { id: string } | { name: string } } {
  const project = given.text('project') ?? 'local'
  return {
    domain: given.text('domain') ?? 'tributary',
    user: given.text('user') ?? 'admin',
    project: /^[0-9a-f]{32}$/.test(project) ? { id: project } : { name: project },
  }
}

/** What a sign-in trusts; it is kept with it. */
export const caFlag: Flag = {
  name: 'ca',
  kind: 'text',
  brief: 'file of the authority of its certificate: tls/ca.pem of its data directory; not needed beside that',
}

const login: Verb = {
  words: 'login',
  brief: 'Sign in with a password and keep the sign-in as a profile',
  detail: [
    'A token is kept for 24 hours, in a file that its owner alone can read. The password is kept nowhere. For programs, keep an access key instead: tributary profile add.',
  ],
  operations: ['issueToken', 'describeToken'],
  positionals: [],
  flags: [
    ...whoFlags,
    passwordFlag,
    endpointFlag,
    caFlag,
    { name: 'save-as', kind: 'text', brief: 'name of the profile; that of the sign-in which is renewed, or default' },
  ],
  isLocal: true,
  examples: [
    { line: 'tributary login --user ann --project local --password-from env:ANN_PASSWORD', brief: 'Without a terminal:' },
    {
      line: 'tributary login --user ann --project local --save-as ann --password-from stdin < password',
      brief: 'As a profile of its own:',
    },
  ],
  async run({ terminal, given }) {
    const who = whoOf(given)
    const place = placeOf(terminal, given)
    const name = given.text('save-as') ?? renewed(terminal, place.endpoint) ?? 'default'
    const password = await readSecret(terminal, {
      what: `password of ${who.user}`,
      flag: passwordFlag.name,
      from: given.text(passwordFlag.name),
    })
    const token = await tokenOf(place, { ...who, password })
    const headers = { 'x-subject-token': token, 'x-auth-token': token }
    const answer = await clientOf({ ...place, projectId: '', login: undefined }).describeToken({ headers })
    const { expires_at: expiresAt, project } = answer.token
    saveProfile(terminal, name, {
      ...place,
      projectId: project?.id ?? '',
      login: { kind: 'token', token, expiresAt, domain: who.domain, user: who.user },
    })
    terminal.out(`signed in as ${who.user} in project ${project?.name ?? ''}; profile ${name}, until ${localTime(Date.parse(expiresAt))}\n`)
  },
}

/** The profile in use, where this would renew its sign-in; a key, or another server, is not overwritten. */
function renewed(terminal: Pick<Terminal, 'env'>, endpoint: string): string | undefined {
  const { current, profiles } = readProfiles(terminal)
  const profile = current === undefined ? undefined : profiles[current]
  return profile?.login.kind === 'token' && profile.endpoint === endpoint ? current : undefined
}

const logout: Verb = {
  words: 'logout',
  brief: 'End the sign-in of a profile: its token is revoked and the profile removed',
  operations: ['revokeToken'],
  positionals: [],
  flags: [{ name: 'profile', kind: 'text', brief: 'which one; the current one unless given' }],
  isLocal: true,
  examples: [{ line: 'tributary logout --profile ann', brief: 'On a machine that others use too:' }],
  async run({ terminal, given }) {
    const { name, profile } = chosen(terminal, given.text('profile') ?? terminal.env['TRIBUTARY_PROFILE'])
    const { login: kept } = profile
    if (kept.kind === 'key')
      throw new Failure('usage', `profile ${name} holds an access key, which no logout ends`, { next: `tributary profile remove ${name}` })
    if (Date.parse(kept.expiresAt) > Date.now()) await clientOf(profile).revokeToken({ headers: { 'x-subject-token': kept.token } })
    removeProfile(terminal, name)
    terminal.out(`signed out; profile ${name} removed\n`)
  },
}

/** A profile by its name, or the current one. @throws {Failure} `usage` when there is none */
export function chosen(terminal: Pick<Terminal, 'env'>, wanted: string | undefined): { readonly name: string; readonly profile: Profile } {
  const { current, profiles } = readProfiles(terminal)
  const name = wanted ?? current
  const profile = name !== undefined && Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (name !== undefined && profile !== undefined) return { name, profile }
  throw new Failure('usage', name === undefined ? 'there is no profile' : `there is no profile ${name}`, { next: 'tributary profile list' })
}

/** Removes a profile; another one becomes current when there is one. */
export function removeProfile(terminal: Pick<Terminal, 'env'>, name: string): void {
  const { current, profiles } = readProfiles(terminal)
  const rest = Object.fromEntries(Object.entries(profiles).filter(([other]) => other !== name))
  writeProfiles(terminal, { current: current === name ? Object.keys(rest)[0] : current, profiles: rest })
}

/** `login` and `logout`. */
export const loginVerbs: readonly Verb[] = [login, logout]
