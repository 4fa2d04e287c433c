// IPv4 addresses and CIDR blocks as unsigned 32-bit numbers: parsing, printing, containment.

import { ServiceError } from './errors.ts'

/** A block of addresses: `base` has no host bits, both bounds included. */
export interface Cidr {
  readonly base: number
  readonly last: number
  readonly prefix: number
}

const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/

/**
 * Reads a dotted address. Leading zeros are refused: some readers take them for octal.
 * @returns 0 to 2^32-1, or `undefined` when the text is not an IPv4 address
 * @see RFC 6943, 3.1.1
 */
export function parseIpv4(text: string): number | undefined {
  const parts = octets.exec(text)
  if (parts === null) return undefined
  let address = 0
  for (const part of parts.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return undefined
    address = address * 256 + Number(part)
  }
  return address
}

/** Prints 0 to 2^32-1 as a dotted address. */
export function formatIpv4(address: number): string {
  return [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255].join('.')
}

/**
 * Reads `a.b.c.d/n`; a bare address is a block of one. Host bits are cleared, as the published samples carry some (`10.0.0.5/8`).
 * @returns the block, or `undefined` when the text is neither
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/')
  const address = parseIpv4(slash < 0 ? text : text.slice(0, slash))
  const length = slash < 0 ? '32' : text.slice(slash + 1)
  if (address === undefined || !/^\d{1,2}$/.test(length) || Number(length) > 32) return undefined
  return blockOf(address, Number(length))
}

/**
 * Like {@link parseCidr} for text that must be a block.
 * @throws {ServiceError} `invalid`, naming the text
 */
export function cidrOf(text: string): Cidr {
  const block = parseCidr(text)
  if (block === undefined) throw new ServiceError('invalid', `"${text}" is not an IPv4 block; write it like 10.71.0.0/24`)
  return block
}

/** The block of `prefix` bits (0 to 32) around an address. */
export function blockOf(address: number, prefix: number): Cidr {
  const size = 2 ** (32 - prefix)
  const base = address - (address % size)
  return { base, last: base + size - 1, prefix }
}

/** Prints a block as `a.b.c.d/n`. */
export function formatCidr(block: Cidr): string {
  return `${formatIpv4(block.base)}/${block.prefix}`
}

/** True when the address lies in the block. */
export function contains(block: Cidr, address: number): boolean {
  return address >= block.base && address <= block.last
}

/** True when every address of `inner` lies in `outer`. */
export function covers(outer: Cidr, inner: Cidr): boolean {
  return inner.base >= outer.base && inner.last <= outer.last
}

/** True when the blocks share an address. */
export function overlaps(one: Cidr, other: Cidr): boolean {
  return one.base <= other.last && other.base <= one.last
}
