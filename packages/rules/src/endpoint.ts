// An address and a port, as text and as a value.

import { ServiceError } from './errors.ts'
import { say } from './text.ts'

/** A place that can be dialled: a host name or an IPv4 address, and a port of 1 to 65535. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** @returns the endpoint in `host:port`, or `undefined` when the text is not one */
export function parseEndpoint(text: string): Endpoint | undefined {
  const parts = /^([A-Za-z0-9_.-]{1,255}):(\d{1,5})$/.exec(text)
  if (parts === null) return undefined
  const port = Number(parts[2])
  return port >= 1 && port <= 65535 ? { host: parts[1] as string, port } : undefined
}

/** @throws {ServiceError} `invalid` when the text is not `host:port` */
export function endpointOf(text: string): Endpoint {
  const endpoint = parseEndpoint(text)
  if (endpoint === undefined) throw new ServiceError('invalid', say`"${text}" is not an address; write it like 10.71.0.5:5432`)
  return endpoint
}

/** Prints `host:port`. */
export function formatEndpoint(endpoint: Endpoint): string {
  return `${endpoint.host}:${endpoint.port}`
}
