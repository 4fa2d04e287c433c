// A custom route of an enhanced connection: addresses beyond the destination subnet that its peerings carry too.

import { ServiceError } from './errors.ts'
import { type Cidr, formatCidr, overlaps, parseCidr } from './ipv4.ts'
import type { NetworkRoute } from './network.ts'
import { say } from './text.ts'

/** A route as a caller asks for it. */
export interface ConnectionRouteDraft {
  readonly name: string
  readonly cidr: string
}

/** A route whose name and block have been checked; `cidr` reads back as it was sent, `block` is what it means. */
export interface ConnectionRouteParts extends ConnectionRouteDraft {
  /** `a.b.c.d/n` without host bits: two routes of one connection never share it. */
  readonly block: string
}

/** How many routes a connection may have. */
export const mostRoutes = 1000

const namePattern = /^[A-Za-z0-9_-]{1,64}$/
const internal: readonly Cidr[] = ['100.125.0.0/16', '100.64.0.0/10'].flatMap((text) => parseCidr(text) ?? [])

/**
 * Checks a route by itself.
 * @throws {ServiceError} `invalid`: the name, no IPv4 block, or one that meets the ranges of internal services
 */
export function checkRouteDraft({ name, cidr }: ConnectionRouteDraft): ConnectionRouteParts {
  if (!namePattern.test(name)) {
    throw new ServiceError('invalid', say`"${name.slice(0, 80)}" is no route name: use 1 to 64 letters, digits, _ and -`)
  }
  const block = parseCidr(cidr)
  if (block === undefined) {
    throw new ServiceError(
      'invalid',
      say`cidr "${cidr.slice(0, 80)}" is not an IPv4 block: write it like 10.1.0.0/16; a bare address is a block of one`,
    )
  }
  const taken = internal.find((range) => overlaps(range, block))
  if (taken !== undefined) {
    throw new ServiceError(
      'invalid',
      say`cidr ${cidr} meets ${formatCidr(taken)}, which belongs to internal services: route a block outside it`,
    )
  }
  return { name, cidr, block: formatCidr(block) }
}

/**
 * Checks a route against those its connection has: they may overlap, never be identical.
 * @throws {ServiceError} `conflict` for a name or a block that is taken, `exhausted` at 1,000 routes
 */
export function checkNewRoute({ name, cidr, block }: ConnectionRouteParts, existing: readonly NetworkRoute[]): void {
  const subject = { kind: 'route', name } as const
  if (existing.some((route) => route.name === name)) {
    throw new ServiceError('conflict', say`route ${name} exists already in this connection: choose another name, or delete it first`, {
      subject,
    })
  }
  const same = existing.find((route) => blockText(route.cidr) === block)
  if (same !== undefined) {
    throw new ServiceError(
      'conflict',
      say`cidr ${cidr} is routed already, by route ${same.name} of this connection: leave it, or delete that route first`,
      {
        subject,
      },
    )
  }
  if (existing.length >= mostRoutes) {
    throw new ServiceError(
      'exhausted',
      say`the connection has ${existing.length} routes, the most there may be: delete one first, or route a wider block`,
      {
        subject,
      },
    )
  }
}

function blockText(cidr: string): string {
  const block = parseCidr(cidr)
  return block === undefined ? cidr : formatCidr(block)
}

/** The error of a route that is not there. */
export function noRoute(name: string): ServiceError {
  const shown = name.slice(0, 64)
  return new ServiceError('notFound', say`There is no route named ${shown} in this connection`, {
    subject: { kind: 'route', name: shown },
  })
}
