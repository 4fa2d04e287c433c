// TLS over dialled streams, against real servers: who is trusted, who is not, who says nothing, and a cut beneath.

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { ServiceError, say } from '@tributary/rules'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { secure } from './secure.ts'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

async function dial(server: Server): Promise<{ readonly stream: Socket; readonly port: number }> {
  open.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const stream = connect(port, '127.0.0.1')
  await once(stream, 'connect')
  return { stream, port }
}

function startTls(): { readonly server: Server; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'secure-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const words = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=db.test',
    '-addext',
    'subjectAltName=DNS:db.test',
  ]
  execFileSync('openssl', [...words, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    socket.on('error', () => undefined)
    socket.write('hello')
  })
  server.on('tlsClientError', () => undefined)
  return { server, cert: readFileSync(cert, 'utf8') }
}

const options = { endpoint: { host: 'db.test', port: 7 }, rejectUnauthorized: false, timeoutMs: 5_000 }

describe('TLS over a dialled stream', () => {
  it('carries bytes; a certificate that nobody vouches for is refused where it is checked', async () => {
    const { server } = startTls()
    const { stream, port } = await dial(server)
    const secured = await secure(stream, options)
    expect(String((await once(secured, 'data'))[0])).toBe('hello')
    secured.destroy()
    const again = connect(port, '127.0.0.1')
    await expect(secure(again, { ...options, rejectUnauthorized: true })).rejects.toThrow(/self-signed/)
    expect(again.destroyed).toBe(true)
  })

  it('takes a certificate that is trusted, for the name that was dialled and for no other', async () => {
    const { server, cert } = startTls()
    const before = getCACertificates('default')
    setDefaultCACertificates([...before, cert])
    onTestFinished(() => setDefaultCACertificates(before))
    const { stream, port } = await dial(server)
    const checked = { ...options, rejectUnauthorized: true }
    const secured = await secure(stream, checked)
    expect(secured.destroyed).toBe(false)
    secured.destroy()
    const other = secure(connect(port, '127.0.0.1'), { ...checked, endpoint: { host: 'other.test', port: 7 } })
    await expect(other).rejects.toThrow(/other[.]test/)
  })

  it('tells of a side that hangs up, and of one that says nothing', async () => {
    const deaf = await dial(createServer((socket) => socket.destroy()))
    await expect(secure(deaf.stream, options)).rejects.toBeInstanceOf(Error)
    const other = await dial(createServer((socket) => socket.on('error', () => undefined).write('-ERR what is that?\r\n')))
    await expect(secure(other.stream, options)).rejects.toThrow('db.test:7 answered with something else than TLS')
    const silent = await dial(createServer(() => undefined))
    const advised = { ...options, timeoutMs: 100, advice: say`; do without` }
    const error = await secure(silent.stream, advised).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ kind: 'unavailable', message: 'db.test:7 said nothing of TLS for 0.1 s; do without' })
    expect(silent.stream.destroyed).toBe(true)
  })

  it('is cut with the reason of the stream beneath', async () => {
    const { server } = startTls()
    const { stream } = await dial(server)
    const secured = await secure(stream, options)
    const lost = Promise.withResolvers<Error>()
    const closed = Promise.withResolvers<void>()
    secured.resume().on('error', lost.resolve).once('close', closed.resolve)
    stream.destroy(new ServiceError('unavailable', say`the way is gone`))
    expect(await lost.promise).toMatchObject({ kind: 'unavailable', message: 'the way is gone' })
    await closed.promise
  })
})
