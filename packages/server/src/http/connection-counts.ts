// What jobs have moved over each enhanced or classic connection, for Prometheus; those that were used last, and not more of them than a scrape can carry.

import type { CrossingEnd, Observer } from '@tributary/control'
import { Counter, type Registry } from 'prom-client'

/** Connections that have lines of their own; the one that nothing has used for longest gives way. */
export const mostCountedConnections = 1_000

const ends: readonly CrossingEnd[] = ['done', 'stopped', 'failed']

/** Declares the counters. A connection goes by its id, which says nothing of its tenant; its lines begin with the first job over it. */
export function connectionCounts(registers: Registry[]): Pick<Observer, 'moved' | 'crossed'> {
  const counter = <Label extends string>(name: string, help: string, label: Label): Counter<'connection_id' | Label> =>
    new Counter({ name: `tributary_connection_${name}_total`, help, labelNames: ['connection_id', label], registers })
  const crossings = counter('crossings', 'Readings and writings of sources for jobs that are over, by connection.', 'outcome')
  const rows = counter('rows', 'Rows that jobs have read from sources (in) and written to them (out), by connection.', 'direction')
  const bytes = counter('bytes', 'Bytes that jobs have moved from sources (in) and to them (out), by connection.', 'direction')
  const known = new Set<string>()
  const touch = (connection_id: string): void => {
    const isNew = !known.delete(connection_id)
    known.add(connection_id)
    if (!isNew) return
    for (const outcome of ends) crossings.inc({ connection_id, outcome }, 0)
    for (const direction of ['in', 'out']) for (const each of [rows, bytes]) each.inc({ connection_id, direction }, 0)
    const [oldest] = known
    if (known.size > mostCountedConnections && oldest !== undefined) forget(oldest)
  }
  const forget = (connection_id: string): void => {
    known.delete(connection_id)
    for (const outcome of ends) crossings.remove({ connection_id, outcome })
    for (const direction of ['in', 'out']) for (const each of [rows, bytes]) each.remove({ connection_id, direction })
  }
  return {
    moved: (connection_id, moved) => {
      touch(connection_id)
      rows.inc({ connection_id, direction: moved.direction }, moved.rows)
      bytes.inc({ connection_id, direction: 'in' }, Math.max(0, moved.bytesIn))
      bytes.inc({ connection_id, direction: 'out' }, Math.max(0, moved.bytesOut))
    },
    crossed: (connection_id, outcome) => {
      touch(connection_id)
      crossings.inc({ connection_id, outcome })
    },
  }
}
