// The smallest whole connector: it speaks lines of JSON with `tests/servers/sample-source.ts`. For the suite that every connector runs.

import type { Duplex } from 'node:stream'
import type { Dialer } from '@tributary/fabric/dial'
import { type Column, formatEndpoint, ServiceError, say } from '@tributary/rules'
import type { SampleQuestion, SampleRow } from '../../../../tests/servers/sample-source.ts'
import type { RecordBatch } from '../batch.ts'
import type { Filter, SourceScan } from '../plan/plan.ts'
import type { OpenableTable } from '../source.ts'
import type { Connector, Session } from './connector.ts'
import { equalValues } from './equal-values.ts'
import { climbTo } from './probe.ts'
import { clearPassword } from './sign-in.ts'
import { columnAt } from './table-names.ts'
import { vectorOfTexts } from './text-vector.ts'

const columns: readonly Column[] = [
  { name: 'id', type: { kind: 'int' } },
  { name: 'name', type: { kind: 'string' } },
]

/** Reads it: one socket for each question, `=` on the id sent along. */
export const sampleConnector: Connector = {
  kind: 'sample',
  open: (source, dial, signal) => open(source, dial, signal),
  probe: (source, dial, options) =>
    climbTo(source, dial, options, {
      server: 'sample',
      open: () => open(source, dial, options.signal),
      tellError: (error) => error as ServiceError,
    }),
  offer: (filter) => (idIn([filter]) === undefined ? 'none' : 'exact'),
  explain: (scan) => JSON.stringify({ table: scan.table.settings.table, id: idIn(scan.filters) }),
}

/** Asks once for the columns, so that a wrong password is told at once. */
async function open(source: OpenableTable, dial: Dialer, signal: AbortSignal): Promise<Session> {
  const way = { source, dial, signal }
  if (!source.allowCleartextPasswords) throw clearPassword(formatEndpoint(source.table.settings.endpoint))
  let missing: unknown
  await Array.fromAsync(ask(way, { wants: 'columns' })).catch((error: unknown) => {
    if (!(error instanceof ServiceError) || error.kind !== 'semantic') throw error
    missing = error
  })
  return {
    describe: () => (missing === undefined ? Promise.resolve(columns) : Promise.reject(missing)),
    scan: (scan) => batches(scan, ask(way, { wants: 'rows', id: idIn(scan.filters) })),
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
    yield batchOf(scan, waiting)
    waiting = []
  }
  if (waiting.length > 0) yield batchOf(scan, waiting)
}

function batchOf({ table, columns: positions }: SourceScan, rows: readonly SampleRow[]): RecordBatch {
  const values = (position: number) => rows.map((row) => (row[position] === null ? null : Buffer.from(String(row[position]))))
  return {
    rowCount: rows.length,
    vectors: positions.map((position) => vectorOfTexts(table.settings.table, columnAt(table, position), values(position))),
  }
}

/** One id at most is asked for; of several, all rows are, and the engine filters. */
function idIn(filters: readonly Filter[]): number | undefined {
  const [id, ...others] = equalValues(filters, 0, { kind: 'int' }) ?? []
  return id === undefined || others.length > 0 ? undefined : Number(id)
}
