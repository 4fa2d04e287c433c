// A client of the API, typed from the operations; needs nothing but fetch, so it runs in a browser too.

import type { BodyOf, Operation, ParamsOf, QueryOf, ResultOf } from './operation.ts'
import { type OperationId, operations } from './operations.ts'

type Operations = typeof operations
type Part<Name extends string, Value> = keyof Value extends never ? Partial<Record<Name, Value>> : Record<Name, Value>

/** What one call takes: path parameters, query and body, each only where the operation has them. */
export type InputOf<O extends Operation> = Part<'params', ParamsOf<O>> & {
  readonly query?: QueryOf<O>
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
} & (unknown extends BodyOf<O> ? unknown : { readonly body: BodyOf<O> })

/** One method per operation, named by its id; each answers with the body. */
export type Client = {
  readonly [Id in OperationId]: (input: InputOf<Operations[Id]>) => Promise<ResultOf<Operations[Id]>>
}

/** Where the server is and who calls. `token` goes with every call; `endpoint` has no trailing slash. */
export interface ClientOptions {
  readonly endpoint: string
  readonly token?: string
  /** Replaces the global fetch, for instance to sign requests. */
  readonly fetch?: typeof fetch
}

/** An answer that was not the promised one; `code` is `DLI.0001` and the like, empty when the body names none. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly requestId: string

  constructor(status: number, code: string, message: string, requestId: string) {
    super(message)
    this.status = status
    this.code = code
    this.requestId = requestId
  }
}

/** Makes a client; nothing is sent until a method is called. Every method throws {@link ApiError} on an error answer. */
export function createClient(options: ClientOptions): Client {
  const methods = Object.entries(operations).map(([id, operation]) => [
    id,
    async (input: CallInput = {}) => (await send(options, operation, input)).body,
  ])
  return Object.fromEntries(methods) as Client
}

/** Who signs in, and for which project. */
export interface SignIn {
  readonly domain: string
  readonly user: string
  readonly password: string
  /** Name or id. */
  readonly project: { readonly name: string } | { readonly id: string }
}

/**
 * Signs in with a password.
 * @returns a token for one project, valid for 24 hours
 * @throws {ApiError} 401 when the name or the password is wrong
 */
export async function signIn(options: ClientOptions, who: SignIn): Promise<string> {
  const body = {
    auth: {
      identity: { methods: ['password'], password: { user: { name: who.user, password: who.password, domain: { name: who.domain } } } },
      scope: { project: who.project },
    },
  }
  const { headers } = await send(options, operations.issueToken, { body })
  return headers.get('x-subject-token') ?? ''
}

interface CallInput {
  readonly params?: unknown
  readonly query?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal?: AbortSignal
}

async function send(options: ClientOptions, operation: Operation, input: CallInput): Promise<{ headers: Headers; body: unknown }> {
  const response = await (options.fetch ?? fetch)(options.endpoint + pathOf(operation, input), {
    method: operation.method,
    headers: {
      ...(options.token === undefined ? {} : { 'x-auth-token': options.token }),
      ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...input.headers,
    },
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    ...(input.signal === undefined ? {} : { signal: input.signal }),
  })
  const text = await response.text()
  if (response.status !== operation.response.status) throw errorOf(response, text)
  const isJson = operation.response.contentType === undefined
  return { headers: response.headers, body: text === '' ? undefined : isJson ? JSON.parse(text) : text }
}

function pathOf(operation: Operation, input: CallInput): string {
  const values = (input.params ?? {}) as Readonly<Record<string, string>>
  const path = operation.paths[0].replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
  const query = Object.entries((input.query ?? {}) as Readonly<Record<string, unknown>>)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
  return query.length === 0 ? path : `${path}?${query.join('&')}`
}

function errorOf(response: Response, text: string): ApiError {
  const { code, message } = parseError(text)
  return new ApiError(
    response.status,
    code,
    message === '' ? `HTTP ${response.status}` : message,
    response.headers.get('x-request-id') ?? '',
  )
}

function parseError(text: string): { code: string; message: string } {
  const body = parseObject(text)
  const inner = typeof body['error'] === 'object' ? (body['error'] as Readonly<Record<string, unknown>>) : body
  return { code: textOf(inner['error_code'] ?? inner['code']) ?? '', message: textOf(inner['error_msg'] ?? inner['message']) ?? text }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {}
  } catch {
    return {}
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
