// Users of a domain, with the hash of their password; the hash leaves through `findLogin` alone.

import type { Domain, DomainId, User, UserId, UserProfile } from '@tributary/rules'
import type { Kysely } from 'kysely'
import { ownedTables } from './ownership.ts'
import type { Schema } from './schema.ts'
import type { UserTable } from './schema/identity.ts'

/** What checking a password needs. */
export interface Login {
  readonly user: User
  readonly domain: Domain
  readonly passwordHash: string
  readonly passwordVersion: number
}

/** A user's columns under names of their own, for joins. */
export interface UserColumns {
  readonly user_id: string
  readonly user_name: string
  readonly is_owner: number
  readonly is_domain_admin: number
  readonly user_created_at: number
  readonly domain_id: string
  readonly domain_name: string
  readonly domain_created_at: number
}

/** What {@link toIdentityParts} wants to be selected from `users` joined with `domains`. */
export const userColumns = [
  'users.id as user_id',
  'users.name as user_name',
  'users.is_owner as is_owner',
  'users.is_domain_admin as is_domain_admin',
  'users.created_at as user_created_at',
  'domains.id as domain_id',
  'domains.name as domain_name',
  'domains.created_at as domain_created_at',
] as const

/** Reads and writes users. */
export class Users {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** By id, or by name inside a domain; one that is switched off is not found. */
  async findLogin(by: { readonly id: string } | { readonly domainId: DomainId; readonly name: string }): Promise<Login | undefined> {
    const rows = this.#db
      .selectFrom('users')
      .innerJoin('domains', 'domains.id', 'users.domain_id')
      .select(userColumns)
      .select(['users.password_hash', 'users.password_version'])
      .where('users.is_enabled', '=', 1)
    const found =
      'id' in by ? rows.where('users.id', '=', by.id) : rows.where('users.domain_id', '=', by.domainId).where('users.name', '=', by.name)
    const row = await found.executeTakeFirst()
    if (row === undefined) return undefined
    return { ...toIdentityParts(row), passwordHash: row.password_hash, passwordVersion: row.password_version }
  }

  /** The installation's owner: the first one, `undefined` before the first start. */
  async findOwner(): Promise<{ readonly user: User; readonly domain: Domain } | undefined> {
    const row = await this.#db
      .selectFrom('users')
      .innerJoin('domains', 'domains.id', 'users.domain_id')
      .select(userColumns)
      .where('users.is_owner', '=', 1)
      .orderBy('users.created_at')
      .limit(1)
      .executeTakeFirst()
    return row === undefined ? undefined : toIdentityParts(row)
  }

  /** Of whatever domain, switched off or not. */
  async findProfile(id: string): Promise<UserProfile | undefined> {
    const row = await this.#db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toProfile(row)
  }

  /** Users of a domain by name. @param filter - `name` exactly */
  async list(
    domainId: DomainId,
    filter: { readonly name?: string | undefined; readonly id?: UserId | undefined; readonly isEnabled?: boolean | undefined } = {},
  ): Promise<readonly UserProfile[]> {
    let rows = this.#db.selectFrom('users').selectAll().where('domain_id', '=', domainId)
    if (filter.name !== undefined) rows = rows.where('name', '=', filter.name)
    if (filter.id !== undefined) rows = rows.where('id', '=', filter.id)
    if (filter.isEnabled !== undefined) rows = rows.where('is_enabled', '=', filter.isEnabled ? 1 : 0)
    return (await rows.orderBy('name').execute()).map(toProfile)
  }

  /** Writes name, description, whether it is switched on, and whether it administers its domain. What it owns shows the new name. */
  async update({ id, name, description, isEnabled, isDomainAdmin }: UserProfile): Promise<void> {
    await this.#db
      .updateTable('users')
      .set({ name, description, is_enabled: isEnabled ? 1 : 0, is_domain_admin: isDomainAdmin ? 1 : 0 })
      .where('id', '=', id)
      .execute()
    for (const table of ownedTables) {
      await this.#db.updateTable(table).set({ owner_name: name }).where('owner_id', '=', id).where('owner_name', '!=', name).execute()
    }
  }

  /** Sets a password; every token that was issued before is over with it. */
  async updatePassword(id: UserId, passwordHash: string): Promise<void> {
    await this.#db
      .updateTable('users')
      .set((of) => ({ password_hash: passwordHash, password_version: of('password_version', '+', 1) }))
      .where('id', '=', id)
      .execute()
  }

  /** Removes a user with its roles, keys and tokens. What it owned is nobody's from then on, and goes on showing its name. */
  async remove(id: UserId): Promise<void> {
    for (const table of ownedTables) await this.#db.updateTable(table).set({ owner_id: null }).where('owner_id', '=', id).execute()
    await this.#db.deleteFrom('users').where('id', '=', id).execute()
  }

  /** The caller has checked that the name is free in its domain. */
  async insert(user: User & Partial<UserProfile>, passwordHash: string): Promise<void> {
    await this.#db
      .insertInto('users')
      .values({
        id: user.id,
        domain_id: user.domainId,
        name: user.name,
        password_hash: passwordHash,
        password_version: 1,
        is_owner: user.isOwner ? 1 : 0,
        is_domain_admin: user.isDomainAdmin ? 1 : 0,
        description: user.description ?? '',
        is_enabled: user.isEnabled === false ? 0 : 1,
        created_at: user.createdAt,
      })
      .execute()
  }
}

function toProfile(row: UserTable): UserProfile {
  return {
    id: row.id as UserId,
    domainId: row.domain_id as DomainId,
    name: row.name,
    isOwner: row.is_owner === 1,
    isDomainAdmin: row.is_domain_admin === 1,
    createdAt: row.created_at,
    description: row.description,
    isEnabled: row.is_enabled === 1,
  }
}

/** The user and the domain in a joined row. */
export function toIdentityParts(row: UserColumns): { readonly user: User; readonly domain: Domain } {
  const domainId = row.domain_id as DomainId
  return {
    user: {
      id: row.user_id as UserId,
      domainId,
      name: row.user_name,
      isOwner: row.is_owner === 1,
      isDomainAdmin: row.is_domain_admin === 1,
      createdAt: row.user_created_at,
    },
    domain: { id: domainId, name: row.domain_name, createdAt: row.domain_created_at },
  }
}
