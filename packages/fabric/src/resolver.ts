// One question to a gateway's resolver over a stream that was dialled like any other: DNS over TCP, IPv4 addresses only.

import type { Duplex } from 'node:stream'
import { type Answer, decode, type DecodedPacket, RECURSION_DESIRED, streamEncode } from 'dns-packet'
import { parseIpv4, ServiceError, say } from '@tributary/rules'

const maxAliases = 16
const longestName = 253

/**
 * Asks for the A records of a name and follows aliases inside the answer.
 * @param stream - to the resolver; destroyed when this returns
 * @returns dotted addresses in the order of the answer; empty when the resolver says that there is no such name
 * @throws {ServiceError} `unavailable` when the resolver fails or answers with something else; the signal's reason when it is aborted
 * @see RFC 1035, 4.2.2 (two bytes of length before each message), 3.6.2 (aliases)
 */
export async function askResolver(stream: Duplex, name: string, signal: AbortSignal): Promise<readonly string[]> {
  if (name.length > longestName || name.split('.').some((label) => label.length > 63)) return []
  const id = Math.floor(Math.random() * 0x1_0000)
  const question = { type: 'A', name } as const
  const stop = () => stream.destroy(signal.reason)
  signal.throwIfAborted()
  signal.addEventListener('abort', stop)
  try {
    stream.write(streamEncode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [question] }))
    return addressesIn(await readMessage(stream), id, name)
  } finally {
    signal.removeEventListener('abort', stop)
    stream.destroy()
  }
}

async function readMessage(stream: Duplex): Promise<Buffer> {
  let received = Buffer.alloc(0)
  for await (const chunk of stream) {
    received = Buffer.concat([received, chunk as Buffer])
    const length = received.length < 2 ? undefined : received.readUInt16BE(0)
    if (length !== undefined && received.length >= length + 2) return received.subarray(2, length + 2)
  }
  throw new ServiceError('unavailable', say`the resolver closed the connection without an answer`)
}

function addressesIn(message: Buffer, id: number, name: string): readonly string[] {
  const answer = decoded(message) as DecodedPacket & { readonly rcode?: string }
  if (answer.id !== id || answer.type !== 'response') throw new ServiceError('unavailable', say`the resolver answered another question`)
  if (answer.rcode === 'NXDOMAIN') return []
  if (answer.rcode !== 'NOERROR')
    throw new ServiceError(
      'unavailable',
      answer.rcode === undefined ? say`the resolver answered nothing that is known` : say`the resolver answered ${answer.rcode}`,
    )
  return follow(answer.answers ?? [], name)
}

function decoded(message: Buffer): DecodedPacket {
  try {
    return decode(message)
  } catch (cause) {
    throw new ServiceError('unavailable', say`the resolver sent an answer that cannot be read`, { cause })
  }
}

function follow(answers: readonly Answer[], name: string): readonly string[] {
  let wanted = name.toLowerCase()
  for (let hops = 0; hops <= maxAliases; hops++) {
    const of = answers.filter((record) => record.name.toLowerCase() === wanted)
    const addresses = of.flatMap((record) => (record.type === 'A' && parseIpv4(record.data) !== undefined ? [record.data] : []))
    if (addresses.length > 0) return addresses
    const [alias] = of.flatMap((record) => (record.type === 'CNAME' ? [record.data] : []))
    if (alias === undefined) return []
    wanted = alias.toLowerCase()
  }
  return []
}
