// Properties of queues: set, read, unset.

import { type Caller, checkQueueProperties, propertyKeyOf, type QueueProperty, ServiceError, shownProperties, say } from '@tributary/rules'
import type { Deps } from './deps.ts'
import { requirePrivilege } from './queue-grants.ts'
import { getQueue } from './queues.ts'

/** The use cases of queue properties. Names of queues come in any case. */
export function queueProperties({ store }: Deps) {
  return {
    /** Sets what is sent, all or nothing; the rest stays. @throws {ServiceError} `notFound`, `invalid`, `unsupported`, `forbidden` */
    async put(caller: Caller, name: string, properties: Readonly<Record<string, unknown>>): Promise<void> {
      await store.transaction(async (tx) => {
        const queue = await getQueue(tx, caller.project, name)
        await requirePrivilege(tx, queue, caller, 'SCALE_QUEUE')
        await tx.queueProperties.put(queue.id, checkQueueProperties(queue, properties))
      })
    },

    /** Only what has been set, by key. @throws {ServiceError} `notFound` */
    async list(
      caller: Caller,
      name: string,
      { limit = 100, offset = 0 }: { readonly limit?: number | undefined; readonly offset?: number | undefined } = {},
    ): Promise<readonly QueueProperty[]> {
      const queue = await getQueue(store, caller.project, name)
      return shownProperties(await store.queueProperties.list(queue.id)).slice(offset, offset + limit)
    },

    /** Keys that were never set are fine. @throws {ServiceError} `notFound`, `invalid` without any, `forbidden` */
    async remove(caller: Caller, name: string, keys: readonly string[]): Promise<void> {
      if (keys.length === 0) throw new ServiceError('invalid', say`keys is empty: name at least one property`)
      await store.transaction(async (tx) => {
        const queue = await getQueue(tx, caller.project, name)
        await requirePrivilege(tx, queue, caller, 'SCALE_QUEUE')
        await tx.queueProperties.remove(queue.id, keys.map(propertyKeyOf))
      })
    },
  }
}
