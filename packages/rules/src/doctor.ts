// What the doctor may be asked: an address, how to speak to it, and what to look for there.

import { type Endpoint, parseEndpoint } from './endpoint.ts'
import { ServiceError } from './errors.ts'
import { say, type Text } from './text.ts'

/** How a doctor's session is encrypted, as in the url of a source table. */
export type DoctorTls = 'disable' | 'prefer' | 'require' | 'verify-full'

/** A kind of source that is spoken to beyond TCP. */
export interface DoctorProtocol {
  readonly kind: string
  /** What callers may say besides `kind`, in lower case. */
  readonly otherNames: readonly string[]
  /** The database that every server of this kind has. */
  readonly defaultDatabase: string
}

/** A question as a caller asks it. */
export interface DoctorDraft {
  readonly address: string
  readonly protocol?: string | undefined
  readonly authInfoName?: string | undefined
  readonly database?: string | undefined
  readonly table?: string | undefined
  readonly tls?: string | undefined
}

/** A question that has been checked; without a protocol nothing beyond TCP is asked. */
export interface DoctorQuestion {
  readonly endpoint: Endpoint
  readonly session: DoctorSession | undefined
}

/** What is done once TCP stands: TLS always, login with an auth-info alone, a table after a login alone. */
export interface DoctorSession {
  /** The `kind` of a {@link DoctorProtocol}. */
  readonly protocol: string
  readonly authInfoName: string | undefined
  readonly database: string
  readonly schema: string | undefined
  readonly table: string | undefined
  readonly tls: DoctorTls
}

const known: readonly string[] = ['redis', 'dws', 'css', 'opentsdb', 'hbase', 'mongo', 'kafka']
const tlsModes: readonly string[] = ['disable', 'prefer', 'require', 'verify-full'] satisfies readonly DoctorTls[]

/**
 * @param protocols - those that are spoken, in the order in which messages name them
 * @throws {ServiceError} `invalid` naming the member; `unsupported` for a protocol that is not spoken yet
 */
export function checkDoctorDraft(draft: DoctorDraft, protocols: readonly DoctorProtocol[]): DoctorQuestion {
  const offered = protocols.map(({ kind }) => kind).join(' or ')
  const endpoint = parseEndpoint(draft.address)
  if (endpoint === undefined) throw invalid(say`address is host:port, like 10.71.0.5:5432 or db.example.com:5432`)
  if (draft.protocol === undefined) {
    const beyond = (['authInfoName', 'database', 'table', 'tls'] as const).find((member) => draft[member] !== undefined)
    if (beyond !== undefined) throw invalid(say`${wireNames[beyond]} needs protocol: say ${offered}`)
    return { endpoint, session: undefined }
  }
  const { kind: protocol, defaultDatabase } = readProtocol(draft.protocol, protocols, offered)
  const { authInfoName, tls = 'prefer' } = draft
  if (!tlsModes.includes(tls)) throw invalid(say`tls is one of ${tlsModes.join(', ')}`)
  if (draft.table !== undefined && authInfoName === undefined)
    throw invalid(say`table needs auth_info_name: nothing is read without a login`)
  return {
    endpoint,
    session: {
      protocol,
      authInfoName,
      database: databaseOf(draft.database ?? defaultDatabase),
      ...tableOf(draft.table),
      tls: tls as DoctorTls,
    },
  }
}

const wireNames = { authInfoName: 'auth_info_name', database: 'database', table: 'table', tls: 'tls' } as const

function readProtocol(protocol: string, protocols: readonly DoctorProtocol[], offered: string): DoctorProtocol {
  const wanted = protocol.toLowerCase()
  const spoken = protocols.find(({ kind, otherNames }) => kind === wanted || otherNames.includes(wanted))
  if (spoken !== undefined) return spoken
  if (known.includes(wanted)) {
    throw new ServiceError(
      'unsupported',
      say`protocol ${wanted} is not spoken yet: leave protocol out to test up to TCP, or use ${offered}`,
    )
  }
  throw invalid(say`protocol is ${offered}, or left out to test up to TCP`)
}

function databaseOf(database: string): string {
  if (!isName(database)) throw invalid(say`database is a name of 1 to 63 characters`)
  return database
}

function tableOf(text: string | undefined): { readonly schema: string | undefined; readonly table: string | undefined } {
  if (text === undefined) return { schema: undefined, table: undefined }
  const parts = text.split('.')
  if (parts.length > 2 || !parts.every(isName)) throw invalid(say`table is a name, or schema.name, of 1 to 63 characters each`)
  const [table = '', schema] = parts.toReversed()
  return { schema, table }
}

function isName(text: string): boolean {
  return text.length >= 1 && text.length <= 63 && !/\p{Cc}/u.test(text)
}

function invalid(message: Text): ServiceError {
  return new ServiceError('invalid', message)
}
