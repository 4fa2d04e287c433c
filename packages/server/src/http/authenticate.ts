// Who calls: a token in X-Auth-Token or an AK/SK signature in Authorization; when both are there the signature decides.

import type { IncomingMessage } from 'node:http'
import type { Control } from '@tributary/control'
import { type Identity, rejectedCredential, type Soon, say, whenThere } from '@tributary/rules'
import { isSignature, parseAuthorization, type SignedRequest, signedAt, skewMs, verifySignature } from './signature.ts'

/** The ways in which a request can say who sends it. */
export type Credential =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'signature'; readonly authorization: string }
  | { readonly kind: 'none' }

/** Looks at the headers alone. */
export function credentialOf(request: IncomingMessage): Credential {
  const { authorization } = request.headers
  if (isSignature(authorization)) return { kind: 'signature', authorization }
  const token = request.headers['x-auth-token']
  return typeof token === 'string' && token !== '' ? { kind: 'token', token } : { kind: 'none' }
}

/** What is needed to find out who calls. */
export interface Authentication {
  readonly control: Pick<Control, 'tokens' | 'accessKeys'>
  readonly clock: () => number
}

/** @throws {ServiceError} `unauthenticated` always: neither credential was sent */
export function refuseAnonymous(): never {
  throw rejectedCredential(say`x-auth-token not found`)
}

/** @throws {ServiceError} `unauthenticated` when the token is unknown, revoked or over */
export function authenticateToken({ control }: Authentication, token: string): Soon<Identity> {
  return control.tokens.authenticate(token)
}

/**
 * Verifies a signature over the request as it came in.
 * @param address - where it came from: wrong signatures of a key lock it for that address
 * @throws {ServiceError} `unauthenticated`, with the texts that clients know
 */
export function authenticateSignature(
  { control, clock }: Authentication,
  header: string,
  headers: IncomingMessage['headers'],
  request: SignedRequest,
  address: string,
): Soon<Identity> {
  const authorization = parseAuthorization(header)
  if (authorization === undefined) throw rejectedCredential(say`only SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=… is understood`)
  const date = signedAt(headers)
  if (date === undefined) throw rejectedCredential(say`X-Sdk-Date must be there, like 20240115T080000Z`)
  if (Math.abs(clock() - date) > skewMs) throw rejectedCredential(say`X-Sdk-Date is more than 15 minutes away from the time here`)
  const { accessKey } = authorization
  return whenThere(control.accessKeys.find(accessKey), (key) => {
    if (key === undefined) throw rejectedCredential(say`Get secretKey failed,ak:${accessKey},err:ak not exist`)
    if (control.accessKeys.isLocked(accessKey, address)) throw rejectedCredential(say`AK access failed to reach the limit,forbidden`)
    const isRight = verifySignature(request, authorization, key.secretKey)
    control.accessKeys.noteSignature(accessKey, address, isRight)
    if (!isRight) throw rejectedCredential(say`verify aksk signature fail`)
    return key.identity
  })
}
