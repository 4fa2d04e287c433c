// A certificate authority of this installation, and the certificate that it signs for the server; both lie in the data directory.

import { createPrivateKey, randomBytes, type webcrypto, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Certificate } from './certificate.ts'
import { writePrivate } from './sealing-key.ts'

const dayMs = 24 * 3_600_000
const authorityMs = 3650 * dayMs
/** Clients refuse certificates that are good for longer than 398 days. */
const certificateMs = 397 * dayMs
const renewBeforeMs = 30 * dayMs
/** Clocks of clients may be behind. */
const backdatedMs = dayMs

/** A generated certificate: where its authority lies, and what reads it. */
export interface GeneratedTls {
  /** PEM of the authority, for clients to trust. */
  readonly caPath: string
  /** The certificate, made or renewed where that is due. */
  readonly read: () => Promise<Certificate>
}

/**
 * Keeps an authority and a certificate under `tls/` in the data directory, readable by their owner alone. A certificate is made anew 30 days before it is
 * over, when the names of the server have changed, and when its authority has.
 * @param host - as listened on
 * @param clock - ms since the epoch
 */
export function generateTls(dataDir: string, host: string, clock: () => number = Date.now): GeneratedTls {
  const folder = join(dataDir, 'tls')
  const caPath = join(folder, 'ca.pem')
  return {
    caPath,
    read: async () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const wanted = namesOf(host)
      const authority = await ensureAuthority(folder, clock())
      replace(caPath, authority.cert)
      const path = join(folder, 'server.pem')
      const found = readPair(path)
      if (found !== undefined && isGood(found, { authority, wanted, now: clock() })) return found
      const made = await makeCertificate(authority, wanted, clock())
      replace(path, made.key + made.cert)
      return made
    },
  }
}

/** What the certificate is for: the address that is listened on, or all of the machine's own, and localhost. */
function namesOf(host: string): readonly string[] {
  const isWildcard = host === '0.0.0.0' || host === '::' || host === ''
  const own = Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).filter(({ scopeid }) => !scopeid))
  const listened = isWildcard ? [hostname(), ...own.map(({ address }) => address)] : [host]
  return [...new Set(['localhost', '127.0.0.1', '::1', ...listened])].toSorted()
}

interface Judged {
  readonly authority: Certificate
  readonly wanted: readonly string[]
  readonly now: number
}

function isGood({ cert, expiresAt }: Certificate, { authority, wanted, now }: Judged): boolean {
  const leaf = new X509Certificate(cert)
  const hasNames = wanted.every((name) => (isAddress(name) ? leaf.checkIP(name) : leaf.checkHost(name)) !== undefined)
  return hasNames && expiresAt - now > renewBeforeMs && leaf.verify(new X509Certificate(authority.cert).publicKey)
}

function isAddress(name: string): boolean {
  return name.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(name)
}

/** An authority outlives its certificates; one that is nearly over is made anew, and clients must trust it anew. */
async function ensureAuthority(folder: string, now: number): Promise<Certificate> {
  const path = join(folder, 'ca-key.pem')
  const found = readPair(path)
  if (found !== undefined && found.expiresAt - now > certificateMs) return found
  const made = await makeAuthority(now)
  replace(path, made.key + made.cert)
  return made
}

/** A key and its certificate from one file, so that no crash can part them. */
function readPair(path: string): Certificate | undefined {
  if (!existsSync(path)) return undefined
  const text = readFileSync(path, 'utf8')
  const at = text.indexOf('-----BEGIN CERTIFICATE-----')
  try {
    const [key, cert] = [text.slice(0, at), text.slice(at)]
    const leaf = new X509Certificate(cert)
    return leaf.checkPrivateKey(createPrivateKey(key)) ? { key, cert, expiresAt: leaf.validToDate.getTime() } : undefined
  } catch {
    return undefined
  }
}

function replace(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return
  rmSync(`${path}.new`, { force: true })
  writePrivate(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** Loaded only to make a certificate: most starts find one. */
async function loadX509() {
  await import('reflect-metadata')
  return import('@peculiar/x509')
}

async function makeAuthority(now: number): Promise<Certificate> {
  const x509 = await loadX509()
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const serialNumber = newSerial()
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    name: `CN=Tributary authority ${serialNumber.slice(0, 8)}`,
    notBefore: new Date(now - backdatedMs),
    notAfter: new Date(now + authorityMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: `${made.toString('pem')}\n`, key: await pemOf(keys.privateKey), expiresAt: made.notAfter.getTime() }
}

async function makeCertificate(authority: Certificate, names: readonly string[], now: number): Promise<Certificate> {
  const x509 = await loadX509()
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const issuer = new x509.X509Certificate(authority.cert)
  const made = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: 'CN=Tributary',
    issuer: issuer.subject,
    notBefore: new Date(now - backdatedMs),
    notAfter: new Date(now + certificateMs),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await signingKeyOf(authority),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isAddress(value) ? 'ip' : 'dns', value }))),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: `${made.toString('pem')}\n`, key: await pemOf(keys.privateKey), expiresAt: made.notAfter.getTime() }
}

/** Positive, as the standard asks. */
function newSerial(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString('hex')
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const exported = Buffer.from(await crypto.subtle.exportKey('pkcs8', key))
  return String(createPrivateKey({ key: exported, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' }))
}

function signingKeyOf({ key }: Certificate): Promise<webcrypto.CryptoKey> {
  const exported = createPrivateKey(key).export({ format: 'der', type: 'pkcs8' })
  return crypto.subtle.importKey('pkcs8', new Uint8Array(exported), algorithm, false, ['sign'])
}
