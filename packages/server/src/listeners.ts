// Where this server listens, as addresses that no queue may dial.

import { networkInterfaces } from 'node:os'
import type { Endpoint } from '@tributary/rules'

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/

/** True for addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return loopback.test(host)
}

/**
 * Lists every IPv4 address under which a listener can be reached; interfaces may come and go, so this is asked again and again.
 * @param host - as listened on; `0.0.0.0` and `::` stand for all
 * @returns addresses, and blocks of them
 */
export function listenerEndpoints(host: string, port: number): readonly Endpoint[] {
  const isWildcard = host === '0.0.0.0' || host === '::' || host === ''
  if (!isWildcard) return [{ host: host === 'localhost' ? '127.0.0.1' : host, port }]
  const own = Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).filter(({ family }) => family === 'IPv4'))
  // a wildcard listener answers on all of the loopback block
  return [...new Set(['127.0.0.0/8', ...own.map(({ address }) => address)])].map((address) => ({ host: address, port }))
}
