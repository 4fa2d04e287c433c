// Under which certificate callers are served: files that somebody else renews, or one made here; read again when it changes.

import { type Certificate, readCertificate } from './certificate.ts'
import { isEncrypted, type Settings } from './settings.ts'
import { generateTls } from './tls-generated.ts'

/** Where a certificate comes from. */
export interface Tls {
  /** What was read last. */
  readonly current: Certificate
  /** File with the authority that clients must trust; `undefined` where the certificate comes from elsewhere. */
  readonly caPath: string | undefined
  /**
   * Reads or renews.
   * @returns the certificate when it is another one than before
   * @throws {UsageError} when there is none that can be used; the one before stays current
   */
  renew(): Promise<Certificate | undefined>
}

/** What a certificate is made of. */
type TlsSettings = Pick<Settings, 'tls' | 'tlsCert' | 'tlsKey' | 'host'>

/** Opens what the settings ask for; `undefined` for plain HTTP. @throws {UsageError} naming the file that is wrong, and how */
export async function openTls(settings: TlsSettings, dataDir: string): Promise<Tls | undefined> {
  if (!isEncrypted(settings)) return undefined
  const { tlsCert = '', tlsKey = '', host } = settings
  const generated = settings.tls === 'generated' ? generateTls(dataDir, host) : undefined
  const read = generated === undefined ? async () => readCertificate(tlsCert, tlsKey) : generated.read
  const first = await read()
  return new RenewedTls(first, read, generated?.caPath)
}

class RenewedTls implements Tls {
  readonly caPath: string | undefined
  readonly #read: () => Promise<Certificate>
  #current: Certificate

  constructor(first: Certificate, read: () => Promise<Certificate>, caPath: string | undefined) {
    this.#current = first
    this.#read = read
    this.caPath = caPath
  }

  get current(): Certificate {
    return this.#current
  }

  async renew(): Promise<Certificate | undefined> {
    const read = await this.#read()
    if (read.cert === this.#current.cert && read.key === this.#current.key) return undefined
    this.#current = read
    return read
  }
}
