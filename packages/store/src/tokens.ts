// Tokens, by the hash of their text; the text itself is nowhere.

import type { Domain, ProjectId, User, UserId } from '@tributary/rules'
import { compiled } from './compiled.ts'
import type { Database } from './database.ts'
import type { TokenTable } from './schema/identity.ts'
import { toIdentityParts, type UserColumns, userColumns } from './users.ts'

/** A token without its text. */
export interface TokenRecord {
  readonly hash: string
  readonly userId: UserId
  /** Without one it is scoped to its user's domain. */
  readonly projectId: ProjectId | undefined
  readonly method: 'password' | 'token'
  /** Of the password when the token was issued. */
  readonly passwordVersion: number
  readonly issuedAt: number
  readonly expiresAt: number
}

/** A token, whose it is, and the version that the user's password has now. */
export interface FoundToken {
  readonly token: TokenRecord
  readonly user: User
  readonly domain: Domain
  readonly currentPasswordVersion: number
}

const findToken = compiled<{ hash: string }, TokenTable & UserColumns & { current_password_version: number }>((db, slot) =>
  db
    .selectFrom('tokens')
    .innerJoin('users', 'users.id', 'tokens.user_id')
    .innerJoin('domains', 'domains.id', 'users.domain_id')
    .selectAll('tokens')
    .select(userColumns)
    .select('users.password_version as current_password_version')
    .where('tokens.hash', '=', slot('hash'))
    .where('users.is_enabled', '=', 1),
)

/** Reads and writes tokens. */
export class Tokens {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** One indexed read; an expired token is found too, one of a user who is switched off is not. */
  async find(hash: string): Promise<FoundToken | undefined> {
    const [row] = await findToken(this.#db, { hash })
    if (row === undefined) return undefined
    return { token: toToken(row), ...toIdentityParts(row), currentPasswordVersion: row.current_password_version }
  }

  /** Remembers a token that was just made. */
  async insert(token: TokenRecord): Promise<void> {
    await this.#db
      .insertInto('tokens')
      .values({
        hash: token.hash,
        user_id: token.userId,
        project_id: token.projectId ?? null,
        method: token.method,
        password_version: token.passwordVersion,
        issued_at: token.issuedAt,
        expires_at: token.expiresAt,
      })
      .execute()
  }

  /** Ends a token; one that is not there is fine. */
  async remove(hash: string): Promise<void> {
    await this.#db.deleteFrom('tokens').where('hash', '=', hash).execute()
  }

  /** Forgets tokens that expired before a time. */
  async removeExpired(before: number): Promise<void> {
    await this.#db.deleteFrom('tokens').where('expires_at', '<', before).execute()
  }
}

function toToken(row: TokenTable): TokenRecord {
  return {
    hash: row.hash,
    userId: row.user_id as UserId,
    projectId: (row.project_id ?? undefined) as ProjectId | undefined,
    method: row.method as TokenRecord['method'],
    passwordVersion: row.password_version,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
  }
}
