// The body that replaces hosts: where 20,000 entries are written as programs write them, their text is checked as a whole and kept.

import { type HostsJson, readPlainHosts } from '@tributary/rules'

const opening = /^[ \t\n\r]*\{[ \t\n\r]*"hosts"[ \t\n\r]*:[ \t\n\r]*/
const closing = /[ \t\n\r]*\}[ \t\n\r]*$/y

/** @returns what is kept of `{"hosts": […]}`; `undefined` for a body that must be parsed and checked member by member */
export function readHostsBody(sent: Buffer): { readonly hosts: HostsJson } | undefined {
  // One character for each byte: what is not ASCII is in no good entry.
  const text = sent.toString('latin1')
  const opened = opening.exec(text)
  const read = opened === null ? undefined : readPlainHosts(text, opened[0].length)
  if (read === undefined) return undefined
  closing.lastIndex = read.end
  return closing.test(text) ? { hosts: read.json } : undefined
}
