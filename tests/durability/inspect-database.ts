// Looks into the database of a running server, past the API: a whole file, no dangling row, counters that count.

import { DatabaseSync } from 'node:sqlite'

/** What must give no row; each finds traces of a write that is half done. */
const halfDone: Readonly<Record<string, string>> = {
  'a row points at nothing': 'pragma foreign_key_check',
  'a counter of connections is wrong': `
    select counts.project_id, counts.state, counts.total, count(connections.id) as found
    from connection_counts as counts left join connections on connections.project_id = counts.project_id and connections.state = counts.state
    group by counts.project_id, counts.state having counts.total <> found`,
  'a connection has no hosts entry': `
    select id from connections where state = 'ACTIVE' and id not in (select connection_id from connection_hosts)`,
  'a peering has no queue': 'select id from peerings where queue_id not in (select id from queues)',
}

/** @returns what is wrong, in words; empty when all is well */
export function inspectDatabase(path: string): readonly string[] {
  using database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  const integrity = database.prepare('pragma integrity_check').all()
  const whole = integrity.length === 1 && integrity[0]?.['integrity_check'] === 'ok'
  const found = Object.entries(halfDone).flatMap(([what, sql]) =>
    database
      .prepare(sql)
      .all()
      .map((row) => `${what}: ${JSON.stringify(row)}`),
  )
  return [...(whole ? [] : [`the database is damaged: ${JSON.stringify(integrity)}`]), ...found]
}
