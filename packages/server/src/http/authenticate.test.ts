// Who calls, over HTTP: tokens, signatures of the vendor’s signer, and refusals.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const queues = `/v1.0/${publishedProject}/queues`
const prefix = 'Incorrect IAM authentication information: '

describe('a caller', () => {
  it('is known by a token or by a signature', async () => {
    expect((await server.ask('listQueues', { as: { token: await server.token() } })).status).toBe(200)
    expect((await server.ask('listQueues')).status).toBe(200)
  })

  it('is refused with the bodies that clients know', async () => {
    const anonymous = await server.ask('listQueues', { as: 'nobody' })
    expect(anonymous.status).toBe(401)
    expect(anonymous.body).toEqual({
      error_code: 'APIGW.0301',
      error_msg: `${prefix}x-auth-token not found`,
      request_id: anonymous.headers.get('x-request-id'),
    })
    const forged = await server.ask('listQueues', { as: { token: 'x' } })
    expect(forged.status).toBe(401)
    expect(forged.body.error_code).toBe('APIGW.0301')
    expect(forged.body.error_msg.startsWith(prefix)).toBe(true)
  })

  it('who sends both credentials is judged by the signature', async () => {
    const bad = {
      authorization: `SDK-HMAC-SHA256 Access=x, SignedHeaders=x-sdk-date, Signature=${'a'.repeat(64)}`,
      'x-sdk-date': sdkDate(Date.now()),
    }
    const { status, body } = await server.send('GET', queues, { as: { token: await server.token() }, headers: bad })
    expect(status).toBe(401)
    expect(body.error_msg).toBe(`${prefix}Get secretKey failed,ak:x,err:ak not exist`)
    expect((await server.send('GET', queues, { headers: { 'x-auth-token': 'wrong' } })).status).toBe(200)
  })

  it('must sign now, with the right key and a supported algorithm', async () => {
    const old = await server.send('GET', queues, { headers: { 'X-Sdk-Date': sdkDate(Date.now() - 16 * 60_000) } })
    expect(old.status).toBe(401)
    expect(old.body.error_msg).toContain('15 minutes')
    expect((await server.send('GET', queues, { headers: { 'X-Sdk-Date': sdkDate(Date.now() - 14 * 60_000) } })).status).toBe(200)
    const other = { authorization: 'SDK-HMAC-SM3 Access=x, SignedHeaders=x-sdk-date, Signature=00', 'x-sdk-date': sdkDate(Date.now()) }
    expect((await server.send('GET', queues, { as: 'nobody', headers: other })).status).toBe(401)
    const forged = {
      authorization: `SDK-HMAC-SHA256 Access=${server.credentials.accessKey}, SignedHeaders=x-sdk-date, Signature=${'a'.repeat(64)}`,
    }
    const wrong = await server.send('GET', queues, { as: 'nobody', headers: { ...forged, 'x-sdk-date': sdkDate(Date.now()) } })
    expect(wrong.body.error_msg).toBe(`${prefix}verify aksk signature fail`)
  })

  it('signs bodies as they are on the wire', async () => {
    const created = await server.ask('createQueue', { body: { queue_name: 'signed', cu_count: 16, resource_mode: 1, description: 'ü 漢' } })
    expect(created.status).toBe(200)
    expect((await server.ask('getQueue', { params: { queue_name: 'signed' } })).body.description).toBe('ü 漢')
  })

  it('may not bring an unsigned body to a call that reads it', async () => {
    const headers = { 'X-Sdk-Content-Sha256': 'UNSIGNED-PAYLOAD' }
    const { status } = await server.ask('createQueue', { headers, body: { queue_name: 'unsigned', cu_count: 16 } })
    expect(status).toBe(401)
    expect((await server.ask('listQueues', { headers })).status).toBe(200)
  })
})

function sdkDate(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
}
