// Fills a store with connections without going through a server: for the store's own speed, and for a start on much data.

import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type {
  Connection,
  ConnectionId,
  DomainId,
  HostEntry,
  PeerId,
  ProjectId,
  Queue,
  QueueId,
  Subnet,
  SubnetId,
  Vpc,
  VpcId,
} from '@tributary/rules'
import { Store, type Transaction } from '@tributary/store'
import { sampleAccount, startTributary } from '../servers/tributary.ts'

/** The host records that each connection gets. */
export const fewHosts: readonly HostEntry[] = [1, 2, 3].map((number) => ({ name: `node-${number}.example`, ip: `10.71.0.${number}` }))

/** A live connection that no queue is bound to. */
export function newConnection(projectId: ProjectId): Connection {
  return {
    id: randomUUID() as ConnectionId,
    projectId,
    name: `bench_${randomUUID().replaceAll('-', '_')}`,
    state: 'ACTIVE',
    vpcId: 'a3d1c5f0-0001-4c7e-9a51-6f2b8d0e7101' as VpcId,
    subnetId: '78f2562a-36e4-4b39-95b9-f5aab22e7101' as SubnetId,
    routeTableId: undefined,
    createdAt: Date.now(),
    deletedAt: undefined,
  }
}

/** Writes one connection in a transaction of its own. */
export function insertConnection(store: Store, projectId: ProjectId): Promise<void> {
  return store.transaction((tx) => tx.connections.insert(newConnection(projectId), fewHosts))
}

/** A store to fill, and the file that it lies in. */
export interface Filled {
  readonly store: Store
  readonly projectId: ProjectId
  readonly path: string
}

const fewestByStore = 1000

/** Writes many: the first thousand as the store writes them, the rest as their copies, which SQLite makes in a tenth of the time. */
export async function fillConnections({ store, projectId, path }: Filled, count: number): Promise<void> {
  const first = Math.min(count, fewestByStore)
  await store.transaction(async (tx) => {
    for (let index = 0; index < first; index++) await tx.connections.insert(newConnection(projectId), fewHosts)
  })
  if (count > first) copyConnections(path, projectId, count - first)
}

/**
 * Under ids and names of their own, each a minute older than the one that follows it, so that they lie in the file as lists go; the counter of the list is
 * told. A copy's id follows from its original's and its number.
 */
function copyConnections(path: string, projectId: ProjectId, count: number): void {
  using database = new DatabaseSync(path)
  const rounds = Math.ceil(count / fewestByStore)
  database.exec(`
    create temp table copies as
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${rounds})
      select connections.*, n, printf('%08x', (n * 2654435761) & 4294967295) || substr(id, 9) as copy_id
      from numbers, (select * from connections order by created_at limit ${fewestByStore}) as connections limit ${count};
    begin immediate;
    insert into connections (id, name, project_id, state, vpc_id, subnet_id, created_at)
      select copy_id, name || '_' || n, project_id, state, vpc_id, subnet_id, created_at - (${rounds} - n) * 60000 from copies;
    insert into connection_hosts (connection_id, digest, entries)
      select copy_id, digest, entries from copies join connection_hosts on connection_hosts.connection_id = copies.id;
    commit`)
  const counted = database
    .prepare("update connection_counts set total = total + ? where project_id = ? and state = 'ACTIVE'")
    .run(count, projectId)
  if (counted.changes !== 1) throw new Error('the copies were not counted')
}

/** A project, for a store that no server has started on. */
export async function insertProject(store: Store): Promise<ProjectId> {
  const domain = { id: randomUUID() as DomainId, name: 'bench', createdAt: Date.now() }
  const project = { id: randomUUID().replaceAll('-', '') as ProjectId, domainId: domain.id, name: 'bench', createdAt: Date.now() }
  await store.transaction(async (tx) => {
    await tx.domains.insert(domain)
    await tx.projects.insert(project)
  })
  return project.id
}

/** Makes a data directory with the sample account and has its store filled, while no server runs on it. */
export async function fillDataDirectory(dataDir: string, fill: (filled: Filled) => Promise<void>): Promise<void> {
  const server = await startTributary({ dataDir })
  await server.stop()
  const sealingKey = Buffer.from((await readFile(join(dataDir, 'sealing.key'), 'utf8')).trim(), 'base64')
  const path = join(dataDir, 'tributary.db')
  await using store = await Store.open({ path, sealingKey })
  await fill({ store, projectId: sampleAccount.projectId as ProjectId, path })
}

// So many queues share a VPC, each with a connection of its own.
const queuesPerVpc = 10
const chunk = 1000

/** Writes queues, each bound to a connection whose subnet is there and has a gateway, so that all of them become ACTIVE. */
export async function fillQueues(store: Store, projectId: ProjectId, count: number): Promise<void> {
  for (let done = 0; done < count; done += chunk) {
    await store.transaction(async (tx) => {
      for (let number = done; number < Math.min(count, done + chunk); number++) await insertBoundQueue(tx, projectId, number)
    })
  }
}

async function insertBoundQueue(tx: Transaction, projectId: ProjectId, number: number): Promise<void> {
  const place = Math.floor(number / queuesPerVpc)
  const vpcId = `vpc-${place}` as VpcId
  const subnetId = `subnet-${place}` as SubnetId
  if (number % queuesPerVpc === 0)
    await insertPlace(tx, projectId, { vpcId, subnetId, cidr: `172.${16 + (place >> 8)}.${place & 255}.0/24` })
  const queue = boundQueue(projectId, number)
  const connection = { ...newConnection(projectId), vpcId, subnetId }
  await tx.queues.insert(queue)
  await tx.connections.insert(connection, fewHosts)
  await tx.peerings.ensure(connection, { id: randomUUID() as PeerId, queueId: queue.id, createdAt: Date.now() })
}

async function insertPlace(
  tx: Transaction,
  projectId: ProjectId,
  { vpcId, subnetId, cidr }: { readonly vpcId: VpcId; readonly subnetId: SubnetId; readonly cidr: string },
): Promise<void> {
  const times = { projectId, createdAt: Date.now(), updatedAt: Date.now() }
  const vpc: Vpc = { ...times, id: vpcId, name: vpcId, cidr, extendCidrs: [], description: '', routes: [], enhancedLocalRoute: false }
  const subnet: Subnet = {
    ...times,
    id: subnetId,
    vpcId,
    name: subnetId,
    cidr,
    gatewayIp: cidr.replace('.0/24', '.1'),
    description: '',
    dnsList: [],
    dhcpEnable: true,
    dhcpOptions: [],
    availabilityZone: '',
    neutronSubnetId: subnetId,
  }
  await tx.vpcs.insert(vpc)
  await tx.subnets.insert(subnet)
  await tx.gateways.put(projectId, vpcId, { kind: 'direct', ranges: [cidr], version: 1 } as never, Date.now())
}

function boundQueue(projectId: ProjectId, number: number): Queue {
  return {
    id: randomUUID() as QueueId,
    number: 100_000 + number,
    projectId,
    name: `bench_${number}`,
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
    labels: [],
    owner: sampleAccount.adminUser,
    cidr: `10.${number >> 8}.${number & 255}.0/24`,
    createdAt: Date.now(),
  }
}
