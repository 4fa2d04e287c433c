// Versions of managed tables in a real SQLite file: each write moves on from the newest, and what no version names can be found.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database, ProjectId, Table, TableFile, TableFileId, TableId } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleDatabase, sampleTable } from './sample-catalog.ts'
import { Store } from './store.ts'

const projectId = 'p1' as ProjectId
let directory: string
let store: Store
let sales: Database
let table: Table
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tributary-versions-'))
  store = await Store.open({ path: join(directory, 'tributary.db'), sealingKey: Buffer.alloc(32, 1) })
  sales = sampleDatabase('sales')
  await store.databases.insert(sales)
  table = { ...sampleTable(sales, 'visits'), using: 'parquet', managed: { partitionColumns: ['day'], version: 0, changedAt: 1 } }
  await store.tables.insert(table, undefined)
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const file = (id: string, day: string | null = null, bytes = 100): TableFile => ({
  id: id as TableFileId,
  partition: [day],
  rows: 10,
  bytes,
  createdAt: 5,
})
const ids = async (of = table.id): Promise<readonly string[]> => (await store.tableVersions.listFiles(of)).map(({ id }) => id)
const change = (added: readonly TableFile[], removed: readonly string[] = [], at = 7) =>
  store.transaction((tx) => tx.tableVersions.commit(table.id, { projectId, added, removed: removed as readonly TableFileId[], at }))

describe('versions', () => {
  it('begin empty, and are read with their catalog entry', async () => {
    expect((await store.tables.get(projectId, 'sales', 'visits')).managed).toEqual({ partitionColumns: ['day'], version: 0, changedAt: 1 })
    expect(await ids()).toEqual([])
    expect(await store.tableVersions.measure(table.id)).toEqual({ files: 0, rows: 0, bytes: 0 })
    expect(await store.tableVersions.find('other' as TableId)).toBeUndefined()
  })

  it('move on by what was added and removed, and come back as written', async () => {
    expect(await change([file('a', '2024-01-01'), file('b')])).toBe(1)
    expect(await store.tableVersions.listFiles(table.id)).toEqual([file('a', '2024-01-01'), file('b')])
    expect(await change([file('c')], ['a'])).toBe(2)
    expect(await ids()).toEqual(['b', 'c'])
    expect(await store.tableVersions.measure(table.id)).toEqual({ files: 2, rows: 20, bytes: 200 })
    expect(await store.tableVersions.sumBytes(projectId)).toBe(200)
    expect(await store.tableVersions.sumBytes('p2' as ProjectId)).toBe(0)
    expect(await store.tableVersions.listBytes([table.id, 'x' as TableId])).toEqual(new Map([[table.id, 200]]))
    expect((await store.tables.get(projectId, 'sales', 'visits')).managed).toMatchObject({ version: 2, changedAt: 7 })
  })

  it('keep how many columns a file has, and nothing where that is not known', async () => {
    const narrow = { ...file('a'), columnCount: 2 }
    await change([narrow, file('b')])
    expect(await store.tableVersions.listFiles(table.id)).toEqual([narrow, file('b')])
  })

  it('take more files at once than a statement has values', async () => {
    const many = Array.from({ length: 5_001 }, (_none, n) => file(`f${String(n).padStart(5, '0')}`))
    await change(many)
    expect(await ids()).toHaveLength(5_001)
    await change(
      [file('only')],
      many.map(({ id }) => id),
    )
    expect(await ids()).toEqual(['only'])
  })

  it('end with their table: a write that comes later is told', async () => {
    await change([file('a')])
    await store.tables.remove(table.id)
    await expect(change([file('b')])).rejects.toMatchObject({ kind: 'conflict' })
    expect(await store.tableVersions.find(table.id)).toBeUndefined()
  })
})

describe('files', () => {
  it('that were replaced are dead after a while, those of dropped tables once they have been noted', async () => {
    await change([file('a'), file('b')], [], 10)
    await change([file('c')], ['a'], 20)
    expect(await store.tableVersions.listDead(20, 10)).toEqual([])
    expect(await store.tableVersions.listDead(21, 10)).toEqual([{ id: 'a', projectId, tableId: table.id }])
    await store.tableVersions.retireDropped(30)
    expect(await store.tableVersions.listDead(99, 10)).toHaveLength(1)
    await store.tables.removeAll(sales.id)
    await store.tableVersions.retireDropped(40)
    expect((await store.tableVersions.listDead(41, 10)).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(await store.tableVersions.listDead(41, 2)).toHaveLength(2)
    await store.tableVersions.forget(['a', 'b'] as TableFileId[])
    expect(await store.tableVersions.listKnown(['a', 'b', 'c', 'd'])).toEqual(new Set(['c']))
  })
})
