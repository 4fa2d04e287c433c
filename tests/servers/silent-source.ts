// A source that accepts whoever comes and says nothing, as one does that hangs, or waits for the rest of a question.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Listens on 127.0.0.1 until the test ends. */
export async function startSilentSource(): Promise<{ readonly port: number }> {
  const open: Socket[] = []
  const server = createServer((socket) => void open.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port }
}
