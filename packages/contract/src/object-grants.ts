// Rights of users on auth-infos, databases, tables and columns, on the wire.

import { Type } from 'typebox'
import { answer, envelope, inProject, members, offset } from './envelope.ts'
import { operation } from './operation.ts'

const witness = 'a user is granted what to do with an object, and an auth-info is held to it'
const note =
  'on auth-infos, databases, tables and columns; SELECT, CREATE_TABLE, DROP_TABLE, DROP_DATABASE and those of auth-infos are held to, others kept and shown'

/** `PUT /v1.0/{project_id}/user-authorization` */
const authorizeUser = operation({
  id: 'authorizeUser',
  noun: 'object-grants',
  method: 'PUT',
  path: '/v1.0/{project_id}/user-authorization',
  summary: 'Grant a user what to do with objects, revoke it, or replace it; all or nothing.',
  action: 'dli:database:grantPrivilege',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(inProject),
  body: Type.Object({
    user_name: Type.String({ description: 'a user of the caller’s account' }),
    action: Type.String({ description: 'grant, revoke or update; an update with an empty list removes everything' }),
    privileges: Type.Array(
      Type.Object({
        object: Type.String({ description: 'datasourceauth.{name}, databases.{d}, databases.{d}.tables.{t}, …columns.{c}' }),
        privileges: Type.Array(Type.String({ description: 'as published, SELECT for instance' })),
      }),
    ),
  }),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'partial', note, witness },
})

/** `GET /v1.0/{project_id}/authorization/privileges` */
const listPrivileges = operation({
  id: 'listPrivileges',
  noun: 'object-grants',
  method: 'GET',
  path: '/v1.0/{project_id}/authorization/privileges',
  summary: 'List who may do what with an object.',
  action: 'dli:database:showPrivileges',
  needs: 'reader',
  family: 'dli',
  params: Type.Object(inProject),
  query: Type.Object({
    object: Type.String({ description: 'as it was granted on' }),
    limit: Type.Optional(Type.Integer({ minimum: 1, description: 'default 100' })),
    offset: Type.Optional(offset),
  }),
  response: {
    status: 200,
    schema: answer({
      object_name: Type.String(),
      object_type: Type.String({ description: 'datasourceauth, database, table or column' }),
      count: Type.Integer({ description: 'before paging' }),
      privileges: Type.Array(
        members({
          object: Type.String(),
          is_admin: Type.Boolean({ description: 'true for the owner, who holds everything' }),
          user_name: Type.String(),
          privileges: Type.Array(Type.String()),
        }),
      ),
    }),
  },
  fidelity: { state: 'partial', note: `${note}; an object must be named`, witness },
})

const databaseParams = Type.Object({ ...inProject, database_name: Type.String() })
const tableParams = Type.Object({ ...inProject, database_name: Type.String(), table_name: Type.String() })
const held = Type.Array(Type.String())
const owner = 'a database and a table show their users and change hands'
const isAdmin = Type.Boolean({ description: 'true for the owner, who holds everything' })

/** `GET /v1.0/{project_id}/databases/{database_name}/users` */
const listDatabaseUsers = operation({
  id: 'listDatabaseUsers',
  noun: 'object-grants',
  method: 'GET',
  path: '/v1.0/{project_id}/databases/{database_name}/users',
  summary: 'List who may do what with a database.',
  action: 'dli:database:showPrivileges',
  needs: 'reader',
  family: 'dli',
  params: databaseParams,
  response: {
    status: 200,
    schema: answer({
      database_name: Type.String(),
      privileges: Type.Array(members({ is_admin: isAdmin, user_name: Type.String(), privileges: held })),
    }),
  },
  fidelity: { state: 'partial', note, witness: owner },
})

/** `PUT /v1.0/{project_id}/databases/{database_name}/owner` */
const updateDatabaseOwner = operation({
  id: 'updateDatabaseOwner',
  noun: 'object-grants',
  method: 'PUT',
  path: '/v1.0/{project_id}/databases/{database_name}/owner',
  summary: 'Give a database to another user; for its owner and administrators.',
  action: 'dli:database:alterDatabaseOwner',
  needs: 'editor',
  family: 'dli',
  params: databaseParams,
  body: Type.Object({ new_owner: Type.String({ description: 'a user of the caller’s account' }) }),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: owner },
})

/** `GET /v1.0/{project_id}/databases/{database_name}/tables/{table_name}/users` */
const listTableUsers = operation({
  id: 'listTableUsers',
  noun: 'object-grants',
  method: 'GET',
  path: '/v1.0/{project_id}/databases/{database_name}/tables/{table_name}/users',
  summary: 'List who may do what with a table.',
  action: 'dli:table:showPrivileges',
  needs: 'reader',
  family: 'dli',
  params: tableParams,
  response: {
    status: 200,
    schema: answer({
      privileges: Type.Array(members({ is_admin: isAdmin, object: Type.String(), user_name: Type.String(), privileges: held })),
    }),
  },
  fidelity: { state: 'partial', note, witness: owner },
})

/** `GET /v1.0/{project_id}/databases/{database_name}/tables/{table_name}/users/{user_name}` */
const getTableUser = operation({
  id: 'getTableUser',
  noun: 'object-grants',
  method: 'GET',
  path: '/v1.0/{project_id}/databases/{database_name}/tables/{table_name}/users/{user_name}',
  summary: 'Read what one user may do with a table.',
  action: 'dli:table:showPrivileges',
  needs: 'reader',
  family: 'dli',
  params: Type.Object({ ...inProject, database_name: Type.String(), table_name: Type.String(), user_name: Type.String() }),
  response: {
    status: 200,
    schema: answer({ user_name: Type.String(), privileges: Type.Array(members({ object: Type.String(), privileges: held })) }),
  },
  fidelity: { state: 'partial', note, witness: owner },
})

/** `PUT /v1.0/{project_id}/databases/{database_name}/tables/{table_name}/owner` */
const updateTableOwner = operation({
  id: 'updateTableOwner',
  noun: 'object-grants',
  method: 'PUT',
  path: '/v1.0/{project_id}/databases/{database_name}/tables/{table_name}/owner',
  summary: 'Give a table to another user; for its owner and administrators.',
  action: 'dli:table:alterTableOwner',
  needs: 'editor',
  family: 'dli',
  params: tableParams,
  body: Type.Object({ new_owner: Type.String({ description: 'a user of the caller’s account' }) }),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness: owner },
})

/** Operations of grants on objects, by id. */
export const objectGrantOperations = {
  authorizeUser,
  listPrivileges,
  listDatabaseUsers,
  updateDatabaseOwner,
  listTableUsers,
  getTableUser,
  updateTableOwner,
}
