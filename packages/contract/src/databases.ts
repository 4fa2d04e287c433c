// Databases of the catalog on the wire.

import { Type } from 'typebox'
import { answer, envelope, inProject, members, offset, tags } from './envelope.ts'
import { operation } from './operation.ts'

const base = '/v1.0/{project_id}/databases'
const witness = 'a database is created, listed and deleted as published'

/** `POST /v1.0/{project_id}/databases` */
const createDatabase = operation({
  id: 'createDatabase',
  noun: 'databases',
  method: 'POST',
  path: base,
  summary: 'Create a database.',
  action: 'dli:database:createDatabase',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(inProject),
  body: Type.Object({
    database_name: Type.String({ description: '1 to 128 letters, digits, _; compared without case' }),
    description: Type.Optional(Type.String()),
    enterprise_project_id: Type.Optional(Type.String()),
    tags: Type.Optional(tags),
  }),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v1.0/{project_id}/databases` */
const listDatabases = operation({
  id: 'listDatabases',
  noun: 'databases',
  method: 'GET',
  path: base,
  summary: 'List databases with the number of their tables.',
  action: 'dli:database:displayAllDatabases',
  needs: 'reader',
  family: 'dli',
  params: Type.Object(inProject),
  query: Type.Object({
    'with-priv': Type.Optional(Type.Boolean()),
    limit: Type.Optional(Type.Integer({ minimum: 0, description: 'default: all' })),
    offset: Type.Optional(offset),
    keyword: Type.Optional(Type.String({ description: 'part of the name' })),
    tags: Type.Optional(Type.String({ description: 'k1=v1,k2=v2; each must be found as part of a key and of its value' })),
  }),
  response: {
    status: 200,
    schema: answer({
      database_count: Type.Integer({ description: 'matches before paging' }),
      databases: Type.Array(
        members({
          database_name: Type.String(),
          owner: Type.String(),
          table_number: Type.Integer(),
          description: Type.String(),
          enterprise_project_id: Type.String(),
          resource_id: Type.String(),
        }),
      ),
    }),
  },
  fidelity: { state: 'partial', note: 'with-priv shows no privileges yet', witness },
})

/** `DELETE /v1.0/{project_id}/databases/{database_name}` */
const deleteDatabase = operation({
  id: 'deleteDatabase',
  noun: 'databases',
  method: 'DELETE',
  path: `${base}/{database_name}`,
  summary: 'Delete a database; with tables in it only with cascade=true.',
  action: 'dli:database:dropDatabase',
  needs: 'editor',
  family: 'dli',
  params: Type.Object({ ...inProject, database_name: Type.String() }),
  query: Type.Object({
    cascade: Type.Optional(Type.Boolean({ description: 'default false' })),
    async: Type.Optional(Type.Boolean({ description: 'answered at once all the same' })),
  }),
  response: { status: 200, schema: answer({ job_mode: Type.String() }) },
  fidelity: { state: 'partial', note: 'always done when it is answered: async=true makes no job', witness },
})

/** Operations of databases, by id. */
export const databaseOperations = { createDatabase, listDatabases, deleteDatabase }
