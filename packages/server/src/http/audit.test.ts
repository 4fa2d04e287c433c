// The audit over HTTP: what it keeps of calls and jobs, who reads it, what it never holds, and that no crash parts it from what it tells of.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allOperations, type OperationId } from '@tributary/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { samplePerson } from '../sample-people.ts'
import { publishedProject, type SampleServer, sampleServer, signInBody } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

interface Entry {
  readonly id: number
  readonly at: number
  readonly kind: string
  readonly user_name: string
  readonly action: string
  readonly project_id: string
  readonly resource: string
  readonly outcome: string
  readonly request_id: string
  readonly address: string
}

async function entries(query: Readonly<Record<string, string | number>> = {}): Promise<readonly Entry[]> {
  return (await server.ask('listAudit', { query: { limit: 1000, ...query } })).body.entries
}

describe('the audit', () => {
  it('changes, sign-ins, denials and reads are listed to who may see them', async () => {
    const from = Date.now()
    const made = await server.ask('createQueue', { body: { queue_name: 'q1', cu_count: 16, resource_mode: 1 } })
    expect(made.status).toBe(200)
    const user = server.credentials.adminUser
    const common = { user_name: user, project_id: publishedProject, address: '127.0.0.1' }
    const created = { ...common, kind: 'change', action: 'dli:queue:createQueue', resource: 'queues q1', outcome: 'ok' }
    expect(await entries({ from })).toEqual([expect.objectContaining({ ...created, request_id: made.headers.get('x-request-id') })])

    // refused, and asked for without a change
    expect((await server.ask('createQueue', { body: { queue_name: 'q1', cu_count: 16 } })).status).toBe(400)
    await server.ask('listQueues')
    expect((await entries({ from })).length).toBe(1)

    await server.token()
    const wrong = signInBody({ ...server.credentials, adminPassword: 'not it' })
    expect((await server.send('POST', '/v3/auth/tokens', { as: 'nobody', body: wrong })).status).toBe(401)
    await vi.waitFor(async () => expect((await entries({ from, kind: 'signIn' })).map(({ outcome }) => outcome)).toEqual(['401', 'ok']))
    expect((await entries({ from, kind: 'signIn' })).map(({ user_name }) => user_name)).toEqual([user, user])

    const reader = await samplePerson(server, 'rita', 'reader')
    const denied = await server.ask('createQueue', { as: reader.key, body: { queue_name: 'q2', cu_count: 16 } })
    expect(denied.status).toBe(403)
    const denial = { kind: 'denial', user_name: 'rita', action: 'dli:queue:createQueue', outcome: '403', resource: 'queues' }
    await vi.waitFor(async () => expect(await entries({ from, kind: 'denial' })).toEqual([expect.objectContaining(denial)]))

    expect((await server.ask('listAudit', { as: reader.key })).status).toBe(403)
    expect((await server.ask('listAudit', { as: reader.key, query: { project_id: publishedProject } })).status).toBe(403)
    const admin = await samplePerson(server, 'ada', 'admin')
    expect((await server.ask('listAudit', { as: admin.key })).status).toBe(403)
    const own = await server.ask('listAudit', {
      as: admin.key,
      query: { project_id: publishedProject, action: 'dli:queue:createQueue', user },
    })
    expect(own.body.entries).toEqual([expect.objectContaining(created)])
    expect((await server.ask('listAudit', { as: admin.key, query: { project_id: 'foreign' } })).status).toBe(403)
    const [newest] = await entries()
    const page = await entries({ marker: newest?.id ?? 0, limit: 1 })
    expect(page.map(({ id }) => id < (newest?.id ?? 0))).toEqual([true])
  })

  it('has the acts of its table in a file, once each', async () => {
    const lines = (): readonly { readonly id: number }[] =>
      readFileSync(join(server.dataDir, 'audit.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    const all = (await entries()).map(({ id }) => id).toReversed()
    expect(all.length).toBeGreaterThan(3)
    await vi.waitFor(() => expect(lines().map(({ id }) => id)).toEqual(all), { timeout: 5_000 })
  })

  it('tells of every call that changed something, and holds no secret', async () => {
    const from = Date.now()
    const secret = 'canary-8f3b1d'
    const told = new Set<string>()
    let changed = 0
    const broken: string[] = []
    for (const { id, method, action } of allOperations) {
      if (method === 'GET' || method === 'HEAD') continue
      const body = { name: `n-${secret}`.slice(0, 3), password: secret, user_name: 'u', user_password: secret, sql: `select '${secret}'` }
      const { status } = await server.ask(id as OperationId, { body, params: { queue_name: 'missing' } })
      if (status >= 500 && status !== 501) broken.push(`${id} ${status}`)
      if (status < 300) changed += 1
      told.add(action)
    }
    const made = await server.ask('createAuthInfo', {
      body: { auth_info_name: 'a1', user_name: 'u', password: secret, datasource_type: 'passwd' },
    })
    expect([made.status, made.text]).toEqual([made.status < 300 ? made.status : 0, made.text])
    const kept = await entries({ from })
    expect(kept.some(({ resource }) => resource === 'auth-infos a1')).toBe(true)
    expect(broken).toEqual([])
    expect(told.size).toBeGreaterThan(50)
    expect(changed).toBeGreaterThan(0)
    expect(JSON.stringify(await entries())).not.toContain(secret)
    for (const hidden of [server.credentials.adminPassword, server.credentials.secretKey]) {
      expect(JSON.stringify(await entries())).not.toContain(hidden)
    }
  })

  it('is not filled by one address that is refused again and again', async () => {
    const before = (await entries({ kind: 'denial' })).length
    for (let index = 0; index < 260; index++) await server.send('GET', '/v3/projects', { as: { token: 'no token' } })
    const noted = (await entries({ kind: 'denial' })).length - before
    expect(noted).toBeGreaterThan(100)
    expect(noted).toBeLessThan(260)
  })
})
