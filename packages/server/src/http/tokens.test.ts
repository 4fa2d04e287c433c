// Tokens and look-ups over HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedProject, type SampleServer, sampleServer, signInBody } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('tokens', () => {
  it('a token is issued, validated, re-scoped and revoked', async () => {
    const scope = { project: { name: server.credentials.projectName } }
    const issued = await server.ask('issueToken', {
      as: 'nobody',
      body: signInBody(server.credentials, scope),
      headers: { 'x-auth-token': '', 'x-domain-id': '' },
    })
    expect(issued.status).toBe(201)
    const token = issued.headers.get('x-subject-token') ?? ''
    expect(issued.text).not.toContain(token)
    expect(issued.body.token.project).toMatchObject({ id: publishedProject, name: server.credentials.projectName })
    expect(issued.body.token.catalog[0].endpoints[0].url).toBe(`${server.url}/v1.0/${publishedProject}`)
    expect(Date.parse(issued.body.token.expires_at) - Date.parse(issued.body.token.issued_at)).toBe(24 * 3600 * 1000)
    expect(issued.body.token.expires_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)

    const headers = { 'x-subject-token': token }
    const described = await server.ask('describeToken', { as: { token }, headers, query: { nocatalog: 'true' } })
    expect(described.status).toBe(200)
    expect(described.body.token.catalog).toBeUndefined()
    expect((await server.ask('checkToken', { as: { token }, headers })).status).toBe(200)

    const rescoped = await server.ask('issueToken', {
      as: 'nobody',
      body: {
        auth: { identity: { methods: ['token'], token: { id: token } }, scope: { domain: { name: server.credentials.domainName } } },
      },
    })
    expect(rescoped.status).toBe(201)
    expect(rescoped.body.token.project).toBeUndefined()
    const domainToken = rescoped.headers.get('x-subject-token') ?? ''
    expect((await server.ask('listQueues', { as: { token: domainToken } })).status).toBe(403)

    expect((await server.ask('listQueues', { as: { token } })).status).toBe(200)
    expect((await server.ask('revokeToken', { headers })).status).toBe(204)
    expect((await server.ask('listQueues', { as: { token } })).status).toBe(401)
    expect((await server.ask('checkToken', { headers })).status).toBe(404)
  })

  it('wrong credentials are refused in the form of IAM, without a hint at what was wrong', async () => {
    const wrong = {
      auth: { identity: { methods: ['password'], password: { user: { name: 'nobody', password: 's3cret', domain: { name: 'x' } } } } },
    }
    const unknown = await server.ask('issueToken', { as: 'nobody', body: wrong })
    const bad = await server.ask('issueToken', { as: 'nobody', body: signInBody({ ...server.credentials, adminPassword: 's3cret' }) })
    expect(bad.status).toBe(401)
    expect(bad.body).toEqual({ error: { code: 401, message: 'The username or password is wrong.', title: 'Unauthorized' } })
    expect(unknown.body).toEqual(bad.body)
    expect(server.log.join('')).not.toContain('s3cret')
  })

  it('carries what its user may do, and a domain-scoped one enters no project', async () => {
    const { domainId, domainName } = server.credentials
    const scopes = [undefined, {}, { domain: { id: domainId } }, { domain: { name: domainName } }]
    for (const scope of scopes) {
      const issued = await server.ask('issueToken', { as: 'nobody', query: { nocatalog: '' }, body: signInBody(server.credentials, scope) })
      expect(issued.status).toBe(201)
      expect(issued.body.token).toMatchObject({ domain: { id: domainId, name: domainName }, roles: [{ name: 'admin' }] })
      expect(issued.body.token.catalog).toBeUndefined()
      const as = { token: issued.headers.get('x-subject-token') ?? '' }
      const refused = await server.ask('listQueues', { as })
      expect([refused.status, refused.body.error_code]).toEqual([403, 'DLI.0003'])
      expect((await server.ask('listVpcs', { as })).status).toBe(403)
      expect((await server.ask('listProjects', { as })).status).toBe(200)
    }
    const { projectName: name } = server.credentials
    for (const project of [
      { name },
      { name, domain: { id: domainId } },
      { name, domain: { name: domainName } },
      { id: publishedProject },
    ]) {
      const issued = await server.ask('issueToken', { as: 'nobody', body: signInBody(server.credentials, { project }) })
      expect(issued.body.token.project.id).toBe(publishedProject)
    }
    const both = { project: { id: publishedProject }, domain: { id: domainId } }
    expect((await server.ask('issueToken', { as: 'nobody', body: signInBody(server.credentials, both) })).status).toBe(400)
    for (const scope of [{ project: { id: 'nowhere' } }, { project: { name: 'nowhere' } }, { domain: { name: 'nowhere' } }]) {
      expect((await server.ask('issueToken', { as: 'nobody', body: signInBody(server.credentials, scope) })).status).toBe(403)
    }
  })

  it.each([
    [['password', 'totp'], 'totp is not offered'],
    [['totp'], 'totp is not offered'],
    [['assume_role'], 'assume_role is not offered'],
    [['hw_ak_sk'], 'must be ["password"] or ["token"]'],
    [[], 'must be ["password"] or ["token"]'],
  ])('methods %j are refused with what to do', async (methods, text) => {
    const identity = { methods, password: { user: { id: 'x', password: 's3cret' } }, totp: { user: { id: 'x', passcode: '1' } } }
    const { status, body } = await server.ask('issueToken', { as: 'nobody', body: { auth: { identity } } })
    expect(status).toBe(501)
    expect(body.error.message).toContain(text)
  })

  it('a token is re-scoped by the header too, and lives no longer than the first', async () => {
    const first = await server.ask('issueToken', { as: 'nobody', body: signInBody(server.credentials) })
    const token = first.headers.get('x-subject-token') ?? ''
    const auth = { identity: { methods: ['token'] }, scope: { project: { id: publishedProject } } }
    const second = await server.ask('issueToken', { as: 'nobody', headers: { 'x-auth-token': token }, body: { auth } })
    expect(second.status).toBe(201)
    expect(second.body.token.expires_at).toBe(first.body.token.expires_at)
    expect(second.body.token.methods).toEqual(['token'])
    expect((await server.ask('issueToken', { as: 'nobody', body: { auth } })).status).toBe(400)
    const wrong = await server.ask('issueToken', { as: 'nobody', headers: { 'x-auth-token': 'wrong' }, body: { auth } })
    expect([wrong.status, wrong.body.error.code]).toEqual([401, 401])
  })

  it('a malformed request names the member', async () => {
    const { status, body } = await server.ask('issueToken', { as: 'nobody', body: { auth: {} } })
    expect(status).toBe(400)
    expect(body.error.message).toMatch(/^auth\.identity is missing/)
  })
})

describe('look-ups', () => {
  it('projects, domains and the catalog are found', async () => {
    const { projectName, domainName } = server.credentials
    const found = await server.send('GET', `/v3//projects?name=${projectName}`)
    expect(found.body.projects.map(({ id }: { id: string }) => id)).toEqual([publishedProject])
    expect((await server.ask('listProjects', { query: { name: 'other' } })).body.projects).toEqual([])
    expect((await server.ask('listProjects', { query: { domain_id: 'other' } })).body.projects).toEqual([])
    expect(
      (await server.ask('listProjects', { query: { domain_id: server.credentials.domainId, enabled: true } })).body.projects,
    ).toHaveLength(1)
    expect((await server.ask('listProjects')).body.links.next).toBeNull()
    expect((await server.ask('listDomains')).body.domains.map(({ name }: { name: string }) => name)).toEqual([domainName])
    const catalog = await server.ask('getCatalog', { as: { token: await server.token() } })
    expect(catalog.body.catalog.map(({ type }: { type: string }) => type)).toContain('dli')
  })
})
