// What a way of moving packets must offer: it is given a queue's whole network, and says what is in force.

import type { QueueId, QueueNetwork } from '@tributary/rules'

/** Two verbs over whole values, never a difference; removing is applying an `emptyNetwork` with the next version. */
export interface Driver {
  /** What is in force for the queue now, `undefined` when nothing has been applied; changes nothing. */
  observe(queueId: QueueId): Promise<QueueNetwork | undefined>
  /**
   * Makes a network so: when this resolves, no packet of the queue travels by an older one. May be repeated; a version older than the last
   * one given is ignored.
   * @throws {ServiceError} `unavailable` when it may work later
   */
  apply(queueId: QueueId, network: QueueNetwork): Promise<void>
}
