// Host entries as the JSON text that is kept of them, and how most that come in are read: without making an object of each of 20,000.

import { checkHosts, mostHosts } from './connection.ts'
import { type HostEntry, hostNamePattern } from './host.ts'

declare const brand: unique symbol
/** Host entries that were checked: a JSON array without blanks, of objects with nothing but `name` and `ip`. */
export type HostsJson = string & { readonly [brand]: 'HostsJson' }

/** Checks host entries and writes them down. @throws {ServiceError} as {@link checkHosts} */
export function hostsJson(hosts: readonly HostEntry[]): HostsJson {
  return JSON.stringify(checkHosts(hosts)) as HostsJson
}

const blank = '[ \\t\\n\\r]*'
const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const name = `"name"${blank}:${blank}"${hostNamePattern}"`
const ip = `"ip"${blank}:${blank}"(?:${octet}\\.){3}${octet}"`
/** An entry with both members, and the comma or the bracket behind it. */
const entry = new RegExp(`${blank}\\{${blank}(?:${name}${blank},${blank}${ip}|${ip}${blank},${blank}${name})${blank}\\}${blank}[,\\]]`, 'y')
const blanks = /[ \t\n\r]+/g

/**
 * Reads an array of host entries as programs write it: both members in each and nothing else, no escapes, all of them good. No value may hold a blank,
 * so what is kept is the text without any.
 * @param from - where in `text` the array begins
 * @returns what {@link hostsJson} makes of the same entries, and where the array ends; `undefined` for whatever needs a closer look, good or bad
 */
export function readPlainHosts(text: string, from: number): { readonly json: HostsJson; readonly end: number } | undefined {
  if (text[from] !== '[') return undefined
  entry.lastIndex = from + 1
  for (let count = 0; count < mostHosts && entry.test(text); count++) {
    const end = entry.lastIndex
    if (text[end - 1] === ']') return { json: text.slice(from, end).replace(blanks, '') as HostsJson, end }
  }
  return undefined
}
