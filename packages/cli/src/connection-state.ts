// How a connection stands, as people read it: its peerings, who waits to read over it, and what is not tried for now.

import { type Column, column, printRows, type Row } from './show.ts'
import type { Terminal } from './terminal.ts'

/** The parts of an answer about peerings that are printed; their members are the wire's. */
export interface ConnectionState {
  readonly peerings: readonly Row[]
  readonly waiting: number
  readonly breakers: readonly Row[]
}

interface Reachability {
  readonly state?: string
  readonly rung?: string
  readonly message?: string
}

/** What is not reachable says why. */
function reachabilityText({ state, rung = '', message = '' }: Reachability): string | undefined {
  const why = [rung, message].filter((part) => part !== '').join(': ')
  return state === 'unreachable' && why !== '' ? `${state} (${why})` : state
}

const peeringColumns: readonly Column[] = [
  column('queue'),
  column('status'),
  { title: 'reachable', of: ({ reachability }) => reachabilityText(reachability as Reachability) },
  column('open_sockets', 'sockets'),
  column('bytes_in', 'bytes in'),
  column('bytes_out', 'bytes out'),
  column('err_msg', 'why'),
]

const breakerColumns: readonly Column[] = [
  column('address'),
  column('auth_info_name', 'auth-info'),
  column('state'),
  column('failures'),
  { title: 'next try', of: ({ next_try_at: at }) => new Date(Number(at)).toISOString() },
]

/** Prints the peerings, and below them what there is besides. */
export function printConnectionState(terminal: Terminal, { peerings, waiting, breakers }: ConnectionState): void {
  printRows(terminal, peerings, peeringColumns)
  if (waiting > 0) terminal.out(`\njobs that wait to read over it: ${waiting}\n`)
  if (breakers.length === 0) return
  terminal.out('\nnot tried for now\n')
  printRows(terminal, breakers, breakerColumns)
}
