// Auth-infos over HTTP, and a canary secret that must appear nowhere.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SampleServer, sampleServer } from '../sample-server.ts'

const secret = 'canary-f00d-password'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('auth-infos', () => {
  it.each([0, 1])('an auth-info is created, listed, updated and deleted under version %i', async (path) => {
    await walk(path)
  })

  it('an auth-info is created, listed, updated and deleted under both versions', async () => {
    const created = await server.ask('createAuthInfo', {
      path: 1,
      body: { auth_info_name: 'both', datasource_type: 'PASSWD', user_name: 'u', password: secret },
    })
    expect(created.status).toBe(201)
    expect((await server.ask('listAuthInfos', { path: 0, query: { auth_info_name: 'both' } })).body.count).toBe(1)
    expect((await server.ask('deleteAuthInfo', { path: 0, params: { auth_info_name: 'both' } })).status).toBe(200)
  })

  it('a kind that lacks a member and a name that is taken are refused', async () => {
    const lacking = await server.ask('createAuthInfo', { body: { auth_info_name: 'a', datasource_type: 'passwd', user_name: 'u' } })
    expect([lacking.status, lacking.body.error_code]).toEqual([400, 'DLI.0001'])
    expect(lacking.body.error_msg).toContain('password')
    const draft = { auth_info_name: 'a', datasource_type: 'passwd', user_name: 'u', password: secret }
    await server.ask('createAuthInfo', { body: draft })
    expect((await server.ask('createAuthInfo', { body: draft })).body.error_code).toBe('DLI.0006')
    expect((await server.ask('deleteAuthInfo', { params: { auth_info_name: 'none' } })).body.error_code).toBe('DLI.0002')
  })

  it('a secret is found in no answer, no log line and no file', async () => {
    await server.ask('createAuthInfo', { body: { auth_info_name: 'canary', datasource_type: 'passwd', user_name: 'u', password: secret } })
    await server.ask('createAuthInfo', { body: { auth_info_name: 'canary', datasource_type: ['x'], password: secret } })
    expect(server.log.length).toBeGreaterThan(2)
    expect(server.log.join('')).not.toContain(secret)
    const files = readdirSync(server.dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.length).toBeGreaterThan(2)
    for (const file of files) expect(readFileSync(join(file.parentPath, file.name), 'latin1'), file.name).not.toContain(secret)
  })
})

async function walk(path: number): Promise<void> {
  const name = `test${path}`
  const created = await server.ask('createAuthInfo', {
    path,
    body: { auth_info_name: name, user_name: 'admin', password: secret, datasource_type: 'Passwd' },
  })
  expect([created.status, created.body]).toEqual([201, { is_success: true, message: 'Upload success.' }])
  const listed = await server.ask('listAuthInfos', { path, query: { auth_info_name: name } })
  expect(listed.body.auth_infos).toEqual([
    {
      auth_info_name: name,
      user_name: 'admin',
      certificate_location: '',
      datasource_type: 'passwd',
      krb5_conf: '',
      keytab: '',
      truststore_location: '',
      keystore_location: '',
      owner: server.credentials.adminUser,
      create_time: expect.any(Number),
      update_time: expect.any(Number),
    },
  ])
  const updated = await server.ask('updateAuthInfo', { path, body: { auth_info_name: name, user_name: 'user2', password: '' } })
  expect(updated.body).toEqual({ is_success: true, message: 'Update success.' })
  expect((await server.ask('listAuthInfos', { path, query: { auth_info_name: name } })).body.auth_infos[0].user_name).toBe('user2')
  expect((await server.ask('deleteAuthInfo', { path, params: { auth_info_name: name } })).body).toEqual({
    is_success: true,
    message: 'Deleted success.',
  })
  expect((await server.ask('listAuthInfos', { path, query: { auth_info_name: name } })).body).toEqual({
    is_success: true,
    message: '',
    count: 0,
    auth_infos: [],
  })
}
