// The address of a PostgreSQL as people write it, read into its parts: postgresql://user@host:port/database?sslmode=require

import { Failure } from './failure.ts'

/** Where a source is and who logs in there. */
export interface SourceUrl {
  readonly user: string
  /** A name or an IPv4 address. */
  readonly host: string
  readonly port: number
  readonly database: string
  /** What follows the question mark, to be handed on; empty when nothing does. */
  readonly parameters: string
}

const form = 'postgresql://USER@HOST:PORT/DATABASE'

/** Reads an address. @throws {Failure} `usage`; no message repeats a password that was written into it */
export function readSourceUrl(text: string): SourceUrl {
  const parts = /^(?:postgresql|postgres):\/\/(?:([^@/?#]*)@)?([^/?#:@]+)(?::(\d{1,5}))?\/([^/?#]+)(?:\?([^#]*))?$/.exec(text)
  if (parts === null) throw new Failure('usage', `this is not understood as the address of a source; write ${form}`)
  const [, login = '', host = '', port = '5432', database = '', parameters = ''] = parts
  if (login.includes(':') || /(^|&)(user|password)=/i.test(parameters))
    throw new Failure('usage', 'a password is not taken from an argument; leave it out and it is asked for', {
      next: '--password-from prompt, stdin or env:NAME',
    })
  if (login === '') throw new Failure('usage', `the address names no user; write ${form}`)
  if (Number(port) < 1 || Number(port) > 65535) throw new Failure('usage', `${port} is no port`)
  return { user: decode(login), host: decode(host), port: Number(port), database: decode(database), parameters }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Failure('usage', `"${text}" has a % that is not followed by two hexadecimal digits`)
  }
}
