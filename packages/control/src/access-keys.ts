// Access keys: looked up to verify a signature, locked when somebody guesses, made and ended by administrators.

import { checkNewKey, type Identity, ServiceError, type Soon, type UserId, say } from '@tributary/rules'
import type { AccessKeyRecord } from '@tributary/store'
import type { Deps } from './deps.ts'
import { IdentityCache } from './identity-cache.ts'
import { LockOut } from './lock-out.ts'
import { randomAccessKey, randomSecretKey } from './random-keys.ts'
import { getAdministered, getVisible } from './users.ts'

/** What verifying a signature needs, and who made it where it is right. */
export interface AccessKey {
  readonly secretKey: string
  readonly identity: Identity
}

/** A key that was just made: the one time its secret is shown. */
export interface NewAccessKey extends AccessKeyRecord {
  readonly secretKey: string
}

/** The use cases of access keys. */
export function accessKeys(deps: Deps) {
  return { ...verifying(deps), ...managing(deps) }
}

function verifying({ store, clock }: Deps) {
  const lockOut = new LockOut(clock)
  const known = new IdentityCache<AccessKey>(store)
  return {
    /** At most one indexed read, no write. */
    find(accessKey: string): Soon<AccessKey | undefined> {
      return known.find(accessKey, async () => {
        const found = await store.accessKeys.find(accessKey)
        if (found === undefined) return undefined
        const { secretKey, user, domain } = found
        return { secretKey, identity: { user, domain, credential: 'signature', scope: undefined } }
      })
    },

    /** True while no signature of the key is taken from the address, after more than five wrong ones in a row. */
    isLocked(accessKey: string, address: string): boolean {
      return lockOut.isLocked([accessKey, address])
    },

    /** Remembers whether a signature of a key that exists was right. */
    noteSignature(accessKey: string, address: string, isRight: boolean): void {
      if (isRight) lockOut.forgive([accessKey, address])
      else lockOut.addFailure([accessKey, address])
    },
  }
}

function managing(deps: Deps) {
  const { store, clock } = deps
  return {
    /** @throws {ServiceError} `notFound` no such user, `forbidden`, `exhausted` */
    async create(identity: Identity, draft: { readonly userId: string; readonly description?: string | undefined }): Promise<NewAccessKey> {
      const description = checkDescription(draft.description ?? '')
      return store.transaction(async (tx) => {
        const user = await getAdministered(tx, identity, draft.userId)
        checkNewKey(user.id, (await tx.accessKeys.list(user.id)).length)
        const made = { accessKey: randomAccessKey(), secretKey: randomSecretKey(), userId: user.id, createdAt: clock(), description }
        await tx.accessKeys.insert(made)
        return { ...made, isActive: true }
      })
    },

    /** The keys of a user, oldest first. @param userId - the caller itself when it is absent @throws {ServiceError} `notFound` */
    async list(identity: Identity, userId: string = identity.user.id): Promise<readonly AccessKeyRecord[]> {
      const user = await getVisible(store, identity, userId)
      return store.accessKeys.list(user.id)
    },

    /** @throws {ServiceError} `notFound` */
    async get(identity: Identity, accessKey: string): Promise<AccessKeyRecord> {
      const found = await store.accessKeys.findRecord(accessKey)
      if (found === undefined || !(await isVisible(deps, identity, found.userId))) throw noAccessKey(accessKey)
      return found
    },

    /** A key that is switched off signs nothing from the next call on. @throws {ServiceError} `notFound`, `forbidden`, `invalid` */
    async update(
      identity: Identity,
      accessKey: string,
      changes: { readonly description?: string | undefined; readonly isActive?: boolean | undefined },
    ): Promise<AccessKeyRecord> {
      return store.transaction(async (tx) => {
        const found = await tx.accessKeys.findRecord(accessKey)
        if (found === undefined) throw noAccessKey(accessKey)
        await getAdministered(tx, identity, found.userId, noAccessKey(accessKey))
        const changed: AccessKeyRecord = {
          ...found,
          description: checkDescription(changes.description ?? found.description),
          isActive: changes.isActive ?? found.isActive,
        }
        await tx.accessKeys.update(changed)
        return changed
      })
    },

    /** Every signature of the key ends with the next call. @throws {ServiceError} `notFound`, `forbidden` */
    async remove(identity: Identity, accessKey: string): Promise<void> {
      await store.transaction(async (tx) => {
        const found = await tx.accessKeys.findRecord(accessKey)
        if (found === undefined) throw noAccessKey(accessKey)
        await getAdministered(tx, identity, found.userId, noAccessKey(accessKey))
        await tx.accessKeys.remove(accessKey)
      })
    },
  }
}

async function isVisible({ store }: Deps, identity: Identity, userId: UserId): Promise<boolean> {
  return getVisible(store, identity, userId).then(
    () => true,
    () => false,
  )
}

const mostDescription = 255

function checkDescription(description: string): string {
  if (description.length <= mostDescription) return description
  throw new ServiceError('invalid', say`credential.description has at most ${mostDescription} characters, this has ${description.length}`)
}

function noAccessKey(accessKey: string): ServiceError {
  return new ServiceError('notFound', say`there is no access key ${accessKey}`)
}
