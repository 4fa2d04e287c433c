// The smallest source: a server of a few tables whose rows are the fields they have, all texts. It speaks lines of JSON: a login, then questions.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A row of any of its tables, by the names of its fields. */
export type SampleRow = Readonly<Record<string, string>>

/** What a caller says, in one line each. The answer begins with a line that holds an `error` or nothing, and ends with `null`, which an error does too. */
export type SampleQuestion =
  | { readonly wants: 'login'; readonly user: string; readonly password: string }
  | { readonly wants: 'columns'; readonly table: string }
  /** Those of these ids; all of them where `ids` is absent. */
  | { readonly wants: 'rows'; readonly table: string; readonly ids?: readonly string[] | undefined }

/** A running source. */
export interface SampleSource extends AsyncDisposable {
  readonly port: number
  /** Questions that are being answered now. */
  running(): number
}

/** The rows of each table, made anew for every question. */
export type SampleTables = Readonly<Record<string, () => Iterable<SampleRow>>>

type Account = Omit<Extract<SampleQuestion, { wants: 'login' }>, 'wants'>

/** Starts the source. */
export async function startSampleSource(tables: SampleTables, account: Account): Promise<SampleSource> {
  const sockets = new Set<Socket>()
  let running = 0
  const answer = async (socket: Socket, lines: Iterable<unknown>): Promise<void> => {
    running += 1
    // A caller that hangs up ends its answer.
    await pipeline(Readable.from(chunksOf(lines)), socket, { end: false }).catch(() => undefined)
    running -= 1
  }
  const listener = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    let isSignedIn = false
    const lines = createInterface(socket).on('error', () => undefined)
    lines.on('line', (line) => {
      const question = JSON.parse(line) as SampleQuestion
      if (question.wants === 'login') isSignedIn = question.user === account.user && question.password === account.password
      void answer(socket, isSignedIn ? linesOf(tables, question) : [{ error: 'forbidden' }, null])
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

function* chunksOf(lines: Iterable<unknown>): Generator<string> {
  let chunk = ''
  for (const line of lines) {
    chunk += `${JSON.stringify(line)}\n`
    if (chunk.length < 16 * 1024) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}

function* linesOf(tables: SampleTables, question: SampleQuestion): Generator {
  const rows = question.wants === 'login' ? () => [] : tables[question.table]
  yield rows === undefined ? { error: 'semantic' } : {}
  if (question.wants === 'columns') yield [...new Set([...(rows?.() ?? [])].flatMap((row) => Object.keys(row)))]
  if (question.wants === 'rows') for (const row of rows?.() ?? []) if (question.ids?.includes(row['id'] ?? '') ?? true) yield row
  yield null
}
