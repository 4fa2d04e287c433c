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
  return new Failure(ending, text, { next: nextOf(status, ending, lines), requestId })
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

function nextOf(status: number, ending: Ending, { help, list }: HelpLines): string {
  if (status === 401) return 'sign in: tributary login'
  if (status === 403) return 'ask an administrator of the project, or use another profile: tributary profile list'
  if (status === 429) return 'wait a moment and try again'
  if (status >= 500) return 'look for the request in the log of the server'
  return ending === 'notFound' ? `see what there is: ${list}` : help
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
