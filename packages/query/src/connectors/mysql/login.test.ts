// Signing in to MySQL: TLS as the table asks for it, whose certificate it is, and passwords that stay here.

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { QueueDialer } from '@tributary/fabric/dial'
import { ServiceError } from '@tributary/rules'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type MariadbOptions, mariadbAbsence, startMariadb } from '../../../../../tests/servers/mariadb.ts'
import { networkTo, openableOf, tableOf, type TableOptions } from '../../../../../tests/servers/sources.ts'
import type { OpenableTable } from '../../source.ts'
import type { Session } from '../connector.ts'
import { mysqlConnector } from './index.ts'

const account = { user: 'tributary', password: 'Tributary-1' }

async function openAt(source: OpenableTable, at: { readonly port: number }, work: (session: Session) => Promise<unknown>): Promise<void> {
  await using dialer = new QueueDialer(networkTo([at]))
  await using session = await mysqlConnector.open(source, dialer.dial, new AbortController().signal)
  await work(session)
}

const mysqlTable = (name: string, columns: Record<string, string> = {}, options: TableOptions = {}) =>
  tableOf(name, columns, { connector: 'mysql', schema: 'shop', ...options })

const rejects = async (work: Promise<unknown>): Promise<ServiceError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ServiceError)
  return error as ServiceError
}

// Skipped where no mariadb-server is installed.
describe.skipIf(mariadbAbsence() !== undefined)('logins to MySQL', () => {
  const loginTo = async (options: MariadbOptions, table: TableOptions): Promise<string> => {
    await using other = await startMariadb({ ...options, databases: { shop: 'create table t (id int)' } })
    let said = ''
    await openAt(openableOf(mysqlTable('t', { id: 'int' }, table), other), other, async (session) => {
      said = (await session.describe()).map((column) => column.name).join()
    }).catch((error: unknown) => {
      said = (error as ServiceError).message
    })
    const isEncrypted = /tributary@\S+ on {2}using SSL\/TLS/.test(readFileSync(other.logPath, 'utf8'))
    return `${said} ${isEncrypted ? 'encrypted' : 'plain'}`
  }

  it('follow sslMode', async () => {
    expect(await loginTo({}, { tls: 'require' })).toMatch(/offers no TLS/)
    expect(await loginTo({}, { tls: 'prefer' })).toBe('id plain')
    const tls = selfSigned('IP:10.71.0.5')
    expect(await loginTo({ tls }, { tls: 'require' })).toBe('id encrypted')
    expect(await loginTo({ tls }, { tls: 'prefer' })).toBe('id encrypted')
    expect(await loginTo({ tls }, { tls: 'disable' })).toBe('id plain')
    expect(await loginTo({ tls }, { tls: 'verify-full' })).toMatch(/self-signed certificate/)
  }, 90_000)

  it('check whose certificate it is', async () => {
    const [own, other] = [selfSigned('IP:10.71.0.5'), selfSigned('DNS:localhost')]
    const trusted = getCACertificates('default')
    onTestFinished(() => setDefaultCACertificates(trusted))
    setDefaultCACertificates([...trusted, readFileSync(own.certFile, 'utf8'), readFileSync(other.certFile, 'utf8')])
    expect(await loginTo({ tls: own }, { tls: 'verify-full' })).toBe('id encrypted')
    expect(await loginTo({ tls: other }, { tls: 'verify-full' })).toMatch(/does not match certificate/)
  }, 60_000)

  it('keep a bare password to themselves unless the gateway allows it', async () => {
    for (const plugin of ['mysql_clear_password', 'sha256_password', 'caching_sha2_password']) {
      const heard: Buffer[] = []
      const fake = await listen((socket) => askForPassword(socket, plugin, heard))
      const source = { ...openableOf(mysqlTable('t'), account), credentials: { user: 'u', password: 'Canary-9' } }
      const error = await rejects(openAt(source, fake, async () => undefined))
      expect([plugin, error.kind, error.message]).toEqual([
        plugin,
        'forbidden',
        expect.stringContaining('asks for the password in clear text'),
      ])
      expect(Buffer.concat(heard).toString('latin1')).not.toContain('Canary')
      const allowed = openAt({ ...source, allowCleartextPasswords: true }, fake, async () => undefined)
      await rejects(allowed)
      // The others encrypt it with a key that only a real server has.
      expect(Buffer.concat(heard).includes('Canary-9')).toBe(plugin === 'mysql_clear_password')
    }
  })

  it('name a way to sign in that is not offered', async () => {
    const fake = await listen((socket) => askForPassword(socket, 'client_ed25519', []))
    const error = await rejects(openAt(openableOf(mysqlTable('t'), account), fake, async () => undefined))
    expect([error.kind, error.message]).toEqual([
      'forbidden',
      expect.stringContaining('asks for the login by client_ed25519, which is not offered'),
    ])
  })
})

async function listen(serve: (socket: Socket) => void): Promise<{ readonly port: number }> {
  const sockets = new Set<Socket>()
  const listener = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    serve(socket)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    listener.close()
  })
  return { port: (listener.address() as AddressInfo).port }
}

/** Greets as a server without TLS does, then asks the caller to sign in by `plugin`, and of caching_sha2_password for the whole of it. */
function askForPassword(socket: Socket, plugin: string, heard: Buffer[]): void {
  const packet = (sequence: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([body.length, 0, 0, sequence]), body])
  const scramble = Buffer.from('abcdefghijklmnopqrst\0', 'latin1')
  socket.write(
    packet(
      0,
      Buffer.concat([
        Buffer.from('\x0a5.7.0\0\x01\0\0\0', 'latin1'),
        scramble.subarray(0, 8),
        Buffer.from([0, 0xff, 0xf7, 8, 2, 0, 0xff, 0x81, 21]),
        Buffer.alloc(10),
        scramble.subarray(8),
        Buffer.from('mysql_native_password\0', 'latin1'),
      ]),
    ),
  )
  let turn = 0
  socket.on('data', (data) => {
    heard.push(data)
    turn += 1
    if (turn === 1) socket.write(packet(2, Buffer.concat([Buffer.from(`\xfe${plugin}\0`, 'latin1'), scramble])))
    else if (turn === 2 && plugin === 'caching_sha2_password') socket.write(packet(2 * turn, Buffer.from([1, 4])))
    else socket.end(packet(2 * turn, Buffer.from('\xff\x15\x04#28000Access denied', 'latin1')))
  })
}

/** @param name - whom the certificate is for, as a subject alternative name */
function selfSigned(name: string): { certFile: string; keyFile: string } {
  const directory = mkdtempSync(join(tmpdir(), 'tributary-tls-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const files = { certFile: join(directory, 'cert.pem'), keyFile: join(directory, 'key.pem') }
  const request = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=source',
    '-addext',
    `subjectAltName=${name}`,
  ]
  execFileSync('openssl', [...request, '-keyout', files.keyFile, '-out', files.certFile], { stdio: 'ignore' })
  return files
}
