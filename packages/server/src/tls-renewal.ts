// Has a server serve under the newest certificate without being started again: looks for one at times, and when it is told to.

import { Server } from 'node:https'
import type { Logger } from 'pino'
import type { Tls } from './tls.ts'

const lookEveryMs = 10_000

/**
 * Looks for another certificate every ten seconds and on SIGHUP; connections that are open stay as they are. One that cannot be used is logged, and the
 * one before goes on. @returns what ends the looking
 */
export function renewTls(server: object, tls: Tls, log: Logger, everyMs = lookEveryMs): Disposable {
  if (!(server instanceof Server)) throw new Error('a server without TLS has no certificate to renew')
  const look = (): void => {
    tls.renew().then(
      (certificate) => {
        if (certificate === undefined) return
        server.setSecureContext({ cert: certificate.cert, key: certificate.key, minVersion: 'TLSv1.2' })
        log.info({ expiresAt: new Date(certificate.expiresAt).toISOString() }, 'the certificate was renewed')
      },
      (error: unknown) => log.error({ err: error }, 'the new certificate cannot be used; the one before stays'),
    )
  }
  const timer = setInterval(look, everyMs).unref()
  process.on('SIGHUP', look)
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer)
      process.off('SIGHUP', look)
    },
  }
}
