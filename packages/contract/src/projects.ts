// Projects and domains on the wire (IAM): what clients look up before their first call.

import { Type } from 'typebox'
import { members } from './envelope.ts'
import { operation } from './operation.ts'

const witness = 'projects, domains and the catalog are found'
const links = members({ self: Type.String(), next: Type.Null(), previous: Type.Null() })
const own = members({ self: Type.String() })
const project = members({
  id: Type.String(),
  name: Type.String(),
  domain_id: Type.String(),
  parent_id: Type.String(),
  is_domain: Type.Boolean(),
  enabled: Type.Boolean(),
  description: Type.String(),
  links: own,
})
const description = Type.Optional(Type.String({ description: 'at most 255 characters' }))
const managed = 'a project is made, changed, found from every side and removed when it is empty'

/** `GET /v3/projects` */
const listProjects = operation({
  id: 'listProjects',
  noun: 'projects',
  method: 'GET',
  path: ['/v3/projects', '/v3/auth/projects'],
  summary: 'List the projects in which the caller has a role.',
  action: 'iam:projects:list',
  needs: 'identity',
  family: 'iam',
  query: Type.Object({
    name: Type.Optional(Type.String({ description: 'exact' })),
    domain_id: Type.Optional(Type.String()),
    enabled: Type.Optional(Type.Boolean()),
    parent_id: Type.Optional(Type.String()),
    page: Type.Optional(Type.Integer({ minimum: 1 })),
    per_page: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  response: {
    status: 200,
    schema: members({
      projects: Type.Array(project),
      links,
    }),
  },
  fidelity: { state: 'real', note: '', witness: managed },
})

/** `GET /v3/users/{user_id}/projects` */
const listUserProjects = operation({
  id: 'listUserProjects',
  noun: 'projects',
  method: 'GET',
  path: '/v3/users/{user_id}/projects',
  summary: 'List the projects in which a user has a role: oneself, or a user of the account that the caller administers.',
  action: 'iam:projects:listProjectsForUser',
  needs: 'identity',
  family: 'iam',
  params: Type.Object({ user_id: Type.String() }),
  response: { status: 200, schema: members({ projects: Type.Array(project), links }) },
  fidelity: { state: 'real', note: '', witness: managed },
})

/** `POST /v3/projects` */
const createProject = operation({
  id: 'createProject',
  noun: 'projects',
  method: 'POST',
  path: '/v3/projects',
  summary: 'Make a project of the account, with its default queue and database.',
  action: 'iam:projects:createProject',
  needs: 'administrator',
  family: 'iam',
  body: Type.Object({
    project: Type.Object({
      name: Type.String({ description: '1 to 64 letters, digits, _ and -, unique in the account' }),
      description,
      domain_id: Type.Optional(Type.String({ description: 'the caller’s own unless it is the installation owner' })),
      parent_id: Type.Optional(Type.String({ description: 'the same: there are no projects in projects' })),
    }),
  }),
  response: { status: 201, schema: members({ project }) },
  fidelity: { state: 'real', note: '', witness: managed },
})

/** `GET /v3/projects/{project_id}` */
const getProject = operation({
  id: 'getProject',
  noun: 'projects',
  method: 'GET',
  path: '/v3/projects/{project_id}',
  summary: 'Read a project in which the caller has a role.',
  action: 'iam:projects:getProject',
  needs: 'identity',
  family: 'iam',
  params: Type.Object({ project_id: Type.String() }),
  response: { status: 200, schema: members({ project }) },
  fidelity: { state: 'real', note: '', witness: managed },
})

/** `PATCH /v3/projects/{project_id}` */
const updateProject = operation({
  id: 'updateProject',
  noun: 'projects',
  method: 'PATCH',
  path: '/v3/projects/{project_id}',
  summary: 'Rename or describe a project.',
  action: 'iam:projects:updateProject',
  needs: 'administrator',
  family: 'iam',
  params: Type.Object({ project_id: Type.String() }),
  body: Type.Object({ project: Type.Object({ name: Type.Optional(Type.String()), description }) }),
  response: { status: 200, schema: members({ project }) },
  fidelity: { state: 'real', note: '', witness: managed },
})

/** `DELETE /v3/projects/{project_id}` */
const deleteProject = operation({
  id: 'deleteProject',
  noun: 'projects',
  method: 'DELETE',
  path: '/v3/projects/{project_id}',
  summary: 'Remove a project that holds nothing any more; its roles and tokens go too.',
  action: 'iam:projects:deleteProject',
  needs: 'administrator',
  family: 'iam',
  params: Type.Object({ project_id: Type.String() }),
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness: managed },
})

/** `GET /v3/regions` */
const listRegions = operation({
  id: 'listRegions',
  noun: 'projects',
  method: 'GET',
  path: '/v3/regions',
  summary: 'List the regions: the names of the caller’s projects, as in the catalog.',
  action: 'iam:regions:list',
  needs: 'identity',
  family: 'iam',
  response: {
    status: 200,
    schema: members({
      regions: Type.Array(
        members({ id: Type.String(), type: Type.String(), description: Type.String(), parent_region_id: Type.Null(), links: own }),
      ),
      links,
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'regions and the caller are named' },
})

/** `GET /v5/caller-identity` */
const getCallerIdentity = operation({
  id: 'getCallerIdentity',
  noun: 'projects',
  method: 'GET',
  path: '/v5/caller-identity',
  summary: 'Name the account and the user of the caller.',
  action: 'iam:callers:get',
  needs: 'identity',
  family: 'iam',
  response: {
    status: 200,
    schema: members({ account_id: Type.String(), principal_urn: Type.String(), principal_id: Type.String() }),
  },
  fidelity: { state: 'real', note: '', witness: 'regions and the caller are named' },
})

/** `GET /v3/auth/domains` */
const listDomains = operation({
  id: 'listDomains',
  noun: 'projects',
  method: 'GET',
  path: '/v3/auth/domains',
  summary: 'Name the account of the caller.',
  action: 'iam:domains:list',
  needs: 'identity',
  family: 'iam',
  response: {
    status: 200,
    schema: members({
      domains: Type.Array(
        members({ id: Type.String(), name: Type.String(), enabled: Type.Boolean(), description: Type.String(), links: own }),
      ),
      links,
    }),
  },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /` */
const listVersions = operation({
  id: 'listVersions',
  noun: 'projects',
  method: 'GET',
  path: '/',
  summary: 'Name the version of the identity calls, for clients that look for it.',
  action: 'iam:versions:list',
  needs: 'nobody',
  family: 'iam',
  response: {
    status: 200,
    schema: members({
      versions: members({
        values: Type.Array(
          members({ id: Type.String(), status: Type.String(), links: Type.Array(members({ rel: Type.String(), href: Type.String() })) }),
        ),
      }),
    }),
  },
  fidelity: { state: 'real', note: '', witness: 'the installation tells of itself without a caller' },
})

/** Operations of projects, by id. */
export const projectOperations = {
  listProjects,
  listUserProjects,
  createProject,
  getProject,
  updateProject,
  deleteProject,
  listDomains,
  listRegions,
  getCallerIdentity,
  listVersions,
}
