// What the doctor's climb to a PostgreSQL server has of its own: its request for TLS, and who may read a table.

import type { Duplex } from 'node:stream'
import type { Dialer } from '@tributary/fabric/dial'
import { ServiceError } from '@tributary/rules'
import pg from 'pg'
import type { OpenableTable } from '../../source.ts'
import type { ProbeOptions, Session } from '../connector.ts'
import { climbTo, otherProtocol } from '../probe.ts'
import type { Encryption } from '../sign-in.ts'
import { tellError } from './errors.ts'
import { asPgSocket } from './pg-socket.ts'
import { shownName } from './source-columns.ts'

const server = 'PostgreSQL'

/** A session whose table can be tried. */
export interface ProbedSession extends Session {
  /** @throws {ServiceError} `forbidden` when no row may be read */
  checkReadable(): Promise<void>
}

/** As `climbTo`. @param open - opens a session as a job does @throws {ServiceError} what ended the climb */
export function probe(source: OpenableTable, dial: Dialer, options: ProbeOptions, open: () => Promise<ProbedSession>): Promise<void> {
  const { endpoint, database } = source.table.settings
  return climbTo(source, dial, options, {
    server,
    secure: (socket, encryption) => handshake(socket, encryption, endpoint.host),
    open,
    checkReadable: (session) => session.checkReadable(),
    isDatabaseMissing: (error) =>
      error instanceof ServiceError && (error.details.cause as { code?: unknown } | undefined)?.code === '3D000',
    names: { table: shownName(source.table), database },
    tellError,
  })
}

/** The part of pg's connection that its type declarations leave out. */
type Handshake = pg.Connection & { requestSsl(): void; connect(port: number, host: string): void }

/** @returns false when the server has no TLS. @throws {ServiceError} `unavailable` when what answers is no PostgreSQL server */
function handshake(socket: Duplex, encryption: NonNullable<Encryption>, host: string): Promise<boolean> {
  const connection = new pg.Connection({ stream: asPgSocket(socket), ssl: encryption } as unknown as pg.ConnectionConfig) as Handshake
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  socket.once('data', (answer: Buffer) => {
    if (answer.length === 1 && answer[0] === 0x4e) resolve(false)
    else if (answer.length !== 1 || answer[0] !== 0x53) reject(otherProtocol(server))
  })
  connection.on('connect', () => connection.requestSsl())
  connection.on('sslconnect', () => connection.stream.once('secureConnect', () => resolve(true)))
  connection.on('error', (error: Error) => reject(error))
  connection.on('end', () => reject(otherProtocol(server)))
  connection.connect(0, host)
  return promise
}
