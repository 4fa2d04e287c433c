// A stream that was dialled elsewhere, as pg takes one.

import type { Duplex } from 'node:stream'

/** pg wants to connect its socket itself; this one is connected already and says so. */
export function asPgSocket(socket: Duplex): Duplex {
  const own = {
    connect: () => {
      process.nextTick(() => socket.emit('connect'))
      return socket
    },
  }
  const missing = Object.fromEntries(
    ['setNoDelay', 'setKeepAlive', 'ref', 'unref'].filter((name) => !(name in socket)).map((name) => [name, () => socket]),
  )
  return Object.assign(socket, missing, own)
}
