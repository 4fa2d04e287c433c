// What every connector has to do, whatever it reads: run by each of them against its real source.

import { setTimeout as sleep } from 'node:timers/promises'
import { QueueDialer } from '@tributary/fabric/dial'
import { type Column, type Rung, ServiceError } from '@tributary/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSilentSource } from '../../../../tests/servers/silent-source.ts'
import { networkTo } from '../../../../tests/servers/sources.ts'
import { type SocketWatch, watchSockets } from '../../../../tests/servers/watch-sockets.ts'
import type { RecordBatch } from '../batch.ts'
import type { Filter } from '../plan/plan.ts'
import type { OpenableTable, SourceTable } from '../source.ts'
import type { Connector, ProbeDepth, Session } from './connector.ts'
import { type SampleValue, valuesIn } from './sample-values.ts'

/** A table that the suite asks for. */
export type TableRole = 'people' | 'many' | 'slow' | 'padded' | 'nowhere'

/** A connector and its source. */
export interface ConnectorStage extends AsyncDisposable {
  readonly connector: Connector
  /** Where the source listens on 127.0.0.1. */
  readonly port: number
  readonly account: { readonly user: string; readonly password: string }
  /** `clear` where the protocol sends the password as it is: it may then cross, and is refused where the gateway does not allow that. */
  readonly secrets?: 'clear'
  /** `none` where the connector offers to keep no filter at all; else it has to keep one of the suite's exactly. */
  readonly filters?: 'none'
  /** `none` where the source never works for long before a row comes, so that no table can be `slow`: a scan of `many` is stopped then, with rows on their way. */
  readonly slowness?: 'none'
  /** `none` where all that the source has is texts, so that `id` is told of as a string, and may be written 07: it has the table `padded` then. */
  readonly types?: 'none'
  /** `fields` where a row is the fields it has, so that there is none without any: of `people`, 99 has the text `other` then, which is told of behind `name`. */
  readonly rows?: 'fields'
  /**
   * A table of the source, its settings without columns. `people`: id int, name text; ids 1 to 26 named A to Z, and 99 without a name. `many`: the same
   * columns, 200,000 rows of 100 characters. `slow`: no row for half a minute from when it is asked, and the source works all the while; the suite looks.
   * `padded`: ids 07 and 8. `nowhere`: one that is not there.
   */
  table(name: TableRole): SourceTable
  /** How many statements of ours the source works on now, as it says itself: by its list of sessions, and not by what the test has sent. */
  running(): Promise<number>
}

/** What a connector leaves out, and why. */
export interface SuiteOptions {
  /** Why the whole suite cannot run here; `undefined` when it can. */
  readonly absence?: string | undefined
  readonly skip?: readonly { readonly test: string; readonly because: string }[]
}

const people: readonly Column[] = [
  { name: 'id', type: { kind: 'int' } },
  { name: 'name', type: { kind: 'string' } },
]
const everybody: readonly (readonly [SampleValue, SampleValue])[] = [
  ...Array.from({ length: 26 }, (_, index) => [BigInt(index + 1), String.fromCodePoint(65 + index)] as const),
  [99n, null],
]

/** Declares the suite for one connector. */
export function connectorSuite(name: string, start: () => Promise<ConnectorStage>, { absence, skip = [] }: SuiteOptions = {}): void {
  describe.skipIf(absence !== undefined)(`a connector: ${name}${absence === undefined ? '' : ` (${absence})`}`, () => {
    let stage: ConnectorStage
    beforeAll(async () => {
      stage = await start()
    }, 120_000)
    afterAll(() => stage?.[Symbol.asyncDispose]())

    const test = (title: string, work: (on: Ground) => Promise<void>): void => {
      const left = skip.find((one) => one.test === title)
      it.skipIf(left !== undefined)(`${title}${left === undefined ? '' : ` (${left.because})`}`, { timeout: 60_000 }, async () => {
        await using ground = new Ground(stage)
        await work(ground)
      })
    }

    for (const [title, work] of Object.entries(tests)) test(title, work)
    it('skips nothing that is not in the suite', () => {
      expect(skip.filter((one) => !Object.hasOwn(tests, one.test))).toEqual([])
    })
  })
}

/** One test's dialler and sessions. */
class Ground implements AsyncDisposable {
  readonly stage: ConnectorStage
  readonly dialer: QueueDialer
  readonly stop = new AbortController()
  readonly #sessions: Session[] = []
  readonly #watch: SocketWatch

  constructor(stage: ConnectorStage) {
    this.stage = stage
    this.dialer = new QueueDialer(networkTo([stage]))
    this.#watch = watchSockets(this.dialer)
  }

  /** What has come over all open sockets. */
  bytesIn(): number {
    return this.dialer.openSockets().reduce((sum, { bytesIn }) => sum + bytesIn, 0)
  }

  /** Waits until the source works on that many statements of ours. */
  async settled(statements: number): Promise<void> {
    const until = Date.now() + 10_000
    while ((await this.#watch.aside(() => this.stage.running())) !== statements) {
      if (Date.now() > until) throw new Error(`the source does not work on ${statements} statements`)
      await sleep(25)
    }
  }

  openable(name: TableRole, password = this.stage.account.password): OpenableTable {
    const table = { ...this.stage.table(name), columns: people }
    return { table, credentials: { ...this.stage.account, password }, allowCleartextPasswords: this.stage.secrets === 'clear' }
  }

  async open(source: OpenableTable): Promise<Session> {
    const session = await this.stage.connector.open(source, this.#watch.dial, this.stop.signal)
    this.#sessions.push(session)
    return session
  }

  async scan(name: TableRole, filters: readonly Filter[] = [], columns: readonly number[] = [0, 1]) {
    const source = this.openable(name)
    const session = await this.open(source)
    return session.scan({ handle: 'h', table: source.table, columns, filters })[Symbol.asyncIterator]()
  }

  async rows(filters: readonly Filter[], name: TableRole = 'people'): Promise<readonly (readonly [SampleValue, SampleValue])[]> {
    const batches = await drain(await this.scan(name, filters))
    const names = valuesIn(batches, 1, { kind: 'string' })
    return valuesIn(batches, 0, { kind: 'int' })
      .map((id, index) => [id, names[index] ?? null] as const)
      .toSorted(([one], [other]) => Number(one) - Number(other))
  }

  async probe(name: TableRole, depth: ProbeDepth, password?: string): Promise<readonly string[]> {
    const rungs: Rung[] = []
    const tell = (rung: Rung): void => void rungs.push(rung)
    const { signal } = this.stop
    await this.stage.connector.probe(this.openable(name, password), this.#watch.dial, { depth, signal, tell }).catch((error: unknown) => {
      if (!(error instanceof ServiceError)) throw error
    })
    return rungs.map(({ name: rung, ok }) => `${rung} ${ok ? 'ok' : 'failed'}`)
  }

  /** Does something of the test's own, whose sockets are not counted. */
  aside<Done>(work: () => Promise<Done>): Promise<Done> {
    return this.#watch.aside(work)
  }

  /** Nothing is left behind, and nothing went past the dialler. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions.splice(0)) await session[Symbol.asyncDispose]()
    if (this.dialer.openSockets().length > 0) throw new Error('a session left a socket open')
    if (this.#watch.strangers() > 0) throw new Error('the connector opened a socket that `dial` did not')
    await this.dialer[Symbol.asyncDispose]()
  }
}

const compare = (op: '=' | '<', column: number, value: number | string): Filter => ({
  kind: 'comparison',
  op,
  column,
  value: { type: typeof value === 'number' ? { kind: 'int' } : { kind: 'string' }, value },
})

const filters: readonly (readonly [Filter, (id: number, name: string | null) => boolean])[] = [
  [compare('=', 0, 7), (id) => id === 7],
  [compare('<', 0, 7), (id) => id < 7],
  [compare('=', 1, 'C'), (_, name) => name === 'C'],
  [compare('=', 1, 'c'), () => false],
  [compare('<', 1, 'C'), (_, name) => name !== null && name < 'C'],
  [{ kind: 'isNull', column: 1 }, (_, name) => name === null],
  [{ kind: 'or', filters: [compare('=', 0, 99), compare('=', 1, 'A')] }, (id, name) => id === 99 || name === 'A'],
]

const tests: Readonly<Record<string, (on: Ground) => Promise<void>>> = {
  'describes the columns of a table': async (on) => {
    const session = await on.open(on.openable('people'))
    const told = (await session.describe()).map(({ name, type }) => [name, type.kind])
    const { types, rows } = on.stage
    expect(told).toEqual([
      ['id', types === 'none' ? 'string' : 'int'],
      ['name', 'string'],
      ...(rows === 'fields' ? [['other', 'string']] : []),
    ])
  },
  'names a table that is not there': async (on) => {
    const session = await on.open(on.openable('nowhere'))
    expect(await refusal(session.describe())).toMatchObject({ kind: 'semantic', message: expect.stringContaining('nowhere') })
  },
  'delivers every row, nulls too, with its columns in the order that was asked for': async (on) => {
    expect(await on.rows([])).toEqual(everybody)
    const batches = await drain(await on.scan('people', [], [1, 0]))
    expect(valuesIn(batches, 0, { kind: 'string' })).toContain('Q')
    expect(valuesIn(batches, 1, { kind: 'int' })).toContain(99n)
  },
  'sends what it offers: no row less, and none more where it says exact': async (on) => {
    const offers = new Set<string>()
    for (const [filter, isWanted] of filters) {
      const { table } = on.openable('people')
      const offer = on.stage.connector.offer(filter, table)
      offers.add(offer)
      const rows = await on.rows([filter])
      const wanted = everybody.filter(([id, name]) => isWanted(Number(id), name as string | null))
      if (offer === 'exact') expect(rows).toEqual(wanted)
      else expect(rows).toEqual(expect.arrayContaining(wanted))
    }
    const { filters: kept } = on.stage
    if (kept === 'none') expect([...offers]).toEqual(['none'])
    else expect([...offers], "no filter of the suite is kept exactly; a stage says `filters: 'none'` where that is so").toContain('exact')
  },
  'finds by its id what it reads among all, or refuses to read an id that it would not find': async (on) => {
    const name = on.stage.types === 'none' ? 'padded' : 'people'
    const every = await on.rows([], name).catch((error: unknown) => error)
    if (name === 'padded' && !Array.isArray(every)) {
      expect(every, 'the table `padded` could not be read').toMatchObject({ kind: 'semantic', message: expect.stringContaining('id') })
      return
    }
    const sevens = (every as Awaited<ReturnType<Ground['rows']>>).filter(([id]) => id === 7n)
    expect(sevens).toHaveLength(1)
    const found = await on.rows([compare('=', 0, 7)], name)
    expect(found, 'a row is written 07 and is not found as 7: `checkKey` of `equal-values.ts`').toEqual(expect.arrayContaining(sevens))
  },
  'says what it would send, and no secret': (on) => {
    const { table } = on.openable('people')
    const text = on.stage.connector.explain({ handle: 'h', table, columns: [0], filters: [compare('=', 0, 7)] })
    expect(text).toContain('people')
    expect(text).toContain('7')
    expect(text).not.toContain(on.stage.account.password)
    return Promise.resolve()
  },
  'makes the source wait while nobody asks for rows': async (on) => {
    const scan = await on.scan('many')
    await scan.next()
    // What was on its way arrives; then nothing does, long before the table has come.
    for (let before = -1, until = Date.now() + 10_000; before !== on.bytesIn() && Date.now() < until; await sleep(500))
      before = on.bytesIn()
    const still = on.bytesIn()
    await sleep(300)
    expect(on.bytesIn()).toBe(still)
    expect(still).toBeLessThan(15_000_000)
    const rest = await drain(scan)
    expect(rest.reduce((rows, batch) => rows + batch.rowCount, 0)).toBeGreaterThan(100_000)
  },
  'ends at once when it is stopped, and so does the source': async (on) => {
    if (on.stage.slowness === 'none') return await stopsBetweenRows(on)
    const next = (await on.scan('slow')).next()
    const first = refusal(next)
    const early = Promise.race([next.then(Boolean, Boolean), sleep(500, false)])
    await on.settled(1)
    expect(await early, 'the table `slow` of the stage gave a row, or its end, at once: it has to last half a minute').toBe(false)
    on.stop.abort(new ServiceError('unavailable', { template: 'stopped on purpose', values: [] }))
    expect((await first).message).toContain('stopped on purpose')
    await on[Symbol.asyncDispose]()
    await on.settled(0)
  },
  'leaves nothing at the source when the rest is not wanted': async (on) => {
    const scan = await on.scan('many')
    expect((await scan.next()).done).toBe(false)
    await scan.return?.()
    await on[Symbol.asyncDispose]()
    await on.settled(0)
  },
  'tells a wrong password without telling it': async (on) => {
    const error = await refusal(on.open(on.openable('people', 'Canary-9')))
    expect(error.kind).toBe('forbidden')
    expect(JSON.stringify([error.message, error.details])).not.toContain('Canary')
  },
  'waits no longer for a source that says nothing than it is told to': async (on) => {
    await using dialer = new QueueDialer(networkTo([await startSilentSource()]))
    const source = { ...on.openable('people'), loginTimeoutMs: 1_000 }
    const opening = on.aside(() => on.stage.connector.open(source, dialer.dial, on.stop.signal))
    const error = await refusal(opening)
    expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('within 1 s') })
    expect(dialer.openSockets()).toEqual([])
  },
  'sends no password in clear text where that is not allowed': async (on) => {
    const opening = on.open({ ...on.openable('people'), allowCleartextPasswords: false })
    if (on.stage.secrets === 'clear') expect((await refusal(opening)).kind).toBe('forbidden')
    else expect((await (await opening).describe()).length).toBeGreaterThanOrEqual(people.length)
  },
  'climbs as far as it is told, and ends on the rung that is to be mended': async (on) => {
    const way = ['name ok', 'route ok', 'gateway ok', 'tcp ok', 'tls ok']
    expect(await on.probe('people', 'tls')).toEqual(way)
    expect(await on.probe('people', 'login')).toEqual([...way, 'login ok'])
    expect(await on.probe('people', 'object')).toEqual([...way, 'login ok', 'object ok'])
    expect(await on.probe('nowhere', 'object')).toEqual([...way, 'login ok', 'object failed'])
    expect(await on.probe('people', 'object', 'Canary-9')).toEqual([...way, 'login failed'])
  },
}

/** What was on its way may still come: some of the table, and not the rest. */
async function stopsBetweenRows(on: Ground): Promise<void> {
  const scan = await on.scan('many')
  expect((await scan.next()).done).toBe(false)
  on.stop.abort(new ServiceError('unavailable', { template: 'stopped on purpose', values: [] }))
  expect((await refusal(drain(scan))).message).toContain('stopped on purpose')
  await on[Symbol.asyncDispose]()
  await on.settled(0)
}

async function refusal(work: Promise<unknown>): Promise<ServiceError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ServiceError)
  return error as ServiceError
}

async function drain(scan: AsyncIterator<RecordBatch>): Promise<readonly RecordBatch[]> {
  const batches: RecordBatch[] = []
  for (let next = await scan.next(); next.done !== true; next = await scan.next()) batches.push(next.value)
  return batches
}
