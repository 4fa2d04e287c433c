// Projects and domains: what a caller may look up, and what every project is born with.

import {
  administers,
  checkNewProject,
  type DatabaseId,
  defaultDatabase,
  defaultQueue,
  type Domain,
  type DomainId,
  type Identity,
  joined,
  noProject,
  type Owned,
  ownedBy,
  type Project,
  type ProjectId,
  projectPartsOf,
  type QueueId,
  say,
  ServiceError,
  type UserId,
} from '@tributary/rules'
import { projectPageSize, type Repositories, type Transaction } from '@tributary/store'
import { findRole } from './access.ts'
import type { Deps } from './deps.ts'
import { compactId } from './random-keys.ts'
import { getAdministeredDomain, getVisible } from './users.ts'

/** The use cases of projects. */
export function projects(deps: Deps) {
  return { ...finding(deps), ...changing(deps) }
}

function finding({ store }: Deps) {
  return {
    /** The projects of a domain, the caller's unless told, in which it has a role, by name. @param filter - `name` exactly */
    async list(
      identity: Identity,
      filter: { readonly name?: string | undefined; readonly domainId?: string | undefined },
    ): Promise<readonly Project[]> {
      const { user } = identity
      const domainId = (filter.domainId ?? identity.domain.id) as DomainId
      return listAll(store, domainId, { name: filter.name, grantedTo: administers(user, domainId) ? undefined : user.id })
    },

    /** The projects in which a user has a role. @throws {ServiceError} `notFound` also for a user who is not the caller's to see */
    async listOfUser(identity: Identity, userId: string): Promise<readonly Project[]> {
      const user = await getVisible(store, identity, userId)
      return listAll(store, user.domainId, { grantedTo: user.isDomainAdmin ? undefined : user.id })
    },

    /** @throws {ServiceError} `notFound` also for a project in which the caller has no role */
    async get(identity: Identity, id: string): Promise<Project> {
      return getSeen(store, identity, id)
    },
  }
}

/** Page after page, until one is not full. */
async function listAll(
  store: Repositories,
  domainId: DomainId,
  filter: { readonly name?: string | undefined; readonly grantedTo: UserId | undefined },
): Promise<readonly Project[]> {
  const found: Project[] = []
  for (;;) {
    const page = await store.projects.list(domainId, { ...filter, after: found.at(-1)?.name })
    found.push(...page)
    if (page.length < projectPageSize) return found
  }
}

function changing({ store, clock, newId }: Deps) {
  return {
    /** Makes a project with its `default` queue and database. @throws {ServiceError} `notFound` no such domain, `invalid`, `conflict` the name is taken */
    async create(
      identity: Identity,
      draft: { readonly name: string; readonly description?: string | undefined; readonly domainId?: string | undefined },
    ): Promise<Project> {
      const parts = projectPartsOf(draft)
      const domainId = await getAdministeredDomain(store, identity, draft.domainId)
      const project: Project = { ...parts, id: compactId(newId()) as ProjectId, domainId, createdAt: clock() }
      await store.transaction(async (tx) => {
        checkNewProject(await tx.projects.findByName(domainId, parts.name))
        await insertProject(tx, newId, project, ownedBy(identity.user))
      })
      return project
    },

    /** @throws {ServiceError} `notFound`, `invalid`, `conflict` the name is taken */
    async update(
      identity: Identity,
      id: string,
      changes: { readonly name?: string | undefined; readonly description?: string | undefined },
    ): Promise<Project> {
      return store.transaction(async (tx) => {
        const before = await getAdministeredProject(tx, identity, id)
        const name = changes.name ?? before.name
        // a declared name may be of another form: it stays as it is
        const parts = projectPartsOf({
          name: name === before.name ? 'unchanged' : name,
          description: changes.description ?? before.description,
        })
        const after: Project = { ...before, ...parts, name }
        checkNewProject(await tx.projects.findByName(before.domainId, name), before.id)
        await tx.projects.update(after)
        return after
      })
    },

    /** Roles and tokens of it go too. @throws {ServiceError} `notFound`, `conflict` while it holds anything */
    async remove(identity: Identity, id: string): Promise<void> {
      await store.transaction(async (tx) => {
        const project = await getAdministeredProject(tx, identity, id)
        const contents = await tx.projects.listContents(project.id)
        if (contents.length > 0) {
          throw new ServiceError('conflict', say`project ${id} still holds ${joined(contents, ', ')}: delete them first`, {
            subject: { kind: 'project', name: id },
          })
        }
        await tx.projects.remove(project.id)
      })
    },
  }
}

async function getSeen(store: Pick<Repositories, 'projects' | 'roles'>, identity: Identity, id: string): Promise<Project> {
  const project = await store.projects.find(id)
  const isSeen =
    project !== undefined && (administers(identity.user, project.domainId) || (await findRole(store, identity.user, project)) !== undefined)
  if (!isSeen) throw noProject(id)
  return project
}

async function getAdministeredProject(store: Pick<Repositories, 'projects'>, identity: Identity, id: string): Promise<Project> {
  const project = await store.projects.find(id)
  if (project === undefined || !administers(identity.user, project.domainId)) throw noProject(id)
  return project
}

/** The use cases of domains. */
export function domains() {
  return {
    /** The caller's own domain: clients expect one. */
    async list(identity: Identity): Promise<readonly Domain[]> {
      return [identity.domain]
    },
  }
}

/** Writes a project with what each has from its first moment on: the queue and the database `default`. */
export async function insertProject(tx: Transaction, newId: () => string, project: Project, owned: Owned): Promise<void> {
  await tx.projects.insert(project)
  await tx.databases.insert({
    id: newId() as DatabaseId,
    projectId: project.id,
    name: defaultDatabase,
    description: '',
    ...owned,
    enterpriseProjectId: '0',
    createdAt: project.createdAt,
  })
  await tx.queues.insert({
    id: newId() as QueueId,
    number: await tx.installation.nextQueueNumber(),
    projectId: project.id,
    name: defaultQueue,
    description: '',
    type: 'sql',
    engine: 'spark',
    cu: 16,
    cuSpec: 16,
    resourceMode: 0,
    chargingMode: 1,
    platform: 'x86_64',
    feature: 'basic',
    enterpriseProjectId: '0',
    labels: [],
    ...owned,
    cidr: '',
    createdAt: project.createdAt,
  })
}
