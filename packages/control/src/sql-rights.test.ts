// Rights on databases and tables as jobs and the API ask for them: owners, administrators, and who was granted something.

import type { Caller, UserId } from '@tributary/rules'
import { ServiceError } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { objectGrants } from './object-grants.ts'
import { quotas } from './quotas.ts'
import { sampleCaller, sampleDirectory, sampleProject, SampleServer } from './sample-jobs.ts'

let directory: Awaited<ReturnType<typeof sampleDirectory>>
let server: SampleServer
beforeEach(async () => {
  directory = await sampleDirectory()
  server = await SampleServer.start(directory.path)
  for (const { user } of [ann, eve]) {
    await server.deps.store.users.insert(user, 'no password')
    await server.deps.store.roles.put(user.id, sampleProject, 'editor')
    for (const queue of ['q1-id']) await server.deps.store.queueGrants.put(queue as never, user.id, ['SUBMIT_JOB'])
  }
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

const person = (name: string): Caller => ({ ...sampleCaller, user: { ...sampleCaller.user, id: name as UserId, name }, role: 'editor' })
const ann = person('ann')
const eve = person('eve')
const options =
  "(n bigint) using jdbc options ('url'='jdbc:postgresql://10.71.0.5:5432/shop', 'driver'='org.postgresql.Driver', 'dbtable'='public.orders', 'user'='u', 'password'='canary-p')"

async function run(caller: Caller, sql: string): Promise<string> {
  try {
    const draft = { sql, currentDatabase: '', queueName: 'q1', conf: [], engine: 'spark', tags: [] }
    const { job } = await server.jobs.submit(caller, draft)
    return (await server.ended(job.id)).state
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return error.kind === 'forbidden'
      ? (/resource '([^']*)', User = '[^']*', Action = '[^']*'/.exec(error.message)?.[0] ?? '')
      : error.message
  }
}

const denied = (resource: string, action: string, user = 'eve') => `resource '${resource}', User = '${user}', Action = '${action}'`
const grant = (object: string, privileges: readonly string[], action = 'grant', by = ann) =>
  objectGrants(server.deps).change(by, { userName: 'eve', action, privileges: [{ object, privileges }] })

describe('a table', () => {
  const orders = 'databases.default.tables.orders'
  it('is read by its owner, by administrators, and by who was granted SELECT on it', async () => {
    expect(await run(ann, `create table orders ${options}`)).toBe('FINISHED')
    expect([await run(ann, 'select n from orders'), await run(sampleCaller, 'select n from orders')]).toEqual(['FINISHED', 'FINISHED'])
    expect(await run(eve, 'select n from orders')).toBe(denied(orders, 'SELECT'))
    await expect(server.jobs.check(eve, { sql: 'select n from orders', currentDatabase: '' })).rejects.toMatchObject({ kind: 'forbidden' })
    await grant(orders, ['SELECT'])
    expect(await run(eve, 'select n from orders')).toBe('FINISHED')
    expect(await server.jobs.check(eve, { sql: 'select n from orders', currentDatabase: '' })).toBe('QUERY')
    expect(await run(eve, 'drop table orders')).toBe(denied(orders, 'DROP_TABLE'))
    await grant(orders, ['SELECT'], 'revoke')
    expect(await run(eve, 'select n from orders')).toBe(denied(orders, 'SELECT'))
    await grant(orders, ['ALL'])
    expect([await run(eve, 'select n from orders'), await run(eve, 'drop table orders')]).toEqual(['FINISHED', 'FINISHED'])
  })

  it('is read in part by who was granted columns', async () => {
    await run(ann, `create table orders ${options}`)
    await grant(`${orders}.columns.other`, ['SELECT'])
    expect(await run(eve, 'select n from orders')).toBe(denied(`${orders}.columns.n`, 'SELECT'))
    expect(await run(eve, 'select 1 from orders')).toBe('FINISHED')
    await grant(`${orders}.columns.N`, ['SELECT'])
    expect(await run(eve, 'select n from orders')).toBe('FINISHED')
    await grant(`${orders}.columns.other`, [], 'update')
    await grant(`${orders}.columns.n`, ['DROP_TABLE'], 'update')
    expect(await run(eve, 'select 1 from orders')).toBe(denied(orders, 'SELECT'))
  })

  it('is dropped through the API by who may', async () => {
    await run(ann, `create table orders ${options}`)
    await expect(server.tables.remove(eve, 'default', 'orders')).rejects.toMatchObject({ kind: 'forbidden' })
    await grant(orders, ['DROP_TABLE'])
    await server.tables.remove(eve, 'default', 'orders')
  })
})

describe('a job that waits', () => {
  it('is held to the rights of the moment in which it begins', async () => {
    await run(ann, `create table orders ${options}`)
    await grant('databases.default.tables.orders', ['SELECT'])
    const begun = server.runner.ensure.bind(server.runner)
    // the runner takes nothing up until the rights have changed
    const waiting: string[] = []
    server.runner.ensure = (id) => void waiting.push(id)
    const draft = { currentDatabase: '', queueName: 'q1', conf: [], engine: 'spark', tags: [] }
    const { job } = await server.jobs.submit(eve, { ...draft, sql: 'select n from orders' })
    const { job: second } = await server.jobs.submit(ann, { ...draft, sql: 'select n from orders' })
    await grant('databases.default.tables.orders', ['SELECT'], 'revoke')
    await server.deps.store.users.remove(ann.user.id)
    server.runner.ensure = begun
    expect(waiting).toEqual([job.id, second.id])
    for (const id of [job.id, second.id]) begun(id)
    const [eves, anns] = [await server.ended(job.id), await server.ended(second.id)]
    expect([eves.state, anns.state]).toEqual(['FAILED', 'FAILED'])
    expect(eves.message).toContain(denied('databases.default.tables.orders', 'SELECT'))
    expect(anns.message).toContain('the rights of ann, who submitted the job, ended before it began')
    expect(server.engine.opened.filter(({ table }) => table.columns.length > 0)).toEqual([])
  })
})

describe('a database', () => {
  it('takes tables of its owner and of who was granted CREATE_TABLE; default takes those of every editor', async () => {
    await server.databases.create(ann, { name: 'db' })
    expect(await run(ann, `create table db.mine ${options}`)).toBe('FINISHED')
    expect(await run(eve, `create table db.orders ${options}`)).toBe(denied('databases.db', 'CREATE_TABLE'))
    expect(await run(eve, `create table if not exists db.mine ${options}`)).toBe(denied('databases.db', 'CREATE_TABLE'))
    await expect(server.jobs.check(eve, { sql: `create table db.orders ${options}`, currentDatabase: '' })).rejects.toMatchObject({
      kind: 'forbidden',
    })
    expect(await run(eve, `create table orders ${options}`)).toBe('FINISHED')
    await grant('databases.db', ['CREATE_TABLE'])
    expect(await run(eve, `create table db.orders ${options}`)).toBe('FINISHED')
    // the owner of a database holds its tables too
    expect(await run(ann, 'select n from db.orders')).toBe('FINISHED')
    expect(await run(eve, 'select n from db.mine')).toBe(denied('databases.db.tables.mine', 'SELECT'))
    await grant('databases.db', ['SELECT'])
    expect(await run(eve, 'select n from db.mine')).toBe('FINISHED')
  })

  it('is dropped by its owner and by who was granted that', async () => {
    await server.databases.create(ann, { name: 'db' })
    expect(await run(eve, 'drop database db')).toBe(denied('databases.db', 'DROP_DATABASE'))
    await expect(server.databases.remove(eve, 'db', { cascade: true })).rejects.toMatchObject({ kind: 'forbidden' })
    await grant('databases.db', ['DROP_DATABASE'])
    await server.databases.remove(eve, 'DB', { cascade: true })
    expect(await run(eve, 'create database db')).toBe('FINISHED')
    expect(await run(ann, 'drop database db cascade')).toBe(denied('databases.db', 'DROP_DATABASE', 'ann'))
    expect(await run(eve, 'drop database db')).toBe('FINISHED')
    expect(await run(eve, 'drop database if exists db')).toBe('FINISHED')
  })
})

describe('a result', () => {
  it('is for who submitted the job and for administrators', async () => {
    const draft = { sql: 'select 1', currentDatabase: '', queueName: 'q1', conf: [], engine: 'spark', tags: [] }
    const { job } = await server.jobs.submit(ann, draft)
    await server.ended(job.id)
    for (const reader of [ann, sampleCaller]) expect((await server.jobs.preview(reader, job.id, {})).job.id).toBe(job.id)
    await expect(server.jobs.preview(eve, job.id, {})).rejects.toMatchObject({ kind: 'forbidden' })
  })
})

describe('the quota of jobs', () => {
  it('counts those that have not ended', async () => {
    const owner = { ...sampleCaller.user, isOwner: true }
    const domain = { id: owner.domainId, name: 'tenant', createdAt: 1 }
    const most = { kind: 'SQL_JOB', most: 2 }
    await quotas(server.deps).put({ user: owner, domain, credential: 'signature', scope: undefined }, sampleProject, [most])
    const gate = Promise.withResolvers<void>()
    server.engine.gate = gate.promise
    const { job: first } = await server.submit('select 1')
    await server.submit('select 2')
    await expect(server.submit('select 3')).rejects.toMatchObject({ kind: 'exhausted' })
    // what has happened when it is answered waits for nothing
    expect((await server.submit('create database db')).job.state).toBe('FINISHED')
    await server.jobs.cancel(sampleCaller, first.id)
    const { job } = await server.submit('select 3')
    gate.resolve()
    expect((await server.ended(job.id)).state).toBe('FINISHED')
  })
})
