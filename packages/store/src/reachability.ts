// The newest word on the far end of each peering.

import { type PeerId, type PeeringReach, type Reachability as Known, textFromJson, textToJson } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import type { ReachabilityTable } from './schema/connections.ts'

/** Reads and writes what is known of peerings. */
export class Reachability {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** By peering; one that nobody has gone through is absent. */
  async list(peerIds: readonly PeerId[]): Promise<ReadonlyMap<PeerId, Known>> {
    if (peerIds.length === 0) return new Map()
    const rows = await this.#db.selectFrom('reachability').selectAll().where('peer_id', 'in', peerIds).execute()
    return new Map(
      rows.map(({ peer_id, state, rung, message, observed_at: at }) => [
        peer_id as PeerId,
        { state: state as Known['state'], rung: rung as Known['rung'], message: textFromJson(message), at },
      ]),
    )
  }

  /** Writes a newer word; an older one changes nothing. */
  async put({ peerId, state, rung, message }: PeeringReach, at: number): Promise<void> {
    const values: Omit<ReachabilityTable, 'peer_id'> = { state, rung, message: textToJson(message), observed_at: at }
    await this.#db
      .insertInto('reachability')
      .values({ peer_id: peerId, ...values })
      .onConflict((on) => on.column('peer_id').doUpdateSet(values).where('reachability.observed_at', '<=', at))
      .execute()
  }

  /** Forgets peerings that are no more. */
  async removeOrphans(): Promise<void> {
    await this.#db
      .deleteFrom('reachability')
      .where('peer_id', 'not in', this.#db.selectFrom('peerings').select('id'))
      .where('peer_id', 'not in', this.#db.selectFrom('pool_peerings').select('id'))
      .execute()
  }
}
