// A real server for tests: its own data directory and port, callers by token and by the vendor's signer, and answers held to the contract.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js'
import type { ICredential } from '@huaweicloud/huaweicloud-sdk-core/auth/ICredential.js'
import { type OperationId, type Operation, operations } from '@tributary/contract'
import { Compile } from 'typebox/compile'
import type { Credentials } from './credentials.ts'
import { openLog } from './log.ts'
import { startServer } from './serve.ts'
import { readSettings } from './read-settings.ts'

/** The project that the published examples use. */
export const publishedProject = '48cc2c48765f481480c7db940d6409d1'

/** What a test sends; the project is filled in. */
export interface Sent {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Which of the operation's paths; the first unless told. */
  readonly path?: number
  /** `signature` unless told; `nobody` sends neither. */
  readonly as?: 'signature' | 'nobody' | { readonly token: string } | KeyPair
}

/** Another access key than the first. */
export interface KeyPair {
  readonly accessKey: string
  readonly secretKey: string
}

/** What came back; `body` is parsed where it is JSON. */
export interface Received {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads whatever came
  readonly body: any
  readonly text: string
  readonly headers: Headers
}

/** A server of one test file. */
export interface SampleServer extends AsyncDisposable {
  readonly url: string
  readonly dataDir: string
  readonly credentials: Credentials
  /** Log lines so far. */
  readonly log: readonly string[]
  /** Calls an operation; an answer of the promised status is checked against its schema. */
  ask(id: OperationId, sent?: Sent): Promise<Received>
  /** Sends anything, signed by the first access key unless told otherwise. */
  send(method: string, path: string, sent?: Omit<Sent, 'params' | 'path'>): Promise<Received>
  /** A token of the administrator for a project, the first one unless told. */
  token(projectId?: string): Promise<string>
}

/** Starts one; `environment` adds settings. */
export async function sampleServer(environment: Readonly<Record<string, string>> = {}): Promise<SampleServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tributary-server-'))
  const settings = readSettings(['--port', '0', '--data-dir', dataDir, '--warm-spare=false'], {
    TRIBUTARY_PROJECT_ID: publishedProject,
    ...environment,
  })
  const log: string[] = []
  const server = await startServer(settings, openLog('debug', { write: (line: string) => void log.push(line) }))
  const credentials = server.firstCredentials
  if (credentials === undefined) throw new Error('a new data directory gave no credentials')
  const send: SampleServer['send'] = (method, path, sent = {}) => exchange(server.url, credentials, method, path, sent)
  return {
    url: server.url,
    dataDir,
    credentials,
    log,
    send,
    ask: async (id, sent = {}) => {
      const operation: Operation = operations[id]
      const received = await send(operation.method, pathOf(operation, sent), sent)
      checkAnswer(operation, received)
      return received
    },
    token: async (projectId = publishedProject) => {
      const { headers, status, text } = await send('POST', '/v3/auth/tokens', {
        as: 'nobody',
        body: signInBody(credentials, { project: { id: projectId } }),
      })
      if (status !== 201) throw new Error(text)
      return headers.get('x-subject-token') ?? ''
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** The body of a sign-in with a password. */
export function signInBody({ domainName, adminUser, adminPassword }: Credentials, scope?: unknown): unknown {
  const user = { name: adminUser, password: adminPassword, domain: { name: domainName } }
  return { auth: { identity: { methods: ['password'], password: { user } }, ...(scope === undefined ? {} : { scope }) } }
}

function pathOf(operation: Operation, { params = {}, query = {}, path = 0 }: Sent): string {
  const values: Readonly<Record<string, string>> = { project_id: publishedProject, ...params }
  const filled = (operation.paths[path] ?? operation.paths[0]).replaceAll(/\{([a-z_]+)\}/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? name),
  )
  const search = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]))
  return search.size === 0 ? filled : `${filled}?${search.toString()}`
}

function checkAnswer({ id, response }: Operation, { status, body, headers, text }: Received): void {
  if (!/^[0-9a-f]{32}$/.test(headers.get('x-request-id') ?? '')) throw new Error(`${id}: no X-Request-Id`)
  if (status !== response.status) return
  if (response.schema === undefined) {
    if (text !== '') throw new Error(`${id}: ${status} with a body`)
    return
  }
  if (response.contentType !== undefined) return
  if (!(headers.get('content-type') ?? '').startsWith('application/json'))
    throw new Error(`${id}: content type ${headers.get('content-type')}`)
  const check = Compile(response.schema)
  if (!check.Check(body)) throw new Error(`${id}: ${JSON.stringify(check.Errors(body))}\n${text.slice(0, 2000)}`)
}

async function exchange(
  url: string,
  credentials: Credentials,
  method: string,
  path: string,
  sent: Omit<Sent, 'params' | 'path'>,
): Promise<Received> {
  const { as = 'signature', body } = sent
  const headers = { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...sent.headers }
  const authorised =
    as === 'nobody'
      ? headers
      : typeof as === 'object' && 'token' in as
        ? { ...headers, 'x-auth-token': as.token }
        : signed(url, as === 'signature' ? credentials : as, method, path, headers, body)
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(url + path, {
    method,
    headers: authorised,
    ...(text === undefined || method === 'GET' || method === 'HEAD' ? {} : { body: text }),
  })
  const received = await response.text()
  return { status: response.status, headers: response.headers, text: received, body: parse(received) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Signs with the vendor's code. */
function signed(
  url: string,
  credentials: KeyPair,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Record<string, string> {
  const { pathname, searchParams, host } = new URL(url + path)
  const queryParams: Record<string, string[]> = {}
  for (const [name, value] of searchParams) (queryParams[name] ??= []).push(value)
  // the signer prints data as JSON itself, so text has to be data again
  const data = method === 'GET' || method === 'HEAD' || body === undefined ? undefined : typeof body === 'string' ? JSON.parse(body) : body
  const request = {
    method,
    endpoint: `http://${host}${pathname}`,
    queryParams,
    headers: { 'content-type': 'application/json', ...headers },
    data,
  }
  const key = { getAk: () => credentials.accessKey, getSk: () => credentials.secretKey } as ICredential
  const { host: _host, ...sent } = AKSKSigner.sign(request, key) as Record<string, string>
  return sent
}
