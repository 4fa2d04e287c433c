// One signed-in caller at one server: who it is comes from a profile, or from the credentials of a data directory on this machine.

import { join, resolve } from 'node:path'
import { type Client, createClient, signIn } from '@tributary/contract'
import { withExactNumbers } from './exact-numbers.ts'
import { Failure } from './failure.ts'
import type { Given } from './given.ts'
import { type Profile, readIfThere, readProfiles } from './profiles.ts'
import { signatureHeaders } from './signing.ts'
import type { Terminal } from './terminal.ts'

/** A caller inside one project. */
export interface Session {
  readonly client: Client
  readonly endpoint: string
  readonly projectId: string
}

/** One call that was made and answered. */
export interface MadeCall {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly status: number
  readonly ms: number
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

/** Where `serve` listens unless told otherwise. */
export const defaultEndpoint = 'http://127.0.0.1:8080'

/** A first start writes this into its data directory. */
const credentialsFile = 'credentials.json'
const defaultDataDir = 'data'

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
  const asked = given.text('endpoint') === undefined ? found?.endpoint : undefined
  const endpoint = asked ?? endpointOf(terminal, given) ?? defaultEndpoint
  const profile = found === undefined ? undefined : { ...found, endpoint }
  const client = clientOf(profile ?? { endpoint, projectId: '', login: undefined }, onCall)
  const projectId = await projectOf(client, given.text('project'), profile?.projectId ?? '')
  return { client, endpoint, projectId }
}

/** A client that signs or carries the token of a profile; one without a login is nobody. @throws {Failure} `unreached` on the first call, when no server answers */
export function clientOf(
  profile: Omit<Profile, 'login'> & { readonly login: Profile['login'] | undefined },
  onCall: (call: MadeCall) => void = () => {},
): Client {
  return createClient({ endpoint: profile.endpoint, fetch: fetchAs(profile, onCall) })
}

/** Signs in with a password. @returns the token @throws {ApiError} 401 when it is wrong, {Failure} `unreached` */
export function tokenOf(endpoint: string, who: Parameters<typeof signIn>[1], onCall: (call: MadeCall) => void = () => {}): Promise<string> {
  return signIn({ endpoint, fetch: fetchAs({ endpoint, projectId: '', login: undefined }, onCall) }, who)
}

/** The address as it is used: no slash at the end. @throws {Failure} `usage` unless it is http or https */
export function endpointOf({ env }: Terminal, given: Given): string | undefined {
  const text = given.text('endpoint') ?? env['TRIBUTARY_ENDPOINT']
  if (text === undefined) return undefined
  if (!/^https?:\/\/[^/\s@]+\/*$/.test(text)) throw new Failure('usage', `"${text}" is no address of a server: write ${defaultEndpoint}`)
  return text.replace(/\/+$/, '')
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

/** A call as it is printed: method, path, status, time. */
export function callLine({ method, path, status, ms }: MadeCall): string {
  return `${method.padEnd(6)} ${path}  ${status}  ${ms.toFixed(0)} ms`
}

async function findProfile(terminal: Terminal, given: Given, onCall: (call: MadeCall) => void): Promise<Profile | undefined> {
  const { env, cwd } = terminal
  const name = given.text('profile') ?? (given.text('data-dir') === undefined ? env['TRIBUTARY_PROFILE'] : undefined)
  if (name !== undefined) return namedProfile(terminal, name)
  const dataDir = given.text('data-dir') ?? env['TRIBUTARY_DATA_DIR']
  if (dataDir !== undefined) return ownerProfile({ terminal, given, folder: resolve(cwd, dataDir), onCall, isAsked: true })
  const { current, profiles } = readProfiles(terminal)
  const profile = current === undefined ? undefined : profiles[current]
  return profile ?? ownerProfile({ terminal, given, folder: resolve(cwd, defaultDataDir), onCall, isAsked: false })
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
  const endpoint = endpointOf(terminal, given) ?? defaultEndpoint
  const projectId = file['project_id'] ?? ''
  const secretKey = file['secret_key'] ?? terminal.env['TRIBUTARY_SECRET_KEY']
  const accessKey = file['access_key']
  if (accessKey !== undefined && secretKey !== undefined) return { endpoint, projectId, login: { kind: 'key', accessKey, secretKey } }
  const password = file['password'] ?? terminal.env['TRIBUTARY_ADMIN_PASSWORD']
  if (password === undefined)
    throw new Failure('signIn', `${path} holds neither a secret key nor a password, because the server was given them`, {
      next: 'set TRIBUTARY_SECRET_KEY here too, or tributary login',
    })
  const [domain, user] = [file['domain_name'] ?? '', file['user_name'] ?? '']
  const token = await tokenOf(endpoint, { domain, user, password, project: { id: projectId } }, onCall)
  return { endpoint, projectId, login: { kind: 'token', token, expiresAt: '', domain, user } }
}

function parseCredentials(path: string, text: string): Readonly<Record<string, string | undefined>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, string | undefined>>
  } catch {
    throw new Failure('usage', `${path} is not JSON`)
  }
}

/** `--project` takes a name or an id; ids that exist are used as they are. */
async function projectOf(client: Client, wanted: string | undefined, own: string): Promise<string> {
  if (wanted === undefined || wanted === own) return own
  const { projects } = await client.listProjects({})
  return projects.find(({ id, name }) => id === wanted || name === wanted)?.id ?? wanted
}

type Caller = Omit<Profile, 'login'> & { readonly login: Profile['login'] | undefined }

// Answers with cells of a source, where every digit counts.
const carriesCells = /\/jobs\/(submit-job|[^/]+\/preview)$/

/** A fetch that signs in the caller, names the project, and tells of each call. */
function fetchAs(caller: Caller, onCall: (call: MadeCall) => void): typeof fetch {
  checkToken(caller)
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const method = init?.method ?? 'GET'
    const headers = new Headers(init?.headers)
    if (caller.projectId !== '') headers.set('x-project-id', caller.projectId)
    if (caller.login?.kind === 'token') headers.set('x-auth-token', caller.login.token)
    if (caller.login?.kind === 'key') {
      const signature = signatureHeaders(caller.login, { method, url, body: typeof init?.body === 'string' ? init.body : '' }, new Date())
      for (const [name, value] of Object.entries(signature)) headers.set(name, value)
    }
    const started = performance.now()
    const response = await fetch(url, { ...init, headers, redirect: 'error' }).catch((error: unknown) => {
      if (init?.signal?.aborted === true) throw new Failure('interrupted', 'stopped')
      throw unreached(caller.endpoint, error)
    })
    onCall({ method, path: url.pathname + url.search, status: response.status, ms: performance.now() - started })
    return carriesCells.test(url.pathname) ? withExactNumbers(response) : response
  }
}

function checkToken({ login }: Caller): void {
  if (login?.kind !== 'token' || login.expiresAt === '' || Date.parse(login.expiresAt) > Date.now()) return
  throw new Failure('signIn', `the sign-in of ${login.user} ended at ${login.expiresAt}`, { next: `tributary login --user ${login.user}` })
}

function unreached(endpoint: string, error: unknown): Failure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
  return new Failure('unreached', `no server answers at ${endpoint}${cause === '' ? '' : ` (${cause})`}`, {
    next: 'start one: tributary serve, or say where it is: --endpoint http://HOST:PORT',
  })
}
