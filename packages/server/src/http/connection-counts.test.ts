// Counts by connection: they add up, every line is there from the first job on, and there is an end to how many connections have lines.

import { Registry } from 'prom-client'
import type { ConnectionId } from '@tributary/rules'
import { describe, expect, it } from 'vitest'
import { connectionCounts, mostCountedConnections } from './connection-counts.ts'

const id = (number: number): ConnectionId => `connection-${number}` as ConnectionId

async function linesOf(registry: Registry): Promise<readonly string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith('tributary_connection_'))
}

describe('counts by connection', () => {
  it('add up, in every direction and for every end', async () => {
    const registry = new Registry()
    const counts = connectionCounts([registry])
    counts.moved(id(1), { rows: 3, direction: 'in', bytesIn: 100, bytesOut: 7 })
    counts.moved(id(1), { rows: 2, direction: 'out', bytesIn: 5, bytesOut: 50 })
    counts.crossed(id(1), 'failed')
    counts.crossed(id(1), 'done')
    counts.crossed(id(1), 'done')
    expect((await linesOf(registry)).toSorted()).toEqual([
      'tributary_connection_bytes_total{connection_id="connection-1",direction="in"} 105',
      'tributary_connection_bytes_total{connection_id="connection-1",direction="out"} 57',
      'tributary_connection_crossings_total{connection_id="connection-1",outcome="done"} 2',
      'tributary_connection_crossings_total{connection_id="connection-1",outcome="failed"} 1',
      'tributary_connection_crossings_total{connection_id="connection-1",outcome="stopped"} 0',
      'tributary_connection_rows_total{connection_id="connection-1",direction="in"} 3',
      'tributary_connection_rows_total{connection_id="connection-1",direction="out"} 2',
    ])
  })

  it('are kept for the connections that were used last', async () => {
    const registry = new Registry()
    const counts = connectionCounts([registry])
    for (let number = 0; number < mostCountedConnections; number += 1) counts.crossed(id(number), 'done')
    counts.crossed(id(0), 'done')
    counts.crossed(id(mostCountedConnections), 'done')
    const lines = await linesOf(registry)
    expect(lines).toHaveLength(7 * mostCountedConnections)
    expect(lines.filter((line) => line.includes('"connection-1"'))).toEqual([])
    expect(lines).toContain('tributary_connection_crossings_total{connection_id="connection-0",outcome="done"} 2')
  })
})
