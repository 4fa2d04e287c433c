// Fills a store with connections without going through a server: for the store's own speed, and for a start on much data.

import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
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

/** Writes many, a thousand to a transaction. */
export async function fillConnections(store: Store, projectId: ProjectId, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1000) {
    await store.transaction(async (tx) => {
      for (let index = done; index < Math.min(count, done + 1000); index++) await tx.connections.insert(newConnection(projectId), fewHosts)
    })
  }
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
export async function fillDataDirectory(dataDir: string, fill: (store: Store, projectId: ProjectId) => Promise<void>): Promise<void> {
  const server = await startTributary({ dataDir })
  await server.stop()
  const sealingKey = Buffer.from((await readFile(join(dataDir, 'sealing.key'), 'utf8')).trim(), 'base64')
  await using store = await Store.open({ path: join(dataDir, 'tributary.db'), sealingKey })
  await fill(store, sampleAccount.projectId as ProjectId)
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
