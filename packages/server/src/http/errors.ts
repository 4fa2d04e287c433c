// Errors on the wire: one table from kind and family to status and published code, and the envelope of each family.

import { STATUS_CODES } from 'node:http'
import type { ErrorFamily, PublishedCode } from '@tributary/contract'
import { type ErrorKind, type Reason, ServiceError, type Subject, say } from '@tributary/rules'
import type { Words } from './messages/language.ts'

/** A status and a code that go together. */
export interface WireError {
  readonly status: number
  readonly code: PublishedCode
}

type SubjectKind = Subject['kind']
type Row = WireError & {
  readonly bySubject?: Readonly<Partial<Record<SubjectKind, WireError>>>
  readonly byReason?: Readonly<Partial<Record<Reason, WireError>>>
}

const gone: WireError = { status: 404, code: 'DLI.0023' }
const unauthenticated: WireError = { status: 401, code: 'APIGW.0301' }
const throttled: WireError = { status: 429, code: 'APIGW.0308' }

const dli = {
  // A plan whose times never come has a code of its own.
  invalid: { status: 400, code: 'DLI.0001', bySubject: { plan: { status: 400, code: 'DLI.0999' } } },
  syntax: { status: 400, code: 'DLI.0004' },
  semantic: { status: 400, code: 'DLI.0005' },
  notFound: {
    status: 400,
    code: 'DLI.0002',
    bySubject: {
      connection: gone,
      classicConnection: gone,
      peering: gone,
      route: gone,
      project: gone,
      vpc: gone,
      subnet: gone,
      securityGroup: gone,
      gateway: gone,
    },
  },
  absent: { status: 400, code: 'DLI.0100' },
  conflict: { status: 400, code: 'DLI.0006' },
  busy: { status: 400, code: 'DLI.0012' },
  unsupported: { status: 400, code: 'DLI.0007' },
  unauthenticated,
  forbidden: { status: 403, code: 'DLI.0003' },
  throttled,
  exhausted: { status: 400, code: 'DLI.1028' },
  // A queue that reaches no source is its owner's to bind: nothing that a client should try again by itself.
  unavailable: { status: 503, code: 'DLI.0999', bySubject: { queue: { status: 400, code: 'DLI.0012' } } },
  internal: { status: 500, code: 'DLI.0999' },
} as const satisfies Record<ErrorKind, Row>

/** Our own calls have no published statuses to keep, so they use the plain ones. */
const tributary = {
  ...dli,
  notFound: gone,
  conflict: { status: 409, code: 'DLI.0006' },
  unsupported: { status: 501, code: 'DLI.0007' },
} as const satisfies Record<ErrorKind, Row>

const vpc = {
  invalid: {
    status: 400,
    code: 'VPC.0101',
    bySubject: { subnet: { status: 400, code: 'VPC.0201' }, securityGroup: { status: 400, code: 'VPC.0601' } },
    byReason: {
      nameTaken: { status: 400, code: 'VPC.0115' },
      subnetsOutside: { status: 400, code: 'VPC.0117' },
      outsideVpc: { status: 400, code: 'VPC.0203' },
      overlap: { status: 400, code: 'VPC.0204' },
      otherVpc: { status: 400, code: 'VPC.0207' },
      badRange: { status: 400, code: 'VPC.0212' },
    },
  },
  syntax: { status: 400, code: 'VPC.0101' },
  semantic: { status: 400, code: 'VPC.0101' },
  notFound: {
    status: 404,
    code: 'VPC.0003',
    bySubject: {
      vpc: { status: 404, code: 'VPC.0105' },
      subnet: { status: 404, code: 'VPC.0202' },
      securityGroup: { status: 404, code: 'VPC.0603' },
    },
  },
  absent: { status: 404, code: 'VPC.0003' },
  conflict: {
    status: 409,
    code: 'VPC.0104',
    bySubject: { subnet: { status: 409, code: 'VPC.0208' }, securityGroup: { status: 409, code: 'VPC.0602' } },
    byReason: { customRoutes: { status: 409, code: 'VPC.0120' } },
  },
  busy: { status: 409, code: 'VPC.0104' },
  unsupported: { status: 501, code: 'VPC.0009' },
  unauthenticated,
  forbidden: { status: 403, code: 'VPC.2201' },
  throttled,
  exhausted: { status: 409, code: 'VPC.0114', bySubject: { securityGroup: { status: 409, code: 'VPC.0604' } } },
  unavailable: { status: 503, code: 'VPC.0009' },
  internal: { status: 500, code: 'VPC.0009' },
} as const satisfies Record<ErrorKind, Row>

/** IAM's envelope carries the status as its code. */
const iamStatuses: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  syntax: 400,
  semantic: 400,
  notFound: 404,
  absent: 404,
  conflict: 409,
  busy: 409,
  unsupported: 501,
  unauthenticated: 401,
  forbidden: 403,
  throttled: 429,
  exhausted: 403,
  unavailable: 503,
  internal: 500,
}

const tables: Readonly<Record<Exclude<ErrorFamily, 'iam'>, Readonly<Record<ErrorKind, Row>>>> = { dli, tributary, vpc, vpc3: vpc }

/** Every status and code that can go out, for the registry test and the generated page. */
export function allWireErrors(): readonly (WireError & {
  readonly family: ErrorFamily
  readonly kind: ErrorKind
  /** The kind of the subject, or the reason, that this is for; empty for all others. */
  readonly subject: string
})[] {
  return Object.entries(tables).flatMap(([family, table]) =>
    Object.entries(table).flatMap(([kind, row]) => {
      const common = { family: family as ErrorFamily, kind: kind as ErrorKind }
      const exact = [...Object.entries(row.bySubject ?? {}), ...Object.entries(row.byReason ?? {})]
      const special = exact.map(([subject, wire]) => ({ ...common, subject, ...wire }))
      return [{ ...common, subject: '', status: row.status, code: row.code }, ...special]
    }),
  )
}

/** The status and published code of an error in a family (IAM has no codes). */
export function wireErrorOf(
  family: Exclude<ErrorFamily, 'iam'>,
  kind: ErrorKind,
  subject: SubjectKind | undefined,
  reason?: Reason,
): WireError {
  const row = tables[family][kind]
  const byReason = reason === undefined ? undefined : row.byReason?.[reason]
  return byReason ?? (subject === undefined ? undefined : row.bySubject?.[subject]) ?? row
}

/** What goes out: status and body. */
export interface ErrorAnswer {
  readonly status: number
  readonly body: unknown
}

/** Where an error meets its caller. */
export interface ErrorPlace {
  readonly family: ErrorFamily
  readonly requestId: string
  /** Resource of the operation, chooses among codes where the error itself names none. */
  readonly noun?: string | undefined
  readonly words: Words
}

/** Writes an error for the wire. Anything but a {@link ServiceError} is a bug: it is answered without detail. */
export function errorAnswer(error: unknown, { family, requestId, noun, words }: ErrorPlace): ErrorAnswer {
  const known = error instanceof ServiceError ? error : internalError()
  const { hint } = known.details
  const message = words(hint === undefined ? known.text : say`${known.text} (${hint})`)
  if (family === 'iam') return iamAnswer(iamStatuses[known.kind], message)
  const { status, code } = wireErrorOf(family, known.kind, known.details.subject?.kind ?? subjectOf(noun), known.details.reason)
  const isGateway = code.startsWith('APIGW.')
  if (family === 'vpc' && !isGateway) return { status, body: { code, message } }
  return { status, body: { error_code: code, error_msg: message, ...(isGateway || family === 'vpc3' ? { request_id: requestId } : {}) } }
}

function iamAnswer(status: number, message: string): ErrorAnswer {
  return { status, body: { error: { code: status, message, title: STATUS_CODES[status] ?? 'Error' } } }
}

function internalError(): ServiceError {
  return new ServiceError('internal', say`the service failed; the log has the reason under this request’s X-Request-Id`)
}

const subjects: Readonly<Record<string, SubjectKind>> = {
  vpcs: 'vpc',
  subnets: 'subnet',
  'security-groups': 'securityGroup',
  'security-group-rules': 'securityGroup',
}

/** Only the VPC service has codes that depend on the operation alone. */
function subjectOf(noun: string | undefined): SubjectKind | undefined {
  return noun === undefined ? undefined : subjects[noun]
}

/** The gateway's body for a call that does not exist. */
export function noSuchCall(requestId: string, words: Words): unknown {
  return {
    error_code: 'APIGW.0101',
    error_msg: words(say`The API does not exist or has not been published in the environment`),
    request_id: requestId,
  }
}
