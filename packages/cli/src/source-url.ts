// The address of a source as people write it, read into its parts: postgresql://user@host:port/database?sslmode=require

import { Failure } from './failure.ts'

/** Kinds of sources that can be attached. */
export type SourceKind = 'postgresql' | 'mysql'

/** Where a source is and who logs in there. */
export interface SourceUrl {
  readonly kind: SourceKind
  readonly user: string
  /** A name or an IPv4 address. */
  readonly host: string
  readonly port: number
  readonly database: string
  /** What follows the question mark, to be handed on; empty when nothing does. */
  readonly parameters: string
}

const form = 'postgresql://USER@HOST:PORT/DATABASE or mysql://USER@HOST:PORT/DATABASE'

const kinds: Readonly<Record<string, SourceKind>> = { postgresql: 'postgresql', postgres: 'postgresql', mysql: 'mysql', mariadb: 'mysql' }
const defaultPorts: Readonly<Record<SourceKind, string>> = { postgresql: '5432', mysql: '3306' }

/** Reads an address. @throws {Failure} `usage`; no message repeats a password that was written into it */
export function readSourceUrl(text: string): SourceUrl {
  const parts = /^(postgresql|postgres|mysql|mariadb):\/\/(?:([^@/?#]*)@)?([^/?#:@]+)(?::(\d{1,5}))?\/([^/?#]+)(?:\?([^#]*))?$/.exec(text)
  if (parts === null) throw new Failure('usage', `this is not understood as the address of a source; write ${form}`)
  const [, scheme = '', login = '', host = '', given, database = '', parameters = ''] = parts
  const kind = kinds[scheme] ?? 'postgresql'
  const port = given ?? defaultPorts[kind]
  if (login.includes(':') || /(^|&)(user|password)=/i.test(parameters))
    throw new Failure('usage', 'a password is not taken from an argument; leave it out and it is asked for', {
      next: '--password-from prompt, stdin or env:NAME',
    })
  if (login === '') throw new Failure('usage', `the address names no user; write ${form}`)
  if (Number(port) < 1 || Number(port) > 65535) throw new Failure('usage', `${port} is no port`)
  return { kind, user: decode(login), host: decode(host), port: Number(port), database: decode(database), parameters }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Failure('usage', `"${text}" has a % that is not followed by two hexadecimal digits`)
  }
}
