// Auth-infos on the wire: stored credentials for sources, never shown again.

import { Type } from 'typebox'
import { answer, envelope, inProject, members, milliseconds, offset } from './envelope.ts'
import { operation } from './operation.ts'

const paths = ['/v3/{project_id}/datasource/auth-infos', '/v2.0/{project_id}/datasource/auth-infos'] as const
const witness = 'an auth-info is created, listed, updated and deleted under both versions'
const secret = (what: string) => Type.Optional(Type.String({ description: `${what}; never returned`, writeOnly: true }))

const changeable = {
  user_name: Type.Optional(Type.String()),
  password: secret('password'),
  krb5_conf: Type.Optional(Type.String()),
  keytab: Type.Optional(Type.String()),
  truststore_location: Type.Optional(Type.String()),
  truststore_password: secret('truststore password'),
  keystore_location: Type.Optional(Type.String()),
  keystore_password: secret('keystore password'),
  allowed_addresses: Type.Optional(
    Type.Array(Type.String(), {
      maxItems: 20,
      description:
        'our own: jobs and the doctor use it at these addresses inside a VPC alone, like 10.71.0.5:5432 or 10.71.0.0/24; empty: everywhere',
    }),
  ),
}

/** `POST /v3|v2.0/{project_id}/datasource/auth-infos` */
const createAuthInfo = operation({
  id: 'createAuthInfo',
  noun: 'auth-infos',
  method: 'POST',
  path: paths,
  summary: 'Store credentials for a source under a name that SQL can use.',
  action: 'dli:datasourceauth:createAuth',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(inProject),
  body: Type.Object({
    auth_info_name: Type.String({ description: '1 to 128 letters, digits, _; not only digits, not starting with _' }),
    datasource_type: Type.String({ description: 'passwd, CSS, KRB or Kafka_SSL, in any case' }),
    certificate_location: Type.Optional(Type.String()),
    key_password: secret('key password'),
    ...changeable,
  }),
  response: { status: 201, schema: envelope },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v3|v2.0/{project_id}/datasource/auth-infos` */
const listAuthInfos = operation({
  id: 'listAuthInfos',
  noun: 'auth-infos',
  method: 'GET',
  path: paths,
  summary: 'List auth-infos by creation time; secrets are never part of it.',
  action: 'dli:datasourceauth:listAuth',
  needs: 'reader',
  family: 'dli',
  params: Type.Object(inProject),
  query: Type.Object({
    auth_info_name: Type.Optional(Type.String({ description: 'exact' })),
    limit: Type.Optional(Type.Integer({ minimum: 0, description: 'default 100' })),
    offset: Type.Optional(offset),
  }),
  response: {
    status: 200,
    schema: answer({
      count: Type.Integer({ description: 'matches before paging' }),
      auth_infos: Type.Array(
        members({
          auth_info_name: Type.String(),
          user_name: Type.String(),
          certificate_location: Type.String(),
          datasource_type: Type.String(),
          krb5_conf: Type.String(),
          keytab: Type.String(),
          truststore_location: Type.String(),
          keystore_location: Type.String(),
          owner: Type.String(),
          create_time: milliseconds('creation'),
          update_time: milliseconds('last change'),
          allowed_addresses: Type.Optional(Type.Array(Type.String(), { description: 'our own; absent where it may be used everywhere' })),
        }),
      ),
    }),
  },
  fidelity: { state: 'real', note: '', witness },
})

/** `PUT /v3|v2.0/{project_id}/datasource/auth-infos` */
const updateAuthInfo = operation({
  id: 'updateAuthInfo',
  noun: 'auth-infos',
  method: 'PUT',
  path: paths,
  summary: 'Change stored credentials; an absent or empty member keeps its value.',
  action: 'dli:datasourceauth:updateAuth',
  needs: 'editor',
  family: 'dli',
  params: Type.Object(inProject),
  body: Type.Object({ auth_info_name: Type.String(), ...changeable }),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness },
})

/** `DELETE /v3|v2.0/{project_id}/datasource/auth-infos/{auth_info_name}` */
const deleteAuthInfo = operation({
  id: 'deleteAuthInfo',
  noun: 'auth-infos',
  method: 'DELETE',
  path: [`${paths[0]}/{auth_info_name}`, `${paths[1]}/{auth_info_name}`],
  summary: 'Delete stored credentials.',
  action: 'dli:datasourceauth:dropAuth',
  needs: 'editor',
  family: 'dli',
  params: Type.Object({ ...inProject, auth_info_name: Type.String() }),
  response: { status: 200, schema: envelope },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of auth infos, by id. */
export const authInfoOperations = { createAuthInfo, listAuthInfos, updateAuthInfo, deleteAuthInfo }
