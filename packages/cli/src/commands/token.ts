// Tokens: for programs that speak to the API themselves; the command line signs in by its profile.

import { operationVerb } from '../operation-verb.ts'
import { readSecret } from '../secret.ts'
import { tokenOf } from '../caller.ts'
import { placeOf } from '../place.ts'
import { printJson } from '../show.ts'
import type { Verb } from '../verb.ts'
import { caFlag, endpointFlag, passwordFlag, whoFlags, whoOf } from './login.ts'

const about = { 'x-subject-token': { brief: 'the token that it is about' } }

const issue: Verb = {
  words: 'token issue',
  brief: 'Sign in with a password and print a token, valid for 24 hours',
  operations: ['issueToken'],
  positionals: [],
  flags: [...whoFlags, passwordFlag, endpointFlag, caFlag, { name: 'json', kind: 'switch', brief: 'print it as JSON' }],
  isLocal: true,
  examples: [
    {
      line: 'tributary token issue --user ann --project local --password-from env:ANN_PASSWORD > token',
      brief: 'For a program that sends X-Auth-Token:',
    },
  ],
  async run({ terminal, given }) {
    const who = whoOf(given)
    const password = await readSecret(terminal, {
      what: `password of ${who.user}`,
      flag: passwordFlag.name,
      from: given.text(passwordFlag.name),
    })
    const token = await tokenOf(placeOf(terminal, given), { ...who, password })
    if (given.isOn('json')) printJson(terminal, { token })
    else terminal.out(`${token}\n`)
  },
}

/** Verbs of `token`. */
export const tokenVerbs: readonly Verb[] = [
  issue,
  operationVerb('describeToken', {
    flags: about,
    examples: [{ line: 'tributary token describe --subject-token-from stdin < token', brief: 'Whose it is and how long it lasts:' }],
  }),
  operationVerb('checkToken', {
    flags: about,
    said: () => 'valid',
    examples: [{ line: 'tributary token check --subject-token-from stdin < token', brief: 'Ends with exit code 4 when it is not valid:' }],
  }),
  operationVerb('revokeToken', {
    flags: about,
    said: () => 'token revoked',
    examples: [{ line: 'tributary token revoke --subject-token-from stdin < token', brief: 'Before its time:' }],
  }),
  operationVerb('getCatalog', {
    words: 'token catalog',
    examples: [{ line: 'tributary token catalog', brief: 'Services and their addresses:' }],
  }),
]
