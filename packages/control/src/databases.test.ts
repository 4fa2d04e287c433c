// Databases by use case: names, limits, what may be dropped.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleCaller, sampleDirectory, SampleServer, strangerCaller } from './sample-jobs.ts'

let directory: Awaited<ReturnType<typeof sampleDirectory>>
let server: SampleServer
beforeEach(async () => {
  directory = await sampleDirectory()
  server = await SampleServer.start(directory.path)
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

const options = "'url'='jdbc:postgresql://10.71.0.5:5432/shop', 'dbtable'='public.orders', 'user'='canary', 'password'='canary'"

describe('databases', () => {
  it('are created once per project, whatever the case, and listed', async () => {
    expect(await server.databases.create(sampleCaller, { name: 'DB_1', description: 'this is for test' })).toMatchObject({
      name: 'db_1',
      description: 'this is for test',
      owner: 'tenant1',
      enterpriseProjectId: '0',
    })
    await expect(server.databases.create(sampleCaller, { name: 'db_1' })).rejects.toMatchObject({ kind: 'conflict' })
    await expect(server.databases.create(sampleCaller, { name: 'default' })).rejects.toMatchObject({ kind: 'conflict' })
    await expect(server.databases.create(sampleCaller, { name: '_x' })).rejects.toMatchObject({ kind: 'invalid' })
    await server.databases.create(strangerCaller, { name: 'db_1' })
    expect((await server.databases.list(sampleCaller, { keyword: 'B_' })).databases).toMatchObject([{ name: 'db_1', tableCount: 0 }])
    expect((await server.databases.list(sampleCaller, {})).total).toBe(2)
  })

  it('go when they are empty, or with their tables when told so', async () => {
    await server.databases.create(sampleCaller, { name: 'sales' })
    await server.submit(`create table sales.orders (n bigint) using jdbc options (${options})`)
    await expect(server.databases.remove(sampleCaller, 'sales', { cascade: false })).rejects.toMatchObject({ kind: 'conflict' })
    await expect(server.databases.remove(strangerCaller, 'sales', { cascade: true })).rejects.toMatchObject({ kind: 'notFound' })
    await server.databases.remove(sampleCaller, 'SALES', { cascade: true })
    await expect(server.databases.remove(sampleCaller, 'sales', { cascade: true })).rejects.toMatchObject({
      kind: 'notFound',
      message: 'There is no database named sales',
    })
    await expect(server.databases.remove(sampleCaller, 'default', { cascade: true })).rejects.toMatchObject({ kind: 'unsupported' })
  })
})

describe('tables', () => {
  it('are listed, shown without secrets, and removed, to their project alone', async () => {
    await server.databases.create(sampleCaller, { name: 'sales' })
    for (const name of ['orders', 'items']) await server.submit(`create table sales.${name} (n bigint) using jdbc options (${options})`)
    expect((await server.tables.list(sampleCaller, 'Sales', { limit: 1 })).tables.map(({ table }) => table.name)).toEqual(['items'])
    expect((await server.tables.list(sampleCaller, 'sales', { keyword: 'ORD' })).total).toBe(1)
    const table = await server.tables.get(sampleCaller, 'SALES', 'Orders')
    expect(table.options).toMatchObject({ dbtable: 'public.orders', user: '***', password: '***' })
    await expect(server.tables.get(strangerCaller, 'sales', 'orders')).rejects.toMatchObject({ kind: 'notFound' })
    await expect(server.tables.list(strangerCaller, 'sales')).rejects.toMatchObject({ kind: 'notFound' })
    await expect(server.tables.remove(strangerCaller, 'sales', 'orders')).rejects.toMatchObject({ kind: 'notFound' })
    await server.tables.remove(sampleCaller, 'sales', 'orders')
    await expect(server.tables.remove(sampleCaller, 'sales', 'orders')).rejects.toMatchObject({ message: 'There is no table named orders' })
    expect((await server.tables.list(sampleCaller, 'sales')).total).toBe(1)
  })
})
