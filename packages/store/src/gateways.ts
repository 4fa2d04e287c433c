// Gateways, by project and VPC.

import type { Gateway, ProjectId, VpcId } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** Reads and writes gateways. */
export class Gateways {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** The gateway of a VPC, if the owner attached one. */
  async find(projectId: ProjectId, vpcId: VpcId): Promise<Gateway | undefined> {
    const row = await this.#db
      .selectFrom('gateways')
      .select(['body', 'version'])
      .where('project_id', '=', projectId)
      .where('vpc_id', '=', vpcId)
      .executeTakeFirst()
    return row === undefined ? undefined : toGateway(row.body, row.version)
  }

  /** Attaches a gateway in place of an earlier one. @param gateway - its version is one more than the earlier one's */
  async put(projectId: ProjectId, vpcId: VpcId, gateway: Gateway, at: number): Promise<void> {
    const { version, ...rest } = gateway
    const row = { body: JSON.stringify(rest), version, updated_at: at }
    await this.#db
      .insertInto('gateways')
      .values({ project_id: projectId, vpc_id: vpcId, ...row })
      .onConflict((on) => on.columns(['project_id', 'vpc_id']).doUpdateSet(row))
      .execute()
  }

  /** Detaches a gateway; one that is not there is fine. */
  async remove(projectId: ProjectId, vpcId: VpcId): Promise<void> {
    await this.#db.deleteFrom('gateways').where('project_id', '=', projectId).where('vpc_id', '=', vpcId).execute()
  }
}

/** The gateway in a row: `undefined` members are not kept by JSON, so `dns` is filled in. */
export function toGateway(body: string, version: number): Gateway {
  return { dns: undefined, ...(JSON.parse(body) as Omit<Gateway, 'version' | 'dns'>), version }
}
