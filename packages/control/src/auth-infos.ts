// Auth-infos: stored credentials for sources. Secrets go in, and come out for the runner of a job alone.

import {
  type AuthInfo,
  type AuthInfoChanges,
  type AuthInfoDraft,
  type AuthInfoId,
  type AuthInfoSecrets,
  type Caller,
  checkAuthInfoDraft,
  checkNewAuthInfo,
  noAuthInfo,
  ownedBy,
  type ProjectId,
  ServiceError,
  updateAuthInfo,
  say,
} from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import type { Deps } from './deps.ts'
import { requireAuthInfoPrivilege } from './object-grants.ts'

/** Which auth-infos a list shows; `name` exact. */
export interface AuthInfoListing {
  readonly name?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** The use cases of auth-infos. */
export function authInfos({ store, clock, newId }: Deps) {
  return {
    /** @throws {ServiceError} `invalid`, `conflict` */
    async create(caller: Caller, draft: AuthInfoDraft): Promise<AuthInfo> {
      const { info, secrets } = checkAuthInfoDraft(draft)
      const now = clock()
      const created: AuthInfo = {
        ...info,
        id: newId() as AuthInfoId,
        projectId: caller.project,
        ...ownedBy(caller.user),
        createdAt: now,
        updatedAt: now,
      }
      await store.transaction(async (tx) => {
        checkNewAuthInfo(info.name, await tx.authInfos.find(caller.project, info.name))
        await tx.authInfos.insert(created, secrets)
      })
      return created
    },

    /** Oldest first; `total` counts every match. @throws {ServiceError} `invalid` */
    async list(
      caller: Caller,
      { name, limit = 100, offset = 0 }: AuthInfoListing,
    ): Promise<{ readonly total: number; readonly authInfos: readonly AuthInfo[] }> {
      if (![limit, offset].every((value) => Number.isSafeInteger(value) && value >= 0)) {
        throw new ServiceError('invalid', say`limit and offset are whole numbers from 0`)
      }
      return store.authInfos.list(caller.project, { name, limit, offset })
    },

    /** Absent or empty members keep what is there. @throws {ServiceError} `notFound`, `invalid`, `forbidden` to who was not granted it */
    async update(caller: Caller, name: string, changes: AuthInfoChanges): Promise<AuthInfo> {
      return store.transaction(async (tx) => {
        const before = await getAuthInfo(tx, caller.project, name)
        await requireAuthInfoPrivilege(tx, before, caller, 'UPDATE_AUTH')
        const { info, secrets } = updateAuthInfo(before, await tx.authInfos.secrets(before.id), changes)
        const updated = { ...info, updatedAt: clock() }
        await tx.authInfos.update(updated, secrets)
        return updated
      })
    },

    /** @throws {ServiceError} `notFound`, `forbidden` to who was not granted it */
    async remove(caller: Caller, name: string): Promise<void> {
      await store.transaction(async (tx) => {
        const info = await getAuthInfo(tx, caller.project, name)
        await requireAuthInfoPrivilege(tx, info, caller, 'DROP_AUTH')
        await tx.objectGrants.removeOf(info.id)
        await tx.authInfos.remove(info.id)
      })
    },

    /** For the runner of a job; no route calls this. @throws {ServiceError} `notFound` */
    async secretsFor(projectId: ProjectId, name: string): Promise<{ readonly info: AuthInfo; readonly secrets: AuthInfoSecrets }> {
      const info = await getAuthInfo(store, projectId, name)
      return { info, secrets: await store.authInfos.secrets(info.id) }
    },
  }
}

async function getAuthInfo(from: Pick<Repositories, 'authInfos'>, projectId: ProjectId, name: string): Promise<AuthInfo> {
  const found = await from.authInfos.find(projectId, name)
  if (found === undefined) throw noAuthInfo(name)
  return found
}
