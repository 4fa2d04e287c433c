// How a command line ends, for scripts: one table that the code, the help and the guide read.

/** Exit codes by what happened; `--help` prints them. */
export const exitCodes = {
  done: { code: 0, meaning: 'done' },
  failed: { code: 1, meaning: 'the server answered an error, the job failed, or the address is not reachable' },
  usage: { code: 2, meaning: 'the command line, a file it names or a value in it is wrong; nothing was sent' },
  signIn: { code: 3, meaning: 'not signed in, sign-in refused, or not allowed' },
  notFound: { code: 4, meaning: 'there is no such thing' },
  timedOut: { code: 5, meaning: 'a wait took too long; what was asked for may still come' },
  unreached: { code: 6, meaning: 'no server answered' },
  partial: { code: 7, meaning: 'some of it was done; what was not is listed' },
  interrupted: { code: 130, meaning: 'stopped by Ctrl-C' },
} as const

/** Name of a row of {@link exitCodes}. */
export type Ending = keyof typeof exitCodes

/** The table as help prints it. */
export function exitCodeLines(): readonly string[] {
  return Object.values(exitCodes).map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
}
