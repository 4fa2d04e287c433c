// What every dialect of the store must do; each runs it on databases of its own.

import {
  type AuthInfo,
  type AuthInfoId,
  type Connection,
  type ConnectionId,
  type DomainId,
  type PeerId,
  type ProjectId,
  type Queue,
  type QueueId,
  silence,
  type SubnetId,
  type UserId,
  type VpcId,
} from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import type { Store } from './store.ts'

const domainId = 'd1' as DomainId
const projectId = 'p1' as ProjectId

/** A queue of the sample project. */
export function sampleQueue(name: string, number: number): Queue {
  return {
    id: `id-${name}` as QueueId,
    number,
    projectId,
    name,
    description: '',
    type: 'sql',
    engine: 'spark',
    cu: 16,
    cuSpec: 16,
    resourceMode: 1,
    chargingMode: 1,
    platform: 'x86_64',
    feature: 'basic',
    enterpriseProjectId: '0',
    labels: ['multi_az=2'],
    owner: 'root',
    cidr: `10.248.${number}.0/24`,
    createdAt: number,
  }
}

/** A connection of the sample project. */
export function sampleConnection(name: string, createdAt: number): Connection {
  return {
    id: `id-${name}` as ConnectionId,
    projectId,
    name,
    state: 'ACTIVE',
    vpcId: 'v1' as VpcId,
    subnetId: 's1' as SubnetId,
    routeTableId: undefined,
    createdAt,
    deletedAt: undefined,
  }
}

/** An auth-info of the sample project. */
export function sampleAuthInfo(name: string): AuthInfo {
  return {
    id: `id-${name}` as AuthInfoId,
    projectId,
    name,
    type: 'passwd',
    userName: 'app',
    certificateLocation: '',
    krb5Conf: '',
    keytab: '',
    truststoreLocation: '',
    keystoreLocation: '',
    allowedAddresses: [],
    owner: 'root',
    createdAt: 1,
    updatedAt: 1,
  }
}

/** Writes the domain, the user and the project that everything else belongs to. */
export async function fillSample(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.domains.insert({ id: domainId, name: 'acme', createdAt: 1 })
    await tx.users.insert({ id: 'u1' as UserId, domainId, name: 'root', isOwner: true, isDomainAdmin: true, createdAt: 1 }, 'hash')
    await tx.projects.insert({ id: projectId, domainId, name: 'north', createdAt: 1 })
  })
}

/** Runs the suite. @param open - an empty store, at the newest schema */
export function storeSuite(dialect: string, open: () => Promise<Store>): void {
  const opened = async (): Promise<Store> => {
    const store = await open()
    await fillSample(store)
    return store
  }
  describe(`the store on ${dialect}`, () => {
    transactions(opened)
    connections(opened)
    networks(opened)
    routes(opened)
  })
}

function transactions(open: () => Promise<Store>): void {
  it('rolls a failed transaction back, whole, and runs nothing after it', async () => {
    await using store = await open()
    let isRun = false
    const failed = store.transaction(async (tx) => {
      await tx.queues.insert(sampleQueue('q1', 1))
      tx.afterCommit(() => {
        isRun = true
      })
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect([await store.queues.find(projectId, 'q1'), isRun]).toEqual([undefined, false])
  })

  it('runs transactions one after another, and what follows them after the commit', async () => {
    await using store = await open()
    const order: string[] = []
    const step = (name: string) =>
      store.transaction(async (tx) => {
        order.push(`begin ${name}`)
        await tx.queues.find(projectId, 'q1')
        tx.afterCommit(() => order.push(`after ${name}`))
        order.push(`end ${name}`)
      })
    await Promise.all([step('a'), step('b')])
    expect(order.filter((entry) => !entry.startsWith('after'))).toEqual(['begin a', 'end a', 'begin b', 'end b'])
    expect(order.indexOf('after a')).toBeGreaterThan(order.indexOf('end a'))
  })

  it('reports a query on the store inside a transaction instead of waiting for ever', async () => {
    await using store = await open()
    const nested = store.transaction(async () => store.queues.find(projectId, 'q1'))
    await expect(nested).rejects.toThrow('uses its own repositories')
    await expect(store.transaction(() => store.transaction(async () => {}))).rejects.toThrow('cannot hold another')
    // What runs after a commit is outside again.
    const { promise, resolve } = Promise.withResolvers<unknown>()
    await store.transaction(async (tx) => tx.afterCommit(() => resolve(store.queues.find(projectId, 'q1'))))
    expect(await promise).toBeUndefined()
  })

  it('gives no queue number twice, and takes back those of failed transactions', async () => {
    await using store = await open()
    const take = () => store.transaction((tx) => tx.installation.nextQueueNumber())
    expect([await take(), await take()]).toEqual([1, 2])
    await store
      .transaction(async (tx) => {
        await tx.installation.nextQueueNumber()
        throw new Error('no')
      })
      .catch(() => {})
    expect(await take()).toBe(3)
  })

  it('keeps values as they were', async () => {
    await using store = await open()
    const queue = sampleQueue('q1', 2 ** 31 - 1)
    await store.queues.insert(queue)
    expect(await store.queues.get(projectId, 'q1')).toEqual(queue)
    await expect(store.queues.insert({ ...queue, id: 'other' as QueueId })).rejects.toThrow(/unique/i)
    await expect(store.queues.insert({ ...queue, id: 'other' as QueueId, name: 'Upper', number: 5 })).rejects.toThrow('queues_name_lower')
  })
}

function routes(open: () => Promise<Store>): void {
  it('keeps routes oldest first, one of each name and block, and forgets them with their connection', async () => {
    await using store = await open()
    const { id } = sampleConnection('c1', 1)
    await store.transaction((tx) => tx.connections.insert(sampleConnection('c1', 1), []))
    const add = (name: string, block: string, at: number) => store.connectionRoutes.insert(id, { name, cidr: block, block }, at)
    await add('b', '10.2.0.0/16', 2)
    await add('a', '10.1.0.0/16', 1)
    await expect(add('a', '10.3.0.0/16', 3)).rejects.toThrow(/unique/i)
    await expect(add('c', '10.1.0.0/16', 3)).rejects.toThrow(/unique/i)
    const names = async () => ((await store.connectionRoutes.list([id])).get(id) ?? []).map(({ name }) => name)
    expect(await names()).toEqual(['a', 'b'])
    expect([await store.connectionRoutes.remove(id, 'b'), await store.connectionRoutes.remove(id, 'b')]).toEqual([true, false])
    await store.transaction((tx) => tx.connections.markDeleted(sampleConnection('c1', 1), 5))
    await store.transaction((tx) => tx.connections.removeDeleted(6))
    expect(await names()).toEqual([])
  })

  it('gives an idempotency key to the first that takes it, until it is over', async () => {
    await using store = await open()
    const place = { projectId, operation: 'create', key: 'k' }
    const take = (resourceId: string, at: number, since: number) =>
      store.idempotencyKeys.take(place, { digest: `d-${resourceId}`, resourceId }, { at, since })
    expect(await take('one', 100, 0)).toBeUndefined()
    expect(await take('two', 150, 99)).toEqual({ digest: 'd-one', resourceId: 'one' })
    expect(await take('two', 200, 100)).toBeUndefined()
    await store.idempotencyKeys.removeTaken(199)
    expect(await take('three', 201, 0)).toEqual({ digest: 'd-two', resourceId: 'two' })
    await store.idempotencyKeys.removeTaken(200)
    expect(await take('three', 201, 0)).toBeUndefined()
  })
}

function connections(open: () => Promise<Store>): void {
  it('counts connections with every change', async () => {
    await using store = await open()
    const totals = async () => [
      (await store.connections.list(projectId, { state: 'ACTIVE' })).total,
      (await store.connections.list(projectId, { state: 'DELETED' })).total,
    ]
    for (let at = 0; at < 5; at++) await store.transaction((tx) => tx.connections.insert(sampleConnection(`c${at}`, at), []))
    expect(await totals()).toEqual([5, 0])
    await store.transaction((tx) => tx.connections.markDeleted(sampleConnection('c1', 1), 100))
    await store.transaction((tx) => tx.connections.markDeleted(sampleConnection('c2', 2), 200))
    expect(await totals()).toEqual([3, 2])
    await store
      .transaction(async (tx) => {
        await tx.connections.insert(sampleConnection('c9', 9), [])
        throw new Error('no')
      })
      .catch(() => {})
    expect(await store.transaction((tx) => tx.connections.removeDeleted(150))).toBe(1)
    expect(await totals()).toEqual([3, 1])
    const page = await store.connections.list(projectId, { state: 'ACTIVE', limit: 2, offset: 1 })
    expect([page.total, page.connections.map(({ name }) => name)]).toEqual([3, ['c3', 'c4']])
  })

  it('keeps one live connection of a name', async () => {
    await using store = await open()
    await store.connections.insert(sampleConnection('c1', 1), [])
    const second = { ...sampleConnection('c1', 2), id: 'other' as ConnectionId }
    await expect(store.connections.insert(second, [])).rejects.toThrow(/unique/i)
    await store.transaction((tx) => tx.connections.markDeleted(sampleConnection('c1', 1), 5))
    await store.connections.insert(second, [])
    expect((await store.connections.findByName(projectId, 'c1'))?.id).toBe('other')
  })

  it('keeps 20,000 hosts in their order, and says whether they changed', async () => {
    await using store = await open()
    const hosts = Array.from({ length: 20_000 }, (_, at) => ({
      ip: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
      name: `host-${at}`,
    })).reverse()
    const { id } = sampleConnection('c1', 1)
    await store.connections.insert(sampleConnection('c1', 1), hosts)
    expect((await store.connections.listHosts([id])).get(id)).toEqual(hosts)
    expect(await store.connections.putHosts(id, JSON.stringify(hosts))).toBe(false)
    expect(await store.connections.putHosts(id, '[{"name":"only"}]')).toBe(true)
    expect((await store.connections.listHosts([id])).get(id)).toEqual([{ name: 'only' }])
  })
}

function networks(open: () => Promise<Store>): void {
  it('writes only states that differ, and none of what is gone', async () => {
    await using store = await open()
    await store.queues.insert(sampleQueue('q1', 1))
    await store.connections.insert(sampleConnection('c1', 1), [])
    const connection = sampleConnection('c1', 1)
    const peering = { id: 'x1' as PeerId, queueId: 'id-q1' as QueueId, createdAt: 1 }
    expect(await store.peerings.ensure(connection, peering)).toBe(true)
    expect(await store.peerings.ensure(connection, { ...peering, id: 'x2' as PeerId })).toBe(false)
    await store.peerings.settle([{ id: peering.id, state: 'ACTIVE', errMsg: silence }], 10)
    await store.peerings.settle([{ id: peering.id, state: 'ACTIVE', errMsg: silence }], 20)
    expect(await store.peerings.list([connection.id])).toMatchObject([{ state: 'ACTIVE', updatedAt: 10, queueName: 'q1' }])
    await store.queues.remove(peering.queueId)
    await store.peerings.settle([{ id: peering.id, state: 'ACTIVE', errMsg: silence }], 30)
    expect(await store.peerings.list([connection.id])).toEqual([])
  })

  it('finds what a network is made of in the connection’s own project alone', async () => {
    await using store = await open()
    const other = 'p2' as ProjectId
    await store.projects.insert({ id: other, domainId, name: 'south', createdAt: 1 })
    const vpc = { name: 'v', cidr: '10.71.0.0/16', extendCidrs: [], description: '', routes: [], enhancedLocalRoute: false }
    await store.vpcs.insert({ ...vpc, id: 'v1' as VpcId, projectId: other, createdAt: 1, updatedAt: 1 })
    await store.queues.insert(sampleQueue('q1', 1))
    await store.connections.insert(sampleConnection('c1', 1), [{ name: 'a' }])
    await store.peerings.ensure(sampleConnection('c1', 1), { id: 'x1' as PeerId, queueId: 'id-q1' as QueueId, createdAt: 1 })
    const subnet = {
      name: 's',
      cidr: '10.71.0.0/24',
      gatewayIp: '10.71.0.1',
      description: '',
      dnsList: [],
      dhcpEnable: true,
      dhcpOptions: [],
      availabilityZone: '',
      neutronSubnetId: 'n',
    }
    const where = { vpcId: 'v1' as VpcId, createdAt: 1, updatedAt: 1 }
    await store.subnets.insert({ ...subnet, ...where, id: 's1' as SubnetId, projectId: other })
    const source = await store.networks.find('id-q1' as QueueId)
    expect(source?.peerings).toMatchObject([{ connectionName: 'c1', subnet: undefined, gateway: undefined }])
    expect(source?.peerings[0]?.hostsDigest).not.toBe('')
  })
}
