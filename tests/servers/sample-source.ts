// The smallest source: a server of a few tables of two columns that speaks lines of JSON, one question for each socket.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A row of any of its tables. */
export type SampleRow = readonly [id: number, name: string | null]

/** What a caller asks for, in one line. The answer begins with a line that holds an `error` or nothing. */
export interface SampleQuestion {
  readonly user: string
  readonly password: string
  readonly table: string
  /** The rows that may come; all of them where it is absent. */
  readonly id?: number | undefined
  readonly wants: 'columns' | 'rows'
}

/** A running source. */
export interface SampleSource extends AsyncDisposable {
  readonly port: number
  /** SampleQuestions that are being answered now. */
  running(): number
}

/** Starts the source. @param tables - rows of each table; a generator may take its time, until it is told to stop */
export async function startSampleSource(
  tables: Readonly<Record<string, (stop: AbortSignal) => AsyncIterable<SampleRow> | Iterable<SampleRow>>>,
  account: { readonly user: string; readonly password: string },
): Promise<SampleSource> {
  const sockets = new Set<Socket>()
  let running = 0
  const answer = async (socket: Socket, question: SampleQuestion): Promise<void> => {
    const rows = tables[question.table]
    if (question.user !== account.user || question.password !== account.password) return void socket.end('{"error":"forbidden"}\n')
    if (rows === undefined) return void socket.end('{"error":"semantic"}\n')
    socket.write('{}\n')
    const stop = new AbortController()
    socket.once('close', () => stop.abort())
    if (question.wants === 'rows')
      for await (const row of rows(stop.signal)) {
        if (socket.destroyed) return
        if (question.id !== undefined && row[0] !== question.id) continue
        if (!socket.write(`${JSON.stringify(row)}\n`)) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
      }
    socket.end()
  }
  const listener = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    // A question is far shorter than what comes at once.
    socket.once('data', (line) => {
      running += 1
      // A caller that hangs up ends its answer.
      const over = (): void => void (running -= 1)
      answer(socket, JSON.parse(String(line)) as SampleQuestion).then(over, over)
    })
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    running: () => running,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}
