// Projects and domains: wire in, one use case, wire out.

import { operations, type ResultOf } from '@tributary/contract'
import type { Control } from '@tributary/control'
import type { Project } from '@tributary/rules'
import type { Door } from './door.ts'

/** Routes of projects and domains, and what else clients look up first. */
export function projectRoutes(door: Door, control: Control): void {
  projectLists(door, control)
  door.on(operations.createProject, async ({ identity, body, baseUrl }) => {
    const { name, description, domain_id, parent_id } = body.project
    return { project: toWire(await control.projects.create(identity, { name, description, domainId: domain_id ?? parent_id }), baseUrl) }
  })
  door.on(operations.getProject, async ({ identity, params, baseUrl }) => ({
    project: toWire(await control.projects.get(identity, params.project_id), baseUrl),
  }))
  door.on(operations.updateProject, async ({ identity, params, body, baseUrl }) => ({
    project: toWire(await control.projects.update(identity, params.project_id, body.project), baseUrl),
  }))
  door.on(operations.deleteProject, async ({ identity, params }) => {
    await control.projects.remove(identity, params.project_id)
    return undefined
  })
  lookUps(door, control)
}

function projectLists(door: Door, control: Control): void {
  door.on(operations.listProjects, async ({ identity, query, baseUrl }) => {
    const { name, domain_id, parent_id, enabled = true, page = 1, per_page = Number.MAX_SAFE_INTEGER } = query
    const found = await control.projects.list(identity, { name, domainId: domain_id ?? parent_id })
    const wanted = found.filter(({ domainId }) => enabled && (parent_id ?? domainId) === domainId)
    const projects = wanted.slice((page - 1) * per_page, page * per_page).map((project) => toWire(project, baseUrl))
    return { projects, links: { self: `${baseUrl}/v3/projects`, next: null, previous: null } }
  })
  door.on(operations.listUserProjects, async ({ identity, params, baseUrl }) => {
    const found = await control.projects.listOfUser(identity, params.user_id)
    const self = `${baseUrl}/v3/users/${params.user_id}/projects`
    return { projects: found.map((project) => toWire(project, baseUrl)), links: { self, next: null, previous: null } }
  })
}

function toWire({ id, name, domainId, description = '' }: Project, baseUrl: string): ResultOf<typeof operations.getProject>['project'] {
  const links = { self: `${baseUrl}/v3/projects/${id}` }
  return { id, name, domain_id: domainId, parent_id: domainId, is_domain: false, enabled: true, description, links }
}

function lookUps(door: Door, control: Control): void {
  door.on(operations.listRegions, async ({ identity, baseUrl }) => {
    const projects = await control.projects.list(identity, {})
    const regions = projects.map(({ name }) => ({
      id: name,
      type: 'public',
      description: '',
      parent_region_id: null,
      links: { self: `${baseUrl}/v3/regions/${name}` },
    }))
    return { regions, links: { self: `${baseUrl}/v3/regions`, next: null, previous: null } }
  })
  door.on(operations.getCallerIdentity, ({ identity: { user, domain } }) => ({
    account_id: domain.id,
    principal_urn: `iam::${domain.id}:user:${user.name}`,
    principal_id: user.id,
  }))
  door.on(operations.listDomains, async ({ identity, baseUrl }) => {
    const domains = await control.domains.list(identity)
    return {
      domains: domains.map(({ id, name }) => ({
        id,
        name,
        enabled: true,
        description: '',
        links: { self: `${baseUrl}/v3/domains/${id}` },
      })),
      links: { self: `${baseUrl}/v3/auth/domains`, next: null, previous: null },
    }
  })
  door.on(operations.listVersions, ({ baseUrl }) => ({
    versions: { values: [{ id: 'v3.6', status: 'stable', links: [{ rel: 'self', href: `${baseUrl}/v3/` }] }] },
  }))
}
