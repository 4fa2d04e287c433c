// Tokens: wire in, one use case, wire out. A token itself travels in headers alone.

import { type BodyOf, operations, type ResultOf } from '@tributary/contract'
import type { Control, IssuedToken, TokenRequest } from '@tributary/control'
import { ServiceError, say, type Text } from '@tributary/rules'
import { catalogOf } from './catalog.ts'
import type { Door } from './door.ts'

/** Routes of tokens. */
export function tokenRoutes(door: Door, control: Control): void {
  door.on(operations.issueToken, async ({ body, query, header, setHeader, baseUrl, address }) => {
    const issued = await control.tokens.issue(requestOf(body, header('x-auth-token')), address)
    setHeader('x-subject-token', issued.token)
    return toWire(issued, query.nocatalog === undefined ? baseUrl : undefined)
  })
  door.on(operations.describeToken, async ({ identity, header, query, setHeader, baseUrl }) => {
    const token = subjectToken(header('x-subject-token'))
    const described = await control.tokens.describe(identity, token)
    setHeader('x-subject-token', token)
    return toWire(described, query.nocatalog === undefined ? baseUrl : undefined)
  })
  door.on(operations.checkToken, async ({ identity, header }) => {
    await control.tokens.describe(identity, subjectToken(header('x-subject-token')))
    return undefined
  })
  door.on(operations.revokeToken, async ({ identity, header }) => {
    await control.tokens.revoke(identity, subjectToken(header('x-subject-token')))
    return undefined
  })
  door.on(operations.getCatalog, async ({ identity, baseUrl }) => {
    const self = `${baseUrl}/v3/auth/catalog`
    return { catalog: catalogOf(baseUrl, identity.scope), links: { self, next: null, previous: null } }
  })
}

function subjectToken(token: string | undefined): string {
  if (token === undefined) throw new ServiceError('invalid', say`the header X-Subject-Token must name a token`)
  return token
}

function requestOf(body: BodyOf<typeof operations.issueToken>, headerToken: string | undefined): TokenRequest {
  const { identity, scope } = body.auth
  const scoped = scope === undefined ? {} : { scope }
  for (const method of identity.methods) {
    const reason = refusedMethods[method]
    if (reason !== undefined) throw new ServiceError('unsupported', reason)
  }
  if (identity.methods.includes('password')) {
    if (identity.password === undefined) throw new ServiceError('invalid', say`auth.identity.password is missing: the method says password`)
    if (identity.methods.length > 1)
      throw new ServiceError('unsupported', say`only the methods password and token are offered, one at a time`)
    return { method: 'password', user: identity.password.user, ...scoped }
  }
  if (!identity.methods.includes('token'))
    throw new ServiceError('unsupported', say`auth.identity.methods must be ["password"] or ["token"]`)
  const token = identity.token?.id ?? headerToken
  if (token === undefined) throw new ServiceError('invalid', say`auth.identity.token.id is missing: the method says token`)
  return { method: 'token', token, ...scoped }
}

const refusedMethods: Readonly<Record<string, Text>> = {
  totp: say`the method totp is not offered: users have no second factor here; sign in with ["password"] alone`,
  assume_role: say`the method assume_role is not offered: there are no agencies here; sign in as a user that has a role in the project`,
}

type WireToken = ResultOf<typeof operations.issueToken>

function toWire(issued: Omit<IssuedToken, 'token'>, catalogUrl: string | undefined): WireToken {
  const { identity, project, role, method, issuedAt, expiresAt } = issued
  const domain = { id: identity.domain.id, name: identity.domain.name }
  return {
    token: {
      expires_at: iamDate(expiresAt),
      issued_at: iamDate(issuedAt),
      methods: [method],
      ...(catalogUrl === undefined ? {} : { catalog: catalogOf(catalogUrl, project?.id, project?.name) }),
      roles: role === undefined ? [] : [{ id: role, name: role }],
      ...(project === undefined ? { domain } : { project: { id: project.id, name: project.name, domain } }),
      user: { id: identity.user.id, name: identity.user.name, password_expires_at: '', domain },
    },
  }
}

/** `2019-02-13T06:52:13.855000Z` of ms since the epoch. */
export function iamDate(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}
