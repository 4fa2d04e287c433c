// Users, access keys and roles over HTTP, and what ends with them: rights are looked up at every call.

import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePassword, samplePerson, signIn } from '../sample-people.ts'
import { publishedProject, type SampleServer, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('users', () => {
  it('a user is made, found, changed, signs in and is removed', async () => {
    const { domainId } = server.credentials
    const user = {
      name: 'rita',
      password: samplePassword,
      description: 'reads',
      enabled: true,
      domain_id: domainId,
      email: 'r@example.com',
    }
    const made = await server.ask('createUser', { body: { user } })
    expect(made.status).toBe(201)
    expect(made.body.user).toMatchObject({ name: 'rita', domain_id: domainId, enabled: true, description: 'reads', pwd_status: true })
    const user_id = made.body.user.id
    expect(user_id).toMatch(/^[0-9a-f]{32}$/)
    expect(made.text).not.toContain(samplePassword)

    expect((await server.ask('createUser', { path: 1, body: { user } })).status).toBe(409)
    expect((await server.ask('createUser', { body: { user: { name: '1x' } } })).status).toBe(400)
    expect((await server.ask('createUser', { body: { user: { name: 'x', domain_id: 'elsewhere' } } })).status).toBe(404)
    for (const path of [0, 1]) {
      const listed = await server.ask('listUsers', { path, query: { name: 'rita' } })
      expect(listed.body.users).toEqual([made.body.user])
      expect((await server.ask('getUser', { path, params: { user_id } })).body).toEqual(made.body)
    }
    expect((await server.ask('listUsers')).body.users.map(({ name }: { name: string }) => name)).toEqual(['admin', 'rita'])
    expect((await server.ask('listUsers', { query: { enabled: false } })).body.users).toEqual([])

    const patched = await server.ask('patchUser', { params: { user_id }, body: { user: { description: 'patched' } } })
    expect(patched.body.user).toEqual({ ...made.body.user, description: 'patched' })
    const renamed = await server.ask('putUser', { params: { user_id }, body: { user: { name: 'Rita B', password: 'Correct-horse-2' } } })
    expect(renamed.body.user).toEqual({ ...made.body.user, description: 'patched', name: 'Rita B' })
    expect((await server.ask('putUser', { params: { user_id }, body: { user: { name: 'admin' } } })).status).toBe(409)
    expect((await signIn(server, 'Rita B', samplePassword)).status).toBe(401)
    const token = (await signIn(server, 'Rita B', 'Correct-horse-2')).headers.get('x-subject-token') ?? ''
    await changeOwnPassword(user_id, token)

    expect((await server.ask('deleteUser', { params: { user_id } })).status).toBe(204)
    expect((await server.ask('deleteUser', { params: { user_id } })).status).toBe(404)
    expect((await server.ask('getUser', { params: { user_id } })).status).toBe(404)
    expect((await server.ask('listUsers', { query: { name: 'Rita B' } })).body.users).toEqual([])
  })

  async function changeOwnPassword(user_id: string, token: string): Promise<void> {
    const as = { token }
    const change = (original_password: string, password: string) =>
      server.ask('changePassword', { as, params: { user_id }, body: { user: { original_password, password } } })
    expect((await change('wrong', 'Correct-horse-3')).status).toBe(403)
    expect((await change('Correct-horse-2', 'short')).status).toBe(400)
    expect((await change('Correct-horse-2', 'Correct-horse-3')).status).toBe(204)
    expect((await server.ask('listProjects', { as })).status).toBe(401)
    expect((await signIn(server, 'Rita B', 'Correct-horse-3')).status).toBe(201)
  }

  it('the installation owner is neither removed nor switched off, nor changed by other administrators', async () => {
    const { userId, domainId } = server.credentials
    expect((await server.ask('deleteUser', { params: { user_id: userId } })).status).toBe(403)
    expect((await server.ask('patchUser', { params: { user_id: userId }, body: { user: { enabled: false } } })).status).toBe(403)
    const adam = await samplePerson(server, 'adam', 'reader')
    const params = { domain_id: domainId, user_id: adam.id, role_id: 'admin' }
    expect((await server.ask('grantDomainRole', { params })).status).toBe(204)
    const as = adam.key
    expect((await server.ask('createUser', { as, body: { user: { name: 'made_by_adam' } } })).status).toBe(201)
    expect((await server.ask('createAccessKey', { as, body: { credential: { user_id: userId } } })).status).toBe(403)
    expect((await server.ask('putUser', { as, params: { user_id: userId }, body: { user: { password: 'Taken-over-1' } } })).status).toBe(
      403,
    )
    expect((await server.ask('listDomainRoles', { params })).body.roles).toMatchObject([{ id: 'admin' }])
    expect((await server.ask('revokeDomainRole', { params })).status).toBe(204)
    expect((await server.ask('revokeDomainRole', { params })).status).toBe(404)
    expect((await server.ask('grantDomainRole', { params: { ...params, role_id: 'reader' } })).status).toBe(501)
    expect((await server.ask('createUser', { as, body: { user: { name: 'too_late' } } })).status).toBe(403)
  })

  it('a renamed user keeps what it owns, and nobody who takes the name gets it', async () => {
    const olga = await samplePerson(server, 'olga', 'editor')
    const as = { token: olga.token }
    expect((await server.ask('createQueue', { as, body: { queue_name: 'hers', cu_count: 16 } })).status).toBe(200)
    expect((await server.ask('patchUser', { params: { user_id: olga.id }, body: { user: { name: 'olga_b' } } })).status).toBe(200)
    const owner = async () => (await server.ask('getQueue', { params: { queue_name: 'hers' } })).body.owner
    expect(await owner()).toBe('olga_b')
    const other = await samplePerson(server, 'olga', 'editor')
    const drop = (token: string) => server.ask('deleteQueue', { as: { token }, params: { queue_name: 'hers' } })
    expect((await drop(other.token)).status).toBe(403)
    await server.ask('deleteUser', { params: { user_id: other.id } })
    const scale = { params: { queue_name: 'hers' }, body: { action: 'scale_out', cu_count: 16 } }
    expect((await server.ask('actOnQueue', { ...scale, as })).status).toBe(200)
    await server.ask('deleteUser', { params: { user_id: olga.id } })
    expect(await owner()).toBe('olga_b')
    const heir = await samplePerson(server, 'olga_b', 'editor')
    expect((await drop(heir.token)).status).toBe(403)
    expect((await server.ask('deleteQueue', { params: { queue_name: 'hers' } })).status).toBe(200)
  })

  it('who administers nothing sees itself alone', async () => {
    const { id, token } = await samplePerson(server, 'solo', 'editor')
    const as = { token }
    expect((await server.ask('listUsers', { as })).body.users.map(({ name }: { name: string }) => name)).toEqual(['solo'])
    expect((await server.ask('getUser', { as, params: { user_id: id } })).status).toBe(200)
    const other = await server.ask('getUser', { as, params: { user_id: server.credentials.userId } })
    const missing = await server.ask('getUser', { as, params: { user_id: 'nobody' } })
    expect([other.status, missing.status]).toEqual([404, 404])
    expect(other.text.replace(server.credentials.userId, 'nobody')).toBe(missing.text)
    expect((await server.ask('listAccessKeys', { as, query: { user_id: server.credentials.userId } })).status).toBe(404)
    expect((await server.ask('getAccessKey', { as, params: { access_key: server.credentials.accessKey } })).status).toBe(404)
    expect((await server.ask('listAccessKeys', { as })).body.credentials).toHaveLength(1)
  })
})

describe('access keys', () => {
  it('an access key signs until it is switched off or deleted', async () => {
    const { id, key } = await samplePerson(server, 'kim', 'reader')
    const params = { access_key: key.accessKey }
    const calls = () => server.ask('listQueues', { as: key })
    expect((await calls()).status).toBe(200)
    const second = await server.ask('createAccessKey', { body: { credential: { user_id: id, description: 'spare' } } })
    expect(second.body.credential).toMatchObject({ status: 'active', user_id: id, description: 'spare' })
    expect((await server.ask('createAccessKey', { body: { credential: { user_id: id } } })).status).toBe(403)
    expect((await server.ask('createAccessKey', { body: { credential: { user_id: 'nobody' } } })).status).toBe(404)
    const listed = await server.ask('listAccessKeys', { query: { user_id: id } })
    expect(listed.body.credentials.map(({ access }: { access: string }) => access)).toEqual([key.accessKey, second.body.credential.access])
    expect(listed.text).not.toContain(key.secretKey)

    const off = await server.ask('updateAccessKey', { params, body: { credential: { status: 'inactive', description: 'off' } } })
    expect(off.body.credential).toMatchObject({ status: 'inactive', description: 'off' })
    const refused = await calls()
    expect([refused.status, refused.body.error_code]).toEqual([401, 'APIGW.0301'])
    expect(refused.body.error_msg).toContain(`ak:${key.accessKey},err:ak not exist`)
    await server.ask('updateAccessKey', { params, body: { credential: { status: 'active' } } })
    expect((await calls()).status).toBe(200)
    expect((await server.ask('getAccessKey', { params })).body.credential).toMatchObject({ status: 'active', description: 'off' })
    expect((await server.ask('updateAccessKey', { params, body: { credential: { status: 'asleep' } } })).status).toBe(400)

    expect((await server.ask('deleteAccessKey', { params })).status).toBe(204)
    expect((await calls()).status).toBe(401)
    expect((await server.ask('deleteAccessKey', { params })).status).toBe(404)
    expect((await server.ask('updateAccessKey', { params, body: { credential: {} } })).status).toBe(404)
  })
})

describe('roles', () => {
  it('a role is granted, read and revoked, and decides from the next call on', async () => {
    expect((await server.ask('listRoles')).body.roles.map(({ id }: { id: string }) => id)).toEqual(['reader', 'editor', 'admin'])
    expect((await server.ask('listRoles', { query: { display_name: 'editor' } })).body.roles).toHaveLength(1)
    expect((await server.ask('getRole', { params: { role_id: 'editor' } })).body.role.name).toBe('editor')
    expect((await server.ask('getRole', { params: { role_id: 'king' } })).status).toBe(404)

    const { id, key, token } = await samplePerson(server, 'ed', 'editor')
    const params = { user_id: id, role_id: 'editor' }
    const creates = (as: typeof key | { token: string }, queue_name: string) =>
      server.ask('createQueue', { as, body: { queue_name, cu_count: 16 } })
    expect((await creates(key, 'by_key')).status).toBe(200)
    expect((await creates({ token }, 'by_token')).status).toBe(200)
    expect((await server.ask('checkProjectRole', { params })).status).toBe(204)
    expect((await server.ask('checkProjectRole', { params: { ...params, role_id: 'reader' } })).status).toBe(404)
    expect((await server.ask('grantProjectRole', { params: { ...params, role_id: 'reader' } })).status).toBe(204)
    expect((await server.ask('listProjectRoles', { params })).body.roles).toMatchObject([{ id: 'reader' }])
    for (const as of [key, { token }]) {
      const refused = await creates(as, 'too_late')
      expect([refused.status, refused.body.error_code]).toEqual([403, 'DLI.0003'])
      expect(refused.body.error_msg).toContain("Action = 'dli:queue:createQueue'")
      expect((await server.ask('listQueues', { as })).status).toBe(200)
    }
    expect((await server.ask('revokeProjectRole', { params })).status).toBe(404)
    expect((await server.ask('revokeProjectRole', { params: { ...params, role_id: 'reader' } })).status).toBe(204)
    for (const as of [key, { token }]) expect((await server.ask('listQueues', { as })).status).toBe(403)
    expect((await server.ask('checkToken', { headers: { 'x-subject-token': token } })).status).toBe(404)
    expect((await server.ask('listProjectRoles', { params })).body.roles).toEqual([])
    expect((await server.ask('grantProjectRole', { params: { user_id: 'nobody', role_id: 'reader' } })).status).toBe(404)
    expect((await server.ask('grantProjectRole', { params: { ...params, project_id: 'nowhere' } })).status).toBe(404)
  })

  it('are granted by admins of the project, in their own project alone', async () => {
    const boss = await samplePerson(server, 'boss', 'admin')
    const ed = await samplePerson(server, 'edna', 'editor')
    const south = (await server.ask('createProject', { body: { project: { name: 'south' } } })).body.project.id
    await server.ask('grantProjectRole', { params: { project_id: south, user_id: boss.id, role_id: 'admin' } })
    const grant = (as: typeof boss.key | { token: string }, project_id: string, user_id: string) =>
      server.ask('grantProjectRole', { as, params: { project_id, user_id, role_id: 'reader' } })
    expect((await grant(boss.key, publishedProject, ed.id)).status).toBe(204)
    expect((await grant({ token: boss.token }, publishedProject, ed.id)).status).toBe(204)
    expect((await grant({ token: boss.token }, south, ed.id)).status).toBe(403)
    const refused = await grant(ed.key, publishedProject, boss.id)
    expect(refused.status).toBe(403)
    expect(refused.body.error.message).toContain("Action = 'iam:permissions:grantRoleToUserOnProject'")
    expect((await grant(ed.key, south, boss.id)).status).toBe(404)
  })
})

describe('rights end with the next call', () => {
  it.each([
    ['the user is removed', (id: string) => server.ask('deleteUser', { params: { user_id: id } })],
    ['the user is switched off', (id: string) => server.ask('patchUser', { params: { user_id: id }, body: { user: { enabled: false } } })],
  ])('of tokens and signatures when %s', async (title, end) => {
    const { id, name, key, token } = await samplePerson(server, title.replaceAll(' ', '_'), 'admin')
    for (const as of [key, { token }]) expect((await server.ask('listQueues', { as })).status).toBe(200)
    await end(id)
    for (const as of [key, { token }]) {
      for (const call of ['listQueues', 'listProjects'] as const) {
        const { status, body } = await server.ask(call, { as })
        expect([call, status, body.error_code]).toEqual([call, 401, 'APIGW.0301'])
      }
    }
    expect((await signIn(server, name, samplePassword)).status).toBe(401)
    expect((await server.ask('checkToken', { headers: { 'x-subject-token': token } })).status).toBe(404)
  })

  it('of tokens, also re-scoped ones, when the password changes, and signatures stay', async () => {
    const { id, key, token } = await samplePerson(server, 'pia', 'admin')
    const identity = { methods: ['token'], token: { id: token } }
    const again = await server.ask('issueToken', {
      as: 'nobody',
      body: { auth: { identity, scope: { project: { id: publishedProject } } } },
    })
    const second = again.headers.get('x-subject-token') ?? ''
    expect((await server.ask('listQueues', { as: { token: second } })).status).toBe(200)
    await server.ask('putUser', { params: { user_id: id }, body: { user: { password: 'Correct-horse-9' } } })
    for (const old of [token, second]) expect((await server.ask('listQueues', { as: { token: old } })).status).toBe(401)
    expect((await server.ask('issueToken', { as: 'nobody', body: { auth: { identity } } })).status).toBe(401)
    expect((await server.ask('listQueues', { as: key })).status).toBe(200)
  })
})

describe('guessing', () => {
  it('a key is locked after more than five wrong signatures in a row, for that address alone', async () => {
    const { key } = await samplePerson(server, 'gus', 'reader')
    const wrong = { ...key, secretKey: 'x'.repeat(40) }
    for (let count = 0; count < 5; count++) await server.ask('listQueues', { as: wrong })
    expect((await server.ask('listQueues', { as: key })).status).toBe(200)
    for (let count = 0; count < 6; count++) {
      expect((await server.ask('listQueues', { as: wrong })).body.error_msg).toContain('verify aksk signature fail')
    }
    const locked = await server.ask('listQueues', { as: key })
    expect([locked.status, locked.body.error_code]).toEqual([401, 'APIGW.0301'])
    expect(locked.body.error_msg).toBe('Incorrect IAM authentication information: AK access failed to reach the limit,forbidden')
    expect(await statusFrom('127.0.0.3', key)).toBe(200)
    expect((await server.ask('listQueues')).status).toBe(200)
  })

  it('a user is locked after more than five wrong passwords in a row, known or not', async () => {
    await samplePerson(server, 'gina', 'reader')
    const texts: string[] = []
    for (const name of ['gina', 'ghost']) {
      for (let count = 0; count < 6; count++) expect((await signIn(server, name, 'wrong')).body.error.message).toContain('is wrong')
      const { status, text } = await signIn(server, name, samplePassword)
      expect(status).toBe(401)
      texts.push(text)
    }
    expect(texts[0]).toContain('locked')
    expect(texts[1]).toBe(texts[0])
  })
})

/** Lists queues by a signature, from another address of this machine. */
async function statusFrom(localAddress: string, { accessKey, secretKey }: { accessKey: string; secretKey: string }): Promise<number> {
  const { AKSKSigner } = await import('@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js')
  const { host, hostname, port } = new URL(server.url)
  const path = `/v1.0/${publishedProject}/queues`
  const unsigned = { method: 'GET', endpoint: `http://${host}${path}`, queryParams: {}, headers: {} }
  const headers = AKSKSigner.sign(unsigned, { getAk: () => accessKey, getSk: () => secretKey } as never) as Record<string, string>
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, localAddress, headers, method: 'GET' }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}
