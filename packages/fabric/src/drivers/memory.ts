// The driver that moves nothing: it keeps what it is given. For tests of whatever talks to a driver.

import type { QueueId, QueueNetwork } from '@tributary/rules'
import type { Driver } from '../driver.ts'

/** A driver whose networks are in force as soon as they are applied. */
export function memoryDriver(): Driver {
  const networks = new Map<QueueId, QueueNetwork>()
  return {
    observe: async (queueId) => networks.get(queueId),
    apply: async (queueId, network) => {
      const last = networks.get(queueId)
      if (last === undefined || network.version >= last.version) networks.set(queueId, network)
    },
  }
}
