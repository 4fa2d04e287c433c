// Custom routes of enhanced connections: added and removed while queues are bound.

import { type Caller, checkNewRoute, checkRouteDraft, type ConnectionRouteDraft, noRoute } from '@tributary/rules'
import type { Deps } from './deps.ts'
import { listBound, settleBindings, settleCuts } from './settling.ts'

/** The use cases of routes; they are read with their connection. */
export function connectionRoutes(deps: Deps) {
  const { store, clock } = deps
  return {
    /** Dials that follow go by it. @throws {ServiceError} `invalid`, `notFound` connection, `conflict` for a name or block that is there, `exhausted` */
    async create(caller: Caller, connectionId: string, draft: ConnectionRouteDraft): Promise<void> {
      const parts = checkRouteDraft(draft)
      const bound = await store.transaction(async (tx) => {
        const { id } = await tx.connections.getLive(caller.project, connectionId)
        checkNewRoute(parts, (await tx.connectionRoutes.list([id])).get(id) ?? [])
        await tx.connectionRoutes.insert(id, parts, clock())
        return listBound(tx, id)
      })
      await settleBindings(deps, bound)
    },

    /** When this answers, what travelled by it is cut, unless another route carries it just so. @throws {ServiceError} `notFound` connection or route */
    async remove(caller: Caller, connectionId: string, name: string): Promise<void> {
      const bound = await store.transaction(async (tx) => {
        const { id } = await tx.connections.getLive(caller.project, connectionId)
        if (!(await tx.connectionRoutes.remove(id, name))) throw noRoute(name)
        return listBound(tx, id)
      })
      await settleCuts(deps, bound)
    },
  }
}
