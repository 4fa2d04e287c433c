// Users, access keys and roles: who may do what in which project.

import { operationVerb } from '../operation-verb.ts'
import { column } from '../show.ts'
import type { Verb } from '../verb.ts'

const roleColumns = [column('name'), column('display_name', 'shown as'), column('id'), column('description')]

/** Verbs of `user`. */
export const userVerbs: readonly Verb[] = [
  operationVerb('createUser', {
    positionals: ['name'],
    examples: [
      { line: 'tributary user create ann --password-from env:ANN_PASSWORD', brief: 'Somebody new; roles come by tributary role grant:' },
    ],
  }),
  operationVerb('listUsers', {
    columns: [column('name'), column('id'), column('enabled'), column('description')],
    examples: [{ line: 'tributary user list', brief: 'All of the account:' }],
  }),
  operationVerb('getUser', { examples: [{ line: 'tributary user get ann', brief: 'By name or id:' }] }),
  operationVerb('getCallerIdentity', { examples: [{ line: 'tributary user whoami', brief: 'Who signs in here:' }] }),
  operationVerb('patchUser', { examples: [{ line: 'tributary user update ann --description "reads orders"', brief: 'Say who it is:' }] }),
  operationVerb('putUser', { examples: [{ line: 'tributary user update-v3.0 ann --enabled', brief: 'By the other call:' }] }),
  operationVerb('changePassword', {
    brief: 'Change a password, as its user, who knows the old one',
    said: () => 'password changed; sign in again: tributary login',
    examples: [
      {
        line: 'tributary user change-password ann --profile ann --original-password-from env:ANN_PASSWORD --password-from env:ANN_NEW_PASSWORD',
        brief: 'One’s own:',
      },
    ],
  }),
  operationVerb('deleteUser', {
    said: () => 'user deleted',
    examples: [{ line: 'tributary user delete old', brief: 'With keys and roles:' }],
  }),
]

/** Verbs of `access-key`. */
export const accessKeyVerbs: readonly Verb[] = [
  operationVerb('createAccessKey', {
    brief: 'Make an access key for a user; its secret is printed now and never again',
    flags: { user_id: { name: 'user', brief: 'whose key, by name or id' } },
    examples: [{ line: 'tributary access-key create --user ann --description laptop', brief: 'For a program that signs its calls:' }],
  }),
  operationVerb('listAccessKeys', {
    flags: { user_id: { name: 'user', brief: 'whose keys, by name or id' } },
    columns: [
      column('access', 'access key'),
      column('status'),
      column('user_id', 'user'),
      column('create_time', 'created'),
      column('description'),
    ],
    examples: [{ line: 'tributary access-key list --user ann', brief: 'Those of one user:' }],
  }),
  operationVerb('getAccessKey', { examples: [{ line: 'tributary access-key get ACCESS_KEY', brief: 'By the key itself:' }] }),
  operationVerb('updateAccessKey', {
    flags: { status: { values: ['active', 'inactive'] } },
    examples: [{ line: 'tributary access-key update ACCESS_KEY --status inactive', brief: 'Turn it off for a while:' }],
  }),
  operationVerb('deleteAccessKey', {
    said: () => 'access key deleted',
    examples: [{ line: 'tributary access-key delete ACCESS_KEY', brief: 'For good:' }],
  }),
]

/** Verbs of `role`. */
export const roleVerbs: readonly Verb[] = [
  operationVerb('listRoles', { columns: roleColumns, examples: [{ line: 'tributary role list', brief: 'What there is to grant:' }] }),
  operationVerb('getRole', { examples: [{ line: 'tributary role get editor', brief: 'By name or id:' }] }),
  operationVerb('grantProjectRole', {
    brief: 'Give a user a role in the project',
    said: () => 'role granted',
    examples: [{ line: 'tributary role grant ann editor', brief: 'Let a user work in the project:' }],
  }),
  operationVerb('listProjectRoles', {
    columns: roleColumns,
    examples: [{ line: 'tributary role list-of-user ann', brief: 'In the project:' }],
  }),
  operationVerb('checkProjectRole', {
    said: () => 'yes',
    examples: [{ line: 'tributary role check ann editor', brief: 'Ends with exit code 4 when it is not so:' }],
  }),
  operationVerb('revokeProjectRole', {
    brief: 'Take a role in the project away from a user',
    said: () => 'role revoked',
    examples: [{ line: 'tributary role revoke ann editor', brief: 'What it had is lost with the next call:' }],
  }),
  operationVerb('grantDomainRole', {
    said: () => 'role granted',
    examples: [{ line: 'tributary role grant-administrator tributary ann admin', brief: 'Let a user administer the account:' }],
  }),
  operationVerb('listDomainRoles', {
    columns: roleColumns,
    examples: [{ line: 'tributary role list-of-administrator tributary ann', brief: 'In the account:' }],
  }),
  operationVerb('revokeDomainRole', {
    said: () => 'role revoked',
    examples: [{ line: 'tributary role revoke-administrator tributary ann admin', brief: 'No more:' }],
  }),
]
