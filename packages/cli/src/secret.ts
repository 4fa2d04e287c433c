// Reads secrets from where they are safe: a prompt without echo, standard input, or a variable. Never from an argument.

import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { Failure } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** What is asked for: `flag` says where it comes from, `what` names it to a person. */
export interface SecretRequest {
  readonly what: string
  /** Name of the flag, for messages. */
  readonly flag: string
  /** `prompt`, `stdin` or `env:NAME`; absent means a prompt where there is a terminal. */
  readonly from: string | undefined
}

const longestBytes = 64 * 1024

/** Reads one secret; the line break at its end does not count. @throws {Failure} `usage` when there is nowhere to read it from, or nothing there */
export async function readSecret(terminal: Terminal, request: SecretRequest): Promise<string> {
  const secret = await readFrom(terminal, request)
  if (secret === '') throw new Failure('usage', `${request.what} is empty`)
  return secret
}

async function readFrom(terminal: Terminal, { what, flag, from }: SecretRequest): Promise<string> {
  const howTo = `--${flag} prompt, --${flag} stdin or --${flag} env:NAME`
  if (from === 'stdin') return firstLine(await readAll(terminal))
  if (from?.startsWith('env:') === true) {
    const value = terminal.env[from.slice(4)]
    if (value === undefined) throw new Failure('usage', `variable ${from.slice(4)} is not set; it should hold ${what}`)
    return value
  }
  // What was written may be the secret itself, so it is not repeated.
  if (from !== undefined && from !== 'prompt') throw new Failure('usage', `secrets are not taken from arguments; say ${howTo}`)
  if (!terminal.isTTY.stdin) throw new Failure('usage', `${what} is missing and there is no terminal to ask at`, { next: howTo })
  return prompt(terminal, what)
}

/** Everything on standard input, at most 64 KB. */
async function readAll({ stdin }: Terminal): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk as Uint8Array)
    length += bytes.length
    if (length > longestBytes) throw new Failure('usage', 'standard input is too long for a secret')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? ''
}

/** Asks at the terminal; what is typed is not shown. */
function prompt(terminal: Terminal, what: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: terminal.stdin, output: nowhere, terminal: true })
  // Only now: from here on the terminal shows nothing of what is typed.
  terminal.err(`${what}: `)
  return new Promise((resolve, reject) => {
    lines.on('SIGINT', () => reject(new Failure('interrupted', 'stopped')))
    lines.on('close', () => reject(new Failure('interrupted', 'standard input ended')))
    lines.question('', resolve)
  }).finally(() => {
    terminal.err('\n')
    lines.close()
  }) as Promise<string>
}
