// Certificates from files and made here, by real handshakes: who trusts them, how long they stay, how a new one comes in.

import { spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type AddressInfo, createConnection } from 'node:net'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { openLog } from './log.ts'
import { sampleServer } from './sample-server.ts'
import { UsageError } from './settings.ts'
import { openTls } from './tls.ts'
import { generateTls } from './tls-generated.ts'
import { renewTls } from './tls-renewal.ts'

const dayMs = 24 * 3_600_000
const none = { tls: undefined, tlsCert: undefined, tlsKey: undefined, host: '127.0.0.1' } as const

function freshFolder(): string {
  return mkdtempSync(join(tmpdir(), 'tributary-tls-'))
}

/** Shakes hands. @returns the protocol and the certificate that was served */
async function shakeHands(
  port: number,
  options: ConnectionOptions,
): Promise<{ readonly protocol: string | null; readonly serial: string }> {
  const socket: TLSSocket = connect({ host: '127.0.0.1', port, ...options })
  try {
    await once(socket, 'secureConnect')
    return { protocol: socket.getProtocol(), serial: socket.getPeerCertificate().serialNumber }
  } finally {
    socket.destroy()
  }
}

/** Files of a certificate for 127.0.0.1, as somebody else would bring them. */
async function certificateFiles(folder = freshFolder()) {
  const { caPath, read } = generateTls(freshFolder(), '127.0.0.1')
  const { cert, key } = await read()
  const files = { tlsCert: join(folder, 'cert.pem'), tlsKey: join(folder, 'key.pem') }
  // As careful tools do: whole files, one after the other.
  for (const [path, text] of [
    [files.tlsKey, key],
    [files.tlsCert, cert],
  ] as const) {
    writeFileSync(`${path}.new`, text)
    renameSync(`${path}.new`, path)
  }
  return { ...files, ca: readFileSync(caPath, 'utf8'), serial: new X509Certificate(cert).serialNumber }
}

describe('a generated certificate', () => {
  it('serves callers who trust its authority by TLS 1.2 and 1.3, and nobody else', async () => {
    await using server = await sampleServer({ TRIBUTARY_TLS: 'generated' })
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    const ca = readFileSync(join(server.dataDir, 'tls', 'ca.pem'))
    const port = Number(new URL(server.url).port)
    const answered = await new Promise<string>((resolve, reject) => {
      get(server.url, { ca }, (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve(text))
      }).on('error', reject)
    })
    expect(answered).toContain(`${server.url}/v3/`)
    expect((await shakeHands(port, { ca, maxVersion: 'TLSv1.2' })).protocol).toBe('TLSv1.2')
    expect((await shakeHands(port, { ca })).protocol).toBe('TLSv1.3')
    expect((await shakeHands(port, { ca, servername: 'localhost' })).protocol).toBe('TLSv1.3')
    await expect(shakeHands(port, {})).rejects.toThrow(/certificate/)
    await expect(shakeHands(port, { ca, servername: 'elsewhere.example' })).rejects.toThrow(/altnames/)
    const old = { ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    await expect(shakeHands(port, old)).rejects.toThrow(/protocol version|handshake/)
    await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow(/fetch failed/)
    const keys = ['ca-key.pem', 'server.pem', 'ca.pem'].map((name) => statSync(join(server.dataDir, 'tls', name)).mode & 0o777)
    expect(keys).toEqual([0o600, 0o600, 0o600])
  })

  it('stays over a start, is renewed before it is over, and follows the address that is listened on', async () => {
    const folder = freshFolder()
    const now = Date.now()
    const first = await generateTls(folder, '127.0.0.1', () => now).read()
    const authority = readFileSync(join(folder, 'tls', 'ca.pem'), 'utf8')
    expect(new X509Certificate(first.cert).verify(new X509Certificate(authority).publicKey)).toBe(true)
    expect(first.expiresAt - now).toBeLessThanOrEqual(398 * dayMs)
    expect(await generateTls(folder, '127.0.0.1', () => first.expiresAt - 31 * dayMs).read()).toEqual(first)
    const renewed = await generateTls(folder, '127.0.0.1', () => first.expiresAt - 29 * dayMs).read()
    expect(renewed.expiresAt).toBeGreaterThan(first.expiresAt + 300 * dayMs)
    const moved = await generateTls(folder, '10.1.2.3', () => now).read()
    expect(new X509Certificate(moved.cert).checkIP('10.1.2.3')).toBe('10.1.2.3')
    expect(new X509Certificate(moved.cert).checkHost('localhost')).toBe('localhost')
    expect(readFileSync(join(folder, 'tls', 'ca.pem'), 'utf8')).toBe(authority)
  })

  it('is made anew when its file is half there', async () => {
    const folder = freshFolder()
    const tls = generateTls(folder, '127.0.0.1')
    const { key } = await tls.read()
    writeFileSync(join(folder, 'tls', 'server.pem'), key)
    const made = await tls.read()
    expect(made.key).not.toBe(key)
    expect(new X509Certificate(made.cert).verify(new X509Certificate(readFileSync(tls.caPath)).publicKey)).toBe(true)
  })
})

describe('a certificate from files', () => {
  it('is served, and another one in its place serves the next caller without a start', async () => {
    const folder = freshFolder()
    const first = await certificateFiles(folder)
    const tls = await openTls({ ...none, ...first }, folder)
    if (tls === undefined) throw new Error('no certificate was opened')
    const log: string[] = []
    const server = createServer({ cert: tls.current.cert, key: tls.current.key }, (_request, response) => response.end())
    using _renewal = renewTls(server, tls, openLog('info', { write: (line: string) => void log.push(line) }), 20)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect((await shakeHands(port, { ca: first.ca })).serial).toBe(first.serial)

    writeFileSync(first.tlsKey, 'half a file')
    await expect.poll(() => log.join('')).toContain('the one before stays')
    expect((await shakeHands(port, { ca: first.ca })).serial).toBe(first.serial)

    const second = await certificateFiles(folder)
    await expect.poll(() => log.join('')).toContain('the certificate was renewed')
    expect((await shakeHands(port, { ca: second.ca })).serial).toBe(second.serial)
    expect(log.join('')).not.toContain('PRIVATE KEY')
    server.close()
  })

  it('is read again when the process is told to', async () => {
    const folder = freshFolder()
    const first = await certificateFiles(folder)
    await using server = await sampleServer({ TRIBUTARY_TLS_CERT: first.tlsCert, TRIBUTARY_TLS_KEY: first.tlsKey })
    const second = await certificateFiles(folder)
    const port = Number(new URL(server.url).port)
    process.kill(process.pid, 'SIGHUP')
    await expect.poll(() => server.log.join('')).toContain('the certificate was renewed')
    expect((await shakeHands(port, { ca: second.ca })).serial).toBe(second.serial)
  })

  it('that cannot serve is refused by the name of its file', async () => {
    const [one, other] = [await certificateFiles(), await certificateFiles()]
    const noPem = join(freshFolder(), 'no.pem')
    writeFileSync(noPem, 'no certificate')
    const refusal = async (files: { readonly tlsCert: string; readonly tlsKey: string }): Promise<string> => {
      const refused = await openTls({ ...none, ...files }, freshFolder()).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(refused).toBeInstanceOf(UsageError)
      return (refused as UsageError).message
    }
    expect(await refusal({ ...one, tlsKey: other.tlsKey })).toBe(`--tls-key: ${other.tlsKey} is not the key of ${one.tlsCert}`)
    expect(await refusal({ ...one, tlsCert: noPem })).toBe(`--tls-cert: ${noPem} holds no certificate in PEM`)
    expect(await refusal({ ...one, tlsKey: noPem })).toBe(`--tls-key: ${noPem} holds no private key in PEM without a passphrase`)
    expect(await refusal({ ...one, tlsCert: '/nowhere/cert.pem' })).toMatch(/^--tls-cert: \/nowhere\/cert.pem cannot be read/)
  })
})

it('the ready line names https and the file that clients must trust, and SIGHUP ends nothing', async () => {
  const dataDir = join(freshFolder(), 'data')
  const args = ['serve', '--port', '0', '--data-dir', dataDir, '--warm-spare=false', '--tls', 'generated']
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url)), ...args], {
    env: { PATH: process.env['PATH'] },
  })
  try {
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
    const [, url = '', caPath = ''] = /^Tributary is ready at (https:\/\/127\.0\.0\.1:\d+) \(clients trust it by (.+)\)\n$/.exec(line) ?? []
    const ca = readFileSync(caPath)
    const { serial } = await shakeHands(Number(new URL(url).port), { ca })
    child.kill('SIGHUP')
    expect((await shakeHands(Number(new URL(url).port), { ca })).serial).toBe(serial)
    expect(child.exitCode).toBeNull()
  } finally {
    child.kill('SIGKILL')
  }
})

it('who never finishes a handshake is let go', async () => {
  await using server = await sampleServer({ TRIBUTARY_TLS: 'generated', TRIBUTARY_HEADER_TIMEOUT: '1' })
  const socket = createConnection(Number(new URL(server.url).port), '127.0.0.1')
    .on('error', () => {})
    .resume()
  const started = performance.now()
  await once(socket, 'close')
  expect(performance.now() - started).toBeGreaterThan(900)
  expect(performance.now() - started).toBeLessThan(8_000)
})
