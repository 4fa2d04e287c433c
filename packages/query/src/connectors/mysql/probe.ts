// What the doctor's climb to a MySQL server has of its own: its greeting, and TLS behind that.

import type { Duplex } from 'node:stream'
import type { Dialer } from '@tributary/fabric/dial'
import type { OpenableTable } from '../../source.ts'
import type { ProbeOptions, Session } from '../connector.ts'
import { climbTo, otherProtocol } from '../probe.ts'
import type { Encryption } from '../sign-in.ts'
import { tellError } from './errors.ts'
import { createWire } from './login.ts'

const server = 'MySQL'

/** As `climbTo`. @param open - opens a session as a job does @throws {ServiceError} what ended the climb */
export function probe(source: OpenableTable, dial: Dialer, options: ProbeOptions, open: () => Promise<Session>): Promise<void> {
  const secure = (socket: Duplex, encryption: NonNullable<Encryption>): Promise<boolean> => handshake(source, socket, encryption)
  return climbTo(source, dial, options, { server, secure, open, tellError })
}

/** A server greets first: a number of its bytes, a 0, then 10 or, where it refuses, 255. */
function isGreeting(bytes: Buffer): boolean {
  return bytes.length < 5 || (bytes[3] === 0 && (bytes[4] === 10 || bytes[4] === 0xff))
}

/** Hangs up before anything is said of users. @returns false when the server has no TLS. @throws {ServiceError} `unavailable` when what answers is no MySQL server */
function handshake(source: OpenableTable, socket: Duplex, encryption: NonNullable<Encryption>): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  socket.once('data', (greeting: Buffer) => {
    if (!isGreeting(greeting)) reject(otherProtocol(server))
  })
  socket.once('close', () => reject(otherProtocol(server)))
  const wire = createWire({ ...source, credentials: undefined }, socket, encryption)
  const startTLS = wire.startTLS.bind(wire)
  wire.startTLS = () => startTLS((error) => (error === undefined ? resolve(true) : reject(error)))
  wire.on('error', (error: Error & { code?: string }) => (error.code === 'HANDSHAKE_NO_SSL_SUPPORT' ? resolve(false) : reject(error)))
  return promise
}
