// How much a Node process holds on its heap once everything that nobody needs is gone: asked over its inspector.

import { once } from 'node:events'
import { readFile } from 'node:fs/promises'

const mib = 2 ** 20
const longestMs = 20_000

/** Collects the garbage of a process and weighs what is left, in MiB. @param logPath - its standard error, where it says how it is inspected */
export async function liveHeapOf(logPath: string): Promise<number> {
  const url = /^Debugger listening on (ws:\S+)$/m.exec(await readFile(logPath, 'utf8'))?.[1]
  if (url === undefined) throw new Error('the server does not say how it is inspected')
  const socket = new WebSocket(url)
  try {
    await once(socket, 'open', { signal: AbortSignal.timeout(longestMs) })
    await ask(socket, 1, 'HeapProfiler.collectGarbage')
    const { usedSize } = await ask(socket, 2, 'Runtime.getHeapUsage')
    if (typeof usedSize !== 'number') throw new Error('the inspector says nothing of the heap')
    return usedSize / mib
  } finally {
    socket.close()
  }
}

async function ask(socket: WebSocket, id: number, method: string): Promise<Readonly<Record<string, unknown>>> {
  socket.send(JSON.stringify({ id, method }))
  const [event] = (await once(socket, 'message', { signal: AbortSignal.timeout(longestMs) })) as [MessageEvent]
  const answer = JSON.parse(String(event.data)) as { readonly id?: number; readonly result?: Readonly<Record<string, unknown>> }
  if (answer.id !== id || answer.result === undefined) throw new Error(`${method} was answered ${String(event.data).slice(0, 300)}`)
  return answer.result
}
