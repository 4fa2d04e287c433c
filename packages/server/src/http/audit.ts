// The audit: what a request is as an act, who is refused, and the list of acts.

import { operations, type Operation } from '@tributary/contract'
import type { Control } from '@tributary/control'
import { type AuditEntry, ServiceError } from '@tributary/rules'
import type { FastifyRequest } from 'fastify'
import { addressOf } from './admit.ts'
import type { Door } from './door.ts'
import { success } from './envelope.ts'

const usualLimit = 100

/** Routes of the audit. */
export function auditRoutes(door: Door, control: Control): void {
  door.on(operations.listAudit, async ({ identity, query }) => {
    const { project_id: projectId, user, action, kind, from, to, marker: before, limit = usualLimit } = query
    const entries = await control.audit.list(identity, { projectId, user, action, kind, from, to, before, limit })
    return success({
      entries: entries.map((entry) => ({
        id: entry.id,
        at: entry.at,
        kind: entry.kind,
        user_id: entry.userId,
        user_name: entry.userName,
        action: entry.action,
        project_id: entry.projectId,
        resource: entry.resource,
        outcome: entry.outcome,
        request_id: entry.requestId,
        address: entry.address,
      })),
    })
  })
}

/** Whether a call may change something; what it then does change tells of it. */
export function isAct({ method }: Operation): boolean {
  return method !== 'GET' && method !== 'HEAD'
}

/** A request as an act. @param body - as its route reads it */
export function actOf(operation: Operation, request: FastifyRequest, body: unknown): Omit<AuditEntry, 'at'> {
  const isSignIn = operation.id === 'issueToken'
  return {
    kind: isSignIn ? 'signIn' : 'change',
    ...whoOf(request, isSignIn ? signInName(body) : ''),
    action: operation.action,
    ...whereOf(request),
    resource: resourceOf(operation, request, body),
    outcome: 'ok',
  }
}

/** Notes who was not let in, and sign-ins that failed. Everything else that is refused changes nothing and is in the log. */
export function noteRefusal(control: Pick<Control, 'audit'>, request: FastifyRequest, error: unknown): void {
  if (!(error instanceof ServiceError) || (error.kind !== 'unauthenticated' && error.kind !== 'forbidden')) return
  const operation = request.visit?.operation
  const isSignIn = operation?.id === 'issueToken'
  control.audit.noteRefusal({
    kind: isSignIn ? 'signIn' : 'denial',
    ...whoOf(request, isSignIn ? signInName(bodyOf(request)) : ''),
    action: operation?.action ?? '',
    ...whereOf(request),
    resource: operation === undefined ? '' : resourceOf(operation, request, undefined),
    outcome: error.kind === 'forbidden' ? '403' : '401',
  })
}

function whoOf({ visit }: FastifyRequest, claimed: string): Pick<AuditEntry, 'userId' | 'userName'> {
  const user = visit.identity?.user
  return { userId: user?.id ?? '', userName: user?.name ?? claimed }
}

function whereOf(request: FastifyRequest): Pick<AuditEntry, 'projectId' | 'requestId' | 'address'> {
  const projectId = shown((request.params as Readonly<Record<string, string>> | undefined)?.['project_id'])
  return { projectId, requestId: request.id, address: addressOf(request.raw) }
}

// Members of bodies by which resources are called. None of them is a secret.
const names = [
  'queue_name',
  'elastic_resource_pool_name',
  'auth_info_name',
  'database_name',
  'table_name',
  'connection_name',
  'name',
  'object',
]
const wrappers = ['vpc', 'subnet', 'security_group', 'user', 'project', 'credential', 'peering', 'routetable']
const longestName = 200

/** The noun, and what the path and the body call the resource. */
function resourceOf({ noun }: Operation, { params }: FastifyRequest, body: unknown): string {
  const inPath = Object.entries((params ?? {}) as Readonly<Record<string, string>>).filter(([name]) => name !== 'project_id')
  const called = [...inPath.map(([, value]) => shown(value)), nameIn(body)].filter((name) => name !== '')
  return [noun, ...called].join(' ')
}

function nameIn(body: unknown): string {
  const own = memberOf(body, names)
  if (own !== '') return own
  const inside = wrappers.map((wrapper) => memberOf(memberAt(body, wrapper), names)).find((name) => name !== '')
  return inside ?? ''
}

function memberOf(value: unknown, members: readonly string[]): string {
  const found = members.map((member) => memberAt(value, member)).find((text) => typeof text === 'string' && text !== '')
  return shown(found)
}

function memberAt(value: unknown, member: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, member)
    ? (value as Readonly<Record<string, unknown>>)[member]
    : undefined
}

function signInName(body: unknown): string {
  const path = ['auth', 'identity', 'password', 'user', 'name']
  return shown(path.reduce(memberAt, body))
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, longestName) : ''
}

/** The body of a request that never came to its route, where it is JSON. */
function bodyOf({ visit }: FastifyRequest): unknown {
  try {
    return JSON.parse(visit.body.toString('utf8'))
  } catch {
    return undefined
  }
}
