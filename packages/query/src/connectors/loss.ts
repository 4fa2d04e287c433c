// How the socket of a session may be lost: by the signal that it attends to, or by itself.

import type { Duplex } from 'node:stream'

/** Watches one socket. */
export class Loss {
  readonly #socket: Duplex
  #signal: AbortSignal | undefined
  #patienceMs = 0
  #reason: unknown
  /** Is called when the signal ends the socket, before it does. */
  onStop: (() => void) | undefined

  constructor(socket: Duplex) {
    this.#socket = socket
    socket.on('error', (error) => {
      this.#reason ??= error
    })
  }

  /** Why the socket was lost, once it is: a dialler's cut or our own refusal says more than what a driver makes of it. */
  reasonOf(error: unknown): unknown {
    return this.#reason ?? error
  }

  /** Lets this signal, and no other, destroy the socket from now on; `undefined` lets none. */
  attend(signal: AbortSignal | undefined): void {
    this.#signal?.removeEventListener('abort', this.#stop)
    this.#signal = signal
    this.#patienceMs = 0
    signal?.addEventListener('abort', this.#stop)
    if (signal?.aborted === true) this.#stop()
  }

  /** From now on an abort lets the source answer for so long before the socket goes. */
  holdFor(ms: number): void {
    this.#patienceMs = ms
  }

  /** Ends the socket without a word, whatever runs on it; it is closed when this is done. */
  async end(): Promise<void> {
    this.attend(undefined)
    if (this.#socket.closed) return
    await new Promise<void>((resolve) => void this.#socket.once('close', resolve).destroy())
  }

  readonly #stop = (): void => {
    const reason = asError(this.#signal?.reason)
    const end = (): void => {
      if (this.#socket.destroyed) return
      this.onStop?.()
      this.#socket.destroy(reason)
    }
    if (this.#patienceMs === 0) end()
    else setTimeout(end, this.#patienceMs).unref()
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('stopped')
}
