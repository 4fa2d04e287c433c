// Signatures: the worked examples, and the vendor’s signer as oracle.

import { createHash, createHmac } from 'node:crypto'
import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js'
import type { ICredential } from '@huaweicloud/huaweicloud-sdk-core/auth/ICredential.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hmac, isSignature, parseAuthorization, type SignedRequest, signedAt, verifySignature } from './signature.ts'

const accessKey = 'EXAMPLEAK0123456789A'
const secretKey = 'ExampleSk0123456789abcdefghijklmnopqrstu'
const project = '48cc2c48765f481480c7db940d6409d1'
const connections = `/v2.0/${project}/datasource/enhanced-connections`
const date = '20240115T080000Z'
const body =
  '{"name":"test1","dest_vpc_id":"22094d8f-c310-4621-913d-4c4d655d8495","dest_network_id":"78f2562a-36e4-4b39-95b9-f5aab22e1281","queues":["q1","q2"],"hosts":[{"name":"ecs-97f8-0001","ip":"192.168.0.1"}]}'
const headers = ['Host', 'dli.example.com', 'Content-Type', 'application/json', 'X-Project-Id', project, 'X-Sdk-Date', date]
const usual = 'content-type;host;x-project-id;x-sdk-date'

function request(changes: Partial<Omit<SignedRequest, 'body'>> & { readonly body?: string } = {}): SignedRequest {
  const { body: text = '', ...rest } = changes
  return { method: 'GET', url: connections, rawHeaders: headers, takesBody: true, ...rest, body: Buffer.from(text) }
}

function verify(signed: SignedRequest, signedHeaders: string, signature: string): boolean {
  const authorization = parseAuthorization(`SDK-HMAC-SHA256 Access=${accessKey}, SignedHeaders=${signedHeaders}, Signature=${signature}`)
  return authorization !== undefined && verifySignature(signed, authorization, secretKey)
}

describe('the worked examples of the published algorithm', () => {
  const query = '?status=ACTIVE&limit=10&offset=0&tags=k1%3Dv%201'
  const examples: readonly (readonly [string, SignedRequest, string, string])[] = [
    ['A, a query', request({ url: connections + query }), usual, 'ff0ae6aaf40c343bcc860c074c3f0f81422cf89f880e8d61676767851e66220d'],
    ['B, a body', request({ method: 'POST', body }), usual, '06db63c9d58a3a2af000189bfb76e38087d83e666b85e63de882f0c13708c85f'],
    [
      'C, GET with a body and a security token',
      request({
        url: `${connections}/2a620c33-5609-40c9-affd-2b6453071b0f`,
        body: '{}',
        rawHeaders: [...headers, 'X-Security-Token', 'EXAMPLETOKEN'],
      }),
      `${usual};x-security-token`,
      '56fca2765f4e977ce2d3cec1f830464ae843ad26af17d9af4b50be2399b1053c',
    ],
    [
      'D, a subset of headers and a final newline',
      request({ method: 'POST', body: `${body}\n` }),
      'x-project-id;x-sdk-date',
      'b6051754c7b17cee180eb08105dac72f67a1ceccd5ca198ff59977bbd0d6970b',
    ],
    [
      'E, path decoded, then encoded',
      request({ url: `/v1.0/${project}/databases/a%20b$c/tables?with-detail=true` }),
      usual,
      'c7b1b667b80a8347b4423d946340104c07192c8e1e2b4571789e85fd3fd4744c',
    ],
    [
      'E, path encoded as it is',
      request({ url: `/v1.0/${project}/databases/a%20b$c/tables?with-detail=true` }),
      usual,
      '56f1bc5066a3213a265dbbefe5cfd863348930cae3e4a6c27a52bbc989425f6f',
    ],
  ]
  it.each(examples)('%s', (_name, signed, signedHeaders, signature) => {
    expect(verify(signed, signedHeaders, signature)).toBe(true)
    expect(verify({ ...signed, method: 'DELETE' }, signedHeaders, signature)).toBe(false)
    expect(verify({ ...signed, body: Buffer.concat([signed.body, Buffer.from(' ')]) }, signedHeaders, signature)).toBe(false)
    expect(verify({ ...signed, url: `${signed.url}${signed.url.includes('?') ? '&' : '?'}x=1` }, signedHeaders, signature)).toBe(false)
  })
})

describe('what a signature covers', () => {
  it('must include the date', () => {
    const [, signed] = sign('GET', 'http://h/v3/projects', {}, undefined, { 'content-type': 'application/json' })
    const authorization = signed
    const without = { ...authorization, signedHeaders: authorization.signedHeaders.filter((name) => name !== 'x-sdk-date') }
    expect(verifySignature(request({ url: '/v3/projects' }), without, secretKey)).toBe(false)
  })

  it('takes a sent hash only when it is the true one', () => {
    const other = createHash('sha256').update('{"queues":[]}').digest('hex')
    const [signed, authorization] = sign('POST', 'http://h/v3/x', {}, { queues: ['q1'] }, { 'X-Sdk-Content-Sha256': other })
    expect(verifySignature(signed, authorization, secretKey)).toBe(false)
  })

  it('takes UNSIGNED-PAYLOAD only where nothing is read from the body', () => {
    const [signed, authorization] = sign('POST', 'http://h/v3/x', {}, { queues: ['q1'] }, { 'X-Sdk-Content-Sha256': 'UNSIGNED-PAYLOAD' })
    expect(verifySignature({ ...signed, takesBody: true }, authorization, secretKey)).toBe(false)
    expect(verifySignature({ ...signed, takesBody: false }, authorization, secretKey)).toBe(true)
  })

  it('knows the same pairs in every order and with + for a blank', () => {
    const [signed, authorization] = sign('GET', 'http://h/v3/x?b=2&a=x+y&a=w', { a: ['x y', 'w'], b: '2' }, undefined, {})
    expect(verifySignature(signed, authorization, secretKey)).toBe(true)
  })
})

describe('the header', () => {
  it('is read with any blanks, and refused for other schemes', () => {
    const signature = 'a'.repeat(64)
    expect(parseAuthorization(`SDK-HMAC-SHA256  Access=ak,SignedHeaders=a;b,   Signature=${signature}`)).toEqual({
      accessKey: 'ak',
      signedHeaders: ['a', 'b'],
      signature,
    })
    for (const text of [
      'SDK-HMAC-SHA256 Access=ak',
      `SDK-HMAC-SM3 Access=ak, SignedHeaders=a, Signature=${signature}`,
      'Basic abc',
      'SDK-HMAC-SHA256 ===,,',
    ]) {
      expect(parseAuthorization(text)).toBeUndefined()
    }
    expect(isSignature(`V11-HMAC-SHA256 Credential=x`)).toBe(true)
    expect(isSignature('Basic abc')).toBe(false)
  })

  it('carries a date of one form', () => {
    expect(signedAt({ 'x-sdk-date': '20240115T080000Z' })).toBe(Date.UTC(2024, 0, 15, 8))
    for (const text of ['2024-01-15T08:00:00Z', '20240115T080000', '', '20240115T080000Z '])
      expect(signedAt({ 'x-sdk-date': text })).toBeUndefined()
  })
})

describe('the official signer', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9 ._~$&'()*+,;=:@!%äé漢-]{1,12}$/)
  // not ': the signer escapes it before it encodes the path, and the wire carries it plain
  const segment = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
    .filter((text) => !/[/?#'\s\\\p{Cc}]/u.test(text) && text.isWellFormed())
  const query = fc.dictionary(word, fc.oneof(word, fc.array(word, { minLength: 1, maxLength: 3 })), { maxKeys: 4 })

  it('is verified for any path, query, header and body', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
        fc.array(segment, { maxLength: 4 }),
        query,
        fc.option(fc.jsonValue()),
        fc.dictionary(fc.stringMatching(/^x-[a-z]{1,8}$/), fc.stringMatching(/^[!-~]([ -~]{0,10}[!-~])?$/), { maxKeys: 3 }),
        (method, segments, params, json, extra) => {
          const data = typeof json === 'object' && json !== null ? json : undefined
          const url = `http://dli.example.com/${segments.map(encodeURIComponent).join('/')}${printQuery(params)}`
          const [signed, authorization] = sign(method, url, params, data, { 'content-type': 'application/json', ...extra })
          expect(verifySignature(signed, authorization, secretKey)).toBe(true)
          expect(verifySignature(signed, authorization, `${secretKey}x`)).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('never makes the verifier throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string({ unit: 'binary' }), (url, header, text) => {
        const authorization = parseAuthorization(`SDK-HMAC-SHA256 ${header}`) ?? {
          accessKey,
          signedHeaders: ['x-sdk-date'],
          signature: 'a'.repeat(64),
        }
        expect(verifySignature(request({ url, body: text }), authorization, secretKey)).toBe(false)
      }),
    )
  })
})

function printQuery(params: Readonly<Record<string, string | string[]>>): string {
  const form = new URLSearchParams(
    Object.entries(params).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])),
  )
  return form.size === 0 ? '' : `?${form.toString()}`
}

/** Signs with the vendor's code, and shows the request as it would arrive. */
function sign(
  method: string,
  url: string,
  queryParams: Readonly<Record<string, string | string[]>>,
  data: unknown,
  extra: Readonly<Record<string, string>>,
): [SignedRequest, NonNullable<ReturnType<typeof parseAuthorization>>] {
  const { pathname, search, host } = new URL(url)
  const credential = { getAk: () => accessKey, getSk: () => secretKey } as ICredential
  const copies = Object.fromEntries(Object.entries(queryParams).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]))
  const signed = AKSKSigner.sign(
    {
      method,
      endpoint: `http://${host}${pathname}`,
      queryParams: copies,
      headers: { 'content-type': 'application/json', ...extra },
      data,
    },
    credential,
  ) as Record<string, string>
  const { Authorization: authorization = '', ...sent } = signed
  const parsed = parseAuthorization(authorization)
  if (parsed === undefined) throw new Error(`the signer wrote ${authorization}`)
  const rawHeaders = Object.entries(sent).flat()
  const text = data === undefined ? '' : JSON.stringify(data)
  return [{ method, url: pathname + search, rawHeaders, body: Buffer.from(text), takesBody: true }, parsed]
}

describe('HMAC', () => {
  it('is that of Node for every key and text, short and long', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 200 })
    fc.assert(
      fc.property(texts, texts, (key, text) => {
        expect(hmac(key, text)).toEqual(createHmac('sha256', key).update(text).digest())
      }),
    )
  })
})
