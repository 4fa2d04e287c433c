// Reads host records from a file in the form of /etc/hosts, and says of every wrong line where it is.

import { Failure } from './failure.ts'
import { onOneLine } from './table.ts'

/** One name and its address. */
export interface HostRecord {
  readonly name: string
  readonly ip: string
}

/** What a file holds; `passedOver` counts lines of IPv6 and of this machine. */
export interface HostsFile {
  readonly records: readonly HostRecord[]
  readonly passedOver: number
}

const mostErrors = 20
const longestMessage = 200
const namePattern = /^[A-Za-z][A-Za-z0-9_.-]{0,127}$/
const part = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const ipv4 = new RegExp(`^${part}(?:\\.${part}){3}$`)

/**
 * Reads a file. A name that comes twice keeps both addresses, in order.
 * @param path - for messages
 * @throws {Failure} `usage` with a line for each error: `hosts:3:1: ...`, at most twenty
 */
export function readHostsFile(path: string, text: string): HostsFile {
  const errors: string[] = []
  const records: HostRecord[] = []
  let passedOver = 0
  text.split('\n').forEach((line, at) => {
    const words = wordsOf(line)
    const [address, ...names] = words
    if (address === undefined) return
    const tell = (column: number, what: string): void => void errors.push(`${path}:${at + 1}:${column}: ${legible(what)}`)
    if (isElsewhere(address.text)) passedOver += 1
    else if (!ipv4.test(address.text)) tell(address.column, `"${address.text}" is no IPv4 address; a line is ADDRESS NAME [NAME...]`)
    else if (names.length === 0) tell(address.column + address.text.length, `no name follows ${address.text}`)
    else for (const name of names) addRecord(records, { ip: address.text, name, tell })
  })
  if (errors.length > 0) throw located(path, errors)
  if (records.length === 0) throw new Failure('usage', `${path} holds no host record`, { next: 'a line is ADDRESS NAME [NAME...]' })
  return { records, passedOver }
}

/** A file may hold anything, and more of it than a terminal should. */
function legible(what: string): string {
  return onOneLine(what.length > longestMessage ? `${what.slice(0, longestMessage)}…` : what)
}

interface Word {
  readonly text: string
  /** From 1. */
  readonly column: number
}

function wordsOf(line: string): readonly Word[] {
  const said = line.replace(/#[\s\S]*$/, '').replace(/^\uFEFF/, ' ')
  return [...said.matchAll(/\S+/g)].map((match) => ({ text: match[0], column: match.index + 1 }))
}

/** IPv6 is not offered, and 127.0.0.0/8 is this machine and not the source. */
function isElsewhere(address: string): boolean {
  return /^[0-9a-f:]*:[0-9a-f:.%\w]*$/i.test(address) || (ipv4.test(address) && address.startsWith('127.'))
}

function addRecord(
  records: HostRecord[],
  { ip, name, tell }: { readonly ip: string; readonly name: Word; readonly tell: (column: number, what: string) => void },
): void {
  if (!namePattern.test(name.text))
    tell(name.column, `"${name.text}" is no host name; use 1 to 128 letters, digits, _ - . and first a letter`)
  else if (records.some((record) => record.ip === ip && record.name === name.text)) tell(name.column, `${name.text} has ${ip} already`)
  else records.push({ ip, name: name.text })
}

function located(path: string, errors: readonly string[]): Failure {
  const shown = errors.slice(0, mostErrors)
  const more = errors.length > shown.length ? `\n  and ${errors.length - shown.length} more` : ''
  return new Failure(
    'usage',
    `${errors.length === 1 ? 'one line' : `${errors.length} lines`} of ${path} cannot be read; nothing was sent\n  ${shown.join('\n  ')}${more}`,
  )
}
