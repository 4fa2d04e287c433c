// Where a command line reads and writes: the streams, the variables and the folder of one process.

import type { Readable } from 'node:stream'

/** One process as commands see it; tests make their own. */
export interface Terminal {
  readonly stdin: Readable
  /** Standard output: answers alone. */
  readonly out: (text: string) => void
  /** Standard error: progress, notices, failures. */
  readonly err: (text: string) => void
  /** Whether each is a terminal with a person before it. */
  readonly isTTY: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder that relative paths begin at. */
  readonly cwd: string
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}

/** The terminal of this process. @param signal - aborted by Ctrl-C */
export function processTerminal(signal: AbortSignal): Terminal {
  return {
    stdin: process.stdin,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTTY: { stdin: process.stdin.isTTY, stdout: process.stdout.isTTY, stderr: process.stderr.isTTY },
    env: process.env,
    cwd: process.cwd(),
    signal,
  }
}
