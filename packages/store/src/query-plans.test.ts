// What the store really asks of SQLite, from its own calls: every look into a table that grows goes through an index.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { ConnectionId, PeerId, ProjectId, QueueId, SubnetId, VpcId } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { SqliteFile } from './sqlite.ts'
import { Store } from './store.ts'
import { fillSample, sampleConnection, sampleQueue } from './store-suite.ts'

const projectId = 'p1' as ProjectId
const connection = sampleConnection('c1', 1)
const queue = sampleQueue('q1', 1)

interface Asked {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

let folder: string
let store: Store
let database: DatabaseSync

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-plans-'))
  const path = join(folder, 'store.db')
  store = await Store.open({ path, sealingKey: Buffer.alloc(32, 5) })
  database = new DatabaseSync(path, { readOnly: true })
  await fillSample(store)
  await store.transaction(async (tx) => {
    await tx.queues.insert(queue)
    await tx.connections.insert(connection, [{ name: 'a', ip: '10.0.0.1' }])
    await tx.peerings.ensure(connection, { id: 'x1' as PeerId, queueId: queue.id, createdAt: 1 })
  })
})

afterAll(async () => {
  await store[Symbol.asyncDispose]()
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What is asked meanwhile, from the only door to the file. */
async function listen(work: () => Promise<unknown>): Promise<readonly Asked[]> {
  const asked: Asked[] = []
  const { value: prepare } = Object.getOwnPropertyDescriptor(SqliteFile.prototype, 'prepare') as { value: SqliteFile['prepare'] }
  const spy = vi.spyOn(SqliteFile.prototype, 'prepare').mockImplementation(function (this: SqliteFile, sql) {
    const statement = prepare.call(this, sql)
    const note = <Result>(run: (parameters: readonly unknown[]) => Result) => {
      return (parameters: readonly unknown[]): Result => {
        asked.push({ sql, parameters })
        return run(parameters)
      }
    }
    return {
      reader: statement.reader,
      all: note((parameters) => statement.all(parameters)),
      run: note((parameters) => statement.run(parameters)),
      iterate: note((parameters) => statement.iterate(parameters)),
    }
  })
  try {
    await work()
  } finally {
    spy.mockRestore()
  }
  return asked
}

function planOf({ sql, parameters }: Asked): string {
  const rows = database.prepare(`explain query plan ${sql}`).all(...(parameters as SQLInputValue[])) as { readonly detail: string }[]
  return rows.map(({ detail }) => detail).join('; ')
}

/** A look at every row of a table or of an index; what a query has collected itself may be gone through. */
const scan = /SCAN (?!mine\b|theirs\b|CONSTANT ROW|json_each|\(?subquery|bound\b)\S+/i

const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  'a first page of connections': () => store.connections.list(projectId, { state: 'ACTIVE', limit: 100 }),
  'a later page of connections': () => store.connections.list(projectId, { state: 'ACTIVE', limit: 100, offset: 90_000 }),
  'connections of a name': () => store.connections.list(projectId, { state: 'ACTIVE', name: 'c1' }),
  'deleted connections of a name': () => store.connections.list(projectId, { state: 'DELETED', name: 'c1' }),
  'connections with a tag': () => store.connections.list(projectId, { state: 'ACTIVE', tags: [{ key: 'a', value: 'b' }], limit: 100 }),
  'one connection': () => store.connections.find(projectId, connection.id),
  'the live connection of a name': () => store.connections.findByName(projectId, 'c1'),
  'host entries': () => store.connections.listHosts([connection.id]),
  'peerings of connections': () => store.peerings.list([connection.id]),
  'pool peerings of connections': () => store.poolPeerings.list([connection.id]),
  'routes of connections': () => store.connectionRoutes.list([connection.id]),
  'queues in a VPC': () => store.peerings.listQueues(projectId, { vpcId: 'v1' as VpcId }),
  'queues in a subnet': () => store.peerings.listQueues(projectId, { subnetId: 's1' as SubnetId }),
  'queues that fail in a VPC': () => store.peerings.listFailedQueues(projectId, 'v1' as VpcId),
  'pools that fail in a VPC': () => store.poolPeerings.listFailedPools(projectId, 'v1' as VpcId),
  'queues that somebody waits for': () => store.peerings.listCreatingQueues('', 500),
  'a connection with all of it': async () => store.connections.findDetail(projectId, connection.id),
  'how much a queue is bound': () => store.peerings.countOn(queue.id),
  'one queue': () => store.queues.find(projectId, 'q1'),
  'a page of queues': () => store.queues.list(projectId, { limit: 100 }),
  'a page of queues by size': () => store.queues.list(projectId, { limit: 100, order: 'cuDesc' }),
  'a page of queues by size, up': () => store.queues.list(projectId, { limit: 100, order: 'cuAsc' }),
  'a page of the sweep': () => store.queues.listNetworked('', 500),
  'the network of a queue': () => store.networks.find(queue.id),
  'a create': () =>
    store.transaction(async (tx) => {
      const made = { ...sampleConnection('c2', 2), id: 'id-c2' as ConnectionId }
      await tx.connections.insert(made, [])
      await tx.peerings.ensure(made, { id: 'x2' as PeerId, queueId: queue.id, createdAt: 2 })
    }),
  'an outcome': () => store.peerings.settle([{ id: 'x1' as PeerId, state: 'ACTIVE', errMsg: { template: '', values: [] } }], 3),
  'a version': () => store.networks.putVersion(queue.id, 2, 'd'),
  'an unbinding': () => store.peerings.remove(connection.id, 'other' as QueueId),
  'a deletion': () => store.transaction((tx) => tx.connections.markDeleted(connection, 5)),
}

describe('a call of the store looks nothing through', () => {
  it.each(Object.entries(calls))('%s', async (_, call) => {
    const asked = await listen(call)
    expect(asked.length).toBeGreaterThan(0)
    for (const query of asked) expect(planOf(query), query.sql).not.toMatch(scan)
  })

  it('and this would be seen', () => {
    expect(planOf({ sql: 'select * from connections where vpc_id = ?', parameters: ['v'] })).toMatch(scan)
    expect(planOf({ sql: "select * from queues where name = 'q'", parameters: [] })).toMatch(scan)
  })
})

describe('a page is in order as it is read', () => {
  it.each([
    'a first page of connections',
    'a later page of connections',
    'a page of queues',
    'a page of queues by size',
    'a page of queues by size, up',
  ])('%s', async (name) => {
    const [first] = await listen(calls[name] as () => Promise<unknown>)
    expect(planOf(first as Asked)).not.toMatch(/TEMP B-TREE/)
  })
})
