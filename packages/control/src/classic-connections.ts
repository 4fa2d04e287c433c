// Classic connections: relays under stable names, created, read, listed, bound and unbound, reactivated, deleted.

import { randomBytes, randomInt } from 'node:crypto'
import {
  type Caller,
  checkBindable,
  checkClassicConnectionDraft,
  checkNewClassicConnection,
  type ClassicAddress,
  type ClassicBinding,
  type ClassicConnection,
  type ClassicConnectionDraft,
  type ClassicConnectionParts,
  classicName,
  type ConnectionId,
  noClassicConnection,
  type PeerId,
  type ProjectId,
  type QueueId,
  say,
  ServiceError,
  silence,
  type Tag,
} from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import type { Deps } from './deps.ts'
import { getQueue } from './queues.ts'
import { settleCuts } from './settling.ts'

/** A classic connection with the queues that may use it, oldest binding first. */
export interface ClassicConnectionView {
  readonly connection: ClassicConnection
  readonly bindings: readonly ClassicBinding[]
}

/** The use cases of classic connections. */
export function classicConnections(deps: Deps) {
  return { ...lives(deps), ...bindings(deps) }
}

function lives(deps: Deps) {
  const { store, clock, settings } = deps
  return {
    /** Waits a moment for it to settle. @throws {ServiceError} `invalid`, `conflict` carrying the id of the live one of that name */
    async create(caller: Caller, draft: ClassicConnectionDraft): Promise<ClassicConnection> {
      const parts = checkClassicConnectionDraft(draft)
      const connection = newConnection(deps, caller.project, parts)
      await store.transaction(async (tx) => {
        checkNewClassicConnection(parts.name, await tx.classicConnections.findByName(caller.project, parts.name))
        await tx.classicConnections.insert(connection)
        await tx.tags.put({ projectId: caller.project, kind: 'classicConnection', id: connection.id }, parts.tags)
      })
      await settleConnection(deps, connection.id)
      return (await store.classicConnections.find(caller.project, connection.id)) ?? connection
    },

    /** Oldest first, deleted ones for a while too; those that carry all of the tags. */
    async list(caller: Caller, { tags }: { readonly tags?: readonly Tag[] | undefined } = {}): Promise<readonly ClassicConnectionView[]> {
      return viewAll(store, await store.classicConnections.list(caller.project, clock() - settings.tombstoneMs, tags))
    },

    /** A deleted one reads as DELETED for a while. @throws {ServiceError} `notFound` */
    async get(caller: Caller, id: string): Promise<ClassicConnectionView> {
      const connection = await store.classicConnections.find(caller.project, id)
      const isOver = connection?.state === 'DELETED' && connection.updatedAt + settings.tombstoneMs <= clock()
      if (connection === undefined || isOver) throw noClassicConnection(id)
      const [view] = await viewAll(store, [connection])
      return view as ClassicConnectionView
    },

    /** When this answers, its relays are cut. @throws {ServiceError} `notFound` */
    async remove(caller: Caller, id: string): Promise<void> {
      const cut = await store.transaction(async (tx) => {
        const connection = await tx.classicConnections.getLive(caller.project, id)
        await tx.classicConnections.settle(connection.id, 'DELETED', silence, clock())
        return tx.classicConnections.removeBindings(connection.id)
      })
      await settleCuts(deps, cut)
    },
  }
}

function bindings(deps: Deps) {
  const { store, clock } = deps
  return {
    /** Queues that are bound already stay as they are. @throws {ServiceError} `notFound` connection or queue, `unsupported` for a shared queue, `invalid` */
    async bind(caller: Caller, id: string, queues: readonly string[]): Promise<void> {
      checkNamed(queues)
      const connection = await store.transaction(async (tx) => {
        const found = await tx.classicConnections.getLive(caller.project, id)
        for (const name of queues) {
          const queue = await getQueue(tx, caller.project, name)
          checkBindable(queue)
          await tx.classicConnections.include(found.id, queue.id)
          await tx.classicConnections.ensureBinding(deps.newId() as PeerId, found.id, queue.id, clock())
        }
        return found
      })
      await settleConnection(deps, connection.id)
    },

    /** When this answers, the relays are cut in these queues; they are not bound by themselves again. @throws {ServiceError} `notFound`, `invalid` */
    async unbind(caller: Caller, id: string, queues: readonly string[]): Promise<void> {
      checkNamed(queues)
      const { connection, cut } = await store.transaction(async (tx) => {
        const found = await tx.classicConnections.getLive(caller.project, id)
        const removed: QueueId[] = []
        for (const name of queues) {
          const queue = await getQueue(tx, caller.project, name)
          if (await tx.classicConnections.exclude(found.id, queue.id)) removed.push(queue.id)
        }
        return { connection: found, cut: removed }
      })
      await settleCuts(deps, cut)
      await settleConnection(deps, connection.id)
    },

    /** Has a FAILED connection tried again, from CREATING on; others are left as they are. @throws {ServiceError} `notFound` */
    async reactivate(caller: Caller, id: string): Promise<void> {
      const connection = await store.transaction(async (tx) => {
        const found = await tx.classicConnections.getLive(caller.project, id)
        if (found.state === 'FAILED') await tx.classicConnections.settle(found.id, 'CREATING', silence, clock())
        return found
      })
      await settleConnection(deps, connection.id)
    },
  }
}

/** Waits a moment for a connection to settle; not where delays are rehearsed. */
async function settleConnection({ settings, settle, wake }: Deps, id: ConnectionId): Promise<void> {
  if (settings.timing === 'instant') await settle('classicConnection', id)
  else wake('classicConnection', id)
}

function checkNamed(queues: readonly string[]): void {
  if (queues.length === 0) throw new ServiceError('invalid', say`queues is empty: name at least one`)
}

function newConnection({ newId, clock }: Deps, projectId: ProjectId, parts: ClassicConnectionParts): ClassicConnection {
  const now = clock()
  return {
    id: newId() as ConnectionId,
    projectId,
    name: parts.name,
    service: parts.service,
    securityGroupId: parts.securityGroupId,
    subnetId: parts.subnetId,
    url: parts.url,
    clusterName: parts.clusterName,
    state: 'CREATING',
    errMsg: silence,
    addresses: parts.targets.map((target): ClassicAddress => ({ name: newName(parts.service), port: target.port, target })),
    createdAt: now,
    updatedAt: now,
  }
}

/** Unique by chance: ten digits and eight letters or digits. */
function newName(service: ClassicConnection['service']): string {
  const random = randomBytes(24).toString('base64').replace(/[+/=]/g, '').slice(0, 8)
  return classicName(service, randomInt(1_000_000_000, 9_999_999_999), random)
}

async function viewAll(store: Repositories, found: readonly ClassicConnection[]): Promise<readonly ClassicConnectionView[]> {
  const bindings = Map.groupBy(await store.classicConnections.listBindings(found.map(({ id }) => id)), ({ connectionId }) => connectionId)
  return found.map((connection) => ({ connection, bindings: bindings.get(connection.id) ?? [] }))
}
