// TLS over a stream that was dialled, for protocols that speak it from the first byte.

import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import { formatEndpoint, type Endpoint, ServiceError, say, silence, type Text } from '@tributary/rules'

/** With whom TLS is agreed on, and how. */
export interface SecureOptions {
  /** What was dialled: a name is asked for (SNI), and a certificate has to be for it. */
  readonly endpoint: Endpoint
  /** Whether the certificate has to be trusted by this machine. */
  readonly rejectUnauthorized: boolean
  readonly timeoutMs: number
  /** What follows the words for a side that does not speak TLS, for instance how to do without. */
  readonly advice?: Text
}

/** What answers is no TLS: its first bytes were read as the version, or the length, of a record. */
const otherProtocol: ReadonlySet<unknown> = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'])

/**
 * Agrees on TLS 1.2 or later. What it gives ends with the dialled stream, and with the error that this was destroyed with: a cut stays a cut.
 * @param stream - as the dialler gave it; destroyed when this throws
 * @throws {ServiceError} `unavailable` when the other side ends the stream before TLS stands, speaks no TLS, or says nothing for `timeoutMs`; what the dialled stream was destroyed with
 * @throws {Error} of `node:tls`, for a certificate that is not trusted, or TLS that is not agreed on
 */
export async function secure(
  stream: Duplex,
  { endpoint, rejectUnauthorized, timeoutMs, advice = silence }: SecureOptions,
): Promise<Duplex> {
  const place = formatEndpoint(endpoint)
  const name = isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {}
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  stream.once('error', reject)
  const secured = connect({ socket: stream, host: endpoint.host, ...name, rejectUnauthorized, minVersion: 'TLSv1.2' })
  const refuse = (reason: Text): void => reject(new ServiceError('unavailable', reason))
  const timer = setTimeout(() => refuse(say`${place} said nothing of TLS for ${timeoutMs / 1000} s${advice}`), timeoutMs)
  secured.once('secureConnect', resolve)
  secured.on('error', (error: NodeJS.ErrnoException) =>
    otherProtocol.has(error.code) ? refuse(say`${place} answered with something else than TLS${advice}`) : reject(error),
  )
  secured.once('close', () => refuse(say`${place} ended the connection where TLS was to begin${advice}`))
  try {
    await promise
    return secured
  } catch (error) {
    stream.destroy()
    secured.destroy()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
