// Accounts, by id and name.

import type { Domain, DomainId } from '@tributary/rules'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import type { DomainTable } from './schema/identity.ts'

/** Reads and writes domains. */
export class Domains {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /** By id or by name, exactly as written. */
  async find(by: { readonly id: string } | { readonly name: string }): Promise<Domain | undefined> {
    const rows = this.#db.selectFrom('domains').selectAll()
    const row = await ('id' in by ? rows.where('id', '=', by.id) : rows.where('name', '=', by.name)).executeTakeFirst()
    return row === undefined ? undefined : toDomain(row)
  }

  /** The caller has checked that the name is free. */
  async insert(domain: Domain): Promise<void> {
    await this.#db.insertInto('domains').values({ id: domain.id, name: domain.name, created_at: domain.createdAt }).execute()
  }
}

function toDomain(row: DomainTable): Domain {
  return { id: row.id as DomainId, name: row.name, createdAt: row.created_at }
}
