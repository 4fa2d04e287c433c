// One call over the vendor's own signer, its body sent byte for byte as given.

import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { createRequire } from 'node:module'
import type { Account } from '../../servers/tributary.ts'

// The vendor's package is CommonJS and its main file loads everything; the signer alone is what this needs.
const load = createRequire(import.meta.url)
const { AKSKSigner } = load('@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner') as {
  AKSKSigner: { sign(request: object, credential: object): Record<string, string> }
}

/** What came back; `body` is the parsed JSON, or `undefined` when there was none or it was something else. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: unknown
}

/** `path` may carry a query; `body` is sent as it is, also with GET. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly body?: string
  /** More headers; they are signed too. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Signs and sends one call. The hash of the raw body goes along in `X-Sdk-Content-Sha256`, as the signer would otherwise hash its own rendering of it. */
export async function signedCall(endpoint: string, account: Account, call: Call): Promise<Answer> {
  return send(new URL(call.path, endpoint), call.method, signedHeaders(endpoint, account, call), call.body ?? '')
}

/** The headers of a call, those among them that sign it. */
export function signedHeaders(endpoint: string, account: Account, call: Call): Record<string, string> {
  const url = new URL(call.path, endpoint)
  const body = call.body ?? ''
  const headers: Record<string, string> = { 'content-type': 'application/json', 'X-Project-Id': account.projectId, ...call.headers }
  if (body !== '') headers['X-Sdk-Content-Sha256'] = createHash('sha256').update(body).digest('hex')
  const queryParams = Object.fromEntries(url.searchParams)
  return AKSKSigner.sign(
    { endpoint: `${url.origin}${url.pathname}`, method: call.method, headers, queryParams },
    { getAk: () => account.accessKey, getSk: () => account.secretKey },
  )
}

function send(url: URL, method: string, headers: Record<string, string>, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: text !== '' && /json/.test(response.headers['content-type'] ?? '') ? JSON.parse(text) : undefined,
        })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
