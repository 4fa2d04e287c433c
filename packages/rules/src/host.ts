// Host entries: names a user gives to addresses behind a connection.

/** Either member may be absent: the entry is kept as sent and not resolved. `ip` is dotted IPv4. */
export interface HostEntry {
  readonly name?: string
  readonly ip?: string
}

/** Of a name that a host entry may carry, to stand in a larger pattern: none of its characters is escaped in JSON. */
export const hostNamePattern = '[A-Za-z][A-Za-z0-9_.-]{0,127}'

const hostName = new RegExp(`^${hostNamePattern}$`)

/** True for a name that a host entry may carry: a letter, then letters, digits, `_`, `.`, `-`; at most 128 characters. */
export function isHostName(text: string): boolean {
  return hostName.test(text)
}
