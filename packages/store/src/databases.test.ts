// Databases in a real SQLite file.

import type { ProjectId } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleDatabase, sampleTable } from './sample-catalog.ts'
import { Store } from './store.ts'

const p1 = 'p1' as ProjectId
const p2 = 'p2' as ProjectId
let store: Store
beforeEach(async () => {
  store = await Store.open({ path: ':memory:', sealingKey: Buffer.alloc(32, 1) })
})
afterEach(() => store[Symbol.asyncDispose]())

describe('databases', () => {
  it('are found by project and name', async () => {
    const sales = sampleDatabase('sales')
    await store.databases.insert(sales)
    expect(await store.databases.find(p1, 'sales')).toEqual(sales)
    expect(await store.databases.find(p2, 'sales')).toBeUndefined()
    await expect(store.databases.get(p1, 'other')).rejects.toMatchObject({ kind: 'notFound', message: 'There is no database named other' })
  })

  it('have a name of their own in a project', async () => {
    await store.databases.insert(sampleDatabase('sales'))
    await store.databases.insert(sampleDatabase('sales', p2))
    await expect(store.databases.insert(sampleDatabase('sales'))).rejects.toThrow(/UNIQUE/)
  })

  it('are listed by name, page by page, with the number of their tables', async () => {
    for (const name of ['b', 'c', 'a']) await store.databases.insert(sampleDatabase(name))
    await store.databases.insert(sampleDatabase('z', p2))
    const b = await store.databases.get(p1, 'b')
    await store.tables.insert(sampleTable(b, 't1'), undefined)
    await store.tables.insert(sampleTable(b, 't2'), undefined)
    const all = await store.databases.list(p1, {})
    expect(all.databases.map(({ name, tableCount }) => [name, tableCount])).toEqual([
      ['a', 0],
      ['b', 2],
      ['c', 0],
    ])
    const page = await store.databases.list(p1, { offset: 1, limit: 1 })
    expect([page.total, page.databases.map(({ name }) => name)]).toEqual([3, ['b']])
    expect((await store.databases.list(p1, { offset: 2 })).databases).toHaveLength(1)
  })

  it('are filtered by a part of the name, in which nothing is a wildcard', async () => {
    for (const name of ['a_b', 'axb', 'b2']) await store.databases.insert(sampleDatabase(name))
    expect((await store.databases.list(p1, { keyword: 'A_B' })).databases.map(({ name }) => name)).toEqual(['a_b'])
    expect((await store.databases.list(p1, { keyword: 'b' })).total).toBe(3)
    expect((await store.databases.list(p1, { keyword: '%' })).total).toBe(0)
    expect((await store.databases.list(p1, { keyword: "'" })).total).toBe(0)
  })

  it('go, but not from under their tables', async () => {
    const sales = sampleDatabase('sales')
    await store.databases.insert(sales)
    await store.tables.insert(sampleTable(sales, 't1'), undefined)
    await expect(store.databases.remove(sales.id)).rejects.toThrow(/FOREIGN KEY/)
    await store.tables.removeAll(sales.id)
    await store.databases.remove(sales.id)
    expect(await store.databases.find(p1, 'sales')).toBeUndefined()
  })
})
