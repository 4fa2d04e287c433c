// Measures what one task of a source thread moves: bytes by its sockets, rows, the statements that it sends, and how long each step took.

import type { Duplex } from 'node:stream'
import type { Dialer, DialOptions } from '@tributary/fabric/dial'
import {
  type Crossing,
  type CrossingState,
  type Endpoint,
  formatEndpoint,
  isCut,
  type QueueNetwork,
  type Rung,
  ServiceError,
  shortCrossingText,
} from '@tributary/rules'
import type { StatementListener } from '../../connectors/connector.ts'

/** What is known of a crossing before anything has crossed. */
export type Intent = Pick<Crossing, 'kind' | 'source' | 'tables' | 'notes'> & { readonly endpoint: Endpoint }

/** The part of a socket that counts; streams that are none count nothing. */
interface Counting {
  readonly bytesRead?: number
  readonly bytesWritten?: number
}

/** A socket that a task uses, and where its counters stood when the task began. */
interface Used {
  readonly stream: Duplex & Counting
  readonly bytesIn: number
  readonly bytesOut: number
}

/** What was dialled, and over which connection. */
interface Way {
  readonly place: string
  readonly connection: Pick<Crossing, 'connectionId' | 'connectionName'>
}

/** The open sockets of a thread: those of kept sessions serve task after task. */
export class ThreadStreams {
  readonly #ways = new Map<Duplex, Way>()
  readonly #cuts = new WeakMap<Duplex, ServiceError>()

  /** Remembers a socket until it closes, and how it was cut for as long as anybody may ask. */
  add(stream: Duplex, way: Way): void {
    this.#ways.set(stream, way)
    stream.once('close', () => this.#ways.delete(stream))
    stream.on('error', (error) => {
      if (error instanceof ServiceError && isCut(error)) this.#cuts.set(stream, error)
    })
  }

  /** How a socket was cut, if it was; one that is ending is waited for. */
  async cutOf(stream: Duplex): Promise<ServiceError | undefined> {
    if (stream.destroyed && !stream.closed) await new Promise((resolve) => stream.once('close', resolve))
    return this.#cuts.get(stream)
  }

  /** Those that lead to one place. */
  to(place: string): readonly (readonly [Duplex, Way])[] {
    return [...this.#ways].filter(([, way]) => way.place === place)
  }
}

const nowhere: Way['connection'] = { connectionId: undefined, connectionName: '' }

/** Measures one task. Times count from its making. */
export class CrossingMeter {
  readonly #intent: Intent
  readonly #network: QueueNetwork
  readonly #streams: ThreadStreams
  readonly #used: Used[]
  readonly #beganAt = performance.now()
  #connection: Way['connection']
  #notes: readonly string[]
  #state: CrossingState = 'running'
  #text = ''
  #statements = 0
  #underWay = 0
  #readers = 0
  #rows = 0
  #connectMs: number | undefined
  #firstRowMs: number | undefined

  constructor(intent: Intent, { network, streams }: { readonly network: QueueNetwork; readonly streams: ThreadStreams }) {
    this.#intent = intent
    this.#notes = intent.notes
    this.#network = network
    this.#streams = streams
    const kept = streams.to(formatEndpoint(intent.endpoint))
    this.#used = kept.map(([stream]) => useOf(stream))
    this.#connection = kept[0]?.[1].connection ?? nowhere
  }

  /** Hears of each statement that moves rows. */
  readonly hear: StatementListener = (text) => {
    if (this.#statements === 0) this.#text = shortCrossingText(text)
    this.#statements += 1
    this.#underWay += 1
    this.#readers = Math.max(this.#readers, this.#underWay)
    return () => {
      this.#underWay -= 1
    }
  }

  /** Counts what `dial` gives. */
  counting(dial: Dialer): Dialer {
    return async (target, options) => {
      const way = { place: formatEndpoint(target), connection: this.#relayTo(target) }
      const { told, onRung } = this.#listen(options)
      const carried = (): Way['connection'] => told() ?? way.connection
      try {
        const stream = await dial(target, { ...options, onRung })
        this.#used.push(useOf(stream))
        this.#streams.add(stream, { ...way, connection: carried() })
        return stream
      } finally {
        if (this.#connection === nowhere) this.#connection = carried()
      }
    }
  }

  /** A session stands. @param isKept - whether one that was open already */
  connected(isKept: boolean): void {
    this.#connectMs = isKept ? 0 : this.#since()
  }

  /** What is asked in the end may be more than was planned: keys of another table, or nothing at all. */
  asks(notes: readonly string[]): void {
    this.#notes = notes
  }

  /** So many rows more have crossed. */
  add(rows: number): void {
    if (this.#intent.kind !== 'write') this.#firstRowMs ??= this.#since()
    this.#rows += rows
  }

  /** What the source says of a write that it has committed. */
  written(rows: number): void {
    this.#rows = rows
  }

  /** The cut of a socket that it used: what ended the task may have been another thing, and tell less. */
  async cut(): Promise<ServiceError | undefined> {
    const cuts = await Promise.all(this.#used.map(({ stream }) => this.#streams.cutOf(stream)))
    return cuts.find((cut) => cut !== undefined)
  }

  end(state: Exclude<CrossingState, 'running'>): void {
    this.#state = state
  }

  /** How it stands. */
  read(): Crossing {
    const { endpoint, ...intent } = this.#intent
    return {
      ...intent,
      ...this.#connection,
      notes: this.#notes,
      endpoint: formatEndpoint(endpoint),
      state: this.#state,
      text: this.#text,
      statements: this.#statements,
      readers: this.#readers,
      rows: this.#rows,
      bytesIn: this.#used.reduce((sum, { stream, bytesIn }) => sum + (stream.bytesRead ?? 0) - bytesIn, 0),
      bytesOut: this.#used.reduce((sum, { stream, bytesOut }) => sum + (stream.bytesWritten ?? 0) - bytesOut, 0),
      connectMs: this.#connectMs,
      firstRowMs: this.#firstRowMs,
      totalMs: this.#since(),
      waitMs: 0,
    }
  }

  #since(): number {
    return Math.round((performance.now() - this.#beganAt) * 10) / 10
  }

  /** Rungs name the peering that carries the dial; a relay has none, and is known by its name. */
  #listen({ onRung }: DialOptions): { readonly told: () => Way['connection'] | undefined; readonly onRung: (rung: Rung) => void } {
    let told: Way['connection'] | undefined
    return {
      told: () => told,
      onRung: (rung) => {
        const peering = this.#network.peerings.find(({ peerId }) => peerId === rung.peerId)
        if (peering !== undefined) told = { connectionId: peering.connectionId, connectionName: peering.connectionName }
        onRung?.(rung)
      },
    }
  }

  #relayTo({ host, port }: Endpoint): Way['connection'] {
    const relay = this.#network.relays.find((one) => one.name === host.toLowerCase() && one.port === port)
    return relay === undefined ? nowhere : { connectionId: relay.connectionId, connectionName: relay.connectionName }
  }
}

/** What was read and is not yet looked at is the task's: a server may speak first. */
function useOf(stream: Duplex & Counting): Used {
  return { stream, bytesIn: (stream.bytesRead ?? 0) - stream.readableLength, bytesOut: stream.bytesWritten ?? 0 }
}
