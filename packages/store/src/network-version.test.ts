// The version of networks moves with every table that a network is read from, at the commit, and not with what no network is made of.

import type { PeerId } from '@tributary/rules'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { networkTables } from './network-version.ts'
import { SqliteFile } from './sqlite.ts'
import { Store } from './store.ts'
import { fillSample, sampleConnection, sampleQueue } from './store-suite.ts'

const connection = sampleConnection('c1', 1)
const queue = sampleQueue('q1', 1)
let store: Store

beforeEach(async () => {
  store = await Store.open({ path: ':memory:', sealingKey: Buffer.alloc(32, 7) })
  await fillSample(store)
  await store.transaction(async (tx) => {
    await tx.queues.insert(queue)
    await tx.connections.insert(connection, [{ name: 'a', ip: '10.0.0.1' }])
    await tx.peerings.ensure(connection, { id: 'x1' as PeerId, queueId: queue.id, createdAt: 1 })
  })
})

afterEach(() => store[Symbol.asyncDispose]())

/** The tables that are read meanwhile. */
async function tablesRead(work: () => Promise<unknown>): Promise<ReadonlySet<string>> {
  const asked = vi.spyOn(SqliteFile.prototype, 'prepare')
  try {
    await work()
    return new Set(asked.mock.calls.flatMap(([sql]) => [...sql.matchAll(/(?:from|join) "(\w+)"/g)].map(([, table = '']) => table)))
  } finally {
    asked.mockRestore()
  }
}

describe('the version of networks', () => {
  it('counts every table that the network of a queue is read from', async () => {
    const read = await tablesRead(async () => {
      await store.networks.find(queue.id)
      await store.securityGroupRules.listOf(['g1' as never])
    })
    expect([...read]).toEqual(expect.arrayContaining(['queues', 'peerings', 'connections', 'gateways', 'classic_bindings']))
    expect([...read].filter((table) => !networkTables.includes(table as never))).toEqual([])
  })

  const changes: Readonly<Record<string, () => Promise<unknown>>> = {
    'a binding that is made': () => bind('q2'),
    'a binding that is cut': () => store.transaction((tx) => tx.peerings.remove(connection.id, queue.id)),
    'host entries that are others': () =>
      store.transaction((tx) => tx.connections.putHosts(connection.id, JSON.stringify([{ name: 'b', ip: '10.0.0.2' }]))),
    'a connection that is deleted': () => store.transaction((tx) => tx.connections.markDeleted(connection, 5)),
    'a route of its own': () => store.connectionRoutes.insert(connection.id, { name: 'r', cidr: '10.9.0.0/16', block: '10.9.0.0/16' }, 5),
    'a queue that is gone': () => store.queues.remove(queue.id),
  }

  it.each(Object.entries(changes))('moves with %s', async (_, change) => {
    const before = store.networkVersion
    await change()
    expect(store.networkVersion).toBeGreaterThan(before)
  })

  it('stays where nothing of a network changes, and where a transaction is undone', async () => {
    const before = store.networkVersion
    const identities = store.identityVersion
    await store.domains.insert({ id: 'd9' as never, name: 'd9', createdAt: 1 })
    await store.networks.find(queue.id)
    const undone = store.transaction(async (tx) => {
      await tx.connections.markDeleted(connection, 5)
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    await store.transaction((tx) => tx.connections.putHosts(connection.id, JSON.stringify([{ name: 'a', ip: '10.0.0.1' }])))
    expect(store.identityVersion).toBe(identities)
    expect(await store.connections.find(connection.projectId, connection.id)).toMatchObject({ state: 'ACTIVE' })
    expect(store.networkVersion - before).toBeLessThanOrEqual(1)
  })
})

async function bind(name: string): Promise<void> {
  const other = sampleQueue(name, 2)
  await store.transaction(async (tx) => {
    await tx.queues.insert(other)
    await tx.peerings.ensure(connection, { id: 'x2' as PeerId, queueId: other.id, createdAt: 2 })
  })
}
