// Carries two directions between a relay's peer and its source: each half closes on its own, little is held back, and any other end ends both.

import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ServiceError } from '@tributary/rules'
import { canReset } from './connect.ts'
import { isLender } from './lending.ts'

/** One side of a relayed connection: who came, or what was dialled. */
export type RelaySide = 'peer' | 'source'

/**
 * Why a relayed connection is over. `ended`: both sides had said all, in order · `reset`: one side broke off · `idle`: no byte crossed for too long ·
 * `cut`: the path to the source is gone · `undialled`: the source was never reached · `closed`: the relay itself was closed.
 * The first two and the last are everyday; the others are worth a warning.
 */
export type RelayEnd = 'ended' | 'reset' | 'idle' | 'cut' | 'undialled' | 'closed'

/** How a relayed connection went. */
export interface RelayEnding {
  readonly reason: RelayEnd
  /** Who broke off, where someone did. */
  readonly side: RelaySide | undefined
  readonly error: Error | undefined
  /** Taken from the peer; after an orderly end the source has been given all of them. */
  readonly bytesOut: number
  /** Taken from the source; after an orderly end the peer has been given all of them. */
  readonly bytesIn: number
}

/** The two ends to join, and what ends them early. */
export interface Crossing {
  readonly peer: Socket
  /** Fresh from a dial: nothing has been read from it. */
  readonly source: Duplex
  readonly idleTimeoutMs: number
  readonly signal: AbortSignal
  /** Lets the source's bytes gather before they are handed on, where many come in small pieces: each piece costs both ends a wake-up. */
  readonly gathers?: boolean
}

/**
 * Copies both directions until both sides are closed, and says why.
 *
 * An end of one side is handed on as an end, and the other direction flows on for as long as it likes. Everything else (a reset, a cut, an abort)
 * resets what is left, so that nobody takes half an answer for a whole one. In each direction at most one chunk more than the stream's high-water
 * mark waits to be written; then reading stops, and the sender feels it.
 */
export function carry(crossing: Crossing): Promise<RelayEnding> {
  // The dialler's sockets answer an end with an end unless told.
  crossing.source.allowHalfOpen = true
  return new Carriage(crossing).ending
}

/** Ends a stream at once: a TCP peer sees a reset, never an orderly end. */
export function reset(stream: Duplex): void {
  if (stream.destroyed) return
  if (stream instanceof Socket && canReset(stream)) stream.resetAndDestroy()
  else stream.destroy()
}

/** Two streams under way, until both are closed. */
class Carriage {
  readonly ending: Promise<RelayEnding>
  readonly #resolve: (ending: RelayEnding) => void
  readonly #crossing: Crossing
  readonly #idle: NodeJS.Timeout
  readonly #abort = () => this.#stop({ reason: 'closed', side: undefined, error: undefined })
  #ended: Pick<RelayEnding, 'reason' | 'side' | 'error'> | undefined
  #open = 2
  #bytesOut = 0
  #bytesIn = 0

  constructor(crossing: Crossing) {
    const { promise, resolve } = Promise.withResolvers<RelayEnding>()
    const { peer, source, idleTimeoutMs, signal, gathers = false } = crossing
    this.ending = promise
    this.#resolve = resolve
    this.#crossing = crossing
    this.#idle = setTimeout(() => this.#stop({ reason: 'idle', side: undefined, error: undefined }), idleTimeoutMs)
    this.#watch(peer, 'peer')
    this.#watch(source, 'source')
    this.#copy(peer, source, (bytes) => {
      this.#bytesOut += bytes
    })
    const gather = gathers ? gatherer(source) : ignore
    this.#copy(source, peer, (bytes) => {
      this.#bytesIn += bytes
      gather(bytes)
    })
    signal.addEventListener('abort', this.#abort)
    if (signal.aborted) this.#abort()
  }

  #copy(from: Duplex, to: Duplex, count: (bytes: number) => void): void {
    const pass = (chunk: Buffer): boolean => {
      this.#idle.refresh()
      // A large chunk answers false even when the system took all of it at once: then there is nothing to wait for.
      const isWaiting = !to.write(chunk) && to.writableLength > 0
      if (isWaiting) from.pause()
      count(chunk.length)
      return to.writableLength > 0
    }
    from.on('data', pass)
    if (isLender(from)) from.lend(pass)
    to.on('drain', () => from.resume())
    if (from.readableEnded) to.end()
    else from.once('end', () => to.end())
    from.resume()
  }

  #watch(stream: Duplex, side: RelaySide): void {
    stream.on('error', ignore)
    if (stream.closed) this.#gone(stream, side)
    else stream.once('close', () => this.#gone(stream, side))
  }

  #gone(stream: Duplex, side: RelaySide): void {
    const error = stream.errored ?? undefined
    const isOrderly = stream.readableEnded && stream.writableFinished && error === undefined
    // Of an orderly end, the other side may still have a rest to take.
    if (!isOrderly) this.#stop({ reason: error instanceof ServiceError ? 'cut' : 'reset', side, error })
    this.#open--
    if (this.#open === 0) this.#finish()
  }

  #stop(ended: Pick<RelayEnding, 'reason' | 'side' | 'error'>): void {
    this.#ended ??= ended
    reset(this.#crossing.peer)
    reset(this.#crossing.source)
  }

  #finish(): void {
    clearTimeout(this.#idle)
    this.#crossing.signal.removeEventListener('abort', this.#abort)
    const ended = this.#ended ?? { reason: 'ended', side: undefined, error: undefined }
    this.#resolve({ ...ended, bytesOut: this.#bytesOut, bytesIn: this.#bytesIn })
  }
}

/** A stream this fast is in the middle of an answer; a question and its answer are smaller and never wait. */
const fastBytes = 128 * 1024
const fastMs = 4
/** A read of half of what one read takes, or more, is worth its wake-up. */
const smallPiece = 32 * 1024
/** PostgreSQL sends 8 KB at a time, and a fast one 100 KB in this time. */
const gatherMs = 1

/** @returns what is told of each piece, and leaves a fast stream of small ones alone for a moment, so that the next comes as one */
function gatherer(stream: Duplex): (pieceBytes: number) => void {
  let since = 0
  let bytes = 0
  return (pieceBytes) => {
    const now = performance.now()
    if (now - since > fastMs) {
      since = now
      bytes = 0
    }
    bytes += pieceBytes
    if (bytes < fastBytes || pieceBytes >= smallPiece || stream.isPaused()) return
    stream.pause()
    since = now + gatherMs
    setTimeout(() => stream.resume(), gatherMs)
  }
}

function ignore(): void {}
