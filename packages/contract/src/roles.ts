// Roles on the wire (IAM): reader, editor and admin of a project, admin of an account. A role's id is its name.

import { Type } from 'typebox'
import { members } from './envelope.ts'
import { operation } from './operation.ts'

const witness = 'a role is granted, read and revoked, and decides from the next call on'
const links = members({ self: Type.String(), next: Type.Null(), previous: Type.Null() })
const role = members({
  id: Type.String(),
  name: Type.String(),
  display_name: Type.String(),
  type: Type.String({ description: 'AX: of a domain or a project' }),
  catalog: Type.String(),
  description: Type.String(),
  links: members({ self: Type.String() }),
})
const roles = members({ roles: Type.Array(role), links })
const ofProject = '/v3/projects/{project_id}/users/{user_id}/roles'
const inProject = '/v3/projects/{project_id}/users/{user_id}/roles/{role_id}'
const ofDomain = '/v3/domains/{domain_id}/users/{user_id}/roles'
const inDomain = '/v3/domains/{domain_id}/users/{user_id}/roles/{role_id}'
const note = 'a user has one role in a project: granting another takes its place'

/** `GET /v3/roles` */
const listRoles = operation({
  id: 'listRoles',
  noun: 'roles',
  method: 'GET',
  path: '/v3/roles',
  summary: 'List the roles that can be granted.',
  action: 'iam:roles:listRoles',
  needs: 'identity',
  family: 'iam',
  query: Type.Object({ display_name: Type.Optional(Type.String()), name: Type.Optional(Type.String()) }),
  response: { status: 200, schema: roles },
  fidelity: { state: 'partial', note: 'three fixed roles', witness },
})

/** `GET /v3/roles/{role_id}` */
const getRole = operation({
  id: 'getRole',
  noun: 'roles',
  method: 'GET',
  path: '/v3/roles/{role_id}',
  summary: 'Read a role.',
  action: 'iam:roles:getRole',
  needs: 'identity',
  family: 'iam',
  params: Type.Object({ role_id: Type.String() }),
  response: { status: 200, schema: members({ role }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v3/projects/{project_id}/users/{user_id}/roles` */
const listProjectRoles = operation({
  id: 'listProjectRoles',
  noun: 'roles',
  method: 'GET',
  path: ofProject,
  summary: 'List what a user has been granted in a project; for admins of the project and of the account.',
  action: 'iam:permissions:listRolesForUserOnProject',
  needs: 'identity',
  family: 'iam',
  params: Type.Object({ project_id: Type.String(), user_id: Type.String() }),
  response: { status: 200, schema: roles },
  fidelity: { state: 'real', note: '', witness },
})

/** `HEAD /v3/projects/{project_id}/users/{user_id}/roles/{role_id}` */
const checkProjectRole = operation({
  id: 'checkProjectRole',
  noun: 'roles',
  method: 'HEAD',
  path: inProject,
  summary: 'Say whether a user has been granted a role in a project: 204 or 404; for admins of the project and of the account.',
  action: 'iam:permissions:checkRoleForUserOnProject',
  needs: 'identity',
  family: 'iam',
  params: Type.Object({ project_id: Type.String(), user_id: Type.String(), role_id: Type.String() }),
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** `PUT /v3/projects/{project_id}/users/{user_id}/roles/{role_id}` */
const grantProjectRole = operation({
  id: 'grantProjectRole',
  noun: 'roles',
  method: 'PUT',
  path: inProject,
  summary: 'Grant a role in a project in place of the one before; for admins of the project and of the account.',
  action: 'iam:permissions:grantRoleToUserOnProject',
  needs: 'identity',
  family: 'iam',
  params: Type.Object({ project_id: Type.String(), user_id: Type.String(), role_id: Type.String() }),
  response: { status: 204 },
  fidelity: { state: 'partial', note, witness },
})

/** `DELETE /v3/projects/{project_id}/users/{user_id}/roles/{role_id}` */
const revokeProjectRole = operation({
  id: 'revokeProjectRole',
  noun: 'roles',
  method: 'DELETE',
  path: inProject,
  summary: 'Take a role in a project away; for admins of the project and of the account.',
  action: 'iam:permissions:revokeRoleFromUserOnProject',
  needs: 'identity',
  family: 'iam',
  params: Type.Object({ project_id: Type.String(), user_id: Type.String(), role_id: Type.String() }),
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v3/domains/{domain_id}/users/{user_id}/roles` */
const listDomainRoles = operation({
  id: 'listDomainRoles',
  noun: 'roles',
  method: 'GET',
  path: ofDomain,
  summary: 'List what a user has over its whole account: admin or nothing.',
  action: 'iam:permissions:listRolesForUserOnDomain',
  needs: 'administrator',
  family: 'iam',
  params: Type.Object({ domain_id: Type.String(), user_id: Type.String() }),
  response: { status: 200, schema: roles },
  fidelity: { state: 'real', note: '', witness },
})

/** `PUT /v3/domains/{domain_id}/users/{user_id}/roles/{role_id}` */
const grantDomainRole = operation({
  id: 'grantDomainRole',
  noun: 'roles',
  method: 'PUT',
  path: inDomain,
  summary: 'Make a user an administrator of its account.',
  action: 'iam:permissions:grantRoleToUserOnDomain',
  needs: 'administrator',
  family: 'iam',
  params: Type.Object({ domain_id: Type.String(), user_id: Type.String(), role_id: Type.String() }),
  response: { status: 204 },
  fidelity: { state: 'partial', note: 'the role admin alone', witness },
})

/** `DELETE /v3/domains/{domain_id}/users/{user_id}/roles/{role_id}` */
const revokeDomainRole = operation({
  id: 'revokeDomainRole',
  noun: 'roles',
  method: 'DELETE',
  path: inDomain,
  summary: 'End that a user administers its account.',
  action: 'iam:permissions:revokeRoleFromUserOnDomain',
  needs: 'administrator',
  family: 'iam',
  params: Type.Object({ domain_id: Type.String(), user_id: Type.String(), role_id: Type.String() }),
  response: { status: 204 },
  fidelity: { state: 'partial', note: 'the role admin alone', witness },
})

/** Operations of roles, by id. */
export const roleOperations = {
  listRoles,
  getRole,
  listProjectRoles,
  checkProjectRole,
  grantProjectRole,
  revokeProjectRole,
  listDomainRoles,
  grantDomainRole,
  revokeDomainRole,
}
