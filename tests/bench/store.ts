// How fast connections are made durable and 20,000 hosts are replaced, beside bare SQLite commits of as many bytes in the same directory.

import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Store } from '@tributary/store'
import { startTributary } from '../servers/tributary.ts'
import { BareConnections, BareSqlite } from './bare-sqlite.ts'
import { fewHosts, insertConnection, insertProject, newConnection } from './filling.ts'
import { type Bench, type Figure, inTurn, timed } from './harness.ts'
import { Wire } from './wire.ts'

const rounds = 5
const createsPerRound = 500
const putsPerRound = 4
const writers = 8
const hostCount = 20_000

/** Everything lies on one disk: the server's data directory, a store without a server, the bare file. */
export async function benchStore(bench: Bench): Promise<readonly Figure[]> {
  const { lifetimes, directory, profileDir } = bench
  const nodeArgs = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]
  const server = await lifetimes.start(() =>
    startTributary({ dataDir: join(directory, 'store-data'), logPath: join(directory, 'store.log'), nodeArgs }),
  )
  const wire = await lifetimes.start(() => Wire.signIn(server, writers))
  const bare = await lifetimes.start(() => new BareSqlite(join(directory, 'bare.db')))
  const base = `/v2.0/${server.account.projectId}/datasource/enhanced-connections`
  const figures = [...(await benchCreates(bench, wire, base, bare)), await benchHosts(bench, wire, base, bare)]
  await server.stop()
  return figures
}

async function benchCreates({ say, lifetimes, directory }: Bench, wire: Wire, base: string, bare: BareSqlite): Promise<readonly Figure[]> {
  const path = join(directory, 'store.db')
  const store = await lifetimes.start(() => Store.open({ path, sealingKey: randomBytes(32) }))
  const project = await insertProject(store)
  await insertConnection(store, project)
  const same = await lifetimes.start(() => new BareConnections(join(directory, 'bare-connections.db'), path))
  const row = JSON.stringify({ ...newConnection(project), hosts: fewHosts })
  const measures = {
    'over HTTP': () => perSecond(createsPerRound, writers, () => wire.call('POST', base, createBody())),
    store: () => perSecond(createsPerRound, 1, () => insertConnection(store, project)),
    'same rows': () => perSecond(createsPerRound, 1, async () => same.commit()),
    'one row': () => perSecond(createsPerRound, 1, async () => bare.commit(row)),
  }
  await inTurn(say, 'store: warming up', 1, measures)
  const values = await inTurn(say, 'store: durable creates', rounds, measures)
  const beside = {
    same: { what: 'bare SQLite, the same rows and indexes', values: values['same rows'] },
    one: { what: 'bare SQLite, one row of as many bytes', values: values['one row'] },
  }
  const overHttp = { what: `create a connection over HTTP, ${writers} at once`, unit: '/s', ours: values['over HTTP'] } as const
  const alone = { what: 'insert a connection, store alone', unit: '/s', ours: values.store } as const
  return [
    { ...overHttp, baseline: beside.same, goal: { ratio: 0.6 } },
    { ...overHttp, baseline: beside.one },
    { ...alone, baseline: beside.same },
    { ...alone, baseline: beside.one },
  ]
}

/** The lists take turns, so that no call finds what it brings. */
async function benchHosts({ say }: Bench, wire: Wire, base: string, bare: BareSqlite): Promise<Figure> {
  const created = JSON.parse(await wire.call('POST', base, createBody())) as { connection_id: string }
  const bodies = [hostsBody(1), hostsBody(2)]
  let turn = 0
  const next = (): string => bodies[turn++ % bodies.length] as string
  const measures = {
    PUT: () => msPer(putsPerRound, () => wire.call('PUT', `${base}/${created.connection_id}`, next())),
    'JSON.parse + commit': () => msPer(putsPerRound, async () => commitParsed(bare, next())),
  }
  await inTurn(say, 'store: warming up', 1, measures)
  const values = await inTurn(say, `store: ${hostCount} hosts`, rounds, measures)
  const baseline = { what: 'JSON.parse + one commit', values: values['JSON.parse + commit'] }
  return { what: `PUT ${hostCount.toLocaleString('en-US')} hosts over HTTP`, unit: 'ms', ours: values.PUT, baseline, goal: { ratio: 0.5 } }
}

function commitParsed(bare: BareSqlite, body: string): void {
  const { hosts } = JSON.parse(body) as { hosts: readonly unknown[] }
  if (hosts.length !== hostCount) throw new Error('the body lost hosts')
  bare.commit(body)
}

function createBody(): string {
  const { name, vpcId, subnetId } = newConnection('' as Parameters<typeof newConnection>[0])
  return JSON.stringify({ name, dest_vpc_id: vpcId, dest_network_id: subnetId, hosts: fewHosts })
}

function hostsBody(seed: number): string {
  const hosts = Array.from({ length: hostCount }, (_, at) => ({
    name: `node-${seed}-${at}.${randomUUID().slice(0, 8)}.example`,
    ip: `10.${70 + seed}.${at >> 8}.${at & 255}`,
  }))
  return JSON.stringify({ hosts })
}

async function perSecond(count: number, workers: number, act: () => Promise<unknown>): Promise<number> {
  let left = count
  const work = async (): Promise<void> => {
    while (left-- > 0) await act()
  }
  return (count * 1000) / (await timed(() => Promise.all(Array.from({ length: workers }, work))))
}

async function msPer(count: number, act: () => Promise<unknown>): Promise<number> {
  const total = await timed(async () => {
    for (let done = 0; done < count; done++) await act()
  })
  return total / count
}
