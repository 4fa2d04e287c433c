// Users on the wire (IAM), in both spellings that clients use.

import { Type } from 'typebox'
import { members } from './envelope.ts'
import { operation } from './operation.ts'

const witness = 'a user is made, found, changed, signs in and is removed'
const one = ['/v3/users/{user_id}', '/v3.0/OS-USER/users/{user_id}'] as const
const links = members({ self: Type.String(), next: Type.Null(), previous: Type.Null() })
const note = 'no e-mail, telephone or outside identity is kept'

const user = members({
  id: Type.String(),
  name: Type.String(),
  domain_id: Type.String(),
  enabled: Type.Boolean(),
  description: Type.String(),
  pwd_status: Type.Boolean({ description: 'true: the password need not be changed at the next sign-in' }),
  password_expires_at: Type.String({ description: 'always empty: passwords do not expire' }),
  access_mode: Type.String({ description: 'always default: sign-in and access keys' }),
  create_time: Type.String({ description: 'like 2019-02-13 06:52:13.0' }),
  is_domain_owner: Type.Boolean({ description: 'true for administrators of the account' }),
  links: members({ self: Type.String() }),
})
const answer = members({ user })
const password = Type.String({ writeOnly: true, description: '6 to 128 characters of at least two kinds' })
const changes = {
  password: Type.Optional(password),
  description: Type.Optional(Type.String({ description: 'at most 255 characters' })),
  enabled: Type.Optional(Type.Boolean({ description: 'false: neither its password nor its tokens and keys are good for anything' })),
}
const changeBody = Type.Object({ user: Type.Object({ name: Type.Optional(Type.String()), ...changes }) })

/** `POST /v3.0/OS-USER/users` */
const createUser = operation({
  id: 'createUser',
  noun: 'users',
  method: 'POST',
  path: ['/v3.0/OS-USER/users', '/v3/users'],
  summary: 'Make a user of the account; it has no role anywhere yet.',
  action: 'iam:users:createUser',
  needs: 'administrator',
  family: 'iam',
  body: Type.Object({
    user: Type.Object({
      name: Type.String({ description: '1 to 64 letters, digits, blanks, _ . and -, unique in the account' }),
      domain_id: Type.Optional(Type.String({ description: 'the caller’s own unless it is the installation owner' })),
      ...changes,
    }),
  }),
  response: { status: 201, schema: answer },
  fidelity: { state: 'partial', note, witness },
})

/** `GET /v3/users` */
const listUsers = operation({
  id: 'listUsers',
  noun: 'users',
  method: 'GET',
  path: ['/v3/users', '/v3.0/OS-USER/users'],
  summary: 'List the users of the account; who does not administer it finds itself alone.',
  action: 'iam:users:listUsers',
  needs: 'identity',
  family: 'iam',
  query: Type.Object({
    name: Type.Optional(Type.String({ description: 'exact' })),
    domain_id: Type.Optional(Type.String()),
    enabled: Type.Optional(Type.Boolean()),
  }),
  response: { status: 200, schema: members({ users: Type.Array(user), links }) },
  fidelity: { state: 'real', note: '', witness },
})

/** `GET /v3/users/{user_id}` */
const getUser = operation({
  id: 'getUser',
  noun: 'users',
  method: 'GET',
  path: one,
  summary: 'Read a user: oneself, or one of the account that the caller administers.',
  action: 'iam:users:getUser',
  needs: 'identity',
  family: 'iam',
  params: Type.Object({ user_id: Type.String() }),
  response: { status: 200, schema: answer },
  fidelity: { state: 'real', note: '', witness },
})

/** `PATCH /v3/users/{user_id}` */
const patchUser = operation({
  id: 'patchUser',
  noun: 'users',
  method: 'PATCH',
  path: '/v3/users/{user_id}',
  summary: 'Change a user; a new password ends its tokens.',
  action: 'iam:users:updateUser',
  needs: 'administrator',
  family: 'iam',
  params: Type.Object({ user_id: Type.String() }),
  body: changeBody,
  response: { status: 200, schema: answer },
  fidelity: { state: 'partial', note, witness },
})

/** `PUT /v3.0/OS-USER/users/{user_id}` */
const putUser = operation({
  id: 'putUser',
  noun: 'users',
  method: 'PUT',
  path: '/v3.0/OS-USER/users/{user_id}',
  summary: 'Change a user; absent members stay, a new password ends its tokens.',
  action: 'iam:users:updateUser',
  needs: 'administrator',
  family: 'iam',
  params: Type.Object({ user_id: Type.String() }),
  body: changeBody,
  response: { status: 200, schema: answer },
  fidelity: { state: 'partial', note, witness },
})

/** `POST /v3/users/{user_id}/password` */
const changePassword = operation({
  id: 'changePassword',
  noun: 'users',
  method: 'POST',
  path: '/v3/users/{user_id}/password',
  summary: 'Change one’s own password; every token of the user ends, the one of this call too.',
  action: 'iam:users:updateUserPwd',
  needs: 'identity',
  family: 'iam',
  params: Type.Object({ user_id: Type.String() }),
  body: Type.Object({ user: Type.Object({ original_password: Type.String({ writeOnly: true }), password }) }),
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** `DELETE /v3/users/{user_id}` */
const deleteUser = operation({
  id: 'deleteUser',
  noun: 'users',
  method: 'DELETE',
  path: one,
  summary: 'Remove a user with its roles, keys and tokens.',
  action: 'iam:users:deleteUser',
  needs: 'administrator',
  family: 'iam',
  params: Type.Object({ user_id: Type.String() }),
  response: { status: 204 },
  fidelity: { state: 'real', note: '', witness },
})

/** Operations of users, by id. */
export const userOperations = { createUser, listUsers, getUser, patchUser, putUser, changePassword, deleteUser }
