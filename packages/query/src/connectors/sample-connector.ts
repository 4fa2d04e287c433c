// The smallest whole connector: it speaks lines of JSON with `tests/servers/sample-source.ts`. For the suite that every connector runs.

import type { Duplex } from 'node:stream'
import { formatEndpoint, type ServiceError } from '@tributary/rules'
import type { SampleQuestion, SampleRow } from '../../../../tests/servers/sample-source.ts'
import type { SourceScan } from '../plan/plan.ts'
import type { Connector, ScanSurroundings, Session } from './connector.ts'
import { checkKey, equalValues, explainEqualValues, offerOfEqualValues } from './equal-values.ts'
import { climbTo } from './probe.ts'
import { clearPassword, secureAtOnce, signIn, type Task } from './sign-in.ts'
import { missingTable } from './table-names.ts'
import { lost, refused } from './tell-error.ts'
import { batchesOfTexts, type TextRow } from './text-vector.ts'
import { WireReader } from './wire-reader.ts'

/** Reads it: all rows, or those of a few ids. */
export const sampleConnector: Connector = {
  kind: 'sample',
  open: (source, dial, signal) => open({ source, dial, signal }),
  probe: (source, dial, options) =>
    climbTo(source, dial, options, { server: 'sample', open: () => open({ source, dial, signal: options.signal }), tellError }),
  offer: (filter, table) => offerOfEqualValues(filter, table, 'id'),
  explain: (scan) => `rows of ${scan.table.settings.table} with ${explainEqualValues(scan, 'id') ?? 'any id'}`,
}

function open(task: Task): Promise<Session> {
  const { table, credentials, allowCleartextPasswords } = task.source
  const place = formatEndpoint(table.settings.endpoint)
  return signIn(task, {
    tellError,
    attempt: async ({ socket, loss }, encryption) => {
      if (encryption === undefined && !allowCleartextPasswords) throw clearPassword(place)
      const wire = new Wire(await secureAtOnce(task.source, socket, encryption))
      const tell = (error: unknown): ServiceError => tellError(loss.reasonOf(error), place)
      await wire.first({ wants: 'login', user: '', password: '', ...credentials })
      return {
        describe: async () => {
          const names = await wire.first({ wants: 'columns', table: table.settings.table }).catch((error: unknown) => {
            throw error instanceof Refused && error.code === 'semantic' ? missingTable(table, error) : tell(error)
          })
          return (names as readonly string[]).map((name) => ({ name, type: { kind: 'string' } }))
        },
        scan: (scan, around) => batchesOfTexts(scan, rowsOf(wire, scan, { ...around, tell })),
        [Symbol.asyncDispose]: () => loss.end(),
      }
    },
  })
}

/** @param around - besides what every scan is given, what to tell of an error */
async function* rowsOf(
  wire: Wire,
  scan: SourceScan,
  { hear, tell }: ScanSurroundings & { readonly tell: (error: unknown) => ServiceError },
): AsyncGenerator<TextRow> {
  const { table } = scan
  const over = hear?.(sampleConnector.explain(scan))
  try {
    for await (const said of wire.ask({ wants: 'rows', table: table.settings.table, ids: equalValues(scan, 'id') })) {
      const fields = new Map(Object.entries(said as SampleRow).map(([name, value]) => [name, Buffer.from(value)]))
      checkKey(table, 'id', fields.get('id') ?? Buffer.alloc(0))
      yield table.columns.map(({ name }) => fields.get(name) ?? null)
    }
  } catch (error) {
    throw tell(error)
  } finally {
    over?.()
  }
}

/** What the source answers in the place of an answer. */
class Refused extends Error {
  readonly code: 'forbidden' | 'semantic'

  constructor(code: 'forbidden' | 'semantic') {
    super('no')
    this.code = code
  }
}

function tellError(error: unknown, place: string): ServiceError {
  if (!(error instanceof Refused)) return lost(place, error)
  const { code, message } = error
  return refused(place, { kind: code, message, code }, error)
}

/** Asks questions and reads their answers, one after the other. */
class Wire {
  readonly #stream: Duplex
  readonly #reader: WireReader

  constructor(stream: Duplex) {
    this.#stream = stream
    this.#reader = new WireReader(stream)
  }

  /** The lines of an answer; one of them is read when it is asked for. @throws {Refused} */
  async *ask(question: SampleQuestion): AsyncGenerator {
    this.#stream.write(`${JSON.stringify(question)}\n`)
    const { error } = (await this.#line()) as { readonly error?: Refused['code'] }
    if (error !== undefined) throw new Refused(error)
    for (let line = await this.#line(); line !== null; line = await this.#line()) yield line
  }

  /** The first line of an answer. @throws {Refused} */
  async first(question: SampleQuestion): Promise<unknown> {
    const [line] = await Array.fromAsync(this.ask(question))
    return line
  }

  async #line(): Promise<unknown> {
    return JSON.parse(await this.#reader.line())
  }
}
