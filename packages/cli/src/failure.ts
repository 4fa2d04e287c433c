// What goes wrong on the command line: the message, what to do next, and how the process ends.

import { ApiError } from '@tributary/contract'
import { type Ending, exitCodes } from './exit-codes.ts'

/** An end that is not `done`. `next` is one line a person can act on, often a command. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly ending: Exclude<Ending, 'done'>
  readonly next: string | undefined
  readonly requestId: string | undefined

  constructor(ending: Exclude<Ending, 'done'>, message: string, details: { readonly next?: string; readonly requestId?: string } = {}) {
    super(message)
    this.ending = ending
    this.next = details.next
    this.requestId = details.requestId
  }
}

// Published codes that mean "there is no such thing" although they may come with 400.
const absentCodes: ReadonlySet<string> = new Set(['DLI.0002', 'DLI.0023'])

/** An error answer as a failure; anything else that is thrown is a bug and passes through. */
export function failureOf(error: unknown, lines: HelpLines): unknown {
  if (!(error instanceof ApiError)) return error
  const { status, code, message, requestId } = error
  const ending = endingOf(status, code)
  // The answer to a HEAD has no words of its own.
  const said = message === `HTTP ${status}` ? (ending === 'notFound' ? 'it is not so' : 'the server said no more') : message
  const text = `${said} (${code === '' || code === String(status) ? '' : `${code}, `}HTTP ${status})`
  const next = whatThereIs(message) ?? nextOf({ status, code, ending, message }, lines)
  return new Failure(ending, text, { ...(next === undefined ? {} : { next }), requestId })
}

/** Commands to point at: one that teaches the verb, and one that shows what there is. */
export interface HelpLines {
  readonly help: string
  readonly list: string
}

function endingOf(status: number, code: string): Exclude<Ending, 'done'> {
  if (status === 401 || status === 403) return 'signIn'
  return status === 404 || absentCodes.has(code) ? 'notFound' : 'failed'
}

/** What is missing is told by the message; whatever verb it was missing for, this lists what there is. */
const lists: readonly (readonly [RegExp, string])[] = [
  [/\bno user\b/i, 'user list'],
  [/\bno project\b/i, 'project list'],
  [/\bno role\b/i, 'role list'],
  [/\bno queue\b/i, 'queue list'],
  [/\bno elastic resource pool\b/i, 'pool list'],
  [/\bno (datasource authentication|auth-info)\b/i, 'auth-info list'],
  [/\bno database\b/i, 'database list'],
  [/\bno table named\b/i, 'table list DATABASE'],
  [/\bTable or view not found: (\w+)\./, 'table list $1'],
  [/\bno job\b/i, 'job list'],
  [/\bthe vpc could not be found\b/i, 'vpc list'],
  [/\bthe subnet could not be found\b/i, 'subnet list'],
  [/\bthe security group could not be found\b/i, 'security-group list'],
]

function whatThereIs(message: string): string | undefined {
  for (const [pattern, list] of lists) {
    const found = pattern.exec(message)
    if (found !== null) return `see what there is: tributary ${list.replace('$1', found[1] ?? '')}`
  }
  return undefined
}

// Of a statement the message says where it is wrong; no page of help knows more.
const statementCodes: ReadonlySet<string> = new Set(['DLI.0004', 'DLI.0005'])

interface Refused {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly ending: Ending
}

function nextOf({ status, code, ending, message }: Refused, { help, list }: HelpLines): string | undefined {
  if (/username or password is wrong/i.test(message))
    return 'look at --user, --domain and --project too; an administrator can set a new password'
  if (status === 401) return 'sign in: tributary login'
  if (status === 403) return 'ask an administrator of the project, or use another profile: tributary profile list'
  if (status === 429) return 'wait a moment and try again'
  if (status >= 500) return 'look for the request in the log of the server'
  if (statementCodes.has(code)) return undefined
  if (ending === 'notFound') return `see what there is: ${list}`
  // A message that says itself what to do needs no page.
  return /[:;] /.test(message) ? undefined : help
}

/** The lines for standard error. */
export function describeFailure({ message, next, requestId }: Failure): string {
  return [
    `tributary: ${message}`,
    ...(next === undefined ? [] : [`  next: ${next}`]),
    ...(requestId === undefined || requestId === '' ? [] : [`  request: ${requestId}`]),
    '',
  ].join('\n')
}

/** The exit code of a failure. */
export function codeOf({ ending }: Failure): number {
  return exitCodes[ending].code
}
