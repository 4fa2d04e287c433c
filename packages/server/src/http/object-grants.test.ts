// Rights of users on auth-infos, databases and tables over HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePerson } from '../sample-people.ts'
import { type SampleServer, type Sent, sampleServer } from '../sample-server.ts'

let server: SampleServer
beforeAll(async () => {
  server = await sampleServer()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('grants on objects', () => {
  it('a user is granted what to do with an object, and an auth-info is held to it', async () => {
    const { token, id } = await samplePerson(server, 'eve', 'editor')
    const as = { token }
    const object = 'datasourceauth.keys'
    const auth_info = { auth_info_name: 'keys', user_name: 'reader', password: 's3cret' }
    expect((await server.ask('createAuthInfo', { body: { ...auth_info, datasource_type: 'passwd' } })).status).toBe(201)
    const update = () => server.ask('updateAuthInfo', { as, body: { auth_info_name: 'keys', user_name: 'other' } })
    const remove = () => server.ask('deleteAuthInfo', { as, params: { auth_info_name: 'keys' } })
    const refused = await update()
    expect([refused.status, refused.body.error_code]).toEqual([403, 'DLI.0003'])
    expect(refused.body.error_msg).toContain(`Permission denied for resource '${object}', User = 'eve', Action = 'UPDATE_AUTH'`)
    expect((await remove()).status).toBe(403)

    const change = (action: string, privileges: readonly string[], more: object = {}) =>
      server.ask('authorizeUser', { body: { user_name: 'eve', action, privileges: [{ object, privileges }] }, ...more })
    expect((await change('grant', ['UPDATE_AUTH'], { as })).status).toBe(403)
    expect((await change('grant', ['UPDATE_AUTH', 'DROP_AUTH'])).status).toBe(200)
    const listed = await server.ask('listPrivileges', { query: { object } })
    expect(listed.body).toMatchObject({ object_name: 'keys', object_type: 'datasourceauth', count: 2 })
    expect(listed.body.privileges).toEqual([
      { object, is_admin: true, user_name: server.credentials.adminUser, privileges: ['ALL'] },
      { object, is_admin: false, user_name: 'eve', privileges: ['UPDATE_AUTH', 'DROP_AUTH'] },
    ])
    expect((await server.ask('listPrivileges', { query: { object, offset: 1, limit: 1 } })).body.privileges).toHaveLength(1)
    expect((await update()).status).toBe(200)
    await change('revoke', ['UPDATE_AUTH'])
    expect((await update()).status).toBe(403)
    expect((await remove()).status).toBe(200)
    // a new one of the same name has its own rights
    await server.ask('createAuthInfo', { body: { ...auth_info, datasource_type: 'passwd' } })
    expect((await remove()).status).toBe(403)
    expect((await change('update', ['DROP_AUTH'])).status).toBe(200)
    await server.ask('deleteUser', { params: { user_id: id } })
    expect((await server.ask('listPrivileges', { query: { object } })).body.count).toBe(1)
  })

  it('are kept for databases, and refused all together', async () => {
    await samplePerson(server, 'dora', 'reader')
    expect((await server.ask('createDatabase', { body: { database_name: 'db1' } })).status).toBe(200)
    const grant = (privileges: unknown, user_name = 'dora') =>
      server.ask('authorizeUser', { body: { user_name, action: 'grant', privileges } })
    const good = { object: 'databases.DB1', privileges: ['SELECT'] }
    const count = async () => (await server.ask('listPrivileges', { query: { object: 'databases.db1' } })).body.count
    for (const bad of [
      { object: 'databases.none', privileges: ['SELECT'] },
      { object: 'databases.db1.tables.none', privileges: ['SELECT'] },
    ]) {
      const { status, body } = await grant([good, bad])
      expect([status, body.error_code, await count()]).toEqual([400, 'DLI.0002', 1])
    }
    expect((await grant([good], 'nobody')).body.error_msg).toBe('There is no user named nobody')
    expect((await grant([])).body.error_code).toBe('DLI.0001')
    expect((await grant([{ object: 'queues.q', privileges: ['SELECT'] }])).body.error_code).toBe('DLI.0007')
    expect((await grant([good])).status).toBe(200)
    expect(await count()).toBe(2)
  })

  it('a database and a table show their users and change hands', async () => {
    await samplePerson(server, 'olga', 'editor')
    const nina = await samplePerson(server, 'nina', 'editor')
    const as = { token: nina.token }
    expect((await server.ask('createDatabase', { body: { database_name: 'db2' } })).status).toBe(200)
    const params = { database_name: 'DB2' }
    const give = (new_owner: string, sent: Sent = {}) => server.ask('updateDatabaseOwner', { params, body: { new_owner }, ...sent })
    expect((await give('nina', { as })).status).toBe(403)
    expect((await give('nobody')).body.error_code).toBe('DLI.0002')
    expect((await give('nina')).status).toBe(200)
    expect((await give('olga', { as })).status).toBe(200)
    expect((await give('nina', { as })).status).toBe(403)
    const privileges = [{ object: 'databases.db2', privileges: ['SELECT'] }]
    await server.ask('authorizeUser', { body: { user_name: 'nina', action: 'grant', privileges } })
    const users = await server.ask('listDatabaseUsers', { params })
    expect(users.body.database_name).toBe('db2')
    expect(users.body.privileges).toEqual([
      { is_admin: true, user_name: 'olga', privileges: ['ALL'] },
      { is_admin: false, user_name: 'nina', privileges: ['SELECT'] },
    ])
    const listed = await server.ask('listDatabases', { query: { keyword: 'db2' } })
    expect(listed.body.databases).toMatchObject([{ database_name: 'db2', owner: 'olga' }])
    // tables are given away in control/src/object-grants.test.ts: here none stands without a source behind it
    const missing = { ...params, table_name: 'none', user_name: 'nina' }
    expect((await server.ask('listTableUsers', { params: missing })).body.error_code).toBe('DLI.0002')
    expect((await server.ask('getTableUser', { params: missing })).body.error_code).toBe('DLI.0002')
    expect((await server.ask('updateTableOwner', { params: missing, body: { new_owner: 'nina' } })).body.error_code).toBe('DLI.0002')
    expect((await server.ask('listDatabaseUsers', { params: { database_name: 'none' } })).body.error_code).toBe('DLI.0002')
  })
})
