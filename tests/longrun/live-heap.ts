// How much a Node process holds on its heap once everything that nobody needs is gone: asked over its inspector.

import { once } from 'node:events'
import { readFile } from 'node:fs/promises'

const mib = 2 ** 20
const longestMs = 20_000
const spaces = "JSON.stringify(process.getBuiltinModule('node:v8').getHeapSpaceStatistics())"

/** Collects the garbage of a process and weighs what is left, in MiB. @param logPath - its standard error, where it says how it is inspected */
export async function liveHeapOf(logPath: string): Promise<number> {
  const url = /^Debugger listening on (ws:\S+)$/m.exec(await readFile(logPath, 'utf8'))?.[1]
  if (url === undefined) throw new Error('the server does not say how it is inspected')
  const socket = new WebSocket(url)
  try {
    await once(socket, 'open', { signal: AbortSignal.timeout(longestMs) })
    await ask(socket, 1, 'HeapProfiler.collectGarbage')
    const { result } = await ask(socket, 2, 'Runtime.evaluate', { expression: spaces })
    return objectBytes((result as { readonly value?: unknown }).value) / mib
  } finally {
    socket.close()
  }
}

/** What objects take: code that has been compiled grows for as long as calls take new ways, and is no leak. */
function objectBytes(said: unknown): number {
  const all = JSON.parse(String(said)) as readonly { readonly space_name: string; readonly space_used_size: number }[]
  const objects = all.filter(({ space_name: name }) => !/code|trusted/.test(name))
  if (objects.length < 3) throw new Error('the inspector says nothing of the heap')
  return objects.reduce((sum, space) => sum + space.space_used_size, 0)
}

async function ask(socket: WebSocket, id: number, method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
  socket.send(JSON.stringify({ id, method, params }))
  const [event] = (await once(socket, 'message', { signal: AbortSignal.timeout(longestMs) })) as [MessageEvent]
  const answer = JSON.parse(String(event.data)) as { readonly id?: number; readonly result?: Readonly<Record<string, unknown>> }
  if (answer.id !== id || answer.result === undefined) throw new Error(`${method} was answered ${String(event.data).slice(0, 300)}`)
  return answer.result
}
