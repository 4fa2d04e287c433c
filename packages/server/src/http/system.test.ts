// Health, documents, metrics, and what every answer carries.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('the system', () => {
  it('the installation tells of itself without a caller', async () => {
    expect((await server.ask('livez', { as: 'nobody' })).body).toEqual({ status: 'alive' })
    expect((await server.ask('readyz', { as: 'nobody' })).body).toEqual({ status: 'ready' })
    expect((await server.ask('getInfo', { as: 'nobody' })).body).toMatchObject({
      timing: 'instant',
      clock_advance_ms: 0,
      drivers: ['userspace'],
      engines: ['duckdb'],
    })
    const ledger = await server.ask('listFidelity', { as: 'nobody' })
    expect(ledger.body.operations.length).toBeGreaterThan(100)
    const versions = await server.ask('listVersions', { as: 'nobody' })
    expect(versions.body.versions.values[0].links[0].href).toBe(`${server.url}/v3/`)
    const document = await server.ask('getOpenApi', { as: 'nobody' })
    expect(document.body.openapi).toBe('3.1.1')
  })

  it('the pages under /docs are there, and nothing else is open beside them', async () => {
    const page = await server.send('GET', '/docs', { as: 'nobody' })
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect((await server.send('GET', '/docs/json', { as: 'nobody' })).body.info.title).toBe('Tributary')
  })

  it('metrics count requests by operation and name no tenant', async () => {
    await server.ask('createQueue', { body: { queue_name: 'tenantqueue', cu_count: 16 } })
    await server.ask('getQueue', { params: { queue_name: 'tenantqueue' } })
    const { status, text } = await server.ask('getMetrics', { as: 'nobody' })
    expect(status).toBe(200)
    expect(text).toMatch(/tributary_http_requests_total\{operation="getQueue",status="200"\} [1-9]/)
    const figures = ['jobs{state="LAUNCHING"}', 'jobs{state="RUNNING"}', 'peerings{state="ACTIVE"}', 'peerings{state="FAILED"}']
    for (const figure of [...figures, 'engine_processes{state="busy"}', 'engine_processes{state="idle"}'])
      expect(text).toMatch(new RegExp(`^tributary_${figure.replaceAll(/[{}]/g, '[$&]')} \\d+$`, 'm'))
    for (const name of ['tenantqueue', publishedProject, server.credentials.adminUser, server.credentials.accessKey])
      expect(text).not.toContain(name)
  })
})

describe('every answer', () => {
  it('carries a request id, whatever was asked', async () => {
    const asked = [
      ['GET', '/nowhere', 404],
      ['GET', '/v2.0', 404],
      ['PATCH', `/v1.0/${publishedProject}/queues`, 405],
      ['DELETE', `/v1.0/${publishedProject}/queues`, 405],
      ['GET', `/v1.0/${publishedProject}/queues/%E0%A4%A`, 400],
      ['OPTIONS', '/livez', 405],
    ] as const
    for (const [method, path, status] of asked) {
      const received = await server.send(method, path, { as: 'nobody' })
      expect([method, path, received.status]).toEqual([method, path, status])
      expect(received.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/)
      expect(received.headers.get('content-type')).toMatch(/^application\/json/)
      expect(received.body.error_code).not.toBe('')
      expect(received.body.error_msg).not.toBe('')
    }
    const unknown = await server.send('GET', '/nowhere', { as: 'nobody' })
    expect(unknown.body).toEqual({
      error_code: 'APIGW.0101',
      error_msg: 'The API does not exist or has not been published in the environment',
      request_id: unknown.headers.get('x-request-id'),
    })
    const wrongMethod = await server.send('DELETE', `/v1.0/${publishedProject}/queues`)
    expect(wrongMethod.headers.get('allow')).toBe('POST, GET, HEAD')
  })

  it('to HEAD is the answer to GET without its body', async () => {
    const token = await server.token()
    const unnoticed = /^(date|x-request-id|connection|keep-alive)$/
    const headersOf = (headers: Headers) => [...headers].filter(([name]) => !unnoticed.test(name))
    for (const path of ['/livez', '/readyz', '/openapi.json', '/docs/static/index.html', `/v1.0/${publishedProject}/queues`]) {
      const asked = { headers: { 'x-auth-token': token } }
      const got = await fetch(`${server.url}${path}`, asked)
      const head = await fetch(`${server.url}${path}`, { ...asked, method: 'HEAD' })
      expect([path, head.status, await head.text()]).toEqual([path, 200, ''])
      expect(headersOf(head.headers)).toEqual(headersOf(got.headers))
      expect(Number(got.headers.get('content-length'))).toBe((await got.arrayBuffer()).byteLength)
    }
    expect((await fetch(`${server.url}/v1.0/${publishedProject}/queues`, { method: 'HEAD' })).status).toBe(401)
  })

  it('to a body that is no JSON, too large or of an odd type says so', async () => {
    const token = await server.token()
    const path = `/v1.0/${publishedProject}/queues`
    const broken = await server.send('POST', path, { as: { token }, body: '{"queue_name":' })
    expect([broken.status, broken.body]).toEqual([400, { error_code: 'DLI.0001', error_msg: 'the body is not JSON in UTF-8' }])
    const large = await server.send('POST', path, { as: { token }, body: `{"queue_name":"${'x'.repeat(12 * 1024 * 1024)}"}` })
    expect([large.status, large.body.error_code]).toEqual([413, 'DLI.0001'])
    expect(large.body.error_msg).toBe('the body is larger than 12582912 bytes: ask for less per call, for instance fewer hosts')
    for (const type of ['text/plain', 'application/json;charset=UTF-8', 'application/json; charset=utf-8', 'nonsense']) {
      const body = { queue_name: `q${type.length}`, cu_count: 16 }
      const received = await server.send('POST', path, { as: { token }, body, headers: { 'content-type': type } })
      expect([type, received.status]).toEqual([type, 200])
    }
    expect((await server.send('POST', path, { as: { token } })).body.error_msg).toMatch(/^queue_name is missing/)
  })

  it('is logged by operation and project, without headers or bodies', async () => {
    const token = await server.token()
    await server.ask('listQueues', { as: { token } })
    const line = server.log.map((text) => JSON.parse(text)).findLast(({ operation }) => operation === 'listQueues')
    expect(line).toMatchObject({ level: 'info', msg: 'request answered', project: publishedProject, status: 200, ms: expect.any(Number) })
    expect(line.requestId).toMatch(/^[0-9a-f]{32}$/)
    expect(server.log.join('')).not.toContain(token)
    expect(server.log.join('')).not.toContain(server.credentials.adminPassword)
  })
})
