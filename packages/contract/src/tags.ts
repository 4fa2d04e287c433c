// Tags of resources on the wire: the same calls for every type of resource.

import { Type } from 'typebox'
import { inProject, members, offset, tags } from './envelope.ts'
import { operation } from './operation.ts'

const base = '/v3/{project_id}/{resource_type}'
const typeParams = {
  ...inProject,
  resource_type: Type.String({
    description:
      'dli_queue, dli_enhanced_connection, dli_database, dli_elastic_resource_pool or dli_datasource_connection; nothing exists of others',
  }),
}
const resourceParams = Type.Object({
  ...typeParams,
  resource_id: Type.String({ description: 'id of the resource; the name of a queue, pool, database or enhanced connection is taken too' }),
})
const page = {
  limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000, description: 'default 100; 0 = all' })),
  offset: Type.Optional(offset),
}
const tag = members({ key: Type.String(), value: Type.String() })
const valuesTag = members({ key: Type.String(), values: Type.Array(Type.String()) })
const change = Type.Object({ tags })
const search = Type.Object({
  without_any_tag: Type.Optional(Type.Boolean({ description: 'only resources without tags; tags is not looked at then' })),
  tags: Type.Optional(
    Type.Array(Type.Object({ key: Type.String(), values: Type.Optional(Type.Array(Type.String())) }), {
      description: 'every key must be there with one of its values; without values any will do',
    }),
  ),
  matches: Type.Optional(
    Type.Array(Type.Object({ key: Type.String(), value: Type.String() }), {
      description: 'resource_name: part of the name in any case; resource_id: exact',
    }),
  ),
})
const witness = 'tags of a resource are added, listed, searched by and deleted'

/** `POST /v3/{project_id}/{resource_type}/{resource_id}/tags/create` */
const createTags = operation({
  id: 'createTags',
  noun: 'tags',
  method: 'POST',
  path: `${base}/{resource_id}/tags/create`,
  summary: 'Add tags to a resource; a key that is there gets the new value.',
  action: 'dli:tag:create',
  needs: 'editor',
  family: 'dli',
  params: resourceParams,
  body: change,
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** `POST /v3/{project_id}/{resource_type}/{resource_id}/tags/delete` */
const deleteTags = operation({
  id: 'deleteTags',
  noun: 'tags',
  method: 'POST',
  path: `${base}/{resource_id}/tags/delete`,
  summary: 'Delete tags of a resource; those that are not there are fine.',
  action: 'dli:tag:delete',
  needs: 'editor',
  family: 'dli',
  params: resourceParams,
  body: change,
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v3/{project_id}/{resource_type}/{resource_id}/tags` */
const listResourceTags = operation({
  id: 'listResourceTags',
  noun: 'tags',
  method: 'GET',
  path: `${base}/{resource_id}/tags`,
  summary: 'List the tags of a resource.',
  action: 'dli:tag:list',
  needs: 'reader',
  family: 'dli',
  params: resourceParams,
  query: Type.Object(page),
  response: { status: 200, schema: members({ tags: Type.Array(tag), count: Type.Integer({ description: 'tags before paging' }) }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v3/{project_id}/{resource_type}/tags` */
const listTags = operation({
  id: 'listTags',
  noun: 'tags',
  method: 'GET',
  path: `${base}/tags`,
  summary: 'List the keys in use on resources of a type, with their values.',
  action: 'dli:tag:list',
  needs: 'reader',
  family: 'dli',
  params: Type.Object(typeParams),
  query: Type.Object(page),
  response: { status: 200, schema: members({ tags: Type.Array(valuesTag), count: Type.Integer({ description: 'keys before paging' }) }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `POST /v3/{project_id}/{resource_type}/resource-instances/filter` */
const filterResources = operation({
  id: 'filterResources',
  noun: 'tags',
  method: 'POST',
  path: `${base}/resource-instances/filter`,
  summary: 'Find resources of a type by their tags and name.',
  action: 'dli:tag:list',
  needs: 'reader',
  family: 'dli',
  params: Type.Object(typeParams),
  query: Type.Object(page),
  body: search,
  response: {
    status: 200,
    schema: members({
      total_count: Type.Integer({ description: 'matches before paging' }),
      resources: Type.Array(
        members({
          resource_id: Type.String(),
          resource_name: Type.String(),
          resource_detail: Type.Object({}, { description: 'empty' }),
          tags: Type.Array(tag),
        }),
      ),
    }),
  },
  fidelity: { state: 'real', note: '', witness },
})

/** `POST /v3/{project_id}/{resource_type}/resource-instances/count` */
const countResources = operation({
  id: 'countResources',
  noun: 'tags',
  method: 'POST',
  path: `${base}/resource-instances/count`,
  summary: 'Count the resources of a type that a search finds.',
  action: 'dli:tag:list',
  needs: 'reader',
  family: 'dli',
  params: Type.Object(typeParams),
  body: search,
  response: { status: 200, schema: members({ total_count: Type.Integer() }) },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of tags, by id. */
export const tagOperations = { createTags, deleteTags, listResourceTags, listTags, filterResources, countResources }
