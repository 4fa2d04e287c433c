// PostgreSQL with foreign data wrappers as a peer: a server of its own without rows, whose foreign tables lie in the sources.

import pg from 'pg'
import { startPostgres } from '../../servers/postgres.ts'
import type { Peer, PeerSource } from './peer.ts'

/** Starts a server from `bin` with a foreign table for each table of the sources. @throws {Error} when it lacks a wrapper */
export async function startForeignDataWrapper(bin: string, sources: readonly PeerSource[]): Promise<Peer> {
  const settings = { log_statement: 'none', shared_buffers: '256MB', work_mem: '256MB' }
  const server = await startPostgres({ bin, settings, databases: { bench: sources.map(attachSql).join('\n') } })
  const client = new pg.Client({ connectionString: `${server.url}/bench` })
  await client.connect()
  const pid = Number((await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid)
  // A wrapper that waits for MariaDB hears of it when MariaDB has answered, or was ended.
  const cancel = (): void => void server.query('bench', `select pg_cancel_backend(${pid})`).catch(() => undefined)
  return {
    name: 'foreign data wrappers',
    rows: async (sql, signal) => {
      signal?.addEventListener('abort', cancel)
      try {
        return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    async [Symbol.asyncDispose]() {
      await client.end()
      await server[Symbol.asyncDispose]()
    },
  }
}

function attachSql({ kind, name, port, user, password, database, tables }: PeerSource): string {
  const text = (value: string): string => `'${value.replaceAll("'", "''")}'`
  const wrapper = kind === 'postgresql' ? 'postgres_fdw' : 'mysql_fdw'
  const server =
    kind === 'postgresql'
      ? `host '127.0.0.1', port '${port}', dbname ${text(database)}, fetch_size '10000', use_remote_estimate 'true'`
      : `host '127.0.0.1', port '${port}', fetch_size '10000'`
  const account = kind === 'postgresql' ? 'user' : 'username'
  return `
    create extension ${wrapper};
    create server ${name} foreign data wrapper ${wrapper} options (${server});
    create user mapping for current_user server ${name} options (${account} ${text(user)}, password ${text(password)});
    import foreign schema ${kind === 'postgresql' ? 'public' : `"${database}"`} limit to (${tables.join(', ')}) from server ${name} into public;`
}
