// Auth-infos: credentials for sources, stored once under a name and never shown again.

import { operationVerb } from '../operation-verb.ts'
import { column } from '../show.ts'
import type { Verb } from '../verb.ts'

const flags = { user_name: { name: 'user', brief: 'who logs in at the source' }, datasource_type: { name: 'type' } }

/** Verbs of `auth-info`. */
export const authInfoVerbs: readonly Verb[] = [
  operationVerb('createAuthInfo', {
    positionals: ['auth_info_name'],
    flags: { ...flags, password: { brief: 'its password there; asked for unless given' } },
    assumed: { datasource_type: 'passwd' },
    // The other types may do without one.
    neededBy: { password: (given) => (given.text('type') ?? 'passwd').toLowerCase() === 'passwd' && given.text('body') === undefined },
    said: ({ body }) => `auth-info ${String(body['auth_info_name'])} stored`,
    examples: [
      { line: 'tributary auth-info create shop_login --user tributary', brief: 'The password is asked for, without being shown:' },
      { line: 'tributary auth-info create shop_login2 --user tributary --password-from env:SHOP_PASSWORD', brief: 'From a variable:' },
    ],
  }),
  operationVerb('listAuthInfos', {
    columns: [
      column('auth_info_name', 'name'),
      column('datasource_type', 'type'),
      column('user_name', 'user'),
      column('owner'),
      column('update_time', 'changed time'),
    ],
    examples: [{ line: 'tributary auth-info list', brief: 'Names and users; secrets are not part of it:' }],
  }),
  operationVerb('updateAuthInfo', {
    positionals: ['auth_info_name'],
    flags,
    said: ({ body }) => `auth-info ${String(body['auth_info_name'])} changed`,
    examples: [
      { line: 'tributary auth-info update shop_login --password-from stdin < shop-password', brief: 'A new password, from a file:' },
    ],
  }),
  operationVerb('deleteAuthInfo', {
    said: ({ params }) => `auth-info ${String(params['auth_info_name'])} deleted`,
    examples: [{ line: 'tributary auth-info delete old', brief: 'Tables that name it can no longer log in:' }],
  }),
]
