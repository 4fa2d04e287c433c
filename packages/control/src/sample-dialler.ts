// A queue that really dials, for tests: a member of the userspace driver, and servers on loopback that a gateway's map leads to.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { UserspaceDriver } from '@tributary/fabric'
import { QueueDialer } from '@tributary/fabric/dial'
import { emptyNetwork, type QueueId } from '@tributary/rules'

/** Dials as one queue does, by whatever network the driver gives it. */
export class SampleDialler implements AsyncDisposable {
  readonly #dialler: QueueDialer

  private constructor(dialler: QueueDialer) {
    this.#dialler = dialler
  }

  /** Joins the driver as an engine of a queue. */
  static async join(driver: UserspaceDriver, { id, name, cidr }: { id: QueueId; name: string; cidr: string }): Promise<SampleDialler> {
    const dialler = new QueueDialer(emptyNetwork(id, name, cidr))
    await driver.join(id, { apply: async (network) => dialler.apply(network), kill: () => {} })
    return new SampleDialler(dialler)
  }

  /** @returns an open stream; errors of it are kept from the process */
  async dial(host: string, port: number): Promise<Duplex> {
    const socket = await this.#dialler.dial({ host, port }, { signal: AbortSignal.timeout(5_000) })
    return socket.on('error', () => {})
  }

  /** What a server says first, or why there is no way to one. */
  async hear(host: string, port: number): Promise<string> {
    try {
      const socket = await this.dial(host, port)
      const [chunk] = (await once(socket, 'data')) as [Buffer]
      socket.destroy()
      return chunk.toString()
    } catch (error) {
      return (error as Error).message
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dialler[Symbol.asyncDispose]()
  }
}

/** A server on loopback that greets everyone with its name and then holds on. */
export async function sampleGreeter(name: string): Promise<{ readonly port: number; readonly open: () => number } & AsyncDisposable> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    socket.write(name)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    open: () => sockets.size,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
