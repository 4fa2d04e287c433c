// Access keys on the wire (IAM calls them credentials).

import { Type } from 'typebox'
import { members } from './envelope.ts'
import { operation } from './operation.ts'

const all = '/v3.0/OS-CREDENTIAL/credentials'
const one = '/v3.0/OS-CREDENTIAL/credentials/{access_key}'
const witness = 'an access key signs until it is switched off or deleted'
const status = Type.Union([Type.Literal('active'), Type.Literal('inactive')], { description: 'active or inactive' })

const shown = {
  user_id: Type.String(),
  access: Type.String({ description: 'the access key' }),
  status,
  create_time: Type.String({ description: 'like 2020-01-08T06:26:08.123059Z' }),
  description: Type.String(),
}
const answer = members({ credential: members(shown) })

/** `POST /v3.0/OS-CREDENTIAL/credentials` */
const createAccessKey = operation({
  id: 'createAccessKey',
  noun: 'access-keys',
  method: 'POST',
  path: all,
  summary: 'Make an access key of a user, at most two each; its secret is shown this once.',
  action: 'iam:credentials:createCredential',
  needs: 'administrator',
  family: 'iam',
  body: Type.Object({
    credential: Type.Object({
      user_id: Type.String(),
      description: Type.Optional(Type.String({ description: 'at most 255 characters' })),
    }),
  }),
  response: { status: 201, schema: members({ credential: members({ ...shown, secret: Type.String() }) }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v3.0/OS-CREDENTIAL/credentials` */
const listAccessKeys = operation({
  id: 'listAccessKeys',
  noun: 'access-keys',
  method: 'GET',
  path: all,
  summary: 'List the access keys of a user: oneself, or one of the account that the caller administers.',
  action: 'iam:credentials:listCredentials',
  needs: 'identity',
  family: 'iam',
  query: Type.Object({ user_id: Type.Optional(Type.String({ description: 'the caller unless told' })) }),
  response: { status: 200, schema: members({ credentials: Type.Array(members(shown)) }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v3.0/OS-CREDENTIAL/credentials/{access_key}` */
const getAccessKey = operation({
  id: 'getAccessKey',
  noun: 'access-keys',
  method: 'GET',
  path: one,
  summary: 'Read an access key, without its secret.',
  action: 'iam:credentials:getCredential',
  needs: 'identity',
  family: 'iam',
  params: Type.Object({ access_key: Type.String() }),
  response: { status: 200, schema: answer },
  fidelity: { state: 'partial', note: 'the time of last use is not kept', witness },
})

/** `PUT /v3.0/OS-CREDENTIAL/credentials/{access_key}` */
const updateAccessKey = operation({
  id: 'updateAccessKey',
  noun: 'access-keys',
  method: 'PUT',
  path: one,
  summary: 'Switch an access key on or off, or describe it.',
  action: 'iam:credentials:updateCredential',
  needs: 'administrator',
  family: 'iam',
  params: Type.Object({ access_key: Type.String() }),
  body: Type.Object({ credential: Type.Object({ status: Type.Optional(status), description: Type.Optional(Type.String()) }) }),
  response: { status: 200, schema: answer },
  fidelity: { state: 'real', note: '', witness },
})

/** `DELETE /v3.0/OS-CREDENTIAL/credentials/{access_key}` */
const deleteAccessKey = operation({
  id: 'deleteAccessKey',
  noun: 'access-keys',
  method: 'DELETE',
  path: one,
  summary: 'End an access key; signatures of it are refused from the next call on.',
  action: 'iam:credentials:deleteCredential',
  needs: 'administrator',
  family: 'iam',
  params: Type.Object({ access_key: Type.String() }),
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of access keys, by id. */
export const accessKeyOperations = { createAccessKey, listAccessKeys, getAccessKey, updateAccessKey, deleteAccessKey }
