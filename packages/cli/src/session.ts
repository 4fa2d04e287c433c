// One signed-in caller at one server: who it is comes from a profile, or from the credentials of a data directory on this machine.

import { join } from 'node:path'
import type { Client } from '@tributary/contract'
import { callLine, clientOf, type MadeCall, tokenOf } from './caller.ts'
import { Failure } from './failure.ts'
import type { Given } from './given.ts'
import { dataDirOf, defaultDataDir, placeOf } from './place.ts'
import { type Profile, readProfiles } from './profiles.ts'
import { readIfThere } from './values.ts'
import type { Terminal } from './terminal.ts'

/** A caller inside one project. */
export interface Session {
  readonly client: Client
  readonly endpoint: string
  readonly projectId: string
}

/** What a session is opened with. */
export interface SessionOptions {
  readonly terminal: Terminal
  readonly given: Given
  /** The call is open to everybody: without a sign-in it is made all the same. */
  readonly isOpen?: boolean
  /** Hears of each call; `--calls` prints them too. */
  readonly onCall?: (call: MadeCall) => void
}

/** A first start writes this into its data directory. */
const credentialsFile = 'credentials.json'

/**
 * Opens a session. The first of these that is there counts: `--profile`, its variable, `--data-dir`, its variable, the current profile, `./data`.
 * @throws {Failure} `signIn` when nobody is signed in, `usage` for a profile that does not exist
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { terminal, given } = options
  const onCall = listener(options)
  const found = await findProfile(terminal, given, onCall)
  if (found === undefined && options.isOpen !== true) throw nobody()
  // A saved sign-in is for its own server; a variable sends it to no other.
  const place = found !== undefined && given.text('endpoint') === undefined ? found : { caPath: found?.caPath, ...placeOf(terminal, given) }
  const client = clientOf({ ...place, projectId: found?.projectId ?? '', login: found?.login }, onCall)
  const projectId = await projectOf(client, given.text('project'), found?.projectId ?? '')
  return { client, endpoint: place.endpoint, projectId }
}

function nobody(): Failure {
  return new Failure('signIn', 'nobody is signed in', {
    next: `tributary login, or run this where ./${defaultDataDir}/${credentialsFile} of a server is, or name its folder by --data-dir`,
  })
}

function listener({ terminal, given, onCall }: SessionOptions): (call: MadeCall) => void {
  return (call) => {
    onCall?.(call)
    if (given.isOn('calls')) terminal.err(`${callLine(call)}\n`)
  }
}

async function findProfile(terminal: Terminal, given: Given, onCall: (call: MadeCall) => void): Promise<Profile | undefined> {
  const { env } = terminal
  const name = given.text('profile') ?? (given.text('data-dir') === undefined ? env['TRIBUTARY_PROFILE'] : undefined)
  if (name !== undefined) return namedProfile(terminal, name)
  const folder = dataDirOf(terminal, given)
  const isAsked = (given.text('data-dir') ?? env['TRIBUTARY_DATA_DIR']) !== undefined
  if (isAsked) return ownerProfile({ terminal, given, folder, onCall, isAsked })
  const { current, profiles } = readProfiles(terminal)
  const profile = current === undefined ? undefined : profiles[current]
  return profile ?? ownerProfile({ terminal, given, folder, onCall, isAsked })
}

function namedProfile(terminal: Terminal, name: string): Profile {
  const { profiles } = readProfiles(terminal)
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (profile !== undefined) return profile
  throw new Failure('usage', `there is no profile ${name}`, { next: 'tributary profile list, or tributary login --save-as NAME' })
}

interface OwnerOptions {
  readonly terminal: Terminal
  readonly given: Given
  readonly folder: string
  readonly onCall: (call: MadeCall) => void
  /** Whether the folder was named: then it must have the file. */
  readonly isAsked: boolean
}

/** The installation owner, by what the first start wrote. Secrets that the server was given are not in it: then the same variables hold them here. */
async function ownerProfile({ terminal, given, folder, onCall, isAsked }: OwnerOptions): Promise<Profile | undefined> {
  const path = join(folder, credentialsFile)
  const text = readIfThere(path)
  if (text === undefined && !isAsked) return undefined
  if (text === undefined)
    throw new Failure('signIn', `${path} is not there`, { next: 'name the data directory of a server that has been started once' })
  const file = parseCredentials(path, text)
  const place = placeOf(terminal, given, folder)
  const projectId = file['project_id'] ?? ''
  const secretKey = file['secret_key'] ?? terminal.env['TRIBUTARY_SECRET_KEY']
  const accessKey = file['access_key']
  if (accessKey !== undefined && secretKey !== undefined) return { ...place, projectId, login: { kind: 'key', accessKey, secretKey } }
  const password = file['password'] ?? terminal.env['TRIBUTARY_ADMIN_PASSWORD']
  if (password === undefined)
    throw new Failure('signIn', `${path} holds neither a secret key nor a password, because the server was given them`, {
      next: 'set TRIBUTARY_SECRET_KEY here too, or tributary login',
    })
  const [domain, user] = [file['domain_name'] ?? '', file['user_name'] ?? '']
  const token = await tokenOf(place, { domain, user, password, project: { id: projectId } }, onCall)
  return { ...place, projectId, login: { kind: 'token', token, expiresAt: '', domain, user } }
}

function parseCredentials(path: string, text: string): Readonly<Record<string, string | undefined>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, string | undefined>>
  } catch {
    throw new Failure('usage', `${path} is not JSON`)
  }
}

/** `--project` takes a name or an id; an id is used as it is. @throws {Failure} `notFound` for a name that none of the caller's projects has */
async function projectOf(client: Client, wanted: string | undefined, own: string): Promise<string> {
  if (wanted === undefined || wanted === own) return own
  const { projects } = await client.listProjects({})
  const found = projects.find(({ id, name }) => id === wanted || name === wanted)
  if (found !== undefined) return found.id
  if (/^[0-9a-f]{32}$/.test(wanted)) return wanted
  throw new Failure('notFound', `there is no project ${wanted} that you have a role in`, {
    next: 'see what there is: tributary project list',
  })
}
