// Quotas: shown to a project, set by the installation owner, and asked for by every use case that makes something more.

import {
  type Caller,
  checkOwner,
  checkQuota,
  type Identity,
  noProject,
  type ProjectId,
  type Quota,
  type QuotaKind,
  quotaKinds,
  quotaOf,
  ServiceError,
  say,
  type UsedQuota,
  usedQuota,
  usualQuota,
} from '@tributary/rules'
import type { Repositories } from '@tributary/store'
import { enter } from './access.ts'
import type { Deps } from './deps.ts'

type Part = Pick<Repositories, 'quotas' | 'queues' | 'pools' | 'connections' | 'jobs' | 'tableVersions'>

/** The use cases of quotas. */
export function quotas({ store }: Deps) {
  return {
    /** Every kind with what the project has of it. */
    async list(caller: Caller): Promise<readonly UsedQuota[]> {
      return listUsed(store, caller.project)
    },

    /** The same for the installation owner, who need not be in the project, and for who may read it. @throws {ServiceError} `forbidden`, `notFound` project */
    async listFor(identity: Identity, projectId: string): Promise<readonly UsedQuota[]> {
      if (!identity.user.isOwner) await enter(store, identity, projectId, 'reader')
      const project = await store.projects.find(projectId)
      if (project === undefined) throw noProject(projectId)
      return listUsed(store, project.id)
    },

    /** Sets those that are named, all or none. What is there already stays, whatever it adds up to. @throws {ServiceError} `forbidden`, `notFound` project, `invalid` */
    async put(
      identity: Identity,
      projectId: string,
      drafts: readonly { readonly kind: string; readonly most: number }[],
    ): Promise<readonly UsedQuota[]> {
      checkOwner(identity)
      const wanted = drafts.map(quotaOf)
      return store.transaction(async (tx) => {
        const project = await tx.projects.find(projectId)
        if (project === undefined) throw noProject(projectId)
        for (const quota of wanted) await tx.quotas.put(project.id, quota)
        return listUsed(tx, project.id)
      })
    },
  }
}

/** Whether a project may have so much more of a kind, asked inside the transaction that adds it. @throws {ServiceError} `exhausted` */
export async function requireQuota(from: Part, projectId: ProjectId, kind: QuotaKind, more: number): Promise<void> {
  if (more <= 0) return
  checkQuota(await getQuota(from, projectId, kind), await used[kind](from, projectId), more)
}

/** Bytes that the managed tables of a project may still grow by. @param installation - what those of all projects may take together */
export async function tableRoom(from: Part, projectId: ProjectId, installation: number): Promise<number> {
  const { most } = await getQuota(from, projectId, 'TABLE_MIB')
  const own = most * mebibyte - (await from.tableVersions.sumBytes(projectId))
  const all = Number.isFinite(installation) ? installation - (await from.tableVersions.sumBytes()) : own
  return Math.max(0, Math.min(own, all))
}

/** Whether the managed tables of a project may grow by so many bytes. @throws {ServiceError} `exhausted` */
export async function requireTableRoom(from: Part, projectId: ProjectId, bytes: number, installation: number): Promise<void> {
  if (bytes <= 0) return
  await requireQuota(from, projectId, 'TABLE_MIB', mebibytesOf(bytes))
  if (!Number.isFinite(installation) || (await from.tableVersions.sumBytes()) + bytes <= installation) return
  const most = Math.floor(installation / mebibyte)
  throw new ServiceError(
    'exhausted',
    say`managed tables of this installation take at most ${most} MiB together: drop or truncate some, or ask the installation owner for a larger --warehouse-size`,
  )
}

/** In the unit of the quota, rounded up. */
function mebibytesOf(bytes: number): number {
  return Math.ceil(bytes / mebibyte)
}

const mebibyte = 2 ** 20

async function getQuota({ quotas: set }: Part, projectId: ProjectId, kind: QuotaKind): Promise<Quota> {
  return (await set.list(projectId)).get(kind) ?? usualQuota(kind)
}

async function listUsed(from: Part, projectId: ProjectId): Promise<readonly UsedQuota[]> {
  const set = await from.quotas.list(projectId)
  const shown: UsedQuota[] = []
  for (const kind of quotaKinds) shown.push(usedQuota(set.get(kind) ?? usualQuota(kind), await used[kind](from, projectId)))
  return shown
}

const used: Readonly<Record<QuotaKind, (from: Part, projectId: ProjectId) => Promise<number>>> = {
  QUEUE_CU: ({ queues }, projectId) => queues.sumCu(projectId),
  ELASTIC_RESOURCE_POOL_CU: ({ pools }, projectId) => pools.sumMaxCu(projectId),
  ENHANCED_CONNECTION: ({ connections }, projectId) => connections.count(projectId, 'ACTIVE'),
  SQL_JOB: ({ jobs }, projectId) => jobs.countLiveOf(projectId),
  TABLE_MIB: async ({ tableVersions }, projectId) => mebibytesOf(await tableVersions.sumBytes(projectId)),
}
