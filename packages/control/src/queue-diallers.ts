// Diallers of this process that stand beside a queue's engines for a moment, for tests and the doctor: they follow its network, so that a cut reaches them too.

import type { Driver } from '@tributary/fabric'
import { QueueDialer } from '@tributary/fabric/dial'
import type { QueueId, QueueNetwork } from '@tributary/rules'

interface Place {
  /** The newest network that was applied since the place was taken. */
  newest: QueueNetwork | undefined
  dialler: QueueDialer | undefined
}

/** All diallers that stand now, by queue. */
export class QueueDiallers {
  readonly #places = new Map<QueueId, Set<Place>>()

  /** A driver that tells these diallers of a network before it applies it. */
  besides(driver: Driver): Driver {
    return {
      observe: (queueId) => driver.observe(queueId),
      apply: async (queueId, network) => {
        this.#apply(queueId, network)
        await driver.apply(queueId, network)
      },
    }
  }

  /**
   * Works with a dialler of a queue, whose sockets end with the work.
   * @param networkOf - the network it begins with; a newer one that is applied meanwhile counts more
   */
  async use<Value>(
    queueId: QueueId,
    networkOf: (queueId: QueueId) => Promise<QueueNetwork>,
    work: (dialler: QueueDialer) => Promise<Value>,
  ): Promise<Value> {
    // Taken before the network is read, so that no change falls in between.
    const place: Place = { newest: undefined, dialler: undefined }
    const places = this.#places.get(queueId) ?? new Set()
    this.#places.set(queueId, places.add(place))
    try {
      await using dialler = new QueueDialer(await networkOf(queueId))
      place.dialler = dialler
      if (place.newest !== undefined) dialler.apply(place.newest)
      return await work(dialler)
    } finally {
      places.delete(place)
      if (places.size === 0 && this.#places.get(queueId) === places) this.#places.delete(queueId)
    }
  }

  #apply(queueId: QueueId, network: QueueNetwork): void {
    for (const place of this.#places.get(queueId) ?? []) {
      place.newest = network
      place.dialler?.apply(network)
    }
  }
}
