// Tokens: issued for a password or another token, verified on every call, revoked. Their text is known to their holder alone.

import { hash, randomBytes } from 'node:crypto'
import {
  type Domain,
  type Identity,
  type Project,
  rejectedCredential,
  type Role,
  say,
  ServiceError,
  type Soon,
  type Text,
  whenThere,
} from '@tributary/rules'
import type { FoundToken, Login } from '@tributary/store'
import { findRole } from './access.ts'
import type { Deps } from './deps.ts'
import { IdentityCache } from './identity-cache.ts'
import { type Attempt, LockOut } from './lock-out.ts'
import { verifyPassword } from './password.ts'

/** A domain by its id or its name. */
export interface DomainRef {
  readonly id?: string | undefined
  readonly name?: string | undefined
}

/** What a token is to be good for: a project, or without one the user's domain. */
export interface TokenScope {
  readonly project?:
    | { readonly id?: string | undefined; readonly name?: string | undefined; readonly domain?: DomainRef | undefined }
    | undefined
  readonly domain?: DomainRef | undefined
}

/** How somebody asks for a token. */
export type TokenRequest =
  | {
      readonly method: 'password'
      readonly user: {
        readonly id?: string | undefined
        readonly name?: string | undefined
        readonly password: string
        readonly domain?: DomainRef | undefined
      }
      readonly scope?: TokenScope | undefined
    }
  | { readonly method: 'token'; readonly token: string; readonly scope?: TokenScope | undefined }

/** A token with its text; times are ms since the epoch. */
export interface IssuedToken {
  readonly token: string
  readonly identity: Identity
  /** Absent for a token of the whole domain. */
  readonly project: Project | undefined
  /** What the user may do in the project, or `admin` of the whole domain. */
  readonly role: Role | undefined
  readonly method: 'password' | 'token'
  readonly issuedAt: number
  readonly expiresAt: number
}

/** The use cases of tokens. */
export function tokens(deps: Deps) {
  const { store, clock, settings } = deps
  const lockOut = new LockOut(clock)
  const known = new IdentityCache<OpenedToken>(store)
  return {
    /**
     * @param address - of who asks: guessing passwords locks the user for it
     * @throws {ServiceError} `unauthenticated` wrong credentials, `forbidden` a scope without a role there, `invalid`, `throttled`
     */
    async issue(request: TokenRequest, address = ''): Promise<IssuedToken> {
      const now = clock()
      const proof =
        request.method === 'password' ? await guardPassword(deps, lockOut, request.user, address) : await checkToken(deps, request.token)
      const { project, role } = await findScope(deps, proof, request.scope)
      const token = randomBytes(32).toString('base64url')
      const expiresAt = Math.min(now + settings.tokenTtlMs, proof.expiresAt)
      await store.tokens.insert({
        hash: hashOf(token),
        userId: proof.user.id,
        projectId: project?.id,
        method: request.method,
        passwordVersion: proof.passwordVersion,
        issuedAt: now,
        expiresAt,
      })
      const identity: Identity = { user: proof.user, domain: proof.domain, credential: 'token', scope: project?.id }
      return { token, identity, project, role, method: request.method, issuedAt: now, expiresAt }
    },

    /** At most one indexed read, no write. @throws {ServiceError} `unauthenticated` when it is unknown, revoked or over */
    authenticate(token: string): Soon<Identity> {
      const key = hashOf(token)
      return whenThere(
        known.find(key, () => findOpened(store, key)),
        (found) => checkValid(found, clock()).identity,
      )
    },

    /** Says what a token is good for. @throws {ServiceError} `notFound` when it is unknown, revoked or over, another domain's, or its user has left its project */
    async describe(identity: Identity, token: string): Promise<Omit<IssuedToken, 'token'>> {
      const found = await getOwn(deps, identity, token)
      const { projectId, method, issuedAt, expiresAt } = found.token
      const project = projectId === undefined ? undefined : await store.projects.find(projectId)
      const role = await roleOf(deps, found, project)
      if (projectId !== undefined && role === undefined) throw noToken()
      return { identity: identityOf(found), project, role, method, issuedAt, expiresAt }
    },

    /** @throws {ServiceError} `notFound` as for `describe` */
    async revoke(identity: Identity, token: string): Promise<void> {
      const found = await getOwn(deps, identity, token)
      await store.tokens.remove(found.token.hash)
    },
  }
}

type SignIn = Extract<TokenRequest, { method: 'password' }>['user']

/** Guesses that were under way when the lock fell learn nothing: it is asked again when they are done. */
async function guardPassword(deps: Deps, lockOut: LockOut, user: SignIn, address: string): Promise<Proof> {
  // counted by what was sent, so that a lock says nothing of who exists
  const attempt: Attempt = [user.id ?? '', user.name ?? '', user.domain?.id ?? '', user.domain?.name ?? '', address]
  if (lockOut.isLocked(attempt)) throw locked()
  try {
    const proof = await checkPassword(deps, user)
    if (lockOut.isLocked(attempt)) throw locked()
    lockOut.forgive(attempt)
    return proof
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'unauthenticated') lockOut.addFailure(attempt)
    throw error
  }
}

function locked(): ServiceError {
  return new ServiceError(
    'unauthenticated',
    say`the user is locked from this address after too many wrong passwords in a row: try again in 5 minutes`,
  )
}

/** Who a token may be issued to, and until when. */
interface Proof {
  readonly user: Login['user']
  readonly domain: Domain
  readonly passwordVersion: number
  readonly expiresAt: number
}

async function checkPassword({ store }: Deps, user: SignIn): Promise<Proof> {
  const login = await findLogin(store, user)
  const isRight = await verifyPassword(user.password, login?.passwordHash)
  if (login === undefined || !isRight) throw new ServiceError('unauthenticated', say`The username or password is wrong.`)
  return { ...login, expiresAt: Number.MAX_SAFE_INTEGER }
}

async function findLogin(
  store: Deps['store'],
  { id, name, domain }: { readonly id?: string | undefined; readonly name?: string | undefined; readonly domain?: DomainRef | undefined },
): Promise<Login | undefined> {
  if (id !== undefined) return store.users.findLogin({ id })
  if (name === undefined || domain === undefined)
    throw new ServiceError('invalid', say`a user is given by its id, or by its name and its domain`)
  const found = await findDomain(store, domain)
  return found === undefined ? undefined : store.users.findLogin({ domainId: found.id, name })
}

async function findDomain(store: Deps['store'], { id, name }: DomainRef): Promise<Domain | undefined> {
  if (id !== undefined) return store.domains.find({ id })
  if (name !== undefined) return store.domains.find({ name })
  throw new ServiceError('invalid', say`a domain is given by its id or its name`)
}

/** A token that was got for another one lives no longer than that one. */
async function checkToken(deps: Deps, token: string): Promise<Proof> {
  const { user, domain, token: record } = await getValid(deps, token)
  return { user, domain, passwordVersion: record.passwordVersion, expiresAt: record.expiresAt }
}

/** A project that is not there and one without a role answer alike. */
async function findScope(deps: Deps, proof: Proof, scope: TokenScope | undefined): Promise<Scope> {
  const { user, domain } = proof
  if (scope?.project === undefined) {
    checkDomainScope(domain, scope?.domain)
    return { project: undefined, role: await roleOf(deps, proof, undefined) }
  }
  if (scope.domain !== undefined) throw new ServiceError('invalid', say`auth.scope names a project or a domain, not both`)
  const { id, name, domain: owner } = scope.project
  const project = id === undefined ? await findNamed(deps.store, name, owner ?? { id: domain.id }) : await deps.store.projects.find(id)
  const role = project === undefined ? undefined : await findRole(deps.store, user, project)
  if (project === undefined || role === undefined) {
    throw new ServiceError('forbidden', say`the user has no role in the project of the scope: ask an administrator of the account`)
  }
  return { project, role }
}

/** What a token is good for. */
interface Scope {
  readonly project: Project | undefined
  readonly role: Role | undefined
}

async function roleOf({ store }: Deps, { user }: Pick<Proof, 'user'>, project: Project | undefined): Promise<Role | undefined> {
  if (project !== undefined) return findRole(store, user, project)
  return user.isDomainAdmin ? 'admin' : undefined
}

function checkDomainScope(own: Domain, wanted: DomainRef | undefined): void {
  const isOwn = wanted === undefined || ((wanted.id ?? own.id) === own.id && (wanted.name ?? own.name) === own.name)
  if (!isOwn) throw new ServiceError('forbidden', say`the domain of the scope is not the domain of the user`)
}

async function findNamed(store: Deps['store'], name: string | undefined, ref: DomainRef): Promise<Project | undefined> {
  if (name === undefined) throw new ServiceError('invalid', say`a project is given by its id or its name`)
  const domain = await findDomain(store, ref)
  return domain === undefined ? undefined : store.projects.findByName(domain.id, name)
}

async function getOwn(deps: Deps, identity: Identity, token: string): Promise<FoundToken> {
  const found = await deps.store.tokens.find(hashOf(token))
  const isOver = found === undefined || reasonOf(found, deps.clock()) !== undefined
  if (isOver || (found.domain.id !== identity.domain.id && !identity.user.isOwner)) {
    throw noToken()
  }
  return found
}

function noToken(): ServiceError {
  return new ServiceError('notFound', say`there is no such token`)
}

/** A token and who its holder is. */
interface OpenedToken extends FoundToken {
  readonly identity: Identity
}

async function findOpened(store: Deps['store'], key: string): Promise<OpenedToken | undefined> {
  const found = await store.tokens.find(key)
  return found === undefined ? undefined : { ...found, identity: identityOf(found) }
}

async function getValid({ store, clock }: Deps, token: string): Promise<FoundToken> {
  return checkValid(await store.tokens.find(hashOf(token)), clock())
}

/** Whether it is still good is a matter of time as well, so it is asked anew whatever is known. @throws {ServiceError} `unauthenticated` */
function checkValid<Found extends FoundToken>(found: Found | undefined, now: number): Found {
  if (found === undefined) throw rejectedCredential(say`decrypt token fail`)
  const reason = reasonOf(found, now)
  if (reason !== undefined) throw rejectedCredential(reason)
  return found
}

/** Why a token is no longer good, in the published words. */
function reasonOf({ token, currentPasswordVersion }: FoundToken, now: number): Text | undefined {
  if (token.expiresAt <= now) return say`token expires, expires_at: ${new Date(token.expiresAt).toISOString()}`
  return token.passwordVersion === currentPasswordVersion ? undefined : say`decrypt token fail`
}

function identityOf({ user, domain, token }: FoundToken): Identity {
  return { user, domain, credential: 'token', scope: token.projectId }
}

function hashOf(token: string): string {
  return hash('sha256', token, 'base64url')
}
