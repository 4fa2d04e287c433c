// Fills a store with connections without going through a server: for the store's own speed, and for a start on much data.

import { randomUUID } from 'node:crypto'
import type { Connection, ConnectionId, DomainId, HostEntry, ProjectId, SubnetId, VpcId } from '@tributary/rules'
import type { Store } from '@tributary/store'

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
