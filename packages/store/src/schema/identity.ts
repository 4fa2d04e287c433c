// Who there is and what they did: accounts, people, their keys and tokens, quotas and the audit.

import type { Generated } from 'kysely'

/** A row of `domains`; times are ms since the epoch. */
export interface DomainTable {
  readonly id: string
  readonly name: string
  readonly created_at: number
}

/** A row of `projects`; times are ms since the epoch. */
export interface ProjectTable {
  readonly id: string
  readonly domain_id: string
  readonly name: string
  readonly created_at: number
  readonly description: string
}

/** A row of `users`; flags are 0 or 1, times are ms since the epoch. */
export interface UserTable {
  readonly id: string
  readonly domain_id: string
  readonly name: string
  readonly password_hash: string
  readonly password_version: number
  readonly is_owner: number
  readonly is_domain_admin: number
  readonly created_at: number
  readonly description: string
  readonly is_enabled: number
}

/** A row of `roles`. */
export interface RoleTable {
  readonly user_id: string
  readonly project_id: string
  readonly role: string
}

/** A row of `access_keys`; times are ms since the epoch. */
export interface AccessKeyTable {
  readonly access_key: string
  readonly user_id: string
  readonly sealed_secret: string
  readonly created_at: number
  readonly description: string
  readonly is_active: number
}

/** A row of `tokens`; times are ms since the epoch. */
export interface TokenTable {
  readonly hash: string
  readonly user_id: string
  readonly project_id: string | null
  readonly method: string
  readonly password_version: number
  readonly issued_at: number
  readonly expires_at: number
}

/** A row of `installation`. */
export interface InstallationTable {
  readonly name: string
  readonly value: number
}

/** A row of `quotas`. */
export interface QuotaTable {
  readonly project_id: string
  readonly kind: string
  readonly most: number
}

/** A row of `audit`; `at` is ms since the epoch, ids grow. */
export interface AuditTable {
  readonly id: Generated<number>
  readonly at: number
  readonly kind: string
  readonly user_id: string
  readonly user_name: string
  readonly action: string
  readonly project_id: string
  readonly resource: string
  readonly outcome: string
  readonly request_id: string
  readonly address: string
}

/** Their names in the database. */
export interface IdentitySchema {
  readonly domains: DomainTable
  readonly projects: ProjectTable
  readonly users: UserTable
  readonly roles: RoleTable
  readonly access_keys: AccessKeyTable
  readonly tokens: TokenTable
  readonly installation: InstallationTable
  readonly quotas: QuotaTable
  readonly audit: AuditTable
}
