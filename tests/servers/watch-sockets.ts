// Who opens sockets: for tests of what may open none but by the dialler.

import { AsyncLocalStorage } from 'node:async_hooks'
import { Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Dialer } from '../../packages/fabric/src/dial.ts'

/** Sees who opens sockets. */
export interface SocketWatch {
  readonly dial: Dialer
  /** Does something of the test's own, whose sockets are not counted. */
  readonly aside: <Done>(work: () => Promise<Done>) => Promise<Done>
  /** Sockets that were opened neither by `dial` nor aside. */
  readonly strangers: () => number
}

/** Watches until the test ends: a connector that opens a socket by itself fails its suite. */
export function watchSockets(dialer: { readonly dial: Dialer }): SocketWatch {
  const allowed = new AsyncLocalStorage<true>()
  let strangers = 0
  // oxlint-disable-next-line typescript/unbound-method -- called below with the socket that it is called on
  const connect = Socket.prototype.connect
  Socket.prototype.connect = function (this: Socket, ...args: Parameters<typeof connect>) {
    if (allowed.getStore() === undefined) strangers += 1
    return Reflect.apply(connect, this, args)
  } as typeof connect
  onTestFinished(() => {
    Socket.prototype.connect = connect
  })
  const aside = <Done>(work: () => Promise<Done>): Promise<Done> => allowed.run(true, work)
  return { dial: (target, options) => aside(() => dialer.dial(target, options)), aside, strangers: () => strangers }
}
