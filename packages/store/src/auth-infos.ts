// Auth-infos of a project; their secrets are sealed, and opened for a source alone.

import type { AuthInfo, AuthInfoId, AuthInfoSecrets, AuthInfoType, ProjectId } from '@tributary/rules'
import type { Kysely } from 'kysely'
import { toOwned } from './ownership.ts'
import type { Schema } from './schema.ts'
import type { AuthInfoTable } from './schema/catalog.ts'
import type { Seal } from './seal.ts'

/** Which auth-infos a list shows: name exactly; without `limit` all from `offset` on. */
export interface AuthInfoFilter {
  readonly name?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** Reads and writes auth-infos. */
export class AuthInfos {
  readonly #db: Kysely<Schema>
  readonly #seal: Seal

  constructor(db: Kysely<Schema>, seal: Seal) {
    this.#db = db
    this.#seal = seal
  }

  /** By its exact name, without secrets. */
  async find(projectId: ProjectId, name: string): Promise<AuthInfo | undefined> {
    const row = await this.#db
      .selectFrom('auth_infos')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('name', '=', name)
      .executeTakeFirst()
    return row === undefined ? undefined : toAuthInfo(row)
  }

  /** Oldest first; `total` counts every match, whatever the page. */
  async list(projectId: ProjectId, filter: AuthInfoFilter): Promise<{ readonly total: number; readonly authInfos: readonly AuthInfo[] }> {
    let matching = this.#db.selectFrom('auth_infos').where('project_id', '=', projectId)
    if (filter.name !== undefined) matching = matching.where('name', '=', filter.name)
    const { total } = await matching.select((of) => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
    const rows = await matching
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .limit(filter.limit ?? 2 ** 31 - 1)
      .offset(filter.offset ?? 0)
      .execute()
    return { total, authInfos: rows.map(toAuthInfo) }
  }

  /** Opens the secrets of one; none when it is gone. */
  async secrets(id: AuthInfoId): Promise<AuthInfoSecrets> {
    const row = await this.#db.selectFrom('auth_infos').select('sealed_secrets').where('id', '=', id).executeTakeFirst()
    return row === undefined ? {} : (JSON.parse(this.#seal.open(row.sealed_secrets, place(id))) as AuthInfoSecrets)
  }

  /** The caller has checked that the name is free. */
  async insert(info: AuthInfo, secrets: AuthInfoSecrets): Promise<void> {
    await this.#db
      .insertInto('auth_infos')
      .values({ id: info.id, project_id: info.projectId, created_at: info.createdAt, ...this.#changing(info, secrets) })
      .execute()
  }

  /** Replaces everything but id, project and time of creation. */
  async update(info: AuthInfo, secrets: AuthInfoSecrets): Promise<void> {
    await this.#db.updateTable('auth_infos').set(this.#changing(info, secrets)).where('id', '=', info.id).execute()
  }

  /** Forgets an auth-info and its secrets. */
  async remove(id: AuthInfoId): Promise<void> {
    await this.#db.deleteFrom('auth_infos').where('id', '=', id).execute()
  }

  #changing(info: AuthInfo, secrets: AuthInfoSecrets) {
    return {
      name: info.name,
      type: info.type,
      user_name: info.userName,
      certificate_location: info.certificateLocation,
      krb5_conf: info.krb5Conf,
      keytab: info.keytab,
      truststore_location: info.truststoreLocation,
      keystore_location: info.keystoreLocation,
      allowed_addresses: JSON.stringify(info.allowedAddresses),
      sealed_secrets: this.#seal.seal(JSON.stringify(secrets), place(info.id)),
      owner_name: info.owner,
      owner_id: info.ownerId ?? null,
      updated_at: info.updatedAt,
    }
  }
}

/** Where a sealed value lives: a row's secrets open in that row alone. */
function place(id: string): string {
  return `auth_infos/${id}/secrets`
}

function toAuthInfo(row: AuthInfoTable): AuthInfo {
  return {
    id: row.id as AuthInfoId,
    projectId: row.project_id as ProjectId,
    name: row.name,
    type: row.type as AuthInfoType,
    userName: row.user_name,
    certificateLocation: row.certificate_location,
    krb5Conf: row.krb5_conf,
    keytab: row.keytab,
    truststoreLocation: row.truststore_location,
    keystoreLocation: row.keystore_location,
    allowedAddresses: JSON.parse(row.allowed_addresses) as readonly string[],
    ...toOwned(row),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
