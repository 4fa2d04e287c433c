// One TCP connection to one checked address: how long it may take, how it is cut, and what its failures say.

import { Socket } from 'node:net'
import { type Endpoint, formatEndpoint, ServiceError, say } from '@tributary/rules'
import { type Borrow, type Lender, Reads } from './lending.ts'

/** A socket that can be cut: both halves are dead at once, its reader sees the reason, its peer a reset. */
export class CuttableSocket extends Socket {
  #reason: ServiceError | undefined

  /** @param reads - for a socket that lends its bytes */
  constructor(reads?: Reads) {
    const onread = reads === undefined ? {} : { onread: reads.onread }
    super({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000, ...onread })
    // A cut may come before the caller listens; without a listener it would end the process.
    this.on('error', () => {})
  }

  /** Ends the connection with an error that its reader sees. */
  cut(reason: ServiceError): void {
    if (this.destroyed) return
    this.#reason = reason
    if (canReset(this)) this.resetAndDestroy()
    else this.destroy(reason)
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    super._destroy(this.#reason ?? error, callback)
  }
}

/**
 * A connection that is still being made has nothing to reset, and one that is in the middle of its own end refuses to be: the system would say so, and
 * its 'close' would never come. Closing the descriptor ends both.
 */
export function canReset(socket: Socket): boolean {
  const isEnding = socket.writableEnded && !socket.writableFinished
  return !socket.connecting && !socket.pending && !isEnding
}

/** A socket that lends its bytes besides: one buffer of 64 KiB for as long as it is open. */
export class LendingSocket extends CuttableSocket implements Lender {
  readonly #reads: Reads

  constructor() {
    const reads = new Reads()
    super(reads)
    reads.push = (chunk) => this.push(chunk)
    this.#reads = reads
  }

  lend(borrow: Borrow | undefined): void {
    this.#reads.borrow = borrow
  }
}

/** What a connection attempt is told: where, for whom, how long. */
export interface Attempt {
  readonly socket: CuttableSocket
  /** Dotted IPv4, checked: exactly this is dialled. */
  readonly address: string
  readonly port: number
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** How the source is called in errors: the endpoint inside the VPC, and the queue's own range. */
  readonly inside: Endpoint
  readonly connectionName: string
  readonly queueCidr: string
}

/**
 * Connects.
 * @throws {ServiceError} `unavailable` when nothing answers; the signal's reason when it is aborted. The socket is destroyed then.
 */
export async function connect(attempt: Attempt): Promise<void> {
  const { socket, signal, timeoutMs } = attempt
  let timer: NodeJS.Timeout | undefined
  let abort: (() => void) | undefined
  try {
    signal.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      abort = () => reject(signal.reason)
      signal.addEventListener('abort', abort)
      timer = setTimeout(() => reject(timedOut(attempt)), timeoutMs)
      socket.once('connect', resolve)
      socket.once('error', (error) => reject(connectError(attempt, error)))
      socket.connect({ host: attempt.address, port: attempt.port })
    })
    signal.throwIfAborted()
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
    if (abort !== undefined) signal.removeEventListener('abort', abort)
  }
}

function timedOut({ inside, timeoutMs, queueCidr }: Attempt): ServiceError {
  return new ServiceError(
    'unavailable',
    say`${formatEndpoint(inside)} did not answer within ${timeoutMs / 1000} s: is the host up, and does its firewall or security group admit ${queueCidr}?`,
  )
}

function connectError(attempt: Attempt, error: NodeJS.ErrnoException): Error {
  if (error instanceof ServiceError) return error
  const place = formatEndpoint(attempt.inside)
  const code = error.code ?? error.message
  if (code === 'ECONNREFUSED') {
    return new ServiceError('unavailable', say`${place} refused the connection: is the database running, and does its port match?`, {
      cause: error,
    })
  }
  if (code === 'ETIMEDOUT') return timedOut(attempt)
  return new ServiceError(
    'unavailable',
    say`${place} cannot be reached (${code}): ask the installation owner to check the gateway of connection ${attempt.connectionName}`,
    { cause: error },
  )
}
