// Everything beyond this machine, as the programs under test see it: a proxy on loopback that refuses every call and remembers who was asked for.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** The refusing proxy. Disposing it ends it. */
export interface Outside extends AsyncDisposable {
  /** What a program's environment needs so that it asks here for all but loopback. */
  readonly env: Readonly<Record<string, string>>
  /** `host:port` of every call that was refused, in order. */
  readonly refused: () => readonly string[]
}

/** Starts the proxy on a free port of 127.0.0.1. */
export async function startOutside(): Promise<Outside> {
  const refused: string[] = []
  const server = createServer((request, response) => {
    refused.push(hostOf(request.url ?? ''))
    response.writeHead(403).end('nothing beyond loopback is called here\n')
  })
  server.on('connect', (request, socket: Duplex) => {
    refused.push(request.url ?? '')
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    env: { HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: '127.0.0.1' },
    refused: () => refused,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
