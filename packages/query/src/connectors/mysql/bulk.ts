// Many rows of parameters for one prepared statement in one message: what MariaDB has offered since 10.2, and the driver has not.

import { ServiceError, say } from '@tributary/rules'

/** A capability of MariaDB's own, among those that a server names in its greeting. @see https://mariadb.com/kb/en/connection/#capabilities */
const bulkOperations = 4

/** The driver's connection, as far as bulk executions go. */
export interface BulkWire {
  readonly _handshakePacket: { readonly mariadbExtendedCapabilityFlags?: number }
  readonly clientEncoding: string
  addCommand(command: object): void
}

/** What the server says to a statement that changes rows. */
export interface Changed {
  readonly affectedRows?: number
}

/** Statements of a session that has been asked for bulk executions. */
export interface BulkRun {
  /** Which prepared statement. */
  readonly statement: number
  /** The protocol's number for the type of each parameter. */
  readonly types: readonly number[]
  /** Each value behind a byte 0, or a byte 1 for null. */
  readonly rows: Uint8Array
}

/** Says to a MariaDB that we know how to; before its greeting has come. The driver answers with capabilities of MariaDB's own only where a server names some. */
export function askForBulk(wire: object): void {
  const { _command: handshake } = wire as { readonly _command: object }
  let flags = 0
  Object.defineProperty(handshake, 'mariadbExtendedClientFlags', {
    get: () => flags,
    set: (chosen: number) => {
      flags = chosen | bulkOperations
    },
  })
}

/** Whether the server runs them, once it has greeted. */
export function takesBulk({ _handshakePacket: { mariadbExtendedCapabilityFlags = 0 } }: BulkWire): boolean {
  return (mariadbExtendedCapabilityFlags & bulkOperations) !== 0
}

/** Runs a statement for each row; the first that the server refuses ends it. @throws what the server answered, what was lost */
export function runBulk(wire: BulkWire, run: BulkRun): Promise<Changed> {
  const { promise, resolve, reject } = Promise.withResolvers<Changed>()
  wire.addCommand(
    new BulkCommand(run, (error, changed) => (changed === undefined ? reject(error ?? new Error('no answer')) : resolve(changed))),
  )
  return promise
}

type Done = (error: Error | null, changed?: Changed) => void

/** What the driver gives a command to send with. */
interface CommandWire extends BulkWire {
  _resetSequenceId(): void
  writePacket(packet: OutPacket): void
}

/** One that goes out. The driver cuts it in pieces of 16 MiB where it has to, up to its length. */
interface OutPacket {
  readonly buffer: Buffer
  length(): number
  writeHeader(sequence: number): void
}

/** One that came; `start` is where its 4 bytes of header are. */
interface InPacket {
  readonly buffer: Buffer
  readonly start: number
  offset: number
  isError(): boolean
  asError(encoding: string): Error
  readLengthCodedNumber(): number
}

/** In the form in which the driver runs commands: once to send, then with each packet that comes, until it says that it is done. */
class BulkCommand {
  readonly onResult: Done
  readonly #run: BulkRun
  #isSent = false

  constructor(run: BulkRun, done: Done) {
    this.#run = run
    this.onResult = done
  }

  execute(packet: InPacket | undefined, wire: CommandWire): boolean {
    if (!this.#isSent) {
      this.#isSent = true
      wire._resetSequenceId()
      wire.writePacket(packetOf(this.#run))
      return false
    }
    if (packet === undefined) return false
    if (packet.isError()) this.onResult(packet.asError(wire.clientEncoding))
    else if (packet.buffer[packet.start + headerBytes] !== ok)
      this.onResult(new ServiceError('unavailable', say`the source answered with what no server says to rows that are written`))
    else {
      packet.offset = packet.start + headerBytes + 1
      this.onResult(null, { affectedRows: packet.readLengthCodedNumber() })
    }
    return true
  }
}

const ok = 0
const headerBytes = 4
/** What one packet may hold; one that holds as much is followed by another. */
const mostBytes = 2 ** 24 - 1

// https://mariadb.com/kb/en/com_stmt_bulk_execute/
const bulkExecute = 0xfa
const sendsTypes = 128

function packetOf({ statement, types, rows }: BulkRun): OutPacket {
  const head = Buffer.alloc(headerBytes + 7 + 2 * types.length)
  head[headerBytes] = bulkExecute
  head.writeUInt32LE(statement, headerBytes + 1)
  head.writeUInt16LE(sendsTypes, headerBytes + 5)
  // The byte behind each type would say that it is unsigned.
  for (const [index, type] of types.entries()) head[headerBytes + 7 + 2 * index] = type
  const buffer = Buffer.concat([head, rows])
  const size = buffer.length - headerBytes
  return {
    buffer,
    // One more makes the driver send the empty packet that has to follow full ones.
    length: () => (size % mostBytes === 0 ? size + 1 : size),
    writeHeader(sequence) {
      buffer.writeUIntLE(size, 0, 3)
      buffer[3] = sequence
    },
  }
}
