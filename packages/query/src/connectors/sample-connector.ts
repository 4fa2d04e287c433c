// The smallest whole connector: it speaks lines of JSON with `tests/servers/sample-source.ts`. For the suite that every connector runs.

import type { Duplex } from 'node:stream'
import type { Dialer } from '@tributary/fabric/dial'
import { type Column, formatEndpoint, ServiceError, say, verbatim } from '@tributary/rules'
import type { SampleQuestion, SampleRow } from '../../../../tests/servers/sample-source.ts'
import type { RecordBatch, Vector } from '../batch.ts'
import type { Filter, SourceScan } from '../plan/plan.ts'
import type { OpenableTable } from '../source.ts'
import { climb } from './climb.ts'
import type { Connector, Session } from './connector.ts'

const columns: readonly Column[] = [
  { name: 'id', type: { kind: 'int' } },
  { name: 'name', type: { kind: 'string' } },
]

/** Reads it: one socket for each question, `=` on the id sent along. */
export const sampleConnector: Connector = {
  kind: 'sample',
  open: (source, dial, signal) => open(source, dial, signal),
  async probe(source, dial, { depth, signal, tell }) {
    const socket = await dial(source.table.settings.endpoint, { signal, onRung: tell })
    socket.destroy()
    await climb(tell, 'tls', () => Promise.resolve(verbatim('plain text')))
    if (depth === 'tls') return
    let session: Session | undefined
    await climb(tell, 'login', async () => {
      session = await open(source, dial, signal)
      return verbatim('signed in')
    })
    if (depth === 'object') await climb(tell, 'object', async () => verbatim(`${(await session?.describe())?.length} columns`))
  },
  offer: (filter) => (idIn(filter) === undefined ? 'none' : 'exact'),
  explain: (scan) => JSON.stringify({ table: scan.table.settings.table, id: idIn(scan.filters[0]) }),
}

/** Asks once for the columns, so that a wrong password is told at once. */
async function open(source: OpenableTable, dial: Dialer, signal: AbortSignal): Promise<Session> {
  const way = { source, dial, signal }
  let missing: unknown
  await Array.fromAsync(ask(way, { wants: 'columns' })).catch((error: unknown) => {
    if (!(error instanceof ServiceError) || error.kind !== 'semantic') throw error
    missing = error
  })
  return {
    describe: () => (missing === undefined ? Promise.resolve(columns) : Promise.reject(missing)),
    scan: (scan) => batches(scan, ask(way, { wants: 'rows', id: idIn(scan.filters[0]) })),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

interface Way {
  readonly source: OpenableTable
  readonly dial: Dialer
  readonly signal: AbortSignal
}

async function* ask({ source, dial, signal }: Way, { wants, id }: Pick<SampleQuestion, 'wants' | 'id'>): AsyncGenerator<SampleRow> {
  const { table, credentials } = source
  const { endpoint } = table.settings
  const socket = await dial(endpoint, { signal })
  const stop = (): void => void socket.destroy(signal.reason as Error)
  signal.addEventListener('abort', stop)
  socket.write(`${JSON.stringify({ ...credentials, table: table.settings.table, wants, id })}\n`)
  try {
    let isAnswered = false
    for await (const line of linesIn(socket)) {
      const said = JSON.parse(line) as SampleRow & { readonly error?: 'forbidden' | 'semantic' }
      if (said.error !== undefined)
        throw new ServiceError(said.error, say`${formatEndpoint(endpoint)} answered ${said.error} to ${table.settings.table}`)
      if (isAnswered) yield said
      isAnswered = true
    }
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

async function* linesIn(stream: Duplex): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream) {
    const parts = `${rest}${String(chunk)}`.split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
}

async function* batches(scan: SourceScan, rows: AsyncIterable<SampleRow>): AsyncGenerator<RecordBatch> {
  let waiting: SampleRow[] = []
  for await (const row of rows) {
    if (waiting.push(row) < 2048) continue
    yield batchOf(waiting, scan.columns)
    waiting = []
  }
  if (waiting.length > 0) yield batchOf(waiting, scan.columns)
}

function batchOf(rows: readonly SampleRow[], positions: readonly number[]): RecordBatch {
  return { rowCount: rows.length, vectors: positions.map((position) => (position === 0 ? ids(rows) : names(rows))) }
}

function ids(rows: readonly SampleRow[]): Vector {
  return { kind: 'fixed', data: Int32Array.from(rows, ([id]) => id).buffer, validity: undefined }
}

function names(rows: readonly SampleRow[]): Vector {
  const texts = rows.map(([, name]) => Buffer.from(name ?? ''))
  const validity = new Uint8Array(Math.ceil(rows.length / 64) * 8)
  const ends = new Uint32Array(rows.length)
  rows.forEach(([, name], row) => {
    ends[row] = (ends[row - 1] ?? 0) + (texts[row]?.length ?? 0)
    if (name !== null) validity[row >> 3] = (validity[row >> 3] ?? 0) | (1 << (row & 7))
  })
  return { kind: 'bytes', bytes: new Uint8Array(Buffer.concat(texts)).buffer, ends: ends.buffer, validity: validity.buffer }
}

function idIn(filter: Filter | undefined): number | undefined {
  return filter?.kind === 'comparison' && filter.op === '=' && filter.column === 0 ? Number(filter.value.value) : undefined
}
