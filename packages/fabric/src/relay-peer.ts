// Who may come to a relay: one peer, told apart from every other process of this machine.

import { readlinkSync, readSync } from 'node:fs'
import { open, readdir, readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { type Endpoint, parseIpv4, say, ServiceError } from '@tributary/rules'

/**
 * The one peer of a relay: the IPv4 address it comes from, and what no other process of this machine can have at the same time.
 *
 * An address alone tells nobody apart, because every process may take any address of 127.0.0.0/8. `processId` names the process that must hold
 * the other end of the connection; the kernel says whether it does (Linux only). It suits programs that choose their source port freely, as
 * drivers do. `port` is a source port that the peer bound before it was announced; it works everywhere, for one connection at a time, and is as
 * strong as the peer's hold on that port.
 */
export type ExpectedPeer = { readonly host: string } & ({ readonly processId: number } | { readonly port: number })

/** Both ends of an accepted connection. */
export interface Arrival {
  readonly peer: Endpoint
  readonly own: Endpoint
}

/** Whether an arrival is the expected peer; when in doubt, it is not. Never rejects. */
export type PeerCheck = (arrival: Arrival) => Promise<boolean>

/** What the kernel said at one moment: the sockets that the process held, and its tables of connections. */
interface Look {
  readonly sockets: ReadonlySet<string>
  readonly ipv4: Table
  /** Read when it is first wanted: reading a table takes the kernel some milliseconds, however little stands in it. */
  readonly ipv6: () => Promise<Table>
}

/** One of the kernel's tables as text; `prefix` is what stands before an IPv4 address in it. */
interface Table {
  readonly text: string
  readonly prefix: string
}

// The kernel gives its tables a page at a time. In a small one it spends milliseconds on empty places, so that is left to another thread; a large one
// has hundreds of pieces of some microseconds, for each of which another thread would have to be waited for.
const longPieces = 4
const piecesPerTurn = 32
// Between two pieces, a connection may be passed over because others close, so one that is missing is looked for again.
const looksPerArrival = 2
const ipv4File = { path: '/proc/self/net/tcp', prefix: '' }
// A program that opens IPv6 sockets for everything, as Java does, stands here with its IPv4 address mapped.
const ipv6File = { path: '/proc/self/net/tcp6', prefix: '0000000000000000FFFF0000' }

/**
 * Makes the check for a peer.
 * @throws {ServiceError} `invalid` for an address that is not IPv4 or a port out of range; `unsupported` for a process on a system that does not
 * say who holds a socket; `unavailable` when the process is gone or may not be looked at from here
 */
export async function openPeerCheck(expected: ExpectedPeer): Promise<PeerCheck> {
  const { host } = expected
  if (parseIpv4(host) === undefined) throw new ServiceError('invalid', say`"${host}" is not an address that a peer can come from`)
  if ('processId' in expected) {
    const holder = await SocketHolder.open(expected.processId)
    return async (arrival) => arrival.peer.host === host && (await holder.holds(arrival))
  }
  const { port } = expected
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new ServiceError('invalid', say`a peer cannot come from port ${port}`)
  return async ({ peer }) => peer.host === host && peer.port === port
}

/** A process of this machine and the sockets it holds, read anew for every arrival; arrivals that wait together share one reading. */
class SocketHolder {
  readonly #processId: number
  /** Tells the process from a later one with the same id. */
  readonly #startedAt: string
  #reading: Promise<unknown> = Promise.resolve()
  #next: Promise<Look> | undefined

  static async open(processId: number): Promise<SocketHolder> {
    if (process.platform !== 'linux') {
      throw new ServiceError('unsupported', say`this system does not say which process holds a socket: expect a source port instead`)
    }
    try {
      await socketsOf(processId)
      return new SocketHolder(processId, await startOf(processId))
    } catch (cause) {
      throw new ServiceError('unavailable', say`the sockets of process ${processId} cannot be seen: is it running, and as our user?`, {
        cause,
      })
    }
  }

  private constructor(processId: number, startedAt: string) {
    this.#processId = processId
    this.#startedAt = startedAt
  }

  /** Whether the process holds the peer's end. False also when that end is closed already. */
  async holds(arrival: Arrival): Promise<boolean> {
    try {
      for (let looks = 0; looks < looksPerArrival; looks++) {
        const { sockets, ipv4, ipv6 } = await this.#look()
        const socket = peerSocketIn(ipv4, arrival) ?? peerSocketIn(await ipv6(), arrival)
        if (socket !== undefined) return sockets.has(socket)
      }
    } catch {
      // The process is gone.
    }
    return false
  }

  /** A look that begins after this call: the connection was there before it. */
  #look(): Promise<Look> {
    this.#next ??= this.#reading.then(() => {
      this.#next = undefined
      const look = this.#read()
      this.#reading = look.catch(() => {})
      return look
    })
    return this.#next
  }

  async #read(): Promise<Look> {
    const [sockets, ipv4] = await Promise.all([socketsOf(this.#processId), readTable(ipv4File)])
    // Asked last: what was read before belongs to the process that still has the id.
    if ((await startOf(this.#processId)) !== this.#startedAt) throw new Error('the process has ended')
    let later: Promise<Table> | undefined
    return { sockets, ipv4, ipv6: () => (later ??= readTable(ipv6File)) }
  }
}

/** Without text where the system has no such table, as without IPv6. */
async function readTable({ path, prefix }: typeof ipv4File): Promise<Table> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return { text: '', prefix }
  try {
    const piece = Buffer.alloc(64 * 1024)
    let text = ''
    for (let pieces = 0; ; pieces++) {
      const isShort = pieces >= longPieces && pieces % piecesPerTurn !== 0
      const bytes = isShort ? readSync(file.fd, piece) : (await file.read(piece)).bytesRead
      if (bytes === 0) return { text, prefix }
      text += piece.toString('latin1', 0, bytes)
    }
  } finally {
    await file.close()
  }
}
/**
 * The inode of the peer's end: `0` when no process holds it any more, `undefined` when the table does not have it.
 * @see proc_pid_net(5), a line is `sl local remote st tx:rx tr:when retransmits uid timeout inode …`
 */
function peerSocketIn({ text, prefix }: Table, { peer, own }: Arrival): string | undefined {
  const at = text.indexOf(` ${prefix}${inTable(peer)} ${prefix}${inTable(own)} `)
  if (at < 0) return undefined
  return text.slice(at, text.indexOf('\n', at)).trim().split(/\s+/)[8]
}

/** As the tables write it: the address in the machine's byte order, which is little-endian wherever we run, and the port as one number. */
function inTable({ host, port }: Endpoint): string {
  const address = Buffer.alloc(4)
  address.writeUInt32LE(parseIpv4(host) ?? 0)
  return `${address.toString('hex')}:${port.toString(16).padStart(4, '0')}`.toUpperCase()
}

/** The inodes of the sockets that a process holds. @throws {Error} when it is gone or may not be looked at */
async function socketsOf(processId: number): Promise<ReadonlySet<string>> {
  const folder = `/proc/${processId}/fd`
  const sockets = new Set<string>()
  for (const [at, name] of (await readdir(folder)).entries()) {
    if (at % piecesPerTurn === 0) await setImmediate()
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`${folder}/${name}`))?.[1]
    if (inode !== undefined) sockets.add(inode)
  }
  return sockets
}

/** Empty when the descriptor has been closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** When a process was started, in ticks since the machine was. @see proc_pid_stat(5), field 22 */
async function startOf(processId: number): Promise<string> {
  const stat = await readFile(`/proc/${processId}/stat`, 'latin1')
  // The program's name stands in parentheses and may hold anything; the third field is the first behind it.
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  if (started === undefined) throw new Error(`/proc/${processId}/stat has no time of start`)
  return started
}
