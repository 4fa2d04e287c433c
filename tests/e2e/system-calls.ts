// Which system calls a unit of systemd lets through, in systemd's own words, and which ones a trace holds.

import { execFileSync } from 'node:child_process'

/** @param unit - the text of a service with `SystemCallFilter=` lines. @returns the names of the calls that it may make */
export function permittedCalls(unit: string): ReadonlySet<string> {
  const lines = [...unit.matchAll(/^SystemCallFilter=(.*)$/gm)].map(([, line]) => line as string)
  const permitted = new Set(membersOf('@default'))
  for (const line of lines) {
    const calls = line.replace(/^~/, '').split(' ').flatMap(membersOf)
    for (const call of calls) {
      if (line.startsWith('~')) permitted.delete(call)
      else permitted.add(call)
    }
  }
  return permitted
}

/** The calls in what `strace -f -o` wrote, each once. */
export function callsOf(trace: string): readonly string[] {
  return [...new Set([...trace.matchAll(/^\d+ +([a-z][a-z0-9_]*)\(/gm)].map(([, call]) => call as string))].toSorted()
}

/** The address families of its sockets, each once. */
export function familiesOf(trace: string): readonly string[] {
  return [...new Set([...trace.matchAll(/\bsocket(?:pair)?\((AF_[A-Z0-9]+)/g)].map(([, family]) => family as string))].toSorted()
}

/** A group stands for its members, which may be groups again. */
function membersOf(name: string): readonly string[] {
  if (!name.startsWith('@')) return [name]
  const text = execFileSync('systemd-analyze', ['syscall-filter', name], { encoding: 'utf8' })
  const words = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
  return words.filter((word) => word !== '' && !word.startsWith('#')).flatMap(membersOf)
}
