// Networks of queues as jobs ask for them, kept for as long as nothing has changed of which any network is made: a job asks three times.

import type { QueueId, QueueNetwork } from '@tributary/rules'
import type { Deps } from './deps.ts'

/** How many networks are kept, those used last; a larger one is composed each time. */
const mostNetworks = 64
const mostHosts = 1_000

interface Known {
  readonly version: number
  readonly forbidden: string
  readonly network: QueueNetwork
}

type Part = Pick<Deps, 'store' | 'forbidden' | 'settings'>

/** The networks that were asked for last. */
export class KnownNetworks {
  readonly #deps: Part
  readonly #find: (id: QueueId) => Promise<QueueNetwork>
  readonly #known = new Map<QueueId, Known>()

  /** @param find - composes a network as the store says */
  constructor(deps: Part, find: (id: QueueId) => Promise<QueueNetwork>) {
    this.#deps = deps
    this.#find = find
  }

  /** The network that a queue should have now. @throws {ServiceError} `notFound` when there is no such queue */
  async of(id: QueueId): Promise<QueueNetwork> {
    // Where delays are rehearsed a network changes with the time alone.
    if (this.#deps.settings.timing !== 'instant') return await this.#find(id)
    const version = this.#deps.store.networkVersion
    const forbidden = JSON.stringify(this.#deps.forbidden())
    const known = this.#known.get(id)
    if (known?.version === version && known.forbidden === forbidden) return known.network
    const network = await this.#find(id)
    this.#keep(id, { version, forbidden, network })
    return network
  }

  #keep(id: QueueId, known: Known): void {
    this.#known.delete(id)
    const hosts = known.network.peerings.reduce((sum, { hosts: own }) => sum + own.length, 0)
    if (hosts > mostHosts) return
    this.#known.set(id, known)
    const [oldest] = this.#known.keys()
    if (this.#known.size > mostNetworks && oldest !== undefined) this.#known.delete(oldest)
  }
}
