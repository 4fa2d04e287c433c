// A port of loopback that nobody listens on now, for programs that cannot pick one themselves.

import { once } from 'node:events'
import { createServer } from 'node:net'

/** Another program may take it before the caller does. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
