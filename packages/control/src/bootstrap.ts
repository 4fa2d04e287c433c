// The first start: one domain, one administrator who owns the installation, one project, one access key.

import { randomBytes } from 'node:crypto'
import { checkDeclaredId, type DomainId, ownedBy, type ProjectId, type User, type UserId } from '@tributary/rules'
import type { Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'
import { hashPassword } from './password.ts'
import { insertProject } from './projects.ts'
import { compactId, randomAccessKey, randomSecretKey } from './random-keys.ts'

/** What the first start is told; what is absent is made up. */
export interface WantedBootstrap {
  readonly domainName?: string | undefined
  readonly adminUser?: string | undefined
  readonly adminPassword?: string | undefined
  readonly projectName?: string | undefined
  readonly projectId?: string | undefined
  readonly accessKey?: string | undefined
  readonly secretKey?: string | undefined
}

/** What the first start made; with this one may do everything. */
export interface BootstrapCredentials {
  readonly domainId: string
  readonly domainName: string
  readonly userId: string
  readonly adminUser: string
  readonly adminPassword: string
  readonly projectId: string
  readonly projectName: string
  readonly accessKey: string
  readonly secretKey: string
}

/** The use cases of the first start. */
export function bootstrap(deps: Deps) {
  return {
    /**
     * Sets the installation up unless that has been done.
     * @param keep - is given the credentials before anything is committed, so that a crash never leaves an installation without its keys
     * @returns the credentials, `undefined` when it was set up before
     */
    async ensure(
      wanted: WantedBootstrap,
      keep: (credentials: BootstrapCredentials) => Promise<void> = async () => {},
    ): Promise<BootstrapCredentials | undefined> {
      if ((await deps.store.installation.findSetUpAt()) !== undefined) return undefined
      const credentials = credentialsOf(deps, wanted)
      const passwordHash = await hashPassword(credentials.adminPassword)
      return deps.store.transaction(async (tx) => {
        if ((await tx.installation.findSetUpAt()) !== undefined) return undefined
        await insertAll(deps, tx, credentials, passwordHash)
        await keep(credentials)
        return credentials
      })
    },
  }
}

function credentialsOf({ newId }: Deps, wanted: WantedBootstrap): BootstrapCredentials {
  return {
    domainId: compactId(newId()),
    domainName: wanted.domainName ?? 'tributary',
    userId: compactId(newId()),
    adminUser: wanted.adminUser ?? 'admin',
    adminPassword: wanted.adminPassword ?? randomBytes(18).toString('base64url'),
    projectId: checkDeclaredId('project', wanted.projectId ?? compactId(newId())),
    projectName: wanted.projectName ?? 'tributary',
    accessKey: wanted.accessKey ?? randomAccessKey(),
    secretKey: wanted.secretKey ?? randomSecretKey(),
  }
}

async function insertAll({ clock, newId }: Deps, tx: Transaction, made: BootstrapCredentials, passwordHash: string): Promise<void> {
  const createdAt = clock()
  const domainId = made.domainId as DomainId
  const user: User = { id: made.userId as UserId, domainId, name: made.adminUser, isOwner: true, isDomainAdmin: true, createdAt }
  await tx.domains.insert({ id: domainId, name: made.domainName, createdAt })
  await tx.users.insert(user, passwordHash)
  await insertProject(tx, newId, { id: made.projectId as ProjectId, domainId, name: made.projectName, createdAt }, ownedBy(user))
  await tx.accessKeys.insert({ accessKey: made.accessKey, secretKey: made.secretKey, userId: user.id, createdAt })
  await tx.installation.insertSetUpAt(createdAt)
}
