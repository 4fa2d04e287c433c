// The typed client against a fetch that answers as told.

import { describe, expect, it } from 'vitest'
import { ApiError, createClient, signIn } from './client.ts'

/** A fetch that answers as told and remembers what it was asked. */
function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const seen: Request[] = []
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    seen.push(new Request(input, init))
    return new Response(body, { status, headers })
  }
  return { fetch, seen }
}

describe('the client', () => {
  it('puts parameters, query, body and token where they belong', async () => {
    const { fetch, seen } = answering(201, '{"is_success":true,"message":"","connection_id":"c1"}')
    const client = createClient({ endpoint: 'http://h:1', token: 't', fetch })
    const body = { name: 'n', dest_vpc_id: 'v', dest_network_id: 's' }
    const { connection_id } = await client.createConnection({ params: { project_id: 'p/1' }, body })
    expect(connection_id).toBe('c1')
    expect(seen[0]?.url).toBe('http://h:1/v2.0/p%2F1/datasource/enhanced-connections')
    expect(seen[0]?.headers.get('x-auth-token')).toBe('t')
    expect(await seen[0]?.json()).toEqual(body)
  })

  it('writes queries', async () => {
    const { fetch, seen } = answering(200, '{"is_success":true,"message":"","queues":[]}')
    await createClient({ endpoint: 'http://h', fetch }).listQueues({
      params: { project_id: 'p' },
      query: { 'page-size': 5, order: 'cu asc' },
    })
    expect(seen[0]?.url).toBe('http://h/v1.0/p/queues?page-size=5&order=cu%20asc')
  })

  it('throws what the server said, in each of its envelopes', async () => {
    const bodies = [
      '{"error_code":"X.1","error_msg":"no"}',
      '{"code":"X.1","message":"no"}',
      '{"error":{"code":"X.1","message":"no","title":"T"}}',
    ]
    for (const body of bodies) {
      const { fetch } = answering(400, body, { 'x-request-id': 'r' })
      const error = await createClient({ endpoint: 'http://h', fetch })
        .getQueue({ params: { project_id: 'p', queue_name: 'q' } })
        .catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(ApiError)
      expect(error).toMatchObject({ status: 400, code: 'X.1', message: 'no', requestId: 'r' })
    }
  })

  it('takes a 204 for an answer, and a token from its header', async () => {
    const gone = answering(204, '')
    // a response of status 204 may not have a body at all
    const fetch = (async () => new Response(null, { status: 204 })) as typeof globalThis.fetch
    expect(await createClient({ endpoint: 'http://h', fetch }).deleteVpc({ params: { project_id: 'p', vpc_id: 'v' } })).toBeUndefined()
    expect(gone.seen).toEqual([])
    const issued = answering(201, '{"token":{}}', { 'x-subject-token': 'abc' })
    expect(
      await signIn({ endpoint: 'http://h', fetch: issued.fetch }, { domain: 'd', user: 'u', password: 'p', project: { name: 'x' } }),
    ).toBe('abc')
  })
})
