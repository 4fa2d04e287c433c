// Host entries: names a user gives to addresses behind a connection.

/** Either member may be absent: the entry is kept as sent and not resolved. `ip` is dotted IPv4. */
export interface HostEntry {
  readonly name?: string
  readonly ip?: string
}

const hostName = /^[A-Za-z][A-Za-z0-9_.-]{0,127}$/

/** True for a name that a host entry may carry: a letter, then letters, digits, `_`, `.`, `-`; at most 128 characters. */
export function isHostName(text: string): boolean {
  return hostName.test(text)
}
