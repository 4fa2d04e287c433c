// What a verb of the command line is: words, arguments, flags, examples and what it does. Help, completion and the parser are read from it.

import type { OperationId } from '@tributary/contract'
import type { Given } from './given.ts'
import type { Session } from './session.ts'
import type { Terminal } from './terminal.ts'

/** How the value of a flag is written. `pairs` is `a=b,c=d`; `json` is JSON or `@file`; `secret` says where a secret is read from. */
export type FlagKind = 'text' | 'number' | 'switch' | 'list' | 'pairs' | 'json' | 'secret'

/** One flag: `--name`. */
export interface Flag {
  /** Kebab-case, without dashes. */
  readonly name: string
  readonly brief: string
  readonly kind: FlagKind
  readonly isRequired?: boolean
  /** The only values there are. */
  readonly values?: readonly string[]
  /** One letter: `-q`. */
  readonly letter?: string
}

/** One positional argument. `name` is shown in capitals. */
export interface Positional {
  readonly name: string
  readonly brief: string
  readonly isOptional?: boolean
  /** The last one may take every argument that follows. */
  readonly isRepeated?: boolean
}

/** A command as somebody types it, and what it does. Words in capitals stand for ids that earlier answers gave. */
export interface Example {
  readonly line: string
  readonly brief: string
}

/** What a verb is given to do its work. */
export interface Call {
  readonly terminal: Terminal
  readonly given: Given
  /** Signs in when first asked; the same session afterwards. */
  readonly session: () => Promise<Session>
}

/** One verb. `words` is `queue create`, or one word for a verb of its own. */
export interface Verb {
  readonly words: string
  readonly brief: string
  /** More lines of help, each at most 98 columns. */
  readonly detail?: readonly string[]
  /** Operations that it calls; every operation of the contract is in some verb's list. */
  readonly operations: readonly OperationId[]
  readonly positionals: readonly Positional[]
  readonly flags: readonly Flag[]
  readonly examples: readonly [Example, ...Example[]]
  /** False for verbs that speak to no server: they take no flags of sign-in. */
  readonly isLocal?: boolean
  /** @throws {Failure} with what to do next */
  run(call: Call): Promise<void>
}

/** Flags of every verb that speaks to a server. */
export const serverFlags: readonly Flag[] = [
  { name: 'json', kind: 'switch', brief: 'print the answer as JSON' },
  { name: 'profile', kind: 'text', brief: 'which saved sign-in; variable TRIBUTARY_PROFILE' },
  {
    name: 'data-dir',
    kind: 'text',
    brief: 'the server of this folder, as its owner; ./data where nobody is signed in; variable TRIBUTARY_DATA_DIR',
  },
  { name: 'endpoint', kind: 'text', brief: 'where the server is; variable TRIBUTARY_ENDPOINT' },
  { name: 'project', kind: 'text', brief: 'another project than that of the profile, by name or id' },
  { name: 'calls', kind: 'switch', brief: 'print each call on standard error' },
]

/** All flags of a verb, its own first. */
export function flagsOf(verb: Verb): readonly Flag[] {
  return verb.isLocal === true ? verb.flags : [...verb.flags, ...serverFlags]
}

/** The noun and the verb; the noun is empty for a verb of its own. */
export function nounOf(verb: Verb): string {
  return verb.words.includes(' ') ? (verb.words.split(' ')[0] ?? '') : ''
}
