// Calls to one server as one caller: signed, told of, over connections that trust what they should; and why no answer came.

import { type Client, createClient, signIn } from '@tributary/contract'
import { withExactNumbers } from './exact-numbers.ts'
import { Failure } from './failure.ts'
import type { Place } from './place.ts'
import type { Profile } from './profiles.ts'
import { readIfThere } from './values.ts'
import { signatureHeaders } from './signing.ts'

/** Who calls, and where; nobody without a login. */
export type Caller = Omit<Profile, 'login'> & { readonly login: Profile['login'] | undefined }

/** One call that was made and answered. */
export interface MadeCall {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly status: number
  readonly ms: number
}

/** A call as it is printed: method, path, status, time. */
export function callLine({ method, path, status, ms }: MadeCall): string {
  return `${method.padEnd(6)} ${path}  ${status}  ${ms.toFixed(0)} ms`
}

/** A client that signs or carries the token of a profile; one without a login is nobody. @throws {Failure} `unreached` on the first call, when no server answers */
export function clientOf(caller: Caller, onCall: (call: MadeCall) => void = () => {}): Client {
  return createClient({ endpoint: caller.endpoint, fetch: fetchAs(caller, onCall) })
}

/** Signs in with a password. @returns the token @throws {ApiError} 401 when it is wrong, {Failure} `unreached` */
export function tokenOf(place: Place, who: Parameters<typeof signIn>[1], onCall: (call: MadeCall) => void = () => {}): Promise<string> {
  return signIn({ endpoint: place.endpoint, fetch: fetchAs({ ...place, projectId: '', login: undefined }, onCall) }, who)
}

/** Connections of a fetch. */
type Dispatcher = NonNullable<RequestInit['dispatcher']>

// Answers with cells of a source, where every digit counts.
const carriesCells = /\/jobs\/(submit-job|[^/]+\/preview)$/

/** A fetch that signs in the caller, names the project, and tells of each call. */
function fetchAs(caller: Caller, onCall: (call: MadeCall) => void): typeof fetch {
  checkToken(caller)
  let dispatcher: Promise<Dispatcher> | undefined
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
    if (caller.caPath !== undefined) dispatcher ??= trusting(caller.caPath)
    const response = await fetch(url, { ...init, headers, redirect: 'error', ...(await trustOf(dispatcher)) }).catch((error: unknown) => {
      if (init?.signal?.aborted === true) throw new Failure('interrupted', 'stopped')
      throw unreached(caller, error)
    })
    onCall({ method, path: url.pathname + url.search, status: response.status, ms: performance.now() - started })
    return carriesCells.test(url.pathname) ? withExactNumbers(response) : response
  }
}

function checkToken({ login }: Caller): void {
  if (login?.kind !== 'token' || login.expiresAt === '' || Date.parse(login.expiresAt) > Date.now()) return
  throw new Failure('signIn', `the sign-in of ${login.user} ended at ${login.expiresAt}`, { next: `tributary login --user ${login.user}` })
}

/** The option of a call that goes over connections of its own. */
async function trustOf(dispatcher: Promise<Dispatcher> | undefined): Promise<{ readonly dispatcher?: Dispatcher }> {
  return dispatcher === undefined ? {} : { dispatcher: await dispatcher }
}

/** Connections to servers whose certificate comes from one authority. Loaded only where one is named. @throws {Failure} `usage` */
async function trusting(caPath: string): Promise<Dispatcher> {
  const ca = readIfThere(caPath)
  if (ca === undefined) throw new Failure('usage', `${caPath}, the authority of the server, is not there`)
  const { Agent } = await import('undici')
  // The types of Node describe an older release of the same interface.
  return new Agent({ connect: { ca } }) as unknown as Dispatcher
}

/** Why no answer came, in the words of whoever can mend it. */
function unreached({ endpoint, endedIn }: Place, error: unknown): Failure {
  const { code = '', message } = causeOf(error)
  const why = Object.hasOwn(reasons, code) ? reasons[code as keyof typeof reasons] : undefined
  if (why === refused && endedIn !== undefined) {
    const next = `start it again: tributary serve --data-dir ${endedIn}, or say where another is: --endpoint http://HOST:PORT`
    return new Failure(
      'unreached',
      `the server of ${endedIn} is no longer there: it was killed or broke off, and its server.json is a leftover`,
      { next },
    )
  }
  if (why === refused) return new Failure('unreached', `no server answers at ${endpoint}: ${why}`, { next: startOne })
  if (why === foreign) return new Failure('unreached', `the server at ${endpoint} ${why} (${message})`, { next: trustIt })
  const isPlain = endpoint.startsWith('http:') && /ECONNRESET|UND_ERR_SOCKET|HPE_/.test(code)
  const next = isPlain ? `it may want TLS: --endpoint ${endpoint.replace('http:', 'https:')}` : startOne
  return new Failure('unreached', `no server answers at ${endpoint}${message === '' ? '' : `: ${why ?? message}`}`, { next })
}

const refused = 'nothing listens there'
const foreign = 'shows a certificate that is not trusted'
const startOne = 'start one: tributary serve, or say where it is: --endpoint http://HOST:PORT'
const trustIt =
  'name its authority, tls/ca.pem of its data directory: tributary login --endpoint https://HOST:PORT --ca FILE, or NODE_EXTRA_CA_CERTS=FILE'
const reasons = {
  ECONNREFUSED: refused,
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  SELF_SIGNED_CERT_IN_CHAIN: foreign,
  DEPTH_ZERO_SELF_SIGNED_CERT: foreign,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: foreign,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: foreign,
  CERT_SIGNATURE_FAILURE: foreign,
  CERT_HAS_EXPIRED: foreign,
  ERR_TLS_CERT_ALTNAME_INVALID: foreign,
} as const

/** What is below a failed fetch; of several addresses that were tried, the first. */
function causeOf(error: unknown): Pick<NodeJS.ErrnoException, 'code' | 'message'> {
  const cause = error instanceof Error ? error.cause : undefined
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause
  return first instanceof Error ? first : { message: '' }
}
