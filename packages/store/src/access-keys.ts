// Access keys: the secret key is sealed, and read to verify a signature.

import type { Domain, User, UserId } from '@tributary/rules'
import { compiled } from './compiled.ts'
import type { Database } from './database.ts'
import type { AccessKeyTable } from './schema/identity.ts'
import type { Seal } from './seal.ts'
import { toIdentityParts, type UserColumns, userColumns } from './users.ts'

/** An access key with its secret, and whose it is. */
export interface FoundAccessKey {
  readonly secretKey: string
  readonly user: User
  readonly domain: Domain
}

/** An access key without its secret, as the IAM calls show it. */
export interface AccessKeyRecord {
  readonly accessKey: string
  readonly userId: UserId
  readonly description: string
  /** A key that is switched off signs nothing. */
  readonly isActive: boolean
  readonly createdAt: number
}

const findKey = compiled<{ accessKey: string }, UserColumns & Pick<AccessKeyTable, 'sealed_secret'>>((db, slot) =>
  db
    .selectFrom('access_keys')
    .innerJoin('users', 'users.id', 'access_keys.user_id')
    .innerJoin('domains', 'domains.id', 'users.domain_id')
    .select(userColumns)
    .select('access_keys.sealed_secret')
    .where('access_keys.access_key', '=', slot('accessKey'))
    .where('access_keys.is_active', '=', 1)
    .where('users.is_enabled', '=', 1),
)

/** Reads and writes access keys. */
export class AccessKeys {
  readonly #db: Database
  readonly #seal: Seal

  constructor(db: Database, seal: Seal) {
    this.#db = db
    this.#seal = seal
  }

  /** One indexed read; a key that is switched off, or whose user is, is not found. */
  async find(accessKey: string): Promise<FoundAccessKey | undefined> {
    const [row] = await findKey(this.#db, { accessKey })
    if (row === undefined) return undefined
    return { ...toIdentityParts(row), secretKey: this.#seal.open(row.sealed_secret, place(accessKey)) }
  }

  /** @param key - `secretKey` is sealed under the access key */
  async insert(key: {
    readonly accessKey: string
    readonly secretKey: string
    readonly userId: UserId
    readonly createdAt: number
    readonly description?: string | undefined
  }): Promise<void> {
    await this.#db
      .insertInto('access_keys')
      .values({
        access_key: key.accessKey,
        user_id: key.userId,
        sealed_secret: this.#seal.seal(key.secretKey, place(key.accessKey)),
        created_at: key.createdAt,
        description: key.description ?? '',
        is_active: 1,
      })
      .execute()
  }

  /** Switched on or off. */
  async findRecord(accessKey: string): Promise<AccessKeyRecord | undefined> {
    const row = await this.#db.selectFrom('access_keys').selectAll().where('access_key', '=', accessKey).executeTakeFirst()
    return row === undefined ? undefined : toRecord(row)
  }

  /** The keys of a user, oldest first. */
  async list(userId: UserId): Promise<readonly AccessKeyRecord[]> {
    const rows = this.#db.selectFrom('access_keys').selectAll().where('user_id', '=', userId)
    return (await rows.orderBy('created_at').orderBy('access_key').execute()).map(toRecord)
  }

  /** Writes description and whether the key is switched on. */
  async update({ accessKey, description, isActive }: AccessKeyRecord): Promise<void> {
    await this.#db
      .updateTable('access_keys')
      .set({ description, is_active: isActive ? 1 : 0 })
      .where('access_key', '=', accessKey)
      .execute()
  }

  /** Ends a key; one that is not there is fine. */
  async remove(accessKey: string): Promise<void> {
    await this.#db.deleteFrom('access_keys').where('access_key', '=', accessKey).execute()
  }
}

function toRecord(row: AccessKeyTable): AccessKeyRecord {
  return {
    accessKey: row.access_key,
    userId: row.user_id as UserId,
    description: row.description,
    isActive: row.is_active === 1,
    createdAt: row.created_at,
  }
}

/** Where a sealed value lives: a row's secret opens in that row alone. */
function place(accessKey: string): string {
  return `access_keys/${accessKey}/secret`
}
