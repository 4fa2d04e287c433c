// The engine child's entry: a process of one queue, told what to do over IPC, gone the moment its server is.

import { flushCompileCache } from 'node:module'
import { ServiceError, say } from '@tributary/rules'
import type { Admit } from './admission.ts'
import { answer, Caller } from './calls.ts'
import { Engine } from './engine.ts'
import type { EngineNews, EngineRequest } from './messages.ts'

// The main thread never waits, so this works in the middle of a query too; an orderly exit would wait for DuckDB.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

const engine = new Engine((reach) => tell({ kind: 'reach', reach }))
// A moment later, so that what was lost still reaches the log.
void engine.broken.then(() => setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100))
const asker = new Caller((message) => tell({ kind: 'ask', ...(message as Omit<Extract<EngineNews, { kind: 'ask' }>, 'kind'>) }))
const cancels = new Map<number, AbortController>()

process.on('message', (request: EngineRequest & { readonly id: number }) => void answer(request.id, send, () => handle(request)))
await engine.warm()
tell({ kind: 'ready' })
// Children are killed, never asked to leave, so what they compiled is kept now.
flushCompileCache()

function handle(request: EngineRequest & { readonly id: number }): Promise<unknown> {
  switch (request.kind) {
    case 'assign':
      return engine.assign(request)
    case 'network':
      return engine.applyNetwork(request.network)
    case 'parse':
      return cancellable(request.id, (signal) => engine.parse(request, signal))
    case 'plan':
      return cancellable(request.id, (signal) => engine.plan(request, signal))
    case 'describe':
      return cancellable(request.id, (signal) => engine.describe(request, signal, admitOf(request.id)))
    case 'probe':
      return cancellable(request.id, (signal) => engine.probe(request, signal))
    case 'traffic':
      return engine.traffic()
    case 'run':
      engine.admit = admitOf(request.id)
      return cancellable(request.id, (signal) =>
        engine.run(request, signal, (progress) => tell({ kind: 'progress', request: request.id, progress })),
      )
    case 'shapes':
      return engine.shapes(request)
    case 'page':
      return engine.page(request)
    case 'export':
      return cancellable(request.id, (signal) =>
        engine.exportResult(request, signal, (progress) => tell({ kind: 'progress', request: request.id, progress })),
      )
    case 'cancel':
      cancels.get(request.request)?.abort(new ServiceError('unavailable', say`the job was cancelled`))
      return Promise.resolve()
    case 'answer':
      asker.receive(request.answer)
      return Promise.resolve()
  }
}

function admitOf(request: number): Admit {
  return async (asked) => Number(await asker.call({ request, asked }))
}

async function cancellable<T>(id: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const cancel = new AbortController()
  cancels.set(id, cancel)
  try {
    return await work(cancel.signal)
  } finally {
    cancels.delete(id)
  }
}

function tell(news: EngineNews): void {
  send(news)
}

function send(message: object): void {
  if (process.connected) process.send?.(message)
}
